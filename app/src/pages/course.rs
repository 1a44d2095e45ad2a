//! What does this course teach, how long does it take, and where am I in it?

use std::collections::HashMap;

use content::courses::{Column, CourseState, Lesson, Outline, Section, prospectus, revisions};
use content::ids::{CourseId, LessonId};
use content::learning::{self, Standing};
use content::media::Resource;
use leptos::prelude::*;

use crate::messages as m;
use crate::parts::breadcrumb::{Crumb, breadcrumb};
use crate::parts::empty::empty;
use crate::parts::lesson_row::{Progress, address, lesson_row};
use crate::parts::progress::{bar, percent_of};
use crate::parts::said::{plain, said};
use crate::parts::{button, linked, say};
use crate::view::{Page, Viewer};
use crate::wire::Lang;

pub(super) type Standings = HashMap<LessonId, Standing>;

/// # Errors
/// `NotSignedIn`, `NotFound`, `Internal`.
pub async fn course(viewer: &Viewer, id: &CourseId) -> content::Result<Page> {
    let (actor, lang) = (viewer.actor()?, viewer.lang);
    let open = prospectus::open_to(&viewer.library, actor).await?;
    let outline = prospectus::load_shown(&viewer.library, actor, &open, id).await?;
    let standings = learning::map_course(&viewer.library, actor, id).await?;
    let column = open.column(&outline.course.column);
    let next = next_lesson(&outline, &standings);
    let completion = learning::find_course_completion(&viewer.library, actor, id).await?;
    let earned = completion.filter(|_| next.is_some()).map(|completion| {
        view! { <p class="notice good">{m::course_done_before(lang, completion.receipt)}</p> }
    });
    let invitation = match completion {
        Some(completion) => invitation(viewer, &outline, &standings, completion.completed_at).await?,
        None => None,
    };
    let title = &outline.course.title;
    let body = view! {
        {breadcrumb(lang, way(column, lang))}
        <div class="course-head">
            <h1>{said(title, lang)}</h1>
            <p class="lead">{said(&outline.course.summary, lang)}</p>
            {earned}
            {invitation}
            {head(&outline, &standings, next, lang)}
        </div>
        {lessons(&outline, &standings, next, lang)}
        {handouts(&outline, lang)}
    };
    Ok(Page { linked: linked::of_course(viewer, id).await, ..Page::new(plain(title, lang), body) })
}

/// What came to a course that she had completed, and that she has not looked at since: an invitation, nothing is undone.
async fn invitation(
    viewer: &Viewer,
    outline: &Outline,
    standings: &Standings,
    completed_at: i64,
) -> content::Result<Option<AnyView>> {
    let (actor, library, lang) = (viewer.actor()?, &viewer.library, viewer.lang);
    let id = &outline.course.id;
    let new = revisions::list_new_learning(library, actor, id, completed_at).await?;
    let is_open = |lesson: &&Lesson| {
        let came = new.iter().find(|(id, _)| *id == lesson.id).map(|(_, at)| *at);
        came.is_some_and(|at| standings.get(&lesson.id).is_none_or(|standing| standing.updated_at < at))
    };
    let open: Vec<&Lesson> = outline.lessons().filter(is_open).collect();
    let links = open.iter().map(|lesson| view! { <li><a href=address(lesson)>{said(&lesson.title, lang)}</a></li> });
    let links = links.collect_view();
    let view = view! { <div class="notice"><p>{m::course_new_learning(lang)}</p><ul>{links}</ul></div> };
    Ok((!open.is_empty()).then(|| view.into_any()))
}

/// From the home page down to the course's column.
pub(super) fn way(column: Option<&Column>, lang: Lang) -> Vec<Crumb> {
    let column = column.map(|column| Crumb::new(format!("/columns/{}", column.slug), said(&column.title, lang)));
    [Crumb::home(lang)].into_iter().chain(column).collect()
}

/// The first lesson in teaching order that is not completed.
pub(super) fn next_lesson<'a>(outline: &'a Outline, standings: &Standings) -> Option<&'a Lesson> {
    outline.lessons().find(|lesson| !progress(standings, lesson).is_completed)
}

fn progress(standings: &Standings, lesson: &Lesson) -> Progress {
    standings.get(&lesson.id).map_or_else(Progress::default, |standing| Progress {
        watched_ms: standing.watched_ms,
        is_completed: standing.completed_at.is_some(),
        receipt: standing.completion_receipt,
    })
}

/// Length, weight, how much is done, and the one next step.
fn head(outline: &Outline, standings: &Standings, next: Option<&Lesson>, lang: Lang) -> AnyView {
    let total = outline.lessons().count();
    let completed = outline.lessons().filter(|lesson| progress(standings, lesson).is_completed).count();
    let (total, completed) = (i64::try_from(total).unwrap_or(i64::MAX), i64::try_from(completed).unwrap_or(i64::MAX));
    let done = m::completed_of(lang, say::number(completed), say::number(total));
    let progress = (completed > 0).then(|| {
        view! { <p class="card-progress">{bar(percent_of(completed, total), done.clone())}<span>{done.clone()}</span></p> }
    });
    let mut facts = vec![say::lessons(lang, total)];
    facts.extend((outline.duration_ms() > 0).then(|| say::duration(lang, outline.duration_ms())));
    facts.extend((outline.size_bytes() > 0).then(|| say::about_bytes(lang, outline.size_bytes())));
    let facts = facts.into_iter().map(|fact| view! { <span>{fact}</span> }).collect_view();
    view! {
        {state_note(outline.course.state, lang)}
        <p class="facts">{facts}</p>
        {progress}
        {step(standings, next, total, lang)}
    }
    .into_any()
}

fn step(standings: &Standings, next: Option<&Lesson>, total: i64, lang: Lang) -> AnyView {
    match next {
        Some(lesson) => {
            let label = if standings.is_empty() {
                m::course_start(lang).to_owned()
            } else {
                m::course_continue(lang, plain(&lesson.title, lang))
            };
            view! { <p class="actions">{button::go(address(lesson), label)}</p> }.into_any()
        }
        None if total > 0 => view! { <p class="notice good">{m::course_done(lang)}</p> }.into_any(),
        None => ().into_any(),
    }
}

fn state_note(state: CourseState, lang: Lang) -> Option<AnyView> {
    let text = match state {
        CourseState::Published => return None,
        CourseState::Draft => m::course_draft(lang),
        CourseState::Review => m::course_review(lang),
        CourseState::Retired => m::course_retired(lang),
    };
    Some(view! { <p class="notice">{text}</p> }.into_any())
}

fn lessons(outline: &Outline, standings: &Standings, next: Option<&Lesson>, lang: Lang) -> AnyView {
    if outline.lessons().next().is_none() {
        return empty(m::course_no_lessons(lang), m::course_no_lessons_text(lang), None);
    }
    let sections = outline.sections.iter().map(|section| one_section(section, standings, next, lang)).collect_view();
    view! { <section class="section outline"><h2>{m::course_outline(lang)}</h2>{sections}</section> }.into_any()
}

fn one_section(section: &Section, standings: &Standings, next: Option<&Lesson>, lang: Lang) -> AnyView {
    let title = section.module.as_ref().map(|module| view! { <h3>{said(&module.title, lang)}</h3> });
    let rows = section.lessons.iter().map(|lesson| {
        let is_next = next.is_some_and(|next| next.id == lesson.id);
        lesson_row(lesson, progress(standings, lesson), is_next, lang)
    });
    view! { {title}<ol class="rows">{rows.collect_view()}</ol> }.into_any()
}

/// Courseware to read and to take along, each with its weight.
pub(super) fn handouts(outline: &Outline, lang: Lang) -> Option<AnyView> {
    let rows = outline.handouts.iter().map(|resource| {
        let kind = resource.filename.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_uppercase());
        let facts = m::handout_facts(lang, kind, say::bytes(resource.size_bytes));
        let time =
            reading_ms(resource).map(|ms| view! { <span>{m::reader_time(lang, say::duration(lang, ms))}</span> });
        view! {
            <li class="row">
                <div class="row-body">
                    <a class="row-title" href=handout_address(outline, resource)>{said(&resource.title, lang)}</a>
                    <p class="facts"><span>{facts}</span>{time}</p>
                </div>
            </li>
        }
    });
    let rows = rows.collect_view();
    let section = view! { <section class="section"><h2>{m::handouts(lang)}</h2><ul class="rows">{rows}</ul></section> };
    (!outline.handouts.is_empty()).then(|| section.into_any())
}

/// How long reading it takes, once it has pages.
fn reading_ms(resource: &Resource) -> Option<i64> {
    resource.duration_ms.filter(|ms| *ms > 0)
}

/// Where it is read; without pages, the file itself.
fn handout_address(outline: &Outline, resource: &Resource) -> String {
    match reading_ms(resource) {
        Some(_) => format!("/courses/{}/handouts/{}", outline.course.id, resource.id),
        None => resource.original_address(),
    }
}
