//! What does a page read? Every step of SQLite's machine, and every row that PostgreSQL takes out of a table or an index.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use content::db::{Db, lent};
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Pool, Postgres};

/// The machine is asked after so many steps: often enough to be exact, and not so often that it crawls.
const STEPS: i32 = 4;

/// PostgreSQL reads a small table whole because that is cheapest; what a large one would cost shows only where it may not.
const AS_IF_LARGE: &str =
    "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off";

/// What connections have seen so far goes into the server's figures with their next statement's end.
const TELL: &str = "select pg_stat_force_next_flush()";

const ROWS: &str = "
    select cast(coalesce((select sum(seq_tup_read) from pg_stat_user_tables), 0)
        + coalesce((select sum(idx_tup_read) from pg_stat_user_indexes), 0) as bigint)";

/// Counts what one library's database reads.
pub(crate) enum Reads {
    Steps(Arc<AtomicU64>),
    Rows(PgPool),
}

impl Reads {
    /// Counts from now on, on every connection there is.
    pub(crate) async fn of(db: &Db) -> Self {
        match db {
            Db::Sqlite { read, write, .. } => {
                let steps = Arc::new(AtomicU64::new(0));
                let mut lent = Vec::new();
                for _ in 0..read.status().max_size {
                    lent.push(lent::take(read).await.expect("a connection"));
                }
                for connection in &mut lent {
                    count(connection, &steps).await;
                }
                for mut connection in every(write).await {
                    count(&mut connection, &steps).await;
                }
                Self::Steps(steps)
            }
            Db::Postgres { pool, .. } => {
                for mut connection in every(pool).await {
                    run(&mut connection, AS_IF_LARGE).await;
                }
                Self::Rows(pool.clone())
            }
        }
    }

    /// How much has been read so far.
    pub(crate) async fn so_far(&self) -> u64 {
        match self {
            Self::Steps(steps) => steps.load(Ordering::Relaxed),
            Self::Rows(pool) => {
                let mut connections = every(pool).await;
                for connection in &mut connections {
                    run(connection, TELL).await;
                }
                let rows: (i64,) =
                    sqlx::query_as(ROWS).fetch_one(&mut *connections[0]).await.expect("the server has figures");
                rows.0.try_into().expect("rows are counted up")
            }
        }
    }
}

/// Adds to `steps` whatever this connection does from now on.
async fn count(connection: &mut SqliteConnection, steps: &Arc<AtomicU64>) {
    let steps = Arc::clone(steps);
    let mut handle = connection.lock_handle().await.expect("the connection is free");
    handle.set_progress_handler(STEPS, move || {
        steps.fetch_add(STEPS as u64, Ordering::Relaxed);
        true
    });
}

/// All connections of a pool, opened where they were not.
async fn every<D: sqlx::Database>(pool: &Pool<D>) -> Vec<PoolConnection<D>> {
    let mut all = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        all.push(pool.acquire().await.expect("a connection"));
    }
    all
}

async fn run(connection: &mut PoolConnection<Postgres>, sql: &'static str) {
    sqlx::raw_sql(sql).execute(&mut **connection).await.expect("it runs");
}
