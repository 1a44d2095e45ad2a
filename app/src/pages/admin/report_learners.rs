//! How far has each learner come: over all courses, or in the one that is asked about?

use content::reports::LearnerRow;
use leptos::prelude::*;

use super::report_parts::share;
use crate::messages as m;
use crate::parts::said::said;
use crate::parts::say;
use crate::parts::table::{Head, table};
use crate::wire::Lang;

/// A row for each learner; `rows` come learner by learner.
pub(super) fn learner_table(lang: Lang, rows: &[LearnerRow], is_one_course: bool) -> AnyView {
    let (third, last) = if is_one_course {
        (Head::text(m::admin_course(lang)), Head::text(m::admin_completed_on(lang)))
    } else {
        (Head::number(m::admin_courses(lang)), Head::text(m::admin_last_completed(lang)))
    };
    let heads = [
        Head::text(m::admin_learner(lang)),
        Head::text(m::admin_unit(lang)),
        third,
        Head::number(m::admin_lessons(lang)),
        Head::number(m::admin_watched(lang)),
        last,
    ];
    let rows = by_person(rows).map(|rows| row(lang, rows, is_one_course)).collect();
    table(m::admin_learners_caption(lang), &heads, rows)
}

/// The rows of each learner together, in the order they came.
fn by_person(rows: &[LearnerRow]) -> impl Iterator<Item = &[LearnerRow]> {
    rows.chunk_by(|left, right| left.person == right.person && left.unit == right.unit)
}

/// What one learner did in all the courses of her rows.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sum {
    courses_completed: i64,
    courses: i64,
    lessons_completed: i64,
    lessons: i64,
    watched_ms: i64,
    last_completed_at: Option<i64>,
}

fn sum(rows: &[LearnerRow]) -> Sum {
    rows.iter().fold(Sum::default(), |sum, row| Sum {
        courses_completed: sum.courses_completed + i64::from(row.completed_at.is_some()),
        courses: sum.courses + 1,
        lessons_completed: sum.lessons_completed + row.lessons_completed,
        lessons: sum.lessons + row.lessons,
        watched_ms: sum.watched_ms + row.watched_ms,
        last_completed_at: sum.last_completed_at.max(row.completed_at),
    })
}

fn row(lang: Lang, rows: &[LearnerRow], is_one_course: bool) -> Vec<AnyView> {
    let Some(first) = rows.first() else { return Vec::new() };
    let sum = sum(rows);
    let name = view! { <a href=format!("/admin/learners/{}", first.person)>{first.name.clone()}</a> };
    let third = if is_one_course {
        said(&first.course_title, lang)
    } else {
        share(lang, sum.courses_completed, sum.courses).into_any()
    };
    let completed = sum.last_completed_at.map_or_else(|| m::admin_not_yet(lang).to_owned(), |at| say::date(lang, at));
    vec![
        name.into_any(),
        said(&first.unit_name, lang),
        third,
        share(lang, sum.lessons_completed, sum.lessons).into_any(),
        say::duration(lang, sum.watched_ms).into_any(),
        completed.into_any(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use content::ids::Language;
    use content::texts::Texts;

    fn done(person: &str, lessons_completed: i64, completed_at: Option<i64>) -> LearnerRow {
        LearnerRow {
            person: person.into(),
            name: person.into(),
            unit: "u".into(),
            unit_name: Texts::of(Language::En, "Clinic"),
            course: "c".into(),
            course_title: Texts::of(Language::En, "Course"),
            lessons: 2,
            lessons_started: lessons_completed,
            lessons_completed,
            watched_ms: 30_000,
            completed_at,
        }
    }

    #[test]
    fn the_courses_of_a_learner_become_one_row() {
        let rows = [done("a", 2, Some(5)), done("a", 1, None), done("b", 0, None)];
        let expected = Sum {
            courses_completed: 1,
            courses: 2,
            lessons_completed: 3,
            lessons: 4,
            watched_ms: 60_000,
            last_completed_at: Some(5),
        };
        assert_eq!(sum(&rows[..2]), expected);
        let html = learner_table(Lang::En, &rows, false).to_html();
        assert_eq!(html.matches("/admin/learners/").count(), 2, "{html}");
    }
}
