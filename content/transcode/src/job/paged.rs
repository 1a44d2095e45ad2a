//! What is asked about courseware, and what is answered?

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Limits, Picture};

/// Makes pages of a file that people read.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Pages {
    pub(crate) source: PathBuf,
    /// Where the pictures go.
    pub(crate) folder: PathBuf,
    pub(crate) limits: Limits,
    /// As it was uploaded: only where the content does not say what it is, the ending does.
    pub(crate) name: String,
    /// LibreOffice, where it is installed.
    pub(crate) office: Option<PathBuf>,
    /// How long LibreOffice may take: less than a parent waits for a word.
    #[serde(default = "four_minutes")]
    pub(crate) patience_ms: u64,
    /// Whether converters may run where this kernel fences no files.
    #[serde(default)]
    pub(crate) unfenced: bool,
}

fn four_minutes() -> u64 {
    240_000
}

/// What kind of courseware it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    Pdf,
    Slides,
    Document,
    Sheet,
    Images,
    Text,
}

/// All pages in order; their pictures are whole and on disk when this is said.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Paged {
    pub(crate) format: Format,
    pub(crate) pages: Vec<Page>,
    /// Fonts for Tibetan from before Unicode whose text means nothing without them.
    pub(crate) legacy_fonts: Vec<String>,
    /// There was no LibreOffice to draw it: the pages are text alone, or none.
    pub(crate) lacks_office: bool,
}

/// One page. Without a picture it is text; width and height are the picture's.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Page {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) avif: Option<Picture>,
    pub(crate) webp: Option<Picture>,
    /// Empty where it is set in an old Tibetan font.
    pub(crate) text: String,
    pub(crate) is_legacy: bool,
}
