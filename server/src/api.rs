//! What may other programs ask? `/api/v1`: JSON over the same verbs, described by its OpenAPI document.

mod courses;
pub(crate) mod document;
mod form;
mod learning;
mod media;
mod people;
mod queue;
mod reports;
mod search;

use axum::Router;
use axum::routing::{get, post, put};

use crate::Platform;

/// What a workbook is in HTTP.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(crate) fn routes() -> Router<Platform> {
    Router::new()
        .route("/openapi.json", get(document::openapi))
        .route("/sign-in", post(people::sign_in))
        .route("/sign-out", post(people::sign_out))
        .route("/me", get(people::me))
        .route("/org-units", post(people::add_unit).get(people::list_units))
        .route("/people", post(people::add_person))
        .route("/grants", post(people::grant))
        .route("/columns", post(courses::add_column).get(courses::list_columns))
        .route("/columns/{slug}/policy", put(courses::set_policy))
        .route("/courses", post(courses::add_course).get(courses::list_courses))
        .route("/courses/{id}", get(courses::course))
        .route("/courses/{id}/modules", post(courses::add_module))
        .route("/courses/{id}/lessons", post(courses::add_lesson))
        .route("/courses/{id}/handouts", post(courses::add_handout))
        .route("/courses/{id}/publish", post(courses::publish))
        .route("/courses/{id}/retire", post(courses::retire))
        .route("/lessons/{id}", get(courses::lesson))
        .route("/lessons/{id}/position", get(learning::position))
        .route("/watch", post(learning::watch))
        .route("/resources/{id}", get(media::resource))
        .route("/resources/{id}/captions/{language}", put(media::set_captions))
        .route("/resources/{id}/captions/{language}/automatic", post(media::ask_for_captions))
        .route("/resources/{id}/encode", post(media::encode))
        .route("/jobs", get(queue::list_jobs))
        .route("/jobs/{id}/retry", post(queue::retry))
        .route("/jobs/{id}/cancel", post(queue::cancel))
        .route("/jobs/{id}/pause", post(queue::pause))
        .route("/queue", put(queue::set_queue))
        .route("/queue/encode-all", post(queue::encode_all))
        .route("/search", get(search::search))
        .route("/reports/completion", get(reports::completion))
        .fallback(crate::pages::nothing_here)
}
