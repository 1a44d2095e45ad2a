//! How does a course grow? The forms for a lesson, a module and a handout, each keeping what it held when refused.

use content::courses::Outline;
use content::ids::ResourceId;
use leptos::prelude::*;

use super::fields::{self, Texts};
use super::picking::Files;
use crate::messages as m;
use crate::parts::address::value_of;
use crate::parts::button::{go_quiet, submit, submit_quiet};
use crate::parts::field::{Field, problem_of_form};
use crate::parts::once::once;
use crate::parts::said::plain;
use crate::view::{Form, Viewer};

/// A form folded away under its name; open when it came back, or when it is the next step.
fn folded(id: &'static str, name: &'static str, form: &Form, is_next: bool, inside: AnyView) -> AnyView {
    let is_open = is_next || !form.values.is_empty();
    view! { <details class="fold panel" id=id open=is_open><summary>{name}</summary>{inside}</details> }.into_any()
}

/// The video that a link from its own page brought along.
pub(super) fn brought(viewer: &Viewer) -> Option<ResourceId> {
    value_of(&viewer.here, "resource").map(Into::into)
}

fn upload_first(viewer: &Viewer, words: &'static str) -> AnyView {
    let button = go_quiet("/studio/upload", m::studio_upload(viewer.lang));
    view! { <p>{words}</p><p class="actions">{button}</p> }.into_any()
}

pub(super) fn lesson(viewer: &Viewer, outline: &Outline, files: &Files, form: &Form) -> AnyView {
    let (lang, form) = (viewer.lang, fields::of(form, "lesson"));
    let brought = brought(viewer);
    let is_next = outline.lessons().next().is_none() || brought.is_some();
    let inside = if files.is_empty() {
        upload_first(viewer, m::studio_no_videos(lang))
    } else {
        lesson_form(viewer, outline, &form, files, brought)
    };
    folded("add-lesson", m::studio_add_lesson(lang), &form, is_next, inside)
}

fn lesson_form(viewer: &Viewer, outline: &Outline, form: &Form, files: &Files, brought: Option<ResourceId>) -> AnyView {
    let lang = viewer.lang;
    let video = Field::new(form, "resource", m::studio_field_video(lang)).within("lesson");
    let video = video.or_value(brought.map(|id| id.to_string()).unwrap_or_default());
    let threshold = Field::new(form, "threshold_percent", m::studio_field_threshold(lang)).within("lesson");
    view! {
        {problem_of_form(form)}
        <form class="form" method="post" action=format!("/studio/courses/{}/lessons#add-lesson", outline.course.id)>
            {once()}
            {Texts::title(form, "lesson", lang).show(lang)}
            {files.ask(video, None, form, "lesson", lang)}
            {choose_module(viewer, outline, form)}
            {Texts::summary(form, "lesson", lang).show(lang)}
            {threshold.or_value("90").kind("number").hint(m::studio_field_threshold_hint(lang)).input()}
            <p class="actions">{submit(m::studio_add_lesson(lang))}</p>
            {fields::name("lesson")}
        </form>
    }
    .into_any()
}

/// Nothing to choose while the course has no modules.
fn choose_module(viewer: &Viewer, outline: &Outline, form: &Form) -> Option<AnyView> {
    let lang = viewer.lang;
    let modules = outline.sections.iter().filter_map(|section| section.module.as_ref());
    let modules: Vec<_> = modules.map(|module| (module.id.to_string(), plain(&module.title, lang))).collect();
    let last = modules.last()?.0.clone();
    let none = (String::new(), m::studio_no_module(lang).to_owned());
    let options = modules.into_iter().chain([none]).collect();
    let field = Field::new(form, "module", m::studio_field_module(lang)).within("lesson");
    Some(if form.values.is_empty() { field.or_value(last) } else { field }.choice(options))
}

pub(super) fn module(viewer: &Viewer, outline: &Outline, form: &Form) -> AnyView {
    let (lang, form) = (viewer.lang, fields::of(form, "module"));
    let inside = view! {
        <p class="field-hint">{m::studio_module_hint(lang)}</p>
        {problem_of_form(&form)}
        <form class="form" method="post" action=format!("/studio/courses/{}/modules#add-module", outline.course.id)>
            {once()}
            {Texts::title(&form, "module", lang).show(lang)}
            <p class="actions">{submit_quiet(m::studio_add_module(lang))}</p>
            {fields::name("module")}
        </form>
    };
    folded("add-module", m::studio_add_module(lang), &form, false, inside.into_any())
}

pub(super) fn handout(viewer: &Viewer, outline: &Outline, files: &Files, form: &Form) -> AnyView {
    let (lang, form) = (viewer.lang, fields::of(form, "handout"));
    let inside = if files.is_empty() {
        upload_first(viewer, m::studio_no_courseware(lang))
    } else {
        let file = Field::new(&form, "resource", m::studio_field_courseware(lang)).within("handout");
        view! {
            {problem_of_form(&form)}
            <form class="form" method="post" action=format!("/studio/courses/{}/handouts#add-handout", outline.course.id)>
                {once()}
                {files.ask(file, None, &form, "handout", lang)}
                <p class="actions">{submit_quiet(m::studio_add_handout(lang))}</p>
                {fields::name("handout")}
            </form>
        }
        .into_any()
    };
    folded("add-handout", m::studio_add_handout(lang), &form, false, inside)
}
