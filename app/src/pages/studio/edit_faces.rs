//! What are readers of another language shown? Another video of the same lesson, for each language.

use content::courses::plan::PlannedLesson;
use content::ids::Language;
use leptos::prelude::*;

use super::edit::other_languages;
use super::picking::Files;
use super::{declared, fields};
use crate::messages as m;
use crate::parts::button::submit_quiet;
use crate::parts::field::{Field, problem_of_form};
use crate::view::{Form, Viewer};
use crate::wire::Lang;

pub(super) fn section(
    viewer: &Viewer,
    here: &str,
    lesson: &PlannedLesson,
    files: &Files,
    is_published: bool,
    form: &Form,
) -> AnyView {
    let lang = viewer.lang;
    let faces = other_languages(lesson).map(|language| one(lang, here, lesson, language, files, is_published, form));
    view! {
        <section class="section" id="faces">
            <h2>{m::faces_title(lang)}</h2>
            <p>{m::faces_lead(lang)}</p>
            {faces.collect_view()}
        </section>
    }
    .into_any()
}

fn one(
    lang: Lang,
    here: &str,
    lesson: &PlannedLesson,
    language: Language,
    files: &Files,
    is_published: bool,
    form: &Form,
) -> AnyView {
    let place = format!("face-{language}");
    let form = fields::of(form, &place);
    let shown = lesson.faces.get(&language);
    let name = Lang::from(language).own_name();
    let video = Field::new(&form, "resource", m::faces_video(lang, name)).within(&place);
    let value = shown.map(ToString::to_string).unwrap_or_default();
    view! {
        <details class="fold panel" open={shown.is_some() || !form.values.is_empty()}>
            <summary><span lang=Lang::from(language).tag()>{name}</span></summary>
            {problem_of_form(&form)}
            <form class="form" method="post" action=format!("{here}/faces/{language}#faces")>
                {files.ask(video.or_value(value), Some(m::faces_own(lang)), &form, &place, lang)}
                {declared::asked(is_published, &form, &place, lang)}
                <p class="actions">{submit_quiet(m::edit_save(lang))}</p>
                <input type="hidden" name="form" value=place />
            </form>
        </details>
    }
    .into_any()
}
