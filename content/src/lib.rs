//! The domain of Menpa: what is taught, to whom, and what she has learned. It knows no HTTP, no HTML and no cookies.

pub mod asked;
pub mod assignments;
pub mod audit;
pub mod catalog;
pub mod changes;
pub mod clock;
pub mod courses;
pub mod courseware;
pub mod db;
pub mod error;
pub mod files;
pub mod holdings;
pub mod ids;
pub mod import;
pub mod learning;
pub mod media;
pub mod names;
pub mod people;
pub mod places;
pub mod queue;
pub mod reports;
pub mod search;
pub mod sendings;
pub mod shelves;
pub mod texts;
pub mod work;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use error::{Error, Result, Why};

use clock::Clock;
use db::Db;
use files::Files;
use search::Index;

/// The one handle: database, files, search index and clock. Cheap to clone.
#[derive(Clone)]
pub struct Library {
    pub(crate) db: Db,
    pub(crate) files: Files,
    pub(crate) index: Index,
    pub clock: Clock,
    pub(crate) settings: Arc<Settings>,
    pub(crate) changed: Arc<tokio::sync::Notify>,
    pub(crate) turns: media::turns::Turns,
    pub(crate) passwords: people::Passwords,
    pub(crate) ear: asked::Ear,
    pub(crate) prospectus: courses::prospectus::Prospectus,
}

/// What it takes to open a library.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The folder of this node: SQLite file, local store, scratch, search index.
    pub folder: PathBuf,
    pub database_url: Option<String>,
    pub files_url: Option<String>,
    /// Where originals go that a column's policy moves away, as an address of the same kind.
    pub archive_url: Option<String>,
    /// How many encodings run at once; from processors and memory where nothing is said.
    pub workers: Option<usize>,
    /// How many bytes stay free on the disks of store and scratch: nothing is begun that could take them.
    pub keep_free_bytes: u64,
    /// A program that writes captions: it is given a media file and a language, and writes WebVTT.
    pub caption_command: Option<PathBuf>,
    /// The program that transcodes; `menpa-transcode` beside the server by default.
    pub transcoder: PathBuf,
    /// LibreOffice, which office files are drawn with; where it is commonly installed by default.
    pub office: Option<PathBuf>,
    /// How much processor time an encoding is worth.
    pub effort: media::Effort,
    pub clock: Clock,
}

/// Where Debian and its kin install LibreOffice.
const OFFICE: &str = "/usr/bin/soffice";

impl Settings {
    /// LibreOffice, if it is there.
    pub(crate) fn office(&self) -> Option<PathBuf> {
        let program = self.office.clone().unwrap_or_else(|| OFFICE.into());
        program.is_file().then_some(program)
    }
}

impl Library {
    /// Opens everything in `settings.folder`, making what is absent. Does not migrate.
    ///
    /// # Errors
    /// `Internal` when the database, the store or the index cannot be opened.
    pub async fn open(settings: Settings) -> Result<Self> {
        std::fs::create_dir_all(&settings.folder)?;
        Ok(Self {
            db: Db::open(settings.database_url.as_deref(), &settings.folder).await?,
            files: Files::open(settings.files_url.as_deref(), settings.archive_url.as_deref(), &settings.folder)?,
            index: Index::open(&settings.folder.join("index"))?,
            clock: settings.clock.clone(),
            changed: Arc::new(tokio::sync::Notify::new()),
            turns: media::turns::Turns::default(),
            passwords: people::Passwords::default(),
            ear: asked::Ear::default(),
            prospectus: Default::default(),
            settings: Arc::new(settings),
        })
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    pub fn files(&self) -> &Files {
        &self.files
    }

    /// Where the transcoder is, for a start-up check.
    pub fn transcoder(&self) -> &Path {
        &self.settings.transcoder
    }

    /// Whether a program is there that writes captions.
    pub fn can_write_captions(&self) -> bool {
        self.settings.caption_command.is_some()
    }

    /// Whether originals can be moved away.
    pub fn has_archive(&self) -> bool {
        self.files.has_archive()
    }

    /// Wakes whoever waits for work: call it after a commit that enqueued a job.
    pub(crate) fn nudge(&self) {
        self.changed.notify_waiters();
    }
}
