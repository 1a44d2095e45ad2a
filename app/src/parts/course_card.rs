//! How does a course look in a list? Its length, its weight, and how much of it is done.

use content::courses::{CourseCard, CourseState};
use leptos::prelude::*;

use super::badge::{Tone, badge};
use super::progress::{bar, percent_of};
use super::said::said;
use super::say;
use crate::messages as m;
use crate::wire::Lang;

/// `completed` counts this person's completed lessons of the course.
pub fn course_card(card: &CourseCard, completed: i64, lang: Lang) -> AnyView {
    let course = &card.course;
    view! {
        <li class="card">
            <h3 class="card-title"><a href=format!("/courses/{}", course.id)>{said(&course.title, lang)}</a></h3>
            <p class="card-text">{said(&course.summary, lang)}</p>
            <p class="facts">{facts(card, lang)}</p>
            {standing(card, completed, lang)}
        </li>
    }
    .into_any()
}

/// How many lessons, how long, how heavy; what is not known yet is left out.
pub fn facts(card: &CourseCard, lang: Lang) -> AnyView {
    let mut facts = vec![say::lessons(lang, card.lessons)];
    if card.duration_ms > 0 {
        facts.push(say::duration(lang, card.duration_ms));
    }
    if card.size_bytes > 0 {
        facts.push(say::about_bytes(lang, card.size_bytes));
    }
    facts.into_iter().map(|fact| view! { <span>{fact}</span> }).collect_view().into_any()
}

/// Nothing for a course not begun: an empty bar would only say so twice.
fn standing(card: &CourseCard, completed: i64, lang: Lang) -> AnyView {
    if card.course.state != CourseState::Published {
        return view! { <p>{badge(Tone::Calm, state_name(card.course.state, lang))}</p> }.into_any();
    }
    match percent_of(completed, card.lessons) {
        0 => ().into_any(),
        100 => view! { <p>{badge(Tone::Good, m::course_completed(lang))}</p> }.into_any(),
        percent => {
            let name = m::completed_of(lang, say::number(completed), say::number(card.lessons));
            view! { <p class="card-progress">{bar(percent, name.clone())}<span>{name}</span></p> }.into_any()
        }
    }
}

/// How a course's state is called.
pub fn state_name(state: CourseState, lang: Lang) -> &'static str {
    match state {
        CourseState::Draft => m::state_draft(lang),
        CourseState::Review => m::state_review(lang),
        CourseState::Published => m::state_published(lang),
        CourseState::Retired => m::state_retired(lang),
    }
}
