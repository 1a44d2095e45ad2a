//! What is a content manager working on? Her courses with their next step, uploads to continue, and the newest files.

use content::courses::{CourseCard, CourseState, finding};
use content::media::uploads::{self, Upload};
use content::media::{self, Resource};
use content::shelves::due;
use leptos::prelude::*;

use super::resource_parts;
use crate::messages as m;
use crate::parts::badge::badge;
use crate::parts::button::{go, go_quiet};
use crate::parts::course_card::state_name;
use crate::parts::empty::empty;
use crate::parts::pagination::At;
use crate::parts::progress::{bar, percent_of};
use crate::parts::said::said;
use crate::parts::say;
use crate::view::{Form, Page, Viewer};

/// How many courses a page of the overview shows.
const COURSES: usize = 30;
/// How many resources the overview shows.
const NEWEST: usize = 8;

/// # Errors
/// `NotSignedIn`, `Forbidden`.
pub async fn overview(viewer: &Viewer) -> content::Result<Page> {
    let actor = super::keeper(viewer)?;
    let (library, lang) = (&viewer.library, viewer.lang);
    let at = At::read(viewer, &Form::default());
    let courses = finding::list_kept_page(library, actor, at.page(COURSES)).await?;
    let unfinished = uploads::list_unfinished(library, actor).await?;
    let resources = media::list_resources(library, actor).await?;
    let due = due::count_due(library, actor).await?;
    let body = view! {
        <div class="page-head">
            <h1>{m::studio_title(lang)}</h1>
            <p class="actions">
                {go("/studio/upload", m::studio_upload(lang))}
                {go_quiet("/studio/courses/new", m::studio_new_course(lang))}
            </p>
        </div>
        {super::sides(viewer)}
        {(due.0 > 0).then(|| warn_of_due(viewer, due))}
        {(!unfinished.is_empty()).then(|| list_unfinished(viewer, &unfinished))}
        <section class="section">
            <h2>{m::studio_courses(lang)}</h2>
            {list_courses(viewer, &courses.items, &at, courses.next.as_deref())}
            {at.links(lang, "/studio", &[], courses.next.as_deref())}
        </section>
        <section class="section">
            <h2>{m::studio_resources(lang)}</h2>
            {list_resources(viewer, &resources)}
            {(!resources.is_empty()).then(|| view! { <p class="actions">{go_quiet("/studio/resources", m::kept_title(lang))}</p> })}
        </section>
    };
    Ok(Page::new(m::studio_title(lang), body))
}

fn warn_of_due(viewer: &Viewer, (count, is_all): (i64, bool)) -> AnyView {
    let lang = viewer.lang;
    let count = say::number(count);
    let told = if is_all { m::due_count(lang, count) } else { m::due_many(lang, count) };
    view! { <p class="notice"><a href="/studio/review-by">{told}</a></p> }.into_any()
}

fn list_unfinished(viewer: &Viewer, unfinished: &[Upload]) -> AnyView {
    let lang = viewer.lang;
    let items = unfinished.iter().map(|upload| {
        let amount = m::studio_received_of(lang, say::bytes(upload.size_bytes), say::bytes(upload.received_bytes));
        let kept = m::studio_kept_until(lang, say::date_time(lang, upload.expires_at));
        view! {
            <li class="row">
                <div class="row-body">
                    <p class="row-title">{said(&upload.title, lang)}</p>
                    <p class="facts"><span>{upload.filename.clone()}</span><span>{amount.clone()}</span><span>{kept}</span></p>
                    {bar(percent_of(upload.received_bytes, upload.size_bytes), amount)}
                </div>
            </li>
        }
    });
    view! {
        <section class="panel">
            <h2>{m::studio_unfinished(lang)}</h2>
            <p>{m::studio_unfinished_text(lang)}</p>
            <ul class="rows">{items.collect_view()}</ul>
            <p class="actions">{go("/studio/upload", m::studio_unfinished_go(lang))}</p>
        </section>
    }
    .into_any()
}

fn list_courses(viewer: &Viewer, courses: &[CourseCard], at: &At, next: Option<&str>) -> AnyView {
    let lang = viewer.lang;
    if courses.is_empty() && (at.is_first() || next.is_some()) {
        let action = || go("/studio/courses/new", m::studio_new_course(lang));
        let none = || empty(m::studio_no_courses(lang), m::studio_no_courses_text(lang), Some(action()));
        return at.nothing(lang, next, none);
    }
    let items = courses.iter().map(|card| course_item(viewer, card)).collect_view();
    view! { <ul class="rows">{items}</ul> }.into_any()
}

fn course_item(viewer: &Viewer, card: &CourseCard) -> AnyView {
    let (lang, course) = (viewer.lang, &card.course);
    let tone = resource_parts::course_tone(course.state);
    view! {
        <li class="row">
            <div class="row-body">
                <a class="row-title" href=format!("/studio/courses/{}", course.id)>{said(&course.title, lang)}</a>
                <p class="facts">
                    <span>{badge(tone, state_name(course.state, lang))}</span>
                    <span>{say::lessons(lang, card.lessons)}</span>
                    {(card.duration_ms > 0).then(|| view! { <span>{say::duration(lang, card.duration_ms)}</span> })}
                    {next_step(viewer, card)}
                </p>
            </div>
        </li>
    }
    .into_any()
}

fn next_step(viewer: &Viewer, card: &CourseCard) -> AnyView {
    let lang = viewer.lang;
    let todo = |words: &'static str| view! { <span class="todo">{words}</span> }.into_any();
    match (card.course.state, card.lessons) {
        (CourseState::Draft, 0) => todo(m::studio_next_add_lesson(lang)),
        (CourseState::Draft, _) => todo(m::studio_next_publish(lang)),
        (CourseState::Review, _) => view! { <span>{m::studio_next_review(lang)}</span> }.into_any(),
        (CourseState::Retired, _) => view! { <span>{m::studio_next_retired(lang)}</span> }.into_any(),
        (CourseState::Published, _) => {
            let since = card.course.published_at.map(|at| m::studio_published_since(lang, say::date(lang, at)));
            view! { <span>{since}</span> }.into_any()
        }
    }
}

fn list_resources(viewer: &Viewer, resources: &[Resource]) -> AnyView {
    let lang = viewer.lang;
    if resources.is_empty() {
        let action = go("/studio/upload", m::studio_upload(lang));
        return empty(m::studio_no_resources(lang), m::studio_no_resources_text(lang), Some(action));
    }
    let items = resources.iter().take(NEWEST).map(|resource| resource_parts::row(viewer, resource)).collect_view();
    view! { <ul class="rows">{items}</ul> }.into_any()
}
