//! What is shown where nothing is yet? Why, and what to do.

use leptos::prelude::*;

/// `action` is the one step that helps, as a button.
pub fn empty(title: impl Into<String>, text: impl Into<String>, action: Option<AnyView>) -> AnyView {
    view! {
        <div class="empty">
            <p class="empty-title">{title.into()}</p>
            <p>{text.into()}</p>
            {action.map(|action| view! { <p class="actions">{action}</p> })}
        </div>
    }
    .into_any()
}
