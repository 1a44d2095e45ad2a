//! What is written in an office file, read without LibreOffice? Its text, page by page where it has pages, and its fonts.
//!
//! No document types and no entities but the five of XML itself: a file that declares its own is refused.

use std::collections::BTreeSet;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::text;
use super::zipped::{self, Archive};
use crate::job::{Cause, Failure, Format};

/// What one part may unfold to.
const MOST_PART_BYTES: u64 = 64 << 20;

/// # Errors
/// `UnsafeFile` when a part declares an entity, by which a reader could be made to fetch or to unfold something.
pub(super) fn refuse_entities(path: &Path) -> Result<(), Failure> {
    let mut archive = zipped::open(path)?;
    for name in zipped::names(&archive).into_iter().filter(|name| is_xml(name)) {
        let bytes = zipped::read(&mut archive, &name, MOST_PART_BYTES)?;
        // UTF-16 is the same letters with zeros between.
        let letters: Vec<u8> = bytes.into_iter().filter(|byte| *byte != 0).collect();
        if letters.windows(8).any(|part| part == b"<!ENTITY") {
            return Err(Failure::new(Cause::UnsafeFile, format!("{name} declares an entity")));
        }
    }
    Ok(())
}

fn is_xml(name: &str) -> bool {
    [".xml", ".rels"].iter().any(|ending| name.to_lowercase().ends_with(ending))
}

/// The text of each page: a slide, or as much of a document as a page of text holds.
pub(super) fn texts(path: &Path, format: Format) -> Result<Vec<String>, Failure> {
    let mut archive = zipped::open(path)?;
    let slides = numbered(&archive, "ppt/slides/slide");
    if !slides.is_empty() {
        return slides.iter().map(|name| text_of(&mut archive, name).map(|pages| pages.concat())).collect();
    }
    let single = ["word/document.xml", "xl/sharedStrings.xml", "content.xml"];
    let name = single.into_iter().find(|name| archive.index_for_name(name).is_some());
    let name = name.ok_or_else(|| Failure::new(Cause::NotReadable, "an office file without text"))?;
    let pages = text_of(&mut archive, name)?;
    match format {
        Format::Slides => Ok(pages),
        _ => Ok(text::paginate(&pages.join("\n"))),
    }
}

/// `ppt/slides/slide1.xml`, `…2.xml`, … in the order of their numbers.
fn numbered(archive: &Archive, start: &str) -> Vec<String> {
    let number = |name: &str| name.strip_prefix(start)?.strip_suffix(".xml")?.parse::<u32>().ok();
    let mut found: Vec<(u32, String)> =
        zipped::names(archive).into_iter().filter_map(|name| Some((number(&name)?, name))).collect();
    found.sort();
    found.into_iter().map(|(_, name)| name).collect()
}

/// The text of one part, cut where a drawing page begins.
fn text_of(archive: &mut Archive, name: &str) -> Result<Vec<String>, Failure> {
    let bytes = zipped::read(archive, name, MOST_PART_BYTES)?;
    let mut pages = vec![String::new()];
    walk(&bytes, |event| {
        let is_page = matches!(event, Event::Start(tag) if tag.name().as_ref() == "draw:page");
        if is_page && pages.last().is_some_and(|page| !page.trim().is_empty()) {
            pages.push(String::new());
        }
        if let Some(page) = pages.last_mut() {
            write(page, event);
        }
    })?;
    Ok(pages)
}

fn write(page: &mut String, event: &Event<'_>) {
    match event {
        Event::Text(words) => page.push_str(words),
        Event::GeneralRef(entity) => page.extend(character(entity.as_ref())),
        Event::End(tag) if ends_a_line(tag.name().as_ref()) => page.push('\n'),
        Event::Empty(tag) => match tag.name().as_ref() {
            "w:tab" | "text:tab" | "text:s" => page.push(' '),
            "w:br" | "a:br" | "text:line-break" => page.push('\n'),
            _ => {}
        },
        _ => {}
    }
}

fn ends_a_line(name: &str) -> bool {
    matches!(name, "w:p" | "a:p" | "text:p" | "text:h" | "si")
}

/// The five entities of XML, and characters by number.
fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

/// The names of all fonts that parts of the file ask for.
pub(super) fn fonts(archive: &mut Archive) -> Result<BTreeSet<String>, Failure> {
    let names = zipped::names(archive).into_iter().filter(|name| is_xml(name));
    let mut found = BTreeSet::new();
    for name in names {
        let bytes = zipped::read(archive, &name, MOST_PART_BYTES)?;
        // What is no XML at all names no fonts.
        let _ = walk(&bytes, |event| {
            if let Event::Start(tag) | Event::Empty(tag) = event {
                found.extend(fonts_in(tag));
            }
        });
    }
    Ok(found)
}

fn fonts_in(tag: &BytesStart<'_>) -> Vec<String> {
    const NAMES: [&str; 10] = [
        "w:ascii",
        "w:hAnsi",
        "w:cs",
        "w:eastAsia",
        "typeface",
        "style:font-name",
        "fo:font-family",
        "svg:font-family",
        "w:name",
        "val",
    ];
    let mut attributes = tag.attributes();
    let attributes = attributes.with_checks(false).flatten();
    let named = attributes.filter(|each| NAMES.contains(&each.key.as_ref()));
    named.map(|each| each.value.into_owned()).collect()
}

/// Every event of a part. An unknown entity and a wrong nesting are passed over; a document type is not.
fn walk(bytes: &[u8], mut take: impl FnMut(&Event<'_>)) -> Result<(), Failure> {
    let mut reader = Reader::from_reader(bytes);
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) => return Ok(()),
            Ok(Event::DocType(_)) => return Err(Failure::new(Cause::UnsafeFile, "a document type within")),
            Ok(event) => take(&event),
            Err(error) => return Err(Failure::new(Cause::NotReadable, format!("XML: {error}"))),
        }
        buffer.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(xml: &str) -> Result<String, Cause> {
        let mut page = String::new();
        walk(xml.as_bytes(), |event| write(&mut page, event)).map_err(|failure| failure.cause).map(|()| page)
    }

    #[test]
    fn text_is_read_and_nothing_is_fetched_for_it() {
        let word = "<w:p><w:t>Rest</w:t><w:tab/><w:t>5&#x6D;g &amp; more</w:t></w:p><w:p><w:t>血压</w:t></w:p>";
        assert_eq!(read(word), Ok("Rest 5mg & more\n血压\n".into()));
        assert_eq!(read("<a:p>&secret;x</a:p>"), Ok("x\n".into()), "an entity of its own stands for nothing");
        let hostile = r#"<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a:p>&x;</a:p>"#;
        assert_eq!(read(hostile), Err(Cause::UnsafeFile));
    }

    #[test]
    fn fonts_are_found_where_formats_name_them() {
        let xml = r#"<w:rFonts w:ascii="TibetanMachine"/><a:latin typeface="Arial"/><style:text-properties fo:font-family="Dedris-a"/>"#;
        let mut found = Vec::new();
        walk(xml.as_bytes(), |event| {
            if let Event::Empty(tag) = event {
                found.extend(fonts_in(tag));
            }
        })
        .unwrap();
        assert_eq!(found, ["TibetanMachine", "Arial", "Dedris-a"]);
    }
}
