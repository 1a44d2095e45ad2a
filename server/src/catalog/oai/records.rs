//! How is a course told in Dublin Core, and how in IEEE Learning Object Metadata?

use app::parts::linked::{address, duration, tag, utc};
use content::catalog::Record;
use content::shelves::{Facet, Term};
use content::texts::Texts;

use super::request::Format;
use crate::catalog::xml::Xml;

const XSI: (&str, &str) = ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");

impl Format {
    pub(super) fn namespace(self) -> &'static str {
        match self {
            Self::DublinCore => "http://www.openarchives.org/OAI/2.0/oai_dc/",
            Self::Lom => "http://ltsc.ieee.org/xsd/LOM",
        }
    }

    pub(super) fn schema(self) -> &'static str {
        match self {
            Self::DublinCore => "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
            Self::Lom => "http://ltsc.ieee.org/xsd/lomv1.0/lom.xsd",
        }
    }

    /// The record in these words.
    pub(super) fn write(self, xml: &mut Xml, record: &Record, base: &str) {
        match self {
            Self::DublinCore => dublin_core(xml, record, base),
            Self::Lom => lom(xml, record, base),
        }
    }

    fn location(self) -> String {
        format!("{} {}", self.namespace(), self.schema())
    }
}

fn dublin_core(xml: &mut Xml, record: &Record, base: &str) {
    let of = Format::DublinCore;
    let attributes = [
        ("xmlns:oai_dc", of.namespace()),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        XSI,
        ("xsi:schemaLocation", &of.location()),
    ];
    xml.open("oai_dc:dc", &attributes);
    xml.leaves("dc:title", "xml:lang", &record.course.title);
    leaves(xml, "dc:creator", &record.said(|part| &part.author));
    xml.leaves("dc:subject", "xml:lang", &record.column.title);
    for term in record.terms(Facet::Aspect) {
        xml.leaves("dc:subject", "xml:lang", &term.title);
    }
    xml.leaves("dc:description", "xml:lang", &record.course.summary);
    leaves(xml, "dc:publisher", &record.said(|part| &part.institution));
    if let Some(at) = record.course.published_at {
        xml.leaf("dc:date", &[], &utc(at));
    }
    xml.leaf("dc:type", &[], "Course");
    xml.leaf("dc:identifier", &[], &address(record, base));
    leaves(xml, "dc:source", &record.said(|part| &part.source));
    xml.leaf("dc:language", &[], tag(record.course.language));
    leaves(xml, "dc:rights", &record.said(|part| &part.license));
    xml.close("oai_dc:dc");
}

fn leaves(xml: &mut Xml, name: &str, texts: &[&str]) {
    for text in texts {
        xml.leaf(name, &[], text);
    }
}

fn lom(xml: &mut Xml, record: &Record, base: &str) {
    let of = Format::Lom;
    xml.open("lom", &[("xmlns", of.namespace()), XSI, ("xsi:schemaLocation", &of.location())]);
    general(xml, record, base);
    life_cycle(xml, record);
    xml.open("technical", &[]);
    xml.leaf("location", &[], &address(record, base));
    xml.close("technical");
    if record.duration_ms() > 0 {
        xml.open("educational", &[]);
        xml.open("typicalLearningTime", &[]);
        xml.leaf("duration", &[], &duration(record.duration_ms()));
        xml.close("typicalLearningTime");
        xml.close("educational");
    }
    rights(xml, &record.said(|part| &part.license));
    classified(xml, "discipline", &record.terms(Facet::Aspect));
    classified(xml, "educational level", &record.terms(Facet::Audience));
    xml.close("lom");
}

fn general(xml: &mut Xml, record: &Record, base: &str) {
    xml.open("general", &[]);
    xml.open("identifier", &[]);
    xml.leaf("catalog", &[], "URI");
    xml.leaf("entry", &[], &address(record, base));
    xml.close("identifier");
    strings(xml, "title", &record.course.title);
    xml.leaf("language", &[], tag(record.course.language));
    strings(xml, "description", &record.course.summary);
    strings(xml, "keyword", &record.column.title);
    xml.close("general");
}

fn strings(xml: &mut Xml, name: &str, texts: &Texts) {
    if !texts.is_empty() {
        xml.open(name, &[]);
        xml.leaves("string", "language", texts);
        xml.close(name);
    }
}

fn life_cycle(xml: &mut Xml, record: &Record) {
    xml.open("lifeCycle", &[]);
    let authors = record.said(|part| &part.author).into_iter().map(|name| ("author", name));
    let publishers = record.said(|part| &part.institution).into_iter().map(|name| ("publisher", name));
    for (role, name) in authors.chain(publishers) {
        xml.open("contribute", &[]);
        value(xml, "role", role);
        xml.leaf("entity", &[], &card(name));
        xml.close("contribute");
    }
    xml.close("lifeCycle");
}

/// A name as a vCard (RFC 2426), which is what LOM keeps people in.
fn card(name: &str) -> String {
    let mut escaped = String::new();
    for char in name.chars() {
        if matches!(char, '\\' | ',' | ';') {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    format!("BEGIN:VCARD\nVERSION:3.0\nN:{escaped};;;;\nFN:{escaped}\nEND:VCARD")
}

/// A word of LOM's own vocabulary.
fn value(xml: &mut Xml, name: &str, word: &str) {
    xml.open(name, &[]);
    xml.leaf("source", &[], "LOMv1.0");
    xml.leaf("value", &[], word);
    xml.close(name);
}

fn rights(xml: &mut Xml, licenses: &[&str]) {
    if !licenses.is_empty() {
        xml.open("rights", &[]);
        value(xml, "copyrightAndOtherRestrictions", "yes");
        xml.open("description", &[]);
        leaves(xml, "string", licenses);
        xml.close("description");
        xml.close("rights");
    }
}

fn classified(xml: &mut Xml, purpose: &str, terms: &[&Term]) {
    if terms.is_empty() {
        return;
    }
    xml.open("classification", &[]);
    value(xml, "purpose", purpose);
    for term in terms {
        xml.open("taxonPath", &[]);
        xml.open("taxon", &[]);
        xml.leaf("id", &[], &term.slug);
        strings(xml, "entry", &term.title);
        xml.close("taxon");
        xml.close("taxonPath");
    }
    xml.close("classification");
}

#[cfg(test)]
mod tests {
    use super::card;

    #[test]
    fn a_name_cannot_leave_its_card() {
        assert_eq!(card("A, B; C\\"), "BEGIN:VCARD\nVERSION:3.0\nN:A\\, B\\; C\\\\;;;;\nFN:A\\, B\\; C\\\\\nEND:VCARD");
    }
}
