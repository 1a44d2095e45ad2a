//! Was this call sent twice? With a key of its own (`Idempotency-Key`), the second is answered as the first. Without one,
//! what makes something is known by its body for some seconds, so that a client that did not hear the answer makes one thing.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use app::view::Viewer;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use content::people::Actor;
use content::sendings::{self, Begun, KNOWN_ANYWAY_MS, KNOWN_MS};
use content::{Error, Library, Why};
use sha2::{Digest, Sha256};
use tracing::Instrument;

use crate::failure::Failure;
use crate::forms::amount::Amount;

/// The header (draft-ietf-httpapi-idempotency-key-header).
pub(crate) const KEY: &str = "idempotency-key";
/// No longer key is taken (bytes), no longer body with one, and no longer answer is kept.
const LONGEST_KEY: usize = 200;
const LONGEST_BODY: usize = 256 << 10;
const LONGEST_ANSWER: usize = 64 << 10;

/// What is the same by itself however often it is sent, by the ids of its events: its answers are long, and nobody keeps them
/// a second time.
const BY_ITSELF: &str = "/api/v1/watch";

/// What makes something and answers without a body. All else that the document says answers `201` is known from there; where
/// it says `409` too, what is made has a name of its own, and a second is told that it is taken.
const MAKING_TOO: [&str; 1] = ["/api/v1/courses/{id}/revisions/{number}/comments"];

/// Uploads go on in a way of their own: two of the same name and length may be two files.
pub(super) const UPLOADS: &str = "/api/v1/uploads";

/// What is written often and takes nothing away that was made.
const UNCHANGING: [&str; 2] = ["/api/v1/sign-in", "/api/v1/sign-out"];

/// The routes that make something that may be there twice, when they are posted to.
static MAKING: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let document = super::document::plain();
    let makes = |item: &utoipa::openapi::PathItem| {
        let answers = item.post.as_ref().map(|call| &call.responses.responses);
        answers.is_some_and(|answers| answers.contains_key("201") && !answers.contains_key("409"))
    };
    let told = document.paths.paths.iter().filter(|(path, item)| *path != UPLOADS && makes(item));
    told.map(|(path, _)| path.clone()).chain(MAKING_TOO.map(str::to_owned)).collect()
});

/// Whether a post to this route makes something that may be there twice.
pub(super) fn makes(route: &str) -> bool {
    MAKING.contains(route)
}

/// Does what a writing call asks for, once. With a key, the same call with the same body within a day is answered as the
/// first, and makes nothing; without one, the same that makes something within ten seconds, unless the same person has
/// changed something since. What was refused may be sent again.
pub(crate) async fn once(request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str).to_owned();
    if route == BY_ITSELF {
        return next.run(request).await;
    }
    let key = request.headers().get(KEY).cloned();
    let is_making = request.method() == Method::POST && makes(&route);
    let asking = request.extensions().get::<Viewer>().cloned();
    let asking = asking.and_then(|viewer| viewer.actor.clone().map(|actor| (viewer.library.clone(), actor)));
    let Some((library, actor)) = asking else { return next.run(request).await };
    if is_making || key.is_some() {
        let most =
            if key.is_some() { LONGEST_BODY } else { Amount::of(&route).bytes.try_into().unwrap_or(LONGEST_BODY) };
        return try_once(request, next, &library, &actor, (key.as_ref(), most))
            .await
            .unwrap_or_else(Failure::into_response);
    }
    let response = next.run(request).await;
    if response.status().is_success() && !UNCHANGING.contains(&route.as_str()) {
        note_change(&library, &actor).await;
    }
    response
}

/// What was made may be gone or otherwise: the same sent from now on makes another.
async fn note_change(library: &Library, actor: &Actor) {
    if let Err(error) = sendings::note_change(library, actor).await {
        tracing::warn!(%error, "that somebody changed something could not be noted");
    }
}

async fn try_once(
    request: Request,
    next: Next,
    library: &Library,
    actor: &Actor,
    (key, most): (Option<&HeaderValue>, usize),
) -> Result<Response, Failure> {
    if key.is_some_and(|key| key.is_empty() || key.len() > LONGEST_KEY) {
        return Err(Failure(Error::Invalid { field: KEY, why: Why::TooLong }));
    }
    let (head, body) = request.into_parts();
    let is_making = head.extensions.get::<MatchedPath>().is_some_and(|route| makes(route.as_str()));
    let body = axum::body::to_bytes(body, most).await;
    let body = body.map_err(|_| Failure(Error::Invalid { field: "body", why: Why::TooLarge }))?;
    let here = head.uri.path_and_query().map_or("/", |here| here.as_str());
    let key = key.map_or(&b""[..], HeaderValue::as_bytes);
    let hash = hash_of(&[head.method.as_str().as_bytes(), here.as_bytes(), key, &body]);
    let known_ms = if key.is_empty() { KNOWN_ANYWAY_MS } else { KNOWN_MS };
    let sending = match sendings::begin(library, actor, &hash, known_ms).await? {
        Begun::Again(answer) => return Ok(told_again(&answer)),
        Begun::First(sending) => sending,
    };
    let request = Request::from_parts(head, Body::from(body));
    let (library, actor) = (library.clone(), actor.clone());
    // It goes on when whoever sent it lets go.
    let whole = async move {
        let (head, body) = next.run(request).await.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        let is_kept = head.status.is_success() && body.len() <= LONGEST_ANSWER;
        let told = match std::str::from_utf8(&body) {
            Ok(text) if is_kept => sending.finish(&library, &format!("{} {text}", head.status.as_u16())).await,
            _ => sending.forget(&library).await,
        };
        if let Err(error) = told {
            tracing::warn!(%error, "what a call led to could not be noted");
        }
        if head.status.is_success() && !is_making {
            note_change(&library, &actor).await;
        }
        Response::from_parts(head, Body::from(body))
    };
    tokio::spawn(whole.in_current_span()).await.map_err(|error| Failure(Error::internal(error)))
}

fn hash_of(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
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
