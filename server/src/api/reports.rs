//! Completion, as JSON, CSV or a workbook.

use app::messages as m;
use app::wire::Lang;
use axum::Json;
use axum::body::Body;
use axum::extract::Query;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use content::ids::UnitId;
use content::places::Scope;
use content::reports::export::{self, Cell, MOST_SHEET_ROWS, Sheet};
use content::reports::{self, Filter, LONG_PATIENCE, LearnerRow, PATIENCE, UnitRow};
use content::{Error, Library, Why};
use futures::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use utoipa::ToSchema;

use super::XLSX;
use super::form::Words;
use super::paging::Paging;
use crate::failure::Answer;
use crate::session::Asking;

/// How many rows a page of JSON holds where nothing is said, and a part of a file.
const ROWS: usize = 200;
const ROWS_OF_FILE: usize = 1_000;

/// A workbook is in memory while it is made: one at a time.
static WORKBOOK: Semaphore = Semaphore::const_new(1);

#[derive(Deserialize)]
pub(crate) struct Asked {
    unit: Option<String>,
    course: Option<String>,
    from: Option<i64>,
    to: Option<i64>,
    by: Option<String>,
    format: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Completion {
    /// When these numbers were true, in epoch milliseconds.
    as_of: i64,
    rows: Vec<CompletionRow>,
    /// What the next page comes `after`; null on the last.
    next: Option<String>,
}

/// A unit (with everybody below it) and a course, or a learner and a course. Only learners count whom the course is for.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompletionRow {
    unit: String,
    unit_name: Words,
    course: String,
    course_title: Words,
    /// For `by=learner`.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    learners: i64,
    /// Learners who began a lesson of the course; with a period, who began one in it.
    started: i64,
    /// Learners who completed the course; with a period, in it.
    completed: i64,
    /// Milliseconds watched. They are not kept by the day: with a period, all that was ever watched of the lessons that were
    /// first or last watched in it.
    watched_ms: i64,
    /// For `by=learner`, in epoch milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_at: Option<i64>,
}

impl From<UnitRow> for CompletionRow {
    fn from(row: UnitRow) -> Self {
        Self {
            unit: row.unit.to_string(),
            unit_name: row.unit_name.into(),
            course: row.course.to_string(),
            course_title: row.course_title.into(),
            person: None,
            name: None,
            learners: row.learners,
            started: row.started,
            completed: row.completed,
            watched_ms: row.watched_ms,
            completed_at: None,
        }
    }
}

impl From<LearnerRow> for CompletionRow {
    fn from(row: LearnerRow) -> Self {
        Self {
            unit: row.unit.to_string(),
            unit_name: row.unit_name.into(),
            course: row.course.to_string(),
            course_title: row.course_title.into(),
            person: Some(row.person.to_string()),
            name: Some(row.name),
            learners: 1,
            started: i64::from(row.lessons_started > 0),
            completed: i64::from(row.completed_at.is_some()),
            watched_ms: row.watched_ms,
            completed_at: row.completed_at,
        }
    }
}

/// Completion by org unit × course, or by learner × course, within the caller's scope. A period (`from`, and `to`
/// exclusive, in epoch milliseconds) narrows what was started, completed and watched. JSON comes in pages of `limit` rows
/// (200 where it is not said; fewer where they take long); the files hold all pages, a workbook at most 50,000 rows.
#[utoipa::path(get, path = "/api/v1/reports/completion",
    params(("unit" = Option<String>, Query), ("course" = Option<String>, Query), ("from" = Option<i64>, Query), ("to" = Option<i64>, Query),
        ("by" = Option<String>, Query, description = "unit or learner"), Paging,
        ("format" = Option<String>, Query, description = "json, csv or xlsx")),
    responses((status = 200, body = Completion), (status = 403, body = super::document::Problem), (status = 422, body = super::document::Problem),
        (status = 503, body = super::document::Problem)))]
pub(crate) async fn completion(
    Asking(viewer): Asking,
    Query(asked): Query<Asked>,
    Query(paging): Query<Paging>,
) -> Answer<Response> {
    let library = viewer.library.clone();
    let unit = asked.unit.filter(|unit| !unit.is_empty()).map(UnitId::from);
    let scope = reports::scope(&library, viewer.actor()?, unit.as_ref()).await?;
    let course = asked.course.filter(|course| !course.is_empty()).map(Into::into);
    let filter = Filter { course, from: asked.from, to: asked.to };
    let by_learner = match asked.by.as_deref() {
        None | Some("" | "unit") => false,
        Some("learner") => true,
        Some(_) => return Err(Error::Invalid { field: "by", why: Why::UnknownValue }.into()),
    };
    let limit = paging.limit_or(ROWS)?;
    let after = paging.after().map(str::to_owned);
    let as_of = library.clock.now_ms();
    let mut pages =
        Pages { library, lang: viewer.lang, scope, filter, by_learner, after, limit, parts: 0, is_over: false };
    match asked.format.as_deref() {
        None | Some("" | "json") => {
            let rows = pages.read().await?.unwrap_or_default();
            Ok(Json(Completion { as_of, rows, next: pages.after }).into_response())
        }
        Some("csv") => Ok(csv(Pages { limit: ROWS_OF_FILE, ..pages }).await?),
        Some("xlsx") => Ok(xlsx(Pages { limit: ROWS_OF_FILE, ..pages }).await?),
        Some(_) => Err(Error::Invalid { field: "format", why: Why::UnknownValue }.into()),
    }
}

/// A report that is read page by page: no more than one of them is in memory.
struct Pages {
    library: Library,
    lang: Lang,
    scope: Scope,
    filter: Filter,
    by_learner: bool,
    /// What the next page begins after; the first begins after nothing.
    after: Option<String>,
    limit: usize,
    /// How many have been read.
    parts: usize,
    is_over: bool,
}

impl Pages {
    /// The next page, `None` after the last.
    async fn read(&mut self) -> content::Result<Option<Vec<CompletionRow>>> {
        if self.is_over {
            return Ok(None);
        }
        let (library, scope, filter) = (&self.library, &self.scope, &self.filter);
        // A file that has begun cannot be answered otherwise any more: it waits for its turn.
        let patience = if self.parts == 0 { PATIENCE } else { LONG_PATIENCE };
        let asked = reports::Asked { after: self.after.as_deref(), limit: self.limit, patience };
        let (rows, next): (Vec<CompletionRow>, _) = if self.by_learner {
            let page = reports::completion_by_learner(library, scope, filter, &asked).await?;
            (page.rows.into_iter().map(CompletionRow::from).collect(), page.next)
        } else {
            let page = reports::completion_by_unit(library, scope, filter, &asked).await?;
            (page.rows.into_iter().map(CompletionRow::from).collect(), page.next)
        };
        self.after = next;
        self.parts += 1;
        self.is_over = self.after.is_none();
        Ok(Some(rows))
    }

    fn headings(&self) -> Vec<&'static str> {
        let lang = self.lang;
        let mut headings = vec![m::report_unit(lang)];
        if self.by_learner {
            headings.push(m::report_learner(lang));
        }
        headings.extend([m::report_course(lang), m::report_learners(lang), m::report_started(lang)]);
        headings.extend([m::report_completed(lang), m::report_watched_minutes(lang)]);
        headings
    }

    /// The rows as they stand under the headings.
    fn cells(&self, rows: &[CompletionRow]) -> Vec<Vec<Cell>> {
        let cells = |row: &CompletionRow| {
            let mut cells = vec![Cell::Text(best(&row.unit_name, self.lang))];
            if self.by_learner {
                cells.push(Cell::Text(row.name.clone().unwrap_or_default()));
            }
            cells.push(Cell::Text(best(&row.course_title, self.lang)));
            let numbers = [row.learners, row.started, row.completed, row.watched_ms / 60_000];
            cells.extend(numbers.map(Cell::Number));
            cells
        };
        rows.iter().map(cells).collect()
    }
}

/// The first page is read before the answer begins, so that what fails at once is still answered with its status; the
/// others are read while the file is on its way.
async fn csv(mut pages: Pages) -> content::Result<Response> {
    let mut begun = export::csv_head(&pages.headings())?;
    if let Some(rows) = pages.read().await? {
        begun.extend(export::csv_rows(&pages.cells(&rows))?);
    }
    let whole = stream::iter([Ok::<Vec<u8>, Error>(begun)]).chain(stream::try_unfold(pages, csv_part));
    Ok(file(Body::from_stream(whole), "text/csv; charset=utf-8", "csv"))
}

async fn csv_part(mut pages: Pages) -> content::Result<Option<(Vec<u8>, Pages)>> {
    let Some(rows) = pages.read().await? else { return Ok(None) };
    let part = export::csv_rows(&pages.cells(&rows))?;
    Ok(Some((part, pages)))
}

async fn xlsx(mut pages: Pages) -> content::Result<Response> {
    let _turn = WORKBOOK.try_acquire().map_err(|_| Error::ReportsBusy)?;
    let rows = if pages.by_learner {
        reports::count_by_learner(&pages.library, &pages.scope, &pages.filter, MOST_SHEET_ROWS + 1).await?
    } else {
        0
    };
    let mut sheet = Sheet::new(&pages.headings(), rows)?;
    while let Some(rows) = pages.read().await? {
        sheet.add(&pages.cells(&rows))?;
    }
    let bytes = tokio::task::spawn_blocking(move || sheet.finish()).await.map_err(Error::internal)??;
    Ok(file(Body::from(bytes), XLSX, "xlsx"))
}

fn file(body: Body, kind: &'static str, ending: &str) -> Response {
    let name = format!("attachment; filename=\"completion.{ending}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], body).into_response()
}

fn best(words: &Words, lang: Lang) -> String {
    let texts = content::texts::Texts { zh: words.zh.clone(), bo: words.bo.clone(), en: words.en.clone() };
    texts.best(lang.into()).1.to_owned()
}
