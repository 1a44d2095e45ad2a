//! How does a lesson look in a list? Its length, its weight, and where this person stands in it.

use content::courses::Lesson;
use leptos::prelude::*;

use super::progress::{percent_of, ring};
use super::reader;
use super::said::said;
use super::say;
use crate::messages as m;
use crate::wire::Lang;

/// What the row has to know of a standing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Progress {
    pub watched_ms: i64,
    pub is_completed: bool,
    pub receipt: Option<i64>,
}

impl Progress {
    /// Percent of the lesson; a completed lesson is whole, wherever its threshold is.
    pub fn percent(self, lesson: &Lesson) -> i64 {
        match (self.is_completed, lesson.duration_ms) {
            (true, _) => 100,
            // Without a completion nothing is done, even when every second was seen.
            (false, Some(duration_ms)) => percent_of(self.watched_ms, duration_ms).min(99),
            (false, None) => 0,
        }
    }

    /// `not begun`, `40 % watched`, or `completed · receipt 12`.
    pub fn words(self, lesson: &Lesson, lang: Lang) -> String {
        match (self.is_completed, self.receipt, self.percent(lesson)) {
            (true, Some(receipt), _) => m::lesson_completed_receipt(lang, receipt),
            (true, None, _) => m::lesson_completed(lang).to_owned(),
            (false, _, 0) => m::lesson_not_begun(lang).to_owned(),
            (false, _, percent) => m::lesson_watched(lang, percent),
        }
    }
}

/// `is_next` marks the one lesson to go on with.
pub fn lesson_row(lesson: &Lesson, progress: Progress, is_next: bool, lang: Lang) -> AnyView {
    let class = if is_next { "row next" } else { "row" };
    view! {
        <li class=class>
            {ring(progress.percent(lesson))}
            <div class="row-body">
                <a class="row-title" href=address(lesson)>{said(&lesson.title, lang)}</a>
                <p class="facts">{facts(lesson, lang)}<span>{progress.words(lesson, lang)}</span></p>
            </div>
        </li>
    }
    .into_any()
}

/// The page of a lesson.
pub fn address(lesson: &Lesson) -> String {
    format!("/courses/{}/lessons/{}", lesson.course, lesson.id)
}

/// Length and weight, as far as they are known. The length is said as the player says it: rounded minutes of lessons
/// would not add up to those of their course. What is read has pages, and a time that reading takes.
pub fn facts(lesson: &Lesson, lang: Lang) -> AnyView {
    let length = match (lesson.pages, lesson.duration_ms) {
        (Some(_), Some(ms)) => Some(m::reader_time(lang, say::duration(lang, ms))),
        (_, length_ms) => length_ms.map(say::clock),
    };
    let pages = lesson.pages.map(|pages| reader::count(pages, lang));
    let weight = lesson.size_bytes.map(|size_bytes| say::about_bytes(lang, size_bytes));
    pages.into_iter().chain(length).chain(weight).map(|fact| view! { <span>{fact}</span> }).collect_view().into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use content::ids::Language;

    fn lesson() -> Lesson {
        Lesson {
            id: "l".into(),
            course: "c".into(),
            module: None,
            title: content::texts::Texts::of(Language::En, "Measuring"),
            summary: content::texts::Texts::default(),
            language: Language::En,
            resource: "r".into(),
            threshold_percent: 90,
            duration_ms: Some(60_000),
            size_bytes: Some(640_000),
            pages: None,
        }
    }

    #[test]
    fn only_a_completion_makes_a_lesson_whole() {
        let watched = Progress { watched_ms: 60_000, ..Progress::default() };
        assert_eq!(watched.percent(&lesson()), 99);
        let completed = Progress { watched_ms: 54_000, is_completed: true, receipt: Some(7) };
        assert_eq!(completed.percent(&lesson()), 100);
    }

    #[test]
    fn a_row_says_length_weight_and_standing() {
        let html =
            lesson_row(&lesson(), Progress { watched_ms: 24_000, ..Progress::default() }, true, Lang::En).to_html();
        for part in ["/courses/c/lessons/l", "01:00", "640 KB", "40", "row next"] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
    }
}
