//! Which columns does the library have, and how is one added?

use content::media::Originals;
use content::{courses, people};
use leptos::prelude::*;

use super::fields::{self, Texts};
use super::kept;
use super::picking::{Files, Purpose};
use super::{column_edit, resource_class};
use crate::messages as m;
use crate::parts::breadcrumb::breadcrumb;
use crate::parts::button::{submit, submit_quiet};
use crate::parts::empty::empty;
use crate::parts::field::{Field, problem_of_form};
use crate::parts::once::once;
use crate::parts::order::{Moved, movers, ordered};
use crate::parts::said::{plain, said};
use crate::view::{Form, Page, Programs, Viewer};
use crate::wire::Lang;

/// # Errors
/// `NotSignedIn`, `Forbidden`.
pub async fn columns(viewer: &Viewer, form: &Form) -> content::Result<Page> {
    let (actor, lang) = (super::keeper(viewer)?, viewer.lang);
    let may_add = people::keeps_columns(&viewer.library, actor).await?;
    let columns = courses::list_columns(&viewer.library).await?;
    let covers: Vec<_> = columns.iter().filter_map(|column| column.cover.as_ref()).collect();
    let files = if may_add { Some(Files::of(viewer, form, Purpose::Cover, &covers).await?) } else { None };
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer)])}
        <h1>{m::studio_columns(lang)}</h1>
        {super::sides(viewer)}
        <p class="lead">{m::studio_columns_lead(lang)}</p>
        {form.values.is_empty().then(|| problem_of_form(form))}
        {list(viewer, &columns, files.as_ref(), may_add, form)}
        {if may_add { new_column(viewer, form) } else { view! { <p class="soft">{m::studio_columns_kept(lang)}</p> }.into_any() }}
    };
    let programs = Programs { order: may_add, ..Programs::default() };
    Ok(Page { programs, ..Page::new(m::studio_columns(lang), body) })
}

fn list(viewer: &Viewer, columns: &[courses::Column], files: Option<&Files>, may_add: bool, form: &Form) -> AnyView {
    let lang = viewer.lang;
    if columns.is_empty() {
        return empty(m::studio_no_columns(lang), m::studio_no_columns_text(lang), None);
    }
    let last = columns.len() - 1;
    let items = columns.iter().enumerate().map(|(at, column)| {
        let action = format!("/studio/columns/{}/move", column.slug);
        let moved = Moved { action, name: plain(&column.title, lang), is_first: at == 0, is_last: at == last };
        view! {
            <li class="row" id=format!("column-{}", column.slug)>
                <div class="row-body">
                    <a class="row-title" href=format!("/columns/{}", column.slug)>{said(&column.title, lang)}</a>
                    <p class="facts">
                        <span>{format!("/columns/{}", column.slug)}</span>
                        <span><a href=format!("/studio/columns/{}/topics", column.slug)>{m::topics_way(lang)}</a></span>
                    </p>
                    {files.map(|files| column_edit::form(viewer, column, files, form))}
                    {may_add.then(|| policy(viewer, column))}
                    {may_add.then(|| kept::removal(&format!("/studio/columns/{}/remove", column.slug), &column.title, lang))}
                </div>
                {may_add.then(|| movers(moved, lang))}
            </li>
        }
    });
    let list = view! { <ol class="rows" data-order="columns">{items.collect_view()}</ol> };
    view! { <section class="section">{ordered(list.into_any(), lang)}</section> }.into_any()
}

/// What its videos are encoded as, and what becomes of their originals.
fn policy(viewer: &Viewer, column: &courses::Column) -> AnyView {
    let lang = viewer.lang;
    let form = Form::default();
    let class = Field::new(&form, "class", m::policy_class(lang)).hint(m::policy_class_hint(lang));
    let class = class.within(&column.slug).or_value(column.class.clone().unwrap_or_default());
    let hint = if viewer.library.has_archive() { String::new() } else { format!(" {}", m::policy_no_archive(lang)) };
    let originals = Field::new(&form, "originals", m::policy_originals(lang));
    let originals = originals.hint(format!("{}{hint}", m::policy_originals_hint(lang)));
    let originals = originals.within(&column.slug).or_value(column.originals.as_str());
    let keeping = Originals::ALL.iter().map(|each| (each.as_str().to_owned(), keeping_name(*each, lang).to_owned()));
    view! {
        <details class="fold">
            <summary>{m::policy_title(lang)}</summary>
            <form class="form" method="post" action=format!("/studio/columns/{}/policy", column.slug)>
                {class.choice(resource_class::choices(lang))}
                {originals.choice(keeping.collect())}
                <p class="actions">{submit_quiet(m::policy_save(lang))}</p>
            </form>
        </details>
    }
    .into_any()
}

fn keeping_name(originals: Originals, lang: Lang) -> &'static str {
    match originals {
        Originals::Keep => m::originals_keep(lang),
        Originals::Move => m::originals_move(lang),
        Originals::Drop => m::originals_drop(lang),
    }
}

fn new_column(viewer: &Viewer, form: &Form) -> AnyView {
    let lang = viewer.lang;
    let form = &fields::of(form, "column");
    let slug = Field::new(form, "slug", m::studio_field_slug(lang)).hint(m::studio_field_slug_hint(lang));
    view! {
        <section class="panel" id="new">
            <h2>{m::studio_new_column(lang)}</h2>
            {problem_of_form(form)}
            <form class="form" method="post" action="/studio/columns#new">
                {once()}
                {Texts::title(form, "column", lang).show(lang)}
                {slug.required().max_chars(60).autocomplete("off").input()}
                {Texts::summary(form, "column", lang).show(lang)}
                <p class="actions">{submit(m::studio_add_column(lang))}</p>
                {fields::name("column")}
            </form>
        </section>
    }
    .into_any()
}
