//! Search for programs.

use std::collections::{BTreeMap, HashMap};

use axum::Json;
use axum::extract::Query;
use content::search::{self, Hit};
use serde::Serialize;
use utoipa::ToSchema;

use super::form::Words;
use crate::failure::Answer;
use crate::session::Asking;

#[derive(Serialize, ToSchema)]
pub(crate) struct Found {
    total: usize,
    items: Vec<HitAnswer>,
    facets: Facets,
    /// Other names that were looked for too; `names=own` leaves them out.
    also: Vec<String>,
    /// Nothing says what was asked: what there is only comes near.
    near: bool,
    /// The question as it may have been meant, where some of it stands nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    meant: Option<String>,
    /// While the index is built from nothing, and things may be missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    building: Option<Building>,
}

/// How many courses are in the index, and how many there are; both 0 when that is not known yet.
#[derive(Serialize, ToSchema)]
pub(crate) struct Building {
    done: usize,
    of: usize,
}

/// Counts over all hits: value → number.
#[derive(Serialize, ToSchema)]
pub(crate) struct Facets {
    kind: BTreeMap<String, usize>,
    column: BTreeMap<String, usize>,
    aspect: BTreeMap<String, usize>,
    audience: BTreeMap<String, usize>,
    /// short (up to five minutes), medium (up to fifteen) or long.
    length: BTreeMap<String, usize>,
    language: BTreeMap<String, usize>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct HitAnswer {
    /// course, lesson or resource.
    kind: String,
    id: String,
    course: String,
    lesson: Option<String>,
    title: Words,
    /// HTML: escaped text with `<mark>` around what matched.
    snippet_html: String,
    /// The language of the passage.
    language: String,
    /// Where in the video it is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    at_ms: Option<i64>,
    /// On which page of the courseware it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<i64>,
    score: f32,
}

impl From<Hit> for HitAnswer {
    fn from(hit: Hit) -> Self {
        Self {
            kind: hit.kind.to_string(),
            id: hit.id,
            course: hit.course.to_string(),
            lesson: hit.lesson.map(|lesson| lesson.to_string()),
            title: hit.title.into(),
            snippet_html: hit.snippet_html,
            language: hit.language.to_string(),
            at_ms: hit.at_ms,
            page: hit.page,
            score: hit.score,
        }
    }
}

/// Finds published courses, lessons, handouts and spoken lines that the caller may see.
#[utoipa::path(get, path = "/api/v1/search",
    params(("q" = String, Query), ("kind" = Option<String>, Query), ("column" = Option<String>, Query), ("aspect" = Option<String>, Query),
        ("audience" = Option<String>, Query), ("length" = Option<String>, Query), ("language" = Option<String>, Query), ("names" = Option<String>, Query)),
    responses((status = 200, body = Found), (status = 401, body = super::document::Problem)))]
pub(crate) async fn search(
    Asking(viewer): Asking,
    Query(asked): Query<HashMap<String, String>>,
) -> Answer<Json<Found>> {
    let question = crate::pages::question(&asked);
    let answer = search::search(&viewer.library, viewer.actor()?, &question).await?;
    let spread = answer.spread;
    let building = answer.building.map(|(done, of)| Building { done, of });
    let facets = Facets {
        kind: spread.kinds.into_iter().collect(),
        column: spread.columns.into_iter().collect(),
        aspect: spread.aspects.into_iter().collect(),
        audience: spread.audiences.into_iter().collect(),
        length: spread.lengths.into_iter().collect(),
        language: spread.languages.into_iter().collect(),
    };
    let items = answer.items.into_iter().map(Into::into).collect();
    Ok(Json(Found {
        total: answer.total,
        items,
        facets,
        also: answer.also,
        near: answer.is_near,
        meant: answer.meant,
        building,
    }))
}
