//! What are resources sorted by? The aspects and the audiences: added, called otherwise, put into order.

use content::people;
use content::shelves::{self, Facet, Term};
use leptos::prelude::*;

use super::fields::{self, Texts};
use super::kept::{self, Kept};
use crate::messages as m;
use crate::parts::breadcrumb::breadcrumb;
use crate::parts::button::submit;
use crate::parts::field::{Field, problem_of_form};
use crate::parts::once::once;
use crate::parts::order::ordered;
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
        {form.values.is_empty().then(|| problem_of_form(form))}
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
        let (id, here) = (format!("term-{}", term.id), format!("/studio/terms/{}", term.id));
        let fact = Some(term.slug.clone());
        kept::row(
            Kept { id, here, title: &term.title, fact, is_first: at == 0, is_last: at == last },
            may_keep,
            form,
            lang,
        )
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
                {once()}
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
