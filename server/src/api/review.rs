//! From a draft by way of a reviewer to its day; and what was changed when.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use content::courses::differences::{Difference, Sides};
use content::courses::review;
use content::courses::revisions::{self, Comment, Revision};
use content::ids::CourseId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::courses::{CourseAnswer, course};
use super::editing::{DeclaredForm, EditedAnswer};
use super::form::{Body, Words};
use super::paging::Paging;
use crate::failure::Answer;
use crate::session::Asking;

#[derive(Deserialize, ToSchema)]
pub(crate) struct SubmitForm {
    /// Not to be shown before this moment.
    publish_at: Option<i64>,
    #[serde(flatten)]
    declared: DeclaredForm,
}

/// Asks the reviewers to look at a draft, or at what was proposed for a published course.
#[utoipa::path(post, path = "/api/v1/courses/{id}/submit", params(("id" = String, Path)), request_body = SubmitForm,
    responses((status = 200, body = EditedAnswer), (status = 404, body = super::document::Problem), (status = 409, body = super::document::Problem)))]
pub(crate) async fn submit(
    Asking(viewer): Asking,
    Path(id): Path<CourseId>,
    Body(form): Body<SubmitForm>,
) -> Answer<Json<EditedAnswer>> {
    let declared = form.declared.declared()?;
    let submitted = review::submit(&viewer.library, viewer.actor()?, &id, declared, form.publish_at).await?;
    Ok(Json(submitted.into()))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct CommentForm {
    pub(super) comment: Option<String>,
}

/// Lets what waits be shown. Whoever had a hand in it, or uploaded a file that is new in it, cannot.
#[utoipa::path(post, path = "/api/v1/courses/{id}/approve", params(("id" = String, Path)), request_body = CommentForm,
    responses((status = 200, body = CourseAnswer), (status = 403, body = super::document::Problem), (status = 409, body = super::document::Problem)))]
pub(crate) async fn approve(
    asking: Asking,
    Path(id): Path<CourseId>,
    Body(form): Body<CommentForm>,
) -> Answer<Json<CourseAnswer>> {
    let viewer = &asking.0;
    review::approve(&viewer.library, viewer.actor()?, &id, &form.comment.unwrap_or_default()).await?;
    course(asking, Path(id)).await
}

/// Gives what waits back, with what is missing.
#[utoipa::path(post, path = "/api/v1/courses/{id}/send-back", params(("id" = String, Path)), request_body = CommentForm,
    responses((status = 200, body = CourseAnswer), (status = 403, body = super::document::Problem), (status = 409, body = super::document::Problem)))]
pub(crate) async fn send_back(
    asking: Asking,
    Path(id): Path<CourseId>,
    Body(form): Body<CommentForm>,
) -> Answer<Json<CourseAnswer>> {
    let viewer = &asking.0;
    review::send_back(&viewer.library, viewer.actor()?, &id, &form.comment.unwrap_or_default()).await?;
    course(asking, Path(id)).await
}

/// Takes back what waits; lays aside what is being put together.
#[utoipa::path(post, path = "/api/v1/courses/{id}/withdraw", params(("id" = String, Path)),
    responses((status = 200, body = CourseAnswer), (status = 404, body = super::document::Problem), (status = 409, body = super::document::Problem)))]
pub(crate) async fn withdraw(asking: Asking, Path(id): Path<CourseId>) -> Answer<Json<CourseAnswer>> {
    review::withdraw(&asking.0.library, asking.0.actor()?, &id).await?;
    course(asking, Path(id)).await
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct ScheduleForm {
    at: i64,
}

/// Has it shown at a time to come.
#[utoipa::path(post, path = "/api/v1/courses/{id}/schedule", params(("id" = String, Path)), request_body = ScheduleForm,
    responses((status = 200, body = CourseAnswer), (status = 409, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn schedule(
    asking: Asking,
    Path(id): Path<CourseId>,
    Body(form): Body<ScheduleForm>,
) -> Answer<Json<CourseAnswer>> {
    review::schedule(&asking.0.library, asking.0.actor()?, &id, form.at).await?;
    course(asking, Path(id)).await
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Revisions {
    items: Vec<RevisionAnswer>,
    next: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct RevisionAnswer {
    id: String,
    course: String,
    /// Counts up within the course.
    number: i64,
    author: String,
    author_name: String,
    created_at: i64,
    /// typo, same or new.
    significance: String,
    note: String,
    /// open, returned, waiting, scheduled, applied or withdrawn.
    state: String,
    submitted_at: Option<i64>,
    publish_at: Option<i64>,
    applied_at: Option<i64>,
    differences: Vec<DifferenceAnswer>,
    comments: Vec<CommentAnswer>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct DifferenceAnswer {
    /// What differs: course-title, lesson-added, lesson-moved …
    aspect: String,
    /// The module or lesson; absent: the course.
    name: Option<Words>,
    before: Option<Words>,
    after: Option<Words>,
    /// Ids and words (of a resource, a column, a language) instead of texts.
    before_word: Option<String>,
    after_word: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct CommentAnswer {
    author_name: String,
    at: i64,
    /// comment, returned or approved.
    verdict: String,
    body: String,
}

impl From<Difference> for DifferenceAnswer {
    fn from(difference: Difference) -> Self {
        let name = (!difference.name.is_empty()).then(|| difference.name.into());
        let none = Self {
            aspect: difference.aspect.to_string(),
            name,
            before: None,
            after: None,
            before_word: None,
            after_word: None,
        };
        match difference.sides {
            Sides::None => none,
            Sides::Texts(before, after) => Self { before: Some(before.into()), after: Some(after.into()), ..none },
            Sides::Words(before_word, after_word) => Self { before_word, after_word, ..none },
        }
    }
}

impl From<Comment> for CommentAnswer {
    fn from(comment: Comment) -> Self {
        Self { author_name: comment.author_name, at: comment.at, verdict: comment.verdict, body: comment.body }
    }
}

fn answer(revision: Revision, comments: Vec<CommentAnswer>) -> RevisionAnswer {
    RevisionAnswer {
        differences: revision.differences().into_iter().map(Into::into).collect(),
        id: revision.id.to_string(),
        course: revision.course.to_string(),
        number: revision.number,
        author: revision.author.to_string(),
        author_name: revision.author_name,
        created_at: revision.created_at,
        significance: revision.significance.to_string(),
        note: revision.note,
        state: revision.state.to_string(),
        submitted_at: revision.submitted_at,
        publish_at: revision.publish_at,
        applied_at: revision.applied_at,
        comments,
    }
}

/// The revisions of a course, newest first, with what each changed and what was said of it.
#[utoipa::path(get, path = "/api/v1/courses/{id}/revisions", params(("id" = String, Path), Paging),
    responses((status = 200, body = Revisions), (status = 403, body = super::document::Problem), (status = 404, body = super::document::Problem),
        (status = 422, body = super::document::Problem)))]
pub(crate) async fn list_revisions(
    Asking(viewer): Asking,
    Path(id): Path<CourseId>,
    Query(paging): Query<Paging>,
) -> Answer<Json<Revisions>> {
    let (library, actor) = (&viewer.library, viewer.actor()?);
    let page = revisions::list_revisions(library, actor, &id, paging.page()?).await?;
    let newest = page.items.first().map_or(0, |revision| revision.number);
    let oldest = page.items.last().map_or(0, |revision| revision.number);
    let mut said: HashMap<i64, Vec<CommentAnswer>> = HashMap::new();
    for (number, comment) in revisions::list_comments(library, actor, &id, (oldest, newest)).await? {
        said.entry(number).or_default().push(comment.into());
    }
    let items = page.items.into_iter().map(|revision| {
        let comments = said.remove(&revision.number).unwrap_or_default();
        answer(revision, comments)
    });
    Ok(Json(Revisions { items: items.collect(), next: page.next }))
}

/// Says something about a revision.
#[utoipa::path(post, path = "/api/v1/courses/{id}/revisions/{number}/comments", params(("id" = String, Path), ("number" = i64, Path)),
    request_body = CommentForm, responses((status = 204), (status = 403, body = super::document::Problem), (status = 404, body = super::document::Problem)))]
pub(crate) async fn comment(
    Asking(viewer): Asking,
    Path((id, number)): Path<(CourseId, i64)>,
    Body(form): Body<CommentForm>,
) -> Answer<StatusCode> {
    review::comment(&viewer.library, viewer.actor()?, &id, number, &form.comment.unwrap_or_default()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes the course what it was after a revision, by a new one.
#[utoipa::path(post, path = "/api/v1/courses/{id}/revisions/{number}/restore", params(("id" = String, Path), ("number" = i64, Path)),
    request_body = DeclaredForm, responses((status = 200, body = EditedAnswer), (status = 404, body = super::document::Problem), (status = 409, body = super::document::Problem)))]
pub(crate) async fn restore(
    Asking(viewer): Asking,
    Path((id, number)): Path<(CourseId, i64)>,
    Body(form): Body<DeclaredForm>,
) -> Answer<Json<EditedAnswer>> {
    let declared = form.declared()?;
    Ok(Json(revisions::restore(&viewer.library, viewer.actor()?, &id, number, declared).await?.into()))
}

/// What waits for the caller's review, the longest first.
#[utoipa::path(get, path = "/api/v1/reviews", params(Paging),
    responses((status = 200, body = Revisions), (status = 403, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn list_waiting(Asking(viewer): Asking, Query(paging): Query<Paging>) -> Answer<Json<Revisions>> {
    let page = review::list_waiting(&viewer.library, viewer.actor()?, paging.page()?).await?;
    let items = page.items.into_iter().map(|waiting| answer(waiting.revision, Vec::new()));
    Ok(Json(Revisions { items: items.collect(), next: page.next }))
}
