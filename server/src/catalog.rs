//! What is told to everybody, without a sign-in? Feeds, OAI-PMH and JSON-LD of the courses that are for all, where the
//! operator of the platform wants it.

mod atom;
mod jsonld;
mod oai;
mod xml;

use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use content::Error;
use sha2::{Digest, Sha256};

use crate::Platform;
use crate::failure::status_of;

/// Whoever has a copy asks whether it still holds: a course that is withdrawn is gone everywhere at once.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("public, no-cache");

pub(crate) fn routes() -> Router<Platform> {
    Router::new()
        .route("/columns/{slug}/feed.atom", get(atom::feed))
        .route("/catalog.jsonld", get(jsonld::page))
        .route("/oai", get(oai::asked).post(oai::sent))
}

/// A failure on its way to a program that speaks no language.
#[derive(Debug)]
struct Refusal(Error);

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = status_of(&self.0);
        if let Some(source) = self.0.cause() {
            tracing::error!(error = %source, "the catalog could not answer");
        }
        (status, format!("{}\n", status.canonical_reason().unwrap_or_default())).into_response()
    }
}

/// The address of this platform as the operator wrote it.
fn base(platform: &Platform) -> &str {
    platform.catalog.as_deref().unwrap_or_default()
}

/// The document, or the word that what the asker has still holds.
fn send(asked: &HeaderMap, kind: &'static str, body: Vec<u8>, modified_at: Option<i64>) -> Response {
    let hash = Sha256::digest(&body);
    // Weak: on its way the document may be compressed.
    let tag = format!("W/\"{}\"", hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect::<String>());
    let mut response = if still_holds(asked, &tag, modified_at) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], body).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, ASK_AGAIN);
    headers.extend(HeaderValue::from_str(&tag).ok().map(|tag| (header::ETAG, tag)));
    let modified = modified_at.and_then(|ms| HeaderValue::from_str(&httpdate::fmt_http_date(moment(ms))).ok());
    headers.extend(modified.map(|modified| (header::LAST_MODIFIED, modified)));
    response
}

/// RFC 9110: where a tag is asked about, a date is not looked at.
fn still_holds(asked: &HeaderMap, tag: &str, modified_at: Option<i64>) -> bool {
    let text = |name| asked.get(name).and_then(|value| value.to_str().ok());
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    match (text(header::IF_NONE_MATCH), text(header::IF_MODIFIED_SINCE), modified_at) {
        (Some(tags), _, _) => tags.trim() == "*" || tags.split(',').any(|each| bare(each) == bare(tag)),
        (None, Some(since), Some(modified_at)) => {
            httpdate::parse_http_date(since).is_ok_and(|since| moment(modified_at) <= since)
        }
        _ => false,
    }
}

/// Whole seconds, as headers carry them.
fn moment(ms: i64) -> std::time::SystemTime {
    UNIX_EPOCH + Duration::from_secs(u64::try_from(ms.div_euclid(1000)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_has_holds_by_its_tag_or_else_by_its_date() {
        let check = |pairs: &[(header::HeaderName, &'static str)], expected: bool| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(name, HeaderValue::from_static(value));
            }
            assert_eq!(still_holds(&headers, "W/\"a\"", Some(784_111_777_900)), expected, "{pairs:?}");
        };
        let (tag, since) = (header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE);
        check(&[], false);
        check(&[(tag.clone(), "W/\"a\"")], true);
        check(&[(tag.clone(), "\"b\", \"a\"")], true);
        check(&[(tag.clone(), "*")], true);
        check(&[(tag.clone(), "\"b\"")], false);
        check(&[(since.clone(), "Sun, 06 Nov 1994 08:49:37 GMT")], true);
        check(&[(since.clone(), "Sun, 06 Nov 1994 08:49:36 GMT")], false);
        check(&[(since.clone(), "yesterday")], false);
        check(&[(tag, "\"b\""), (since, "Sun, 06 Nov 1994 08:49:37 GMT")], false);
    }
}
