//! In which language is this text, and does the page have to say so?

use content::texts::Texts;
use leptos::prelude::*;

use crate::wire::Lang;

/// A title or summary in the reader's language or the nearest one, marked where it is not the page's.
pub fn said(texts: &Texts, reader: Lang) -> AnyView {
    let (language, text) = texts.best(reader.into());
    said_in(language.into(), reader, text)
}

/// `text`, which is in the language `of`.
pub fn said_in(of: Lang, reader: Lang, text: &str) -> AnyView {
    let text = text.to_owned();
    if of == reader { text.into_any() } else { view! { <span lang=of.tag()>{text}</span> }.into_any() }
}

/// The bare text, for where no element can stand (the page's title, an option).
pub fn plain(texts: &Texts, reader: Lang) -> String {
    texts.best(reader.into()).1.to_owned()
}

/// The `lang` attribute for an element whose text is in the language `of`; none when it is the page's.
pub fn mark(of: Lang, reader: Lang) -> Option<&'static str> {
    (of != reader).then(|| of.tag())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_text_says_its_language_and_is_escaped() {
        let texts = Texts { zh: Some("血压<b>".into()), ..Texts::default() };
        assert_eq!(said(&texts, Lang::Zh).to_html(), "血压&lt;b&gt;");
        let html = said(&texts, Lang::En).to_html();
        assert!(html.starts_with(r#"<span lang="zh-Hans-CN">血压&lt;b&gt;</span>"#), "{html}");
    }
}
