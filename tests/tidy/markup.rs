//! Can a text become markup? What views do not escape is written in one place, or not by views at all.

use super::{Source, bites, hold, sources};

/// The one file that writes a text area: it escapes what stands in it.
const AREA: &str = "app/src/parts/area.rs";

/// Leptos writes the children of these elements as they are (`ESCAPE_CHILDREN` of tachys 0.2).
const RAW: [&str; 4] = ["textarea", "script", "style", "noscript"];

/// Opening tags of raw elements outside their place: text areas anywhere but in theirs, others with children.
fn raw_elements(source: &Source) -> Vec<String> {
    if !source.path.starts_with("app/src/") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for name in RAW {
        let is_home = name == "textarea" && source.path == AREA;
        let tag = format!("<{name}");
        for (at, _) in source.shipped.match_indices(&tag) {
            let rest = &source.shipped[at + tag.len()..];
            if rest.starts_with(|next: char| next.is_alphanumeric() || next == '_') {
                continue;
            }
            let inside = rest.find(&format!("</{name}>")).map_or(rest, |end| &rest[..end]);
            let is_empty = inside.trim_end().ends_with('>');
            if !is_empty || (name == "textarea" && !is_home) {
                found.push(source.at(at, &format!("<{name}> is not escaped by views: {AREA}, or `inner_html`")));
            }
        }
    }
    let written = source.shipped_literals().filter(|(_, text)| text.contains("<textarea"));
    found.extend(written.map(|(at, _)| source.at(at, &format!("text areas are written in {AREA} alone"))));
    found
}

#[test]
fn no_page_writes_what_views_do_not_escape() {
    let breaches: Vec<String> = sources().iter().flat_map(raw_elements).collect();
    hold("a text can become no markup", &breaches);
}

#[test]
fn a_raw_element_with_a_text_in_it_is_found() {
    let code = "fn a() { view! { <textarea\nname=n>{b}</textarea> }; view! { <textarea inner_html=c></textarea> }; \
                view! { <script src=d></script> <textareas/> } }\nconst E: &str = \"<textarea>\";\n\
                fn f() { view! { <style>{g}</style> } }";
    bites(raw_elements, "app/src/pages/a.rs", code, &[1, 2, 4, 3]);
    bites(raw_elements, AREA, "fn a() { view! { <textarea inner_html=b></textarea> <textarea>{c}</textarea> } }", &[1]);
    bites(raw_elements, "server/src/a.rs", "fn a() { <textarea>{b}</textarea> }", &[]);
}
