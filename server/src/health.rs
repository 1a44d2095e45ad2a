//! Is it alive, is it ready, how busy is it? For whoever watches the server.

use std::fmt::Write;

use axum::extract::State;
use axum::http::StatusCode;

use crate::Platform;
use crate::failure::Answer;

pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// Ready means that the database answers.
pub(crate) async fn ready(State(platform): State<Platform>) -> (StatusCode, &'static str) {
    match content::courses::list_columns(&platform.library).await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}

/// Prometheus text: how many jobs stand where. No names, no ids.
pub(crate) async fn metrics(State(platform): State<Platform>) -> Answer<String> {
    let mut text = String::from("# HELP menpa_jobs Jobs by state.\n# TYPE menpa_jobs gauge\n");
    for (state, count) in content::queue::count_by_state(&platform.library).await? {
        let _ = writeln!(text, "menpa_jobs{{state=\"{state}\"}} {count}");
    }
    Ok(text)
}
