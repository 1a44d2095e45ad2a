//! Was this found by asking? The address a browser came from says it, without one more request and without scripts.

use app::view::Viewer;
use axum::http::{HeaderMap, Uri, header};
use content::asked;

/// Counts that a course, a lesson or a handout was opened from the answer to a question.
pub(crate) async fn note(viewer: &Viewer, headers: &HeaderMap) {
    let (Some(actor), Some(question)) = (&viewer.actor, asked_at(headers)) else { return };
    if let Err(error) = asked::note_opened(&viewer.library, actor, &question).await {
        tracing::error!(%error, "what was opened could not be counted");
    }
}

/// The question of the page that led here, if that was the search page.
fn asked_at(headers: &HeaderMap) -> Option<String> {
    let from: Uri = headers.get(header::REFERER)?.to_str().ok()?.parse().ok()?;
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let is_ours = from.authority().is_none_or(|authority| Some(authority.as_str()) == host);
    let asked: Vec<(String, String)> = serde_urlencoded::from_str(from.query()?).ok()?;
    let question = asked.into_iter().find(|(name, _)| name == "q").map(|(_, text)| text);
    question.filter(|_| is_ours && from.path() == "/search")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(from: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::REFERER, from.parse().unwrap());
        headers.insert(header::HOST, "menpa.example".parse().unwrap());
        asked_at(&headers)
    }

    #[test]
    fn only_our_own_search_page_says_what_was_asked() {
        let text = "https://menpa.example/search?q=%E8%A1%80%E5%8E%8B&kind=lesson";
        assert_eq!(question(text).as_deref(), Some("血压"));
        for other in [
            "https://other.example/search?q=a",
            "https://menpa.example/courses/a?q=a",
            "https://menpa.example/search",
            "::",
        ] {
            assert_eq!(question(other), None, "{other}");
        }
    }
}
