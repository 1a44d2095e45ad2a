//! What does `library.json` say? The shape of the file, checked by serde.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::ids::Language;
use crate::people::Role;
use crate::texts::Texts;

#[derive(Deserialize)]
pub(super) struct LibraryForm {
    pub org_units: Vec<UnitForm>,
    pub people: Vec<PersonForm>,
    pub columns: Vec<ColumnForm>,
    #[serde(default)]
    pub aspects: Vec<ColumnForm>,
    #[serde(default)]
    pub audiences: Vec<ColumnForm>,
    pub courses: Vec<CourseForm>,
}

/// `parent` names the key of a unit above it in the list.
#[derive(Deserialize)]
pub(super) struct UnitForm {
    pub key: String,
    pub kind: String,
    pub parent: Option<String>,
    pub name: Texts,
}

#[derive(Deserialize)]
pub(super) struct PersonForm {
    pub login: String,
    pub name: String,
    pub unit: String,
    /// Whether a password is made; without one, the account waits for an administrator to set it.
    #[serde(default = "yes")]
    pub signs_in: bool,
    pub roles: Vec<GrantForm>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
pub(super) struct GrantForm {
    pub role: Role,
    pub unit: String,
}

#[derive(Deserialize)]
pub(super) struct ColumnForm {
    pub slug: String,
    pub title: Texts,
    #[serde(default)]
    pub summary: Texts,
}

#[derive(Deserialize)]
pub(super) struct CourseForm {
    pub column: String,
    pub language: Language,
    pub title: Texts,
    #[serde(default)]
    pub summary: Texts,
    #[serde(default)]
    pub handouts: Vec<HandoutForm>,
    pub modules: Vec<ModuleForm>,
}

impl CourseForm {
    pub(super) fn count_lessons(&self) -> usize {
        self.modules.iter().map(|module| module.lessons.len()).sum()
    }
}

/// A file name, or a file with its titles.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum HandoutForm {
    File(String),
    Titled { file: String, title: Texts },
}

impl HandoutForm {
    pub(super) fn file(&self) -> &str {
        match self {
            Self::File(file) | Self::Titled { file, .. } => file,
        }
    }

    pub(super) fn title(&self) -> Texts {
        match self {
            Self::File(_) => Texts::default(),
            Self::Titled { title, .. } => title.clone(),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct ModuleForm {
    pub title: Texts,
    pub lessons: Vec<LessonForm>,
}

#[derive(Deserialize)]
pub(super) struct LessonForm {
    pub title: Texts,
    #[serde(default)]
    pub summary: Texts,
    pub language: Option<Language>,
    pub video: String,
    #[serde(default)]
    pub captions: BTreeMap<Language, String>,
}
