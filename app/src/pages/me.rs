//! What have I learned, and as whom am I signed in?

use std::sync::Arc;

use content::courses::prospectus::{self, Open};
use content::courses::{Lesson, Outline};
use content::ids::{CourseId, LessonId};
use content::learning::{self, Touched};
use content::{assignments, places};
use leptos::prelude::*;

use super::home::due_row;
use crate::messages as m;
use crate::parts::breadcrumb::{Crumb, breadcrumb};
use crate::parts::empty::empty;
use crate::parts::lesson_row::{Progress, address};
use crate::parts::progress::ring;
use crate::parts::said::said;
use crate::parts::{button, say};
use crate::view::{Page, Viewer};
use crate::wire::Lang;

/// How many lessons one page shows.
const SHOWN: usize = 24;
/// How many courses that are due one page shows.
const DUE: i64 = 100;

/// A lesson she has begun and may still see, as a row shows it.
struct Begun {
    outline: Arc<Outline>,
    standing: Touched,
}

impl Begun {
    fn lesson(&self) -> Option<&Lesson> {
        self.outline.lessons().find(|lesson| lesson.id == self.standing.lesson)
    }
}

/// `before` is the last lesson of the page before this one.
///
/// # Errors
/// `NotSignedIn`, `Internal`.
pub async fn me(viewer: &Viewer, before: Option<(i64, LessonId)>) -> content::Result<Page> {
    let (actor, lang) = (viewer.actor()?, viewer.lang);
    let open = prospectus::open_to(&viewer.library, actor).await?;
    let (begun, more) = list_begun(viewer, &open, before.as_ref()).await?;
    let total = total(viewer, &open, begun.first(), lang).await?;
    let (completed, going): (Vec<_>, Vec<_>) =
        begun.into_iter().partition(|begun| begun.standing.completed_at.is_some());
    let more = more.map(|(at, lesson)| {
        let address = format!("/me?before={at}.{lesson}");
        view! { <p class="actions">{button::go_quiet(address, m::pages_next(lang))}</p> }
    });
    let body = view! {
        <h1>{actor.name.clone()}</h1>
        {person(viewer).await?}
        {total}
        {list(m::me_going(lang), &going, &open, lang)}
        {list(m::me_completed(lang), &completed, &open, lang)}
        {more}
        {sign_out(lang)}
    };
    Ok(Page::new(m::me_title(lang), body))
}

/// All that this person is to complete.
///
/// # Errors
/// `NotSignedIn`, `Internal`.
pub async fn due(viewer: &Viewer) -> content::Result<Page> {
    let (actor, lang, library) = (viewer.actor()?, viewer.lang, &viewer.library);
    let open = prospectus::open_to(library, actor).await?;
    let progress = learning::map_progress(library, actor).await?;
    let due = assignments::list_due(library, actor, DUE).await?;
    let now_ms = library.clock.now_ms();
    let rows = due.iter().filter_map(|due| Some((due, open.find(&due.course)?)));
    let rows = rows.map(|(due, card)| {
        let completed = progress.get(&card.course.id).map_or(0, |progress| progress.completed);
        due_row(due, card, completed, now_ms, lang)
    });
    let rows: Vec<_> = rows.collect();
    let body = view! {
        {breadcrumb(lang, vec![Crumb::home(lang)])}
        <h1>{m::home_due(lang)}</h1>
        <ul class="rows">{rows}</ul>
    };
    Ok(Page::new(m::home_due(lang), body))
}

/// One page of the lessons she began, and where the next one goes on.
async fn list_begun(
    viewer: &Viewer,
    open: &Open,
    before: Option<&(i64, LessonId)>,
) -> content::Result<(Vec<Begun>, Option<(i64, LessonId)>)> {
    let (actor, library) = (viewer.actor()?, &viewer.library);
    let before = before.map(|(at, lesson)| (*at, lesson));
    let mut touched = learning::list_touched(library, actor, before, limit()).await?;
    let is_more = touched.len() > SHOWN;
    touched.truncate(SHOWN);
    let last = touched.last().map(|last| (last.updated_at, last.lesson.clone()));
    let mut courses: Vec<&CourseId> = touched.iter().map(|standing| &standing.course).collect();
    courses.sort();
    courses.dedup();
    let outlines = prospectus::list_shown(library, open, &courses).await?;
    // What is no longer taught, or not to her, stands in her records and in no list.
    let taught = touched.into_iter().filter_map(|standing| {
        let outline = outlines.iter().find(|outline| outline.course.id == standing.course)?.clone();
        Some(Begun { outline, standing })
    });
    let mut begun: Vec<Begun> = taught.collect();
    begun.retain(|begun| begun.lesson().is_some());
    Ok((begun, last.filter(|_| is_more)))
}

fn limit() -> i64 {
    i64::try_from(SHOWN + 1).unwrap_or(i64::MAX)
}

async fn person(viewer: &Viewer) -> content::Result<AnyView> {
    let (actor, lang) = (viewer.actor()?, viewer.lang);
    let path = places::list_path_to(&viewer.library, actor.unit.as_ref()).await?;
    let mut units =
        path.iter().map(|unit| view! { <span>{said(&unit.name, lang)}</span> }.into_any()).collect::<Vec<_>>();
    if units.is_empty() {
        units.push(m::me_no_unit(lang).into_any());
    }
    let person = view! {
        <dl class="person">
            <div><dt>{m::me_account(lang)}</dt><dd>{actor.login.clone()}</dd></div>
            <div><dt>{m::me_unit(lang)}</dt><dd class="path">{units}</dd></div>
        </dl>
    };
    Ok(person.into_any())
}

/// How much she has learned in all, and the one way on.
async fn total(viewer: &Viewer, open: &Open, last: Option<&Begun>, lang: Lang) -> content::Result<AnyView> {
    let progress = learning::map_progress(&viewer.library, viewer.actor()?).await?;
    if progress.is_empty() {
        let find = button::go("/", m::me_find(lang));
        return Ok(empty(m::me_empty(lang), m::me_empty_text(lang), Some(find)));
    }
    let open = progress.values().filter(|each| open.find(&each.course).is_some());
    let (completed, watched_ms) = open.fold((0, 0), |(count, ms), each| (count + each.completed, ms + each.watched_ms));
    let lessons = say::lessons(lang, completed);
    let going = last.filter(|begun| begun.standing.completed_at.is_none()).and_then(Begun::lesson);
    let next = match going {
        Some(lesson) => button::go(address(lesson), m::home_continue_button(lang)),
        None => button::go("/", m::me_find(lang)),
    };
    let view = view! {
        <p class="notice calm">{m::me_total(lang, say::duration(lang, watched_ms), lessons)}</p>
        <p class="actions">{next}</p>
    };
    Ok(view.into_any())
}

fn list(title: &'static str, begun: &[Begun], open: &Open, lang: Lang) -> Option<AnyView> {
    let rows = begun.iter().filter_map(|begun| row(begun, open, lang)).collect_view();
    let section = view! { <section class="section"><h2>{title}</h2><ul class="rows">{rows}</ul></section> };
    (!begun.is_empty()).then(|| section.into_any())
}

fn row(begun: &Begun, open: &Open, lang: Lang) -> Option<AnyView> {
    let (lesson, standing) = (begun.lesson()?, &begun.standing);
    let progress = Progress {
        watched_ms: standing.watched_ms,
        is_completed: standing.completed_at.is_some(),
        receipt: standing.completion_receipt,
    };
    let course = open.find(&standing.course).map(|card| view! { <span>{said(&card.course.title, lang)}</span> });
    let standing = match standing.completed_at {
        None => view! { <span>{progress.words(lesson, lang)}</span> }.into_any(),
        Some(at) => {
            let receipt = progress.receipt.map(|receipt| view! { <span>{m::me_receipt(lang, receipt)}</span> });
            let day = m::me_completed_on(lang, say::date(lang, at));
            view! { <span><time datetime=say::machine_date(at)>{day}</time></span>{receipt} }.into_any()
        }
    };
    let view = view! {
        <li class="row">
            {ring(progress.percent(lesson))}
            <div class="row-body">
                <a class="row-title" href=address(lesson)>{said(&lesson.title, lang)}</a>
                <p class="facts">{course}{standing}</p>
            </div>
        </li>
    };
    Some(view.into_any())
}

fn sign_out(lang: Lang) -> AnyView {
    view! {
        <section class="section">
            <h2>{m::me_sign_out(lang)}</h2>
            <p class="soft">{m::me_sign_out_hint(lang)}</p>
            <form class="actions" method="post" action="/sign-out">{button::submit_quiet(m::me_sign_out(lang))}</form>
        </section>
    }
    .into_any()
}
