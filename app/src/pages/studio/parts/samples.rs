//! What do the parts show on the page of parts? A course, a lesson, a refused form: none of them is in the library.

use content::courses::{Course, CourseCard, CourseState, Lesson};
use content::ids::Language;
use content::texts::Texts;

use crate::messages as m;
use crate::parts::lesson_row::Progress;
use crate::view::Form;
use crate::wire::{Lang, Problem};

/// A text in the three languages.
fn texts(said: impl Fn(Lang) -> &'static str) -> Texts {
    let own = |lang: Lang| Some(said(lang).to_owned());
    Texts { zh: own(Lang::Zh), bo: own(Lang::Bo), en: own(Lang::En) }
}

fn card(state: CourseState) -> CourseCard {
    let course = Course {
        id: "-".into(),
        topic: None,
        column: "-".into(),
        title: texts(m::home_begin),
        summary: texts(m::me_empty_text),
        language: Language::Zh,
        owner_unit: None,
        audience_unit: None,
        state,
        created_by: "-".into(),
        published_at: None,
    };
    CourseCard { course, lessons: 4, duration_ms: 1_260_000, size_bytes: 12_400_000 }
}

/// Cards with how many of their lessons are completed.
pub(super) fn cards() -> impl Iterator<Item = (CourseCard, i64)> {
    let published = || card(CourseState::Published);
    [(published(), 0), (published(), 3), (published(), 4), (card(CourseState::Draft), 0)].into_iter()
}

pub(super) fn lesson() -> Lesson {
    Lesson {
        id: "-".into(),
        course: "-".into(),
        module: None,
        title: texts(m::home_next_lesson),
        summary: Texts::default(),
        language: Language::Zh,
        resource: "-".into(),
        threshold_percent: 90,
        duration_ms: Some(260_000),
        size_bytes: Some(3_200_000),
        pages: None,
    }
}

/// Not begun, begun and next, completed.
pub(super) fn standings() -> impl Iterator<Item = (Progress, bool)> {
    let begun = Progress { watched_ms: 104_000, ..Progress::default() };
    let completed = Progress { watched_ms: 260_000, is_completed: true, receipt: Some(128) };
    [(completed, false), (begun, true), (Progress::default(), false)].into_iter()
}

pub(super) fn form(lang: Lang) -> Form {
    let values = [("plain", m::home_begin(lang)), ("text", m::me_empty_text(lang))];
    Form { values: values.map(|(name, value)| (name.to_owned(), value.to_owned())).into(), ..Form::default() }
}

pub(super) fn refused(lang: Lang) -> Form {
    let problem = Problem {
        kind: "conflict".into(),
        message: m::why_taken(lang).into(),
        field: Some("slug".into()),
        reference: String::new(),
    };
    Form {
        values: [("slug".to_owned(), "skills".to_owned())].into(),
        problem: Some(problem),
        field: Some("slug".into()),
    }
}
