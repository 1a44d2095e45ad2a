//! How does a whole library get in from a sheet? The template, the sheet, what it would do, and what it has done.

use content::ids::ImportId;
use content::import::{self, Fate, Finding, Heading, Report, Run, sent};
use content::queue::{Job, JobState};
use leptos::prelude::*;

use crate::findings;
use crate::messages as m;
use crate::parts::badge::{Tone, badge};
use crate::parts::breadcrumb::{Crumb, breadcrumb};
use crate::parts::button::{go_quiet, submit, submit_quiet};
use crate::parts::chart::stacked;
use crate::parts::dialog::{Question, asked_first};
use crate::parts::field::problem_of_form;
use crate::parts::once::once;
use crate::parts::progress::bar;
use crate::parts::say;
use crate::parts::table::{Head, table};
use crate::view::{Form, Page, Viewer};
use crate::wire::Lang;

/// How many findings and rows the page shows.
const MOST_SHOWN: usize = 200;

/// # Errors
/// `NotSignedIn`, `Forbidden`.
pub async fn imports(viewer: &Viewer, form: &Form) -> content::Result<Page> {
    let (actor, lang) = (super::keeper(viewer)?, viewer.lang);
    let runs = import::list_runs(&viewer.library, actor).await?;
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer)])}
        <h1>{m::import_title(lang)}</h1>
        {super::sides(viewer)}
        <p class="lead">{m::import_lead(lang)}</p>
        <ol class="steps">
            <li><p>{m::import_step_template(lang)}</p><p class="actions">{go_quiet("/studio/import/template.xlsx", m::import_template(lang))}</p></li>
            <li><p>{m::import_step_upload(lang)}</p><p class="actions">{go_quiet("/studio/upload", m::studio_upload(lang))}</p></li>
            <li>
                <p>{m::import_step_check(lang)}</p>
                {problem_of_form(form)}
                <form class="form" method="post" action="/studio/import" enctype="multipart/form-data">
                    {once()}
                    <div class="field">
                        <label for="sheet">{m::import_sheet(lang)}</label>
                        <input id="sheet" class="input" type="file" name="file" accept=".xlsx,.csv,.txt" required />
                    </div>
                    <p class="actions">{submit(m::import_check(lang))}</p>
                </form>
            </li>
        </ol>
        {(!runs.is_empty()).then(|| list_runs(&runs, lang))}
    };
    Ok(Page::new(m::import_title(lang), body))
}

fn list_runs(runs: &[Run], lang: Lang) -> AnyView {
    let items = runs.iter().map(|run| {
        let state = match (run.undone_at, run.finished_at) {
            (Some(_), _) => badge(Tone::Calm, m::import_undone(lang)),
            (None, Some(_)) => badge(Tone::Good, m::import_finished(lang)),
            (None, None) => badge(Tone::Busy, m::import_unfinished(lang)),
        };
        view! {
            <li class="row">
                <div class="row-body">
                    <p class="row-title">{run.sheet.clone()}</p>
                    <p class="facts"><span>{state}</span><span>{say::date_time(lang, run.started_at)}</span></p>
                </div>
                {run.undone_at.is_none().then(|| undo(run, lang))}
            </li>
        }
    });
    view! {
        <section class="section"><h2>{m::import_runs(lang)}</h2><ul class="rows">{items.collect_view()}</ul></section>
    }
    .into_any()
}

fn undo(run: &Run, lang: Lang) -> AnyView {
    let question = Question {
        title: m::import_undo_title(lang, &run.sheet),
        text: m::import_undo_text(lang).to_owned(),
        label: m::import_undo(lang).to_owned(),
    };
    asked_first(&format!("/studio/import/runs/{}/undo", run.id), question, lang)
}

/// One sheet: what it would do, or did.
///
/// # Errors
/// `NotSignedIn`, `Forbidden`, `NotFound`.
pub async fn sheet(viewer: &Viewer, id: &ImportId) -> content::Result<Page> {
    let (actor, lang) = (super::keeper(viewer)?, viewer.lang);
    let (sheet, job) = sent::load_sheet(&viewer.library, actor, id).await?;
    let report = sheet.report()?;
    let is_busy = job.as_ref().is_some_and(|job| matches!(job.state, JobState::Queued | JobState::Running));
    let is_loaded = sheet.loaded_at.is_some();
    let title = if is_loaded { m::import_loaded(lang) } else { m::import_checked(lang) };
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer), Crumb::new("/studio/import", m::import_title(lang))])}
        <h1>{sheet.name.clone()}</h1>
        <p class="lead">{title}</p>
        {job.as_ref().filter(|_| !is_loaded).map(|job| progress(job, lang))}
        {overview(&report, lang)}
        {(!is_busy && !is_loaded).then(|| choices(id, &report, lang))}
        {found(&report, lang)}
        {rows(&report, lang)}
    };
    Ok(Page { reload_s: is_busy.then_some(3), ..Page::new(sheet.name, body) })
}

fn progress(job: &Job, lang: Lang) -> AnyView {
    match job.state {
        JobState::Queued | JobState::Running => {
            let said = m::import_running(lang, format!("{} %", whole_percent(job)));
            view! { <p class="card-progress" role="status">{bar(whole_percent(job), said.clone())}<span>{said}</span></p> }.into_any()
        }
        JobState::Failed => {
            let said = m::import_broke(lang, job.detail.clone().unwrap_or_default());
            view! { <p class="notice bad">{said}</p> }.into_any()
        }
        _ => ().into_any(),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a percent")]
fn whole_percent(job: &Job) -> i64 {
    job.percent.clamp(0.0, 100.0) as i64
}

/// What part of the rows has which fate, as a picture and as figures; and what is made and changed.
fn overview(report: &Report, lang: Lang) -> AnyView {
    let total = report.lines.len();
    let parts: Vec<_> =
        Fate::ALL.iter().map(|fate| (findings::fate(*fate, lang).to_owned(), report.count(*fate))).collect();
    let counts = report.made.iter().map(|(thing, count)| {
        view! { <li><strong>{say::number(i64::try_from(*count).unwrap_or(i64::MAX))}</strong>" "{findings::thing(*thing, lang)}</li> }
    });
    let nothing = report.changes_nothing().then(|| view! { <p class="notice good">{m::import_nothing(lang)}</p> });
    view! {
        <section class="section">
            {(total > 0).then(|| stacked(m::import_rows(lang), &parts))}
            {nothing}
            <ul class="counts">{counts.collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// What can be done with a sheet that was checked.
fn choices(id: &ImportId, report: &Report, lang: Lang) -> AnyView {
    let errors = report.errors().count();
    if report.is_hopeless() || report.changes_nothing() {
        return view! { <p class="actions">{go_quiet("/studio/import", m::import_another(lang))}</p> }.into_any();
    }
    let (label, warning) = if errors == 0 {
        (m::import_load(lang), None)
    } else {
        let skipped = i64::try_from(report.count(Fate::Skipped)).unwrap_or(i64::MAX);
        (m::import_load_right(lang), Some(m::import_wrong_rows(lang, say::number(skipped))))
    };
    let leave_out = if errors == 0 { "" } else { "1" };
    view! {
        {warning.map(|text| view! { <p class="notice">{text}</p> })}
        <form method="post" action=format!("/studio/import/{id}/load")>
            <input type="hidden" name="leaves_out_wrong" value=leave_out />
            <p class="actions">{if errors == 0 { submit(label) } else { submit_quiet(label) }}{go_quiet("/studio/import", m::import_another(lang))}</p>
        </form>
    }
    .into_any()
}

fn found(report: &Report, lang: Lang) -> Option<AnyView> {
    if report.findings.is_empty() {
        return None;
    }
    let mut sorted: Vec<&Finding> = report.findings.iter().collect();
    sorted.sort_by_key(|finding| (finding.found.is_harmless(), finding.row));
    let items = sorted.into_iter().take(MOST_SHOWN).map(|finding| {
        let tone = if finding.found.is_harmless() { Tone::Calm } else { Tone::Bad };
        let kind = if finding.found.is_harmless() { m::import_note(lang) } else { m::import_wrong(lang) };
        view! {
            <li class="row"><div class="row-body">
                <p class="row-title">{findings::place(finding, lang)}</p>
                <p>{badge(tone, kind)}" "{findings::sentence(finding, lang)}</p>
            </div></li>
        }
    });
    let items = items.collect_view();
    Some(
        view! { <section class="section"><h2>{m::import_found(lang)}</h2><ul class="rows">{items}</ul></section> }
            .into_any(),
    )
}

fn rows(report: &Report, lang: Lang) -> Option<AnyView> {
    let moved: Vec<_> = report.lines.iter().filter(|line| line.fate != Fate::Same).take(MOST_SHOWN).collect();
    if moved.is_empty() {
        return None;
    }
    let rows = moved.into_iter().map(|line| {
        vec![line.title.clone().into_any(), line.row.into_any(), findings::fate(line.fate, lang).into_any()]
    });
    let heads =
        [Head::text(m::import_row_title(lang)), Head::number(m::import_row(lang)), Head::text(m::import_fate(lang))];
    let table = table(m::import_rows(lang), &heads, rows.collect());
    Some(view! { <section class="section">{table}</section> }.into_any())
}

/// What a column of the template means.
pub fn explain(heading: Heading, lang: Lang) -> String {
    let text = match heading {
        Heading::Key => m::heading_key(lang),
        Heading::File => m::heading_file(lang),
        Heading::Language => m::heading_language(lang),
        Heading::TitleZh | Heading::CourseZh | Heading::ModuleZh => m::heading_in_zh(lang),
        Heading::TitleBo | Heading::CourseBo | Heading::ModuleBo => m::heading_in_bo(lang),
        Heading::TitleEn | Heading::CourseEn | Heading::ModuleEn => m::heading_in_en(lang),
        Heading::SummaryZh
        | Heading::SummaryBo
        | Heading::SummaryEn
        | Heading::CourseSummaryZh
        | Heading::CourseSummaryBo
        | Heading::CourseSummaryEn => m::heading_summary(lang),
        Heading::Column => m::heading_column(lang),
        Heading::Course => m::heading_course(lang),
        Heading::Place => m::heading_place(lang),
        Heading::Threshold => m::heading_threshold(lang),
        Heading::Aspects | Heading::Audience => m::heading_terms(lang),
        Heading::Author => m::heading_author(lang),
        Heading::Institution => m::heading_institution(lang),
        Heading::Disclosure => m::heading_disclosure(lang),
        Heading::License => m::heading_license(lang),
        Heading::Source => m::heading_source(lang),
        Heading::ReviewBy => m::heading_review_by(lang),
        Heading::TopicZh | Heading::TopicBo | Heading::TopicEn => m::heading_topic(lang),
        Heading::FaceZh | Heading::FaceBo | Heading::FaceEn => m::heading_face(lang),
        Heading::CaptionsZh | Heading::CaptionsBo | Heading::CaptionsEn => m::heading_captions(lang),
        Heading::Publish => m::heading_publish(lang),
        Heading::Slug => m::heading_slug(lang),
    };
    text.to_owned()
}
