//! Where am I, where else can I go, and in which language?

use content::people::access;
use leptos::prelude::*;

use crate::messages as m;
use crate::view::{Kept, Viewer};
use crate::wire::Lang;

/// The id of the form for signing in.
pub const SIGN_IN: &str = "sign-in";

const MARK: &str = include_str!("../../public/mark.svg");

/// The mark alone, for a page that knows nothing of its reader.
pub fn brand_bar(lang: Lang) -> AnyView {
    view! { <header class="top"><div class="top-row wrap">{brand(lang)}</div></header> }.into_any()
}

fn brand(lang: Lang) -> AnyView {
    view! {
        <a class="brand" href="/"><span class="mark" aria-hidden="true" inner_html=MARK></span><span>{m::brand(lang)}</span></a>
    }
    .into_any()
}

/// The mark, the ways through the platform that this person has, and the languages.
pub fn top_bar(viewer: &Viewer) -> AnyView {
    let lang = viewer.lang;
    let ways = viewer.actor.is_some().then(|| {
        let links = ways(viewer).into_iter().map(|(href, name)| link(viewer, href, name)).collect_view();
        view! { <nav class="top-ways" aria-label=m::main_navigation(lang)>{links}</nav> }
    });
    view! {
        <header class="top">
            <div class="top-row wrap">
                {brand(lang)}
                {ways}
                {languages(viewer)}
            </div>
        </header>
    }
    .into_any()
}

fn ways(viewer: &Viewer) -> Vec<(&'static str, &'static str)> {
    let lang = viewer.lang;
    let mut ways = vec![("/", m::home_title(lang)), ("/search", m::search_title(lang)), ("/me", m::me_title(lang))];
    if let Some(actor) = &viewer.actor {
        if access::keeps_content(actor) {
            ways.push(("/studio", m::studio_way(lang)));
        } else if access::reviews_content(actor) {
            ways.push(("/studio/reviews", m::reviews_title(lang)));
        }
        if access::reads_reports(actor) {
            ways.push(("/admin", m::admin_way(lang)));
        }
    }
    ways
}

fn link(viewer: &Viewer, href: &'static str, name: &'static str) -> AnyView {
    let path = viewer.path();
    let current = (path == href).then_some("page");
    let inside = href != "/" && path.starts_with(href);
    let class = (inside || current.is_some()).then_some("here");
    view! { <a href=href class=class aria-current=current>{name}</a> }.into_any()
}

/// Buttons and not a menu: two of three languages are one press away, without scripts.
fn languages(viewer: &Viewer) -> AnyView {
    // What goes along stands on the page once: who is not signed in has it in the form for that, and the buttons send it.
    let other = (viewer.actor.is_none() && viewer.kept.is_some()).then_some((SIGN_IN, "/language"));
    let buttons = Lang::ALL.map(|each| {
        let pressed = if each == viewer.lang { "true" } else { "false" };
        let (form, action) = other.unzip();
        view! {
            <button name="lang" value=each.word() lang=each.tag() aria-pressed=pressed form=form formaction=action
                formnovalidate=other.is_some()>{each.own_name()}</button>
        }
    });
    view! {
        <form class="languages" method="post" action="/language" aria-label=m::language_name(viewer.lang)>
            <input type="hidden" name="here" value=viewer.here.clone() />
            {viewer.kept.as_ref().filter(|_| other.is_none()).map(kept)}
            {buttons.collect_view()}
        </form>
    }
    .into_any()
}

/// The fields in which a form goes along to another page and comes back.
pub fn kept(kept: &Kept) -> AnyView {
    view! {
        <input type="hidden" name="kept_for" value=kept.action.clone() />
        <input type="hidden" name="kept" value=kept.fields.clone() />
    }
    .into_any()
}
