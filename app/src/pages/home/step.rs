//! What is the one thing to do next?

use content::courses::{CourseCard, Lesson};
use leptos::prelude::*;

use super::Home;
use crate::messages as m;
use crate::parts::course_card::facts;
use crate::parts::empty::empty;
use crate::parts::lesson_row::{self, Progress, address};
use crate::parts::progress::bar;
use crate::parts::said::said;
use crate::parts::{button, say};

/// The one thing to do next.
pub(super) enum Step<'a> {
    /// A lesson left half seen, and how much of it was watched.
    Resume(&'a Lesson, i64, &'a CourseCard),
    /// The next lesson of a course under way.
    GoOn(&'a Lesson, &'a CourseCard),
    Begin(&'a CourseCard),
    Nothing,
}

impl Step<'_> {
    pub(super) fn is_to(&self, other: &CourseCard) -> bool {
        match self {
            Self::Resume(_, _, card) | Self::GoOn(_, card) | Self::Begin(card) => card.course.id == other.course.id,
            Self::Nothing => false,
        }
    }
}

impl Home {
    /// The lesson left last; else the next one of the course left last that still has lessons; else the first course
    /// that is due, or not completed.
    pub(super) fn next_step(&self) -> Step<'_> {
        let under_way =
            || self.under_way.iter().filter_map(|outline| Some((outline, self.open.find(&outline.course.id)?)));
        let left = under_way().flat_map(|(outline, card)| outline.lessons().map(move |lesson| (lesson, card)));
        let left = left.filter_map(|(lesson, card)| Some((self.standing_of(lesson)?, lesson, card)));
        let last = left
            .filter(|(standing, ..)| standing.completed_at.is_none())
            .max_by_key(|(standing, ..)| standing.updated_at);
        if let Some((standing, lesson, card)) = last {
            return Step::Resume(lesson, standing.watched_ms, card);
        }
        if let Some((lesson, card)) = under_way().find_map(|(outline, card)| Some((self.next_of(outline)?, card))) {
            return Step::GoOn(lesson, card);
        }
        let mut due = self.due.iter().filter_map(|due| self.open.find(&due.course));
        let begin = due.find(|card| self.is_open(card)).or_else(|| self.open.courses().find(|card| self.is_open(card)));
        begin.map_or(Step::Nothing, Step::Begin)
    }

    pub(super) fn show(&self, step: &Step<'_>) -> AnyView {
        let lang = self.lang;
        match step {
            Step::Resume(lesson, watched_ms, card) => self.resume(lesson, *watched_ms, card),
            Step::GoOn(lesson, card) => self.go_on(lesson, card),
            Step::Begin(card) => self.begin(card),
            Step::Nothing if self.open.is_empty() => empty(m::home_nothing(lang), m::home_nothing_text(lang), None),
            Step::Nothing => {
                let search = button::go_quiet("/search", m::search_title(lang));
                empty(m::home_all_done(lang), m::home_all_done_text(lang), Some(search))
            }
        }
    }

    fn resume(&self, lesson: &Lesson, watched_ms: i64, card: &CourseCard) -> AnyView {
        let lang = self.lang;
        let progress = Progress { watched_ms, is_completed: false, receipt: None };
        let left = lesson.duration_ms.map(|length_ms| {
            let left_ms = (length_ms - watched_ms).max(1000);
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
