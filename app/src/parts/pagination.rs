//! What comes before and after this page of a list?

use leptos::prelude::*;

use super::button;
use crate::messages as m;
use crate::wire::Lang;

/// Back to the first page and on to the next, as far as there are such; nothing when one page holds it all.
pub fn pagination(lang: Lang, first: Option<String>, next: Option<String>) -> Option<AnyView> {
    if first.is_none() && next.is_none() {
        return None;
    }
    let first = first.map(|href| button::go_quiet(href, m::pages_first(lang)));
    let next = next.map(|href| button::go_quiet(href, m::pages_next(lang)));
    Some(view! { <nav class="actions" aria-label=m::pages_name(lang)>{first}{next}</nav> }.into_any())
}
