//! Completion, as JSON, CSV or a workbook.

use app::messages as m;
use app::wire::Lang;
use axum::Json;
use axum::extract::Query;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use content::ids::UnitId;
use content::reports::export::{self, Cell, Table};
use content::reports::{self, Filter, LearnerRow, UnitRow};
use content::{Error, Why};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::form::Words;
use crate::failure::Answer;
use crate::session::Asking;

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
}

/// A unit (with everybody below it) and a course, or a learner and a course.
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
    started: i64,
    completed: i64,
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
            started: i64::from(row.watched_ms > 0),
            completed: i64::from(row.completed_at.is_some()),
            watched_ms: row.watched_ms,
            completed_at: row.completed_at,
        }
    }
}

/// Completion by org unit × course, or by learner × course, within the caller's scope.
#[utoipa::path(get, path = "/api/v1/reports/completion",
    params(("unit" = Option<String>, Query), ("course" = Option<String>, Query), ("from" = Option<i64>, Query), ("to" = Option<i64>, Query),
        ("by" = Option<String>, Query, description = "unit or learner"), ("format" = Option<String>, Query, description = "json, csv or xlsx")),
    responses((status = 200, body = Completion), (status = 403, body = super::document::Problem)))]
pub(crate) async fn completion(Asking(viewer): Asking, Query(asked): Query<Asked>) -> Answer<Response> {
    let library = &viewer.library;
    let unit = asked.unit.filter(|unit| !unit.is_empty()).map(UnitId::from);
    let scope = reports::scope(library, viewer.actor()?, unit.as_ref()).await?;
    let course = asked.course.filter(|course| !course.is_empty()).map(Into::into);
    let filter = Filter { course, from: asked.from, to: asked.to };
    let by_learner = match asked.by.as_deref() {
        None | Some("" | "unit") => false,
        Some("learner") => true,
        Some(_) => return Err(Error::Invalid { field: "by", why: Why::UnknownValue }.into()),
    };
    let as_of = library.clock.now_ms();
    let rows: Vec<CompletionRow> = if by_learner {
        reports::completion_by_learner(library, &scope, &filter).await?.into_iter().map(Into::into).collect()
    } else {
        reports::completion_by_unit(library, &scope, &filter).await?.into_iter().map(Into::into).collect()
    };
    match asked.format.as_deref() {
        None | Some("" | "json") => Ok(Json(Completion { as_of, rows }).into_response()),
        Some("csv") => Ok(file(export::csv(&table(viewer.lang, &rows, by_learner))?, "text/csv; charset=utf-8", "csv")),
        Some("xlsx") => {
            let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            Ok(file(export::xlsx(&table(viewer.lang, &rows, by_learner))?, kind, "xlsx"))
        }
        Some(_) => Err(Error::Invalid { field: "format", why: Why::UnknownValue }.into()),
    }
}

fn file(bytes: Vec<u8>, kind: &'static str, ending: &str) -> Response {
    let name = format!("attachment; filename=\"completion.{ending}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response()
}

fn table(lang: Lang, rows: &[CompletionRow], by_learner: bool) -> Table {
    let mut headings = vec![m::report_unit(lang)];
    if by_learner {
        headings.push(m::report_learner(lang));
    }
    headings.extend([m::report_course(lang), m::report_learners(lang), m::report_started(lang)]);
    headings.extend([m::report_completed(lang), m::report_watched_minutes(lang)]);
    let cells = |row: &CompletionRow| {
        let mut cells = vec![Cell::Text(best(&row.unit_name, lang))];
        if by_learner {
            cells.push(Cell::Text(row.name.clone().unwrap_or_default()));
        }
        cells.push(Cell::Text(best(&row.course_title, lang)));
        let numbers = [row.learners, row.started, row.completed, row.watched_ms / 60_000];
        cells.extend(numbers.map(Cell::Number));
        cells
    };
    Table { headings: headings.into_iter().map(str::to_owned).collect(), rows: rows.iter().map(cells).collect() }
}

fn best(words: &Words, lang: Lang) -> String {
    let texts = content::texts::Texts { zh: words.zh.clone(), bo: words.bo.clone(), en: words.en.clone() };
    texts.best(lang.into()).1.to_owned()
}
