//! What has run out? Taken away a few rows at a time, so that nobody waits for it. Never what somebody has learned, what
//! was acknowledged, or who did what.

use std::time::Duration;

use crate::Library;
use crate::error::Result;
use crate::{changes, learning, people, queue};

/// Rows of a kind that go in one transaction: a few milliseconds.
const AT_ONCE: i64 = 200;
/// Between two, whoever waits to write comes first.
const PAUSE: Duration = Duration::from_millis(20);
/// What is left after so many goes waits for the next hour.
const MOST_GOES: usize = 500;

/// Takes away what has run out; gives how many rows went.
///
/// # Errors
/// `Busy` or `Internal` when the database cannot; what went is gone.
pub(crate) async fn purge(library: &Library) -> Result<u64> {
    let mut all = 0;
    for _ in 0..MOST_GOES {
        let gone = people::forget_expired(library, AT_ONCE).await?
            + queue::forget_old(library, AT_ONCE).await?
            + changes::forget_old(library, AT_ONCE).await?
            + learning::forget_sittings(library, AT_ONCE).await?;
        all += gone;
        if gone == 0 {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(all)
}
