//! What is said in the video? Its captions per language, to add, replace and take away.

use content::media::Resource;
use content::media::captions::{Captions, cues};
use content::proposals::{Proposal, ProposalState};
use content::queue::Job;
use leptos::prelude::*;

use super::resource_parts::age;
use super::{fields, jobs};
use crate::messages as m;
use crate::parts::button::{submit, submit_quiet};
use crate::parts::dialog::{Question, asked_first};
use crate::parts::field::{Field, problem_of_form};
use crate::parts::say;
use crate::problem::cause;
use crate::view::{Form, Viewer};
use crate::wire::Lang;

pub(super) fn section(
    viewer: &Viewer,
    resource: &Resource,
    captions: &[(Captions, Option<Proposal>)],
    writing: &[Job],
    form: &Form,
) -> AnyView {
    let lang = viewer.lang;
    let items = captions.iter().map(|(each, proposal)| item(viewer, resource, each, proposal.as_ref())).collect_view();
    view! {
        <section class="section" id="captions">
            <h2>{m::captions_title(lang)}</h2>
            <p class="field-hint">{m::captions_lead(lang)}</p>
            <ul class="rows">{items}</ul>
            {adding(viewer, resource, captions, form)}
            {automatic(viewer, resource, writing, form)}
        </section>
    }
    .into_any()
}

fn item(viewer: &Viewer, resource: &Resource, captions: &Captions, proposal: Option<&Proposal>) -> AnyView {
    let (lang, own) = (viewer.lang, Lang::from(captions.language));
    let edit = format!("/studio/resources/{}/captions/{}", resource.id, captions.language);
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
                <a class="row-title" href=edit lang=own.tag()>{own.own_name()}</a>
                <p class="facts">
                    <span>{m::captions_cues(lang, say::number(count))}</span>
                    <span>{age(viewer, captions.updated_at)}</span>
                    {proposal.map(|proposal| {
                        let is_back = proposal.state == ProposalState::Returned;
                        let words = if is_back { m::revision_returned(lang) } else { m::proposal_not_shown(lang) };
                        view! { <span class="todo">{words}</span> }
                    })}
                    {captions.is_automatic().then(|| view! { <span>{m::captions_is_automatic(lang)}</span> })}
                    {captions.is_to_check().then(|| view! { <span class="todo">{m::captions_to_check(lang)}</span> })}
                </p>
            </div>
            {asked_first(&remove, question, lang)}
        </li>
    }
    .into_any()
}

/// A program may write them, where there is one; and how far it is.
fn automatic(viewer: &Viewer, resource: &Resource, writing: &[Job], form: &Form) -> Option<AnyView> {
    let lang = viewer.lang;
    if !viewer.library.can_write_captions() || resource.duration_ms.is_none() {
        return None;
    }
    let language = Field::new(form, "language", m::captions_spoken(lang)).within("spoken");
    let language = language.or_value(resource.language.as_str()).choice(fields::languages());
    let rows = writing.iter().map(|job| {
        let why = job.cause.as_deref().map(|code| cause(code, lang));
        view! { <li class="facts"><span>{jobs::kind_name(job, lang)}</span>{jobs::state(job, lang)}<span>{why}</span></li> }
    });
    let view = view! {
        <details class="fold panel" open=!writing.is_empty()>
            <summary>{m::captions_automatic(lang)}</summary>
            <ul>{rows.collect_view()}</ul>
            <p class="field-hint">{m::captions_automatic_lead(lang)}</p>
            <form class="form" method="post" action=format!("/studio/resources/{}/automatic#captions", resource.id)>
                {language}
                <p class="actions">{submit_quiet(m::captions_ask(lang))}</p>
            </form>
        </details>
    };
    Some(view.into_any())
}

fn adding(viewer: &Viewer, resource: &Resource, captions: &[(Captions, Option<Proposal>)], form: &Form) -> AnyView {
    let lang = viewer.lang;
    let missing = |each: &Lang| !captions.iter().any(|(have, _)| Lang::from(have.language) == *each);
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
                    <input id="captions-file" class="input" type="file" name="file" accept=".vtt,.srt,.txt,text/vtt" />
                </div>
                {text.area(6)}
                <p class="actions">{submit(m::captions_save(lang))}</p>
            </form>
        </details>
    }
    .into_any()
}
