//! How is a column called, in which languages does it teach, and what is its cover?

use content::courses::Column;
use content::ids::Language;
use leptos::prelude::*;

use super::edit::filled;
use super::fields::{self, Texts};
use super::picking::Files;
use crate::messages as m;
use crate::parts::button::submit_quiet;
use crate::parts::field::{Field, problem_of_form};
use crate::view::{Form, Viewer};
use crate::wire::Lang;

/// Folded away under the column, but for a form that came back.
pub(super) fn form(viewer: &Viewer, column: &Column, files: &Files, page: Option<AnyView>, form: &Form) -> AnyView {
    let lang = viewer.lang;
    let place = format!("edit-{}", column.slug);
    let back = fields::of(form, &place);
    let form = filled(form, &place, &column.title, Some(&column.summary));
    let own = column.languages();
    let languages = Language::ALL.iter().map(|language| {
        let (name, each) = (format!("languages_{language}"), Lang::from(*language));
        let is_ticked = if back.values.is_empty() { own.contains(language) } else { !back.value(&name).is_empty() };
        view! {
            <label class="tick"><input type="checkbox" name=name value="1" checked=is_ticked /><span lang=each.tag()>{each.own_name()}</span></label>
        }
    });
    let languages = languages.collect_view();
    let cover = Field::new(&form, "cover", m::column_cover(lang)).hint(m::column_cover_hint(lang)).within(&place);
    let cover = cover.or_value(column.cover.as_ref().map(ToString::to_string).unwrap_or_default());
    view! {
        <details class="fold" open=!back.values.is_empty()>
            <summary>{m::column_edit(lang)}</summary>
            {problem_of_form(&form)}
            <form class="form" method="post" action=format!("/studio/columns/{}", column.slug)>
                {Texts::title(&form, &place, lang).show(lang)}
                {Texts::summary(&form, &place, lang).show(lang)}
                <fieldset class="plain ticks"><legend>{m::column_languages(lang)}</legend>{languages}</fieldset>
                {files.ask(cover, Some(m::column_no_cover(lang)), &form, &place, lang)}
                <p class="actions">{submit_quiet(m::edit_save(lang))}</p>
                <input type="hidden" name="form" value=place.clone() />
                {page}
            </form>
        </details>
    }
    .into_any()
}
