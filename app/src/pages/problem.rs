//! What happened, what was saved, and what can be done about it?

use leptos::prelude::*;

use crate::messages as m;
use crate::parts::button;
use crate::view::{Page, Viewer};
use crate::wire::{Lang, Problem};

/// A page in place of the one that failed.
pub fn problem(viewer: &Viewer, status: u16, problem: &Problem) -> Page {
    let lang = viewer.lang;
    let title = title(status, lang);
    // An internal failure's message names its reference already.
    let reference = (status < 500 && status != 404 && !problem.reference.is_empty())
        .then(|| view! { <p class="soft">{m::problem_reference(lang, &problem.reference)}</p> });
    let saved = viewer.actor.is_some().then(|| view! { <p>{m::problem_saved(lang)}</p> });
    // The broken page may be what the link leads to: only what may pass by itself is worth a second try.
    let again = (status == 429 || status >= 500).then(|| button::go_quiet(viewer.here.clone(), m::problem_again(lang)));
    let search = (status == 404 && viewer.actor.is_some()).then(|| button::go_quiet("/search", m::search_title(lang)));
    let body = view! {
        <div class="problem stack">
            <h1>{title}</h1>
            <p>{problem.message.clone()}</p>
            {saved}
            {reference}
            <p class="actions">{button::go("/", m::problem_home(lang))}{again}{search}</p>
        </div>
    };
    Page::new(title, body)
}

fn title(status: u16, lang: Lang) -> &'static str {
    match status {
        404 | 410 => m::problem_not_found_title(lang),
        401 | 403 => m::problem_forbidden_title(lang),
        429 => m::problem_too_many_title(lang),
        503 => m::problem_busy_title(lang),
        400..=499 => m::problem_invalid_title(lang),
        _ => m::problem_internal_title(lang),
    }
}
