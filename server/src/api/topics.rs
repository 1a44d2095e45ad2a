//! The topics of columns and the order of their courses, and taking columns and terms away.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use content::courses::{columns, topics};
use content::ids::{CourseId, TermId, TopicId};
use content::shelves;
use serde::Deserialize;
use utoipa::ToSchema;

use super::editing::MoveForm;
use super::form::{Body, Made, TextForm, made};
use crate::failure::Answer;
use crate::session::Asking;

#[derive(Deserialize, ToSchema)]
pub(crate) struct TopicForm {
    title: TextForm,
}

/// Adds a topic to a column, at the end.
#[utoipa::path(post, path = "/api/v1/columns/{slug}/topics", params(("slug" = String, Path)), request_body = TopicForm,
    responses((status = 201, body = Made), (status = 403, body = super::document::Problem), (status = 404, body = super::document::Problem),
        (status = 422, body = super::document::Problem)))]
pub(crate) async fn add_topic(
    Asking(viewer): Asking,
    Path(slug): Path<String>,
    Body(form): Body<TopicForm>,
) -> Answer<(StatusCode, Json<Made>)> {
    let title = form.title.texts(viewer.language());
    Ok(made(&topics::add_topic(&viewer.library, viewer.actor()?, &slug, title).await?))
}

/// Calls a topic otherwise.
#[utoipa::path(patch, path = "/api/v1/topics/{id}", params(("id" = String, Path)), request_body = TopicForm,
    responses((status = 204), (status = 403, body = super::document::Problem), (status = 404, body = super::document::Problem)))]
pub(crate) async fn rename_topic(
    Asking(viewer): Asking,
    Path(id): Path<TopicId>,
    Body(form): Body<TopicForm>,
) -> Answer<StatusCode> {
    topics::rename_topic(&viewer.library, viewer.actor()?, &id, form.title.texts(viewer.language())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Moves a topic among those of its column.
#[utoipa::path(post, path = "/api/v1/topics/{id}/move", params(("id" = String, Path)), request_body = MoveForm,
    responses((status = 204), (status = 403, body = super::document::Problem), (status = 404, body = super::document::Problem)))]
pub(crate) async fn move_topic(
    Asking(viewer): Asking,
    Path(id): Path<TopicId>,
    Body(form): Body<MoveForm>,
) -> Answer<StatusCode> {
    topics::move_topic(&viewer.library, viewer.actor()?, &id, form.place()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a topic away in which no course stands.
#[utoipa::path(delete, path = "/api/v1/topics/{id}", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = super::document::Problem), (status = 409, body = super::document::Problem)))]
pub(crate) async fn remove_topic(Asking(viewer): Asking, Path(id): Path<TopicId>) -> Answer<StatusCode> {
    topics::remove_topic(&viewer.library, viewer.actor()?, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Moves a course among those that learners see in its column.
#[utoipa::path(post, path = "/api/v1/courses/{id}/move", params(("id" = String, Path)), request_body = MoveForm,
    responses((status = 204), (status = 403, body = super::document::Problem), (status = 404, body = super::document::Problem)))]
pub(crate) async fn move_course(
    Asking(viewer): Asking,
    Path(id): Path<CourseId>,
    Body(form): Body<MoveForm>,
) -> Answer<StatusCode> {
    columns::move_course(&viewer.library, viewer.actor()?, &id, form.place()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a column away that has neither courses nor topics.
#[utoipa::path(delete, path = "/api/v1/columns/{slug}", params(("slug" = String, Path)),
    responses((status = 204), (status = 404, body = super::document::Problem), (status = 409, body = super::document::Problem)))]
pub(crate) async fn remove_column(Asking(viewer): Asking, Path(slug): Path<String>) -> Answer<StatusCode> {
    columns::remove_column(&viewer.library, viewer.actor()?, &slug).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes an aspect or an audience away by which nothing is sorted.
#[utoipa::path(delete, path = "/api/v1/terms/{id}", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = super::document::Problem), (status = 409, body = super::document::Problem)))]
pub(crate) async fn remove_term(Asking(viewer): Asking, Path(id): Path<TermId>) -> Answer<StatusCode> {
    shelves::remove_term(&viewer.library, viewer.actor()?, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
