//! What becomes of a sheet that was sent to the studio? It is checked at once and kept; when its sender says so, it is
//! loaded in the background. Its rows name files that were uploaded before. No sheet is kept for ever.

use std::path::Path;

use super::folder::Shelf;
use super::loading::{self, Load};
use super::report::Report;
use super::sql;
use crate::Library;
use crate::db::{find, list, write};
use crate::error::{Error, Result, Why};
use crate::ids::{ImportId, PersonId};
use crate::media::uploads;
use crate::people::{self, Actor};
use crate::queue::{self, Job, JobKind, NewJob, Reached};
use crate::texts::checked_line;

/// How many rows of a report are kept.
const MOST_LINES: usize = 1_000;
/// And how much of what stood in a cell.
const MOST_SIGNS: usize = 300;
/// So many sheets of one person wait to be loaded; with the next the oldest is forgotten.
const MOST_WAITING: i64 = 20;
const A_DAY_MS: i64 = 24 * 3_600_000;
/// How long a sheet is kept after it was loaded, or was not (ms); and the report on one of which nothing can be loaded.
const KEEP_MS: i64 = 30 * A_DAY_MS;
const KEEP_REPORT_MS: i64 = A_DAY_MS;
/// How many are looked at together.
const TOGETHER: i64 = 100;

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

/// Checks a sheet and keeps it; gives where its report is. The file moves into the store; of one of which nothing can be
/// loaded, only the report is kept, and that for a day.
///
/// # Errors
/// `Forbidden` for whoever keeps no content; `Invalid` for a name that is none; `Full` when there is no room for it.
pub async fn receive(library: &Library, actor: &Actor, name: &str, path: &Path) -> Result<ImportId> {
    let name = checked_line("file", name, 255)?;
    let load = Load { sheet: path, name: &name, shelf: Shelf::Library, leaves_out_wrong: true };
    let report = loading::check(library, actor, &load, &mut |_, _, _| {}).await?;
    let id = ImportId::new();
    let file = if report.is_hopeless() { String::new() } else { format!("imports/{id}") };
    forget_all(library, list!(&library.db, Forgotten, sql::LIST_WAITING_SHEETS, &actor.person, MOST_WAITING - 1)?)
        .await;
    if !file.is_empty() {
        uploads::check_room(library, tokio::fs::metadata(path).await?.len())?;
        library.files.keep(path, &file).await?;
    }
    let mut tx = library.db.begin().await?;
    let report = shortened(report)?;
    write!(&mut tx, sql::ADD_SHEET, &id, &actor.person, &name, &file, library.clock.now_ms(), report)?;
    tx.commit().await?;
    Ok(id)
}

/// A sheet that is no longer kept.
#[derive(sqlx::FromRow)]
struct Forgotten {
    id: ImportId,
    file: String,
}

/// Forgets sheets that were loaded, or not, long ago. What they brought stays, and can still be taken back.
///
/// # Errors
/// `Internal` when the database cannot be reached.
pub(crate) async fn tidy_up(library: &Library) -> Result<()> {
    let now = library.clock.now_ms();
    let (reports, sheets) = (now - KEEP_REPORT_MS, now - KEEP_MS);
    let mut stay = 0;
    loop {
        let old = list!(&library.db, Forgotten, sql::LIST_OLD_SHEETS, reports, sheets, TOGETHER, stay)?;
        let is_last = old.is_empty();
        stay += forget_all(library, old).await;
        if is_last {
            return Ok(());
        }
    }
}

/// Each by itself: one that cannot go keeps neither the others nor a new one from anything. Gives how many stay for now.
async fn forget_all(library: &Library, sheets: Vec<Forgotten>) -> i64 {
    let mut stay = 0;
    for sheet in sheets {
        if let Err(error) = forget(library, &sheet).await {
            tracing::warn!(%error, sheet = %sheet.id, "a sheet stays for now");
            stay += 1;
        }
    }
    stay
}

/// The file first: of a crash between the two, what is left is found again.
async fn forget(library: &Library, sheet: &Forgotten) -> Result<()> {
    if !sheet.file.is_empty() {
        library.files.remove_under(&sheet.file).await?;
    }
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::REMOVE_SHEET, &sheet.id)?;
    tx.commit().await
}

fn shortened(mut report: Report) -> Result<String> {
    report.lines.truncate(MOST_LINES);
    report.findings.truncate(MOST_LINES);
    let texts = report.findings.iter_mut().map(|finding| &mut finding.detail);
    for text in texts.chain(report.lines.iter_mut().map(|line| &mut line.title)) {
        if let Some((end, _)) = text.char_indices().nth(MOST_SIGNS) {
            text.truncate(end);
        }
    }
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
    if sheet.file.is_empty() {
        return Err(Error::invalid("file", Why::Unreadable));
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
    let reached = Reached::default();
    #[expect(clippy::cast_precision_loss, reason = "rows of a sheet are far below 2^53")]
    let mut on_row = |done: usize, of: usize, _: &str| {
        let percent = if of == 0 { 0.0 } else { 100.0 * done as f64 / of as f64 };
        reached.set(percent);
    };
    let loading = loading::load(library, &actor, &load, &mut on_row);
    let Some(report) = queue::hold(library, job, owner, &reached, loading).await? else { return Ok(()) };
    let mut tx = library.db.begin().await?;
    if queue::finish(library, &mut tx, job, owner).await? {
        let loaded_at = report.run.is_some().then(|| library.clock.now_ms());
        let report = shortened(report)?;
        write!(&mut tx, sql::SET_LOADED, &sheet.id, report, loaded_at)?;
        tx.commit().await?;
    }
    Ok(())
}
