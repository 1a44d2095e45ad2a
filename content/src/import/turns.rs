//! How many sheets are read at a time? Each takes the memory of a child.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// A child may take half a gigabyte: so many at a time are all that a small server has room for.
const AT_ONCE: usize = 2;
/// Whoever has waited so long is told to come again.
const PATIENCE: Duration = Duration::from_secs(20);

/// The children that read sheets for this library.
#[derive(Debug, Clone)]
pub(crate) struct Turns(Arc<Semaphore>);

impl Default for Turns {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Turns {
    /// # Errors
    /// `TooMany` when others are being read for longer than one waits.
    pub(super) async fn take(&self) -> Result<OwnedSemaphorePermit> {
        match tokio::time::timeout(PATIENCE, self.0.clone().acquire_owned()).await {
            Ok(turn) => turn.map_err(Error::internal),
            Err(_) => Err(Error::TooMany { retry_after_s: 60 }),
        }
    }
}
