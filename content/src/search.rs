//! Where is it taught? A tantivy index of what is published, that follows the database and can be thrown away.

mod builtin;
mod follow;
mod highlight;
mod passages;
mod plan;
mod query;
mod ranking;
mod schema;
mod thesaurus;
pub mod trial;
mod vocabulary;
mod words;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::{IndexReader, IndexWriter, ReloadPolicy, TantivyDocument};

use crate::error::{Error, Result};
use crate::ids::{CourseId, Language, LessonId, words};
use crate::texts::Texts;
use schema::Fields;

pub use follow::{catch_up, rebuild, run};
pub use query::search;

words!(
    /// What a hit is.
    HitKind { Course = "course", Lesson = "lesson", Resource = "resource" }
);

/// What is asked. Empty filters let everything through.
#[derive(Debug, Clone, Default)]
pub struct Question {
    pub text: String,
    pub kind: Option<HitKind>,
    /// The slug of a column.
    pub column: Option<String>,
    /// The slug of an aspect.
    pub aspect: Option<String>,
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
    /// Counts by kind, column, aspect and language over all hits; of a field that is filtered by, over what it could be.
    pub kinds: Vec<(String, usize)>,
    pub columns: Vec<(String, usize)>,
    pub aspects: Vec<(String, usize)>,
    pub languages: Vec<(String, usize)>,
    /// Other names that were looked for too.
    pub also: Vec<String>,
    /// What may have been meant, where some of the question stands nowhere.
    pub meant: Option<String>,
}

/// The index of this node. Any state of its folder is good: what cannot be opened is made anew.
#[derive(Clone)]
pub struct Index {
    inner: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
    /// One writer of this process at a time; it is opened for each commit, so that an idle server holds no memory for it.
    writing: Arc<Mutex<()>>,
}

impl Index {
    /// Opens the index in `folder`, or makes an empty one.
    ///
    /// # Errors
    /// `Internal` when the folder cannot be written.
    pub fn open(folder: &Path) -> Result<Self> {
        let folder: PathBuf = folder.join(schema::VERSION);
        std::fs::create_dir_all(&folder)?;
        let (wanted, fields) = schema::build();
        let opened = tantivy::Index::open_in_dir(&folder).ok().filter(|index| index.schema() == wanted);
        let inner = match opened {
            Some(index) => index,
            None => {
                std::fs::remove_dir_all(&folder)?;
                std::fs::create_dir_all(&folder)?;
                tantivy::Index::create_in_dir(&folder, wanted)?
            }
        };
        schema::register(&inner);
        let reader = inner.reader_builder().reload_policy(ReloadPolicy::OnCommitWithDelay).try_into()?;
        Ok(Self { inner, reader, fields, writing: Arc::default() })
    }

    /// The number of the newest change this index has seen; 0 for a new index.
    fn seen(&self) -> Result<i64> {
        let payload = self.inner.load_metas()?.payload;
        Ok(payload.and_then(|text| text.parse().ok()).unwrap_or_default())
    }

    /// Runs `change` and commits it together with the number of the change it goes up to.
    fn commit(&self, seen: i64, change: impl FnOnce(&mut IndexWriter, &Fields) -> tantivy::Result<()>) -> Result<()> {
        let _one = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut writer: IndexWriter<TantivyDocument> = self.inner.writer_with_num_threads(1, 20_000_000)?;
        change(&mut writer, &self.fields)?;
        let mut prepared = writer.prepare_commit()?;
        prepared.set_payload(&seen.to_string());
        prepared.commit()?;
        writer.wait_merging_threads()?;
        self.reader.reload().map_err(Error::from)
    }
}
