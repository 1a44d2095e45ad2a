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

/// Where people come by https, for a year nothing else will do.
const ONLY_HTTPS: &str = "max-age=31536000";

/// For what is no page: opened by itself it loads and runs nothing.
const NOTHING: &str = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// The outermost layer: gives every answer the headers that none goes without.
pub(crate) async fn harden(State(is_secure): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if is_secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ONLY_HTTPS));
    }
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(NOTHING));
    response
}

/// Refuses writes that a browser says come from another site, and those of a browser that says nothing. Programs say
/// nothing either, and are known by a token that no browser sends by itself.
pub(crate) async fn refuse_cross_site(State(platform): State<Platform>, request: Request, next: Next) -> Response {
    let sent = Sent { headers: request.headers(), uri: request.uri(), scheme: platform.scheme_of(request.headers()) };
    if !request.method().is_safe() && sent.is_cross_site(platform.public_url.as_deref(), platform.is_secure) {
        return (StatusCode::FORBIDDEN, "cross-site request refused\n").into_response();
    }
    next.run(request).await
}

/// A write, and what is known of where it was sent from.
struct Sent<'a> {
    headers: &'a HeaderMap,
    uri: &'a Uri,
    /// How it came to us, or to our own proxy.
    scheme: &'a str,
}

impl Sent<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"))
    }

    /// `Sec-Fetch-Site` decides where it is sent: a proxy may change the host, but no page can change that word. Only older
    /// browsers are judged by the `Origin`, which has to be where the request went, or where people are told to go; and
    /// those that send none with a plain form, by the `Referer`, which our pages let them send to ourselves.
    fn is_cross_site(&self, public_url: Option<&str>, is_secure: bool) -> bool {
        match (self.text("sec-fetch-site"), self.text("origin"), self.text("referer")) {
            (Some(site), _, _) => site != "same-origin" && site != "none",
            (None, Some(origin), _) => !self.is_ours(origin, public_url),
            (None, None, Some(page)) => !self.is_ours(page, public_url),
            (None, None, None) => crate::session::has_session_cookie(is_secure, self.headers) && !self.is_by_token(),
        }
    }

    fn is_by_token(&self) -> bool {
        self.headers.contains_key(header::AUTHORIZATION)
    }

    /// Whether an address is one of this site: where people are told to go, or where this was sent.
    fn is_ours(&self, address: &str, public_url: Option<&str>) -> bool {
        let Some(origin) = Origin::of(address) else { return false };
        let public = public_url.and_then(Origin::of);
        if public.as_ref() == Some(&origin) {
            return true;
        }
        // HTTP/2 names the host in the address alone.
        let authority = self.uri.authority().map(|authority| authority.as_str());
        let here = [self.text("host"), authority].into_iter().flatten();
        let here = here.filter_map(|host| Origin::at(self.scheme, host));
        // Where people are told to come by https, the same host without it is another site.
        let mut here = here.filter(|here| public.as_ref().is_none_or(|public| public.host != here.host));
        here.any(|here| here == origin)
    }
}

/// Scheme, host and port (RFC 6454).
#[derive(PartialEq, Eq)]
struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

impl Origin {
    fn of(address: &str) -> Option<Self> {
        let (scheme, _) = address.split_once("://")?;
        Self::at(scheme, host_of(address)?)
    }

    fn at(scheme: &str, place: &str) -> Option<Self> {
        let scheme = scheme.to_ascii_lowercase();
        let default = if scheme == "https" { 443 } else { 80 };
        // The colons of an IPv6 address stand in brackets.
        let (host, port) = match place.rsplit_once(':').filter(|(_, port)| !port.contains(']')) {
            Some((host, port)) => (host, port.parse().ok()?),
            None => (place, default),
        };
        Some(Self { scheme, host: host.to_ascii_lowercase(), port })
    }
}

/// Host and port of an address.
pub(crate) fn host_of(url: &str) -> Option<&str> {
    url.split_once("://")?.1.split(['/', '?', '#']).next().filter(|host| !host.is_empty())
}

/// A word that this page's own scripts carry.
///
/// # Errors
/// `Internal` when this machine gives no random numbers: a word that can be guessed would guard nothing.
pub(crate) fn nonce() -> content::Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        tracing::error!(%error, "this machine gives no random numbers");
        content::Error::internal(error.to_string())
    })?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
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

    /// Whether a write is refused that came by `scheme` with these headers.
    fn refused(scheme: &str, uri: &'static str, pairs: &[(&'static str, &'static str)], public: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_static(value));
        }
        let is_secure = public.is_some_and(|url| url.starts_with("https:"));
        Sent { headers: &headers, uri: &Uri::from_static(uri), scheme }.is_cross_site(public, is_secure)
    }

    #[test]
    fn only_our_own_pages_may_post() {
        let check = |scheme: &str, uri: &'static str, pairs: &[(&'static str, &'static str)], expected| {
            let public = Some("https://public.example/");
            assert_eq!(refused(scheme, uri, pairs, public), expected, "{scheme} {uri} {pairs:?}");
        };
        check("https", "/", &[("host", "a.example"), ("origin", "https://a.example")], false);
        check("https", "/", &[("host", "A.example:443"), ("origin", "https://a.example")], false);
        check("http", "/", &[("host", "a.example:8080"), ("origin", "http://a.example:8080")], false);
        check("http", "/", &[("host", "[::1]:8080"), ("origin", "http://[::1]:8080")], false);
        check("http", "/", &[("host", "[::1]"), ("origin", "http://[::1]:80")], false);
        check("http", "/", &[("host", "a.example:8080"), ("origin", "http://a.example")], true);
        check("https", "/", &[("host", "a.example:80"), ("origin", "https://a.example")], true);
        check("https", "/", &[("host", "a.example"), ("origin", "https://b.example")], true);
        check("https", "/", &[("host", "a.example"), ("origin", "null")], true);
        check("https", "/", &[("host", "a.example"), ("origin", "https://a.example.b.example")], true);
        check("https", "/", &[("origin", "https://a.example")], true);
        check("https", "https://a.example/", &[("origin", "https://a.example")], false);
        check("https", "https://a.example/", &[("origin", "https://b.example")], true);
        check("http", "/", &[("host", "127.0.0.1:3000"), ("origin", "https://public.example")], false);
        check("http", "/", &[("host", "127.0.0.1:3000"), ("origin", "https://not.public.example")], true);
        check("http", "/", &[("sec-fetch-site", "same-origin")], false);
        check("http", "/", &[("sec-fetch-site", "none")], false);
        check("http", "/", &[("sec-fetch-site", "cross-site")], true);
        check("http", "/", &[("sec-fetch-site", "same-site")], true);
        let behind_a_proxy = [("host", "127.0.0.1:3000"), ("origin", "https://a.example")];
        check("http", "/", &[behind_a_proxy[0], behind_a_proxy[1], ("sec-fetch-site", "same-origin")], false);
        check("http", "/", &[behind_a_proxy[0], behind_a_proxy[1]], true);
        check("http", "/", &[("host", "a"), ("origin", "http://a"), ("sec-fetch-site", "cross-site")], true);
    }

    #[test]
    fn the_same_host_by_another_scheme_is_another_site() {
        let check = |scheme: &str, host: &'static str, origin: &'static str, public: Option<&str>, expected| {
            let pairs = [("host", host), ("origin", origin)];
            assert_eq!(refused(scheme, "/", &pairs, public), expected, "{scheme} {host} {origin} {public:?}");
        };
        check("http", "a.example", "https://a.example", None, true);
        check("http", "a.example", "http://a.example", None, false);
        check("https", "a.example", "http://a.example", None, true);
        check("https", "a.example", "http://a.example", Some("https://a.example"), true);
        check("http", "a.example", "http://a.example", Some("https://a.example"), true);
        check("http", "a.example", "https://a.example", Some("https://a.example"), false);
        check("http", "a.example", "ftp://a.example", None, true);
    }

    #[test]
    fn a_browser_that_says_nothing_may_not_post_in_somebodys_name() {
        let check = |pairs: &[(&'static str, &'static str)], expected| {
            assert_eq!(refused("http", "/", pairs, None), expected, "{pairs:?}");
        };
        let (host, cookie) = (("host", "a.example"), ("cookie", "menpa_session=1"));
        check(&[host], false);
        check(&[host, cookie], true);
        check(&[host, cookie, ("authorization", "Bearer 1")], false);
        check(&[host, ("cookie", "menpa_language=zh")], false);
        check(&[host, cookie, ("referer", "http://a.example/studio?x")], false);
        check(&[host, cookie, ("referer", "http://b.example/")], true);
        check(&[host, ("referer", "https://a.example/")], true);
        assert!(refused("http", "/", &[("cookie", "__Host-menpa_session=1")], Some("https://a.example")));
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
