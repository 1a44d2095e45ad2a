//! How is a sheet loaded? First all of it is checked, and nothing written; then row after row is loaded. What is there
//! already stays as it is, so a second time changes nothing, and a time that was stopped goes on.

use std::path::Path;

use super::finding::{Finding, Found};
use super::folder::{Looked, Shelf};
use super::heading::Headed;
use super::item::{Item, Reading};
use super::known::Known;
use super::report::{Report, Thing};
use super::sheet::{self, Sheet};
use super::steps::Steps;
use super::taxonomy::{Holds, Root, holds, roots};
use super::walk::Walk;
use crate::Library;
use crate::courses::{self, authoring};
use crate::error::Result;
use crate::ids::{ColumnId, TermId};
use crate::media::uploads;
use crate::people::{Actor, access};
use crate::shelves::{self, Facet, Term};

/// What to tell whoever waits: how many rows of how many, and which.
pub type OnRow<'a> = &'a mut (dyn FnMut(usize, usize, &str) + Send);

/// What is to be loaded.
#[derive(Debug, Clone)]
pub struct Load<'a> {
    pub sheet: &'a Path,
    /// What the sheet is called.
    pub name: &'a str,
    pub shelf: Shelf,
    /// Rows in which something is wrong are left out; else nothing is loaded while there are any.
    pub leaves_out_wrong: bool,
}

/// Nobody reads further, and each of 200,000 rows may have ten.
const MOST_FINDINGS: usize = 20_000;

/// A sheet that was read.
struct Plan {
    columns: Vec<Root>,
    terms: Vec<(Facet, Root)>,
    /// The items of each sheet, with whether their cells are right.
    items: Vec<(String, Vec<(Item, bool)>)>,
    findings: Vec<Finding>,
}

/// Says what loading would make and change, and what is wrong; writes nothing.
///
/// # Errors
/// `Forbidden` for whoever keeps no content.
pub async fn check(library: &Library, actor: &Actor, load: &Load<'_>, on_row: OnRow<'_>) -> Result<Report> {
    access::may_keep_content(actor)?;
    let plan = read(library, load).await?;
    walk(library, actor, load, &plan, false, &mut Looked::default(), on_row).await
}

/// Checks, and loads when nothing is wrong, or when what is wrong may be left out. The report says what was done;
/// without a run in it, nothing was.
///
/// # Errors
/// `Forbidden` for whoever keeps no content.
pub async fn load(library: &Library, actor: &Actor, load: &Load<'_>, on_row: OnRow<'_>) -> Result<Report> {
    access::may_keep_content(actor)?;
    // What a killed loading left between its last byte and its record becomes a resource first.
    uploads::complete_whole(library).await?;
    let plan = read(library, load).await?;
    let mut looked = Looked::default();
    let checked = walk(library, actor, load, &plan, false, &mut looked, on_row).await?;
    let is_wrong = checked.errors().next().is_some();
    if checked.is_hopeless() || (is_wrong && !load.leaves_out_wrong) {
        return Ok(checked);
    }
    let report = walk(library, actor, load, &plan, true, &mut looked, on_row).await?;
    library.nudge();
    Ok(report)
}

async fn read(library: &Library, load: &Load<'_>) -> Result<Plan> {
    let mut findings = Vec::new();
    let sheets = sheet::read(library, load.sheet, load.name, &mut findings).await?;
    let name = load.name.to_owned();
    Ok(tokio::task::spawn_blocking(move || plan(sheets, &name, findings)).await?)
}

fn plan(sheets: Vec<Sheet>, name: &str, findings: Vec<Finding>) -> Plan {
    let mut plan = Plan { columns: Vec::new(), terms: Vec::new(), items: Vec::new(), findings };
    let is_unreadable = |each: &Finding| matches!(each.found, Found::SheetUnreadable | Found::SheetTooLarge);
    if plan.findings.last().is_some_and(is_unreadable) {
        return plan;
    }
    for sheet in sheets {
        let mut findings = Vec::new();
        let Some(headed) = Headed::new(sheet, &mut findings) else { continue };
        let Some(what) = holds(&headed) else { continue };
        plan.findings.append(&mut findings);
        match what {
            Holds::Columns => plan.columns.extend(roots(&headed, &mut plan.findings)),
            Holds::Terms(facet) => {
                let found = roots(&headed, &mut plan.findings);
                plan.terms.extend(found.into_iter().map(|root| (facet, root)));
            }
            Holds::Items => {
                let items = items(&headed, &mut plan.findings);
                plan.items.push((headed.name.clone(), items));
            }
        }
    }
    if plan.items.iter().all(|(_, items)| items.is_empty()) && plan.columns.is_empty() && plan.terms.is_empty() {
        plan.findings.push(sheet::about_all(Found::NoItems, name, ""));
    }
    plan
}

fn items(headed: &Headed, findings: &mut Vec<Finding>) -> Vec<(Item, bool)> {
    let read = headed.rows.iter().map(|row| {
        let before = findings.len();
        let item = Reading { headed, row, findings }.item();
        let is_right = findings[before..].iter().all(|finding| finding.found.is_harmless());
        findings.truncate(MOST_FINDINGS);
        (item, is_right)
    });
    read.collect()
}

async fn walk(
    library: &Library,
    actor: &Actor,
    load: &Load<'_>,
    plan: &Plan,
    is_real: bool,
    looked: &mut Looked,
    on_row: OnRow<'_>,
) -> Result<Report> {
    let known = Known::read(library, actor).await?;
    let steps = match is_real {
        true => Steps::begin(library, actor, &known.scope, load.name).await?,
        false => Steps::none(library),
    };
    let mut walk = Walk::new(library, actor, &load.shelf, known, steps);
    walk.report.findings.clone_from(&plan.findings);
    walk.add_columns(&plan.columns).await?;
    walk.add_terms(&plan.terms).await?;
    let items = plan.items.iter().flat_map(|(_, items)| items);
    let files = items.flat_map(|(item, _)| std::iter::once(&item.file).chain(item.faces.values())).map(String::as_str);
    let files = files.filter(|file| !file.is_empty()).collect();
    looked.look_at_all(library, &load.shelf, &walk.known, files, &mut *on_row).await?;
    let total = plan.items.iter().map(|(_, items)| items.len()).sum();
    let mut done = 0;
    for (sheet, items) in &plan.items {
        walk.sheet.clone_from(sheet);
        for (item, is_right) in items {
            on_row(done, total, &item.file);
            // What was found in its cells is known from reading; here only what the library says of it is added.
            walk.row(item, *is_right, looked).await?;
            done += 1;
        }
    }
    on_row(done, total, "");
    walk.publish().await?;
    let Walk { steps, mut report, .. } = walk;
    steps.finish(&mut report).await?;
    Ok(report)
}

impl Walk<'_> {
    async fn add_columns(&mut self, columns: &[Root]) -> Result<()> {
        for root in columns {
            // A column that is there stays as its keepers have made it.
            if self.known.columns.iter().any(|column| column.slug == root.slug) {
                continue;
            }
            let (title, summary) = (root.title.clone(), root.summary.clone());
            let id = if self.steps.is_check() {
                ColumnId::new()
            } else {
                authoring::add_column(self.library, self.actor, &root.slug, title.clone(), summary.clone()).await?
            };
            self.steps.made(&mut self.report, Thing::Column, id.as_str()).await?;
            self.known.columns.push(courses::Column {
                id,
                slug: root.slug.clone(),
                title,
                summary,
                languages: String::new(),
                cover: None,
            });
        }
        Ok(())
    }

    async fn add_terms(&mut self, terms: &[(Facet, Root)]) -> Result<()> {
        for (facet, root) in terms {
            if self.known.terms.iter().any(|term| term.facet == *facet && term.slug == root.slug) {
                continue;
            }
            let id = if self.steps.is_check() {
                TermId::new()
            } else {
                shelves::add_term(self.library, self.actor, *facet, &root.slug, root.title.clone()).await?
            };
            let thing = if *facet == Facet::Aspect { Thing::Aspect } else { Thing::Audience };
            self.steps.made(&mut self.report, thing, id.as_str()).await?;
            self.known.terms.push(Term { id, facet: *facet, slug: root.slug.clone(), title: root.title.clone() });
        }
        Ok(())
    }

    /// Shows the courses whose rows say so, when all of them are in.
    async fn publish(&mut self) -> Result<()> {
        for id in std::mem::take(&mut self.to_publish) {
            if !self.steps.is_check() {
                authoring::publish_on_trust(self.library, self.actor, &id).await?;
            }
            self.steps.made(&mut self.report, Thing::Published, id.as_str()).await?;
        }
        Ok(())
    }
}
