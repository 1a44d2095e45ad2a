//! What have I learned, and as whom am I signed in?

use std::collections::HashMap;

use content::ids::CourseId;
use content::learning::{self, Begun};
use content::texts::Texts;
use content::{courses, places};
use leptos::prelude::*;

use crate::messages as m;
use crate::parts::empty::empty;
use crate::parts::lesson_row::{Progress, address};
use crate::parts::progress::ring;
use crate::parts::said::said;
use crate::parts::{button, say};
use crate::view::{Page, Viewer};
use crate::wire::Lang;

/// # Errors
/// `NotSignedIn`, `Internal`.
pub async fn me(viewer: &Viewer) -> content::Result<Page> {
    let (actor, lang) = (viewer.actor()?, viewer.lang);
    let begun = learning::list_begun(&viewer.library, actor).await?;
    let cards = courses::list_open_courses(&viewer.library, actor).await?;
    let titles: HashMap<_, _> = cards.into_iter().map(|card| (card.course.id, card.course.title)).collect();
    let (completed, going): (Vec<_>, Vec<_>) = begun.into_iter().partition(|begun| begun.completed_at.is_some());
    let body = view! {
        <h1>{actor.name.clone()}</h1>
        {person(viewer).await?}
        {learned(&completed, &going, lang)}
        {list(m::me_going(lang), &going, &titles, lang)}
        {list(m::me_completed(lang), &completed, &titles, lang)}
        {sign_out(lang)}
    };
    Ok(Page::new(m::me_title(lang), body))
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

fn learned(completed: &[Begun], going: &[Begun], lang: Lang) -> AnyView {
    if completed.is_empty() && going.is_empty() {
        let find = button::go("/", m::me_find(lang));
        return empty(m::me_empty(lang), m::me_empty_text(lang), Some(find));
    }
    let watched_ms = completed.iter().chain(going).map(|begun| begun.watched_ms).sum();
    let lessons = say::lessons(lang, i64::try_from(completed.len()).unwrap_or(i64::MAX));
    let next = match going.first() {
        Some(begun) => button::go(address(&begun.lesson), m::home_continue_button(lang)),
        None => button::go("/", m::me_find(lang)),
    };
    view! {
        <p class="notice calm">{m::me_total(lang, say::duration(lang, watched_ms), lessons)}</p>
        <p class="actions">{next}</p>
    }
    .into_any()
}

fn list(title: &'static str, begun: &[Begun], courses: &HashMap<CourseId, Texts>, lang: Lang) -> Option<AnyView> {
    let rows = begun.iter().map(|begun| row(begun, courses.get(&begun.lesson.course), lang)).collect_view();
    let section = view! { <section class="section"><h2>{title}</h2><ul class="rows">{rows}</ul></section> };
    (!begun.is_empty()).then(|| section.into_any())
}

fn row(begun: &Begun, course: Option<&Texts>, lang: Lang) -> AnyView {
    let lesson = &begun.lesson;
    let progress = Progress {
        watched_ms: begun.watched_ms,
        is_completed: begun.completed_at.is_some(),
        receipt: begun.completion_receipt,
    };
    let course = course.map(|title| view! { <span>{said(title, lang)}</span> });
    let standing = match begun.completed_at {
        None => view! { <span>{progress.words(lesson, lang)}</span> }.into_any(),
        Some(at) => {
            let receipt = begun.completion_receipt.map(|receipt| view! { <span>{m::me_receipt(lang, receipt)}</span> });
            let day = m::me_completed_on(lang, say::date(lang, at));
            view! { <span><time datetime=say::machine_date(at)>{day}</time></span>{receipt} }.into_any()
        }
    };
    view! {
        <li class="row">
            {ring(progress.percent(lesson))}
            <div class="row-body">
                <a class="row-title" href=address(lesson)>{said(&lesson.title, lang)}</a>
                <p class="facts">{course}{standing}</p>
            </div>
        </li>
    }
    .into_any()
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
