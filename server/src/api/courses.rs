//! Courses, modules, lessons.

use axum::Json;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use content::courses::authoring::{self, NewCourse, NewLesson};
use content::courses::{self, CourseCard, Lesson, Outline, finding};
use content::ids::{CourseId, LessonId, ResourceId};
use content::learning::{self, Standing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::form::{self, Body, Made, TextForm, Words, made, texts_or_none};
use super::paging::Paging;
use crate::failure::Answer;
use crate::session::Asking;

#[derive(Deserialize, ToSchema)]
pub(crate) struct CourseForm {
    /// The id or the slug of its column.
    column: String,
    title: TextForm,
    summary: Option<TextForm>,
    /// zh, bo or en.
    language: Option<String>,
    /// Only learners below this unit may see it; absent: everybody.
    org_unit: Option<String>,
}

/// Adds a draft.
#[utoipa::path(post, path = "/api/v1/courses", request_body = CourseForm,
    responses((status = 201, body = Made), (status = 403, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn add_course(
    Asking(viewer): Asking,
    Body(form): Body<CourseForm>,
) -> Answer<(StatusCode, Json<Made>)> {
    let language = form::language(form.language.as_deref(), viewer.language())?;
    let new = NewCourse {
        column: form.column,
        title: form.title.texts(language),
        summary: texts_or_none(form.summary, language),
        language,
        audience_unit: form.org_unit.map(Into::into),
    };
    Ok(made(&authoring::add_course(&viewer.library, viewer.actor()?, new).await?))
}

#[derive(Deserialize)]
pub(crate) struct Which {
    column: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Courses {
    items: Vec<CardAnswer>,
    next: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct CardAnswer {
    id: String,
    title: Words,
    summary: Words,
    language: String,
    state: String,
    lessons: i64,
    duration_ms: i64,
    size_bytes: i64,
}

impl From<CourseCard> for CardAnswer {
    fn from(card: CourseCard) -> Self {
        Self {
            id: card.course.id.to_string(),
            title: card.course.title.into(),
            summary: card.course.summary.into(),
            language: card.course.language.to_string(),
            state: card.course.state.to_string(),
            lessons: card.lessons,
            duration_ms: card.duration_ms,
            size_bytes: card.size_bytes,
        }
    }
}

/// The published courses the caller may see, of one column (by slug) or of all, in their order.
#[utoipa::path(get, path = "/api/v1/courses", params(("column" = Option<String>, Query), Paging),
    responses((status = 200, body = Courses), (status = 404, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn list_courses(
    Asking(viewer): Asking,
    Query(which): Query<Which>,
    Query(paging): Query<Paging>,
) -> Answer<Json<Courses>> {
    let (library, actor) = (&viewer.library, viewer.actor()?);
    let page = finding::list_page(library, actor, which.column.as_deref(), paging.page()?).await?;
    Ok(Json(Courses { items: page.items.into_iter().map(Into::into).collect(), next: page.next }))
}

#[derive(Serialize, ToSchema)]
pub(crate) struct CourseAnswer {
    id: String,
    column: String,
    /// The group within its column.
    topic: Option<String>,
    title: Words,
    summary: Words,
    language: String,
    state: String,
    duration_ms: i64,
    size_bytes: i64,
    modules: Vec<ModuleAnswer>,
    handouts: Vec<HandoutAnswer>,
}

/// A module with its lessons; lessons without a module stand under one without an id.
#[derive(Serialize, ToSchema)]
pub(crate) struct ModuleAnswer {
    id: Option<String>,
    title: Words,
    lessons: Vec<LessonAnswer>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct HandoutAnswer {
    id: String,
    title: Words,
    size_bytes: i64,
    address: String,
}

/// A lesson with the reader's progress.
#[derive(Serialize, ToSchema)]
pub(crate) struct LessonAnswer {
    id: String,
    course: String,
    module: Option<String>,
    title: Words,
    summary: Words,
    language: String,
    resource: String,
    threshold_percent: i64,
    duration_ms: Option<i64>,
    size_bytes: Option<i64>,
    progress: ProgressAnswer,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ProgressAnswer {
    watched_ms: i64,
    position_ms: i64,
    completed: bool,
    /// The number with which the completion was acknowledged.
    receipt: Option<i64>,
}

impl ProgressAnswer {
    fn of(standing: Option<&Standing>) -> Self {
        Self {
            watched_ms: standing.map_or(0, |standing| standing.watched_ms),
            position_ms: standing.map_or(0, |standing| standing.position_ms),
            completed: standing.is_some_and(|standing| standing.completed_at.is_some()),
            receipt: standing.and_then(|standing| standing.completion_receipt),
        }
    }
}

fn lesson_answer(lesson: Lesson, standing: Option<&Standing>) -> LessonAnswer {
    LessonAnswer {
        id: lesson.id.to_string(),
        course: lesson.course.to_string(),
        module: lesson.module.map(|module| module.to_string()),
        title: lesson.title.into(),
        summary: lesson.summary.into(),
        language: lesson.language.to_string(),
        resource: lesson.resource.to_string(),
        threshold_percent: lesson.threshold_percent,
        duration_ms: lesson.duration_ms,
        size_bytes: lesson.size_bytes,
        progress: ProgressAnswer::of(standing),
    }
}

/// A course with its outline and the reader's progress.
#[utoipa::path(get, path = "/api/v1/courses/{id}", params(("id" = String, Path)),
    responses((status = 200, body = CourseAnswer), (status = 404, body = super::document::Problem)))]
pub(crate) async fn course(Asking(viewer): Asking, Path(id): Path<CourseId>) -> Answer<Json<CourseAnswer>> {
    let actor = viewer.actor()?;
    let outline = courses::load_outline(&viewer.library, actor, &id).await?;
    let standings = learning::map_course(&viewer.library, actor, &id).await?;
    Ok(Json(course_answer(outline, &standings)))
}

fn course_answer(outline: Outline, standings: &std::collections::HashMap<LessonId, Standing>) -> CourseAnswer {
    let (duration_ms, size_bytes) = (outline.duration_ms(), outline.size_bytes());
    let modules = outline.sections.into_iter().map(|section| ModuleAnswer {
        id: section.module.as_ref().map(|module| module.id.to_string()),
        title: section.module.map(|module| module.title.into()).unwrap_or_default(),
        lessons: section
            .lessons
            .into_iter()
            .map(|lesson| {
                let standing = standings.get(&lesson.id);
                lesson_answer(lesson, standing)
            })
            .collect(),
    });
    let handouts = outline.handouts.into_iter().map(|handout| HandoutAnswer {
        id: handout.id.to_string(),
        address: handout.original_address(),
        title: handout.title.into(),
        size_bytes: handout.size_bytes,
    });
    CourseAnswer {
        modules: modules.collect(),
        handouts: handouts.collect(),
        id: outline.course.id.to_string(),
        column: outline.course.column.to_string(),
        topic: outline.course.topic.map(|topic| topic.to_string()),
        title: outline.course.title.into(),
        summary: outline.course.summary.into(),
        language: outline.course.language.to_string(),
        state: outline.course.state.to_string(),
        duration_ms,
        size_bytes,
    }
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct ModuleForm {
    title: TextForm,
}

/// Adds a module.
#[utoipa::path(post, path = "/api/v1/courses/{id}/modules", params(("id" = String, Path)), request_body = ModuleForm,
    responses((status = 201, body = Made), (status = 404, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn add_module(
    Asking(viewer): Asking,
    Path(id): Path<CourseId>,
    Body(form): Body<ModuleForm>,
) -> Answer<(StatusCode, Json<Made>)> {
    let actor = viewer.actor()?;
    let course = authoring::load_for_editing(&viewer.library, actor, &id).await?;
    Ok(made(&authoring::add_module(&viewer.library, actor, &id, form.title.texts(course.language)).await?))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct LessonForm {
    module: Option<String>,
    title: TextForm,
    summary: Option<TextForm>,
    /// zh, bo or en; the course's when absent.
    language: Option<String>,
    /// A video.
    resource: String,
    /// 90 when absent.
    threshold_percent: Option<i64>,
}

/// Adds a lesson.
#[utoipa::path(post, path = "/api/v1/courses/{id}/lessons", params(("id" = String, Path)), request_body = LessonForm,
    responses((status = 201, body = Made), (status = 404, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn add_lesson(
    Asking(viewer): Asking,
    Path(id): Path<CourseId>,
    Body(form): Body<LessonForm>,
) -> Answer<(StatusCode, Json<Made>)> {
    let actor = viewer.actor()?;
    let course = authoring::load_for_editing(&viewer.library, actor, &id).await?;
    let language = form::language(form.language.as_deref(), course.language)?;
    let new = NewLesson {
        module: form.module.map(Into::into),
        title: form.title.texts(language),
        summary: texts_or_none(form.summary, language),
        language: Some(language),
        resource: form.resource.into(),
        threshold_percent: form.threshold_percent,
    };
    Ok(made(&authoring::add_lesson(&viewer.library, actor, &id, new).await?))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct HandoutForm {
    /// A courseware resource.
    resource: String,
}

/// Adds courseware to a course.
#[utoipa::path(post, path = "/api/v1/courses/{id}/handouts", params(("id" = String, Path)), request_body = HandoutForm,
    responses((status = 201, body = Made), (status = 404, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn add_handout(
    Asking(viewer): Asking,
    Path(id): Path<CourseId>,
    Body(form): Body<HandoutForm>,
) -> Answer<(StatusCode, Json<Made>)> {
    let resource = ResourceId::from(form.resource);
    authoring::add_handout(&viewer.library, viewer.actor()?, &id, &resource).await?;
    Ok(made(&resource))
}

/// Shows a course to its learners.
#[utoipa::path(post, path = "/api/v1/courses/{id}/publish", params(("id" = String, Path)),
    responses((status = 200, body = CourseAnswer), (status = 404, body = super::document::Problem), (status = 409, body = super::document::Problem)))]
pub(crate) async fn publish(asking: Asking, Path(id): Path<CourseId>) -> Answer<Json<CourseAnswer>> {
    authoring::publish(&asking.0.library, asking.0.actor()?, &id).await?;
    course(asking, Path(id)).await
}

/// Takes a course out of sight; what was earned in it stays.
#[utoipa::path(post, path = "/api/v1/courses/{id}/retire", params(("id" = String, Path)),
    responses((status = 200, body = CourseAnswer), (status = 404, body = super::document::Problem), (status = 409, body = super::document::Problem)))]
pub(crate) async fn retire(asking: Asking, Path(id): Path<CourseId>) -> Answer<Json<CourseAnswer>> {
    authoring::retire(&asking.0.library, asking.0.actor()?, &id).await?;
    course(asking, Path(id)).await
}

/// A lesson with the reader's progress.
#[utoipa::path(get, path = "/api/v1/lessons/{id}", params(("id" = String, Path)),
    responses((status = 200, body = LessonAnswer), (status = 404, body = super::document::Problem)))]
pub(crate) async fn lesson(Asking(viewer): Asking, Path(id): Path<LessonId>) -> Answer<Json<LessonAnswer>> {
    let actor = viewer.actor()?;
    let (course, lesson) = courses::load_lesson(&viewer.library, actor, &id).await?;
    let standings = learning::map_course(&viewer.library, actor, &course.id).await?;
    let standing = standings.get(&lesson.id);
    Ok(Json(lesson_answer(lesson, standing)))
}
