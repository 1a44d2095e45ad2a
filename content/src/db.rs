//! Where is it kept? One closed enum of two databases, one SQL text for both.

pub mod readers;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Postgres, Sqlite, Transaction};

use crate::error::{Error, Result};

/// The database. SQLite has many readers and one writer; PostgreSQL one pool for both.
#[derive(Debug, Clone)]
pub enum Db {
    Sqlite { read: SqlitePool, write: SqlitePool },
    Postgres(PgPool),
}

/// A write in progress: whatever is not committed did not happen.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// One body of code for both pools.
macro_rules! on_db {
    ($db:expr, $pool:ident => $body:expr) => {
        match $db {
            $crate::db::Db::Sqlite { read: $pool, .. } => $body,
            $crate::db::Db::Postgres($pool) => $body,
        }
    };
}

/// One body of code for both kinds of transaction.
macro_rules! on_tx {
    ($tx:expr, $connection:ident => $body:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                let $connection = &mut **tx;
                $body
            }
            $crate::db::Tx::Postgres(tx) => {
                let $connection = &mut **tx;
                $body
            }
        }
    };
}

macro_rules! query {
    ($row:ty, $sql:expr $(, $bind:expr)*) => {
        sqlx::query_as::<_, $row>($sql)$(.bind($bind))*
    };
}

/// `Vec<Row>` read outside a transaction.
macro_rules! list {
    ($db:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::on_db!($db, pool => $crate::db::query!($row, $sql $(, $bind)*).fetch_all(pool).await)
            .map_err($crate::error::Error::from)
    };
}

/// `Option<Row>` read outside a transaction.
macro_rules! find {
    ($db:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::on_db!($db, pool => $crate::db::query!($row, $sql $(, $bind)*).fetch_optional(pool).await)
            .map_err($crate::error::Error::from)
    };
}

/// `Vec<Row>` read inside a transaction.
macro_rules! list_in {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::on_tx!($tx, connection => $crate::db::query!($row, $sql $(, $bind)*).fetch_all(connection).await)
            .map_err($crate::error::Error::from)
    };
}

/// `Option<Row>` read inside a transaction.
macro_rules! find_in {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::on_tx!($tx, connection => $crate::db::query!($row, $sql $(, $bind)*).fetch_optional(connection).await)
            .map_err($crate::error::Error::from)
    };
}

/// A write; gives the number of rows it touched.
macro_rules! write {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::on_tx!($tx, connection => {
            sqlx::query($sql)$(.bind($bind))*.execute(connection).await.map(|done| done.rows_affected())
        })
        .map_err($crate::error::Error::from)
    };
}

pub(crate) use {find, find_in, list, list_in, on_db, on_tx, query, write};

impl Db {
    /// Opens the database at `url` (`sqlite:PATH` or `postgres://…`), or `menpa.sqlite` in `folder`.
    ///
    /// # Errors
    /// `Internal` when it cannot be opened.
    pub async fn open(url: Option<&str>, folder: &Path) -> Result<Self> {
        match url {
            Some(url) if url.starts_with("postgres") => Self::open_postgres(url).await,
            url => Self::open_sqlite(&sqlite_path(url, folder)).await,
        }
    }

    async fn open_sqlite(path: &Path) -> Result<Self> {
        let options = sqlite_options(path);
        // The writer comes first: it creates the file and turns WAL on.
        let write = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        let read = SqlitePoolOptions::new().max_connections(4).connect_with(options.pragma("query_only", "on")).await?;
        Ok(Self::Sqlite { read, write })
    }

    async fn open_postgres(url: &str) -> Result<Self> {
        let options: PgConnectOptions = url.parse()?;
        let pool = PgPoolOptions::new().max_connections(8).connect_with(options).await?;
        Ok(Self::Postgres(pool))
    }

    /// Brings the tables up to this binary's migrations; running it again changes nothing.
    ///
    /// # Errors
    /// `Internal` when a migration fails or a released one was edited.
    pub async fn migrate(&self) -> Result<()> {
        let migrator = sqlx::migrate!("../migrations");
        match self {
            Self::Sqlite { write, .. } => migrator.run(write).await?,
            Self::Postgres(pool) => migrator.run(pool).await?,
        }
        Ok(())
    }

    /// Starts a write. SQLite takes its one write lock at once, so that two writers wait instead of failing.
    ///
    /// # Errors
    /// `Internal` when no connection is free in time.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Prepares a statement without running it: the proof that it is valid on this engine.
    ///
    /// # Errors
    /// `Internal` with the engine's complaint.
    pub async fn prepare(&self, sql: String) -> Result<()> {
        use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};
        let sql = AssertSqlSafe(sql).into_sql_str();
        on_db!(self, pool => pool.prepare(sql).await.map(|_| ())).map_err(Error::from)
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes the write true.
    ///
    /// # Errors
    /// `Internal` when the database could not keep it; then nothing of it happened.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// Where SQLite's file is.
fn sqlite_path(url: Option<&str>, folder: &Path) -> PathBuf {
    match url {
        Some(url) => url.trim_start_matches("sqlite:").trim_start_matches("//").into(),
        None => folder.join("menpa.sqlite"),
    }
}

fn sqlite_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(20))
}

/// True when a row could not go because another still refers to it.
pub(crate) fn is_held(error: &Error) -> bool {
    let Error::Internal(source) = error else { return false };
    let Some(sqlx::Error::Database(database)) = source.downcast_ref::<sqlx::Error>() else { return false };
    database.is_foreign_key_violation()
}

/// True when a write met a unique key that was already there.
pub(crate) fn is_taken(error: &Error) -> bool {
    let Error::Internal(source) = error else { return false };
    let Some(sqlx::Error::Database(database)) = source.downcast_ref::<sqlx::Error>() else { return false };
    database.is_unique_violation()
}
