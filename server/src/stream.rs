//! How do the bytes of a video leave? Ranges over the file store, for those who may see the resource.
//! Addresses never change what they mean, so browsers keep what they have; only privately, because access is personal, and
//! only for the session that fetched it: whoever sits down at the same computer afterwards has to ask.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use content::Error;
use content::ids::ResourceId;
use content::media::{self, ResourceKind, captions};

use crate::Platform;
use crate::assets::kind_of;
use crate::failure::Answer;
use crate::session::Asking;

const KEPT: &str = "private, max-age=31536000, immutable";
const KEPT_FOR: &str = "cookie, authorization";

/// `/media/{resource}/{folder}/{file}`: a file of a finished encoding.
pub(crate) async fn rendition(
    State(platform): State<Platform>,
    Asking(viewer): Asking,
    Path((id, folder, file)): Path<(ResourceId, String, String)>,
    headers: HeaderMap,
) -> Answer<Response> {
    open(&viewer, &id).await?;
    if file == "master.m3u8" {
        return master(&platform, &id).await;
    }
    if [&folder, &file].iter().any(|part| part.contains(['/', '\\']) || part.contains("..")) {
        return Err(Error::NotFound("file").into());
    }
    let name = format!("renditions/{id}/{folder}/{file}");
    send(&platform, &name, kind_of(&file), &format!("\"{folder}-{file}\""), &headers).await
}

/// What a stock player may choose from: it grows while renditions land, and with every language of captions.
async fn master(platform: &Platform, id: &ResourceId) -> Answer<Response> {
    let library = &platform.library;
    let renditions = media::list_renditions(library, id).await?;
    let captions = captions::list_captions(library, id).await?;
    let text = media::playlist::master(id, &renditions, &captions);
    Ok(([(header::CONTENT_TYPE, kind_of("m3u8")), (header::CACHE_CONTROL, "private, no-cache")], text).into_response())
}

/// `/media/{resource}/original`: a file as it was uploaded, under its own name.
pub(crate) async fn original(
    State(platform): State<Platform>,
    Asking(viewer): Asking,
    Path(id): Path<ResourceId>,
    headers: HeaderMap,
) -> Answer<Response> {
    open(&viewer, &id).await?;
    let mut resource = media::load_resource(&platform.library, &id).await?;
    if resource.kind == ResourceKind::Video {
        // A recording as it came from the camera is for its keepers; learners get what was made of it.
        resource = media::load_for_editing(&platform.library, viewer.actor()?, &id).await?;
    }
    if !content::scanning::may_hand_out(&platform.library, &resource).await? {
        return Err(Error::NotFound("file").into());
    }
    let is_pdf = resource.content_type == "application/pdf";
    let kind = if is_pdf { "application/pdf" } else { "application/octet-stream" };
    let mut response = send(&platform, &resource.original, kind, &format!("\"{}\"", resource.sha256), &headers).await?;
    let how = if is_pdf { "inline" } else { "attachment" };
    let name = crate::failure::form_urlencoded(&resource.filename);
    if let Ok(value) = HeaderValue::from_str(&format!("{how}; filename*=UTF-8''{name}")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// `/media/{resource}/captions/{language}.vtt`, and `.m3u8` for players of HLS.
pub(crate) async fn captions_file(
    State(platform): State<Platform>,
    Asking(viewer): Asking,
    Path((id, file)): Path<(ResourceId, String)>,
) -> Answer<Response> {
    open(&viewer, &id).await?;
    let (language, kind) = file.rsplit_once('.').ok_or(Error::NotFound("captions"))?;
    let language = captions::language(language)?;
    let captions = captions::load_captions(&platform.library, &id, language).await?;
    let body = match kind {
        "vtt" => captions.body,
        "m3u8" => {
            let resource = media::load_resource(&platform.library, &id).await?;
            media::playlist::captions(&captions, resource.duration_ms.unwrap_or_default())
        }
        _ => return Err(Error::NotFound("captions").into()),
    };
    let headers = [(header::CONTENT_TYPE, kind_of(&file)), (header::CACHE_CONTROL, "private, no-cache")];
    Ok((headers, body).into_response())
}

async fn open(viewer: &app::view::Viewer, id: &ResourceId) -> Answer<()> {
    let actor = viewer.actor()?;
    if content::courses::may_open_resource(&viewer.library, actor, id).await? {
        Ok(())
    } else {
        Err(Error::NotFound("file").into())
    }
}

async fn send(platform: &Platform, name: &str, kind: &'static str, tag: &str, asked: &HeaderMap) -> Answer<Response> {
    // Our own names are plain; what is not names no file of ours.
    let tag = HeaderValue::from_str(tag).map_err(|_| Error::NotFound("file"))?;
    let size_bytes = platform.library.files().size_bytes(name).await?;
    let kept = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, HeaderValue::from_static(KEPT)),
        (header::VARY, HeaderValue::from_static(KEPT_FOR)),
    ];
    if asked.get_all(header::IF_NONE_MATCH).iter().any(|known| names(known, &tag)) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let range = asked.get(header::RANGE).filter(|_| asked.get(header::IF_RANGE).is_none_or(|known| *known == tag));
    let range = match range.and_then(|range| range.to_str().ok()).map(|range| Range::parse(range, size_bytes)) {
        None | Some(Range::Whole) => None,
        Some(Range::Part(first, last)) => Some((first, Some(last))),
        Some(Range::Beyond) => {
            let told = [(header::CONTENT_RANGE, format!("bytes */{size_bytes}"))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, told).into_response());
        }
    };
    let outgoing = platform.library.files().open_range(name, range).await?;
    let mut response = Response::new(Body::from_stream(outgoing.body));
    let headers = response.headers_mut();
    headers.extend(kept);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(outgoing.range.end - outgoing.range.start));
    if let Some((first, last)) = range {
        let part = format!("bytes {first}-{}/{size_bytes}", last.unwrap_or_default());
        headers.insert(header::CONTENT_RANGE, HeaderValue::from_str(&part).map_err(Error::internal)?);
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

/// Whether an `If-None-Match` names this tag (RFC 9110 §13.1.2: a list, compared weakly, or a star).
fn names(known: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(known), Ok(tag)) = (known.to_str(), tag.to_str()) else { return false };
    known.split(',').map(|each| each.trim().trim_start_matches("W/")).any(|each| each == tag || each == "*")
}

/// What a `Range` header asks for (RFC 9110 §14). Several ranges at once are answered with the whole.
#[derive(Debug, PartialEq, Eq)]
enum Range {
    Whole,
    /// First and last byte, both included.
    Part(u64, u64),
    Beyond,
}

impl Range {
    fn parse(text: &str, size_bytes: u64) -> Self {
        let Some((from, to)) = text.strip_prefix("bytes=").and_then(|rest| rest.trim().split_once('-')) else {
            return Self::Whole;
        };
        let last = size_bytes.saturating_sub(1);
        let (first, end) = match (from.parse::<u64>(), to.parse::<u64>()) {
            (Ok(first), Ok(end)) if first > end => return Self::Whole,
            (Ok(first), Ok(end)) => (first, end.min(last)),
            (Ok(first), Err(_)) if to.is_empty() => (first, last),
            (Err(_), Ok(0)) if from.is_empty() => return Self::Beyond,
            (Err(_), Ok(count)) if from.is_empty() => (size_bytes.saturating_sub(count), last),
            _ => return Self::Whole,
        };
        if first >= size_bytes { Self::Beyond } else { Self::Part(first, end) }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::Range::{self, *};

    #[test]
    fn a_list_of_tags_is_read() {
        let check = |known: &'static str, expected| {
            let tag = HeaderValue::from_static("\"first-a.mp4\"");
            assert_eq!(super::names(&HeaderValue::from_static(known), &tag), expected, "{known}");
        };
        check("\"first-a.mp4\"", true);
        check("\"other\", W/\"first-a.mp4\"", true);
        check("*", true);
        check("first-a.mp4", false);
        check("\"other\"", false);
    }

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let check = |text: &str, expected: Range| assert_eq!(Range::parse(text, 100), expected, "{text}");
        check("bytes=0-9", Part(0, 9));
        check("bytes=90-", Part(90, 99));
        check("bytes=-10", Part(90, 99));
        check("bytes=-1000", Part(0, 99));
        check("bytes=50-500", Part(50, 99));
        check("bytes=100-", Beyond);
        check("bytes=-0", Beyond);
        check("bytes=9-0", Whole);
        check("bytes=0-1,5-6", Whole);
        check("lines=0-9", Whole);
        check("bytes=abc", Whole);
    }
}
