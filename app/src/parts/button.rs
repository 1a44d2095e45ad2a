//! What can be done here? One main action a page, the others quiet.

use leptos::prelude::*;

/// Sends the form around it: the main action.
pub fn submit(label: impl Into<String>) -> AnyView {
    view! { <button class="button" type="submit">{label.into()}</button> }.into_any()
}

/// Sends the form around it: a lesser action.
pub fn submit_quiet(label: impl Into<String>) -> AnyView {
    view! { <button class="button quiet" type="submit">{label.into()}</button> }.into_any()
}

/// Sends the form around it: an action that takes something away.
pub fn submit_danger(label: impl Into<String>) -> AnyView {
    view! { <button class="button danger" type="submit">{label.into()}</button> }.into_any()
}

/// Leads on: the main action.
pub fn go(href: impl Into<String>, label: impl IntoAny) -> AnyView {
    view! { <a class="button" href=href.into()>{label.into_any()}</a> }.into_any()
}

/// Leads on: a lesser action.
pub fn go_quiet(href: impl Into<String>, label: impl IntoAny) -> AnyView {
    view! { <a class="button quiet" href=href.into()>{label.into_any()}</a> }.into_any()
}
