//! Where in the library is this page?

use leptos::prelude::*;

use crate::messages as m;
use crate::wire::Lang;

/// A page above this one: its address and its name.
pub struct Crumb {
    href: String,
    name: AnyView,
}

impl Crumb {
    pub fn new(href: impl Into<String>, name: impl IntoAny) -> Self {
        Self { href: href.into(), name: name.into_any() }
    }

    /// The first crumb of learner pages.
    pub fn home(lang: Lang) -> Self {
        Self::new("/", m::home_title(lang))
    }
}

/// The way from the top down to the page above; the page itself is named by its heading.
pub fn breadcrumb(lang: Lang, way: Vec<Crumb>) -> AnyView {
    let crumbs = way.into_iter().map(|crumb| view! { <li><a href=crumb.href>{crumb.name}</a></li> }).collect_view();
    view! { <nav class="crumbs" aria-label=m::breadcrumb_name(lang)><ol>{crumbs}</ol></nav> }.into_any()
}
