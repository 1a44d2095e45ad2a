//! How is a failure answered? With a status, in the reader's language, as a page or as JSON; internal ones are logged
//! here, once, with the reference the person is shown.

use app::view::Viewer;
use app::wire::Problem;
use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use content::{Error, Why};

/// A domain failure on its way to the edge.
#[derive(Debug)]
pub(crate) struct Failure(pub Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// What a handler answers.
pub(crate) type Answer<T> = Result<T, Failure>;

/// A failure waiting in a response for [`explain`], which knows the reader.
#[derive(Clone)]
struct Untold(std::sync::Arc<Error>);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = status_of(&self.0).into_response();
        response.extensions_mut().insert(Untold(std::sync::Arc::new(self.0)));
        response
    }
}

pub(crate) fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::NotSignedIn | Error::Invalid { why: Why::WrongCredentials, .. } => StatusCode::UNAUTHORIZED,
        Error::Forbidden => StatusCode::FORBIDDEN,
        Error::Invalid { why: Why::TooLarge | Why::FormTooLarge, .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Error::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        // tus 1.0.0, checksum extension.
        Error::Conflict(Why::WrongChecksum) => StatusCode::from_u16(460).unwrap_or(StatusCode::CONFLICT),
        Error::Conflict(Why::DiskFull) => StatusCode::INSUFFICIENT_STORAGE,
        Error::Conflict(_) => StatusCode::CONFLICT,
        Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The failure as this reader may see it. Internal ones go to the log here and nowhere else.
pub(crate) fn tell(viewer: &Viewer, error: &Error) -> Problem {
    let reference = reference();
    if let Error::Internal(source) = error {
        tracing::error!(reference, error = %source, "a request failed");
    }
    app::problem::tell(error, viewer.lang, &reference)
}

/// Eight letters to quote when asking for help.
fn reference() -> String {
    let mut bytes = [0_u8; 4];
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Gives every failure its words: JSON for programs, a page for people, the sign-in page for who is not signed in.
pub(crate) async fn explain(request: Request, next: Next) -> Response {
    let viewer = request.extensions().get::<Viewer>().cloned();
    let wants_json = is_for_programs(request.uri().path());
    let is_read = request.method().is_safe();
    let speaks_tus = request.uri().path().starts_with("/api/v1/uploads");
    let response = next.run(request).await;
    let untold = response.extensions().get::<Untold>().cloned();
    let untold = untold.or_else(|| if speaks_tus { None } else { refused_on_the_way(&response) });
    let (Some(untold), Some(viewer)) = (untold, viewer) else { return response };
    let status = response.status();
    if status == StatusCode::METHOD_NOT_ALLOWED && is_read && !wants_json {
        // Somebody came back by its address to what only takes forms: the form stands elsewhere.
        return Redirect::to(crate::forms::home_of(&viewer.here)).into_response();
    }
    let mut told = match (&*untold.0, wants_json) {
        (Error::NotSignedIn, false) => to_sign_in(&viewer, is_read),
        (error, true) => Json(tell(&viewer, error)).into_response(),
        (error, false) => {
            let problem = tell(&viewer, error);
            let page = app::pages::problem::problem(&viewer, status.as_u16(), &problem);
            Html(app::pages::shell::render(&viewer, page)).into_response()
        }
    };
    if !(told.status().is_redirection()) {
        *told.status_mut() = status;
    }
    if let Error::TooMany { retry_after_s } = &*untold.0 {
        told.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*retry_after_s));
    }
    for (name, value) in response.headers() {
        if name.as_str().starts_with("tus-") {
            told.headers_mut().insert(name, value.clone());
        }
    }
    told
}

/// What axum refused before a handler saw it, in words of its own: a query or a body of another shape, another method.
fn refused_on_the_way(response: &Response) -> Option<Untold> {
    let kind = response.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain")) {
        return None;
    }
    let error = match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => Error::NotFound("page"),
        StatusCode::PAYLOAD_TOO_LARGE => Error::Invalid { field: "body", why: Why::TooLarge },
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY => {
            Error::Invalid { field: "request", why: Why::Unreadable }
        }
        _ => return None,
    };
    Some(Untold(std::sync::Arc::new(error)))
}

fn is_for_programs(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/media/")
}

fn to_sign_in(viewer: &Viewer, is_read: bool) -> Response {
    let next = if is_read { viewer.here.as_str() } else { crate::forms::home_of(&viewer.here) };
    let query: String = form_urlencoded(next);
    Redirect::to(&format!("/sign-in?next={query}")).into_response()
}

/// A value of a query, with everything but letters and digits escaped.
pub(crate) fn form_urlencoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
