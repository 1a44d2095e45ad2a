//! What happens when a form about a course is sent? Its texts, its order, its files: each an edit.

use app::parts::toast::Done;
use app::view::Viewer;
use axum::extract::Path;
use axum::response::Response;
use content::courses::editing::{self, Declared, Edited};
use content::courses::plan::{CourseEdit, Edit, LessonEdit};
use content::courses::revisions::Significance;
use content::ids::{CourseId, Language, LessonId, ModuleId, ResourceId, UnitId};
use content::people;
use content::shelves::order::Place;
use content::{Error, Why};

use super::again::go_on;
use super::{Fields, Sent, Values, file_named, language_of, texts, value};
use crate::failure::Answer;
use crate::session::Asking;

/// What was said of how much it matters; nothing was asked where the field is not there.
pub(super) fn declared(values: &Values) -> content::Result<Declared> {
    let word = value(values, "significance");
    let significance = Significance::parse(word);
    if significance.is_none() && !word.is_empty() {
        return Err(Error::Invalid { field: "significance", why: Why::UnknownValue });
    }
    Ok(Declared { significance, note: value(values, "note").to_owned() })
}

/// Where a button or a drop moves something.
pub(super) fn place(values: &Values) -> content::Result<Place> {
    let unreadable = |field| Error::Invalid { field, why: Why::Unreadable };
    match (value(values, "to"), value(values, "by")) {
        ("", by) => by.parse().map(Place::By).map_err(|_| unreadable("by")),
        (to, _) => to.parse().map(Place::At).map_err(|_| unreadable("to")),
    }
}

/// A field that was not sent is not edited.
pub(super) fn sent<'a>(values: &'a Values, name: &str) -> Option<&'a str> {
    values.get(name).map(String::as_str)
}

pub(super) fn sent_texts(values: &Values, name: &str) -> Option<content::texts::Texts> {
    let is_there = ["zh", "bo", "en"].iter().any(|language| values.contains_key(&format!("{name}_{language}")));
    is_there.then(|| texts(values, name))
}

fn or_none<T: for<'a> From<&'a str>>(word: Option<&str>) -> Option<Option<T>> {
    word.map(|word| (!word.is_empty()).then(|| word.into()))
}

/// Edits, and goes on to `next` with what became of it.
async fn edit(
    viewer: Viewer,
    id: &CourseId,
    change: content::Result<Edit>,
    next: &str,
    values: Values,
) -> Answer<Response> {
    let done = async {
        let change = change?;
        let edited = editing::edit(&viewer.library, viewer.actor()?, id, change, declared(&values)?).await?;
        Ok(said(&edited).on(next))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(super) fn said(edited: &Edited) -> Done {
    match edited {
        Edited::Proposed(_) => Done::Proposed,
        Edited::Applied(_) => Done::Revised,
        Edited::Draft | Edited::Nothing => Done::Saved,
    }
}

pub(crate) async fn edit_course(
    Asking(viewer): Asking,
    Path(id): Path<CourseId>,
    Sent(values): Fields,
) -> Answer<Response> {
    let audience = audience_named(&viewer, &values).await;
    let change = audience.map(|audience_unit| {
        Edit::Course(CourseEdit {
            title: sent_texts(&values, "title"),
            summary: sent_texts(&values, "summary"),
            language: Language::parse(value(&values, "language")),
            column: sent(&values, "column").map(str::to_owned),
            topic: or_none(sent(&values, "topic")),
            audience_unit,
        })
    });
    edit(viewer, &id, change, &format!("/studio/courses/{id}"), values).await
}

/// The unit in the list, or the one that is named beside it.
async fn audience_named(viewer: &Viewer, values: &Values) -> content::Result<Option<Option<UnitId>>> {
    match value(values, "org_unit_words").trim() {
        "" => Ok(or_none(sent(values, "org_unit"))),
        words => Ok(Some(Some(people::find_unit_meant(&viewer.library, viewer.actor()?, "org_unit", words).await?))),
    }
}

pub(crate) async fn edit_module(
    Asking(viewer): Asking,
    Path((id, module)): Path<(CourseId, ModuleId)>,
    Sent(values): Fields,
) -> Answer<Response> {
    let change = Edit::RenameModule(module, texts(&values, "title"));
    edit(viewer, &id, Ok(change), &format!("/studio/courses/{id}"), values).await
}

pub(crate) async fn remove_module(
    Asking(viewer): Asking,
    Path((id, module)): Path<(CourseId, ModuleId)>,
    Sent(values): Fields,
) -> Answer<Response> {
    edit(viewer, &id, Ok(Edit::RemoveModule(module)), &format!("/studio/courses/{id}"), values).await
}

pub(crate) async fn move_module(
    Asking(viewer): Asking,
    Path((id, module)): Path<(CourseId, ModuleId)>,
    Sent(values): Fields,
) -> Answer<Response> {
    let next = format!("/studio/courses/{id}#module-{module}");
    let change = place(&values).map(|place| Edit::MoveModule(module, place));
    edit(viewer, &id, change, &next, values).await
}

pub(crate) async fn edit_lesson(
    Asking(viewer): Asking,
    Path((id, lesson)): Path<(CourseId, LessonId)>,
    Sent(values): Fields,
) -> Answer<Response> {
    let change = lesson_edit(&viewer, &values).await.map(|change| Edit::Lesson(lesson.clone(), Box::new(change)));
    edit(viewer, &id, change, &format!("/studio/courses/{id}/lessons/{lesson}"), values).await
}

async fn lesson_edit(viewer: &Viewer, values: &Values) -> content::Result<LessonEdit> {
    let threshold = match value(values, "threshold_percent").trim() {
        "" => None,
        text => Some(text.parse().map_err(|_| Error::Invalid { field: "threshold_percent", why: Why::OutOfRange })?),
    };
    Ok(LessonEdit {
        title: sent_texts(values, "title"),
        summary: sent_texts(values, "summary"),
        language: sent(values, "language").map(|_| language_of(values)).transpose()?,
        module: or_none(sent(values, "module")),
        resource: match sent(values, "resource") {
            Some(_) => Some(file_named(viewer, values, "resource").await?),
            None => None,
        },
        threshold_percent: threshold,
    })
}

pub(crate) async fn remove_lesson(
    Asking(viewer): Asking,
    Path((id, lesson)): Path<(CourseId, LessonId)>,
    Sent(values): Fields,
) -> Answer<Response> {
    edit(viewer, &id, Ok(Edit::RemoveLesson(lesson)), &format!("/studio/courses/{id}"), values).await
}

/// By a button, within its section and on into the next; by a drop, to a place of a section.
pub(crate) async fn move_lesson(
    Asking(viewer): Asking,
    Path((id, lesson)): Path<(CourseId, LessonId)>,
    Sent(values): Fields,
) -> Answer<Response> {
    let next = format!("/studio/courses/{id}#lesson-{lesson}");
    let module = or_none(sent(&values, "module"));
    let change = place(&values).map(|place| Edit::MoveLesson(lesson, module, place));
    edit(viewer, &id, change, &next, values).await
}

pub(crate) async fn set_face(
    Asking(viewer): Asking,
    Path((id, lesson, language)): Path<(CourseId, LessonId, String)>,
    Sent(values): Fields,
) -> Answer<Response> {
    let language = Language::parse(&language).ok_or(Error::NotFound("face"))?;
    let next = format!("/studio/courses/{id}/lessons/{lesson}#faces");
    let resource = file_named(&viewer, &values, "resource").await;
    let change = resource.map(|id| Edit::Face(lesson, language, Some(id).filter(|id| !id.as_str().is_empty())));
    edit(viewer, &id, change, &next, values).await
}

pub(crate) async fn remove_handout(
    Asking(viewer): Asking,
    Path((id, resource)): Path<(CourseId, ResourceId)>,
) -> Answer<Response> {
    let next = format!("/studio/courses/{id}");
    edit(viewer, &id, Ok(Edit::RemoveHandout(resource)), &next, Values::new()).await
}

pub(crate) async fn move_handout(
    Asking(viewer): Asking,
    Path((id, resource)): Path<(CourseId, ResourceId)>,
    Sent(values): Fields,
) -> Answer<Response> {
    let next = format!("/studio/courses/{id}");
    let change = place(&values).map(|place| Edit::MoveHandout(resource, place));
    edit(viewer, &id, change, &next, values).await
}

/// Another upload in place of a video, wherever a lesson shows it.
pub(crate) async fn replace(
    Asking(viewer): Asking,
    Path(id): Path<ResourceId>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = async {
        let by = file_named(&viewer, &values, "by").await?;
        let done = editing::replace_file(&viewer.library, viewer.actor()?, &id, &by, &declared(&values)?).await?;
        let edited = done.first().map_or(Edited::Nothing, |(_, edited)| edited.clone());
        Ok(said(&edited).on(&format!("/studio/resources/{by}")))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}
