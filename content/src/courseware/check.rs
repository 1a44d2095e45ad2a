//! Is every file that the database speaks of there, those of pages too?

use super::sql;
use crate::Library;
use crate::db::list;
use crate::error::Result;
use crate::media::check::{self, Report};

/// The files of one page.
#[derive(sqlx::FromRow)]
struct Files {
    folder: String,
    avif: String,
    avif_bytes: i64,
    webp: String,
    webp_bytes: i64,
}

/// Looks at every resource: its original, every rendition, and every page's pictures.
///
/// # Errors
/// `Internal` when the database or the store cannot answer; missing and short files are faults of the report.
pub async fn check(library: &Library, on_step: &mut dyn FnMut(usize, usize)) -> Result<Report> {
    let mut report = check::check(library, on_step).await?;
    for page in list!(&library.db, Files, sql::LIST_FILES)? {
        for (file, size_bytes) in [(&page.avif, page.avif_bytes), (&page.webp, page.webp_bytes)] {
            check::look(library, &mut report, &format!("{}/{file}", page.folder), Some(size_bytes)).await?;
        }
    }
    Ok(report)
}
