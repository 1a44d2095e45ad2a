//! What comes over a database from outside: a lock, a full disk, an end of its connections, a network that carries nothing.

use content::Library;
use content::db::Db;
use sqlx::{Connection, PgConnection, SqliteConnection};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

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

/// How many statements on a PostgreSQL database wait for what somebody else has locked.
pub(crate) async fn count_waiting(url: &str) -> i64 {
    let mut connection = PgConnection::connect(url).await.expect("it opens");
    let sql = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    sqlx::query_scalar(sql).fetch_one(&mut connection).await.expect("a number")
}

/// The network between us and a PostgreSQL server. While it is cut nothing is carried and nothing is said of it; what was
/// open then never hears anything again, as after a change of routes.
pub(crate) struct Network {
    url: String,
    is_cut: watch::Sender<bool>,
    carrying: tokio::task::JoinHandle<()>,
}

impl Network {
    pub(crate) async fn to(url: &str) -> Self {
        let (_, rest) = url.split_once("//").expect("an address");
        let (server, name) = rest.split_once('/').expect("an address with a database");
        let (who, server) = server.rsplit_once('@').map_or(("", server), |(who, server)| (who, server));
        let server = server.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let here = listener.local_addr().expect("it has an address");
        let at = if who.is_empty() { String::new() } else { format!("{who}@") };
        let (is_cut, seen) = watch::channel(false);
        let carrying = tokio::spawn(async move {
            let mut carried = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                carried.spawn(carry(stream, server.clone(), seen.clone()));
            }
        });
        Self { url: format!("postgres://{at}{here}/{name}"), is_cut, carrying }
    }

    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    pub(crate) fn cut(&self) {
        self.is_cut.send_replace(true);
    }

    pub(crate) fn mend(&self) {
        self.is_cut.send_replace(false);
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.carrying.abort();
    }
}

async fn carry(mut here: TcpStream, server: String, mut is_cut: watch::Receiver<bool>) {
    let mut there = None;
    let carried = async {
        let there = there.insert(TcpStream::connect(server).await?);
        tokio::io::copy_bidirectional(&mut here, there).await
    };
    let cut = async { drop(is_cut.wait_for(|is_cut| *is_cut).await) };
    tokio::select! {
        biased;
        () = cut => std::future::pending().await,
        _ = carried => {}
    }
}
