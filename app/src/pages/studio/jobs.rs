//! What is the platform working on, what went wrong, and what happens next?

use std::collections::HashMap;

use content::media::{self, Resource};
use content::queue::{Job, JobKind, JobState, Part};
use leptos::prelude::*;

use super::resource_parts::age;
use crate::messages as m;
use crate::parts::badge::{Tone, badge};
use crate::parts::breadcrumb::breadcrumb;
use crate::parts::button::{go_quiet, submit_quiet};
use crate::parts::dialog::{Question, asked_first};
use crate::parts::empty::empty;
use crate::parts::said::said;
use crate::parts::say;
use crate::parts::table::{Head, table};
use crate::problem::cause;
use crate::view::{Page, Viewer};
use crate::wire::Lang;

/// # Errors
/// `NotSignedIn`, `Forbidden`.
pub async fn jobs(viewer: &Viewer) -> content::Result<Page> {
    let actor = super::keeper(viewer)?;
    let lang = viewer.lang;
    let jobs = media::jobs::list_jobs(&viewer.library, actor).await?;
    let resources = media::list_resources(&viewer.library, actor).await?;
    let resources: HashMap<&str, &Resource> = resources.iter().map(|each| (each.id.as_str(), each)).collect();
    let is_busy = jobs.iter().any(|job| is_open(job.state));
    let (done, others): (Vec<_>, Vec<_>) = jobs.iter().partition(|job| job.state == JobState::Done);
    let rows = |jobs: Vec<&Job>| -> Vec<Vec<AnyView>> {
        jobs.into_iter().map(|job| row(viewer, job, resources.get(job.subject.as_str()).copied())).collect()
    };
    let nothing = others.is_empty().then(|| empty(m::jobs_none(lang), m::jobs_none_text(lang), None));
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
        <div class="section">{nothing}{others}{done}</div>
    };
    Ok(Page { refresh_s: is_busy.then_some(10), ..Page::new(m::studio_jobs(lang), body) })
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
        state(job, lang),
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

fn kind_name(job: &Job, lang: Lang) -> &'static str {
    match job.part() {
        None if job.kind == JobKind::Probe => m::job_probe(lang),
        None => m::job_transcode(lang),
        Some(Part::First) => m::job_first(lang),
        Some(Part::Small) => m::job_small(lang),
        Some(Part::Fine) => m::job_fine(lang),
    }
}

fn state(job: &Job, lang: Lang) -> AnyView {
    let (tone, name) = match job.state {
        JobState::Queued => (Tone::Calm, m::job_queued(lang).to_owned()),
        JobState::Running => (Tone::Busy, m::job_running(lang, format!("{:.0}", job.percent))),
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

/// The one thing that can be done about a job. What the file itself is to blame for, no second try mends.
pub(super) fn action(viewer: &Viewer, job: &Job) -> AnyView {
    let lang = viewer.lang;
    match job.state {
        JobState::Queued | JobState::Running => {
            let question = Question {
                title: m::job_cancel_question(lang).into(),
                text: m::job_cancel_text(lang).into(),
                label: m::job_cancel(lang).into(),
            };
            asked_first(&format!("/studio/jobs/{}/cancel", job.id), question, lang)
        }
        JobState::Failed if job.cause.as_deref().is_some_and(media::jobs::is_final) => {
            go_quiet("/studio/upload", m::job_other_file(lang))
        }
        JobState::Failed | JobState::Cancelled => {
            let retry = format!("/studio/jobs/{}/retry", job.id);
            view! { <form method="post" action=retry>{submit_quiet(m::job_retry(lang))}</form> }.into_any()
        }
        JobState::Done => ().into_any(),
    }
}
