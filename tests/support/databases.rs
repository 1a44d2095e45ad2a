//! A new database for each story, on either engine.

use std::path::Path;

use content::db::Db;
use sqlx::Connection;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// Keeps a database for a story, and removes it afterwards.
#[derive(Default)]
pub(crate) struct Guard {
    postgres: Option<String>,
    _folder: Option<tempfile::TempDir>,
}

impl Guard {
    pub(crate) async fn remove(self) {
        if let Some(name) = self.postgres {
            run(&format!("drop database if exists \"{name}\" with (force)")).await;
        }
    }
}

fn server_url() -> String {
    std::env::var("MENPA_TEST_POSTGRES_URL").expect(
        "MENPA_TEST_POSTGRES_URL names no PostgreSQL: run the stories with `cargo xtask test`, which starts one",
    )
}

async fn run(sql: &str) {
    let mut connection = sqlx::PgConnection::connect(&server_url()).await.expect("the PostgreSQL server answers");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.expect("it runs");
}

/// A new empty database: its URL, and what removes it.
pub(crate) async fn fresh(engine: Engine, folder: &Path) -> (String, Guard) {
    match engine {
        Engine::Sqlite => {
            let url = format!("sqlite:{}", folder.join("story.sqlite").display());
            (url, Guard { postgres: None, _folder: None })
        }
        Engine::Postgres => {
            let name = format!("menpa_story_{}", uuid::Uuid::new_v4().simple());
            run(&format!("create database \"{name}\" template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'"))
                .await;
            let (server, _) = server_url().rsplit_once('/').map(|(a, b)| (a.to_owned(), b.to_owned())).expect("a URL");
            (format!("{server}/{name}"), Guard { postgres: Some(name), _folder: None })
        }
    }
}

/// The number that a statement gives.
pub(crate) async fn count(library: &content::Library, sql: &'static str) -> i64 {
    match library.db() {
        Db::Sqlite { read, .. } => {
            let mut lent = content::db::lent::take(read).await.expect("a connection");
            sqlx::query_scalar(sql).fetch_one(&mut *lent).await.expect("a number")
        }
        Db::Postgres { pool, .. } => sqlx::query_scalar(sql).fetch_one(pool).await.expect("a number"),
    }
}

/// Runs a statement past the domain, as something from outside might: what the database says of it.
pub(crate) async fn try_in(library: &content::Library, sql: &'static str) -> sqlx::Result<u64> {
    match library.db() {
        Db::Sqlite { write, .. } => sqlx::query(sql).execute(write).await.map(|done| done.rows_affected()),
        Db::Postgres { pool, .. } => sqlx::query(sql).execute(pool).await.map(|done| done.rows_affected()),
    }
}

/// How SQLite would go about a statement: the steps of its plan. Nothing where it is PostgreSQL, which knows only with data.
pub(crate) async fn plan_of(db: &Db, sql: &str) -> Vec<String> {
    let Db::Sqlite { read, .. } = db else { return Vec::new() };
    let mut lent = content::db::lent::take(read).await.expect("a connection");
    let asked = sqlx::AssertSqlSafe(format!("explain query plan {sql}"));
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(asked).fetch_all(&mut *lent).await.expect("a plan");
    plan.into_iter().map(|step| step.3).collect()
}

/// Does to a database what nobody does by our own verbs.
pub(crate) async fn does(library: &content::Library, sql: &str) {
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    match library.db() {
        Db::Sqlite { write, .. } => drop(sqlx::raw_sql(sql).execute(write).await.expect("it runs")),
        Db::Postgres { pool, .. } => drop(sqlx::raw_sql(sql).execute(pool).await.expect("it runs")),
    }
}

/// One empty database of each engine.
pub(crate) async fn fresh_databases() -> Vec<(&'static str, Db, Guard)> {
    let mut databases = Vec::new();
    for (name, engine) in [("SQLite", Engine::Sqlite), ("PostgreSQL", Engine::Postgres)] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (url, guard) = fresh(engine, folder.path()).await;
        let db = Db::open(Some(&url), folder.path()).await.expect("it opens");
        databases.push((name, db, Guard { _folder: Some(folder), ..guard }));
    }
    databases
}
