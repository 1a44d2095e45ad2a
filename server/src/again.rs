//! What lost against others at the same moment? It is done again: nothing of it had happened.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::failure::has_lost_race;

/// What is longer is not kept for a second try (bytes): a form and a report of some hours fit.
const MOST_BYTES: usize = 64 << 10;

/// How often others may get in the way.
const MOST_TRIES: u32 = 4;

/// Runs a small write again when a deadlock or somebody else's row ended it. The domain's own verbs do so where they know
/// that it happens; this is for all the others.
pub(crate) async fn try_again(request: Request, next: Next) -> Response {
    if request.method().is_safe() || !is_small(request.headers()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MOST_BYTES).await else { return StatusCode::BAD_REQUEST.into_response() };
    let run = |bytes: Bytes| next.clone().run(Request::from_parts(parts.clone(), Body::from(bytes)));
    for tries in 1..MOST_TRIES {
        let response = run(bytes.clone()).await;
        if !has_lost_race(&response) {
            return response;
        }
        tracing::info!(tries, "a request lost a race, it is tried again");
        tokio::time::sleep(Duration::from_millis(20 << tries)).await;
    }
    run(bytes).await
}

fn is_small(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let length = match text(header::CONTENT_LENGTH) {
        Some(length) => length.parse().unwrap_or(usize::MAX),
        None if headers.contains_key(header::TRANSFER_ENCODING) => usize::MAX,
        None => 0,
    };
    let kind = text(header::CONTENT_TYPE).unwrap_or_default();
    length <= MOST_BYTES && !kind.starts_with("multipart/") && !kind.starts_with("application/offset+octet-stream")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_small_bodies_are_kept() {
        let check = |pairs: &[(&'static str, &'static str)], expected| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            assert_eq!(is_small(&headers), expected, "{pairs:?}");
        };
        check(&[], true);
        check(&[("content-length", "65536"), ("content-type", "application/json")], true);
        check(&[("content-length", "65537")], false);
        check(&[("content-length", "many")], false);
        check(&[("transfer-encoding", "chunked")], false);
        check(&[("content-length", "10"), ("content-type", "multipart/form-data; boundary=x")], false);
        check(&[("content-length", "10"), ("content-type", "application/offset+octet-stream")], false);
    }
}
