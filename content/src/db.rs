//! Where is it kept? One closed enum of two databases, one SQL text for both.

mod doubt;
pub mod lent;
mod patience;
pub mod readers;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Postgres, Sqlite};

use crate::error::{Error, Result, Why};
pub(crate) use doubt::again;
pub use doubt::{Doubt, Held};
use lent::Lenders;
pub use patience::Patience;
use patience::SIGN_OF_LIFE;

/// How long whoever reads, and whoever writes, waits for a connection before she is told that it is busy.
const READ_WAIT: Duration = Duration::from_secs(5);
const WRITE_WAIT: Duration = Duration::from_secs(8);

/// How many read SQLite at once.
const READERS: usize = 4;

/// How long a statement waits for what somebody outside of this process has locked.
const LOCK_WAIT: Duration = Duration::from_secs(6);
const WAIT_FOR_LOCKS: &str = "set lock_timeout = 0";

/// The database. SQLite has many readers and one writer; PostgreSQL one pool for both.
#[derive(Debug, Clone)]
pub enum Db {
    Sqlite { read: Lenders, write: SqlitePool, patience: Patience },
    Postgres { pool: PgPool, patience: Patience },
}

/// A write in progress: whatever is not committed did not happen.
pub enum Tx {
    Sqlite(Held<Sqlite>),
    Postgres(Held<Postgres>),
}

/// One body of code for both engines: the answer of one statement. What is waited for is boxed: every verb holds several, and
/// they would make it as large as all of them.
macro_rules! on_db {
    ($db:expr, $reader:ident => $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite { read, .. } => match $crate::db::lent::take(read).await {
                Ok(mut lent) => {
                    let $reader = &mut *lent;
                    $body
                }
                Err(error) => Err(error),
            },
            $crate::db::Db::Postgres { pool, patience } => match pool.acquire().await {
                Ok(mut lent) => {
                    let $reader = &mut *lent;
                    patience.wait(Box::pin(async { $body })).await
                }
                Err(error) => Err(error),
            },
        }
    };
}

/// One body of code for both kinds of transaction. A statement that leaves its transaction in doubt is the last of it.
macro_rules! on_tx {
    ($tx:expr, $connection:ident => $body:expr) => {{
        let tx: &mut $crate::db::Tx = $tx;
        match tx {
            $crate::db::Tx::Sqlite(held) => match held.open() {
                Ok($connection) => $body.map_err(|error| held.judge(error)),
                Err(error) => Err(error),
            },
            $crate::db::Tx::Postgres(held) => {
                let patience = held.patience();
                match held.open() {
                    Ok($connection) => {
                        patience.wait(Box::pin(async { $body })).await.map_err(|error| held.judge(error))
                    }
                    Err(error) => Err(error),
                }
            }
        }
    }};
}

macro_rules! query {
    ($row:ty, $sql:expr $(, $bind:expr)*) => {
        sqlx::query_as::<_, $row>($sql)$(.bind($bind))*
    };
}

/// What may be asked a second time. A connection that was lost while it was idle is seen to be lost only now: what it was
/// asked is asked of another.
macro_rules! of_another_if_lost {
    ($db:expr, $asked:expr) => {{
        let mut lost = 0;
        loop {
            match $asked {
                Err(error) if $db.may_ask_another(&error, &mut lost) => {}
                done => break done.map_err(|error| $db.judge(error)),
            }
        }
    }};
}

/// What is read outside a transaction.
macro_rules! reading {
    ($db:expr, $reader:ident => $body:expr) => {
        $crate::db::of_another_if_lost!($db, $crate::db::on_db!($db, $reader => $body))
    };
}

/// `Vec<Row>` read outside a transaction.
macro_rules! list {
    ($db:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::reading!($db, reader => $crate::db::query!($row, $sql $(, $bind)*).fetch_all(reader).await)
    };
}

/// `Option<Row>` read outside a transaction.
macro_rules! find {
    ($db:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::reading!($db, reader => $crate::db::query!($row, $sql $(, $bind)*).fetch_optional(reader).await)
    };
}

/// `Vec<Row>` read inside a transaction.
macro_rules! list_in {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::on_tx!($tx, connection => $crate::db::query!($row, $sql $(, $bind)*).fetch_all(connection).await)
    };
}

/// `Option<Row>` read inside a transaction.
macro_rules! find_in {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::on_tx!($tx, connection => $crate::db::query!($row, $sql $(, $bind)*).fetch_optional(connection).await)
    };
}

/// A write; gives the number of rows it touched.
macro_rules! write {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::on_tx!($tx, connection => {
            sqlx::query($sql)$(.bind($bind))*.execute(connection).await.map(|done| done.rows_affected())
        })
    };
}

pub(crate) use {find, find_in, list, list_in, of_another_if_lost, on_db, on_tx, query, reading, write};

impl Db {
    /// Opens the database at `url` (`sqlite:PATH` or `postgres://…`), or `menpa.sqlite` in `folder`.
    ///
    /// # Errors
    /// `Internal` when it cannot be opened.
    pub async fn open(url: Option<&str>, folder: &Path) -> Result<Self> {
        match (url, Self::path(url, folder)) {
            (_, Some(path)) => Self::open_sqlite(&path).await,
            (url, None) => Self::open_postgres(url.unwrap_or_default()).await,
        }
    }

    /// Where SQLite's file is; nothing where it is PostgreSQL.
    pub(crate) fn path(url: Option<&str>, folder: &Path) -> Option<PathBuf> {
        match url {
            Some(url) if url.starts_with("postgres") => None,
            Some(url) => Some(url.trim_start_matches("sqlite:").trim_start_matches("//").into()),
            None => Some(folder.join("menpa.sqlite")),
        }
    }

    async fn open_sqlite(path: &Path) -> Result<Self> {
        let options = sqlite_options(path);
        // What is asked of a file is answered; who holds it is waited for by SQLite itself.
        let patience = Patience::default();
        patience.be_endless();
        // The writer comes first: it creates the file and turns WAL on.
        let kept = patience.doubt().clone();
        let write = SqlitePoolOptions::new().max_connections(1).acquire_timeout(WRITE_WAIT).before_acquire(
            // sqlx counts a transaction that SQLite has ended by itself: such a connection never begins another.
            move |connection, about| {
                let is_good = !connection.is_in_transaction() && kept.is_after(about.age);
                Box::pin(async move { Ok(is_good) })
            },
        );
        let write = write.connect_with(options.clone()).await?;
        // From now on a file that is not there is lost, and not to be made anew.
        let options = options.create_if_missing(false);
        write.set_connect_options(options.clone());
        let read = lent::open(options.pragma("query_only", "on"), patience.doubt().clone(), READERS, READ_WAIT).await?;
        Ok(Self::Sqlite { read, write, patience })
    }

    async fn open_postgres(url: &str) -> Result<Self> {
        let options: PgConnectOptions = url.parse()?;
        let patience = Patience::default();
        let (kept, left) = (patience.clone(), patience.clone());
        let pool = PgPoolOptions::new().max_connections(8).acquire_timeout(WRITE_WAIT).test_before_acquire(false);
        let pool = pool.after_connect(|connection, _| Box::pin(patience::limit(connection)));
        let pool = pool.before_acquire(move |connection, about| {
            let kept = kept.clone();
            Box::pin(async move { Ok(kept.is_alive(connection, &about).await) })
        });
        // One that is not trusted any more would be waited for before it is put back.
        let pool = pool.after_release(move |_, about| {
            let is_good = left.doubt().is_after(about.age);
            Box::pin(async move { Ok(is_good) })
        });
        let pool = pool.connect_with(options).await?;
        Ok(Self::Postgres { pool, patience })
    }

    /// Brings the tables up to this binary's migrations; running it again changes nothing.
    ///
    /// # Errors
    /// `Internal` when a migration fails or a released one was edited.
    pub async fn migrate(&self) -> Result<()> {
        let migrator = sqlx::migrate!("../migrations");
        match self {
            Self::Sqlite { write, .. } => migrator.run(write).await?,
            Self::Postgres { pool, .. } => {
                // Another node may be at it for minutes.
                let mut connection = pool.acquire().await?;
                sqlx::query(WAIT_FOR_LOCKS).execute(&mut *connection).await?;
                migrator.run(&mut *connection).await?;
                connection.close().await?;
            }
        }
        Ok(())
    }

    /// Starts a write. SQLite takes its one write lock at once, so that two writers wait instead of failing.
    ///
    /// # Errors
    /// `Busy` when no connection is free in time, or the database is locked or away.
    pub async fn begin(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { write, patience, .. } => {
                let begun = write.begin_with("begin immediate").await;
                begun.map(|tx| Tx::Sqlite(Held::new(tx, patience.clone()))).map_err(|error| self.judge(error))
            }
            Self::Postgres { pool, patience } => {
                // The pool has its own limit on waiting for a connection, which says nothing of the network.
                let begun = of_another_if_lost!(self, patience.wait_for(WRITE_WAIT + SIGN_OF_LIFE, pool.begin()).await);
                begun.map(|tx| Tx::Postgres(Held::new(tx, patience.clone())))
            }
        }
    }

    /// Whether a connection to PostgreSQL broke, and another may still be whole: those in use are not asked how they are.
    pub(crate) fn may_ask_another(&self, error: &sqlx::Error, lost: &mut u32) -> bool {
        let Self::Postgres { pool, .. } = self else { return false };
        *lost += 1;
        is_lost(error) && *lost <= pool.options().get_max_connections()
    }

    /// The failure as the domain knows it; one that puts SQLite's file in doubt has every connection opened anew.
    pub(crate) fn judge(&self, error: sqlx::Error) -> Error {
        if let Self::Sqlite { patience, .. } = self {
            patience.doubt().note(&error);
        }
        error.into()
    }

    /// Lets whatever is asked take as long as it takes, for a command that loads or looks through all there is.
    pub fn be_patient(&self) {
        match self {
            Self::Sqlite { patience, .. } | Self::Postgres { patience, .. } => patience.be_endless(),
        }
    }

    /// Lets the writer of this process hold 400 MB of pages from now on: what loads millions of rows would else write each of
    /// them many times. PostgreSQL decides that for itself.
    ///
    /// # Errors
    /// `Internal` when the writer cannot be had.
    pub async fn hold_many_pages(&self) -> Result<()> {
        if let Self::Sqlite { write, .. } = self {
            sqlx::query("pragma cache_size = -400000").execute(write).await?;
        }
        Ok(())
    }

    /// Prepares a statement without running it: the proof that it is valid on this engine.
    ///
    /// # Errors
    /// `Internal` with the engine's complaint.
    pub async fn prepare(&self, sql: String) -> Result<()> {
        use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};
        let sql = AssertSqlSafe(sql).into_sql_str();
        on_db!(self, reader => reader.prepare(sql).await.map(|_| ())).map_err(Error::from)
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write, .. } => {
                lent::close(read).await;
                write.close().await;
            }
            Self::Postgres { pool, .. } => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes the write true.
    ///
    /// # Errors
    /// `Busy` or `Internal` when the database could not keep it; then nothing of it happened.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(held) => held.commit().await,
            Self::Postgres(held) => held.commit().await,
        }
    }
}

fn sqlite_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(LOCK_WAIT)
}

/// Whether this is the end of a connection: its other side is gone, or was told to go (SQLSTATE class 57P).
fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57P0")),
        _ => false,
    }
}

/// True when a row could not go because another still refers to it.
pub(crate) fn is_held(error: &Error) -> bool {
    matches!(error, Error::Conflict(Why::JustUsed))
}

/// True when a write met a unique key that was already there.
pub(crate) fn is_taken(error: &Error) -> bool {
    matches!(error, Error::Conflict(Why::JustMade))
}
