//! Is every file that the database speaks of there, and as long as it says?

use super::{Rendition, Resource, Stage, list_renditions, sql};
use crate::Library;
use crate::db::list;
use crate::error::{Error, Result};

/// What was looked at, and what was wrong, in words for whoever keeps the platform.
#[derive(Debug, Default)]
pub struct Report {
    pub resources: usize,
    pub files: usize,
    pub faults: Vec<String>,
}

/// Looks at every resource: its original, and every rendition of what is ready.
///
/// # Errors
/// `Internal` when the database or the store cannot answer; missing and short files are faults of the report.
pub async fn check(library: &Library, on_step: &mut dyn FnMut(usize, usize)) -> Result<Report> {
    let resources = list!(&library.db, Resource, sql::LIST_RESOURCES, i64::MAX)?;
    let mut report = Report { resources: resources.len(), ..Report::default() };
    for (index, resource) in resources.iter().enumerate() {
        if resource.original_dropped_at.is_none() {
            look(library, &mut report, &resource.original, Some(resource.size_bytes)).await?;
        }
        if let (Stage::Ready, Some(folder)) = (resource.stage, &resource.folder) {
            let renditions = list_renditions(library, &resource.id).await?;
            for (folder, file, size_bytes) in files_of(resource, folder, &renditions) {
                look(library, &mut report, &format!("{folder}/{file}"), size_bytes).await?;
            }
        }
        on_step(index + 1, resources.len());
    }
    Ok(report)
}

fn files_of<'a>(
    resource: &'a Resource,
    folder: &'a str,
    renditions: &'a [Rendition],
) -> Vec<(&'a str, &'a str, Option<i64>)> {
    let mut files = Vec::new();
    for each in renditions {
        files.push((each.folder.as_str(), each.file.as_str(), Some(each.size_bytes)));
        files.push((&each.folder, &each.playlist, None));
        files.extend(each.plain.as_deref().map(|file| (each.folder.as_str(), file, each.plain_bytes)));
    }
    files.extend(resource.progressive.as_deref().map(|file| (folder, file, resource.progressive_bytes)));
    files.extend(resource.poster.as_deref().map(|file| (folder, file, None)));
    files
}

pub(crate) async fn look(library: &Library, report: &mut Report, name: &str, size_bytes: Option<i64>) -> Result<()> {
    report.files += 1;
    match library.files.size_bytes(name).await {
        Ok(found) => {
            let found = i64::try_from(found).unwrap_or(i64::MAX);
            if let Some(expected) = size_bytes.filter(|expected| *expected != found) {
                report.faults.push(format!("{name} has {found} bytes instead of {expected}"));
            }
        }
        Err(Error::NotFound(_)) => report.faults.push(format!("{name} is missing")),
        Err(error) => return Err(error),
    }
    Ok(())
}
