//! Courses as they are edited: their texts, their order, their files.

use axum::Json;
use axum::extract::{Path, Query};
use content::courses::editing::{self, Declared, Edited};
use content::courses::plan::{CourseEdit, Edit, LessonEdit};
use content::courses::revisions::Significance;
use content::ids::{CourseId, Language, LessonId, ModuleId, ResourceId};
use content::shelves::order::Place;
use content::{Error, Why};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::form::{self, Body, TextForm};
use crate::failure::{Answer, Failure};
use crate::session::Asking;

/// How much a change of something published matters to whoever has learned it.
#[derive(Default, Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeclaredForm {
    /// typo, same or new; needed where the course is published, but for things added and moved.
    significance: Option<String>,
    /// What its author says of it.
    note: Option<String>,
}

impl DeclaredForm {
    pub(crate) fn declared(self) -> Result<Declared, Failure> {
        let significance = form::word("significance", self.significance.as_deref(), Significance::parse)?;
        Ok(Declared { significance, note: self.note.unwrap_or_default() })
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct EditedAnswer {
    /// nothing (it was so already), draft (it stands, in a course that is not published), applied (learners see it), or
    /// proposed (it waits to be submitted).
    state: &'static str,
    /// The revision that it became, or became part of.
    revision: Option<String>,
}

impl From<Edited> for EditedAnswer {
    fn from(edited: Edited) -> Self {
        let (state, revision) = match edited {
            Edited::Nothing => ("nothing", None),
            Edited::Draft => ("draft", None),
            Edited::Applied(revision) => ("applied", Some(revision.to_string())),
            Edited::Proposed(revision) => ("proposed", Some(revision.to_string())),
        };
        Self { state, revision }
    }
}

async fn edit(asking: &Asking, id: &CourseId, change: Edit, declared: DeclaredForm) -> Answer<Json<EditedAnswer>> {
    let viewer = &asking.0;
    let edited = editing::edit(&viewer.library, viewer.actor()?, id, change, declared.declared()?).await?;
    Ok(Json(edited.into()))
}

/// A word that may be taken away by sending an empty one.
fn or_none<T: From<String>>(word: Option<String>) -> Option<Option<T>> {
    word.map(|word| (!word.is_empty()).then(|| word.into()))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct CourseEditForm {
    title: Option<TextForm>,
    summary: Option<TextForm>,
    /// zh, bo or en.
    language: Option<String>,
    /// The id or the slug of its column.
    column: Option<String>,
    /// A topic of its column; empty: none.
    topic: Option<String>,
    /// Only learners below this unit may see it; empty: everybody.
    org_unit: Option<String>,
    #[serde(flatten)]
    declared: DeclaredForm,
}

/// Edits a course; what is absent stays.
#[utoipa::path(patch, path = "/api/v1/courses/{id}", params(("id" = String, Path)), request_body = CourseEditForm,
    responses((status = 200, body = EditedAnswer), (status = 403, body = super::document::Problem), (status = 404, body = super::document::Problem),
        (status = 409, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn edit_course(
    asking: Asking,
    Path(id): Path<CourseId>,
    Body(form): Body<CourseEditForm>,
) -> Answer<Json<EditedAnswer>> {
    let language = form::word("language", form.language.as_deref(), Language::parse)?;
    let own = language.unwrap_or(asking.0.language());
    let change = CourseEdit {
        title: form.title.map(|title| title.texts(own)),
        summary: form.summary.map(|summary| summary.texts(own)),
        language,
        column: form.column,
        topic: or_none(form.topic),
        audience_unit: or_none(form.org_unit),
    };
    edit(&asking, &id, Edit::Course(change), form.declared).await
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct ModuleEditForm {
    title: TextForm,
    #[serde(flatten)]
    declared: DeclaredForm,
}

/// Calls a module otherwise.
#[utoipa::path(patch, path = "/api/v1/courses/{id}/modules/{module}", params(("id" = String, Path), ("module" = String, Path)),
    request_body = ModuleEditForm, responses((status = 200, body = EditedAnswer), (status = 404, body = super::document::Problem)))]
pub(crate) async fn edit_module(
    asking: Asking,
    Path((id, module)): Path<(CourseId, ModuleId)>,
    Body(form): Body<ModuleEditForm>,
) -> Answer<Json<EditedAnswer>> {
    let title = form.title.texts(asking.0.language());
    edit(&asking, &id, Edit::RenameModule(module, title), form.declared).await
}

/// Takes a module away; its lessons go to the section before it.
#[utoipa::path(delete, path = "/api/v1/courses/{id}/modules/{module}", params(("id" = String, Path), ("module" = String, Path), DeclaredForm),
    responses((status = 200, body = EditedAnswer), (status = 404, body = super::document::Problem)))]
pub(crate) async fn remove_module(
    asking: Asking,
    Path((id, module)): Path<(CourseId, ModuleId)>,
    Query(declared): Query<DeclaredForm>,
) -> Answer<Json<EditedAnswer>> {
    edit(&asking, &id, Edit::RemoveModule(module), declared).await
}

/// Where something is moved: by so many places, or to one.
#[derive(Deserialize, ToSchema)]
pub(crate) struct MoveForm {
    /// On, or back where it is negative.
    by: Option<i64>,
    /// The number of its place among its neighbors, from 0.
    to: Option<usize>,
    /// For a lesson: the module it is to stand in; empty: none.
    module: Option<String>,
}

impl MoveForm {
    pub(crate) fn place(&self) -> Result<Place, Failure> {
        match (self.to, self.by) {
            (Some(to), _) => Ok(Place::At(to)),
            (None, Some(by)) => Ok(Place::By(by)),
            (None, None) if self.module.is_some() => Ok(Place::At(usize::MAX)),
            (None, None) => Err(Error::Invalid { field: "to", why: Why::Empty }.into()),
        }
    }
}

/// Moves a module among the others.
#[utoipa::path(post, path = "/api/v1/courses/{id}/modules/{module}/move", params(("id" = String, Path), ("module" = String, Path)),
    request_body = MoveForm, responses((status = 200, body = EditedAnswer), (status = 404, body = super::document::Problem)))]
pub(crate) async fn move_module(
    asking: Asking,
    Path((id, module)): Path<(CourseId, ModuleId)>,
    Body(form): Body<MoveForm>,
) -> Answer<Json<EditedAnswer>> {
    let place = form.place()?;
    edit(&asking, &id, Edit::MoveModule(module, place), DeclaredForm::default()).await
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct LessonEditForm {
    title: Option<TextForm>,
    summary: Option<TextForm>,
    /// zh, bo or en.
    language: Option<String>,
    /// Empty: outside of modules.
    module: Option<String>,
    /// Another video in place of its own: the lesson keeps its records, and captions that fit.
    resource: Option<String>,
    threshold_percent: Option<i64>,
    #[serde(flatten)]
    declared: DeclaredForm,
}

/// Edits a lesson; what is absent stays.
#[utoipa::path(patch, path = "/api/v1/courses/{id}/lessons/{lesson}", params(("id" = String, Path), ("lesson" = String, Path)),
    request_body = LessonEditForm, responses((status = 200, body = EditedAnswer), (status = 404, body = super::document::Problem),
        (status = 409, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn edit_lesson(
    asking: Asking,
    Path((id, lesson)): Path<(CourseId, LessonId)>,
    Body(form): Body<LessonEditForm>,
) -> Answer<Json<EditedAnswer>> {
    let language = form::word("language", form.language.as_deref(), Language::parse)?;
    let own = language.unwrap_or(asking.0.language());
    let change = LessonEdit {
        title: form.title.map(|title| title.texts(own)),
        summary: form.summary.map(|summary| summary.texts(own)),
        language,
        module: or_none(form.module),
        resource: form.resource.map(Into::into),
        threshold_percent: form.threshold_percent,
    };
    edit(&asking, &id, Edit::Lesson(lesson, Box::new(change)), form.declared).await
}

/// Takes a lesson away: out of sight where somebody can have learned from it, whose records stand.
#[utoipa::path(delete, path = "/api/v1/courses/{id}/lessons/{lesson}", params(("id" = String, Path), ("lesson" = String, Path), DeclaredForm),
    responses((status = 200, body = EditedAnswer), (status = 404, body = super::document::Problem)))]
pub(crate) async fn remove_lesson(
    asking: Asking,
    Path((id, lesson)): Path<(CourseId, LessonId)>,
    Query(declared): Query<DeclaredForm>,
) -> Answer<Json<EditedAnswer>> {
    edit(&asking, &id, Edit::RemoveLesson(lesson), declared).await
}

/// Moves a lesson within its course.
#[utoipa::path(post, path = "/api/v1/courses/{id}/lessons/{lesson}/move", params(("id" = String, Path), ("lesson" = String, Path)),
    request_body = MoveForm, responses((status = 200, body = EditedAnswer), (status = 404, body = super::document::Problem)))]
pub(crate) async fn move_lesson(
    asking: Asking,
    Path((id, lesson)): Path<(CourseId, LessonId)>,
    Body(form): Body<MoveForm>,
) -> Answer<Json<EditedAnswer>> {
    let (place, module) = (form.place()?, or_none(form.module));
    edit(&asking, &id, Edit::MoveLesson(lesson, module, place), DeclaredForm::default()).await
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct FaceForm {
    /// A video.
    resource: String,
    #[serde(flatten)]
    declared: DeclaredForm,
}

/// Shows readers of a language another video of the same lesson; all count into one completion.
#[utoipa::path(put, path = "/api/v1/courses/{id}/lessons/{lesson}/faces/{language}",
    params(("id" = String, Path), ("lesson" = String, Path), ("language" = String, Path)), request_body = FaceForm,
    responses((status = 200, body = EditedAnswer), (status = 404, body = super::document::Problem)))]
pub(crate) async fn set_face(
    asking: Asking,
    Path((id, lesson, language)): Path<(CourseId, LessonId, String)>,
    Body(form): Body<FaceForm>,
) -> Answer<Json<EditedAnswer>> {
    let language = Language::parse(&language).ok_or(Error::NotFound("face"))?;
    edit(&asking, &id, Edit::Face(lesson, language, Some(form.resource.into())), form.declared).await
}

/// Shows readers of a language the lesson's own video again.
#[utoipa::path(delete, path = "/api/v1/courses/{id}/lessons/{lesson}/faces/{language}",
    params(("id" = String, Path), ("lesson" = String, Path), ("language" = String, Path), DeclaredForm),
    responses((status = 200, body = EditedAnswer), (status = 404, body = super::document::Problem)))]
pub(crate) async fn remove_face(
    asking: Asking,
    Path((id, lesson, language)): Path<(CourseId, LessonId, String)>,
    Query(declared): Query<DeclaredForm>,
) -> Answer<Json<EditedAnswer>> {
    let language = Language::parse(&language).ok_or(Error::NotFound("face"))?;
    edit(&asking, &id, Edit::Face(lesson, language, None), declared).await
}

/// Takes courseware away from a course.
#[utoipa::path(delete, path = "/api/v1/courses/{id}/handouts/{resource}", params(("id" = String, Path), ("resource" = String, Path), DeclaredForm),
    responses((status = 200, body = EditedAnswer), (status = 404, body = super::document::Problem)))]
pub(crate) async fn remove_handout(
    asking: Asking,
    Path((id, resource)): Path<(CourseId, ResourceId)>,
    Query(declared): Query<DeclaredForm>,
) -> Answer<Json<EditedAnswer>> {
    edit(&asking, &id, Edit::RemoveHandout(resource), declared).await
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct ReplaceForm {
    /// The video that takes its place.
    by: String,
    #[serde(flatten)]
    declared: DeclaredForm,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Replaced {
    /// The courses in which it was replaced.
    courses: Vec<String>,
}

/// Shows another file wherever the caller's lessons show this one: they keep their records, and captions that fit.
#[utoipa::path(post, path = "/api/v1/resources/{id}/replace", params(("id" = String, Path)), request_body = ReplaceForm,
    responses((status = 200, body = Replaced), (status = 404, body = super::document::Problem), (status = 409, body = super::document::Problem)))]
pub(crate) async fn replace(
    Asking(viewer): Asking,
    Path(id): Path<ResourceId>,
    Body(form): Body<ReplaceForm>,
) -> Answer<Json<Replaced>> {
    let declared = form.declared.declared()?;
    let done = editing::replace_file(&viewer.library, viewer.actor()?, &id, &form.by.into(), &declared).await?;
    Ok(Json(Replaced { courses: done.into_iter().map(|(course, _)| course.to_string()).collect() }))
}
