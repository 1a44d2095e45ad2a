//! What becomes of a sheet that was sent to the studio? It is checked at once and kept; when its sender says so, it is
//! loaded in the background. Its rows name files that were uploaded before.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::folder::Shelf;
use super::loading::{self, Load};
use super::report::Report;
use super::sql;
use crate::Library;
use crate::db::{find, write};
use crate::error::{Error, Result, Why};
use crate::ids::{ImportId, PersonId};
use crate::media::transcoding::holding;
use crate::people::{self, Actor};
use crate::queue::{self, Job, JobKind, NewJob};
use crate::texts::checked_line;

/// How many rows of a report are kept.
const MOST_LINES: usize = 1_000;

/// A sheet, and what was said of it last.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Sheet {
    pub id: ImportId,
    pub name: String,
    file: String,
    leaves_out_wrong: i64,
    pub created_at: i64,
    report: String,
    /// `None`: it has only been checked.
    pub loaded_at: Option<i64>,
}

impl Sheet {
    /// # Errors
    /// `Internal` for a report that nothing of ours wrote.
    pub fn report(&self) -> Result<Report> {
        Ok(serde_json::from_str(&self.report)?)
    }
}

/// Checks a sheet and keeps it; gives where its report is. The file moves into the store.
///
/// # Errors
/// `Forbidden` for whoever keeps no content; `Invalid` for a name that is none.
pub async fn receive(library: &Library, actor: &Actor, name: &str, path: &Path) -> Result<ImportId> {
    let name = checked_line("file", name, 255)?;
    let load = Load { sheet: path, name: &name, shelf: Shelf::Library, leaves_out_wrong: true };
    let report = loading::check(library, actor, &load, &mut |_, _, _| {}).await?;
    let id = ImportId::new();
    let file = format!("imports/{id}");
    library.files.keep(path, &file).await?;
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::ADD_SHEET, &id, &actor.person, &name, &file, library.clock.now_ms(), shortened(report)?)?;
    tx.commit().await?;
    Ok(id)
}

fn shortened(mut report: Report) -> Result<String> {
    report.lines.truncate(MOST_LINES);
    report.findings.truncate(MOST_LINES);
    Ok(serde_json::to_string(&report)?)
}

/// A sheet of this person's, with the job that loads it where there is one.
///
/// # Errors
/// `NotFound`, also for another person's.
pub async fn load_sheet(library: &Library, actor: &Actor, id: &ImportId) -> Result<(Sheet, Option<Job>)> {
    let sheet = find!(&library.db, Sheet, sql::FIND_SHEET, id, &actor.person)?.ok_or(Error::NotFound("import"))?;
    let jobs = queue::list_of(library, id.as_str()).await?;
    Ok((sheet, jobs.into_iter().next()))
}

/// Has a sheet loaded in the background; asked twice, it is loaded once.
///
/// # Errors
/// `NotFound`; `Conflict(AlreadyFinished)` when it was loaded before.
pub async fn ask(library: &Library, actor: &Actor, id: &ImportId, leaves_out_wrong: bool) -> Result<()> {
    let (sheet, _) = load_sheet(library, actor, id).await?;
    if sheet.loaded_at.is_some() {
        return Err(Error::Conflict(Why::AlreadyFinished));
    }
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::ALLOW_SHEET, id, i64::from(leaves_out_wrong))?;
    if !queue::is_asked_for(&mut tx, id.as_str(), JobKind::Import, None).await? {
        let job = NewJob {
            kind: JobKind::Import,
            part: None,
            language: None,
            subject: id.as_str(),
            plays_ms: None,
            created_by: Some(&actor.person),
            priority: 2,
        };
        queue::add(library, &mut tx, job).await?;
    }
    tx.commit().await?;
    library.nudge();
    Ok(())
}

/// Loads a sheet in its sender's name.
pub(crate) async fn work(library: &Library, job: &Job, owner: &str) -> Result<()> {
    let sender: PersonId = job.created_by.clone().ok_or(Error::NotFound("person"))?;
    let actor = people::act_for(library, &sender).await?;
    let (sheet, _) = load_sheet(library, &actor, &job.subject.as_str().into()).await?;
    let path = library.files.local_path(&sheet.file)?;
    let load =
        Load { sheet: &path, name: &sheet.name, shelf: Shelf::Library, leaves_out_wrong: sheet.leaves_out_wrong == 1 };
    let reached = AtomicU64::default();
    #[expect(clippy::cast_precision_loss, reason = "rows of a sheet are far below 2^53")]
    let mut on_row = |done: usize, of: usize, _: &str| {
        let percent = if of == 0 { 0.0 } else { 100.0 * done as f64 / of as f64 };
        reached.store(percent.to_bits(), Ordering::Relaxed);
    };
    let loading = loading::load(library, &actor, &load, &mut on_row);
    let Some(report) = holding(library, job, owner, &reached, loading).await? else { return Ok(()) };
    let mut tx = library.db.begin().await?;
    if queue::finish(library, &mut tx, job, owner).await? {
        let loaded_at = report.run.is_some().then(|| library.clock.now_ms());
        write!(&mut tx, sql::SET_LOADED, &sheet.id, shortened(report)?, loaded_at)?;
        tx.commit().await?;
    }
    Ok(())
}
