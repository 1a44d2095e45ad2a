//! Where is it taught? A tantivy index of what is published, that follows the database and can be thrown away.

mod answers;
mod follow;
mod highlight;
mod hits;
mod index;
mod passages;
mod plan;
mod query;
mod ranking;
mod schema;
mod suggest;
mod thesaurus;
mod titles;
pub mod trial;
mod vocabulary;
mod words;

use crate::ids::{CourseId, Language, LessonId, words};
use crate::texts::Texts;

pub use follow::{catch_up, learn_names, rebuild, run};
pub use index::Index;
pub use index::Standing;
pub use query::search;
pub use suggest::{Suggestion, count_found, list_alike, list_often, list_slips, suggest};

/// How the index of this node stands.
pub fn standing(library: &crate::Library) -> Standing {
    library.index.standing()
}

words!(
    /// What a hit is.
    HitKind { Course = "course", Lesson = "lesson", Resource = "resource" }
);

words!(
    /// How long it takes: up to five minutes, up to fifteen, longer.
    Length { Short = "short", Medium = "medium", Long = "long" }
);

impl Length {
    fn of(duration_ms: i64) -> Self {
        match duration_ms / 60_000 {
            ..5 => Self::Short,
            5..15 => Self::Medium,
            _ => Self::Long,
        }
    }
}

/// What is asked. Empty filters let everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Question {
    pub text: String,
    pub kind: Option<HitKind>,
    /// The slug of a column.
    pub column: Option<String>,
    /// The slug of an aspect.
    pub aspect: Option<String>,
    /// The slug of those it is made for.
    pub audience: Option<String>,
    pub length: Option<Length>,
    pub language: Option<Language>,
    /// Only what was asked, under no other name.
    pub is_literal: bool,
}

/// One thing that was found.
#[derive(Debug, Clone)]
pub struct Hit {
    pub kind: HitKind,
    pub id: String,
    pub course: CourseId,
    pub lesson: Option<LessonId>,
    pub title: Texts,
    pub course_title: Texts,
    /// HTML: text with `<mark>` around what matched; everything else is escaped.
    pub snippet_html: String,
    /// The language of the passage.
    pub language: Language,
    /// Where in the video the passage is said.
    pub at_ms: Option<i64>,
    /// On which page of the courseware it is written.
    pub page: Option<i64>,
    pub score: f32,
}

/// The best hits, how many there are, and how they spread.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub total: usize,
    pub items: Vec<Hit>,
    /// Counts over all hits; of a field that is filtered by, over what it could be.
    pub spread: Spread,
    /// Other names that were looked for too.
    pub also: Vec<String>,
    /// Nothing says what was asked: what there is only comes near.
    pub is_near: bool,
    /// What may have been meant, where some of the question stands nowhere.
    pub meant: Option<String>,
    /// While the index is built from nothing: how many courses are in, and how many there are.
    pub building: Option<(usize, usize)>,
}

/// How many hits have each value.
#[derive(Debug, Clone, Default)]
pub struct Spread {
    pub kinds: Vec<(String, usize)>,
    pub columns: Vec<(String, usize)>,
    pub aspects: Vec<(String, usize)>,
    pub audiences: Vec<(String, usize)>,
    pub lengths: Vec<(String, usize)>,
    pub languages: Vec<(String, usize)>,
}
