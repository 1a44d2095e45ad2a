//! What comes over a database from outside: a lock, a full disk, an end of its connections.

use content::Library;
use content::db::Db;
use sqlx::{Connection, PgConnection, SqliteConnection};

/// Somebody else who holds what every write needs.
pub(crate) enum Holding {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Holding {
    pub(crate) async fn take(url: &str) -> Self {
        if url.starts_with("sqlite") {
            let mut connection = SqliteConnection::connect(url).await.expect("it opens");
            sqlx::raw_sql("begin immediate").execute(&mut connection).await.expect("nobody writes");
            Self::Sqlite(connection)
        } else {
            let mut connection = PgConnection::connect(url).await.expect("it opens");
            let lock = "begin; lock table sign_in_gate, node_sign, receipt_book in access exclusive mode";
            sqlx::raw_sql(lock).execute(&mut connection).await.expect("nobody writes");
            Self::Postgres(connection)
        }
    }

    pub(crate) async fn let_go(self) {
        match self {
            Self::Sqlite(connection) => connection.close().await.expect("it closes"),
            Self::Postgres(connection) => connection.close().await.expect("it closes"),
        }
    }
}

/// Full from here on, as the connection that writes sees it; one that is opened anew finds room.
pub(crate) async fn fill(library: &Library) {
    let Db::Sqlite { write, .. } = library.db() else { panic!("this is SQLite") };
    sqlx::raw_sql("pragma max_page_count = 1").execute(write).await.expect("it is set");
}

/// Ends all connections to a PostgreSQL database, as a server that is started anew does.
pub(crate) async fn end_connections(url: &str) {
    let mut connection = PgConnection::connect(url).await.expect("it opens");
    let end = "select pg_terminate_backend(pid) from pg_stat_activity \
               where datname = current_database() and pid <> pg_backend_pid()";
    sqlx::raw_sql(end).execute(&mut connection).await.expect("they end");
    connection.close().await.expect("it closes");
}
