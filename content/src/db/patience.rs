//! How long is a statement waited for? A network that carries nothing any more says nothing of it: what has no answer in
//! time is given up, and the connection with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::pool::PoolConnectionMetadata;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor};

use super::Doubt;

/// How long one statement may take: more than any that a request or a job asks.
const LONGEST: Duration = Duration::from_secs(8);
/// How soon an idle connection has to show that there is somebody at its other end.
pub(super) const SIGN_OF_LIFE: Duration = Duration::from_secs(2);
/// How long nobody may have used a connection that is not asked for it.
const JUST_NOW: Duration = Duration::from_millis(250);

/// What the server is to do: give a lock up, and a transaction whose asker has gone, so that it holds nothing of others.
const LIMITS: &str = "set lock_timeout = '6s'; set idle_in_transaction_session_timeout = '10s'";
/// The same of a connection that carries nothing any more, where the server can (12, and 14).
const NOTICES: [&str; 3] = [
    "set tcp_user_timeout = '8s'",
    "set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 2",
    "set client_connection_check_interval = '2s'",
];

/// Of one database: whether statements are bounded, and which connections are not trusted any more. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Patience {
    doubt: Doubt,
    is_endless: Arc<AtomicBool>,
}

impl Patience {
    /// From now on whatever is asked may take as long as it takes: for a command that people wait for, and nobody else.
    pub(super) fn be_endless(&self) {
        self.is_endless.store(true, Ordering::Relaxed);
    }

    pub(super) fn doubt(&self) -> &Doubt {
        &self.doubt
    }

    /// Waits for an answer. What has none in time is as if the database were away, and connections opened before are not
    /// used again.
    pub(crate) async fn wait<T>(&self, asked: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
        self.wait_for(LONGEST, asked).await
    }

    pub(super) async fn wait_for<T>(
        &self,
        longest: Duration,
        asked: impl Future<Output = sqlx::Result<T>>,
    ) -> sqlx::Result<T> {
        if self.is_endless.load(Ordering::Relaxed) {
            return asked.await;
        }
        tokio::time::timeout(longest, asked).await.unwrap_or_else(|_| {
            self.doubt.raise();
            Err(sqlx::Error::PoolTimedOut)
        })
    }

    /// Whether an idle connection can be used. Of one that answered just now nothing is asked: a page reads four times.
    pub(super) async fn is_alive(&self, connection: &mut PgConnection, about: &PoolConnectionMetadata) -> bool {
        self.doubt.is_after(about.age)
            && (about.idle_for < JUST_NOW
                || matches!(tokio::time::timeout(SIGN_OF_LIFE, connection.ping()).await, Ok(Ok(()))))
    }
}

/// Tells the server how long it may wait for us.
pub(super) async fn limit(connection: &mut PgConnection) -> sqlx::Result<()> {
    connection.execute(LIMITS).await?;
    for notice in NOTICES {
        if let Err(error) = connection.execute(notice).await {
            tracing::debug!(%error, notice, "the server will notice a lost connection later");
        }
    }
    Ok(())
}
