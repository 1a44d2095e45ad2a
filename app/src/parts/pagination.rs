//! What comes before and after this page of a list, and which page is it?

use content::paging::Paging;
use leptos::prelude::*;

use super::address::{value_of, with_query};
use super::button;
use crate::messages as m;
use crate::view::{Form, Viewer};
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

/// Which page of a list is asked for: what the page before ended with, as the address says, or a form that came back.
pub struct At {
    /// The name under which the address says it.
    name: &'static str,
    after: Option<String>,
}

impl At {
    pub fn read(viewer: &Viewer, form: &Form) -> Self {
        Self::named("after", viewer, form)
    }

    /// The same for a second list of a page.
    pub fn named(name: &'static str, viewer: &Viewer, form: &Form) -> Self {
        let sent = Some(form.value(name)).filter(|after| !after.is_empty());
        let asked = || value_of(&viewer.here, name).filter(|after| !after.is_empty()).map(str::to_owned);
        Self { name, after: sent.or_else(asked) }
    }

    pub fn page(&self, limit: usize) -> Paging<'_> {
        Paging { after: self.after.as_deref(), limit }
    }

    pub fn is_first(&self) -> bool {
        self.after.is_none()
    }

    /// The links to other pages of `path`, whose query has `pairs` too.
    pub fn links(&self, lang: Lang, path: &str, pairs: &[(&str, &str)], next: Option<&str>) -> Option<AnyView> {
        let first = self.after.as_ref().map(|_| with_query(path, pairs));
        let next = next.map(|next| with_query(path, &[pairs, &[(self.name, next)]].concat()));
        pagination(lang, first, next)
    }

    /// What stands in the place of a list without items: `nothing`, unless only a part of it was looked through.
    pub fn nothing(&self, lang: Lang, next: Option<&str>, nothing: impl FnOnce() -> AnyView) -> AnyView {
        match next {
            Some(_) => view! { <p class="notice calm">{m::list_looked(lang)}</p> }.into_any(),
            None => nothing(),
        }
    }

    /// What a form on this page brings along, so that it comes back with this page.
    pub fn kept(&self) -> Option<AnyView> {
        let (name, after) = (self.name, self.after.clone()?);
        Some(view! { <input type="hidden" name=name value=after /> }.into_any())
    }
}
