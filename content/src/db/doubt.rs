//! Can what a failure left behind still be trusted? Transactions that ended by themselves, connections to a file that was
//! lost or full, and races that were lost and are run again.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::{Database, Transaction};

use super::Patience;
use crate::error::{Error, Result, sqlite_code};

/// What SQLite says of a disk or a file that fails it (its primary result codes): out of memory, read-only, I/O, corrupt,
/// full, cannot open, locking protocol, not a database.
const OF_THE_FILE: [i32; 8] = [7, 8, 10, 11, 13, 14, 15, 26];

/// SQLite refused a row, and the transaction goes on as if it had not been tried.
const SQLITE_CONSTRAINT: i32 = 19;

/// How often a transaction is tried that others got in the way of.
const MOST_TRIES: u32 = 5;

/// When the file was last seen to fail: connections opened before that are not used again.
#[derive(Debug, Clone, Default)]
pub struct Doubt(Arc<Mutex<Option<Instant>>>);

impl Doubt {
    pub(super) fn note(&self, error: &sqlx::Error) {
        if sqlite_code(error).is_some_and(|code| OF_THE_FILE.contains(&code)) {
            self.raise();
        }
    }

    /// What was open until now is not trusted any more.
    pub(super) fn raise(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether a connection of that age was opened since.
    pub(super) fn is_after(&self, age: Duration) -> bool {
        let failed_at = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failed_at.is_none_or(|failed_at| failed_at.elapsed() > age)
    }
}

/// A transaction that knows when it is over: what SQLite has rolled back by itself would go on statement by statement,
/// and PostgreSQL would take the commit of a failed one for a wish to end it.
pub struct Held<D: Database> {
    tx: Transaction<'static, D>,
    patience: Patience,
    is_over: bool,
}

impl<D: Database> Held<D> {
    pub(super) fn new(tx: Transaction<'static, D>, patience: Patience) -> Self {
        Self { tx, patience, is_over: false }
    }

    /// How long its statements are waited for.
    pub(crate) fn patience(&self) -> Patience {
        self.patience.clone()
    }

    /// Its connection, for the next statement.
    ///
    /// # Errors
    /// `Internal` after a statement that ended it.
    pub(crate) fn open(&mut self) -> Result<&mut D::Connection> {
        if self.is_over { Err(Self::over()) } else { Ok(&mut self.tx) }
    }

    /// What a failed statement means for it.
    pub(crate) fn judge(&mut self, error: sqlx::Error) -> Error {
        self.patience.doubt().note(&error);
        self.is_over |= sqlite_code(&error) != Some(SQLITE_CONSTRAINT);
        error.into()
    }

    pub(super) async fn commit(self) -> Result<()> {
        if self.is_over {
            return Err(Self::over());
        }
        let patience = self.patience;
        patience.wait(self.tx.commit()).await.map_err(|error| {
            patience.doubt().note(&error);
            error.into()
        })
    }

    fn over() -> Error {
        Error::internal("an earlier statement ended this transaction")
    }
}

/// Does what is one transaction, and does it again when others at the same moment got in its way: a deadlock, an order
/// that cannot be had, a unique row that somebody else wrote first.
///
/// # Errors
/// Those of `attempt`; the last one's after five tries.
pub(crate) async fn again<T, F: Future<Output = Result<T>>>(attempt: impl Fn() -> F) -> Result<T> {
    for tries in 1..MOST_TRIES {
        match attempt().await {
            Err(error) if is_lost_race(&error) => tokio::time::sleep(Duration::from_millis(15 << tries)).await,
            done => return done,
        }
    }
    attempt().await
}

/// Whether the same transaction may go well if it is run again at once.
fn is_lost_race(error: &Error) -> bool {
    matches!(error, Error::LostRace(_)) || super::is_taken(error)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn a_lost_race_is_run_again_and_nothing_else_is() {
        let tries = AtomicU32::new(0);
        let lost = || async {
            let is_late = tries.fetch_add(1, Ordering::Relaxed) >= 2;
            if is_late { Ok(7) } else { Err(Error::LostRace("deadlock".into())) }
        };
        assert_eq!((again(lost).await.unwrap(), tries.load(Ordering::Relaxed)), (7, 3));
        let refused = || async {
            tries.fetch_add(1, Ordering::Relaxed);
            Err::<(), _>(Error::Forbidden)
        };
        assert!(again(refused).await.is_err());
        assert_eq!(tries.load(Ordering::Relaxed), 4);
    }

    #[test]
    fn connections_opened_before_the_failure_are_not_trusted() {
        let doubt = Doubt::default();
        assert!(doubt.is_after(Duration::from_secs(60)), "nothing has failed");
        doubt.note(&sqlx::Error::RowNotFound);
        assert!(doubt.is_after(Duration::from_secs(60)), "that is no failure of the file");
        *doubt.0.lock().unwrap() = Some(Instant::now());
        assert!(!doubt.is_after(Duration::from_secs(60)));
    }
}
