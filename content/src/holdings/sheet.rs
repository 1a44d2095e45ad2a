//! What do many say of themselves, side by side? A line a resource, a cell a thing that is said; cells that are right are
//! saved, cells that are wrong come back with the reason.

use super::figures;
use crate::Library;
use crate::audit;
use crate::clock::day;
use crate::error::{Error, Result, Why};
use crate::ids::{Language, ResourceId, words};
use crate::media::said::say_title;
use crate::media::{self, Resource};
use crate::people::Actor;
use crate::proposals::{self, Said};
use crate::shelves::proposed::{Description, find_working_about, say_about};
use crate::shelves::{self, About, Facet, Term};
use crate::texts::Texts;

/// How many lines a sheet has.
pub const LINES: usize = 50;

words!(
    /// The columns of the sheet, in their order.
    Cell {
        TitleZh = "title_zh",
        TitleBo = "title_bo",
        TitleEn = "title_en",
        SummaryZh = "summary_zh",
        SummaryBo = "summary_bo",
        SummaryEn = "summary_en",
        Author = "author",
        Institution = "institution",
        License = "license",
        Source = "source",
        Aspects = "aspects",
        Audiences = "audiences",
        ReviewBy = "review_by",
    }
);

/// A resource and its cells, in the order of [`Cell::ALL`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub id: ResourceId,
    pub filename: String,
    pub cells: Vec<String>,
}

impl Line {
    pub fn cell(&self, cell: Cell) -> &str {
        self.cells.get(cell as usize).map_or("", String::as_str)
    }
}

/// A cell that would change, or has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub id: ResourceId,
    pub cell: Cell,
    pub before: String,
    pub after: String,
}

/// What becomes of a sheet.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    pub changes: Vec<Change>,
    /// Whose changes a reviewer has to look at first: learners read what stood there until then.
    pub proposed: Vec<ResourceId>,
    pub wrong: Vec<(ResourceId, Cell, Why)>,
}

/// What a resource says now, and the terms there are.
/// Where something is proposed, it is that.
struct Now {
    resource: Resource,
    title: Texts,
    about: About,
    terms: Vec<(Facet, String)>,
}

/// The lines of these resources as they are.
///
/// # Errors
/// `Forbidden`, `NotFound` for a resource that is not hers to edit.
pub async fn load_lines(library: &Library, actor: &Actor, ids: &[ResourceId]) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for id in ids.iter().take(LINES) {
        lines.push(line_of(&load_now(library, actor, id).await?));
    }
    Ok(lines)
}

async fn load_now(library: &Library, actor: &Actor, id: &ResourceId) -> Result<Now> {
    let resource = media::load_for_editing(library, actor, id).await?;
    let title = media::find_working_title(library, &resource).await?;
    let Description { about, terms } = find_working_about(library, id).await?;
    Ok(Now { resource, title, about, terms })
}

fn line_of(now: &Now) -> Line {
    let text = |texts: &Texts, language| texts.get(language).unwrap_or_default().to_owned();
    let (title, about) = (&now.title, &now.about);
    let cell = |cell: &Cell| match cell {
        Cell::TitleZh => text(title, Language::Zh),
        Cell::TitleBo => text(title, Language::Bo),
        Cell::TitleEn => text(title, Language::En),
        Cell::SummaryZh => text(&about.summary, Language::Zh),
        Cell::SummaryBo => text(&about.summary, Language::Bo),
        Cell::SummaryEn => text(&about.summary, Language::En),
        Cell::Author => about.author.clone(),
        Cell::Institution => about.institution.clone(),
        Cell::License => about.license.clone(),
        Cell::Source => about.source.clone(),
        Cell::Aspects => slugs(&now.terms, Facet::Aspect),
        Cell::Audiences => slugs(&now.terms, Facet::Audience),
        Cell::ReviewBy => about.review_by.map(day::ending).unwrap_or_default(),
    };
    let (id, filename) = (now.resource.id.clone(), now.resource.filename.clone());
    Line { id, filename, cells: Cell::ALL.iter().map(cell).collect() }
}

fn slugs(terms: &[(Facet, String)], facet: Facet) -> String {
    let slugs = terms.iter().filter(|term| term.0 == facet).map(|term| term.1.as_str());
    slugs.collect::<Vec<_>>().join(", ")
}

/// What saving these lines would change, or changes. Each line is a transaction of its own.
///
/// # Errors
/// `Forbidden`, `NotFound` for a resource that is not hers to edit: then no line behind it is saved.
pub async fn save(library: &Library, actor: &Actor, lines: &[Line], is_done: bool) -> Result<Outcome> {
    let aspects = shelves::list_terms(library, Facet::Aspect).await?;
    let audiences = shelves::list_terms(library, Facet::Audience).await?;
    let mut outcome = Outcome::default();
    for line in lines.iter().take(LINES) {
        let now = load_now(library, actor, &line.id).await?;
        let before = outcome.changes.len();
        let next = read(line, &now, [&aspects, &audiences], &mut outcome);
        if outcome.changes.len() == before {
            continue;
        }
        let is_proposed = match is_done {
            true => keep(library, actor, &now, next).await?,
            false => proposals::needs_review(library, &actor.person, &line.id).await?,
        };
        if is_proposed {
            outcome.proposed.push(line.id.clone());
        }
    }
    if is_done {
        figures::forget(library).await?;
    }
    Ok(outcome)
}

/// True where a reviewer has to look at it first.
async fn keep(library: &Library, actor: &Actor, now: &Now, next: Next) -> Result<bool> {
    let id = &now.resource.id;
    let mut tx = library.db.begin().await?;
    let mut said = Vec::new();
    if next.title != now.title {
        said.push(say_title(library, &mut tx, actor, &now.resource, next.title).await?);
    }
    said.push(say_about(library, &mut tx, actor, id, &next.about, &next.terms).await?);
    if said.contains(&Said::Applied) {
        audit::note(library, &mut tx, Some(&actor.person), "resource.sheet", id.as_str()).await?;
    }
    tx.commit().await?;
    Ok(said.iter().any(Said::is_proposed))
}

/// What a line says once its right cells are taken.
struct Next {
    title: Texts,
    about: About,
    terms: Vec<(Facet, String)>,
}

/// Takes every right cell that differs; a wrong one leaves what there was.
fn read(line: &Line, now: &Now, known: [&[Term]; 2], outcome: &mut Outcome) -> Next {
    let was = line_of(now);
    let mut next = Next { title: now.title.clone(), about: now.about.clone(), terms: now.terms.clone() };
    for cell in Cell::ALL {
        let (before, typed) = (was.cell(*cell), line.cell(*cell));
        if typed.trim() == before.trim() {
            continue;
        }
        match next.take(*cell, typed, known) {
            Ok(()) => {
                let after = typed.trim().to_owned();
                outcome.changes.push(Change { id: line.id.clone(), cell: *cell, before: before.to_owned(), after });
            }
            Err(why) => outcome.wrong.push((line.id.clone(), *cell, why)),
        }
    }
    next
}

impl Next {
    fn take(&mut self, cell: Cell, typed: &str, [aspects, audiences]: [&[Term]; 2]) -> std::result::Result<(), Why> {
        let said = |texts: &Texts, language, typed: &str| texts.clone().with(language, typed);
        match cell {
            Cell::TitleZh => self.set_title(said(&self.title, Language::Zh, typed)),
            Cell::TitleBo => self.set_title(said(&self.title, Language::Bo, typed)),
            Cell::TitleEn => self.set_title(said(&self.title, Language::En, typed)),
            Cell::SummaryZh => self.set_about(|about| about.summary = said(&about.summary, Language::Zh, typed)),
            Cell::SummaryBo => self.set_about(|about| about.summary = said(&about.summary, Language::Bo, typed)),
            Cell::SummaryEn => self.set_about(|about| about.summary = said(&about.summary, Language::En, typed)),
            Cell::Author => self.set_about(|about| typed.clone_into(&mut about.author)),
            Cell::Institution => self.set_about(|about| typed.clone_into(&mut about.institution)),
            Cell::License => self.set_about(|about| typed.clone_into(&mut about.license)),
            Cell::Source => self.set_about(|about| typed.clone_into(&mut about.source)),
            Cell::Aspects => self.set_terms(Facet::Aspect, typed, aspects),
            Cell::Audiences => self.set_terms(Facet::Audience, typed, audiences),
            Cell::ReviewBy => {
                self.about.review_by = match typed.trim() {
                    "" => None,
                    typed => Some(day::end_of(typed).ok_or(Why::Unreadable)?),
                };
                Ok(())
            }
        }
    }

    fn set_title(&mut self, title: Texts) -> std::result::Result<(), Why> {
        self.title = title.checked("title", true, 200).map_err(|error| why(&error))?;
        Ok(())
    }

    fn set_about(&mut self, change: impl FnOnce(&mut About)) -> std::result::Result<(), Why> {
        let mut about = self.about.clone();
        change(&mut about);
        self.about = about.checked().map_err(|error| why(&error))?;
        Ok(())
    }

    /// Slugs, or titles in any language, between commas of any kind.
    fn set_terms(&mut self, facet: Facet, typed: &str, known: &[Term]) -> std::result::Result<(), Why> {
        let mut terms: Vec<(Facet, String)> = self.terms.iter().filter(|term| term.0 != facet).cloned().collect();
        for name in typed.split([',', '，', '、', ';', '；', '\n']).map(str::trim).filter(|name| !name.is_empty()) {
            let term = known.iter().find(|term| term.is_meant_by(name)).ok_or(Why::UnknownValue)?;
            terms.push((facet, term.slug.clone()));
        }
        self.terms = terms;
        Ok(())
    }
}

fn why(error: &Error) -> Why {
    match error {
        Error::Invalid { why, .. } => *why,
        _ => Why::Unreadable,
    }
}
