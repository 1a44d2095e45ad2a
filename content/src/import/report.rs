//! What did loading a sheet find and do? Counts, one line a row, and what is wrong, with its place.

use std::collections::BTreeMap;

use super::finding::{Finding, Found};
use crate::ids::{ImportId, words};

words!(
    /// What a library consists of, and what can be changed of it.
    Thing {
        Column = "column",
        Aspect = "aspect",
        Audience = "audience",
        Topic = "topic",
        Resource = "resource",
        Course = "course",
        Module = "module",
        Lesson = "lesson",
        Handout = "handout",
        ResourceTitle = "resource_title",
        ResourceAbout = "resource_about",
        Captions = "captions",
        CourseText = "course_text",
        CourseTopic = "course_topic",
        LessonText = "lesson_text",
        LessonResource = "lesson_resource",
        LessonFace = "lesson_face",
        Published = "published",
    }
);

words!(
    /// What became of a row, or would become of it.
    Fate { Made = "made", Changed = "changed", Same = "same", Skipped = "skipped" }
);

/// One row of the items.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Line {
    pub row: u32,
    pub title: String,
    pub fate: Fate,
}

/// Everything that is to be told.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Report {
    /// How many of each were made (or changed, for what can only be changed).
    pub made: BTreeMap<Thing, usize>,
    pub lines: Vec<Line>,
    pub findings: Vec<Finding>,
    /// The run that can be taken back; `None` after a check.
    pub run: Option<ImportId>,
}

impl Report {
    /// How many rows have that fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.lines.iter().filter(|line| line.fate == fate).count()
    }

    /// Whether anything would be, or was, made or changed.
    pub fn changes_nothing(&self) -> bool {
        self.made.values().all(|count| *count == 0)
    }

    /// What keeps rows, or everything, from being loaded.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| !finding.found.is_harmless())
    }

    /// Whether nothing of the sheet can be loaded.
    pub fn is_hopeless(&self) -> bool {
        let all = [Found::SheetUnreadable, Found::SheetTooLarge, Found::NoItems];
        self.findings.iter().any(|finding| all.contains(&finding.found))
    }
}
