//! What stands around every page? The document, its head, the top bar, and the programs after the content.

use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;

use crate::messages as m;
use crate::parts::once::PageWord;
use crate::parts::toast::toast;
use crate::parts::top_bar::{brand_bar, top_bar};
use crate::parts::unkept::unkept;
use crate::view::{Page, Viewer};

/// Runs `work`, in which pages are made and rendered, under a reactive owner of its own, and cleans up after it:
/// what islands keep while they are drawn would otherwise never be freed. `word` tells this page's forms from those of
/// every other.
pub async fn owned<T>(word: String, work: impl Future<Output = T>) -> T {
    let owner = Owner::new();
    let begin = || {
        provide_context(PageWord(word));
        ScopedFuture::new(work)
    };
    let result = owner.with(begin).await;
    owner.cleanup();
    result
}

/// The whole document.
pub fn render(viewer: &Viewer, page: Page) -> String {
    let lang = viewer.lang;
    let head = head(viewer, &page);
    let programs = programs(viewer, &page);
    // A block that is not run needs no nonce.
    let linked = page.linked.clone().map(|text| view! { <script type="application/ld+json" inner_html=text></script> });
    let person = viewer.actor.as_ref().map(|actor| actor.person.to_string());
    let offline = page.is_offline.then_some("true");
    let bar = if page.is_offline { brand_bar(lang) } else { top_bar(viewer) };
    let around = (!page.is_offline).then(|| {
        view! {
            {unsent(viewer)}
            <p id="link-lost" class="notice wrap" role="status" hidden>{m::link_lost(lang)}</p>
        }
    });
    let footer = (!page.is_offline).then(|| view! { <footer class="foot wrap"><p>{m::footer(lang)}</p></footer> });
    let document = view! {
        <html lang=lang.tag()>
            {head}
            <body data-person=person data-offline=offline>
                <a class="skip" href="#content">{m::skip_to_content(lang)}</a>
                {bar}
                {around}
                <main id="content" class="wrap" tabindex="-1">{unkept(viewer)}{page.body}</main>
                {footer}
                {toast(&viewer.here, lang)}
                {programs}
                {linked}
            </body>
        </html>
    };
    format!("<!DOCTYPE html>{}", document.to_html())
}

fn head(viewer: &Viewer, page: &Page) -> AnyView {
    let title = m::page_title(viewer.lang, &page.title);
    let refresh = page.refresh_s.map(|seconds| {
        // Written by hand: a view would not be taken as it stands inside noscript.
        let again = format!(r#"<meta http-equiv="refresh" content="{seconds}">"#);
        view! { <noscript inner_html=again></noscript> }
    });
    let feed = page.feed.clone().map(|(address, title)| {
        view! { <link rel="alternate" type="application/atom+xml" title=title href=address /> }
    });
    view! {
        <head>
            <meta charset="utf-8" />
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta name="color-scheme" content="light dark" />
            <meta name="theme-color" content="#1c4f91" />
            <meta name="format-detection" content="telephone=no" />
            <title>{title}</title>
            <link rel="icon" href="/mark.svg" type="image/svg+xml" />
            <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
            <link rel="manifest" href="/manifest.webmanifest" />
            <link rel="stylesheet" href=viewer.assets.address("main.css") />
            {feed}
            {refresh}
            {page.reload_s.map(|seconds| view! { <meta http-equiv="refresh" content=seconds /> })}
        </head>
    }
    .into_any()
}

/// Filled in by the outbox program with the count of what has not been acknowledged.
fn unsent(viewer: &Viewer) -> AnyView {
    let text = m::unsent_count(viewer.lang, "{count}");
    let place = viewer.actor.is_some().then(|| {
        view! { <p id="unsent-count" class="notice wrap" role="status" hidden data-text=text></p> }
    });
    place.into_any()
}

fn programs(viewer: &Viewer, page: &Page) -> AnyView {
    let wanted = page.programs;
    let outbox = viewer.actor.is_some() && !wanted.player;
    let files = [
        ("player.js", wanted.player),
        ("reader.js", wanted.reader),
        ("outbox.js", outbox),
        ("upload.js", wanted.upload),
        ("captions.js", wanted.captions),
        ("picks.js", wanted.picks),
        ("sheet.js", wanted.sheet),
        ("order.js", wanted.order),
        ("search.js", wanted.search),
        ("page.js", true),
    ];
    let scripts = files.into_iter().filter(|(_, wanted)| *wanted).map(|(name, _)| {
        view! { <script type="module" src=viewer.assets.address(name) nonce=viewer.nonce.clone()></script> }
    });
    let scripts = scripts.collect_view();
    let islands = wanted.islands.then(|| {
        view! { <script type="module" nonce=viewer.nonce.clone() inner_html=wake_islands(viewer)></script> }
    });
    view! { {scripts}{islands} }.into_any()
}

/// Loads the WASM, once all of the content is there, and hands each island of the page to its function.
fn wake_islands(viewer: &Viewer) -> String {
    let (script, wasm) = (viewer.assets.address("app.js"), viewer.assets.address("app_bg.wasm"));
    format!(
        "addEventListener(\"load\",()=>import(\"{script}\").then(m=>m.default({{module_or_path:\"{wasm}\"}}).then(()=>{{\
         m.hydrate();for(const e of document.querySelectorAll(\"leptos-island\"))m[e.dataset.component](e)}})))"
    )
}
