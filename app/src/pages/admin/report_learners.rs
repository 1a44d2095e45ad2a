//! How far has each learner come: over all courses, or in the one that is asked about?

use content::reports::LearnerSum;
use content::texts::Texts;
use leptos::prelude::*;

use super::report_parts::share;
use crate::messages as m;
use crate::parts::said::said;
use crate::parts::say;
use crate::parts::table::{Head, table};
use crate::wire::Lang;

/// A row for each learner; `course` is the title of the one that is asked about.
pub(super) fn learner_table(lang: Lang, rows: &[LearnerSum], course: Option<&Texts>) -> AnyView {
    let (third, last) = if course.is_some() {
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
    table(m::admin_learners_caption(lang), &heads, rows.iter().map(|sum| row(lang, sum, course)).collect())
}

fn row(lang: Lang, sum: &LearnerSum, course: Option<&Texts>) -> Vec<AnyView> {
    let name = view! { <a href=format!("/admin/learners/{}", sum.person)>{sum.name.clone()}</a> };
    let third = match course {
        Some(title) => said(title, lang),
        None => share(lang, sum.courses_completed, sum.courses).into_any(),
    };
    let completed = sum.last_completed_at.map_or_else(|| m::admin_not_yet(lang).to_owned(), |at| say::date(lang, at));
    vec![
        name.into_any(),
        said(&sum.unit_name, lang),
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

    #[test]
    fn a_learner_is_one_row_and_leads_to_her_lessons() {
        let sum = LearnerSum {
            person: "a".into(),
            name: "Dolma".into(),
            unit: "u".into(),
            unit_name: Texts::of(Language::En, "Clinic"),
            courses: 2,
            courses_completed: 1,
            lessons: 4,
            lessons_completed: 3,
            watched_ms: 60_000,
            last_completed_at: None,
        };
        let html = learner_table(Lang::En, std::slice::from_ref(&sum), None).to_html();
        assert!(html.contains("/admin/learners/a") && html.contains(&share(Lang::En, 1, 2)), "{html}");
        let course = Texts::of(Language::En, "Fever");
        let html = learner_table(Lang::En, &[sum], Some(&course)).to_html();
        assert!(html.contains("Fever") && !html.contains(&share(Lang::En, 1, 2)), "{html}");
    }
}
