//! Who is asking, and in which language? The cookie or the bearer token becomes a viewer, once a request.

use app::view::Viewer;
use app::wire::Lang;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use content::people;

use crate::Platform;
use crate::failure::Failure;
use crate::forms::amount::LONGEST_ADDRESS;

const SESSION: &str = "menpa_session";
const LANGUAGE: &str = "menpa_language";

/// Who is asking, for handlers.
pub(crate) struct Asking(pub Viewer);

impl<S: Send + Sync> FromRequestParts<S> for Asking {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let viewer = parts.extensions.get::<Viewer>().cloned();
        viewer.map(Self).ok_or_else(|| Failure(content::Error::internal("a route without a viewer")))
    }
}

/// Makes the viewer of this request, and sends the headers that depend on it.
pub(crate) async fn identify(State(platform): State<Platform>, mut request: Request, next: Next) -> Response {
    let jar = CookieJar::from_headers(request.headers());
    let actor = match token(&jar, request.headers()) {
        None => None,
        Some(token) => match people::find_actor(&platform.library, &token).await {
            Ok(actor) => actor,
            Err(error) => return fail(&request, &platform, &jar, &error),
        },
    };
    let viewer = viewer(&platform, &request, &jar, actor);
    let nonce = viewer.nonce.clone();
    request.extensions_mut().insert(viewer);
    let mut response = next.run(request).await;
    crate::guard::protect(response.headers_mut(), &nonce);
    response
}

/// The reader is unknown because the database is gone: the failure is still told in her language.
fn fail(request: &Request, platform: &Platform, jar: &CookieJar, error: &content::Error) -> Response {
    let viewer = viewer(platform, request, jar, None);
    let problem = crate::failure::tell(&viewer, error);
    let page = app::pages::problem::problem(&viewer, 500, &problem);
    let html = axum::response::Html(app::pages::shell::render(&viewer, page));
    let failed = (axum::http::StatusCode::INTERNAL_SERVER_ERROR, html);
    let mut response = axum::response::IntoResponse::into_response(failed);
    crate::guard::protect(response.headers_mut(), &viewer.nonce);
    response
}

fn viewer(platform: &Platform, request: &Request, jar: &CookieJar, actor: Option<people::Actor>) -> Viewer {
    let here = request.uri().path_and_query().map_or("/", |here| here.as_str());
    // A longer one is refused, by a page that carries its address as every page does.
    let here = if here.len() > LONGEST_ADDRESS { "/" } else { here }.to_owned();
    let lang = language(actor.as_ref(), jar, request.headers());
    Viewer {
        library: platform.library.clone(),
        actor,
        lang,
        here,
        kept: None,
        unkept: app::view::Unkept::default(),
        nonce: crate::guard::nonce(),
        assets: platform.assets.clone(),
        catalog: platform.catalog.clone(),
    }
}

/// The token of this request: `Authorization: Bearer` before the cookie.
pub(crate) fn token(jar: &CookieJar, headers: &HeaderMap) -> Option<String> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| value.strip_prefix("Bearer ").map(str::to_owned));
    bearer.or_else(|| jar.get(SESSION).map(|cookie| cookie.value().to_owned()))
}

/// Her own setting, then the cookie, then what the browser asks for, then Chinese.
fn language(actor: Option<&people::Actor>, jar: &CookieJar, headers: &HeaderMap) -> Lang {
    let own = actor.and_then(|actor| actor.language).map(Lang::from);
    let cookie = || jar.get(LANGUAGE).and_then(|cookie| Lang::parse(cookie.value()));
    own.or_else(cookie).or_else(|| accepted(headers)).unwrap_or(Lang::Zh)
}

fn accepted(headers: &HeaderMap) -> Option<Lang> {
    let list = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut wanted: Vec<(f32, Lang)> = list
        .split(',')
        .filter_map(|each| {
            let mut parts = each.split(';');
            let lang = Lang::parse(parts.next()?.trim().get(..2)?.to_lowercase().as_str())?;
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
            Some((weight, lang))
        })
        .collect();
    wanted.sort_by(|one, other| other.0.total_cmp(&one.0));
    wanted.first().map(|(_, lang)| *lang)
}

/// The cookie of a fresh sign-in.
pub(crate) fn session_cookie(platform: &Platform, token: String) -> Cookie<'static> {
    let mut cookie = kept_cookie(platform, SESSION, token, people::SESSION_MS / 1000);
    cookie.set_http_only(true);
    cookie
}

pub(crate) fn language_cookie(platform: &Platform, lang: Lang) -> Cookie<'static> {
    kept_cookie(platform, LANGUAGE, lang.word().to_owned(), 365 * 24 * 3600)
}

/// A cookie that takes the session's away.
pub(crate) fn no_session_cookie(platform: &Platform) -> Cookie<'static> {
    kept_cookie(platform, SESSION, String::new(), 0)
}

fn kept_cookie(platform: &Platform, name: &'static str, value: String, seconds: i64) -> Cookie<'static> {
    let expiry = axum_extra::extract::cookie::Expiration::Session;
    let mut cookie = Cookie::build((name, value)).path("/").same_site(SameSite::Lax).secure(platform.is_secure);
    cookie = cookie.expires(expiry);
    let mut cookie = cookie.build();
    cookie.set_max_age(Some(time_of(seconds)));
    cookie
}

fn time_of(seconds: i64) -> cookie::time::Duration {
    cookie::time::Duration::seconds(seconds)
}

/// Pages that depend on the reader are kept by nobody.
pub(crate) const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");
