//! Who reads for long? Reports have connections of their own, so that they can never take those that learners need; what
//! they ask ends by itself after a while, and at once when nobody waits for it any more.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, Executor, Postgres, SqlSafeStr, Sqlite};

use super::Db;
use crate::error::{Error, Result};

/// How long one reading may last unless it is said: what takes longer has to be asked for in smaller parts.
const LONGEST: Duration = Duration::from_secs(10);
/// How soon PostgreSQL (14 and later) notices that nobody is at the other end of a connection, in ms.
const NOTICES_IN_POSTGRES: &str = "set client_connection_check_interval = 500";
/// After so many steps of SQLite's machine a reading is asked whether it may go on.
const STEPS: i32 = 5_000;
/// How much longer than it may last an answer of PostgreSQL's is waited for.
const GRACE: Duration = Duration::from_secs(1);
/// A pool's own limit on waiting; each asker brings a shorter one.
const NEVER: Duration = Duration::from_secs(600);

/// The connections that reports are read with. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Readers {
    pool: Pool,
    longest: Duration,
}

#[derive(Debug, Clone)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A connection that is being read with.
pub(crate) enum Line {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// One reading: a few statements one after the other. Whoever drops it in the middle ends the statement that runs.
pub struct Reading {
    line: Line,
    stop: Arc<AtomicBool>,
    is_asking: bool,
    longest: Duration,
}

/// `Vec<Row>` read within a [`Reading`].
macro_rules! read {
    ($reading:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {{
        let longest = $reading.longest();
        let rows = match $reading.ask() {
            $crate::db::readers::Line::Sqlite(line) => {
                $crate::db::query!($row, $sql $(, $bind)*).fetch_all(&mut **line).await
            }
            $crate::db::readers::Line::Postgres(line) => {
                let rows = $crate::db::query!($row, $sql $(, $bind)*).fetch_all(&mut **line);
                // It ends the statement itself, where it can still be reached.
                tokio::time::timeout(longest, rows).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
            }
        };
        if !matches!(rows, Err(sqlx::Error::PoolTimedOut)) {
            $reading.hear();
        }
        rows.map_err($crate::db::readers::told)
    }};
}

pub(crate) use read;

/// A statement that was ended took too long, or had to wait for somebody who took too long.
pub(crate) fn told(error: sqlx::Error) -> Error {
    match Error::from(error) {
        Error::Busy(_) => Error::ReportsBusy,
        other => other,
    }
}

impl Readers {
    /// For the same database as [`super::Db::open`]; nothing is connected before it is needed.
    ///
    /// # Errors
    /// `Internal` for an address that is none.
    pub(crate) fn open(url: Option<&str>, folder: &Path, longest: Option<Duration>) -> Result<Self> {
        let longest = longest.unwrap_or(LONGEST);
        let pool = match (Db::path(url, folder), url) {
            (None, url) => Pool::Postgres(postgres(url.unwrap_or_default().parse()?, longest)),
            (Some(path), _) => {
                let options = super::sqlite_options(&path).pragma("query_only", "on");
                let pool = SqlitePoolOptions::new().max_connections(most()).acquire_timeout(NEVER);
                Pool::Sqlite(pool.connect_lazy_with(options))
            }
        };
        Ok(Self { pool, longest })
    }

    /// Waits for a connection, `patience` at most.
    ///
    /// # Errors
    /// `ReportsBusy` when none became free; `Internal` when none can be had.
    pub async fn begin(&self, patience: Duration) -> Result<Reading> {
        let stop = Arc::new(AtomicBool::new(false));
        let acquired = tokio::time::timeout(patience, self.acquire(Arc::clone(&stop))).await;
        let line = acquired.map_err(|_| Error::ReportsBusy)??;
        Ok(Reading { line, stop, is_asking: false, longest: self.longest + GRACE })
    }

    async fn acquire(&self, stop: Arc<AtomicBool>) -> Result<Line> {
        match &self.pool {
            Pool::Sqlite(pool) => {
                let mut line = pool.acquire().await?;
                let until = Instant::now() + self.longest;
                let may_go_on = move || !stop.load(Ordering::Relaxed) && Instant::now() < until;
                line.lock_handle().await?.set_progress_handler(STEPS, may_go_on);
                Ok(Line::Sqlite(line))
            }
            Pool::Postgres(pool) => Ok(Line::Postgres(pool.acquire().await?)),
        }
    }
}

fn postgres(options: PgConnectOptions, longest: Duration) -> PgPool {
    let pool = PgPoolOptions::new().max_connections(most()).acquire_timeout(NEVER);
    let limit = format!("set statement_timeout = {}", longest.as_millis());
    let pool = pool.after_connect(move |line, _| {
        let limit = AssertSqlSafe(limit.clone());
        Box::pin(async move {
            line.execute(limit.into_sql_str()).await?;
            if let Err(error) = line.execute(NOTICES_IN_POSTGRES).await {
                tracing::debug!(%error, "a report that nobody waits for is ended by its time limit alone");
            }
            Ok(())
        })
    });
    pool.connect_lazy_with(options)
}

/// Half of the processors, two at least: the others are the learners'.
fn most() -> u32 {
    let processors = std::thread::available_parallelism().map_or(2, usize::from);
    u32::try_from(processors / 2).unwrap_or(2).clamp(2, 8)
}

impl Reading {
    /// The connection, for one statement.
    pub(crate) fn ask(&mut self) -> &mut Line {
        self.is_asking = true;
        &mut self.line
    }

    /// The number that a statement gives: how the limits of a reading are proved.
    ///
    /// # Errors
    /// `ReportsBusy` when it took too long.
    pub async fn read_number(&mut self, sql: String) -> Result<i64> {
        let sql = AssertSqlSafe(sql).into_sql_str();
        let rows = read!(self, (i64,), sql)?;
        Ok(rows.first().map_or(0, |row| row.0))
    }

    /// How long an answer is waited for.
    pub(crate) fn longest(&self) -> Duration {
        self.longest
    }

    /// The statement has been answered.
    pub(crate) fn hear(&mut self) {
        self.is_asking = false;
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if !self.is_asking {
            return;
        }
        self.stop.store(true, Ordering::Relaxed);
        // PostgreSQL ends a statement whose asker has gone; a connection that went back would be waited for.
        if let Line::Postgres(line) = &mut self.line {
            line.close_on_drop();
        }
    }
}
