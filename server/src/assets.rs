//! Where are the browser's files? In this binary, compressed beforehand, under names that change with their content.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use app::view::Assets;
use axum::extract::{Path, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

include!(concat!(env!("OUT_DIR"), "/site.rs"));

static FILES: LazyLock<HashMap<&'static str, &'static [u8]>> = LazyLock::new(|| SITE.iter().copied().collect());

/// The address of each browser file, as the build wrote them down.
pub(crate) fn addresses() -> Assets {
    let list = FILES.get("assets.json").copied().unwrap_or(b"{}");
    Assets(Arc::new(serde_json::from_slice(list).unwrap_or_default()))
}

/// `/pkg/NAME`: never changes under its name, so it is kept for a year.
pub(crate) async fn hashed(Path(name): Path<String>, request: Request) -> Response {
    send(&name, request.headers(), "public, max-age=31536000, immutable")
}

/// The service worker fetches from us and does nothing else.
const WORKER_POLICY: &str = "default-src 'none'; connect-src 'self'";

/// `/favicon.svg` and its like: fixed addresses, asked for again after a day.
pub(crate) async fn fixed(request: Request) -> Response {
    let name = request.uri().path().trim_start_matches('/').to_owned();
    if name != "sw.js" {
        return send(&name, request.headers(), "public, max-age=86400");
    }
    // A service worker that could not be replaced at once would rule for a day.
    let mut response = send(&name, request.headers(), "no-cache");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(WORKER_POLICY));
    response
}

fn send(name: &str, asked: &HeaderMap, keep: &'static str) -> Response {
    let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let twin = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(coding, _)| accepted.split(',').any(|each| each.trim().split(';').next() == Some(coding)))
        .find_map(|(coding, ending)| Some((coding, *FILES.get(format!("{name}{ending}").as_str())?)));
    let Some(plain) = FILES.get(name).copied().filter(|_| name != "assets.json") else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let (coding, body) = twin.map_or((None, plain), |(coding, body)| (Some(coding), body));
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind_of(name)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    response
}

/// The media type of a file by its ending.
pub(crate) fn kind_of(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "woff2" => "font/woff2",
        "m3u8" => "application/vnd.apple.mpegurl",
        "mp4" => "video/mp4",
        "vtt" => "text/vtt; charset=utf-8",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}

/// The fixed addresses there are, for the router.
pub(crate) fn fixed_names() -> impl Iterator<Item = &'static str> {
    let ends_hashed = |name: &str| addresses().0.values().any(|hashed| name.starts_with(hashed.as_str()));
    SITE.iter().map(|(name, _)| *name).filter(move |name| {
        *name != "assets.json" && !name.ends_with(".br") && !name.ends_with(".gz") && !ends_hashed(name)
    })
}
