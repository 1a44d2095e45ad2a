//! How much may a form hold? The one place that says it, for every address, and the reader of plain forms that holds to it.

use axum::body::HttpBody;
use axum::extract::{DefaultBodyLimit, FromRequest, MatchedPath, Request};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use content::media::uploads::MOST_BYTES;
use content::{Error, Why};
use serde::de::DeserializeOwned;

use super::unread::Unread;
use crate::failure::Failure;

/// What one form may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount {
    /// Bytes as it is sent.
    pub(crate) bytes: u64,
    /// Fields, files among them.
    pub(crate) fields: usize,
}

/// What is typed by people who only read and answer.
const SMALL: Amount = Amount { bytes: 64 << 10, fields: 1000 };
/// What is typed in the studio and by administrators: every text of a course in three languages, each letter sent as
/// nine.
const TYPED: Amount = Amount { bytes: 256 << 10, fields: 1000 };
/// The captions of a long lecture, five fields a line; fifty lines of a sheet.
const CUES: Amount = Amount { bytes: 4 << 20, fields: 100_000 };
const SHEET: Amount = Amount { bytes: 4 << 20, fields: 1000 };
/// A file of captions, a workbook, and the videos of one upload form.
const CAPTIONS: Amount = Amount { bytes: 4 << 20, fields: 20 };
const WORKBOOK: Amount = Amount { bytes: 65 << 20, fields: 20 };
const FILES: Amount = Amount { bytes: (MOST_BYTES as u64) + (1 << 20), fields: 100 };
/// What programs send: JSON.
const JSON: Amount = Amount { bytes: 4 << 20, fields: usize::MAX };

impl Amount {
    /// What may be sent to a route.
    pub(crate) fn of(route: &str) -> Self {
        match route {
            "/studio/resources/{id}/captions/{language}" => CUES,
            "/studio/resources/sheet" => SHEET,
            "/studio/resources/{id}/captions" => CAPTIONS,
            "/studio/import" => WORKBOOK,
            "/studio/upload" => FILES,
            route if is_below(route, "/studio") || is_below(route, "/admin") => TYPED,
            route if is_below(route, "/api") => JSON,
            _ => SMALL,
        }
    }
}

/// How many bytes all fields of a form, and the longest, may take on a page that shows it again, sent to this address.
pub(super) fn most_shown(action: &str) -> (usize, usize) {
    const MOST: usize = 24 << 10;
    const CUES: usize = 4 << 20;
    match super::again::steps(action)[..] {
        // A whole file may have been typed into one field.
        ["studio", "resources", _, "captions"] => (CUES, CUES),
        ["studio", "resources", _, "captions", ..] | ["studio", "resources", "sheet"] => (CUES, MOST),
        _ => (MOST, MOST),
    }
}

fn is_below(route: &str, top: &str) -> bool {
    route.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn amount_of(request: &Request) -> Amount {
    Amount::of(request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str))
}

/// No address is longer (bytes): pages carry their own in their forms.
pub(crate) const LONGEST_ADDRESS: usize = 64 << 10;

/// Bounds the address and the body of every request, whoever reads it.
pub(crate) async fn bound(mut request: Request, next: Next) -> Response {
    if request.uri().path_and_query().is_some_and(|address| address.as_str().len() > LONGEST_ADDRESS) {
        return Failure(too_large()).into_response();
    }
    let bytes = usize::try_from(amount_of(&request).bytes).unwrap_or(usize::MAX);
    DefaultBodyLimit::max(bytes).apply(&mut request);
    // Uploads say themselves how they go on.
    if request.body().is_end_stream() || is_below(request.uri().path(), "/api/v1/uploads") {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    let (body, unread) = Unread::share(body);
    let response = next.run(Request::from_parts(head, body)).await;
    if !response.status().is_success() {
        unread.read_out().await;
    }
    response
}

/// The fields of a plain form.
pub(crate) struct Sent<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let amount = amount_of(&request);
        let kind = request.headers().get(axum::http::header::CONTENT_TYPE);
        if kind.is_none_or(|kind| !kind.as_bytes().starts_with(b"application/x-www-form-urlencoded")) {
            return Err(Failure(Error::Invalid { field: "request", why: Why::Unreadable }));
        }
        let body = Bytes::from_request(request, state).await.map_err(|refused| {
            let is_too_large = refused.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE;
            Failure(if is_too_large { too_large() } else { Error::Invalid { field: "request", why: Why::Unreadable } })
        })?;
        if body.iter().filter(|byte| **byte == b'&').count() >= amount.fields {
            return Err(Failure(too_large()));
        }
        let fields = serde_urlencoded::from_bytes(&body);
        fields.map(Self).map_err(|_| Failure(Error::Invalid { field: "request", why: Why::Unreadable }))
    }
}

/// More than is typed by hand, or than the files of one form.
pub(super) fn too_large() -> Error {
    Error::Invalid { field: "form", why: Why::FormTooLarge }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_route_says_how_much_it_takes() {
        let cases = [
            ("/language", SMALL),
            ("/sign-in", SMALL),
            ("", SMALL),
            ("/studiously", SMALL),
            ("/studio", TYPED),
            ("/studio/courses/{id}/modules", TYPED),
            ("/admin/assignments", TYPED),
            ("/studio/resources/{id}/captions/{language}", CUES),
            ("/studio/resources/{id}/captions/{language}/shift", TYPED),
            ("/studio/upload", FILES),
            ("/api/v1/watch", JSON),
        ];
        for (route, amount) in cases {
            assert_eq!(Amount::of(route), amount, "{route}");
        }
    }
}
