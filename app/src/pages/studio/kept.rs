//! What is kept under a name and in an order? A row to be called otherwise, moved, and taken away when nothing uses it.

use content::texts::Texts as Said;
use leptos::prelude::*;

use super::edit::filled;
use super::fields::{self, Texts};
use crate::messages as m;
use crate::parts::button::submit_quiet;
use crate::parts::dialog::{Question, asked_first};
use crate::parts::field::problem_of_form;
use crate::parts::order::{Moved, movers};
use crate::parts::said::{plain, said};
use crate::view::Form;
use crate::wire::Lang;

/// One of them.
pub(super) struct Kept<'a> {
    /// Unique on the page.
    pub(super) id: String,
    /// Its address: renamed there, moved and removed below it.
    pub(super) here: String,
    pub(super) title: &'a Said,
    pub(super) fact: Option<String>,
    pub(super) is_first: bool,
    pub(super) is_last: bool,
    /// What a form on this page of the list brings along.
    pub(super) page: Option<AnyView>,
}

/// The row, with its forms for whoever may keep it.
pub(super) fn row(kept: Kept<'_>, may_keep: bool, form: &Form, lang: Lang) -> AnyView {
    let Kept { id, here, title, fact, is_first, is_last, page } = kept;
    let moved = Moved { action: format!("{here}/move"), name: plain(title, lang), is_first, is_last };
    let forms = may_keep.then(|| {
        view! {
            <div class="row-forms">{rename(&here, &id, title, page, form, lang)}{removal(&format!("{here}/remove"), title, lang)}</div>
        }
    });
    view! {
        <li class="row" id=id>
            <div class="row-body">
                <p class="row-name">{said(title, lang)}</p>
                {fact.map(|fact| view! { <p class="facts"><span>{fact}</span></p> })}
                {forms}
            </div>
            {may_keep.then(|| movers(moved, lang))}
        </li>
    }
    .into_any()
}

fn rename(here: &str, place: &str, title: &Said, page: Option<AnyView>, form: &Form, lang: Lang) -> AnyView {
    let is_back = !fields::of(form, place).values.is_empty();
    let form = filled(form, place, title, None);
    view! {
        <details class="fold" open=is_back>
            <summary>{m::terms_rename(lang)}</summary>
            {problem_of_form(&form)}
            <form class="form" method="post" action=here.to_owned()>
                {Texts::title(&form, place, lang).show(lang)}
                <p class="actions">{submit_quiet(m::edit_save(lang))}</p>
                <input type="hidden" name="form" value=place.to_owned() />
                {page}
            </form>
        </details>
    }
    .into_any()
}

/// The button that takes it away.
pub(super) fn removal(action: &str, title: &Said, lang: Lang) -> AnyView {
    let question = Question {
        title: m::kept_remove_question(lang, plain(title, lang)),
        text: m::kept_remove_text(lang).into(),
        label: m::edit_remove(lang).into(),
    };
    asked_first(action, question, lang)
}
