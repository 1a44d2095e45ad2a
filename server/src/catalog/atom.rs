//! What is new in this column? An Atom feed (RFC 4287) in one of the languages.

use app::messages as m;
use app::parts::linked::{address, utc};
use app::wire::Lang;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use content::catalog::{self, Record};
use content::courses::{self, Column};
use content::shelves::Facet;
use content::texts::Texts;
use serde::Deserialize;

use super::xml::Xml;
use super::{Refusal, base, send};
use crate::Platform;

const KIND: &str = "application/atom+xml; charset=utf-8";

#[derive(Deserialize)]
pub(super) struct Wanted {
    lang: Option<String>,
}

/// `GET /columns/{slug}/feed.atom?lang=zh|bo|en`; Chinese where nothing we speak is asked for.
pub(super) async fn feed(
    State(platform): State<Platform>,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let lang = wanted.lang.as_deref().and_then(Lang::parse).unwrap_or(Lang::Zh);
    let column = courses::load_column(&platform.library, &slug).await?;
    let records = catalog::list_newest(&platform.library, &column).await?;
    // A course that is withdrawn leaves no date in the feed: by its date a copy holds until anything changed at all.
    let modified_at = catalog::find_span(&platform.library).await?.map(|(_, last)| last);
    let body = write(base(&platform), &column, &records, lang);
    Ok(send(&headers, KIND, body, modified_at))
}

fn write(base: &str, column: &Column, records: &[Record], lang: Lang) -> Vec<u8> {
    let page = format!("{base}/columns/{}", column.slug);
    let here = format!("{page}/feed.atom?lang={}", lang.word());
    let updated_at = records.iter().map(|record| record.modified_at).max();
    let mut xml = Xml::document();
    xml.open("feed", &[("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", lang.tag())]);
    // The three languages of a column are three feeds.
    xml.leaf("id", &[], &here);
    say(&mut xml, "title", &column.title, lang);
    say(&mut xml, "subtitle", &column.summary, lang);
    xml.leaf("updated", &[], &utc(updated_at.unwrap_or_default()));
    xml.mark("link", &[("rel", "self"), ("type", "application/atom+xml"), ("href", &here)]);
    xml.mark("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &page)]);
    author(&mut xml, m::brand(lang), Some(base));
    for record in records {
        entry(&mut xml, base, record, lang);
    }
    xml.close("feed");
    xml.finish()
}

fn entry(xml: &mut Xml, base: &str, record: &Record, lang: Lang) {
    let page = address(record, base);
    xml.open("entry", &[]);
    xml.leaf("id", &[], &urn(record.course.id.as_str()).unwrap_or_else(|| page.clone()));
    say(xml, "title", &record.course.title, lang);
    xml.leaf("updated", &[], &utc(record.modified_at));
    if let Some(published_at) = record.course.published_at {
        xml.leaf("published", &[], &utc(published_at));
    }
    xml.mark("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &page)]);
    for name in record.said(|part| &part.author) {
        author(xml, name, None);
    }
    for term in record.terms(Facet::Aspect) {
        xml.mark("category", &[("term", &term.slug), ("label", term.title.best(lang.into()).1)]);
    }
    say(xml, "summary", &record.course.summary, lang);
    xml.close("entry");
}

/// A text in the language of the feed, or in the nearest one there is, which it then names.
fn say(xml: &mut Xml, name: &str, texts: &Texts, lang: Lang) {
    let (language, text) = texts.best(lang.into());
    let own = Lang::from(language);
    if own == lang { xml.leaf(name, &[], text) } else { xml.leaf(name, &[("xml:lang", own.tag())], text) }
}

fn author(xml: &mut Xml, name: &str, address: Option<&str>) {
    xml.open("author", &[]);
    xml.leaf("name", &[], name);
    if let Some(address) = address {
        xml.leaf("uri", &[], address);
    }
    xml.close("author");
}

/// An id of ours under its worldwide name (RFC 9562).
fn urn(id: &str) -> Option<String> {
    let is_plain = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_plain.then(|| format!("urn:uuid:{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_a_worldwide_name() {
        let name = urn("0198c0de0123789a8bcd0123456789ab");
        assert_eq!(name.as_deref(), Some("urn:uuid:0198c0de-0123-789a-8bcd-0123456789ab"));
        assert_eq!([urn("c"), urn("པ234567890123456789012345678901")], [None, None]);
    }
}
