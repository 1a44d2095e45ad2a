//! What can be finished in the minutes there are?

use leptos::prelude::*;

use super::Home;
use crate::messages as m;
use crate::parts::empty::empty;
use crate::parts::lesson_row::{Progress, lesson_row};
use crate::parts::say;

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

pub(super) fn most_ms(minutes: i64) -> i64 {
    minutes * 60_000 + LENIENCE_MS
}

impl Home {
    /// Nothing where there is nothing to learn at all.
    pub(super) fn list_fitting(&self) -> Option<AnyView> {
        if !self.cards.iter().any(|card| self.is_open(card)) {
            return None;
        }
        let lang = self.lang;
        let choices = CHOICES.map(|minutes| {
            let current = (minutes == self.minutes).then_some("true");
            let name = say::duration(lang, minutes * 60_000);
            view! { <li><a class="chip" href=format!("/?minutes={minutes}#fit") aria-current=current>{name}</a></li> }
        });
        let rows = self.fitting.iter().map(|begun| {
            let progress = Progress { watched_ms: begun.watched_ms, is_completed: false, receipt: None };
            lesson_row(&begun.lesson, progress, false, lang)
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
