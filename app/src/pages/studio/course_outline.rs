//! In which order is it taught, and how is that changed? Sections and lessons with the buttons that move them.

use content::courses::{Lesson, Outline, Section};
use content::media::Resource;
use leptos::prelude::*;

use super::resource_parts;
use crate::messages as m;
use crate::parts::dialog::{Question, asked_first};
use crate::parts::empty::empty;
use crate::parts::order::{Moved, movers, ordered};
use crate::parts::said::{plain, said};
use crate::parts::say;
use crate::view::Viewer;

pub(super) fn list(viewer: &Viewer, outline: &Outline, resources: &[Resource], is_locked: bool) -> AnyView {
    let lang = viewer.lang;
    if outline.sections.is_empty() {
        return empty(m::studio_no_lessons(lang), m::studio_no_lessons_text(lang), None);
    }
    let last = outline.sections.len() - 1;
    // Lessons without a module come first, and their section does not move.
    let first = usize::from(outline.sections[0].module.is_none());
    let sections = outline.sections.iter().enumerate().map(|(at, section)| {
        let ends = (at == first, at == last);
        list_section(viewer, section, resources, is_locked, ends)
    });
    ordered(sections.collect_view().into_any(), lang)
}

fn list_section(
    viewer: &Viewer,
    section: &Section,
    resources: &[Resource],
    is_locked: bool,
    (is_first, is_last): (bool, bool),
) -> AnyView {
    let lang = viewer.lang;
    let heading = section.module.as_ref().map(|module| {
        let here = format!("/studio/courses/{}/modules/{}", module.course, module.id);
        let name = plain(&module.title, lang);
        let moved = Moved { action: format!("{here}/move"), name, is_first, is_last };
        let edit = (!is_locked).then(|| view! { <a href=here.clone()>{m::edit_module(lang)}</a> });
        let movers = (!is_locked).then(|| movers(moved, lang));
        let id = format!("module-{}", module.id);
        view! { <div class="section-head" id=id><h3>{said(&module.title, lang)}</h3>{edit}{movers}</div> }
    });
    let module = section.module.as_ref().map(|module| module.id.to_string()).unwrap_or_default();
    let is_empty = section.lessons.is_empty();
    let lessons = section.lessons.iter().map(|lesson| row(viewer, lesson, resources, is_locked)).collect_view();
    view! {
        {heading}
        {is_empty.then(|| view! { <p class="field-hint">{m::studio_module_empty(lang)}</p> })}
        <ol class="rows" data-order="lessons" data-module=module>{lessons}</ol>
    }
    .into_any()
}

fn row(viewer: &Viewer, lesson: &Lesson, resources: &[Resource], is_locked: bool) -> AnyView {
    let lang = viewer.lang;
    let resource = resources.iter().find(|each| each.id == lesson.resource);
    let length = lesson.duration_ms.map(|ms| view! { <span>{say::duration(lang, ms)}</span> });
    let weight = lesson.size_bytes.map(|size_bytes| view! { <span>{say::about_bytes(lang, size_bytes)}</span> });
    let here = format!("/studio/courses/{}/lessons/{}", lesson.course, lesson.id);
    // At either end a lesson goes on into the next section.
    let name = plain(&lesson.title, lang);
    let moved = Moved { action: format!("{here}/move"), name, is_first: false, is_last: false };
    view! {
        <li class="row" id=format!("lesson-{}", lesson.id)>
            <div class="row-body">
                <a class="row-title" href=here>{said(&lesson.title, lang)}</a>
                <p class="facts">
                    {resource.map(|resource| view! { <span>{resource_parts::stage_badge(resource.stage, lang)}</span> })}
                    {length}
                    {weight}
                    <span>{m::studio_threshold(lang, lesson.threshold_percent)}</span>
                    <span><a href=format!("/studio/resources/{}", lesson.resource)>{m::studio_its_video(lang)}</a></span>
                </p>
            </div>
            {(!is_locked).then(|| movers(moved, lang))}
        </li>
    }
    .into_any()
}

pub(super) fn list_handouts(viewer: &Viewer, outline: &Outline, is_locked: bool) -> AnyView {
    let lang = viewer.lang;
    if outline.handouts.is_empty() {
        return view! { <p class="field-hint">{m::studio_no_handouts(lang)}</p> }.into_any();
    }
    let items = outline.handouts.iter().map(|handout| {
        let address = |verb: &str| format!("/studio/courses/{}/handouts/{}/{verb}", outline.course.id, handout.id);
        let question = Question {
            title: m::edit_remove_handout_question(lang).into(),
            text: m::edit_remove_handout_text(lang).into(),
            label: m::edit_remove(lang).into(),
        };
        let moved = Moved {
            action: address("move"),
            name: plain(&handout.title, lang),
            is_first: outline.handouts.first().is_some_and(|first| first.id == handout.id),
            is_last: outline.handouts.last().is_some_and(|last| last.id == handout.id),
        };
        let buttons = (!is_locked).then(|| view! { {asked_first(&address("remove"), question, lang)}{movers(moved, lang)} });
        view! {
            <li class="row acted">
                <div class="row-body">
                    <a class="row-title" href=format!("/studio/resources/{}", handout.id)>{said(&handout.title, lang)}</a>
                    <p class="facts"><span>{say::bytes(handout.size_bytes)}</span><span>{handout.filename.clone()}</span></p>
                </div>
                {buttons}
            </li>
        }
    });
    let list = view! { <ol class="rows" data-order="handouts">{items.collect_view()}</ol> };
    list.into_any()
}
