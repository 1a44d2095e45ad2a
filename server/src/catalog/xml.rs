//! How is XML written, whatever the words in it? Everything is escaped, and what XML cannot carry at all is left out.

use std::borrow::Cow;

use app::parts::linked::tag;
use content::texts::Texts;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

pub(super) type Attributes<'a> = &'a [(&'a str, &'a str)];

/// A document, or a piece of one, as it is written.
pub(super) struct Xml(Writer<Vec<u8>>);

impl Xml {
    pub(super) fn document() -> Self {
        let mut xml = Self::piece();
        xml.put(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        xml
    }

    pub(super) fn piece() -> Self {
        Self(Writer::new(Vec::new()))
    }

    pub(super) fn open(&mut self, name: &str, attributes: Attributes<'_>) {
        self.put(Event::Start(start(name, attributes)));
    }

    pub(super) fn close(&mut self, name: &str) {
        self.put(Event::End(BytesEnd::new(name)));
    }

    /// An element with nothing in it.
    pub(super) fn mark(&mut self, name: &str, attributes: Attributes<'_>) {
        self.put(Event::Empty(start(name, attributes)));
    }

    /// An element with a text in it.
    pub(super) fn leaf(&mut self, name: &str, attributes: Attributes<'_>, text: &str) {
        self.open(name, attributes);
        self.put(Event::Text(BytesText::new(&legal(text))));
        self.close(name);
    }

    /// One element for each language of a text, named in `attribute`.
    pub(super) fn leaves(&mut self, name: &str, attribute: &str, texts: &Texts) {
        for (language, text) in texts.iter() {
            self.leaf(name, &[(attribute, tag(language))], text);
        }
    }

    pub(super) fn add(&mut self, piece: Self) {
        self.0.get_mut().extend(piece.finish());
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0.into_inner()
    }

    fn put(&mut self, event: Event<'_>) {
        let written = self.0.write_event(event);
        debug_assert!(written.is_ok(), "memory takes everything");
    }
}

fn start<'a>(name: &'a str, attributes: Attributes<'_>) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        start.push_attribute((*name, &*legal(value)));
    }
    start
}

/// What XML 1.0 calls characters (its production 2). Others cannot be written in it, escaped or not.
fn legal(text: &str) -> Cow<'_, str> {
    let is_legal =
        |char: char| !matches!(char, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}');
    if text.chars().all(is_legal) { text.into() } else { text.chars().filter(|char| is_legal(*char)).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_written_can_be_read() {
        let mut xml = Xml::document();
        xml.open("a", &[("b", "\"<&>\u{1}'\u{FFFF}")]);
        xml.leaf("c", &[], "]]> & <d> \u{0}\u{b}\u{1F}\u{FFFE}\n\u{10FFFF}");
        xml.close("a");
        let text = String::from_utf8(xml.finish()).unwrap();
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a b=\"&quot;&lt;&amp;&gt;'\">\
                        <c>]]&gt; &amp; &lt;d&gt; \n\u{10FFFF}</c></a>";
        assert_eq!(text.replace("&apos;", "'"), expected);
    }
}
