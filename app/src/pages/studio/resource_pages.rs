//! What became of courseware? Its pages as small pictures, what they weigh, and what its manager has to know.

use content::courseware::{self, Courseware, Page};
use content::media::{Progress, Resource, Stage};
use leptos::prelude::*;

use super::jobs;
use crate::islands::stages::Stages;
use crate::messages as m;
use crate::parts::{button, reader, say};
use crate::view::Viewer;
use crate::wire::{Lang, StageNow};

/// More than these are looked at in the reader.
const SHOWN: usize = 60;

pub(super) async fn section(viewer: &Viewer, progress: &Progress, now: StageNow) -> content::Result<AnyView> {
    let (lang, resource) = (viewer.lang, &progress.resource);
    let about = courseware::find_courseware(&viewer.library, &resource.id).await?;
    let pages = courseware::list_pages(&viewer.library, &resource.id).await?;
    let view = view! {
        {(resource.stage != Stage::Ready).then(|| stages(viewer, progress, now))}
        {about.as_ref().map(|about| warnings(about, &pages, lang))}
        <p class="actions">
            <a class="button quiet" href=resource.original_address()>{m::studio_open_file(lang)}</a>
            {again(resource, lang)}
        </p>
        {thumbnails(&pages, resource, lang)}
    };
    Ok(view.into_any())
}

fn stages(viewer: &Viewer, progress: &Progress, now: StageNow) -> AnyView {
    let resource = progress.resource.id.to_string();
    let button = progress.job.as_ref().map(|job| jobs::action(viewer, job));
    view! {
        <section class="panel" aria-label=m::studio_stages(viewer.lang)>
            <Stages lang=viewer.lang resource=resource is_read=true reached=2 now=now />
            {button}
        </section>
    }
    .into_any()
}

fn warnings(about: &Courseware, pages: &[Page], lang: Lang) -> AnyView {
    let fonts = about.legacy_fonts();
    let without_text = pages.iter().filter(|page| page.is_legacy()).count();
    let legacy = (!fonts.is_empty()).then(|| {
        view! {
            <div class="notice" data-notice="legacy_tibetan">
                <p>{m::pages_legacy(lang, fonts.join(", "))}</p>
                <p>{m::pages_legacy_count(lang, without_text)}</p>
            </div>
        }
    });
    let office = about
        .lacks_office()
        .then(|| view! { <p class="notice" data-notice="no_office">{m::pages_no_office(lang)}</p> });
    view! { {legacy}{office} }.into_any()
}

fn again(resource: &Resource, lang: Lang) -> Option<AnyView> {
    let has_ended = matches!(resource.stage, Stage::Ready | Stage::Failed);
    let action = format!("/studio/resources/{}/pages", resource.id);
    let form = view! { <form class="actions" method="post" action=action>{button::submit_quiet(m::studio_make_pages(lang))}</form> };
    has_ended.then(|| form.into_any())
}

fn thumbnails(pages: &[Page], resource: &Resource, lang: Lang) -> Option<AnyView> {
    let count = i64::try_from(pages.len()).unwrap_or_default();
    let items = pages.iter().take(SHOWN).map(|page| thumbnail(page, count, lang)).collect_view();
    let all: i64 = pages.iter().map(Page::size_bytes).sum();
    let section = view! {
        <section class="section">
            <h2>{m::studio_pages(lang)}</h2>
            <p class="facts">{reader::length(count, resource.duration_ms, lang)}<span>{m::reader_all(lang, say::bytes(all))}</span></p>
            <p class="field-hint">{m::studio_pages_text(lang)}</p>
            <ol class="thumbs">{items}</ol>
        </section>
    };
    (!pages.is_empty()).then(|| section.into_any())
}

fn thumbnail(page: &Page, count: i64, lang: Lang) -> AnyView {
    let name = m::reader_page(lang, page.number, count);
    let picture = page.avif().zip(page.webp()).map(|(avif, webp)| {
        view! {
            <picture>
                <source type="image/avif" srcset=avif />
                <img src=webp width=page.width height=page.height loading="lazy" decoding="async" alt=name.clone() />
            </picture>
        }
    });
    let text = page
        .avif()
        .is_none()
        .then(|| view! { <p class="thumb-text">{page.text.chars().take(160).collect::<String>()}</p> });
    view! {
        <li>
            {picture}{text}
            <p class="facts"><span>{page.number}</span><span>{say::bytes(page.size_bytes())}</span></p>
        </li>
    }
    .into_any()
}
