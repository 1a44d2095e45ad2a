//! Which page answers which address? Each handler reads the address, asks the page, and sends it in its frame.

use std::collections::HashMap;

use app::pages as p;
use app::view::{Form, Page, Viewer};
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Redirect, Response};
use content::ids::{CourseId, ImportId, Language, LessonId, ModuleId, PersonId, ProposalId, ResourceId};
use content::search::{HitKind, Length, Question};

use crate::asked;
use crate::failure::Answer;
use crate::session::Asking;

type Asked = Query<HashMap<String, String>>;

pub(crate) fn framed(viewer: &Viewer, page: Page) -> Html<String> {
    Html(p::shell::render(viewer, page))
}

pub(crate) async fn home(Asking(viewer): Asking, Query(asked): Asked) -> Answer<Response> {
    if viewer.actor.is_none() {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    let minutes = asked.get("minutes").and_then(|text| text.parse().ok());
    Ok(framed(&viewer, p::home::home(&viewer, minutes).await?).into_response())
}

pub(crate) async fn sign_in(Asking(viewer): Asking, Query(asked): Asked) -> Answer<Response> {
    let next = asked.get("next").map_or("/", String::as_str);
    if viewer.actor.is_some() {
        return Ok(Redirect::to(crate::forms::local(next)).into_response());
    }
    let page = p::sign_in::sign_in(&viewer, &Form::default(), crate::forms::local(next)).await?;
    Ok(framed(&viewer, page).into_response())
}

pub(crate) async fn column(
    Asking(viewer): Asking,
    Path(slug): Path<String>,
    Query(asked): Asked,
) -> Answer<Html<String>> {
    let topic = asked.get("topic").map(|id| id.as_str().into());
    let after = asked.get("after").map(|id| id.as_str().into());
    Ok(framed(&viewer, p::column::column(&viewer, &slug, topic.as_ref(), after.as_ref()).await?))
}

pub(crate) async fn course(
    Asking(viewer): Asking,
    Path(id): Path<CourseId>,
    headers: HeaderMap,
) -> Answer<Html<String>> {
    asked::note(&viewer, &headers).await;
    Ok(framed(&viewer, p::course::course(&viewer, &id).await?))
}

pub(crate) async fn lesson(
    Asking(viewer): Asking,
    Path((course, lesson)): Path<(CourseId, LessonId)>,
    Query(asked): Asked,
    headers: HeaderMap,
) -> Answer<Html<String>> {
    asked::note(&viewer, &headers).await;
    let from_ms = asked.get("t").and_then(|text| text.parse::<f64>().ok()).map(milliseconds);
    Ok(framed(&viewer, p::lesson::lesson(&viewer, &course, &lesson, from_ms, page_of(&asked)).await?))
}

pub(crate) async fn handout(
    Asking(viewer): Asking,
    Path((course, resource)): Path<(CourseId, ResourceId)>,
    Query(asked): Asked,
    headers: HeaderMap,
) -> Answer<Html<String>> {
    asked::note(&viewer, &headers).await;
    Ok(framed(&viewer, p::lesson::handout(&viewer, &course, &resource, page_of(&asked)).await?))
}

/// Which page of courseware is asked for.
fn page_of(asked: &HashMap<String, String>) -> Option<i64> {
    asked.get("page").and_then(|text| text.parse().ok())
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to a day")]
fn milliseconds(seconds: f64) -> i64 {
    (seconds.clamp(0.0, 86_400.0) * 1000.0) as i64
}

pub(crate) async fn search(Asking(viewer): Asking, Query(asked): Asked) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::search::search(&viewer, question(&asked)).await?))
}

pub(crate) fn question(asked: &HashMap<String, String>) -> Question {
    let get = |name: &str| asked.get(name).map(String::as_str).filter(|text| !text.is_empty());
    Question {
        text: get("q").unwrap_or_default().to_owned(),
        kind: get("kind").and_then(HitKind::parse),
        column: get("column").map(str::to_owned),
        aspect: get("aspect").map(str::to_owned),
        audience: get("audience").map(str::to_owned),
        length: get("length").and_then(Length::parse),
        language: get("language").and_then(Language::parse),
        is_literal: get("names").is_some_and(|names| names == "own"),
    }
}

pub(crate) async fn me(Asking(viewer): Asking, Query(asked): Asked) -> Answer<Html<String>> {
    if asked.get("show").is_some_and(|show| show == "due") {
        return Ok(framed(&viewer, p::me::due(&viewer).await?));
    }
    let before = asked.get("before").and_then(|text| text.split_once('.'));
    let before = before.and_then(|(at, lesson)| Some((at.parse().ok()?, lesson.into())));
    Ok(framed(&viewer, p::me::me(&viewer, before).await?))
}

pub(crate) async fn studio(Asking(viewer): Asking) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::overview(&viewer).await?))
}

pub(crate) async fn studio_columns(Asking(viewer): Asking) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::columns(&viewer, &Form::default()).await?))
}

pub(crate) async fn studio_names(Asking(viewer): Asking, Query(asked): Asked) -> Answer<Html<String>> {
    let text = asked.get("q").map_or("", String::as_str);
    Ok(framed(&viewer, p::studio::names(&viewer, text, &Form::default()).await?))
}

pub(crate) async fn studio_asked(Asking(viewer): Asking, Query(asked): Asked) -> Answer<Html<String>> {
    let which = p::studio::Which::read(&asked);
    Ok(framed(&viewer, p::studio::asked(&viewer, &which).await?))
}

pub(crate) async fn studio_new_course(Asking(viewer): Asking) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::new_course(&viewer, &Form::default()).await?))
}

pub(crate) async fn studio_course(Asking(viewer): Asking, Path(id): Path<CourseId>) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::course(&viewer, &id, &Form::default()).await?))
}

pub(crate) async fn studio_edit_course(Asking(viewer): Asking, Path(id): Path<CourseId>) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::edit_course(&viewer, &id, &Form::default()).await?))
}

pub(crate) async fn studio_edit_module(
    Asking(viewer): Asking,
    Path((id, module)): Path<(CourseId, ModuleId)>,
) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::edit_module(&viewer, &id, &module, &Form::default()).await?))
}

pub(crate) async fn studio_edit_lesson(
    Asking(viewer): Asking,
    Path((id, lesson)): Path<(CourseId, LessonId)>,
) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::edit_lesson(&viewer, &id, &lesson, &Form::default()).await?))
}

pub(crate) async fn studio_revisions(Asking(viewer): Asking, Path(id): Path<CourseId>) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::revisions(&viewer, &id, &Form::default()).await?))
}

pub(crate) async fn studio_reviews(Asking(viewer): Asking) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::reviews(&viewer, &Form::default()).await?))
}

pub(crate) async fn studio_proposal(
    Asking(viewer): Asking,
    Path(id): Path<ProposalId>,
    Query(asked): Asked,
) -> Answer<Html<String>> {
    let from = asked.get("from").and_then(|from| from.parse().ok()).unwrap_or_default();
    Ok(framed(&viewer, p::studio::proposal(&viewer, &id, from, &Form::default()).await?))
}

/// What a policy would do, before it is set.
pub(crate) async fn studio_policy(
    Asking(viewer): Asking,
    Path(slug): Path<String>,
    Query(asked): Asked,
) -> Answer<Html<String>> {
    let get = |name: &str| asked.get(name).map_or("", String::as_str);
    Ok(framed(&viewer, p::studio::policy(&viewer, &slug, get("class"), get("originals")).await?))
}

/// What calling a question another name for something would mean, before it is called so.
pub(crate) async fn studio_same(Asking(viewer): Asking, Query(asked): Asked) -> Answer<Html<String>> {
    let get = |name: &str| asked.get(name).map_or("", String::as_str);
    let which = p::studio::Which::read(&asked);
    Ok(framed(&viewer, p::studio::same_as(&viewer, get("name"), get("known"), &which, &Form::default()).await?))
}

pub(crate) async fn studio_topics(Asking(viewer): Asking, Path(slug): Path<String>) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::topics(&viewer, &slug, &Form::default()).await?))
}

pub(crate) async fn studio_terms(Asking(viewer): Asking) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::terms(&viewer, &Form::default()).await?))
}

pub(crate) async fn studio_review_by(Asking(viewer): Asking) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::review_by(&viewer, &Form::default()).await?))
}

pub(crate) async fn studio_upload(Asking(viewer): Asking) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::upload(&viewer, &Form::default()).await?))
}

pub(crate) async fn studio_resource(Asking(viewer): Asking, Path(id): Path<ResourceId>) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::resource(&viewer, &id, &Form::default()).await?))
}

pub(crate) async fn studio_captions(
    Asking(viewer): Asking,
    Path((id, language)): Path<(ResourceId, String)>,
) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::captions(&viewer, &id, &language, &Form::default()).await?))
}

pub(crate) async fn studio_imports(Asking(viewer): Asking) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::imports(&viewer, &Form::default()).await?))
}

pub(crate) async fn studio_import(Asking(viewer): Asking, Path(id): Path<ImportId>) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::sheet(&viewer, &id).await?))
}

/// All parts in every state, for whoever judges how they look.
pub(crate) async fn studio_parts(Asking(viewer): Asking) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::parts(&viewer).await?))
}

pub(crate) async fn studio_jobs(Asking(viewer): Asking) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::studio::jobs(&viewer).await?))
}

pub(crate) async fn admin(Asking(viewer): Asking, Query(asked): Asked) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::admin::report(&viewer, p::admin::Which::read(&asked)).await?))
}

pub(crate) async fn admin_learners(Asking(viewer): Asking, Query(asked): Asked) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::admin::learners(&viewer, p::admin::Which::read(&asked)).await?))
}

pub(crate) async fn admin_learner(
    Asking(viewer): Asking,
    Path(id): Path<PersonId>,
    Query(asked): Asked,
) -> Answer<Html<String>> {
    let after = p::admin::Which::read(&asked).after.map(LessonId::from);
    Ok(framed(&viewer, p::admin::learner(&viewer, &id, after.as_ref()).await?))
}

pub(crate) async fn admin_assignments(Asking(viewer): Asking, Query(asked): Asked) -> Answer<Html<String>> {
    let which = p::admin::Which::read(&asked);
    let (unit, after) = (which.unit.as_ref(), which.after.as_deref());
    Ok(framed(&viewer, p::admin::assignments(&viewer, unit, after, &Form::default()).await?))
}

/// The page that the service worker keeps. It knows nobody, so that a shared computer shows it to everybody.
pub(crate) async fn offline(Asking(viewer): Asking) -> Html<String> {
    let viewer = Viewer { actor: None, lang: app::wire::Lang::Zh, ..viewer };
    framed(&viewer, p::offline::offline())
}

/// Any other address.
pub(crate) async fn nothing_here() -> Answer<()> {
    Err(content::Error::NotFound("page").into())
}
