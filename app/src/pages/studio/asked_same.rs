//! Is what was asked the same thing as that? Both with all they are called, before search takes one for the other.

use content::ids::UnitId;
use content::names::{self, Concept};
use leptos::prelude::*;

use super::asked::{Which, way};
use crate::messages as m;
use crate::parts::breadcrumb::{Crumb, breadcrumb};
use crate::parts::button::{go_quiet, submit};
use crate::parts::field::problem_of_form;
use crate::view::{Form, Page, Viewer};
use crate::wire::Lang;

/// # Errors
/// `NotSignedIn`; `Forbidden` for everybody who does not keep the whole tree; `Invalid` for a name that is none.
pub async fn same_as(viewer: &Viewer, name: &str, known: &str, which: &Which, form: &Form) -> content::Result<Page> {
    let (actor, lang) = (super::keeper(viewer)?, viewer.lang);
    let both = names::look_at_both(&viewer.library, actor, known, name).await?;
    let back = back_of(which);
    let may_ask = both.own.is_empty() && both.known.len() <= 1;
    let is_same = |concept: &Concept| both.own.iter().any(|own| own.key == concept.key);
    let asked = if both.own.is_empty() {
        view! { <p class="soft">{m::same_asked_unknown(lang)}</p> }.into_any()
    } else {
        both.own.iter().map(|concept| meaning(concept, lang)).collect_view().into_any()
    };
    let verdict = match &both.known[..] {
        [one] if is_same(one) => view! { <p class="notice calm">{m::same_already(lang)}</p> }.into_any(),
        _ if !both.own.is_empty() => view! { <p class="notice bad">{m::same_two(lang)}</p> }.into_any(),
        [_] => ask(name, known, which, lang),
        [] => view! { <p class="notice">{m::same_new(lang, known)}</p>{ask(name, known, which, lang)} }.into_any(),
        several => choose(name, several, which, lang),
    };
    let known_of = both.known.iter().map(|concept| meaning(concept, lang)).collect_view();
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer), Crumb::new(back.clone(), m::asked_title(lang))])}
        <h1>{m::same_title(lang)}</h1>
        <p class="lead">{m::same_lead(lang)}</p>
        {problem_of_form(form)}
        <dl class="both">
            <div class="panel"><dt>{m::same_asked(lang)}</dt><dd><strong>{name.to_owned()}</strong>{asked}</dd></div>
            <div class="panel"><dt>{m::same_known(lang)}</dt><dd><strong>{first(&both.known, known)}</strong>{known_of}</dd></div>
        </dl>
        {verdict}
        {(!may_ask).then(|| view! { <p class="actions">{go_quiet(back, m::same_no(lang))}</p> })}
    };
    Ok(Page::new(m::same_title(lang), body))
}

fn first(known: &[Concept], text: &str) -> String {
    match known {
        [one] => one.names.first().cloned().unwrap_or_else(|| one.key.clone()),
        _ => text.to_owned(),
    }
}

/// All that it is called.
fn meaning(concept: &Concept, lang: Lang) -> AnyView {
    let names = concept.names.join(" · ");
    view! { <p class="soft">{m::same_called(lang, names)}</p> }.into_any()
}

fn back_of(which: &Which) -> String {
    which.address(which.lack(), which.unit.as_ref())
}

/// The second press.
fn ask(name: &str, known: &str, which: &Which, lang: Lang) -> AnyView {
    view! {
        <form class="form above" method="post" action="/studio/names/same">
            <p class="notice">{m::same_warning(lang)}</p>
            <input type="hidden" name="name" value=name.to_owned() />
            <input type="hidden" name="known" value=known.to_owned() />
            <input type="hidden" name="unit" value=which.unit.as_ref().map(|unit: &UnitId| unit.as_str().to_owned()) />
            <input type="hidden" name="lack" value=which.lack().as_str() />
            <p class="actions">{submit(m::same_yes(lang))}{go_quiet(back_of(which), m::same_no(lang))}</p>
        </form>
    }
    .into_any()
}

/// A name that several things share: which of them?
fn choose(name: &str, several: &[Concept], which: &Which, lang: Lang) -> AnyView {
    let items = several.iter().map(|concept| {
        let first = concept.names.first().cloned().unwrap_or_else(|| concept.key.clone());
        view! { <li><a class="chip" href=way(name, &concept.key, which)>{first}</a></li> }
    });
    view! { <p>{m::same_which(lang)}</p><ul class="choices">{items.collect_view()}</ul> }.into_any()
}
