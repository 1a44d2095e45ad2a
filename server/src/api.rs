//! What may other programs ask? `/api/v1`: JSON over the same verbs, described by its OpenAPI document.

mod columns;
mod courses;
pub(crate) mod document;
mod editing;
mod form;
mod learning;
mod media;
mod names;
mod once;
mod people;
mod queue;
mod reports;
mod review;
mod search;
mod shelves;
mod topics;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{delete, get, patch, post, put};

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
        .route("/columns", post(columns::add_column).get(columns::list_columns))
        .route("/columns/{slug}", patch(columns::edit_column).delete(topics::remove_column))
        .route("/columns/{slug}/move", post(columns::move_column))
        .route("/columns/{slug}/policy", put(columns::set_policy))
        .route("/columns/{slug}/topics", post(topics::add_topic))
        .route("/topics/{id}", patch(topics::rename_topic).delete(topics::remove_topic))
        .route("/topics/{id}/move", post(topics::move_topic))
        .route("/courses", post(courses::add_course).get(courses::list_courses))
        .route("/courses/{id}", get(courses::course).patch(editing::edit_course))
        .route("/courses/{id}/move", post(topics::move_course))
        .route("/courses/{id}/modules", post(courses::add_module))
        .route("/courses/{id}/lessons", post(courses::add_lesson))
        .route("/courses/{id}/handouts", post(courses::add_handout))
        .route("/courses/{id}/publish", post(courses::publish))
        .route("/courses/{id}/retire", post(courses::retire))
        .merge(edited())
        .route("/lessons/{id}", get(courses::lesson))
        .route("/lessons/{id}/position", get(learning::position))
        .route("/watch", post(learning::watch))
        .route("/resources/{id}", get(media::resource))
        .route("/resources/{id}/captions/{language}", put(media::set_captions))
        .route("/resources/{id}/captions/{language}/automatic", post(media::ask_for_captions))
        .route("/resources/{id}/encode", post(media::encode))
        .route("/resources/{id}/about", put(shelves::describe))
        .route("/resources/{id}/looked-at", post(shelves::look_again))
        .route("/resources/{id}/replace", post(editing::replace))
        .route("/resources-due", get(shelves::list_due))
        .route("/terms", get(shelves::list_terms).post(shelves::add_term))
        .route("/terms/{id}", patch(shelves::rename_term).delete(topics::remove_term))
        .route("/terms/{id}/move", post(shelves::move_term))
        .route("/jobs", get(queue::list_jobs))
        .route("/jobs/{id}/retry", post(queue::retry))
        .route("/jobs/{id}/cancel", post(queue::cancel))
        .route("/jobs/{id}/pause", post(queue::pause))
        .route("/queue", put(queue::set_queue))
        .route("/queue/encode-all", post(queue::encode_all))
        .route("/search", get(search::search))
        .route("/suggestions", get(names::suggest))
        .route("/concepts", get(names::list_concepts).put(names::save_concept).delete(names::remove_concept))
        .route("/questions", get(names::list_questions))
        .route("/reports/completion", get(reports::completion))
        .fallback(crate::pages::nothing_here)
        .layer(from_fn(once::once))
}

/// What a course is made up of, and who looks at it before it is shown.
fn edited() -> Router<Platform> {
    Router::new()
        .route("/courses/{id}/modules/{module}", patch(editing::edit_module).delete(editing::remove_module))
        .route("/courses/{id}/modules/{module}/move", post(editing::move_module))
        .route("/courses/{id}/lessons/{lesson}", patch(editing::edit_lesson).delete(editing::remove_lesson))
        .route("/courses/{id}/lessons/{lesson}/move", post(editing::move_lesson))
        .route("/courses/{id}/lessons/{lesson}/faces/{language}", put(editing::set_face).delete(editing::remove_face))
        .route("/courses/{id}/handouts/{resource}", delete(editing::remove_handout))
        .route("/courses/{id}/submit", post(review::submit))
        .route("/courses/{id}/approve", post(review::approve))
        .route("/courses/{id}/send-back", post(review::send_back))
        .route("/courses/{id}/withdraw", post(review::withdraw))
        .route("/courses/{id}/schedule", post(review::schedule))
        .route("/courses/{id}/revisions", get(review::list_revisions))
        .route("/courses/{id}/revisions/{number}/comments", post(review::comment))
        .route("/courses/{id}/revisions/{number}/restore", post(review::restore))
        .route("/reviews", get(review::list_waiting))
}
