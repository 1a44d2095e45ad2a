//! Where is the index kept, and is it whole? Whatever is in its folder is good: what cannot be used is made anew.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, RwLock};

use tantivy::{IndexReader, IndexWriter, ReloadPolicy, TantivyDocument};

use super::answers::Answers;
use super::schema::{self, Fields};
use super::thesaurus::Thesaurus;
use super::vocabulary::{Counts, Known};
use crate::error::{Error, Result};
use crate::names::{Concept, builtin};

/// What a writer may keep in memory before it writes it down.
const WRITER_BYTES: usize = 20_000_000;

/// The names that come with Menpa, for an index without a library.
static BUILT_IN: LazyLock<Arc<Thesaurus>> = LazyLock::new(|| Arc::new(Thesaurus::of(builtin::concepts())));

/// How the index stands: how many things are in, and of how many courses how many are read again while it is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub things: u64,
    pub building: Option<(usize, usize)>,
}

/// The index of this node.
#[derive(Clone)]
pub struct Index {
    folder: PathBuf,
    opened: Arc<RwLock<Opened>>,
    /// One writer of this process at a time; it is opened for each commit, so that an idle server holds no memory for it.
    writing: Arc<Mutex<()>>,
    names: Arc<RwLock<Option<Arc<Thesaurus>>>>,
    state: Arc<State>,
}

#[derive(Clone)]
struct Opened {
    inner: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
    counts: Counts,
    answers: Answers,
}

#[derive(Default)]
struct State {
    /// Something went wrong that a damaged index would explain.
    is_doubted: AtomicBool,
    /// How many courses are in already, and how many there are; 0 when nothing is built.
    done: AtomicUsize,
    of: AtomicUsize,
}

impl Opened {
    /// What is in the folder, if it has this layout and every byte is as it was written.
    fn find(folder: &Path) -> Option<Self> {
        let (wanted, _) = schema::build();
        let inner = tantivy::Index::open_in_dir(folder).ok().filter(|index| index.schema() == wanted)?;
        let is_whole = inner.validate_checksum().is_ok_and(|damaged| damaged.is_empty());
        is_whole.then(|| Self::with(inner).ok())?
    }

    fn make(folder: &Path) -> Result<Self> {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        std::fs::create_dir_all(folder)?;
        Self::with(tantivy::Index::create_in_dir(folder, schema::build().0)?)
    }

    fn with(inner: tantivy::Index) -> Result<Self> {
        schema::register(&inner);
        let reader = inner.reader_builder().reload_policy(ReloadPolicy::OnCommitWithDelay).try_into()?;
        Ok(Self { inner, reader, fields: schema::build().1, counts: Counts::default(), answers: Answers::default() })
    }
}

impl Index {
    /// Opens the index in `folder`, or makes an empty one where there is none that can be used.
    ///
    /// # Errors
    /// `Internal` when the folder cannot be written.
    pub fn open(folder: &Path) -> Result<Self> {
        let own = folder.join(schema::VERSION);
        let opened = match Opened::find(&own) {
            Some(opened) => opened,
            None => Opened::make(&own)?,
        };
        // Other layouts are of no use to anybody.
        for entry in std::fs::read_dir(folder)?.flatten().filter(|entry| entry.path() != own) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
        Ok(Self {
            folder: own,
            opened: Arc::new(RwLock::new(opened)),
            writing: Arc::default(),
            names: Arc::default(),
            state: Arc::default(),
        })
    }

    fn opened(&self) -> Opened {
        self.opened.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The index as it is now.
    pub(super) fn known(&self) -> Known {
        let opened = self.opened();
        Known { searcher: opened.reader.searcher(), fields: opened.fields, counts: opened.counts }
    }

    /// What was asked of it a moment ago.
    pub(super) fn answers(&self) -> Answers {
        self.opened().answers
    }

    pub(super) fn standing(&self) -> Standing {
        Standing { things: self.known().searcher.num_docs(), building: self.building() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.known().searcher.num_docs() == 0
    }

    /// The number of the newest change this index has seen; 0 for a new index.
    pub(super) fn seen(&self) -> Result<i64> {
        let payload = self.opened().inner.load_metas()?.payload;
        Ok(payload.and_then(|text| text.parse().ok()).unwrap_or_default())
    }

    /// Runs `change` and commits it together with the number of the change it goes up to; all of it or nothing.
    pub(super) fn commit(
        &self,
        seen: i64,
        change: impl FnOnce(&mut IndexWriter, &Fields) -> tantivy::Result<()>,
    ) -> Result<()> {
        let _one = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = self.opened();
        let mut writer: IndexWriter<TantivyDocument> = opened.inner.writer_with_num_threads(1, WRITER_BYTES)?;
        change(&mut writer, &opened.fields)?;
        let mut prepared = writer.prepare_commit()?;
        prepared.set_payload(&seen.to_string());
        prepared.commit()?;
        writer.wait_merging_threads()?;
        opened.reader.reload().map_err(Error::from)
    }

    /// Puts all pieces of the index into one, which is asked faster; what was committed stays as it was.
    pub(super) fn settle(&self) -> Result<()> {
        let _one = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = self.opened();
        let pieces = opened.inner.searchable_segment_ids()?;
        if pieces.len() > 1 {
            let mut writer: IndexWriter<TantivyDocument> = opened.inner.writer_with_num_threads(1, WRITER_BYTES)?;
            writer.merge(&pieces).wait()?;
            writer.wait_merging_threads()?;
        }
        opened.reader.reload().map_err(Error::from)
    }

    /// Remembers that an answer failed in a way that a damaged index would explain.
    pub(super) fn doubt(&self) {
        self.state.is_doubted.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_doubted(&self) -> bool {
        self.state.is_doubted.load(Ordering::Relaxed)
    }

    /// Makes the index anew if what is in its folder cannot be used; says whether it did.
    pub(super) fn mend(&self) -> Result<bool> {
        let _one = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let is_whole = Opened::find(&self.folder).is_some();
        if !is_whole {
            let made = Opened::make(&self.folder)?;
            *self.opened.write().unwrap_or_else(PoisonError::into_inner) = made;
        }
        self.state.is_doubted.store(false, Ordering::Relaxed);
        Ok(!is_whole)
    }

    /// Of how many courses how many are in while the index is built from nothing.
    pub(super) fn building(&self) -> Option<(usize, usize)> {
        let (done, of) = (self.state.done.load(Ordering::Relaxed), self.state.of.load(Ordering::Relaxed));
        // A doubted index is about to be looked at.
        if of > 0 { Some((done, of)) } else { self.is_doubted().then_some((0, 0)) }
    }

    pub(super) fn set_building(&self, done: usize, of: usize) {
        self.state.done.store(done, Ordering::Relaxed);
        self.state.of.store(of, Ordering::Relaxed);
    }

    /// What things are called, as far as this node has heard.
    pub(super) fn names(&self) -> Arc<Thesaurus> {
        self.names.read().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_else(|| BUILT_IN.clone())
    }

    pub(super) fn has_names(&self) -> bool {
        self.names.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    pub(super) fn set_names(&self, concepts: Vec<Concept>) {
        let names = Arc::new(Thesaurus::of(concepts));
        *self.names.write().unwrap_or_else(PoisonError::into_inner) = Some(names);
    }
}
