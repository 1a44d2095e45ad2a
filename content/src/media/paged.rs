//! What does the child say of courseware, and what becomes of its resource?

use serde::Deserialize;

use super::child::MediaFile;
use super::{Resource, leaving, sql};
use crate::Library;
use crate::db::{Tx, write};
use crate::error::Result;
use crate::ids::{PersonId, ResourceId};
use crate::queue::{self, JobKind, NewJob};

/// Quickly done, and somebody waits to read: before videos.
const PRIORITY: i64 = 4;

/// All pages of a file; their pictures lie in the job's folder.
#[derive(Debug, Deserialize)]
pub(crate) struct MadePages {
    pub format: MadeFormat,
    pub pages: Vec<MadePage>,
    pub legacy_fonts: Vec<String>,
    pub lacks_office: bool,
}

/// The child's word for what kind of file it is.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MadeFormat {
    Pdf,
    Slides,
    Document,
    Sheet,
    Images,
    Text,
}

impl MadeFormat {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Slides => "slides",
            Self::Document => "document",
            Self::Sheet => "sheet",
            Self::Images => "images",
            Self::Text => "text",
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct MadePage {
    pub width: i64,
    pub height: i64,
    pub avif: Option<MediaFile>,
    pub webp: Option<MediaFile>,
    pub text: String,
    pub is_legacy: bool,
}

/// What makes courseware readable.
pub(crate) struct Whole {
    pub folder: String,
    /// How long reading all of it takes.
    pub duration_ms: i64,
    /// What all of its pictures weigh.
    pub size_bytes: i64,
    pub poster: Option<String>,
}

/// Shows courseware as ready; the folder of its earlier pages may go.
pub(crate) async fn mark_whole(library: &Library, tx: &mut Tx, resource: &Resource, whole: &Whole) -> Result<()> {
    let (duration_ms, size_bytes) = (whole.duration_ms, whole.size_bytes);
    write!(tx, sql::SET_READABLE, &resource.id, duration_ms, &whole.folder, size_bytes, &whole.poster)?;
    match &resource.folder {
        Some(earlier) => leaving::let_go(tx, earlier, library.clock.now_ms()).await,
        None => Ok(()),
    }
}

/// Asks for the pages of a file in its uploader's name.
pub(crate) async fn ask_for_pages(library: &Library, tx: &mut Tx, id: &ResourceId, by: &PersonId) -> Result<()> {
    let job = NewJob {
        kind: JobKind::Pages,
        part: None,
        language: None,
        subject: id.as_str(),
        plays_ms: None,
        created_by: Some(by),
        priority: PRIORITY,
    };
    queue::add(library, tx, job).await?;
    Ok(())
}
