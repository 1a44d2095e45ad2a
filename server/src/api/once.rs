//! Was this call sent twice? With a key of its own (`Idempotency-Key`), the second is answered as the first.

use app::view::Viewer;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use content::sendings::{self, Begun, KNOWN_MS};
use content::{Error, Why};
use sha2::{Digest, Sha256};
use tracing::Instrument;

use crate::failure::Failure;

/// The header (draft-ietf-httpapi-idempotency-key-header).
pub(crate) const KEY: &str = "idempotency-key";
/// No longer key is taken (bytes), no longer body, and no longer answer is kept.
const LONGEST_KEY: usize = 200;
const LONGEST_BODY: usize = 256 << 10;
const LONGEST_ANSWER: usize = 64 << 10;

/// What is the same by itself however often it is sent, by the ids of its events: its answers are long, and nobody keeps them
/// a second time.
const BY_ITSELF: &str = "/api/v1/watch";

/// Does what a writing call with a key asks for, once: the same call with the same key and body within a day is answered
/// as the first, and makes nothing. What was refused may be sent again.
pub(crate) async fn once(request: Request, next: Next) -> Response {
    let key = request.headers().get(KEY).cloned();
    match key {
        Some(key) if !request.method().is_safe() => {
            try_once(request, next, &key).await.unwrap_or_else(Failure::into_response)
        }
        _ => next.run(request).await,
    }
}

async fn try_once(request: Request, next: Next, key: &HeaderValue) -> Result<Response, Failure> {
    let Some(viewer) = request.extensions().get::<Viewer>().cloned() else { return Ok(next.run(request).await) };
    if viewer.path() == BY_ITSELF {
        return Ok(next.run(request).await);
    }
    let Some(actor) = viewer.actor.clone() else { return Ok(next.run(request).await) };
    if key.is_empty() || key.len() > LONGEST_KEY {
        return Err(Failure(Error::Invalid { field: KEY, why: Why::TooLong }));
    }
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, LONGEST_BODY).await;
    let body = body.map_err(|_| Failure(Error::Invalid { field: "body", why: Why::TooLarge }))?;
    let mut hash = Sha256::new();
    for part in [head.method.as_str().as_bytes(), viewer.here.as_bytes(), key.as_bytes(), &body] {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let hash: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let sending = match sendings::begin(&viewer.library, &actor, &hash, KNOWN_MS).await? {
        Begun::Again(answer) => return Ok(told_again(&answer)),
        Begun::First(sending) => sending,
    };
    let request = Request::from_parts(head, Body::from(body));
    // It goes on when whoever sent it lets go.
    let whole = async move {
        let (head, body) = next.run(request).await.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        let is_kept = head.status.is_success() && body.len() <= LONGEST_ANSWER;
        let told = match std::str::from_utf8(&body) {
            Ok(text) if is_kept => sending.finish(&viewer.library, &format!("{} {text}", head.status.as_u16())).await,
            _ => sending.forget(&viewer.library).await,
        };
        if let Err(error) = told {
            tracing::warn!(%error, "what a call led to could not be noted");
        }
        Response::from_parts(head, Body::from(body))
    };
    tokio::spawn(whole.in_current_span()).await.map_err(|error| Failure(Error::internal(error)))
}

fn told_again(answer: &str) -> Response {
    let (status, body) = answer.split_once(' ').unwrap_or((answer, ""));
    let status = status.parse::<u16>().ok().and_then(|status| StatusCode::from_u16(status).ok());
    let mut response = (status.unwrap_or(StatusCode::OK), body.to_owned()).into_response();
    if body.is_empty() {
        response.headers_mut().remove(header::CONTENT_TYPE);
    } else {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    response
}
