//! Can this file be read? Courseware as pages: each a small picture and its text, with a place on a time line of reading.

pub mod check;
mod making;
pub mod reading;
mod sql;

use crate::Library;
use crate::audit;
use crate::db::{find, list};
use crate::error::{Error, Result, Why};
use crate::ids::{ResourceId, words};
use crate::media::{self, ResourceKind, Stage};
use crate::people::Actor;
use crate::queue::{self, JobKind};

pub(crate) use making::make;
pub use reading::Stretch;

words!(
    /// What kind of courseware a file is.
    Format {
        Pdf = "pdf",
        Slides = "slides",
        Document = "document",
        Sheet = "sheet",
        Images = "images",
        Text = "text",
    }
);

/// What is known of a file besides its pages.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Courseware {
    #[sqlx(try_from = "String")]
    pub format: Format,
    pub pages: i64,
    /// JSON: see [`Courseware::legacy_fonts`].
    legacy_fonts: String,
    lacks_office: i64,
}

impl Courseware {
    /// Its fonts for Tibetan from before Unicode: what they set means nothing as text.
    pub fn legacy_fonts(&self) -> Vec<String> {
        serde_json::from_str(&self.legacy_fonts).unwrap_or_default()
    }

    /// Whether there was no LibreOffice to draw it: its pages are text alone, or there are none.
    pub fn lacks_office(&self) -> bool {
        self.lacks_office != 0
    }
}

/// One page. Sizes are bytes and pixels, times milliseconds.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Page {
    /// From 1.
    pub number: i64,
    folder: String,
    pub width: Option<i64>,
    pub height: Option<i64>,
    avif: Option<String>,
    pub avif_bytes: Option<i64>,
    webp: Option<String>,
    pub webp_bytes: Option<i64>,
    #[sqlx(rename = "body")]
    pub text: String,
    is_legacy: i64,
    /// Where it stands on the time line of reading.
    pub starts_ms: i64,
    /// How long reading it takes, as it is counted.
    pub reading_ms: i64,
}

impl Page {
    /// The public address of its picture.
    pub fn avif(&self) -> Option<String> {
        media::address_in(&self.folder, self.avif.as_deref()?)
    }

    /// The same for browsers without AVIF.
    pub fn webp(&self) -> Option<String> {
        media::address_in(&self.folder, self.webp.as_deref()?)
    }

    /// Whether its text is set in an old Tibetan font and left out.
    pub fn is_legacy(&self) -> bool {
        self.is_legacy != 0
    }

    /// What it is called by: its first line, if it has one.
    pub fn title(&self) -> Option<String> {
        const LONGEST: usize = 80;
        let line =
            self.text.lines().map(|line| line.trim_start_matches(['#', ' ']).trim()).find(|line| !line.is_empty())?;
        Some(line.chars().take(LONGEST).collect())
    }

    /// What most browsers fetch of it.
    pub fn size_bytes(&self) -> i64 {
        self.avif_bytes.unwrap_or_else(|| i64::try_from(self.text.len()).unwrap_or_default())
    }
}

pub async fn find_courseware(library: &Library, id: &ResourceId) -> Result<Option<Courseware>> {
    find!(&library.db, Courseware, sql::FIND_COURSEWARE, id)
}

/// All pages in order; none before they are made. Who may ask is the caller's question (`courses::may_open_resource`).
pub async fn list_pages(library: &Library, id: &ResourceId) -> Result<Vec<Page>> {
    list!(&library.db, Page, sql::LIST_PAGES, id)
}

/// Makes the pages anew, as when LibreOffice has been installed since. What can be read stays until then.
///
/// # Errors
/// `Forbidden`, `NotFound`; `Conflict` for what is no courseware or is being made already.
pub async fn make_again(library: &Library, actor: &Actor, id: &ResourceId) -> Result<()> {
    let resource = media::load_for_editing(library, actor, id).await?;
    if resource.kind != ResourceKind::Courseware || !matches!(resource.stage, Stage::Ready | Stage::Failed) {
        return Err(Error::Conflict(Why::NotWaiting));
    }
    let mut tx = library.db.begin().await?;
    if queue::is_asked_for(&mut tx, id.as_str(), JobKind::Pages, None).await? {
        return Err(Error::Conflict(Why::NotWaiting));
    }
    media::ask_for_pages(library, &mut tx, id, &resource.uploader).await?;
    audit::note(library, &mut tx, Some(&actor.person), "resource.pages", id.as_str()).await?;
    tx.commit().await?;
    library.nudge();
    Ok(())
}
