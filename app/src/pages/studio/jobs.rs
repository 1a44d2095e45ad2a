//! What is the platform working on, what went wrong, and what happens next?

use std::collections::HashMap;

use content::ids::Language;
use content::media::{self, Resource};
use content::people;
use content::queue::{self, Aside, Chore, Job, JobKind, JobState, Part};
use leptos::prelude::*;

use super::resource_parts::age;
use crate::messages as m;
use crate::parts::badge::{Tone, badge};
use crate::parts::breadcrumb::breadcrumb;
use crate::parts::button::{go_quiet, submit_quiet};
use crate::parts::dialog::{Question, asked_first};
use crate::parts::empty::empty;
use crate::parts::pagination::At;
use crate::parts::said::said;
use crate::parts::say;
use crate::parts::table::{Head, table};
use crate::problem::{cause, hindrance};
use crate::view::{Form, Page, Viewer};
use crate::wire::Lang;

/// How many jobs a page has.
const ROWS: usize = 15;

/// # Errors
/// `NotSignedIn`, `Forbidden`.
pub async fn jobs(viewer: &Viewer) -> content::Result<Page> {
    let actor = super::keeper(viewer)?;
    let lang = viewer.lang;
    let at = At::read(viewer, &Form::default());
    let page = media::jobs::list_jobs(&viewer.library, actor, at.page(ROWS)).await?;
    let jobs = page.items;
    let resources = resources_of(viewer, &jobs).await?;
    let whole = whole_queue(viewer).await?;
    let aside = aside(viewer, &media::jobs::list_aside(&viewer.library, actor).await?);
    let fence = fence(viewer).await;
    let is_busy = jobs.iter().any(|job| is_open(job.state));
    let (done, others): (Vec<_>, Vec<_>) = jobs.iter().partition(|job| job.state == JobState::Done);
    let rows = |jobs: Vec<&Job>| -> Vec<Vec<AnyView>> {
        jobs.into_iter().map(|job| row(viewer, job, resources.get(&job.subject))).collect()
    };
    let next = page.next.as_deref().filter(|_| jobs.is_empty());
    let none = || empty(m::jobs_none(lang), m::jobs_none_text(lang), None);
    let nothing = others.is_empty().then(|| at.nothing(lang, next, none));
    let others = (!others.is_empty()).then(|| table(m::jobs_caption(lang), &heads(lang), rows(others)));
    let done = (!done.is_empty()).then(|| {
        let summary = m::jobs_finished(lang, done.len());
        let done = table(m::jobs_caption(lang), &heads(lang), rows(done));
        view! { <details class="fold"><summary>{summary}</summary>{done}</details> }
    });
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer)])}
        <h1>{m::studio_jobs(lang)}</h1>
        {super::sides(viewer)}
        <p class="lead">{m::jobs_lead(lang)}</p>
        {fence}
        <div class="section">{nothing}{others}{done}{at.links(lang, "/studio/jobs", &[], page.next.as_deref())}</div>
        {aside}
        {whole}
    };
    Ok(Page { refresh_s: is_busy.then_some(10), ..Page::new(m::studio_jobs(lang), body) })
}

/// That this kernel cannot keep converters from the files of this machine, and what that means here.
async fn fence(viewer: &Viewer) -> Option<AnyView> {
    let (lang, library) = (viewer.lang, &viewer.library);
    let told = match (library.is_fenced().await, library.converts_unfenced()) {
        (Some(false), false) => m::cause_no_fence(lang),
        (Some(false), true) => m::jobs_unfenced(lang),
        _ => return None,
    };
    Some(view! { <p class="notice">{told}</p> }.into_any())
}

/// What could not be done beside the jobs, why, and when it is tried again.
fn aside(viewer: &Viewer, aside: &[Aside]) -> Option<AnyView> {
    let lang = viewer.lang;
    let rows: Vec<Vec<AnyView>> = aside.iter().map(|each| aside_row(viewer, each)).collect();
    let heads = [
        Head::text(m::jobs_what(lang)),
        Head::text(m::jobs_age(lang)),
        Head::number(m::jobs_tries(lang)),
        Head::text(m::jobs_next(lang)),
    ];
    (!rows.is_empty()).then(|| {
        let rows = table(m::aside_caption(lang), &heads, rows);
        view! { <section class="section"><h2>{m::aside_title(lang)}</h2>{rows}</section> }.into_any()
    })
}

fn aside_row(viewer: &Viewer, aside: &Aside) -> Vec<AnyView> {
    let lang = viewer.lang;
    let name = match aside.chore {
        Chore::Upload => m::chore_upload(lang),
        Chore::Expire => m::chore_expire(lang),
        Chore::GiveUp => m::chore_give_up(lang),
        Chore::Remove => m::chore_remove(lang),
        Chore::Publish => m::chore_publish(lang),
        Chore::EncodeAll => m::chore_encode_all(lang),
        Chore::Complete => m::chore_complete(lang),
        Chore::Keep => m::chore_keep(lang),
    };
    let subject = match aside.chore {
        Chore::Publish | Chore::Complete => {
            view! { <a href=format!("/studio/courses/{}", aside.subject)>{aside.subject.clone()}</a> }.into_any()
        }
        _ => aside.subject.clone().into_any(),
    };
    let wait_ms = aside.next_at - viewer.library.clock.now_ms();
    let when =
        if wait_ms > 1000 { m::jobs_in(lang, say::duration(lang, wait_ms)) } else { m::jobs_as_soon(lang).into() };
    vec![
        view! { {name}<span class="under">{subject}</span> }.into_any(),
        age(viewer, aside.since).into_any(),
        say::number(aside.tries).into_any(),
        view! { {hindrance(&aside.cause, lang)}<span class="under">{when}</span> }.into_any(),
    ]
}

/// What the jobs work on.
async fn resources_of(viewer: &Viewer, jobs: &[Job]) -> content::Result<HashMap<String, Resource>> {
    let mut resources = HashMap::new();
    for job in jobs {
        if !resources.contains_key(&job.subject)
            && let Some(found) = media::find_resource(&viewer.library, &job.subject.as_str().into()).await?
        {
            resources.insert(job.subject.clone(), found);
        }
    }
    Ok(resources)
}

fn is_open(state: JobState) -> bool {
    matches!(state, JobState::Queued | JobState::Running)
}

fn heads(lang: Lang) -> [Head; 7] {
    [
        Head::text(m::jobs_what(lang)),
        Head::text(m::jobs_state(lang)),
        Head::text(m::jobs_age(lang)),
        Head::text(m::jobs_owner(lang)),
        Head::number(m::jobs_tries(lang)),
        Head::text(m::jobs_next(lang)),
        Head::text(m::jobs_action(lang)),
    ]
}

fn row(viewer: &Viewer, job: &Job, resource: Option<&Resource>) -> Vec<AnyView> {
    let lang = viewer.lang;
    let name = resource.map_or_else(|| job.subject.clone().into_any(), |resource| said(&resource.title, lang));
    let what = view! {
        <a href=format!("/studio/resources/{}", job.subject)>{name}</a>
        <span class="under">{kind_name(job, lang)}</span>
    };
    vec![
        what.into_any(),
        view! { {state(job, lang)}{speed(viewer, job)} }.into_any(),
        age(viewer, job.created_at).into_any(),
        owner(job, lang),
        say::number(job.attempts).into_any(),
        next(viewer, job),
        action(viewer, job),
    ]
}

/// The start of a worker's name tells it from the others; the whole of it is for the logs.
fn owner(job: &Job, lang: Lang) -> AnyView {
    match &job.owner {
        Some(name) => {
            let short: String = name.chars().take(12).collect();
            view! { <span title=name.clone()>{short}</span> }.into_any()
        }
        None => m::jobs_nobody(lang).into_any(),
    }
}

pub(super) fn kind_name(job: &Job, lang: Lang) -> String {
    let spoken = || job.language.as_deref().and_then(Language::parse).map_or("", |each| Lang::from(each).own_name());
    match (job.kind, job.part()) {
        (JobKind::Probe, _) => m::job_probe(lang).into(),
        (JobKind::Caption, _) => m::job_caption(lang, spoken()),
        (JobKind::Pages, _) => m::job_pages(lang).into(),
        (JobKind::Shelve, _) => m::job_shelve(lang).into(),
        (JobKind::Import, _) => m::job_import(lang).into(),
        (JobKind::Transcode, None) => m::job_transcode(lang).into(),
        (JobKind::Transcode, Some(Part::First)) => m::job_first(lang).into(),
        (JobKind::Transcode, Some(Part::Stills)) => m::job_stills(lang).into(),
        (JobKind::Transcode, Some(Part::Small)) => m::job_small(lang).into(),
        (JobKind::Transcode, Some(Part::Fine)) => m::job_fine(lang).into(),
        (JobKind::Transcode, Some(Part::Sharp)) => m::job_sharp(lang).into(),
    }
}

/// How many times as fast as it plays.
fn speed(viewer: &Viewer, job: &Job) -> Option<AnyView> {
    let speed = job.speed(viewer.library.clock.now_ms())?;
    let told = m::jobs_speed(viewer.lang, format!("{speed:.1}"));
    Some(view! { <span class="under">{told}</span> }.into_any())
}

/// What can be done about all of it, for those who keep the whole library; and that it stands still, for everybody.
async fn whole_queue(viewer: &Viewer) -> content::Result<AnyView> {
    let lang = viewer.lang;
    let pause = queue::find_pause(&viewer.library).await?;
    let told = pause.as_ref().map(|pause| {
        let told = m::queue_paused(lang, say::date_time(lang, pause.paused_at));
        view! { <p class="notice">{told}</p> }
    });
    if !people::keeps_everything(&viewer.library, viewer.actor()?).await? {
        return Ok(told.into_any());
    }
    let (action, label) = match pause {
        Some(_) => ("/studio/queue/resume", m::queue_resume(lang)),
        None => ("/studio/queue/pause", m::queue_pause(lang)),
    };
    let question = Question {
        title: m::encode_all_question(lang).into(),
        text: m::encode_all_text(lang).into(),
        label: m::encode_all(lang).into(),
    };
    let view = view! {
        <section class="panel">
            <h2>{m::queue_title(lang)}</h2>
            {told}
            <p class="soft">{m::queue_hint(lang)}</p>
            <div class="actions">
                <form method="post" action=action>{submit_quiet(label)}</form>
                {asked_first("/studio/queue/encode-all", question, lang)}
            </div>
        </section>
    };
    Ok(view.into_any())
}

pub(super) fn state(job: &Job, lang: Lang) -> AnyView {
    let (tone, name) = match job.state {
        JobState::Queued => (Tone::Calm, m::job_queued(lang).to_owned()),
        JobState::Running => (Tone::Busy, m::job_running(lang, format!("{:.0}", job.percent))),
        JobState::Paused => (Tone::Calm, m::job_paused(lang).to_owned()),
        JobState::Done => (Tone::Good, m::job_done(lang).to_owned()),
        JobState::Failed => (Tone::Bad, m::job_failed(lang).to_owned()),
        JobState::Cancelled => (Tone::Calm, m::job_cancelled(lang).to_owned()),
    };
    badge(tone, name)
}

/// Why the last try failed, and when the next one comes.
fn next(viewer: &Viewer, job: &Job) -> AnyView {
    let lang = viewer.lang;
    let why = job.cause.as_deref().filter(|_| job.state != JobState::Done).map(|code| cause(code, lang));
    let wait_ms = job.ready_at - viewer.library.clock.now_ms();
    let when = match job.state {
        JobState::Queued if wait_ms > 1000 => m::jobs_in(lang, say::duration(lang, wait_ms)),
        JobState::Queued => m::jobs_as_soon(lang).to_owned(),
        _ => String::new(),
    };
    if why.is_none() && when.is_empty() {
        return ().into_any();
    }
    view! { {why}<span class="under">{when}</span> }.into_any()
}

/// What can be done about a job. What the file itself is to blame for, no second try mends.
pub(super) fn action(viewer: &Viewer, job: &Job) -> AnyView {
    let lang = viewer.lang;
    match job.state {
        JobState::Queued | JobState::Running => {
            view! { <div class="actions">{post(job, "pause", m::job_pause(lang))}{stop(job, lang)}</div> }.into_any()
        }
        JobState::Paused => {
            view! { <div class="actions">{post(job, "retry", m::job_resume(lang))}{stop(job, lang)}</div> }.into_any()
        }
        JobState::Failed if job.cause.as_deref().is_some_and(media::jobs::is_final) => {
            go_quiet("/studio/upload", m::job_other_file(lang))
        }
        JobState::Failed | JobState::Cancelled => post(job, "retry", m::job_retry(lang)),
        JobState::Done => ().into_any(),
    }
}

fn post(job: &Job, verb: &str, label: &'static str) -> AnyView {
    let action = format!("/studio/jobs/{}/{verb}", job.id);
    view! { <form method="post" action=action>{submit_quiet(label)}</form> }.into_any()
}

fn stop(job: &Job, lang: Lang) -> AnyView {
    let question = Question {
        title: m::job_cancel_question(lang).into(),
        text: m::job_cancel_text(lang).into(),
        label: m::job_cancel(lang).into(),
    };
    asked_first(&format!("/studio/jobs/{}/cancel", job.id), question, lang)
}
