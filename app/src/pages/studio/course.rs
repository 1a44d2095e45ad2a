//! How does a course stand, and what is still missing before learners may see it?

use content::courses::{self, CourseState, Lesson, Outline, Section, authoring};
use content::ids::CourseId;
use content::media::{self, Resource, Stage};
use leptos::prelude::*;

use super::{course_forms, resource_parts};
use crate::messages as m;
use crate::parts::badge::badge;
use crate::parts::breadcrumb::breadcrumb;
use crate::parts::button::{go_quiet, submit};
use crate::parts::course_card::state_name;
use crate::parts::dialog::{Question, asked_first};
use crate::parts::empty::empty;
use crate::parts::field::problem_of_form;
use crate::parts::said::{plain, said};
use crate::parts::say;
use crate::view::{Form, Page, Viewer};
use crate::wire::Lang;

/// # Errors
/// `NotSignedIn`, `NotFound`, or `Forbidden` for a course that another unit owns.
pub async fn course(viewer: &Viewer, id: &CourseId, form: &Form) -> content::Result<Page> {
    let (actor, lang) = (super::keeper(viewer)?, viewer.lang);
    authoring::load_for_editing(&viewer.library, actor, id).await?;
    let outline = courses::load_outline(&viewer.library, actor, id).await?;
    let resources = media::list_resources(&viewer.library, actor).await?;
    // A problem of the buttons at the top came with no form of its own.
    let problem = form.values.is_empty().then(|| problem_of_form(form));
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer)])}
        <div class="page-head">
            <h1>{said(&outline.course.title, lang)}</h1>
            <p>{badge(resource_parts::course_tone(outline.course.state), state_name(outline.course.state, lang))}</p>
        </div>
        <p class="lead">{said(&outline.course.summary, lang)}</p>
        {problem}
        {standing(viewer, &outline, &resources)}
        <section class="section">
            <h2>{m::course_outline(lang)}</h2>
            <div class="outline">{list_lessons(viewer, &outline, &resources)}</div>
            {course_forms::lesson(viewer, &outline, &resources, form)}
            {course_forms::module(viewer, &outline, form)}
        </section>
        <section class="section">
            <h2>{m::handouts(lang)}</h2>
            {list_handouts(viewer, &outline)}
            {course_forms::handout(viewer, &outline, &resources, form)}
        </section>
    };
    Ok(Page::new(plain(&outline.course.title, lang), body))
}

/// What is missing, and the one button that fits.
fn standing(viewer: &Viewer, outline: &Outline, resources: &[Resource]) -> AnyView {
    let (lang, course) = (viewer.lang, &outline.course);
    let address = |verb: &str| format!("/studio/courses/{}/{verb}", course.id);
    let missing = missing(viewer, outline, resources);
    match course.state {
        CourseState::Published => view! {
            <div class="panel publish">
                <p>{m::studio_is_published(lang)}</p>
                <div class="actions">
                    {go_quiet(format!("/courses/{}", course.id), m::studio_see_as_learner(lang))}
                    {asked_first(&address("retire"), retiring(lang), lang)}
                </div>
            </div>
        }
        .into_any(),
        CourseState::Draft | CourseState::Retired if missing.can_publish => view! {
            <div class="panel publish">
                <p>{m::studio_can_publish(lang)}</p>
                {missing.words}
                <form class="actions" method="post" action=address("publish")>{submit(m::studio_publish(lang))}</form>
            </div>
        }
        .into_any(),
        CourseState::Draft | CourseState::Retired => view! {
            <div class="panel publish">
                <p>{m::studio_before_publishing(lang)}</p>
                {missing.words}
            </div>
        }
        .into_any(),
    }
}

/// What is asked before learners lose sight of a course.
pub(super) fn retiring(lang: Lang) -> Question {
    Question {
        title: m::studio_retire_question(lang).into(),
        text: m::studio_retire_text(lang).into(),
        label: m::studio_retire(lang).into(),
    }
}

struct Missing {
    can_publish: bool,
    words: AnyView,
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

fn list_lessons(viewer: &Viewer, outline: &Outline, resources: &[Resource]) -> AnyView {
    let lang = viewer.lang;
    if outline.sections.is_empty() {
        return empty(m::studio_no_lessons(lang), m::studio_no_lessons_text(lang), None);
    }
    let sections = outline.sections.iter().map(|section| list_section(viewer, section, resources));
    sections.collect_view().into_any()
}

fn list_section(viewer: &Viewer, section: &Section, resources: &[Resource]) -> AnyView {
    let lang = viewer.lang;
    let heading = section.module.as_ref().map(|module| view! { <h3>{said(&module.title, lang)}</h3> });
    let lessons = section.lessons.iter().map(|lesson| row(viewer, lesson, resources)).collect_view();
    let is_empty = section.lessons.is_empty();
    view! {
        {heading}
        {is_empty.then(|| view! { <p class="field-hint">{m::studio_module_empty(lang)}</p> })}
        <ol class="rows">{lessons}</ol>
    }
    .into_any()
}

fn row(viewer: &Viewer, lesson: &Lesson, resources: &[Resource]) -> AnyView {
    let lang = viewer.lang;
    let resource = resources.iter().find(|each| each.id == lesson.resource);
    let length = lesson.duration_ms.map(|ms| view! { <span>{say::duration(lang, ms)}</span> });
    let weight = lesson.size_bytes.map(|size_bytes| view! { <span>{say::about_bytes(lang, size_bytes)}</span> });
    view! {
        <li class="row">
            <div class="row-body">
                <a class="row-title" href=format!("/courses/{}/lessons/{}", lesson.course, lesson.id)>
                    {said(&lesson.title, lang)}
                </a>
                <p class="facts">
                    {resource.map(|resource| view! { <span>{resource_parts::stage_badge(resource.stage, lang)}</span> })}
                    {length}
                    {weight}
                    <span>{m::studio_threshold(lang, lesson.threshold_percent)}</span>
                    <span><a href=format!("/studio/resources/{}", lesson.resource)>{m::studio_its_video(lang)}</a></span>
                </p>
            </div>
        </li>
    }
    .into_any()
}

fn list_handouts(viewer: &Viewer, outline: &Outline) -> AnyView {
    if outline.handouts.is_empty() {
        return view! { <p class="field-hint">{m::studio_no_handouts(viewer.lang)}</p> }.into_any();
    }
    let items = outline.handouts.iter().map(|handout| resource_parts::row(viewer, handout)).collect_view();
    view! { <ul class="rows">{items}</ul> }.into_any()
}
