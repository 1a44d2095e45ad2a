//! What else is it called? The names that search looks for together, found, changed and added.

use content::names::{self, Concept, Origin};
use leptos::prelude::*;

use super::fields;
use crate::messages as m;
use crate::parts::badge::{Tone, badge};
use crate::parts::breadcrumb::breadcrumb;
use crate::parts::button::{submit, submit_quiet};
use crate::parts::empty::empty;
use crate::parts::field::{Field, problem_of_form};
use crate::parts::once::once;
use crate::view::{Form, Page, Viewer};
use crate::wire::Lang;

/// How many names of a concept are shown before it is opened.
const SHOWN: usize = 5;

/// # Errors
/// `NotSignedIn`, `Forbidden`.
pub async fn names(viewer: &Viewer, text: &str, form: &Form) -> content::Result<Page> {
    let (actor, lang) = (super::keeper(viewer)?, viewer.lang);
    let found = names::list_concepts(&viewer.library, actor, text).await?;
    let is_search = !text.trim().is_empty();
    let list = if !found.is_empty() {
        let rows = found.iter().enumerate().map(|(at, concept)| row(at, concept, text, form, lang)).collect_view();
        view! { <ul class="rows">{rows}</ul> }.into_any()
    } else if is_search {
        empty(m::names_none(lang), m::names_none_text(lang), None)
    } else {
        empty(m::names_none_here(lang), m::names_none_here_text(lang), None)
    };
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer)])}
        <h1>{m::names_title(lang)}</h1>
        {super::sides(viewer)}
        <p class="lead">{m::names_lead(lang)}</p>
        <form class="section" method="get" action="/studio/names" role="search">
            <label for="q">{m::names_find(lang)}</label>
            <div class="search">
                <input class="input" id="q" name="q" type="search" value=text.to_owned() maxlength="60" autocomplete="off" />
                {submit_quiet(m::search_button(lang))}
            </div>
        </form>
        <section class="section">
            <h2>{if is_search { m::names_found(lang) } else { m::names_here(lang) }}</h2>
            {list}
        </section>
        {new(text, form, lang)}
    };
    Ok(Page::new(m::names_title(lang), body))
}

fn origin(concept: &Concept, lang: Lang) -> AnyView {
    match concept.origin {
        Origin::Menpa => badge(Tone::Calm, m::names_origin_menpa(lang)),
        Origin::Changed => badge(Tone::Busy, m::names_origin_changed(lang)),
        Origin::LeftOut => badge(Tone::Bad, m::names_origin_left_out(lang)),
        Origin::Own => badge(Tone::Good, m::names_origin_own(lang)),
    }
}

fn row(at: usize, concept: &Concept, text: &str, form: &Form, lang: Lang) -> AnyView {
    // A form that came back is opened again.
    let came_back = form.value("key") == concept.key && form.problem.is_some();
    let title = concept.names.first().unwrap_or(&concept.key).clone();
    let others = concept.names.iter().skip(1).take(SHOWN).cloned().collect::<Vec<_>>().join(" · ");
    let more = (concept.names.len() > SHOWN + 1).then_some(" …");
    view! {
        <li class="row">
            <div class="row-body">
                <details class="fold" open=came_back>
                    <summary><strong>{title}</strong>" "{origin(concept, lang)}</summary>
                    {came_back.then(|| problem_of_form(form))}
                    {change(at, concept, text, came_back.then_some(form), lang)}
                </details>
                <p class="facts above"><span>{others}{more}</span></p>
            </div>
        </li>
    }
    .into_any()
}

/// The names, a line each, and what else can be done with them.
fn change(at: usize, concept: &Concept, text: &str, form: Option<&Form>, lang: Lang) -> AnyView {
    let empty = Form::default();
    let names = Field::new(form.unwrap_or(&empty), "names", m::names_field(lang)).within(format!("concept-{at}"));
    let names = names.hint(m::names_field_hint(lang)).or_value(concept.names.join("\n"));
    let lines = u32::try_from(concept.names.len()).unwrap_or(u32::MAX).clamp(3, 12);
    let (class, to, other) = match concept.origin {
        Origin::Menpa => ("button quiet", "/studio/names/leave-out", m::names_leave_out(lang)),
        Origin::Changed | Origin::LeftOut => ("button quiet", "/studio/names/remove", m::names_give_back(lang)),
        Origin::Own => ("button danger", "/studio/names/remove", m::names_remove(lang)),
    };
    view! {
        <form class="form" method="post" action="/studio/names">
            {names.area(lines + 1)}
            <input type="hidden" name="key" value=concept.key.clone() />
            <input type="hidden" name="q" value=text.to_owned() />
            <p class="actions">
                {submit(m::names_save(lang))}
                <button class=class type="submit" formaction=to>{other}</button>
            </p>
        </form>
    }
    .into_any()
}

fn new(text: &str, form: &Form, lang: Lang) -> AnyView {
    let form = fields::of(form, "new-names");
    let start = if text.is_empty() { String::new() } else { format!("{text}\n") };
    let names = Field::new(&form, "names", m::names_field(lang)).hint(m::names_field_hint(lang)).within("new");
    view! {
        <section class="panel" id="new">
            <h2>{m::names_new(lang)}</h2>
            {problem_of_form(&form)}
            <form class="form" method="post" action="/studio/names#new">
                {once()}
                {names.or_value(start).required().area(4)}
                <p class="actions">{submit(m::names_add(lang))}</p>
                {fields::name("new-names")}
            </form>
        </section>
    }
    .into_any()
}
