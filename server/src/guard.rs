//! What is kept out? Posts from other sites, scripts that are not ours, frames, guesses of types.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::Platform;

/// What no answer goes without: nobody guesses its type, shows it in a frame, or learns from where it was reached.
const FIXED: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
];

/// For what is no page: opened by itself it loads and runs nothing.
const NOTHING: &str = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// The outermost layer: gives every answer the headers that none goes without.
pub(crate) async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(NOTHING));
    response
}

/// Refuses writes that a browser says come from another site. Programs send neither header and need a token anyway.
pub(crate) async fn refuse_cross_site(State(platform): State<Platform>, request: Request, next: Next) -> Response {
    let public_host = platform.public_host.as_deref();
    if !request.method().is_safe() && is_cross_site(request.headers(), request.uri(), public_host) {
        return (StatusCode::FORBIDDEN, "cross-site request refused\n").into_response();
    }
    next.run(request).await
}

/// `Sec-Fetch-Site` decides where it is sent: a proxy may change the host, but no page can change that word. Only older
/// browsers are judged by the `Origin`, which has to be where the request went, or where people are told to go.
fn is_cross_site(headers: &HeaderMap, uri: &Uri, public_host: Option<&str>) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site != "same-origin" && site != "none",
        (None, Some(origin)) => {
            // HTTP/2 names the host in the address alone.
            let authority = uri.authority().map(|authority| authority.as_str());
            ![text("host"), authority, public_host].into_iter().flatten().any(|host| is_at(origin, host))
        }
        (None, None) => false,
    }
}

/// Whether an origin is at `host`, where the default port of its scheme may be written or not.
fn is_at(origin: &str, host: &str) -> bool {
    let Some((scheme, place)) = origin.split_once("://") else { return false };
    let port = if scheme == "https" { ":443" } else { ":80" };
    let bare = |host: &str| host.strip_suffix(port).unwrap_or(host).to_ascii_lowercase();
    bare(place) == bare(host)
}

/// Host and port of an address.
pub(crate) fn host_of(url: &str) -> Option<&str> {
    url.split_once("://")?.1.split(['/', '?', '#']).next().filter(|host| !host.is_empty())
}

/// A word that this page's own scripts carry.
pub(crate) fn nonce() -> String {
    let mut bytes = [0_u8; 16];
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What an answer to a person carries besides: its page runs its own scripts alone, and nobody else keeps it.
pub(crate) fn protect(headers: &mut HeaderMap, nonce: &str) {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'self' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; \
         worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(crate::session::PRIVATE);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_may_post() {
        let check = |uri: &'static str, pairs: &[(&'static str, &'static str)], expected| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            let public_host = host_of("https://public.example/");
            assert_eq!(is_cross_site(&headers, &Uri::from_static(uri), public_host), expected, "{uri} {pairs:?}");
        };
        check("/", &[], false);
        check("/", &[("host", "a.example"), ("origin", "https://a.example")], false);
        check("/", &[("host", "A.example:443"), ("origin", "https://a.example")], false);
        check("/", &[("host", "a.example:8080"), ("origin", "http://a.example:8080")], false);
        check("/", &[("host", "a.example:8080"), ("origin", "http://a.example")], true);
        check("/", &[("host", "a.example:80"), ("origin", "https://a.example")], true);
        check("/", &[("host", "a.example"), ("origin", "https://b.example")], true);
        check("/", &[("host", "a.example"), ("origin", "null")], true);
        check("/", &[("host", "a.example"), ("origin", "https://a.example.b.example")], true);
        check("/", &[("origin", "https://a.example")], true);
        check("https://a.example/", &[("origin", "https://a.example")], false);
        check("https://a.example/", &[("origin", "https://b.example")], true);
        check("/", &[("host", "127.0.0.1:3000"), ("origin", "https://public.example")], false);
        check("/", &[("host", "127.0.0.1:3000"), ("origin", "https://not.public.example")], true);
        check("/", &[("sec-fetch-site", "same-origin")], false);
        check("/", &[("sec-fetch-site", "none")], false);
        check("/", &[("sec-fetch-site", "cross-site")], true);
        check("/", &[("sec-fetch-site", "same-site")], true);
        let behind_a_proxy = [("host", "127.0.0.1:3000"), ("origin", "https://a.example")];
        check("/", &[behind_a_proxy[0], behind_a_proxy[1], ("sec-fetch-site", "same-origin")], false);
        check("/", &[behind_a_proxy[0], behind_a_proxy[1]], true);
        check("/", &[("host", "a"), ("origin", "https://a"), ("sec-fetch-site", "cross-site")], true);
    }

    #[test]
    fn a_host_is_read_out_of_an_address() {
        let check = |url: &str, expected: Option<&str>| assert_eq!(host_of(url), expected, "{url}");
        check("https://a.example", Some("a.example"));
        check("http://a.example:8080/menpa?b", Some("a.example:8080"));
        check("a.example", None);
        check("https:///a", None);
    }
}
