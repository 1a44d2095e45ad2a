//! Which side of the matter is shown? Links and not a widget: each side has its own address.

use leptos::prelude::*;

/// One side: its address and its name.
pub struct Tab {
    href: String,
    name: AnyView,
    is_here: bool,
}

impl Tab {
    pub fn new(href: impl Into<String>, name: impl IntoAny, is_here: bool) -> Self {
        Self { href: href.into(), name: name.into_any(), is_here }
    }
}

/// `name` says what they are sides of, for those who cannot see it.
pub fn tabs(name: impl Into<String>, tabs: impl IntoIterator<Item = Tab>) -> AnyView {
    let links = tabs.into_iter().map(|tab| {
        let current = tab.is_here.then_some("page");
        view! { <li><a href=tab.href aria-current=current>{tab.name}</a></li> }
    });
    let links = links.collect_view();
    view! { <nav class="tabs" aria-label=name.into()><ul>{links}</ul></nav> }.into_any()
}
