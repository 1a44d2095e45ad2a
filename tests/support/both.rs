//! Each story twice: on SQLite and on PostgreSQL.

/// Turns each `async fn name(platform) { … }` into two tests, `name::sqlite` and `name::postgres`.
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($platform:ident) $body:block)+) => {
        $(
            $(#[$meta])*
            async fn $name($platform: &$crate::support::Platform) $body

            mod $name {
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn sqlite() {
                    let platform = $crate::support::Platform::start($crate::support::Engine::Sqlite).await;
                    // A story holds all that it waits for: more than the stack of a thread should.
                    Box::pin(super::$name(&platform)).await;
                    platform.end().await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn postgres() {
                    let platform = $crate::support::Platform::start($crate::support::Engine::Postgres).await;
                    // A story holds all that it waits for: more than the stack of a thread should.
                    Box::pin(super::$name(&platform)).await;
                    platform.end().await;
                }
            }
        )+
    };
}
pub(crate) use both;
