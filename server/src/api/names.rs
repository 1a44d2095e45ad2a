//! Other names, what is asked, and what a question may become, for programs.

use std::collections::HashMap;

use axum::Json;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, VARY};
use axum::response::{IntoResponse, Response};
use content::asked::{self, Lack};
use content::names;
use content::search::{self, Suggestion};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::form::{self, Body};
use super::paging::Paging;
use crate::failure::Answer;
use crate::session::Asking;

/// An answer while somebody types is no longer (bytes).
const LONGEST: usize = 1000;
/// And no title in it (characters).
const TITLE: usize = 60;
/// How far back questions are told (days).
const DAYS: i64 = 90;

#[derive(Serialize, ToSchema)]
pub(crate) struct Suggestions {
    items: Vec<SuggestionAnswer>,
}

/// Something to ask, or something to open.
#[derive(Serialize, ToSchema)]
pub(crate) struct SuggestionAnswer {
    text: String,
    /// Where it is opened; without it, it is a question.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
}

/// What a text that is still being typed may become: names with an answer, then courses and lessons. One kilobyte at most.
#[utoipa::path(get, path = "/api/v1/suggestions", params(("q" = String, Query)),
    responses((status = 200, body = Suggestions), (status = 401, body = super::document::Problem)))]
pub(crate) async fn suggest(Asking(viewer): Asking, Query(asked): Query<HashMap<String, String>>) -> Answer<Response> {
    let text = asked.get("q").map_or("", String::as_str);
    let found = search::suggest(&viewer.library, viewer.actor()?, text).await?;
    let (mut items, mut length) = (Vec::new(), 16);
    for suggestion in found {
        let item = match suggestion {
            Suggestion::Ask(text) => SuggestionAnswer { text, at: None },
            Suggestion::Open { title, course, lesson } => {
                let lesson = lesson.map_or(String::new(), |lesson| format!("/lessons/{lesson}"));
                let text = shortened(title.best(viewer.language()).1);
                SuggestionAnswer { text, at: Some(format!("/courses/{course}{lesson}")) }
            }
        };
        length += item.text.len() + item.at.as_ref().map_or(0, String::len) + 24;
        if length > LONGEST {
            break;
        }
        items.push(item);
    }
    // The same letters typed again in a minute have the same answer, for the same person.
    Ok(([(CACHE_CONTROL, "private, max-age=60"), (VARY, "cookie, authorization")], Json(Suggestions { items }))
        .into_response())
}

/// As much of a title as fits into a line.
fn shortened(title: &str) -> String {
    match title.char_indices().nth(TITLE) {
        Some((end, _)) => format!("{}…", &title[..end]),
        None => title.to_owned(),
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Concepts {
    items: Vec<ConceptAnswer>,
    next: Option<String>,
}

/// One thing and everything it is called.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConceptAnswer {
    /// What it is changed by.
    key: String,
    /// The first is shown.
    names: Vec<String>,
    /// menpa, changed, left-out or own.
    origin: String,
}

/// The concepts with `q` in a name; without `q` those changed or added here.
#[utoipa::path(get, path = "/api/v1/concepts", params(("q" = Option<String>, Query), Paging),
    responses((status = 200, body = Concepts), (status = 403, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn list_concepts(
    Asking(viewer): Asking,
    Query(asked): Query<HashMap<String, String>>,
    Query(paging): Query<Paging>,
) -> Answer<Json<Concepts>> {
    let text = asked.get("q").map_or("", String::as_str);
    let page = names::list_concepts(&viewer.library, viewer.actor()?, text, paging.page()?).await?;
    let answer = |concept: names::Concept| ConceptAnswer {
        key: concept.key,
        names: concept.names,
        origin: concept.origin.to_string(),
    };
    Ok(Json(Concepts { items: page.items.into_iter().map(answer).collect(), next: page.next }))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct ConceptForm {
    /// Of the concept that is changed; without it a concept is added.
    #[serde(default)]
    key: String,
    /// At least two; none leave out a concept that came with Menpa.
    names: Vec<String>,
}

/// Adds a concept, or gives one other names.
#[utoipa::path(put, path = "/api/v1/concepts", request_body = ConceptForm,
    responses((status = 204), (status = 404, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn save_concept(Asking(viewer): Asking, Body(form): Body<ConceptForm>) -> Answer<StatusCode> {
    names::save_concept(&viewer.library, viewer.actor()?, &form.key, &form.names).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct KeyForm {
    key: String,
}

/// Takes away a concept that was added, or gives one back the names it came with.
#[utoipa::path(delete, path = "/api/v1/concepts", request_body = KeyForm,
    responses((status = 204), (status = 404, body = super::document::Problem)))]
pub(crate) async fn remove_concept(Asking(viewer): Asking, Body(form): Body<KeyForm>) -> Answer<StatusCode> {
    names::remove_concept(&viewer.library, viewer.actor()?, &form.key).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Questions {
    items: Vec<QuestionAnswer>,
    next: Option<String>,
}

/// A question of the last 90 days.
#[derive(Serialize, ToSchema)]
pub(crate) struct QuestionAnswer {
    question: String,
    /// How many people asked it, each once a day.
    times: i64,
    opened: i64,
    /// The most it ever found.
    found: i64,
}

/// What is asked in a scope, the most asked first; `lack` is not-found, not-opened or all. A thousand at most.
#[utoipa::path(get, path = "/api/v1/questions", params(("unit" = Option<String>, Query), ("lack" = Option<String>, Query), Paging),
    responses((status = 200, body = Questions), (status = 403, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn list_questions(
    Asking(viewer): Asking,
    Query(asked): Query<HashMap<String, String>>,
    Query(paging): Query<Paging>,
) -> Answer<Json<Questions>> {
    let unit = asked.get("unit").map(|unit| unit.as_str().into());
    let lack = form::word("lack", asked.get("lack").map(String::as_str), Lack::parse)?.unwrap_or(Lack::NotFound);
    let scope = asked::scope(&viewer.library, viewer.actor()?, unit.as_ref()).await?;
    let page = asked::list_asked(&viewer.library, &scope, lack, DAYS, paging.page()?).await?;
    let items = page.items.into_iter().map(|asked| QuestionAnswer {
        question: asked.question,
        times: asked.times,
        opened: asked.opened,
        found: asked.found,
    });
    Ok(Json(Questions { items: items.collect(), next: page.next }))
}
