//! Resources, their renditions and captions, and the jobs that make them.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use content::ids::ResourceId;
use content::media::{self, captions};
use content::{Error, courses, courseware};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::form::{self, Body, Words};
use super::proposals::{SaidAnswer, answer_said};
use crate::Platform;
use crate::failure::Answer;
use crate::session::Asking;

#[derive(Serialize, ToSchema)]
pub(crate) struct ResourceAnswer {
    id: String,
    /// video or courseware.
    kind: String,
    title: Words,
    /// received, checked, transcoding, ready or failed.
    stage: String,
    /// A stable word for why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    percent: f64,
    size_bytes: i64,
    duration_ms: Option<i64>,
    hls: Option<String>,
    progressive: Option<String>,
    poster: Option<String>,
    /// Where the file as it was uploaded can be had, for courseware.
    original: Option<String>,
    /// Only what is whole.
    renditions: Vec<RenditionAnswer>,
    /// What kind of picture it was taken for: slides, mixed or natural.
    class: Option<String>,
    /// Whether steady noise is taken out of its sound.
    denoise: bool,
    stills: Vec<StillAnswer>,
    /// Of courseware, in order.
    pages: Vec<PageAnswer>,
}

/// One page of courseware. Without a picture it is text.
#[derive(Serialize, ToSchema)]
pub(crate) struct PageAnswer {
    /// From 1.
    number: i64,
    width: Option<i64>,
    height: Option<i64>,
    avif: Option<String>,
    /// The same for browsers without AVIF.
    webp: Option<String>,
    /// Of the AVIF picture, or of the text.
    size_bytes: i64,
    /// How much of its text can be found, in characters.
    text_chars: usize,
}

impl From<courseware::Page> for PageAnswer {
    fn from(page: courseware::Page) -> Self {
        Self {
            avif: page.avif(),
            webp: page.webp(),
            size_bytes: page.size_bytes(),
            text_chars: page.text.chars().count(),
            number: page.number,
            width: page.width,
            height: page.height,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct RenditionAnswer {
    name: String,
    /// video or audio.
    kind: String,
    width: Option<i64>,
    height: Option<i64>,
    codecs: String,
    bits_per_second: i64,
    size_bytes: i64,
    address: String,
    /// Picture and sound in one file, for use offline.
    plain: Option<String>,
    plain_bytes: Option<i64>,
}

/// One slide as a picture.
#[derive(Serialize, ToSchema)]
pub(crate) struct StillAnswer {
    at_ms: i64,
    width: i64,
    height: i64,
    avif: Option<String>,
    webp: Option<String>,
    /// Nearly without loss, for diagnosis.
    fine: Option<String>,
}

/// How far a resource has come, and what of it can be played.
#[utoipa::path(get, path = "/api/v1/resources/{id}", params(("id" = String, Path)),
    responses((status = 200, body = ResourceAnswer), (status = 404, body = super::document::Problem)))]
pub(crate) async fn resource(
    State(platform): State<Platform>,
    Asking(viewer): Asking,
    Path(id): Path<ResourceId>,
) -> Answer<Json<ResourceAnswer>> {
    if !courses::may_open_resource(&platform.library, viewer.actor()?, &id).await? {
        return Err(Error::NotFound("resource").into());
    }
    let progress = media::load_progress(&platform.library, &id).await?;
    let resource = progress.resource;
    let renditions = progress.renditions.into_iter().filter_map(|rendition| {
        Some(RenditionAnswer {
            address: rendition.address()?,
            plain: rendition.plain_address(),
            plain_bytes: rendition.plain_bytes,
            name: rendition.name,
            kind: rendition.kind,
            width: rendition.width,
            height: rendition.height,
            codecs: rendition.codecs,
            bits_per_second: rendition.bits_per_second,
            size_bytes: rendition.size_bytes,
        })
    });
    let stills = media::list_stills(&platform.library, &id).await?.into_iter().map(|still| StillAnswer {
        avif: still.address(&still.avif),
        webp: still.address(&still.webp),
        fine: still.address(&still.fine),
        at_ms: still.at_ms,
        width: still.width,
        height: still.height,
    });
    let pages = courseware::list_pages(&platform.library, &id).await?;
    Ok(Json(ResourceAnswer {
        pages: pages.into_iter().map(Into::into).collect(),
        stills: stills.collect(),
        class: resource.class().map(|class| class.to_string()),
        denoise: resource.denoise(),
        renditions: renditions.collect(),
        id: resource.id.to_string(),
        kind: resource.kind.to_string(),
        stage: resource.stage.to_string(),
        percent: progress.percent,
        size_bytes: resource.size_bytes,
        duration_ms: resource.duration_ms,
        hls: resource.hls(),
        progressive: resource.progressive_address(),
        poster: resource.poster_address(),
        original: (resource.kind == media::ResourceKind::Courseware).then(|| resource.original_address()),
        title: resource.title.into(),
        cause: resource.cause,
    }))
}

/// Keeps captions in one language: WebVTT or SubRip, in whatever encoding; where a reviewed course shows the video, they are
/// proposed.
#[utoipa::path(put, path = "/api/v1/resources/{id}/captions/{language}",
    params(("id" = String, Path), ("language" = String, Path)), request_body(content = Vec<u8>, content_type = "text/vtt"),
    responses((status = 202, body = SaidAnswer), (status = 204), (status = 404, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn set_captions(
    Asking(viewer): Asking,
    Path((id, language)): Path<(ResourceId, String)>,
    body: Bytes,
) -> Answer<Response> {
    let language = captions::language(&language)?;
    Ok(answer_said(captions::set_captions(&viewer.library, viewer.actor()?, &id, language, &body).await?))
}

/// Takes the captions of one language away; where a reviewed course shows the video, that is proposed.
#[utoipa::path(delete, path = "/api/v1/resources/{id}/captions/{language}",
    params(("id" = String, Path), ("language" = String, Path)),
    responses((status = 202, body = SaidAnswer), (status = 204), (status = 404, body = super::document::Problem)))]
pub(crate) async fn remove_captions(
    Asking(viewer): Asking,
    Path((id, language)): Path<(ResourceId, String)>,
) -> Answer<Response> {
    let language = captions::language(&language)?;
    Ok(answer_said(captions::remove_captions(&viewer.library, viewer.actor()?, &id, language).await?))
}

/// Asks the captions program for captions of what is said in one language.
#[utoipa::path(post, path = "/api/v1/resources/{id}/captions/{language}/automatic",
    params(("id" = String, Path), ("language" = String, Path)),
    responses((status = 204), (status = 404, body = super::document::Problem), (status = 409, body = super::document::Problem)))]
pub(crate) async fn ask_for_captions(
    Asking(viewer): Asking,
    Path((id, language)): Path<(ResourceId, String)>,
) -> Answer<StatusCode> {
    let language = captions::language(&language)?;
    captions::automatic::ask(&viewer.library, viewer.actor()?, &id, language).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct EncodeForm {
    /// slides, mixed or natural; absent: as it was seen.
    class: Option<String>,
    /// Whether steady noise is taken out of its sound.
    #[serde(default)]
    denoise: bool,
}

/// Encodes a video anew; what plays stays until then.
#[utoipa::path(post, path = "/api/v1/resources/{id}/encode", params(("id" = String, Path)), request_body = EncodeForm,
    responses((status = 204), (status = 404, body = super::document::Problem), (status = 409, body = super::document::Problem),
        (status = 422, body = super::document::Problem)))]
pub(crate) async fn encode(
    Asking(viewer): Asking,
    Path(id): Path<ResourceId>,
    Body(form): Body<EncodeForm>,
) -> Answer<StatusCode> {
    let class = form::word("class", form.class.as_deref(), media::Class::parse)?;
    let chosen = media::Chosen { class, denoise: form.denoise };
    media::encode_again(&viewer.library, viewer.actor()?, &id, chosen).await?;
    Ok(StatusCode::NO_CONTENT)
}
