//! What has run out? Taken away a few rows at a time, so that nobody waits for it. Never what somebody has learned, what
//! was acknowledged, or who did what.

use std::time::Duration;

use crate::Library;
use crate::error::Result;
use crate::people::Expired;
use crate::{changes, learning, people, queue};

/// Rows of a kind that go in one transaction: a few milliseconds.
const AT_ONCE: i64 = 200;
/// Between two, whoever waits to write comes first.
const PAUSE: Duration = Duration::from_millis(20);
/// What is left after so many goes waits for the next hour.
const MOST_GOES: usize = 500;

/// What runs out.
#[derive(Debug, Clone, Copy)]
enum Kind {
    OfPeople(Expired),
    Jobs,
    Changes,
    Sittings,
}

const KINDS: [Kind; 6] = [
    Kind::OfPeople(Expired::Sessions),
    Kind::OfPeople(Expired::Failures),
    Kind::OfPeople(Expired::Places),
    Kind::Jobs,
    Kind::Changes,
    Kind::Sittings,
];

/// Takes away what has run out; gives how many rows went. Each kind by itself: one that cannot go keeps none of the others.
///
/// # Errors
/// `Busy` or `Internal` when the database cannot, the last of them; what went is gone.
pub(crate) async fn purge(library: &Library) -> Result<u64> {
    let (mut all, mut trouble) = (0, None);
    for kind in KINDS {
        for _ in 0..MOST_GOES {
            match forget(library, kind).await {
                Ok(0) => break,
                Ok(gone) => all += gone,
                Err(error) => {
                    tracing::warn!(%error, ?kind, "what has run out stays for now");
                    trouble = Some(error);
                    break;
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
    trouble.map_or(Ok(all), Err)
}

async fn forget(library: &Library, kind: Kind) -> Result<u64> {
    match kind {
        Kind::OfPeople(expired) => people::forget_expired(library, expired, AT_ONCE).await,
        Kind::Jobs => queue::forget_old(library, AT_ONCE).await,
        Kind::Changes => changes::forget_old(library, AT_ONCE).await,
        Kind::Sittings => learning::forget_sittings(library, AT_ONCE).await,
    }
}
