//! What has one loading made and changed? Written down step by step, so that it can go on after a stop, and be taken back.

use super::report::{Report, Thing};
use super::sql;
use crate::Library;
use crate::db::{find, write};
use crate::error::Result;
use crate::ids::ImportId;
use crate::people::Actor;

/// One loading of a sheet.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Run {
    pub id: ImportId,
    pub sheet: String,
    pub started_at: i64,
    /// `None`: it was stopped half-way, or is at work.
    pub finished_at: Option<i64>,
    pub undone_at: Option<i64>,
}

/// Writes steps down; a check writes nothing and only counts.
pub(super) struct Steps<'a> {
    library: &'a Library,
    run: Option<Run>,
}

impl<'a> Steps<'a> {
    pub(super) fn none(library: &'a Library) -> Self {
        Self { library, run: None }
    }

    /// Begins a run, or goes on with one of the same sheet that was stopped.
    pub(super) async fn begin(library: &'a Library, actor: &Actor, scope: &str, sheet: &str) -> Result<Self> {
        if let Some(run) = find!(&library.db, Run, sql::FIND_OPEN_RUN, &actor.person, scope, sheet)? {
            return Ok(Self { library, run: Some(run) });
        }
        let (id, started_at) = (ImportId::new(), library.clock.now_ms());
        let mut tx = library.db.begin().await?;
        write!(&mut tx, sql::ADD_RUN, &id, &actor.person, scope, sheet, started_at)?;
        tx.commit().await?;
        let run = Run { id, sheet: sheet.to_owned(), started_at, finished_at: None, undone_at: None };
        Ok(Self { library, run: Some(run) })
    }

    pub(super) fn is_check(&self) -> bool {
        self.run.is_none()
    }

    pub(super) async fn made(&self, report: &mut Report, thing: Thing, subject: &str) -> Result<()> {
        self.note(report, thing, subject, None).await
    }

    /// `before` is what stood there, as JSON.
    pub(super) async fn changed(
        &self,
        report: &mut Report,
        thing: Thing,
        subject: &str,
        before: &serde_json::Value,
    ) -> Result<()> {
        self.note(report, thing, subject, Some(before.to_string())).await
    }

    async fn note(&self, report: &mut Report, thing: Thing, subject: &str, before: Option<String>) -> Result<()> {
        *report.made.entry(thing).or_default() += 1;
        let Some(run) = &self.run else { return Ok(()) };
        let mut tx = self.library.db.begin().await?;
        write!(&mut tx, sql::ADD_STEP, &run.id, thing.as_str(), subject, before)?;
        tx.commit().await
    }

    /// What a sheet calls something.
    pub(super) async fn remember(&self, scope: &str, kind: &str, key: &str, id: &str) -> Result<()> {
        if self.is_check() {
            return Ok(());
        }
        let mut tx = self.library.db.begin().await?;
        write!(&mut tx, sql::SET_KEY, scope, kind, key, id)?;
        tx.commit().await
    }

    pub(super) async fn finish(self, report: &mut Report) -> Result<()> {
        let Some(run) = self.run else { return Ok(()) };
        let mut tx = self.library.db.begin().await?;
        write!(&mut tx, sql::FINISH_RUN, &run.id, self.library.clock.now_ms())?;
        tx.commit().await?;
        report.run = Some(run.id);
        Ok(())
    }
}
