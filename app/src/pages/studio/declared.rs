//! How much does a change matter? Asked where something is edited that learners see.

use content::courses::revisions::Significance;
use leptos::prelude::*;

use crate::messages as m;
use crate::parts::field::Field;
use crate::view::Form;
use crate::wire::Lang;

/// The question, and a place for a note; nothing where nobody sees the course yet.
pub(super) fn asked(is_published: bool, form: &Form, place: &str, lang: Lang) -> Option<AnyView> {
    is_published.then(|| fields(form, place, lang, m::declared_choose(lang), true))
}

/// The same where something was said before, which stays when nothing else is.
pub(super) fn optional(form: &Form, place: &str, lang: Lang) -> AnyView {
    fields(form, place, lang, m::declared_as_said(lang), false)
}

fn fields(form: &Form, place: &str, lang: Lang, none: &'static str, required: bool) -> AnyView {
    let kinds = Significance::ALL.iter().map(|each| (each.as_str().to_owned(), name(*each, lang).to_owned()));
    let choices = [(String::new(), none.to_owned())].into_iter().chain(kinds).collect();
    let question = Field::new(form, "significance", m::declared_title(lang)).hint(m::declared_hint(lang)).within(place);
    let question = if required { question.required() } else { question };
    let note = Field::new(form, "note", m::declared_note(lang)).within(place).max_chars(500);
    view! { {question.choice(choices)}{note.input()} }.into_any()
}

pub(super) fn name(significance: Significance, lang: Lang) -> &'static str {
    match significance {
        Significance::Typo => m::declared_typo(lang),
        Significance::Same => m::declared_same(lang),
        Significance::New => m::declared_new(lang),
    }
}
