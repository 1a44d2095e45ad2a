//! How does a course stand, and what is still missing before learners may see it?

use content::courses::{Course, Outline, authoring, revisions};
use content::ids::CourseId;
use content::media::{Resource, Stage};
use leptos::prelude::*;

use super::picking::{Files, Purpose};
use super::{course_forms, course_outline, course_standing, resource_parts};
use crate::messages as m;
use crate::parts::badge::badge;
use crate::parts::breadcrumb::breadcrumb;
use crate::parts::course_card::state_name;
use crate::parts::dialog::Question;
use crate::parts::field::problem_of_form;
use crate::parts::said::{plain, said};
use crate::view::{Form, Page, Programs, Viewer};
use crate::wire::Lang;

/// # Errors
/// `NotSignedIn`, `NotFound`, or `Forbidden` for a course that another unit owns.
pub async fn course(viewer: &Viewer, id: &CourseId, form: &Form) -> content::Result<Page> {
    let (actor, lang) = (super::keeper(viewer)?, viewer.lang);
    authoring::load_for_editing(&viewer.library, actor, id).await?;
    let (course, outline, resources) = revisions::load_working_outline(&viewer.library, actor, id).await?;
    let revision = revisions::find_unsettled(&viewer.library, actor, id).await?;
    let missing = missing(viewer, &outline, &resources);
    // A problem of the buttons at the top came with no form of its own.
    let problem = form.values.is_empty().then(|| problem_of_form(form));
    let is_locked = course_standing::is_locked(&course, revision.as_ref());
    let (forms, handout) = if is_locked { (None, None) } else { growing(viewer, &outline, form).await? };
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer)])}
        <div class="page-head">
            <h1>{said(&outline.course.title, lang)}</h1>
            <p>{badge(resource_parts::course_tone(course.state), state_name(course.state, lang))}</p>
        </div>
        <p class="lead">{said(&outline.course.summary, lang)}</p>
        {ways(&course, is_locked, lang)}
        {problem}
        {course_standing::panel(viewer, actor, &course, revision.as_ref(), missing, form).await?}
        <section class="section">
            <h2>{m::course_outline(lang)}</h2>
            <div class="outline">{course_outline::list(viewer, &outline, &resources, is_locked)}</div>
            {forms}
        </section>
        <section class="section">
            <h2>{m::handouts(lang)}</h2>
            {course_outline::list_handouts(viewer, &outline, is_locked)}
            {handout}
        </section>
    };
    let programs = Programs { order: !is_locked, ..Programs::default() };
    Ok(Page { programs, ..Page::new(plain(&outline.course.title, lang), body) })
}

/// The forms by which a course grows: its lessons and modules, and what is read along.
async fn growing(
    viewer: &Viewer,
    outline: &Outline,
    form: &Form,
) -> content::Result<(Option<AnyView>, Option<AnyView>)> {
    let brought = course_forms::brought(viewer);
    let to_teach = Files::of(viewer, form, Purpose::Lesson, brought.as_ref().as_slice()).await?;
    let to_read = Files::of(viewer, form, Purpose::Handout, &[]).await?;
    let forms = view! {
        {course_forms::lesson(viewer, outline, &to_teach, form)}
        {course_forms::module(viewer, outline, form)}
    };
    Ok((Some(forms.into_any()), Some(course_forms::handout(viewer, outline, &to_read, form))))
}

fn ways(course: &Course, is_locked: bool, lang: Lang) -> AnyView {
    let at = |what: &str| format!("/studio/courses/{}/{what}", course.id);
    view! {
        <p class="ways">
            {(!is_locked).then(|| view! { <a href=at("edit")>{m::edit_course(lang)}</a> })}
            <a href=at("revisions")>{m::revisions_title(lang)}</a>
            <a href=format!("/courses/{}", course.id)>{m::studio_see_as_learner(lang)}</a>
        </p>
    }
    .into_any()
}

/// What is asked before learners lose sight of a course.
pub(super) fn retiring(lang: Lang) -> Question {
    Question {
        title: m::studio_retire_question(lang).into(),
        text: m::studio_retire_text(lang).into(),
        label: m::studio_retire(lang).into(),
    }
}

/// What keeps a course from being shown.
pub(super) struct Missing {
    pub(super) can_publish: bool,
    pub(super) words: AnyView,
}

/// What stands in the way of publishing, and what merely should be known.
fn missing(viewer: &Viewer, outline: &Outline, resources: &[Resource]) -> Missing {
    let lang = viewer.lang;
    let mut items = Vec::new();
    let is_empty = outline.lessons().next().is_none();
    if is_empty {
        items.push(m::studio_missing_lessons(lang).into_any());
    }
    let mut can_publish = !is_empty;
    for lesson in outline.lessons() {
        let Some(resource) = resources.iter().find(|each| each.id == lesson.resource) else { continue };
        let (title, href) = (said(&lesson.title, lang), format!("/studio/resources/{}", resource.id));
        match resource.stage {
            Stage::Ready => continue,
            Stage::Failed => {
                can_publish = false;
                let link = view! { {title}": "<a href=href>{m::studio_missing_failed(lang)}</a> };
                items.push(link.into_any());
            }
            stage @ (Stage::Received | Stage::Checked | Stage::Transcoding) => {
                can_publish &= stage != Stage::Received;
                let link = view! { {title}": "<a href=href>{m::studio_missing_transcoding(lang)}</a> };
                items.push(link.into_any());
            }
        }
    }
    if outline.course.summary.is_empty() {
        items.push(m::studio_missing_summary(lang).into_any());
    }
    let items: Vec<_> = items.into_iter().map(|item| view! { <li>{item}</li> }).collect();
    let words = (!items.is_empty()).then(|| view! { <ul class="missing">{items}</ul> });
    Missing { can_publish, words: words.into_any() }
}
