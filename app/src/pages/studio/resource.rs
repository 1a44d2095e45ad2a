//! Can this file play, and if not, why? Its stages, what was made of it, its captions, and where to use it.

use content::courses::{self, CourseState, finding, policy};
use content::ids::ResourceId;
use content::media::{self, Progress, Rendition, Resource, ResourceKind, Stage, captions};
use content::paging::Paging;
use content::queue::JobState;
use content::{Error, people::Actor};
use leptos::prelude::*;

use super::{jobs, resource_about, resource_captions, resource_class, resource_pages, resource_parts};
use crate::islands::stages::Stages;
use crate::messages as m;
use crate::parts::breadcrumb::breadcrumb;
use crate::parts::said::{plain, said};
use crate::parts::say;
use crate::parts::table::{Head, table};
use crate::problem::{cause, tell};
use crate::view::{Form, Page, Programs, Viewer};
use crate::wire::{Lang, Problem, StageNow};

/// How many courses are offered for a fresh video, and among how many they are looked for.
const OFFERED: usize = 6;
const LOOKED_AT: usize = 20;

/// # Errors
/// `NotSignedIn`, `Forbidden`, `NotFound`.
pub async fn resource(viewer: &Viewer, id: &ResourceId, form: &Form) -> content::Result<Page> {
    let (actor, lang) = (super::keeper(viewer)?, viewer.lang);
    media::load_for_editing(&viewer.library, actor, id).await?;
    let progress = media::load_progress(&viewer.library, id).await?;
    let captions = captions::list_captions(&viewer.library, id).await?;
    let edited = captions::list_working(&viewer.library, id).await?;
    let uses = uses(viewer, actor, &progress.resource).await?;
    let seen = media::find_seen(&viewer.library, id).await?;
    let ends = policy::find_end_of_original(&viewer.library, &progress.resource).await?;
    let resource = &progress.resource;
    let is_video = resource.kind == ResourceKind::Video;
    let state = match is_video {
        true => stages(viewer, &progress),
        false => resource_pages::section(viewer, &progress, stage_now(&progress, lang)).await?,
    };
    let has_ended = matches!(resource.stage, Stage::Ready | Stage::Failed);
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer)])}
        <h1>{said(&resource.title, lang)}</h1>
        {facts(viewer, resource)}
        {state}
        {super::proposals::of_file(viewer, id).await?}
        {preview(viewer, resource, &captions)}
        {uses}
        {resource_about::section(viewer, resource, form).await?}
        {resource_about::replacing(viewer, resource, form).await?}
        {is_video.then(|| renditions(viewer, &progress))}
        {resource_class::section(viewer, &progress, seen, ends, form)}
        {is_video.then(|| resource_captions::section(viewer, resource, &edited, &progress.captions, form))}
    };
    // A form that has come back with what was typed stays: it would be lost with the page.
    let is_live = !has_ended && form.values.is_empty();
    let programs = Programs { islands: is_live, ..Programs::default() };
    let refresh_s = is_live.then_some(5);
    Ok(Page { programs, refresh_s, ..Page::new(plain(&resource.title, lang), body) })
}

/// What the stages island asks.
///
/// # Errors
/// `NotFound` for a resource that is not there or not this person's to open.
pub(crate) async fn answer_stage(viewer: &Viewer, id: &ResourceId) -> Result<StageNow, Problem> {
    load_stage(viewer, id).await.map_err(|error| {
        if let Some(source) = error.cause() {
            tracing::error!(error = %source, "the stage of a resource cannot be told");
        }
        tell(&error, viewer.lang, "")
    })
}

async fn load_stage(viewer: &Viewer, id: &ResourceId) -> content::Result<StageNow> {
    if !courses::may_open_resource(&viewer.library, viewer.actor()?, id).await? {
        return Err(Error::NotFound("resource"));
    }
    Ok(stage_now(&media::load_progress(&viewer.library, id).await?, viewer.lang))
}

/// A cause without a failure means that another try is coming.
fn stage_now(progress: &Progress, lang: Lang) -> StageNow {
    let resource = &progress.resource;
    let waiting = progress.job.as_ref().filter(|job| job.state == JobState::Queued);
    let code = match resource.stage {
        Stage::Failed => resource.cause.as_deref(),
        _ => waiting.and_then(|job| job.cause.as_deref()),
    };
    let cause = code.map(|code| cause(code, lang).to_owned());
    // Courseware is not looked at before its pages are made.
    let stage = match (resource.kind, resource.stage) {
        (ResourceKind::Courseware, Stage::Received) => Stage::Checked,
        (_, stage) => stage,
    };
    StageNow { stage: stage.as_str().to_owned(), percent: progress.percent, cause }
}

fn facts(viewer: &Viewer, resource: &Resource) -> AnyView {
    let lang = viewer.lang;
    let picture = resource.width.zip(resource.height).map(|(width, height)| format!("{width} × {height}"));
    // How long pages take to read is said beside them.
    let length = resource.duration_ms.filter(|_| resource.kind == ResourceKind::Video).map(say::clock);
    let facts = [
        Some(resource_parts::kind_name(resource.kind, lang).to_owned()),
        Some(Lang::from(resource.language).own_name().to_owned()),
        length,
        picture,
        Some(say::bytes(resource.size_bytes)),
        Some(resource.filename.clone()),
        Some(resource_parts::age(viewer, resource.created_at)),
    ];
    let facts = facts.into_iter().flatten().map(|fact| view! { <span>{fact}</span> });
    view! { <p class="facts">{facts.collect_view()}</p> }.into_any()
}

fn stages(viewer: &Viewer, progress: &Progress) -> AnyView {
    let (lang, resource) = (viewer.lang, &progress.resource);
    // Without a length the check never ended.
    let reached = if resource.duration_ms.is_some() { 2 } else { 1 };
    let now = stage_now(progress, lang);
    let button = progress.job.as_ref().map(|job| jobs::action(viewer, job));
    view! {
        <section class="panel" aria-label=m::studio_stages(lang)>
            <Stages lang=lang resource=resource.id.to_string() is_read=false reached=reached now=now />
            {button}
        </section>
    }
    .into_any()
}

fn preview(viewer: &Viewer, resource: &Resource, captions: &[captions::Captions]) -> Option<AnyView> {
    let address = resource.progressive_address()?;
    let tracks = captions.iter().map(|each| {
        let (language, own) = (each.language, Lang::from(each.language));
        let source = format!("/media/{}/captions/{language}.vtt", resource.id);
        view! { <track kind="captions" srclang=own.tag() label=own.own_name() src=source /> }
    });
    let tracks = tracks.collect_view();
    let weight =
        resource.progressive_bytes.map(|size_bytes| m::studio_preview_weight(viewer.lang, say::bytes(size_bytes)));
    let view = view! {
        <section class="section">
            <h2>{m::studio_preview(viewer.lang)}</h2>
            <video class="preview" controls playsinline preload="none" poster=resource.poster_address() src=address
                width=resource.width height=resource.height>{tracks}</video>
            <p class="field-hint">{weight}</p>
        </section>
    };
    Some(view.into_any())
}

/// Where a video that is not hopeless, or what can be read, can go next.
async fn uses(viewer: &Viewer, actor: &Actor, resource: &Resource) -> content::Result<Option<AnyView>> {
    let can_be_taught = match resource.kind {
        ResourceKind::Video => resource.stage != Stage::Failed,
        ResourceKind::Courseware => resource.stage == Stage::Ready && resource.duration_ms.is_some_and(|ms| ms > 0),
    };
    if !can_be_taught {
        return Ok(None);
    }
    let lang = viewer.lang;
    let newest = Paging { after: None, limit: LOOKED_AT };
    let courses = finding::list_kept_page(&viewer.library, actor, newest).await?.items;
    let open = courses.iter().filter(|card| card.course.state != CourseState::Retired).take(OFFERED);
    let items = open.map(|card| {
        let href = format!("/studio/courses/{}?resource={}#add-lesson", card.course.id, resource.id);
        view! { <li><a class="chip" href=href>{said(&card.course.title, lang)}</a></li> }
    });
    let view = view! {
        <section class="section">
            <h2>{m::studio_use_it(lang)}</h2>
            <ul class="choices">
                {items.collect_view()}
                <li><a class="chip" href="/studio/courses/new">{m::studio_new_course(lang)}</a></li>
            </ul>
        </section>
    };
    Ok(Some(view.into_any()))
}

fn renditions(viewer: &Viewer, progress: &Progress) -> Option<AnyView> {
    let lang = viewer.lang;
    let whole = &progress.renditions;
    if whole.is_empty() {
        return None;
    }
    let heads = [
        Head::text(m::studio_rendition(lang)),
        Head::text(m::studio_picture(lang)),
        Head::number("kbit/s"),
        Head::number(m::studio_size(lang)),
        Head::number(m::studio_per_minute(lang)),
    ];
    let rows = whole.iter().map(|each| rendition_row(viewer, each, progress.resource.duration_ms)).collect();
    let view = view! {
        <section class="section">
            <h2>{m::studio_renditions(lang)}</h2>
            {table(m::studio_renditions_caption(lang), &heads, rows)}
        </section>
    };
    Some(view.into_any())
}

fn rendition_row(viewer: &Viewer, rendition: &Rendition, duration_ms: Option<i64>) -> Vec<AnyView> {
    let picture = rendition.width.zip(rendition.height).map(|(width, height)| format!("{width} × {height}"));
    let lang = viewer.lang;
    let sound = || m::studio_sound_only(lang).to_owned();
    let name = rendition
        .lines()
        .map_or_else(sound, |lines| format!("{lines}p, {} fps", (rendition.frames_per_second * 100.0).round() / 100.0));
    let reach = if rendition.plays_everywhere() { m::studio_everywhere(lang) } else { m::studio_smooth(lang) };
    let per_minute = duration_ms.filter(|ms| *ms > 0).map(|ms| say::bytes(rendition.size_bytes * 60_000 / ms));
    vec![
        view! { {name}<span class="under">{reach}</span> }.into_any(),
        picture.unwrap_or_else(|| "–".to_owned()).into_any(),
        say::number((rendition.bits_per_second + 500) / 1000).into_any(),
        say::bytes(rendition.size_bytes).into_any(),
        per_minute.unwrap_or_default().into_any(),
    ]
}
