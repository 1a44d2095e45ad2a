//! What can be finished in the minutes there are?

use content::courses::{CourseCard, Lesson};
use leptos::prelude::*;

use super::Home;
use crate::messages as m;
use crate::parts::empty::empty;
use crate::parts::lesson_row::{Progress, lesson_row};
use crate::parts::say;

/// How many lessons are offered.
pub(super) const SHOWN: usize = 4;
/// The choices, in minutes.
const CHOICES: [i64; 4] = [3, 6, 10, 20];
/// What most people have.
const USUAL: i64 = 6;
/// A lesson of a few seconds more still fits.
const LENIENCE_MS: i64 = 20_000;

/// The greatest choice that is not more than asked for.
pub(super) fn nearest(minutes: Option<i64>) -> i64 {
    let asked = minutes.unwrap_or(USUAL);
    CHOICES.into_iter().rev().find(|choice| *choice <= asked).unwrap_or(CHOICES[0])
}

fn most_ms(minutes: i64) -> i64 {
    minutes * 60_000 + LENIENCE_MS
}

impl Home {
    /// The next lessons of the courses under way that fit, with what she has watched of them; what she began comes first.
    pub(super) fn fitting_under_way(&self) -> Vec<(&Lesson, i64)> {
        let most_ms = most_ms(self.minutes);
        let next = self.under_way.iter().filter_map(|outline| self.next_of(outline));
        let mut fitting: Vec<_> = next
            .map(|lesson| (lesson, self.standing_of(lesson).map_or(0, |standing| standing.watched_ms)))
            .filter(|(lesson, watched_ms)| {
                lesson.size_bytes.is_some() && lesson.duration_ms.is_some_and(|ms| ms - watched_ms <= most_ms)
            })
            .collect();
        fitting.sort_by_key(|(_, watched_ms)| *watched_ms == 0);
        fitting
    }

    /// Courses she has not begun whose first lesson fits.
    pub(super) fn fitting_to_begin(&self) -> impl Iterator<Item = &CourseCard> {
        let fitting = self.open.beginning_within(most_ms(self.minutes));
        fitting.filter(|card| !self.progress.contains_key(&card.course.id))
    }

    /// Nothing where there is nothing to learn at all.
    pub(super) fn list_fitting(&self, fitting: &[(Lesson, i64)]) -> Option<AnyView> {
        if !self.open.courses().any(|card| self.is_open(card)) {
            return None;
        }
        let lang = self.lang;
        let choices = CHOICES.map(|minutes| {
            let current = (minutes == self.minutes).then_some("true");
            let name = say::duration(lang, minutes * 60_000);
            view! { <li><a class="chip" href=format!("/?minutes={minutes}#fit") aria-current=current>{name}</a></li> }
        });
        let rows = fitting.iter().map(|(lesson, watched_ms)| {
            let progress = Progress { watched_ms: *watched_ms, is_completed: false, receipt: None };
            lesson_row(lesson, progress, false, lang)
        });
        let rows = rows.collect::<Vec<_>>();
        let list = if rows.is_empty() {
            empty(m::home_fits_none(lang), m::home_fits_none_text(lang), None)
        } else {
            view! { <ul class="rows">{rows}</ul> }.into_any()
        };
        let view = view! {
            <section class="section" id="fit" aria-labelledby="fit-title">
                <h2 id="fit-title">{m::home_fit(lang)}</h2>
                <ul class="chips">{choices.collect_view()}</ul>
                {list}
            </section>
        };
        Some(view.into_any())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_minutes_becomes_a_choice() {
        let cases = [(None, 6), (Some(6), 6), (Some(7), 6), (Some(-4), 3), (Some(0), 3), (Some(i64::MAX), 20)];
        for (asked, choice) in cases {
            assert_eq!(nearest(asked), choice, "{asked:?}");
        }
    }
}
