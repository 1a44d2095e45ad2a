//! What is said in the video? Its captions per language, to add, replace and take away.

use content::media::Resource;
use content::media::captions::{Captions, cues};
use leptos::prelude::*;

use super::fields;
use super::resource_parts::age;
use crate::messages as m;
use crate::parts::button::submit;
use crate::parts::dialog::{Question, asked_first};
use crate::parts::field::{Field, problem_of_form};
use crate::parts::say;
use crate::view::{Form, Viewer};
use crate::wire::Lang;

pub(super) fn section(viewer: &Viewer, resource: &Resource, captions: &[Captions], form: &Form) -> AnyView {
    let lang = viewer.lang;
    let items = captions.iter().map(|each| item(viewer, resource, each)).collect_view();
    view! {
        <section class="section" id="captions">
            <h2>{m::captions_title(lang)}</h2>
            <p class="field-hint">{m::captions_lead(lang)}</p>
            <ul class="rows">{items}</ul>
            {adding(viewer, resource, captions, form)}
        </section>
    }
    .into_any()
}

fn item(viewer: &Viewer, resource: &Resource, captions: &Captions) -> AnyView {
    let (lang, own) = (viewer.lang, Lang::from(captions.language));
    let file = format!("/media/{}/captions/{}.vtt", resource.id, captions.language);
    let remove = format!("/studio/resources/{}/captions/{}/remove", resource.id, captions.language);
    let count = i64::try_from(cues(&captions.body).len()).unwrap_or_default();
    let question = Question {
        title: m::captions_remove(lang, own.own_name()),
        text: m::captions_remove_text(lang).into(),
        label: m::captions_remove(lang, own.own_name()),
    };
    view! {
        <li class="row acted">
            <div class="row-body">
                <a class="row-title" href=file lang=own.tag()>{own.own_name()}</a>
                <p class="facts">
                    <span>{m::captions_cues(lang, say::number(count))}</span>
                    <span>{age(viewer, captions.updated_at)}</span>
                </p>
            </div>
            {asked_first(&remove, question, lang)}
        </li>
    }
    .into_any()
}

fn adding(viewer: &Viewer, resource: &Resource, captions: &[Captions], form: &Form) -> AnyView {
    let lang = viewer.lang;
    let missing = |each: &Lang| !captions.iter().any(|have| Lang::from(have.language) == *each);
    let first = [resource.language.into()].into_iter().chain(Lang::ALL).find(missing).unwrap_or(lang);
    let is_open = captions.is_empty() || !form.values.is_empty();
    let language = Field::new(form, "language", m::captions_language(lang)).or_value(first.word());
    let text = Field::new(form, "captions", m::captions_text(lang)).hint(m::captions_text_hint(lang));
    view! {
        <details class="fold panel" open=is_open>
            <summary>{m::captions_add(lang)}</summary>
            {problem_of_form(form)}
            <form class="form" method="post" enctype="multipart/form-data"
                action=format!("/studio/resources/{}/captions#captions", resource.id)>
                {language.choice(fields::languages())}
                <div class="field">
                    <label for="captions-file">{m::captions_file(lang)}</label>
                    <input id="captions-file" class="input" type="file" name="file" accept=".vtt,text/vtt" />
                </div>
                {text.area(6)}
                <p class="actions">{submit(m::captions_save(lang))}</p>
            </form>
        </details>
    }
    .into_any()
}
