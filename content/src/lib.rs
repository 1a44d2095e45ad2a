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
pub mod paging;
pub mod people;
pub mod places;
pub mod proposals;
pub mod pulse;
pub mod queue;
pub mod reports;
pub mod scanning;
pub mod search;
pub mod sendings;
pub mod shelves;
pub mod texts;
pub mod work;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use error::{Error, Full, Result, Why};

use clock::Clock;
use db::Db;
use db::readers::Readers;
use files::Files;
use search::Index;

/// The one handle: database, files, search index and clock. Cheap to clone.
#[derive(Clone)]
pub struct Library {
    pub(crate) db: Db,
    pub(crate) readers: Readers,
    pub(crate) files: Files,
    pub(crate) index: Index,
    pub clock: Clock,
    pub(crate) settings: Arc<Settings>,
    pub(crate) changed: Arc<tokio::sync::Notify>,
    pub(crate) turns: media::turns::Turns,
    pub(crate) passwords: people::Passwords,
    pub(crate) ear: asked::Ear,
    pub(crate) prospectus: courses::prospectus::Prospectus,
    pub(crate) standings: learning::Standings,
    fence: Arc<tokio::sync::OnceCell<Option<bool>>>,
    pub(crate) pulse: pulse::Pulse,
    pub(crate) sheets: import::Turns,
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
    /// How much may be kept by whom.
    pub quotas: media::uploads::Quotas,
    /// A program that writes captions: it is given a media file and a language, and writes WebVTT.
    pub caption_command: Option<PathBuf>,
    pub caption_reach: Reach,
    /// A program that looks for malware in an upload before anything else does: it is given the file, and ends with 0
    /// where it is clean and with 1 where it is infected.
    pub scan_command: Option<PathBuf>,
    pub scan_reach: Reach,
    /// Whether documents are converted where the kernel cannot keep converters from the files of this machine.
    pub unfenced_documents: bool,
    /// The program that transcodes; `menpa-transcode` beside the server by default.
    pub transcoder: PathBuf,
    /// LibreOffice, which office files are drawn with; where it is commonly installed by default.
    pub office: Option<PathBuf>,
    /// How much processor time an encoding is worth.
    pub effort: media::Effort,
    /// How often a worker says that it lives; every two seconds by default.
    pub heartbeat: Option<std::time::Duration>,
    pub clock: Clock,
    /// How long the reading of a report may last; ten seconds by default.
    pub longest_report: Option<Duration>,
}

/// What a program of the operator's may reach besides the file it is given.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// Files and folders to read: models, signatures.
    pub reads: Vec<PathBuf>,
    /// The file that a server of this machine listens on.
    pub socket: Option<PathBuf>,
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
        files::private::make_folder(&settings.folder)?;
        let url = settings.database_url.as_deref();
        let db = Db::open(url, &settings.folder).await?;
        if let Some(path) = Db::path(url, &settings.folder) {
            for ending in ["", "-wal", "-shm"] {
                files::private::close_all(&PathBuf::from(format!("{}{ending}", path.display())));
            }
        }
        Ok(Self {
            db,
            readers: Readers::open(url, &settings.folder, settings.longest_report)?,
            files: Files::open(settings.files_url.as_deref(), settings.archive_url.as_deref(), &settings.folder)?,
            index: Index::open(&settings.folder.join("index"))?,
            clock: settings.clock.clone(),
            changed: Arc::new(tokio::sync::Notify::new()),
            turns: media::turns::Turns::default(),
            passwords: people::Passwords::default(),
            ear: asked::Ear::default(),
            prospectus: Default::default(),
            standings: Default::default(),
            fence: Arc::default(),
            pulse: pulse::Pulse::default(),
            sheets: import::Turns::default(),
            settings: Arc::new(settings),
        })
    }

    /// Closes everything of this node to other users of the machine, also what an older release left open. It walks through
    /// all files.
    pub fn close_to_others(&self) {
        files::private::close_all(&self.settings.folder);
        self.files.close_to_others();
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The connections that reports are read with.
    pub fn readers(&self) -> &Readers {
        &self.readers
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

    /// Whether the kernel keeps converters from the files of this machine; `None` where that is not known. It is asked once.
    pub async fn is_fenced(&self) -> Option<bool> {
        let asking = || media::child::is_fenced(&self.settings.transcoder);
        self.fence.get_or_try_init(asking).await.ok().copied().flatten()
    }

    /// Whether documents are converted all the same where it does not.
    pub fn converts_unfenced(&self) -> bool {
        self.settings.unfenced_documents
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
