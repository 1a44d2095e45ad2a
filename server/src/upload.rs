//! How does a file come in? tus 1.0.0: core, creation, termination, checksum, expiration.

use std::time::{Duration, UNIX_EPOCH};

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use content::ids::{Language, ResourceId};
use content::media::uploads::{self, Checksum, MOST_BYTES, NewUpload, Upload};
use content::{Error, Why};
use futures::TryStreamExt;
use tracing::Instrument;

use crate::Platform;
use crate::failure::Answer;
use crate::session::Asking;

const VERSION: &str = "1.0.0";
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");

/// Every answer names the version; a request of another version is refused before it is read.
pub(crate) async fn speak_tus(request: Request, next: Next) -> Response {
    let named = request.headers().get(RESUMABLE).map(|value| value == VERSION);
    let needs_version = request.method() != Method::OPTIONS && request.method() != Method::GET;
    let mut response = if needs_version && named != Some(true) {
        let supported = [(HeaderName::from_static("tus-version"), VERSION)];
        (StatusCode::PRECONDITION_FAILED, supported).into_response()
    } else {
        next.run(request).await
    };
    response.headers_mut().insert(RESUMABLE, HeaderValue::from_static(VERSION));
    response
}

/// `OPTIONS /api/v1/uploads`: what this server can do.
pub(crate) async fn abilities() -> Response {
    let abilities = [
        ("tus-version", VERSION.to_owned()),
        ("tus-extension", "creation,termination,checksum,expiration".to_owned()),
        ("tus-checksum-algorithm", "sha1,sha256".to_owned()),
        ("tus-max-size", MOST_BYTES.to_string()),
    ];
    (StatusCode::NO_CONTENT, abilities).into_response()
}

/// Opens an upload; `Location` is where to send it, its last part the resource's id.
#[utoipa::path(post, path = "/api/v1/uploads",
    params(("Tus-Resumable" = String, Header, description = "1.0.0"), ("Upload-Length" = i64, Header, description = "bytes"),
        ("Upload-Metadata" = String, Header, description = "filename, filetype, title, language; each with a base64 value")),
    responses((status = 201, description = "Location, Upload-Offset, Upload-Expires"), (status = 403, body = crate::api::document::Problem),
        (status = 412, description = "another version of tus"), (status = 413, body = crate::api::document::Problem), (status = 422, body = crate::api::document::Problem),
        (status = 429, body = crate::api::document::Problem), (status = 507, body = crate::api::document::Problem)))]
pub(crate) async fn create(
    State(platform): State<Platform>,
    Asking(viewer): Asking,
    headers: HeaderMap,
) -> Answer<Response> {
    let actor = viewer.actor()?;
    let size_bytes = number(&headers, &LENGTH).ok_or(Error::Invalid { field: "size", why: Why::Unreadable })?;
    let metadata = Metadata::read(&headers);
    let language = match metadata.get("language") {
        "" => viewer.language(),
        word => Language::parse(word).ok_or(Error::Invalid { field: "language", why: Why::UnknownValue })?,
    };
    let filename = match metadata.get("filename") {
        "" => metadata.get("title"),
        name => name,
    };
    let (content_type, title) = (metadata.get("filetype"), metadata.get("title"));
    let new = NewUpload { filename, content_type, title, language, size_bytes };
    let upload = uploads::create(&platform.library, actor, &new).await?;
    let location = [(header::LOCATION, format!("/api/v1/uploads/{}", upload.id))];
    Ok((StatusCode::CREATED, location, state_of(&upload)).into_response())
}

/// Where to continue.
#[utoipa::path(head, path = "/api/v1/uploads/{id}", params(("id" = String, Path), ("Tus-Resumable" = String, Header, description = "1.0.0")),
    responses((status = 200, description = "Upload-Offset, Upload-Length, Upload-Expires"), (status = 404, description = "unknown, expired, or another person's")))]
pub(crate) async fn look(
    State(platform): State<Platform>,
    Asking(viewer): Asking,
    Path(id): Path<ResourceId>,
) -> Answer<Response> {
    let upload = uploads::look(&platform.library, viewer.actor()?, &id).await?;
    let length = [(LENGTH, upload.size_bytes.to_string()), (header::CACHE_CONTROL, "no-store".to_owned())];
    Ok((StatusCode::OK, length, state_of(&upload)).into_response())
}

/// The next bytes.
#[utoipa::path(patch, path = "/api/v1/uploads/{id}", params(("id" = String, Path), ("Tus-Resumable" = String, Header, description = "1.0.0"), ("Upload-Offset" = i64, Header),
        ("Upload-Checksum" = Option<String>, Header, description = "sha1 or sha256, then base64 of this body's digest")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "Upload-Offset, Upload-Expires"), (status = 404, body = crate::api::document::Problem), (status = 409, body = crate::api::document::Problem), (status = 413, body = crate::api::document::Problem),
        (status = 415, description = "another content type"), (status = 460, body = crate::api::document::Problem), (status = 507, body = crate::api::document::Problem)))]
pub(crate) async fn append(
    State(platform): State<Platform>,
    Asking(viewer): Asking,
    Path(id): Path<ResourceId>,
    request: Request,
) -> Answer<Response> {
    let actor = viewer.actor()?;
    let headers = request.headers();
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != "application/offset+octet-stream") {
        return Ok(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
    }
    let offset = number(headers, &OFFSET).ok_or(Error::Invalid { field: "offset", why: Why::Unreadable })?;
    let Ok(checksum) = checksum(headers) else { return Ok(StatusCode::BAD_REQUEST.into_response()) };
    let (library, actor) = (platform.library.clone(), actor.clone());
    let body = request.into_body().into_data_stream().map_err(std::io::Error::other);
    // A task of its own: a request whose link is lost is dropped, and what it brought would not be written down.
    let appending = async move { uploads::append(&library, &actor, &id, offset, checksum, body).await };
    let upload = tokio::spawn(appending.in_current_span()).await.map_err(Error::internal)??;
    Ok((StatusCode::NO_CONTENT, state_of(&upload)).into_response())
}

/// Ends it and forgets its bytes.
#[utoipa::path(delete, path = "/api/v1/uploads/{id}", params(("id" = String, Path), ("Tus-Resumable" = String, Header, description = "1.0.0")),
    responses((status = 204), (status = 404, body = crate::api::document::Problem), (status = 409, body = crate::api::document::Problem)))]
pub(crate) async fn terminate(
    State(platform): State<Platform>,
    Asking(viewer): Asking,
    Path(id): Path<ResourceId>,
) -> Answer<StatusCode> {
    uploads::terminate(&platform.library, viewer.actor()?, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST` with `X-HTTP-Method-Override`, for networks that let nothing else through.
pub(crate) async fn overridden(
    platform: State<Platform>,
    asking: Asking,
    id: Path<ResourceId>,
    request: Request,
) -> Answer<Response> {
    let method = request.headers().get("x-http-method-override").and_then(|value| value.to_str().ok());
    match method {
        Some("PATCH") => append(platform, asking, id, request).await,
        Some("HEAD") => look(platform, asking, id).await,
        Some("DELETE") => Ok(terminate(platform, asking, id).await?.into_response()),
        _ => Ok(StatusCode::METHOD_NOT_ALLOWED.into_response()),
    }
}

fn state_of(upload: &Upload) -> [(HeaderName, String); 2] {
    let at = UNIX_EPOCH + Duration::from_millis(u64::try_from(upload.expires_at).unwrap_or_default());
    [(OFFSET, upload.received_bytes.to_string()), (EXPIRES, httpdate::fmt_http_date(at))]
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

fn checksum(headers: &HeaderMap) -> Result<Option<Checksum>, ()> {
    let Some(value) = headers.get(CHECKSUM) else { return Ok(None) };
    let (algorithm, digest) = value.to_str().map_err(drop)?.split_once(' ').ok_or(())?;
    let digest = BASE64_STANDARD.decode(digest.trim()).map_err(drop)?;
    match algorithm {
        "sha1" => Ok(Some(Checksum::Sha1(digest))),
        "sha256" => Ok(Some(Checksum::Sha256(digest))),
        _ => Err(()),
    }
}

/// `Upload-Metadata`: pairs of a name and a base64 value. What cannot be read counts as empty.
struct Metadata(Vec<(String, String)>);

impl Metadata {
    fn read(headers: &HeaderMap) -> Self {
        let text = headers.get(METADATA).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let pairs = text.split(',').filter_map(|pair| {
            let (name, value) = pair.trim().split_once(' ').unwrap_or((pair.trim(), ""));
            let value = BASE64_STANDARD.decode(value.trim()).ok()?;
            Some((name.to_owned(), String::from_utf8(value).ok()?))
        });
        Self(pairs.collect())
    }

    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}
