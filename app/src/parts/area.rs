//! Where are several lines typed? The one text area of the house: what stands in it is text, whatever it holds.

use leptos::prelude::*;

/// A text area. Views write children of this element as they are, so that `</textarea>` in a text would end it and `&lt;`
/// would be read as `<`: no page writes one itself.
#[derive(Debug, Default)]
pub struct Area {
    pub id: Option<String>,
    pub name: String,
    pub text: String,
    /// Lines that are shown at once.
    pub rows: u32,
    pub class: Option<&'static str>,
    /// The language of what is typed here, as a tag.
    pub lang: Option<&'static str>,
    pub required: bool,
    pub max_chars: Option<u32>,
    /// Its name where no label is shown.
    pub label: Option<String>,
    /// The ids of hint and problem.
    pub described_by: Option<String>,
    pub is_wrong: bool,
}

impl Area {
    pub fn show(self) -> AnyView {
        let invalid = self.is_wrong.then_some("true");
        view! {
            <textarea id=self.id class=self.class name=self.name rows=self.rows lang=self.lang required=self.required
                maxlength=self.max_chars aria-label=self.label aria-invalid=invalid aria-describedby=self.described_by
                inner_html=inside(&self.text)></textarea>
        }
        .into_any()
    }
}

/// The text as it stands between the tags: browsers drop a line end that comes first, so a text that begins with one has
/// another before it.
fn inside(text: &str) -> String {
    let first = if text.starts_with(['\n', '\r']) { "\n" } else { "" };
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("{first}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_it_is_text() {
        let cases = [
            ("SpO2 < 90% 时吸氧，收缩压 > 140", ">SpO2 &lt; 90% 时吸氧，收缩压 &gt; 140</textarea>"),
            ("</textarea><script>", ">&lt;/textarea&gt;&lt;script&gt;</textarea>"),
            ("&lt;b&gt; & \"'", ">&amp;lt;b&amp;gt; &amp; \"'</textarea>"),
            ("\n\nbelow", ">\n\n\nbelow</textarea>"),
            ("", "></textarea>"),
            ("ཁྲག་ཤེད 🩺\u{200f}", ">ཁྲག་ཤེད 🩺\u{200f}</textarea>"),
        ];
        for (text, end) in cases {
            let html = Area { name: "text".into(), text: text.into(), rows: 2, ..Area::default() }.show().to_html();
            assert!(html.ends_with(end), "{text:?}: {html}");
        }
    }
}
