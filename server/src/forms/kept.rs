//! How much of a form comes back, or goes along to another page? As much as fits; of the rest is said that it was not kept.

use app::view::{Form, Kept, Unkept};

use super::amount::most_shown;
use super::{Values, local, value};

/// What goes along takes no more of the page (bytes of HTML); the form that carries it is at most three times as long.
const MOST_ALONG: usize = 10 << 10;

/// A form on its way back to whoever sent it.
pub(super) struct Returning {
    /// Where it is sent.
    pub(super) action: String,
    pub(super) values: Values,
    /// Itself, for the language switch and for signing in; nothing where it is too long for that.
    pub(super) kept: Option<Kept>,
    pub(super) unkept: Unkept,
}

impl Returning {
    pub(super) fn new(action: &str, mut values: Values) -> Self {
        values.remove("once");
        let (most, longest) = most_shown(action);
        let fields = fit(&mut values, most, longest);
        let text = encode(&values);
        let is_long = weight(&text) > MOST_ALONG;
        let kept = (!is_long).then(|| Kept { action: action.to_owned(), fields: text });
        Self { action: action.to_owned(), values, kept, unkept: Unkept { fields, stays_here: is_long } }
    }

    /// The form that another form carried along, if it did. What carries it may have been made up: it is held to the same.
    pub(super) fn along(values: &Values) -> Option<Self> {
        let (action, fields) = (value(values, "kept_for"), value(values, "kept"));
        let decoded = || serde_urlencoded::from_str(fields).unwrap_or_default();
        (!fields.is_empty()).then(|| Self::new(local(action), decoded()))
    }

    pub(super) fn form(&self) -> Form {
        Form { values: self.values.clone(), ..Form::default() }
    }
}

/// Takes the longest fields out until the others take at most `most` bytes of a page, and those that are longer than any
/// field is; gives the names of those.
fn fit(values: &mut Values, most: usize, longest: usize) -> Vec<String> {
    let mut weights: Vec<(usize, String)> =
        values.iter().map(|(name, value)| (weight(name) + weight(value), name.clone())).collect();
    weights.sort();
    let mut taken = 0_usize;
    let too_long = weights.into_iter().filter(|(weight, _)| {
        taken = taken.saturating_add(*weight);
        taken > most || *weight > longest
    });
    let names: Vec<String> = too_long.map(|(_, name)| name).collect();
    values.retain(|name, _| !names.contains(name));
    names
}

/// How many bytes a text takes in the HTML of a page.
fn weight(text: &str) -> usize {
    let of = |byte: u8| match byte {
        b'"' => 6,
        b'&' => 5,
        b'<' | b'>' => 4,
        _ => 1,
    };
    text.bytes().map(of).sum()
}

/// The fields as a query, in a fixed order. Letters of every script stay as they are, which readers of queries take as
/// well: escaped they would be three times as long, and again when they are sent.
fn encode(values: &Values) -> String {
    let mut fields: Vec<_> = values.iter().collect();
    fields.sort();
    let fields = fields.into_iter().map(|(name, value)| format!("{}={}", escape(name), escape(value)));
    fields.collect::<Vec<_>>().join("&")
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            ' ' => out.push('+'),
            _ if char.is_ascii_alphanumeric() || "-_.*/,;:!?()".contains(char) || !char.is_ascii() => out.push(char),
            _ => out.push_str(&format!("%{:02X}", u32::from(char))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, String)]) -> Values {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    #[test]
    fn what_is_carried_along_comes_back_as_it_was() {
        let all: String = (1_u32..0x300)
            .chain(0xf00..0xfff)
            .chain([0x4e2d, 0x1fa7a, 0x200f, 0x2028])
            .filter_map(char::from_u32)
            .collect();
        let typed = values(&[("title_zh", "量准 血压&=\"<b>%2B+\r\n".into()), ("slug", String::new()), ("all", all)]);
        let kept = Returning::new("/studio/columns", typed.clone()).kept.unwrap();
        let sent = values(&[("kept_for", kept.action), ("kept", kept.fields)]);
        let returning = Returning::along(&sent).unwrap();
        assert_eq!((returning.action.as_str(), &returning.values), ("/studio/columns", &typed));
        assert!(Returning::along(&Values::new()).is_none());
    }

    #[test]
    fn what_is_too_long_is_named_and_left_out() {
        let long =
            values(&[("title_zh", "短".into()), ("summary_zh", "\"".repeat(200_000)), ("note", "x".repeat(22_000))]);
        let returning = Returning::new("/studio/courses", long);
        assert_eq!(returning.unkept.fields, ["summary_zh"]);
        assert!(returning.kept.is_none() && returning.unkept.stays_here);
        assert_eq!((returning.values.len(), returning.values["title_zh"].as_str()), (2, "短"));
        let many = (0..5000).map(|number| (format!("f{number}"), "\"".repeat(50))).collect();
        let returning = Returning::new("/language", many);
        assert!(returning.values.iter().map(|(name, value)| weight(name) + weight(value)).sum::<usize>() <= 24 << 10);
        // A title and two thousand letters of Tibetan still go along.
        let summaries = ["bo"].map(|each| (format!("summary_{each}"), "ཀ".repeat(2000)));
        assert!(Returning::new("/studio/courses", summaries.into()).kept.is_some());
    }
}
