//! What stands where something is about to come? Grey lines of its size, so that nothing moves when it does.

use leptos::prelude::*;

/// So many lines of text, the last one shorter.
pub fn skeleton(lines: usize) -> AnyView {
    let lines = (0..lines).map(|_| view! { <span class="skeleton-line"></span> }).collect_view();
    view! { <span class="skeleton" aria-hidden="true">{lines}</span> }.into_any()
}
