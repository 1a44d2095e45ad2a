//! Which columns does the library have, and how is one added?

use content::{courses, people};
use leptos::prelude::*;

use super::fields::{self, Texts};
use crate::messages as m;
use crate::parts::breadcrumb::breadcrumb;
use crate::parts::button::submit;
use crate::parts::empty::empty;
use crate::parts::field::{Field, problem_of_form};
use crate::parts::said::said;
use crate::view::{Form, Page, Viewer};

/// # Errors
/// `NotSignedIn`, `Forbidden`.
pub async fn columns(viewer: &Viewer, form: &Form) -> content::Result<Page> {
    let (actor, lang) = (super::keeper(viewer)?, viewer.lang);
    let may_add = people::keeps_columns(&viewer.library, actor).await?;
    let columns = courses::list_columns(&viewer.library).await?;
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer)])}
        <h1>{m::studio_columns(lang)}</h1>
        {super::sides(viewer)}
        <p class="lead">{m::studio_columns_lead(lang)}</p>
        {list(viewer, &columns)}
        {if may_add { new_column(viewer, form) } else { view! { <p class="soft">{m::studio_columns_kept(lang)}</p> }.into_any() }}
    };
    Ok(Page::new(m::studio_columns(lang), body))
}

fn list(viewer: &Viewer, columns: &[courses::Column]) -> AnyView {
    let lang = viewer.lang;
    if columns.is_empty() {
        return empty(m::studio_no_columns(lang), m::studio_no_columns_text(lang), None);
    }
    let items = columns.iter().map(|column| {
        view! {
            <li class="row">
                <div class="row-body">
                    <a class="row-title" href=format!("/columns/{}", column.slug)>{said(&column.title, lang)}</a>
                    <p class="facts"><span>{format!("/columns/{}", column.slug)}</span></p>
                </div>
            </li>
        }
    });
    view! { <ol class="rows">{items.collect_view()}</ol> }.into_any()
}

fn new_column(viewer: &Viewer, form: &Form) -> AnyView {
    let lang = viewer.lang;
    let slug = Field::new(form, "slug", m::studio_field_slug(lang)).hint(m::studio_field_slug_hint(lang));
    view! {
        <section class="panel" id="new">
            <h2>{m::studio_new_column(lang)}</h2>
            {problem_of_form(form)}
            <form class="form" method="post" action="/studio/columns#new">
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
