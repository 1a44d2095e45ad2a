//! Who is asking, and in which language? The cookie or the bearer token becomes a viewer, once a request.

use app::view::Viewer;
use app::wire::Lang;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use content::people;

use crate::Platform;
use crate::failure::Failure;

/// Over https a name that no other host and no other path can set (RFC 6265bis, §4.1.3.2).
pub(crate) const SESSION: [&str; 2] = ["menpa_session", "__Host-menpa_session"];
const DEVICE: [&str; 2] = ["menpa_device", "__Host-menpa_device"];
/// How long a browser is known after somebody signed in to it, in seconds.
const DEVICE_S: i64 = 365 * 24 * 3600;
/// A longer address (bytes) is not carried along.
const LONGEST_HERE: usize = 8 << 10;
/// No token is longer than ours (64 hexadecimal digits).
const LONGEST_TOKEN: usize = 64;

/// What a browser throws away at sign-out: pages and media. `/pkg/`, which is dear over slow links, the service worker
/// keeps in a place of its own, and what has not been sent yet stays. Where a browser does not know the header, pages are
/// kept by nobody (`PRIVATE`), and media only for the cookie that fetched them (`stream::KEPT_FOR`).
pub(crate) const CLEAR: [(HeaderName, HeaderValue); 1] = [(
    HeaderName::from_static("clear-site-data"),
    HeaderValue::from_static("\"cache\", \"prefetchCache\", \"prerenderCache\""),
)];

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
    let actor = match token(&platform, &jar, request.headers()) {
        None => None,
        Some(token) => match people::find_actor(&platform.library, &token).await {
            Ok(actor) => actor,
            Err(error) => return turn_away(&platform, &request, &error),
        },
    };
    let viewer = match viewer(&platform, &request, &jar, actor) {
        Ok(viewer) => viewer,
        Err(error) => return crate::failure::Failure(error).into_response(),
    };
    let nonce = viewer.nonce.clone();
    request.extensions_mut().insert(viewer);
    let mut response = next.run(request).await;
    crate::guard::protect(response.headers_mut(), &nonce);
    response
}

/// The reader is not known, because the database is gone or the server full: the failure is still told in her language.
pub(crate) fn turn_away(platform: &Platform, request: &Request, error: &content::Error) -> Response {
    let jar = CookieJar::from_headers(request.headers());
    let viewer = match viewer(platform, request, &jar, None) {
        Ok(viewer) => viewer,
        Err(error) => return crate::failure::Failure(error).into_response(),
    };
    let mut response = crate::failure::answer(&viewer, request.uri().path(), error);
    crate::guard::protect(response.headers_mut(), &viewer.nonce);
    response
}

fn viewer(
    platform: &Platform,
    request: &Request,
    jar: &CookieJar,
    actor: Option<people::Actor>,
) -> content::Result<Viewer> {
    let here = request.uri().path_and_query().map_or("/", |here| here.as_str());
    // Every page carries its address: a longer one would weigh it down.
    let here = if here.len() > LONGEST_HERE { "/" } else { here }.to_owned();
    let lang = language(actor.as_ref(), jar, request.headers());
    Ok(Viewer {
        library: platform.library.clone(),
        actor,
        lang,
        here,
        kept: None,
        unkept: app::view::Unkept::default(),
        nonce: crate::guard::nonce()?,
        assets: platform.assets.clone(),
        catalog: platform.catalog.clone(),
    })
}

/// The token of this request: `Authorization: Bearer` before the cookie.
pub(crate) fn token(platform: &Platform, jar: &CookieJar, headers: &HeaderMap) -> Option<String> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| value.strip_prefix("Bearer ").map(str::to_owned));
    bearer.or_else(|| cookie(platform, jar, SESSION))
}

/// Whether a browser is signed in by its cookie.
pub(crate) fn has_session_cookie(is_secure: bool, headers: &HeaderMap) -> bool {
    CookieJar::from_headers(headers).get(SESSION[usize::from(is_secure)]).is_some()
}

fn cookie(platform: &Platform, jar: &CookieJar, names: [&'static str; 2]) -> Option<String> {
    let value = jar.get(names[usize::from(platform.is_secure)])?.value();
    (!value.is_empty() && value.len() <= LONGEST_TOKEN).then(|| value.to_owned())
}

/// What a browser brings along to a sign-in.
pub(crate) struct Known {
    device: Option<String>,
    session: Option<String>,
}

pub(crate) fn known(platform: &Platform, jar: &CookieJar) -> Known {
    Known { device: cookie(platform, jar, DEVICE), session: cookie(platform, jar, SESSION) }
}

impl Known {
    pub(crate) fn coming<'a>(&'a self, address: &'a str) -> people::Coming<'a> {
        people::Coming { address, device: self.device.as_deref(), replaces: self.session.as_deref(), is_program: false }
    }
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

/// The cookies of a fresh sign-in: who it is, and that this browser is known.
pub(crate) fn keep(platform: &Platform, jar: CookieJar, signed_in: &people::SignIn) -> CookieJar {
    let hidden = |names: [&'static str; 2], value: &str, seconds| {
        let name = names[usize::from(platform.is_secure)];
        let mut cookie = kept_cookie(platform, name, value.to_owned(), seconds);
        cookie.set_http_only(true);
        cookie
    };
    jar.add(hidden(SESSION, &signed_in.token, people::SESSION_MS / 1000)).add(hidden(
        DEVICE,
        &signed_in.device,
        DEVICE_S,
    ))
}

pub(crate) fn language_cookie(platform: &Platform, lang: Lang) -> Cookie<'static> {
    kept_cookie(platform, LANGUAGE, lang.word().to_owned(), 365 * 24 * 3600)
}

/// A cookie that takes the session's away.
pub(crate) fn no_session_cookie(platform: &Platform) -> Cookie<'static> {
    kept_cookie(platform, SESSION[usize::from(platform.is_secure)], String::new(), 0)
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
