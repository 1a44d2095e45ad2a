//! What are resources sorted by? The aspects and the audiences: added, called otherwise, put into order.

use content::people;
use content::shelves::{self, Facet, Term};
use leptos::prelude::*;

use super::edit::filled;
use super::fields::{self, Texts};
use crate::messages as m;
use crate::parts::breadcrumb::breadcrumb;
use crate::parts::button::{submit, submit_quiet};
use crate::parts::field::{Field, problem_of_form};
use crate::parts::order::{Moved, movers, ordered};
use crate::parts::said::{plain, said};
use crate::view::{Form, Page, Programs, Viewer};
use crate::wire::Lang;

/// # Errors
/// `NotSignedIn`, `Forbidden`.
pub async fn terms(viewer: &Viewer, form: &Form) -> content::Result<Page> {
    let (actor, lang) = (super::keeper(viewer)?, viewer.lang);
    let may_keep = people::keeps_columns(&viewer.library, actor).await?;
    let mut lists = Vec::new();
    for facet in Facet::ALL {
        let terms = shelves::list_terms(&viewer.library, *facet).await?;
        lists.push(list(*facet, &terms, may_keep, form, lang));
    }
    let new = if may_keep {
        new_term(form, lang)
    } else {
        view! { <p class="soft">{m::studio_columns_kept(lang)}</p> }.into_any()
    };
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer)])}
        <h1>{m::terms_title(lang)}</h1>
        {super::sides(viewer)}
        <p class="lead">{m::terms_lead(lang)}</p>
        {ordered(lists.into_any(), lang)}
        {new}
    };
    let programs = Programs { order: may_keep, ..Programs::default() };
    Ok(Page { programs, ..Page::new(m::terms_title(lang), body) })
}

pub(super) fn facet_name(facet: Facet, lang: Lang) -> &'static str {
    match facet {
        Facet::Aspect => m::terms_aspects(lang),
        Facet::Audience => m::terms_audiences(lang),
    }
}

fn list(facet: Facet, terms: &[Term], may_keep: bool, form: &Form, lang: Lang) -> AnyView {
    let last = terms.len().saturating_sub(1);
    let items = terms.iter().enumerate().map(|(at, term)| {
        let here = format!("/studio/terms/{}", term.id);
        let name = plain(&term.title, lang);
        let moved = Moved { action: format!("{here}/move"), name, is_first: at == 0, is_last: at == last };
        view! {
            <li class="row" id=format!("term-{}", term.id)>
                <div class="row-body">
                    <p class="row-name">{said(&term.title, lang)}</p>
                    <p class="facts"><span>{term.slug.clone()}</span></p>
                    {may_keep.then(|| rename(&here, term, form, lang))}
                </div>
                {may_keep.then(|| movers(moved, lang))}
            </li>
        }
    });
    let items = items.collect_view();
    let none = terms.is_empty().then(|| view! { <p class="field-hint">{m::terms_none(lang)}</p> });
    view! {
        <section class="section">
            <h2>{facet_name(facet, lang)}</h2>
            {none}
            <ol class="rows" data-order=facet.as_str()>{items}</ol>
        </section>
    }
    .into_any()
}

fn rename(here: &str, term: &Term, form: &Form, lang: Lang) -> AnyView {
    let place = term.id.to_string();
    let is_back = !fields::of(form, &place).values.is_empty();
    let form = filled(form, &place, &term.title, None);
    view! {
        <details class="fold" open=is_back>
            <summary>{m::terms_rename(lang)}</summary>
            {problem_of_form(&form)}
            <form class="form" method="post" action=here.to_owned()>
                {Texts::title(&form, &place, lang).show(lang)}
                <p class="actions">{submit_quiet(m::edit_save(lang))}</p>
                <input type="hidden" name="form" value=place.clone() />
            </form>
        </details>
    }
    .into_any()
}

fn new_term(form: &Form, lang: Lang) -> AnyView {
    let form = fields::of(form, "term");
    let facets = Facet::ALL.iter().map(|each| (each.as_str().to_owned(), facet_name(*each, lang).to_owned()));
    let facet = Field::new(&form, "facet", m::terms_facet(lang)).within("term");
    let slug =
        Field::new(&form, "slug", m::studio_field_slug(lang)).hint(m::studio_field_slug_hint(lang)).within("term");
    view! {
        <section class="panel" id="new">
            <h2>{m::terms_new(lang)}</h2>
            {problem_of_form(&form)}
            <form class="form" method="post" action="/studio/terms#new">
                {facet.choice(facets.collect())}
                {Texts::title(&form, "term", lang).show(lang)}
                {slug.required().max_chars(60).autocomplete("off").input()}
                <p class="actions">{submit(m::terms_add(lang))}</p>
                {fields::name("term")}
            </form>
        </section>
    }
    .into_any()
}
