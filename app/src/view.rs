//! Who is looking, in which language, and what does a finished page consist of?

use content::Library;
use content::people::Actor;
use leptos::prelude::*;

use crate::wire::{Lang, Problem};

/// Everything a page may know about its reader. Made anew for each request.
#[derive(Clone)]
pub struct Viewer {
    pub library: Library,
    pub actor: Option<Actor>,
    pub lang: Lang,
    /// The path and query of this page, for the language switch and for coming back after signing in.
    pub here: String,
    /// A form that came back with this page, where it is sent and what is in it: the language switch carries it along.
    pub kept: Option<Kept>,
    /// What of that form could not be kept.
    pub unkept: Unkept,
    /// Allows this page's own scripts under the content security policy.
    pub nonce: String,
    /// Turns the name of a browser file (`main.css`) into its address (`/pkg/main.0a1b2c.css`).
    pub assets: Assets,
    /// The address that people type, without a slash at its end, where everybody may read the catalog.
    pub catalog: Option<std::sync::Arc<str>>,
}

/// A form as it was sent.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Where it is sent.
    pub action: String,
    /// What is in it (`application/x-www-form-urlencoded`).
    pub fields: String,
}

/// What could not be kept of a form that came back, because it is too long.
#[derive(Debug, Clone, Default)]
pub struct Unkept {
    /// The names of the fields that came back empty.
    pub fields: Vec<String>,
    /// The form goes along neither to another language nor through signing in.
    pub stays_here: bool,
}

/// The addresses of the browser's files.
#[derive(Debug, Clone, Default)]
pub struct Assets(pub std::sync::Arc<std::collections::HashMap<String, String>>);

impl Assets {
    /// The address of a browser file; its plain name when it was not built.
    pub fn address(&self, name: &str) -> String {
        format!("/pkg/{}", self.0.get(name).map_or(name, String::as_str))
    }
}

impl Viewer {
    /// # Errors
    /// `NotSignedIn`, which the edge turns into the sign-in page.
    pub fn actor(&self) -> content::Result<&Actor> {
        self.actor.as_ref().ok_or(content::Error::NotSignedIn)
    }

    /// The path of this page, without its query.
    pub fn path(&self) -> &str {
        self.here.split('?').next().unwrap_or_default()
    }

    pub fn language(&self) -> content::ids::Language {
        self.lang.into()
    }
}

/// Which programs of the browser side a page wants, after its content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Programs {
    /// The lesson player.
    pub player: bool,
    /// Turns and counts the pages of courseware.
    pub reader: bool,
    /// The upload glue over tus, for the upload island.
    pub upload: bool,
    /// The keys of the captions page.
    pub captions: bool,
    /// What keeps a pick at once.
    pub picks: bool,
    /// The keys and the pasting of a sheet.
    pub sheet: bool,
    /// Moving things about by dragging.
    pub order: bool,
    /// Suggestions while a question is typed.
    pub search: bool,
    /// The WASM islands.
    pub islands: bool,
}

/// A page before it stands in its frame.
pub struct Page {
    pub title: String,
    pub body: AnyView,
    pub programs: Programs,
    /// The page may stand at any address, for anybody, in every language: nothing of its reader is in it.
    pub is_offline: bool,
    /// Seconds after which a browser without scripts asks again (the stages of an upload).
    pub refresh_s: Option<u32>,
    /// Seconds after which any browser asks again (work for which the page has no live part).
    pub reload_s: Option<u32>,
    /// The feed that tells what is new here: its address and its title.
    pub feed: Option<(String, String)>,
    /// The page as JSON-LD, for programs.
    pub linked: Option<String>,
}

impl Page {
    pub fn new(title: impl Into<String>, body: impl IntoAny) -> Self {
        Self {
            title: title.into(),
            body: body.into_any(),
            programs: Programs::default(),
            is_offline: false,
            refresh_s: None,
            reload_s: None,
            feed: None,
            linked: None,
        }
    }
}

/// What a form held when it was refused, and why: pages show it again with the text kept.
#[derive(Debug, Clone, Default)]
pub struct Form {
    pub values: std::collections::HashMap<String, String>,
    pub problem: Option<Problem>,
    /// The field the problem is about, when it is about one.
    pub field: Option<String>,
}

/// The numbers of the rows of a form whose fields are called `name_number`, in their order. A row is there because a field
/// of it came: what a form says of how many there are is not asked.
pub fn rows(values: &std::collections::HashMap<String, String>, names: &[&str]) -> std::collections::BTreeSet<u32> {
    let row = |field: &String| {
        let (name, number) = field.rsplit_once('_')?;
        let is_plain = number.bytes().all(|byte| byte.is_ascii_digit()) && (number == "0" || !number.starts_with('0'));
        if is_plain && names.contains(&name) { number.parse().ok() } else { None }
    };
    values.keys().filter_map(row).collect()
}

impl Form {
    pub fn value(&self, name: &str) -> String {
        self.values.get(name).cloned().unwrap_or_default()
    }

    /// The problem of this field.
    pub fn problem_of(&self, name: &str) -> Option<String> {
        let problem = self.problem.as_ref()?;
        (problem.field.as_deref() == Some(name)).then(|| problem.message.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_there_because_a_field_of_it_came() {
        let fields = [
            "rows",
            "text_0",
            "from_7",
            "text_7",
            "text_18446744073709551615",
            "text_-1",
            "text_1.5",
            "text_1e3",
            "text_",
            "text_07",
            "other_3",
            "text_2_4",
            "text_+5",
            "text_\u{661}",
        ];
        let values = fields.iter().map(|field| ((*field).to_owned(), "18446744073709551615".to_owned())).collect();
        assert_eq!(rows(&values, &["from", "to", "text"]).into_iter().collect::<Vec<_>>(), [0, 7]);
    }
}
