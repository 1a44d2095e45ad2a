//! Who made this, under which terms, and until when is it good? What is said of the file of a lesson.

use leptos::prelude::*;

use super::Lecture;
use crate::messages as m;
use crate::parts::say;

impl Lecture {
    /// Small, and folded: for whoever wants to know.
    pub(super) fn origin(&self) -> Option<AnyView> {
        let (about, lang) = (&self.file.about, self.lang);
        let until = about.review_by.map(|at| say::date(lang, at - 1)).unwrap_or_default();
        let lines = [
            (m::about_author(lang), &about.author),
            (m::about_institution(lang), &about.institution),
            (m::about_disclosure(lang), &about.disclosure),
            (m::about_license(lang), &about.license),
            (m::about_source(lang), &about.source),
            (m::about_review_by(lang), &until),
        ];
        let said: Vec<_> = lines.into_iter().filter(|(_, text)| !text.is_empty()).collect();
        let lines = said.iter().map(|(name, text)| view! { <div><dt>{*name}</dt><dd>{(*text).clone()}</dd></div> });
        let lines = lines.collect_view();
        let view = view! {
            <details class="fold origin"><summary>{m::about_origin(lang)}</summary><dl>{lines}</dl></details>
        };
        (!said.is_empty()).then(|| view.into_any())
    }
}
