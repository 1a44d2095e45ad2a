//! What does a new course need to be told?

use content::courses;
use leptos::prelude::*;

use super::fields::{self, Texts};
use crate::messages as m;
use crate::parts::breadcrumb::breadcrumb;
use crate::parts::button::{go, submit};
use crate::parts::empty::empty;
use crate::parts::field::{Field, problem_of_form};
use crate::parts::once::once;
use crate::parts::said::plain;
use crate::view::{Form, Page, Viewer};

/// # Errors
/// `NotSignedIn`, `Forbidden`.
pub async fn new_course(viewer: &Viewer, form: &Form) -> content::Result<Page> {
    super::keeper(viewer)?;
    let lang = viewer.lang;
    let columns = courses::list_columns(&viewer.library).await?;
    let asked = if columns.is_empty() {
        let action = go("/studio/columns#new", m::studio_new_column(lang));
        empty(m::studio_no_columns(lang), m::studio_course_needs_column(lang), Some(action))
    } else {
        asked(viewer, form, &columns)
    };
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer)])}
        <h1>{m::studio_new_course(lang)}</h1>
        <p class="lead">{m::studio_new_course_lead(lang)}</p>
        {asked}
    };
    Ok(Page::new(m::studio_new_course(lang), body))
}

fn asked(viewer: &Viewer, form: &Form, columns: &[courses::Column]) -> AnyView {
    let lang = viewer.lang;
    let columns = columns.iter().map(|column| (column.slug.clone(), plain(&column.title, lang))).collect();
    let language = Field::new(form, "language", m::studio_field_language(lang));
    view! {
        {problem_of_form(form)}
        <form class="form" method="post" action="/studio/courses">
            {once()}
            {Texts::title(form, "course", lang).show(lang)}
            {Field::new(form, "column", m::studio_field_column(lang)).choice(columns)}
            {language.or_value(lang.word()).hint(m::studio_field_language_hint(lang)).choice(fields::languages())}
            {Texts::summary(form, "course", lang).show(lang)}
            <p class="actions">{submit(m::studio_create_course(lang))}</p>
            {fields::name("course")}
        </form>
    }
    .into_any()
}
