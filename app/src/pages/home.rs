//! What do I do now? One next step first, then where else to look.

use std::collections::HashMap;

use content::courses::{self, Column, CourseCard};
use content::ids::CourseId;
use content::learning::{self, Begun};
use leptos::prelude::*;

use crate::messages as m;
use crate::parts::course_card::{course_card, facts};
use crate::parts::empty::empty;
use crate::parts::lesson_row::{Progress, address};
use crate::parts::progress::bar;
use crate::parts::said::said;
use crate::parts::{button, say};
use crate::view::{Page, Viewer};
use crate::wire::Lang;

/// More new courses than this are not new to anybody.
const NEW_COURSES: usize = 4;

/// Everything the page is made of.
struct Home {
    columns: Vec<Column>,
    cards: Vec<CourseCard>,
    completed: HashMap<CourseId, i64>,
    begun: Vec<Begun>,
    lang: Lang,
}

/// The one thing to do next.
#[derive(Clone, Copy)]
enum Step<'a> {
    Resume(&'a Begun, &'a CourseCard),
    GoOn(&'a CourseCard),
    Begin(&'a CourseCard),
    Nothing,
}

impl Step<'_> {
    fn is_to(self, other: &CourseCard) -> bool {
        match self {
            Self::Resume(_, card) | Self::GoOn(card) | Self::Begin(card) => card.course.id == other.course.id,
            Self::Nothing => false,
        }
    }
}

/// # Errors
/// `NotSignedIn`, `Internal`.
pub async fn home(viewer: &Viewer) -> content::Result<Page> {
    let actor = viewer.actor()?;
    let library = &viewer.library;
    let home = Home {
        columns: courses::list_columns(library).await?,
        cards: courses::list_open_courses(library, actor).await?,
        completed: learning::count_completed(library, actor).await?,
        begun: learning::list_begun(library, actor).await?,
        lang: viewer.lang,
    };
    let step = home.next_step();
    let body = view! {
        <h1 class="greeting">{m::home_greeting(home.lang, &actor.name)}</h1>
        {home.show(step)}
        {home.columns()}
        {home.new_courses(step)}
    };
    Ok(Page::new(m::home_title(viewer.lang), body))
}

impl Home {
    fn card_of(&self, course: &CourseId) -> Option<&CourseCard> {
        self.cards.iter().find(|card| &card.course.id == course)
    }

    fn completed_of(&self, card: &CourseCard) -> i64 {
        self.completed.get(&card.course.id).copied().unwrap_or_default()
    }

    fn is_open(&self, card: &CourseCard) -> bool {
        card.lessons > 0 && self.completed_of(card) < card.lessons
    }

    /// The lesson left last; else the course left last that still has lessons; else the first course not completed.
    fn next_step(&self) -> Step<'_> {
        let mut left = self.begun.iter().filter(|begun| begun.completed_at.is_none());
        let resumed = left.find_map(|begun| Some(Step::Resume(begun, self.card_of(&begun.lesson.course)?)));
        let mut under_way = self.begun.iter().filter_map(|begun| self.card_of(&begun.lesson.course));
        let going_on = || under_way.find(|card| self.is_open(card)).map(Step::GoOn);
        let begin = || self.cards.iter().find(|card| self.is_open(card)).map(Step::Begin);
        resumed.or_else(going_on).or_else(begin).unwrap_or(Step::Nothing)
    }

    fn show(&self, step: Step<'_>) -> AnyView {
        let lang = self.lang;
        match step {
            Step::Resume(begun, card) => self.resume(begun, card),
            Step::GoOn(card) => self.open(card, m::home_next_lesson(lang), m::home_continue_button(lang)),
            Step::Begin(card) => self.open(card, m::home_begin(lang), m::home_begin_button(lang)),
            Step::Nothing if self.cards.is_empty() => empty(m::home_nothing(lang), m::home_nothing_text(lang), None),
            Step::Nothing => {
                let search = button::go_quiet("/search", m::search_title(lang));
                empty(m::home_all_done(lang), m::home_all_done_text(lang), Some(search))
            }
        }
    }

    fn resume(&self, begun: &Begun, card: &CourseCard) -> AnyView {
        let lang = self.lang;
        let lesson = &begun.lesson;
        let progress = Progress { watched_ms: begun.watched_ms, is_completed: false, receipt: None };
        let left = lesson.duration_ms.map(|length_ms| {
            let left_ms = (length_ms - begun.watched_ms).max(1000);
            view! { <span>{m::home_left(lang, say::duration(lang, left_ms))}</span> }
        });
        let weight = lesson.size_bytes.map(|size_bytes| view! { <span>{say::about_bytes(lang, size_bytes)}</span> });
        view! {
            <section class="next-step">
                <p class="kicker">{m::home_continue(lang)}</p>
                <h2>{said(&lesson.title, lang)}</h2>
                <p class="facts"><span>{said(&card.course.title, lang)}</span>{left}{weight}</p>
                {bar(progress.percent(lesson), progress.words(lesson, lang))}
                {button::go(address(lesson), m::home_continue_button(lang))}
            </section>
        }
        .into_any()
    }

    fn open(&self, card: &CourseCard, kicker: &'static str, label: &'static str) -> AnyView {
        let lang = self.lang;
        let href = format!("/courses/{}", card.course.id);
        view! {
            <section class="next-step">
                <p class="kicker">{kicker}</p>
                <h2>{said(&card.course.title, lang)}</h2>
                <p class="facts">{facts(card, lang)}</p>
                {button::go(href, label)}
            </section>
        }
        .into_any()
    }

    fn columns(&self) -> Option<AnyView> {
        let lang = self.lang;
        let columns = self.columns.iter().map(|column| {
            let count = self.cards.iter().filter(|card| card.course.column == column.id).count();
            view! {
                <li class="card">
                    <h3 class="card-title"><a href=format!("/columns/{}", column.slug)>{said(&column.title, lang)}</a></h3>
                    <p class="card-text">{said(&column.summary, lang)}</p>
                    <p class="facts"><span>{say::courses(lang, i64::try_from(count).unwrap_or(i64::MAX))}</span></p>
                </li>
            }
        });
        let columns = columns.collect_view();
        let section = view! {
            <section class="section"><h2>{m::home_columns(lang)}</h2><ul class="cards">{columns}</ul></section>
        };
        (!self.columns.is_empty()).then(|| section.into_any())
    }

    /// The newest courses she has not touched, without the one she is sent to already.
    fn new_courses(&self, step: Step<'_>) -> Option<AnyView> {
        let is_begun = |card: &&CourseCard| self.begun.iter().any(|begun| begun.lesson.course == card.course.id);
        let mut new: Vec<_> = self.cards.iter().filter(|card| !is_begun(card) && !step.is_to(card)).collect();
        new.sort_by_key(|card| std::cmp::Reverse(card.course.published_at));
        let cards = new.iter().take(NEW_COURSES).map(|card| course_card(card, 0, self.lang)).collect_view();
        let section = view! {
            <section class="section"><h2>{m::home_new(self.lang)}</h2><ul class="cards">{cards}</ul></section>
        };
        (!new.is_empty()).then(|| section.into_any())
    }
}
