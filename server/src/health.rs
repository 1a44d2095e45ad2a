//! Is it alive, is it ready, how busy is it? For whoever watches the server.

use std::fmt::Write;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use content::pulse::{self, Health, Trouble};
use serde_json::{Value, json};

use crate::Platform;
use crate::failure::Answer;

pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// Ready means that learners are served: what they read is there, and what they have learned can be written down. All else
/// is told and stands in nobody's way.
pub(crate) async fn ready(State(platform): State<Platform>) -> (StatusCode, Json<Value>) {
    let health = pulse::look(&platform.library).await;
    let status = if health.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(told(&health)))
}

fn told(health: &Health) -> Value {
    let database = |trouble: Option<Trouble>| trouble.map_or("ok", Trouble::as_str);
    let tasks: serde_json::Map<String, Value> = health
        .tasks
        .iter()
        .map(|(name, task)| ((*name).to_owned(), json!({"runs": task.runs, "broke_off": task.broke_off})))
        .collect();
    let building = health.index.building.map(|(done, of)| json!({"done": done, "of": of}));
    json!({
        "ready": health.is_ready(),
        "at": health.at,
        "database": {"reads": database(health.reads), "writes": database(health.writes)},
        "workers": {"ok": health.has_workers(), "seen_at": health.worker_seen_at},
        "tasks": tasks,
        "disk": {"ok": health.has_room(), "free_bytes": health.free_bytes, "keep_free_bytes": health.keep_free_bytes},
        "index": {"ok": building.is_none(), "things": health.index.things, "building": building},
    })
}

/// Prometheus text: how many jobs stand where. No names, no ids.
pub(crate) async fn metrics(State(platform): State<Platform>) -> Answer<String> {
    let mut text = String::from("# HELP menpa_jobs Jobs by state.\n# TYPE menpa_jobs gauge\n");
    for (state, count) in content::queue::count_by_state(&platform.library).await? {
        let _ = writeln!(text, "menpa_jobs{{state=\"{state}\"}} {count}");
    }
    Ok(text)
}
