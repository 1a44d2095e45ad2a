//! What does a browser show that cannot reach us? Kept by the service worker, in all three languages at once.

use leptos::prelude::*;

use crate::messages as m;
use crate::view::Page;
use crate::wire::Lang;

/// The page for anybody, at whatever address could not be reached; the same in every language.
pub fn offline() -> Page {
    let said = Lang::ALL.map(|lang| {
        view! {
            <section class="offline stack" lang=lang.tag()>
                <h1>{m::offline_title(lang)}</h1>
                <p>{m::offline_text(lang)}</p>
                <p>{m::offline_saved(lang)}</p>
                <p class="actions"><a class="button" href="">{m::problem_again(lang)}</a></p>
            </section>
        }
    });
    let mut page = Page::new(m::offline_title(Lang::Zh), said.collect_view());
    page.is_offline = true;
    page
}
