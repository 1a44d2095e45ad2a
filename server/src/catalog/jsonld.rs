//! What is in the whole catalog? A dated dump in JSON-LD, page by page.

use app::messages as m;
use app::parts::linked::{utc, whole};
use app::wire::Lang;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use content::catalog::{self, Asked, Page, Place, Record};
use content::{Error, Why};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Refusal, base, send};
use crate::Platform;

const KIND: &str = "application/ld+json; charset=utf-8";

#[derive(Deserialize)]
pub(super) struct Wanted {
    after: Option<String>,
}

/// `GET /catalog.jsonld?after=…`. Those that changed first come first: one that changes meanwhile comes again at the end.
pub(super) async fn page(
    State(platform): State<Platform>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let library = &platform.library;
    let unreadable = Error::Invalid { field: "after", why: Why::Unreadable };
    let after = match wanted.after.as_deref().filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => Some(place(text).ok_or(unreadable)?),
    };
    let Page { entries, next } = catalog::list_entries(library, &Asked { after, ..Asked::default() }).await?;
    let records = catalog::read_all(library, entries).await?;
    let modified_at = catalog::find_span(library).await?.map(|(_, last)| last);
    let next = next.map(|next| format!("{}/catalog.jsonld?after={}", base(&platform), written(&next)));
    let body = document(base(&platform), &records, modified_at, next.as_deref()).to_string();
    let mut response = send(&headers, KIND, body.into_bytes(), modified_at);
    let link = next.and_then(|next| HeaderValue::from_str(&format!("<{next}>; rel=\"next\"")).ok());
    response.headers_mut().extend(link.map(|link| (header::LINK, link)));
    Ok(response)
}

fn document(base: &str, records: &[Record], modified_at: Option<i64>, next: Option<&str>) -> Value {
    let next_is = json!({"next": {"@id": "http://www.w3.org/ns/hydra/core#next", "@type": "@id"}});
    let item = |record: &Record| json!({"@type": "DataFeedItem", "dateModified": utc(record.modified_at), "item": whole(record, base)});
    let mut feed = json!({
        "@context": ["https://schema.org", next_is],
        "@type": "DataFeed",
        "@id": format!("{base}/catalog.jsonld"),
        "name": m::brand(Lang::En),
        "dataFeedElement": records.iter().map(item).collect::<Vec<_>>(),
    });
    if let Some(modified_at) = modified_at {
        feed["dateModified"] = utc(modified_at).into();
    }
    if let Some(next) = next {
        feed["next"] = next.into();
    }
    feed
}

fn written(place: &Place) -> String {
    format!("{}-{}", place.modified_at, place.course)
}

/// A place as [`written`] writes it.
fn place(text: &str) -> Option<Place> {
    let (modified_at, course) = text.split_once('-')?;
    let is_id = !course.is_empty() && course.len() <= 64 && course.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let modified_at = modified_at.parse().ok().filter(|at| *at >= 0)?;
    is_id.then(|| Place { modified_at, course: course.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_from_its_address_and_nothing_else_does() {
        let at = Place { modified_at: 1_732_373_999_999, course: "0198c0de".into() };
        assert_eq!(place(&written(&at)), Some(at));
        for text in ["", "-", "1", "1-", "-1-a", "x-a", "1-a'b", "99999999999999999999-a", "1-\u{0}"] {
            assert_eq!(place(text), None, "{text:?}");
        }
    }
}
