//! How far has one learner come? Her lessons, her seconds, and the receipts of what she completed.

use content::Error;
use content::ids::{LessonId, PersonId};
use content::people::{Actor, Role};
use content::places::{self, Scope};
use content::reports::{self, Filter, Learner, LessonRow, LessonSum};
use leptos::prelude::*;

use super::report_parts::{share, way};
use crate::messages as m;
use crate::parts::address::with_query;
use crate::parts::empty::empty;
use crate::parts::pagination::pagination;
use crate::parts::said::said;
use crate::parts::say;
use crate::parts::table::{Head, table};
use crate::view::{Page, Viewer};
use crate::wire::Lang;

/// How many lessons a page has.
const ROWS: usize = 40;

/// Her lessons, page by page.
///
/// # Errors
/// `NotSignedIn`, `Forbidden` for people without reports, `NotFound` for anybody outside her scope; `Invalid(after)`; `Busy`.
pub async fn learner(viewer: &Viewer, person: &PersonId, after: Option<&LessonId>) -> content::Result<Page> {
    let (actor, lang) = (viewer.actor()?, viewer.lang);
    let (scope, learner) = find_in_scopes(viewer, actor, person).await?;
    let lessons = reports::list_lessons_of(&viewer.library, &scope, person, after, ROWS).await?;
    let here = format!("/admin/learners/{person}");
    let next = lessons.next.as_ref().map(|last| with_query(&here, &[("after", last.as_str())]));
    let pages = pagination(lang, after.map(|_| here), next);
    let unit = places::find_unit(&viewer.library, &learner.unit).await?;
    let here = reports::scope(&viewer.library, actor, Some(&learner.unit)).await?;
    let units = reports::list_way(&viewer.library, actor, &here).await?;
    let body = view! {
        {way(lang, &units, &Filter::default(), true)}
        <h1>{learner.name.clone()}</h1>
        <p class="facts">
            {unit.map(|unit| view! { <span>{said(&unit.name, lang)}</span> })}
            <span>{total(lang, &lessons.sum)}</span>
        </p>
        {list(lang, &lessons.rows)}
        {pages}
    };
    Ok(Page::new(learner.name, body))
}

/// She may be in any of the parts of the tree this reader may look at.
async fn find_in_scopes(viewer: &Viewer, actor: &Actor, person: &PersonId) -> content::Result<(Scope, Learner)> {
    let mut last = Error::Forbidden;
    for grant in actor.grants.iter().filter(|grant| grant.role.can(Role::Supervisor)) {
        let scope = reports::scope(&viewer.library, actor, grant.unit.as_ref()).await?;
        match reports::load_learner(&viewer.library, &scope, person).await {
            Ok(learner) => return Ok((scope, learner)),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn total(lang: Lang, sum: &LessonSum) -> String {
    let completed = m::completed_of(lang, sum.completed, sum.lessons);
    format!("{completed} · {}", say::duration(lang, sum.watched_ms))
}

fn list(lang: Lang, lessons: &[LessonRow]) -> AnyView {
    if lessons.is_empty() {
        return empty(m::admin_no_lessons(lang), m::admin_no_lessons_text(lang), None);
    }
    let heads = [
        Head::text(m::admin_lesson(lang)),
        Head::text(m::admin_course(lang)),
        Head::number(m::admin_watched(lang)),
        Head::text(m::admin_completed_on(lang)),
        Head::number(m::admin_receipt(lang)),
    ];
    table(m::admin_learner_caption(lang), &heads, lessons.iter().map(|lesson| row(lang, lesson)).collect())
}

fn row(lang: Lang, lesson: &LessonRow) -> Vec<AnyView> {
    let watched = match lesson.duration_ms {
        Some(duration_ms) => {
            let spoken = share(lang, lesson.watched_ms / 1000, duration_ms / 1000);
            let clock = format!("{} / {}", say::clock(lesson.watched_ms), say::clock(duration_ms));
            view! { <span title=spoken>{clock}</span> }.into_any()
        }
        None => say::clock(lesson.watched_ms).into_any(),
    };
    let completed = match lesson.completed_at {
        Some(at) => say::date_time(lang, at),
        None if lesson.watched_ms > 0 => m::admin_begun(lang).to_owned(),
        None => m::admin_not_begun(lang).to_owned(),
    };
    let receipt = lesson.receipt.map_or_else(|| "–".to_owned(), |number| number.to_string());
    vec![
        said(&lesson.lesson_title, lang),
        said(&lesson.course_title, lang),
        watched,
        completed.into_any(),
        receipt.into_any(),
    ]
}
