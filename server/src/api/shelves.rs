//! Aspects and audiences, and what is said of a resource.

use axum::Json;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use content::ids::{ResourceId, TermId};
use content::shelves::{self, About, Facet, due};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::editing::MoveForm;
use super::form::{self, Body, Made, TextForm, Words, made, texts_or_none};
use super::paging::Paging;
use super::proposals::{SaidAnswer, answer_said};
use crate::failure::Answer;
use crate::session::Asking;

#[derive(Serialize, ToSchema)]
pub(crate) struct Terms {
    items: Vec<TermAnswer>,
    next: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct TermAnswer {
    id: String,
    /// aspect or audience.
    facet: String,
    slug: String,
    title: Words,
}

#[derive(Deserialize)]
pub(crate) struct WhichFacet {
    facet: Option<String>,
}

/// The aspects and the audiences in their order, or one of both.
#[utoipa::path(get, path = "/api/v1/terms", params(("facet" = Option<String>, Query), Paging),
    responses((status = 200, body = Terms), (status = 422, body = super::document::Problem)))]
pub(crate) async fn list_terms(
    Asking(viewer): Asking,
    Query(which): Query<WhichFacet>,
    Query(paging): Query<Paging>,
) -> Answer<Json<Terms>> {
    viewer.actor()?;
    let only = form::word("facet", which.facet.as_deref(), Facet::parse)?;
    let page = shelves::list_page(&viewer.library, only, paging.page()?).await?;
    let items = page.items.into_iter().map(|term| TermAnswer {
        id: term.id.to_string(),
        facet: term.facet.to_string(),
        slug: term.slug,
        title: term.title.into(),
    });
    Ok(Json(Terms { items: items.collect(), next: page.next }))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct TermForm {
    /// aspect or audience.
    facet: String,
    /// Lower-case letters, digits and hyphens.
    slug: String,
    title: TextForm,
}

/// Adds an aspect or an audience at the end.
#[utoipa::path(post, path = "/api/v1/terms", request_body = TermForm,
    responses((status = 201, body = Made), (status = 403, body = super::document::Problem), (status = 409, body = super::document::Problem),
        (status = 422, body = super::document::Problem)))]
pub(crate) async fn add_term(Asking(viewer): Asking, Body(form): Body<TermForm>) -> Answer<(StatusCode, Json<Made>)> {
    let unknown = content::Error::Invalid { field: "facet", why: content::Why::UnknownValue };
    let facet = Facet::parse(&form.facet).ok_or(unknown)?;
    let title = form.title.texts(viewer.language());
    Ok(made(&shelves::add_term(&viewer.library, viewer.actor()?, facet, &form.slug, title).await?))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct TermEditForm {
    title: TextForm,
}

/// Calls a term otherwise.
#[utoipa::path(patch, path = "/api/v1/terms/{id}", params(("id" = String, Path)), request_body = TermEditForm,
    responses((status = 204), (status = 403, body = super::document::Problem), (status = 404, body = super::document::Problem)))]
pub(crate) async fn rename_term(
    Asking(viewer): Asking,
    Path(id): Path<TermId>,
    Body(form): Body<TermEditForm>,
) -> Answer<StatusCode> {
    let title = form.title.texts(viewer.language());
    shelves::rename_term(&viewer.library, viewer.actor()?, &id, title).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Moves a term among those that sort by the same.
#[utoipa::path(post, path = "/api/v1/terms/{id}/move", params(("id" = String, Path)), request_body = MoveForm,
    responses((status = 204), (status = 403, body = super::document::Problem), (status = 404, body = super::document::Problem)))]
pub(crate) async fn move_term(
    Asking(viewer): Asking,
    Path(id): Path<TermId>,
    Body(form): Body<MoveForm>,
) -> Answer<StatusCode> {
    shelves::move_term(&viewer.library, viewer.actor()?, &id, form.place()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct AboutForm {
    summary: Option<TextForm>,
    #[serde(default)]
    author: String,
    #[serde(default)]
    institution: String,
    /// Whose money or interest stands behind it.
    #[serde(default)]
    disclosure: String,
    #[serde(default)]
    license: String,
    /// Where it comes from.
    #[serde(default)]
    source: String,
    /// When its medicine is to be looked at again.
    review_by: Option<i64>,
    /// Slugs.
    #[serde(default)]
    aspects: Vec<String>,
    #[serde(default)]
    audiences: Vec<String>,
}

/// Says anew all that is said of a resource; where a reviewed course shows it, that is proposed.
#[utoipa::path(put, path = "/api/v1/resources/{id}/about", params(("id" = String, Path)), request_body = AboutForm,
    responses((status = 202, body = SaidAnswer), (status = 204), (status = 403, body = super::document::Problem), (status = 404, body = super::document::Problem),
        (status = 422, body = super::document::Problem)))]
pub(crate) async fn describe(
    Asking(viewer): Asking,
    Path(id): Path<ResourceId>,
    Body(form): Body<AboutForm>,
) -> Answer<Response> {
    let about = About {
        summary: texts_or_none(form.summary, viewer.language()),
        author: form.author,
        institution: form.institution,
        disclosure: form.disclosure,
        license: form.license,
        source: form.source,
        review_by: form.review_by,
    };
    let aspects = form.aspects.into_iter().map(|slug| (Facet::Aspect, slug));
    let terms: Vec<_> = aspects.chain(form.audiences.into_iter().map(|slug| (Facet::Audience, slug))).collect();
    Ok(answer_said(shelves::describe(&viewer.library, viewer.actor()?, &id, about, &terms).await?))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct LookedForm {
    /// Good until then.
    review_by: i64,
}

/// Somebody has looked at its medicine again.
#[utoipa::path(post, path = "/api/v1/resources/{id}/looked-at", params(("id" = String, Path)), request_body = LookedForm,
    responses((status = 202, body = SaidAnswer), (status = 204), (status = 403, body = super::document::Problem), (status = 404, body = super::document::Problem),
        (status = 422, body = super::document::Problem)))]
pub(crate) async fn look_again(
    Asking(viewer): Asking,
    Path(id): Path<ResourceId>,
    Body(form): Body<LookedForm>,
) -> Answer<Response> {
    Ok(answer_said(due::look_again(&viewer.library, viewer.actor()?, &id, form.review_by).await?))
}

#[derive(Serialize, ToSchema)]
pub(crate) struct DueResources {
    items: Vec<DueAnswer>,
    next: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct DueAnswer {
    resource: String,
    title: Words,
    review_by: i64,
    /// overdue or soon.
    urgency: String,
}

/// The caller's resources that are overdue or due within sixty days, the most urgent first.
#[utoipa::path(get, path = "/api/v1/resources-due", params(Paging),
    responses((status = 200, body = DueResources), (status = 403, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn list_due(Asking(viewer): Asking, Query(paging): Query<Paging>) -> Answer<Json<DueResources>> {
    let now = viewer.library.clock.now_ms();
    let page = due::list_due(&viewer.library, viewer.actor()?, paging.page()?).await?;
    let items = page.items.into_iter().map(|due| DueAnswer {
        urgency: due.urgency(now).to_string(),
        resource: due.resource.to_string(),
        title: due.title.into(),
        review_by: due.review_by,
    });
    Ok(Json(DueResources { items: items.collect(), next: page.next }))
}
