//! What is the one thing to do next?

use content::courses::{self, CourseCard, Lesson};
use content::learning::{self, Begun};
use leptos::prelude::*;

use super::Home;
use crate::messages as m;
use crate::pages::course::next_lesson;
use crate::parts::course_card::facts;
use crate::parts::empty::empty;
use crate::parts::lesson_row::{self, Progress, address};
use crate::parts::progress::bar;
use crate::parts::said::said;
use crate::parts::{button, say};
use crate::view::Viewer;

/// The one thing to do next.
pub(super) enum Step<'a> {
    /// A lesson left half seen.
    Resume(&'a Begun, &'a CourseCard),
    /// The next lesson of a course under way.
    GoOn(Box<Lesson>, &'a CourseCard),
    Begin(&'a CourseCard),
    Nothing,
}

impl Step<'_> {
    pub(super) fn is_to(&self, other: &CourseCard) -> bool {
        match self {
            Self::Resume(_, card) | Self::GoOn(_, card) | Self::Begin(card) => card.course.id == other.course.id,
            Self::Nothing => false,
        }
    }
}

impl Home {
    /// The lesson left last; else the next one of the course left last that still has lessons; else the first course
    /// that is due, or not completed.
    pub(super) async fn next_step(&self, viewer: &Viewer) -> content::Result<Step<'_>> {
        let mut left = self.begun.iter().filter(|begun| begun.completed_at.is_none());
        if let Some(step) = left.find_map(|begun| Some(Step::Resume(begun, self.card_of(&begun.lesson.course)?))) {
            return Ok(step);
        }
        let mut under_way = self.begun.iter().filter_map(|begun| self.card_of(&begun.lesson.course));
        if let Some(card) = under_way.find(|card| self.is_open(card)) {
            let outline = courses::load_outline(&viewer.library, viewer.actor()?, &card.course.id).await?;
            let standings = learning::map_course(&viewer.library, viewer.actor()?, &card.course.id).await?;
            if let Some(lesson) = next_lesson(&outline, &standings) {
                return Ok(Step::GoOn(Box::new(lesson.clone()), card));
            }
        }
        let mut due = self.due.iter().filter_map(|due| self.card_of(&due.course));
        let begin = due.find(|card| self.is_open(card)).or_else(|| self.cards.iter().find(|card| self.is_open(card)));
        Ok(begin.map_or(Step::Nothing, Step::Begin))
    }

    pub(super) fn show(&self, step: &Step<'_>) -> AnyView {
        let lang = self.lang;
        match step {
            Step::Resume(begun, card) => self.resume(begun, card),
            Step::GoOn(lesson, card) => self.go_on(lesson, card),
            Step::Begin(card) => self.begin(card),
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

    fn go_on(&self, lesson: &Lesson, card: &CourseCard) -> AnyView {
        let lang = self.lang;
        view! {
            <section class="next-step">
                <p class="kicker">{m::home_next_lesson(lang)}</p>
                <h2>{said(&lesson.title, lang)}</h2>
                <p class="facts"><span>{said(&card.course.title, lang)}</span>{lesson_row::facts(lesson, lang)}</p>
                {button::go(address(lesson), m::home_continue_button(lang))}
            </section>
        }
        .into_any()
    }

    fn begin(&self, card: &CourseCard) -> AnyView {
        let lang = self.lang;
        view! {
            <section class="next-step">
                <p class="kicker">{m::home_begin(lang)}</p>
                <h2>{said(&card.course.title, lang)}</h2>
                <p class="facts">{facts(card, lang)}</p>
                {button::go(format!("/courses/{}", card.course.id), m::home_begin_button(lang))}
            </section>
        }
        .into_any()
    }
}
