//! Who reads SQLite next? A connection that came back is lent again without asking it anything: a page reads four times,
//! and asking a connection how it is costs as much as what is read with it.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{
    Manager, Metrics, Object, Pool, PoolConfig, PoolError, QueueMode, RecycleError, RecycleResult, Timeouts,
};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Executor};

use super::Doubt;
use crate::error::{Error, Result};

/// Whoever has read once has the index of what was written ahead.
const TOUCH: &str = "pragma schema_version";

/// The connections that SQLite is read with. Cheap to clone.
pub type Lenders = Pool<Opener>;
/// A connection, until it is dropped.
pub type Lent = Object<Opener>;

/// Opens connections, and takes those back that the file has not failed since.
#[derive(Debug)]
pub struct Opener {
    options: SqliteConnectOptions,
    doubt: Doubt,
    /// Never lent, and open for as long as any may be: with the last one SQLite takes away the index of what was written
    /// ahead, and on a full disk nobody could read before there is room for it again.
    anchor: Mutex<Option<SqliteConnection>>,
}

impl Manager for Opener {
    type Type = SqliteConnection;
    type Error = sqlx::Error;

    async fn create(&self) -> sqlx::Result<SqliteConnection> {
        self.options.connect().await
    }

    async fn recycle(&self, _: &mut SqliteConnection, metrics: &Metrics) -> RecycleResult<sqlx::Error> {
        if self.doubt.is_after(metrics.age()) {
            Ok(())
        } else {
            Err(RecycleError::message("opened before the file failed"))
        }
    }
}

/// At most `most` connections; who finds none free waits for one, `patience` at most.
///
/// # Errors
/// `Internal` where the file cannot be read, or there is no time to wait by.
pub(super) async fn open(
    options: SqliteConnectOptions,
    doubt: Doubt,
    most: usize,
    patience: Duration,
) -> Result<Lenders> {
    let mut anchor = options.connect().await?;
    anchor.execute(TOUCH).await?;
    let anchor = Mutex::new(Some(anchor));
    let timeouts = Timeouts { wait: Some(patience), create: Some(patience), recycle: None };
    // The one used last has the most in its memory.
    let config = PoolConfig { max_size: most, timeouts, queue_mode: QueueMode::Lifo };
    let pool = Pool::builder(Opener { options, doubt, anchor }).config(config).runtime(Runtime::Tokio1).build();
    pool.map_err(|error| Error::internal(error.to_string()))
}

/// A connection to read with.
///
/// # Errors
/// `PoolTimedOut` when none became free in time; what opening one failed with.
pub async fn take(lenders: &Lenders) -> sqlx::Result<Lent> {
    lenders.get().await.map_err(|error| match error {
        PoolError::Backend(error) => error,
        PoolError::Closed => sqlx::Error::PoolClosed,
        _ => sqlx::Error::PoolTimedOut,
    })
}

/// Lends no more, and closes what is not lent now.
pub(super) async fn close(lenders: &Lenders) {
    let idle = lenders.retain(|_, _| false).removed;
    lenders.close();
    let anchor = lenders.manager().anchor.lock().unwrap_or_else(PoisonError::into_inner).take();
    for connection in idle.into_iter().chain(anchor) {
        if let Err(error) = connection.close().await {
            tracing::warn!(%error, "a connection did not close");
        }
    }
}
