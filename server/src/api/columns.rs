//! Columns, and how their videos are kept.

use axum::Json;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use content::courses::columns::{self, ColumnEdit};
use content::courses::policy::{self, Kept};
use content::courses::topics::{self, Topic};
use content::courses::{self, authoring};
use content::media::{Class, Originals};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::editing::MoveForm;
use super::form::{self, Body, Made, TextForm, Words, made, texts_or_none};
use super::paging::Paging;
use crate::failure::Answer;
use crate::session::Asking;

/// How many topics stand with each column of a list.
const TOPICS: usize = 50;

#[derive(Deserialize, ToSchema)]
pub(crate) struct ColumnForm {
    /// Lower-case letters, digits and hyphens.
    slug: String,
    title: TextForm,
    summary: Option<TextForm>,
}

/// Adds a column.
#[utoipa::path(post, path = "/api/v1/columns", request_body = ColumnForm,
    responses((status = 201, body = Made), (status = 403, body = super::document::Problem),
        (status = 409, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn add_column(
    Asking(viewer): Asking,
    Body(form): Body<ColumnForm>,
) -> Answer<(StatusCode, Json<Made>)> {
    let language = viewer.language();
    let (title, summary) = (form.title.texts(language), texts_or_none(form.summary, language));
    Ok(made(&authoring::add_column(&viewer.library, viewer.actor()?, &form.slug, title, summary).await?))
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ColumnAnswer {
    id: String,
    slug: String,
    title: Words,
    summary: Words,
    /// What the videos of the caller's tree are encoded as: slides, mixed or natural; absent: as each was seen.
    class: Option<String>,
    /// What becomes of their originals: keep, move or drop.
    originals: String,
    /// In which languages it teaches; empty: not said.
    languages: Vec<String>,
    /// The video whose poster is its cover.
    cover: Option<String>,
    /// Its topics in their order, fifty at most.
    topics: Vec<TopicAnswer>,
    /// Where there are more: what the next page of `/columns/{slug}/topics` comes `after`.
    topics_next: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct TopicAnswer {
    id: String,
    title: Words,
}

impl From<Topic> for TopicAnswer {
    fn from(topic: Topic) -> Self {
        Self { id: topic.id.to_string(), title: topic.title.into() }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Columns {
    items: Vec<ColumnAnswer>,
    next: Option<String>,
}

/// The columns in their order, each with its first topics.
#[utoipa::path(get, path = "/api/v1/columns", params(Paging),
    responses((status = 200, body = Columns), (status = 422, body = super::document::Problem)))]
pub(crate) async fn list_columns(Asking(viewer): Asking, Query(paging): Query<Paging>) -> Answer<Json<Columns>> {
    viewer.actor()?;
    let page = columns::list_page(&viewer.library, paging.page()?).await?;
    let mut items = Vec::new();
    for column in page.items {
        let first = content::paging::Paging { after: None, limit: TOPICS };
        let topics = topics::list_page(&viewer.library, &column.id, first).await?;
        // Whoever keeps no columns is told what holds where nobody has said anything.
        let kept = policy::find_kept(&viewer.library, viewer.actor()?, &column.id).await.ok();
        items.push(ColumnAnswer {
            topics: topics.items.into_iter().map(Into::into).collect(),
            topics_next: topics.next,
            id: column.id.to_string(),
            languages: column.languages().iter().map(ToString::to_string).collect(),
            cover: column.cover.as_ref().map(ToString::to_string),
            slug: column.slug,
            title: column.title.into(),
            summary: column.summary.into(),
            class: kept.and_then(|kept| kept.class).map(|class| class.to_string()),
            originals: kept.map_or(Originals::Keep, |kept| kept.originals).to_string(),
        });
    }
    Ok(Json(Columns { items, next: page.next }))
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Topics {
    items: Vec<TopicAnswer>,
    next: Option<String>,
}

/// The topics of a column in their order.
#[utoipa::path(get, path = "/api/v1/columns/{slug}/topics", params(("slug" = String, Path), Paging),
    responses((status = 200, body = Topics), (status = 404, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn list_topics(
    Asking(viewer): Asking,
    Path(slug): Path<String>,
    Query(paging): Query<Paging>,
) -> Answer<Json<Topics>> {
    viewer.actor()?;
    let column = courses::load_column(&viewer.library, &slug).await?;
    let page = topics::list_page(&viewer.library, &column.id, paging.page()?).await?;
    Ok(Json(Topics { items: page.items.into_iter().map(Into::into).collect(), next: page.next }))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct PolicyForm {
    /// What its videos are encoded as: slides, mixed or natural; absent: as each was seen.
    class: Option<String>,
    /// What becomes of their originals once everything is made of them: keep, move or drop.
    originals: String,
}

#[derive(Deserialize, utoipa::IntoParams)]
pub(crate) struct WhichPolicy {
    /// slides, mixed or natural; absent: as each was seen.
    class: Option<String>,
    /// keep, move or drop; absent: what holds now.
    originals: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyAnswer {
    class: Option<String>,
    originals: String,
    /// How many videos of the caller's tree it binds; how many of them would be made anew, and of how many the original would
    /// be moved away or deleted.
    videos: i64,
    encoded: i64,
    originals_gone: i64,
    /// Nothing is deleted before that moment.
    not_before: Option<i64>,
}

/// What a column says of the videos of the caller's tree, or what saying that would do: nothing is changed.
#[utoipa::path(get, path = "/api/v1/columns/{slug}/policy", params(("slug" = String, Path), WhichPolicy),
    responses((status = 200, body = PolicyAnswer), (status = 403, body = super::document::Problem),
        (status = 404, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn policy(
    Asking(viewer): Asking,
    Path(slug): Path<String>,
    Query(which): Query<WhichPolicy>,
) -> Answer<Json<PolicyAnswer>> {
    let (library, actor) = (&viewer.library, viewer.actor()?);
    let column = courses::load_column(library, &slug).await?;
    let kept = match &which.originals {
        Some(originals) => Kept {
            class: form::word("class", which.class.as_deref(), Class::parse)?,
            originals: form::word("originals", Some(originals), Originals::parse)?.unwrap_or_default(),
        },
        None => policy::find_kept(library, actor, &column.id).await?,
    };
    let reach = policy::preview(library, actor, &slug, kept).await?;
    let not_before = library.clock.now_ms() + policy::GRACE_MS;
    Ok(Json(PolicyAnswer {
        class: kept.class.map(|class| class.to_string()),
        originals: kept.originals.to_string(),
        videos: reach.videos,
        encoded: reach.encoded,
        originals_gone: reach.originals,
        not_before: (kept.originals == Originals::Drop).then_some(not_before),
    }))
}

/// Says how the videos of the caller's tree are kept in a column; those that were made otherwise are made anew in the background.
/// Originals are deleted seven days later, unless something else is said by then.
#[utoipa::path(put, path = "/api/v1/columns/{slug}/policy", params(("slug" = String, Path)), request_body = PolicyForm,
    responses((status = 204), (status = 403, body = super::document::Problem), (status = 404, body = super::document::Problem),
        (status = 422, body = super::document::Problem)))]
pub(crate) async fn set_policy(
    Asking(viewer): Asking,
    Path(slug): Path<String>,
    Body(form): Body<PolicyForm>,
) -> Answer<StatusCode> {
    let class = form::word("class", form.class.as_deref(), Class::parse)?;
    let originals = form::word("originals", Some(&form.originals), Originals::parse)?.unwrap_or_default();
    policy::set_policy(&viewer.library, viewer.actor()?, &slug, Kept { class, originals }).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct ColumnEditForm {
    title: Option<TextForm>,
    summary: Option<TextForm>,
    /// In which languages it teaches.
    languages: Option<Vec<String>>,
    /// The video whose poster is its cover; empty: none.
    cover: Option<String>,
}

/// Edits a column; what is absent stays.
#[utoipa::path(patch, path = "/api/v1/columns/{slug}", params(("slug" = String, Path)), request_body = ColumnEditForm,
    responses((status = 204), (status = 403, body = super::document::Problem), (status = 404, body = super::document::Problem),
        (status = 422, body = super::document::Problem)))]
pub(crate) async fn edit_column(
    Asking(viewer): Asking,
    Path(slug): Path<String>,
    Body(form): Body<ColumnEditForm>,
) -> Answer<StatusCode> {
    let language = viewer.language();
    let languages = form.languages.map(|words| columns::languages_of(words.iter().map(String::as_str)));
    let edit = ColumnEdit {
        title: form.title.map(|title| title.texts(language)),
        summary: form.summary.map(|summary| summary.texts(language)),
        languages: languages.transpose()?,
        cover: form.cover.map(|cover| (!cover.is_empty()).then(|| cover.into())),
    };
    columns::edit_column(&viewer.library, viewer.actor()?, &slug, edit).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Moves a column among the others.
#[utoipa::path(post, path = "/api/v1/columns/{slug}/move", params(("slug" = String, Path)), request_body = MoveForm,
    responses((status = 204), (status = 403, body = super::document::Problem), (status = 404, body = super::document::Problem)))]
pub(crate) async fn move_column(
    Asking(viewer): Asking,
    Path(slug): Path<String>,
    Body(form): Body<MoveForm>,
) -> Answer<StatusCode> {
    columns::move_column(&viewer.library, viewer.actor()?, &slug, form.place()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
