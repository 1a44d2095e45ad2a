//! What of a file is to be changed that learners of a reviewed course see, and what its reviewers say.

use axum::Json;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use content::ids::{ProposalId, ResourceId};
use content::proposals::{self, Proposal, Said};
use content::shelves::proposed;
use content::{Error, Why};
use serde::Serialize;
use utoipa::ToSchema;

use super::form::{Body, Words};
use super::paging::Paging;
use super::review::CommentForm;
use crate::failure::Answer;
use crate::session::Asking;

/// What was said waits for a reviewer; learners see what stood there.
#[derive(Serialize, ToSchema)]
pub(crate) struct SaidAnswer {
    /// proposed.
    state: String,
    proposal: String,
}

/// 204 for what stands, 202 for what waits.
pub(super) fn answer_said(said: Said) -> Response {
    match said {
        Said::Proposed(id) => {
            let answer = SaidAnswer { state: "proposed".into(), proposal: id.to_string() };
            (StatusCode::ACCEPTED, Json(answer)).into_response()
        }
        Said::Nothing | Said::Applied => StatusCode::NO_CONTENT.into_response(),
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Proposals {
    items: Vec<ProposalAnswer>,
    next: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ProposalAnswer {
    id: String,
    resource: String,
    resource_title: Words,
    /// title, language, about or captions.
    kind: String,
    /// The language of captions.
    language: Option<String>,
    /// What stood there when it was proposed: JSON of a title or of what is said, a language, WebVTT; absent: nothing.
    before: Option<String>,
    /// What is to stand there.
    after: Option<String>,
    /// Whether a program wrote it.
    is_automatic: bool,
    author: String,
    author_name: String,
    created_at: i64,
    /// waiting, returned, applied or withdrawn.
    state: String,
    /// What the reviewer said of it.
    comment: String,
}

impl From<Proposal> for ProposalAnswer {
    fn from(proposal: Proposal) -> Self {
        Self {
            is_automatic: proposal.is_automatic(),
            id: proposal.id.to_string(),
            resource: proposal.resource.to_string(),
            resource_title: proposal.resource_title.into(),
            kind: proposal.kind.to_string(),
            language: Some(proposal.slot).filter(|slot| !slot.is_empty()),
            before: proposal.before,
            after: proposal.after,
            author: proposal.author.to_string(),
            author_name: proposal.author_name,
            created_at: proposal.created_at,
            state: proposal.state.to_string(),
            comment: proposal.comment,
        }
    }
}

/// What waits for the caller's review, the longest first.
#[utoipa::path(get, path = "/api/v1/proposals", params(Paging),
    responses((status = 200, body = Proposals), (status = 403, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn list_waiting(Asking(viewer): Asking, Query(paging): Query<Paging>) -> Answer<Json<Proposals>> {
    let page = proposals::list_waiting(&viewer.library, viewer.actor()?, paging.page()?).await?;
    Ok(Json(Proposals { items: page.items.into_iter().map(Into::into).collect(), next: page.next }))
}

/// What waits or was sent back of a file of the caller's; there is one at most of each kind and language.
#[utoipa::path(get, path = "/api/v1/resources/{id}/proposals", params(("id" = String, Path), Paging),
    responses((status = 200, body = Proposals), (status = 404, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn list_of(
    Asking(viewer): Asking,
    Path(id): Path<ResourceId>,
    Query(paging): Query<Paging>,
) -> Answer<Json<Proposals>> {
    let found = proposed::list_of(&viewer.library, viewer.actor()?, &id).await?;
    let first = match paging.page()?.after {
        Some(after) => found.iter().position(|each| each.id.as_str() == after).map(|place| place + 1),
        None => Some(0),
    };
    let first = first.ok_or(Error::Invalid { field: "after", why: Why::UnknownValue })?;
    let limit = paging.page()?.limit;
    let last = found.get(first + limit - 1).filter(|_| found.len() > first + limit);
    let next = last.map(|each| each.id.to_string());
    Ok(Json(Proposals { items: found.into_iter().skip(first).take(limit).map(Into::into).collect(), next }))
}

/// Lets it hold, when no other unit has to look at it. Whoever had a hand in it, or uploaded the file, cannot.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/approve", params(("id" = String, Path)), request_body = CommentForm,
    responses((status = 200, body = ProposalAnswer), (status = 404, body = super::document::Problem),
        (status = 409, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn approve(
    Asking(viewer): Asking,
    Path(id): Path<ProposalId>,
    Body(form): Body<CommentForm>,
) -> Answer<Json<ProposalAnswer>> {
    let comment = form.comment.unwrap_or_default();
    Ok(Json(proposed::approve(&viewer.library, viewer.actor()?, &id, &comment).await?.into()))
}

/// Gives it back, with what is missing.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/send-back", params(("id" = String, Path)), request_body = CommentForm,
    responses((status = 200, body = ProposalAnswer), (status = 404, body = super::document::Problem),
        (status = 409, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn send_back(
    Asking(viewer): Asking,
    Path(id): Path<ProposalId>,
    Body(form): Body<CommentForm>,
) -> Answer<Json<ProposalAnswer>> {
    let comment = form.comment.unwrap_or_default();
    Ok(Json(proposed::send_back(&viewer.library, viewer.actor()?, &id, &comment).await?.into()))
}

/// Lays it aside, for whoever keeps the file.
#[utoipa::path(post, path = "/api/v1/proposals/{id}/withdraw", params(("id" = String, Path)),
    responses((status = 200, body = ProposalAnswer), (status = 404, body = super::document::Problem),
        (status = 409, body = super::document::Problem)))]
pub(crate) async fn withdraw(Asking(viewer): Asking, Path(id): Path<ProposalId>) -> Answer<Json<ProposalAnswer>> {
    Ok(Json(proposed::withdraw(&viewer.library, viewer.actor()?, &id).await?.into()))
}
