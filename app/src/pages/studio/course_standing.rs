//! Where does a course stand on its way to learners, and what is the next step? From a draft by way of a reviewer.

use content::courses::revisions::{Revision, RevisionState};
use content::courses::{Course, CourseState, review};
use content::people::Actor;
use content::queue::{self, Chore};
use leptos::prelude::*;

use super::course::{Missing, retiring};
use super::{declared, fields};
use crate::messages as m;
use crate::parts::button::{go_quiet, submit, submit_quiet};
use crate::parts::dialog::asked_first;
use crate::parts::field::{Field, problem_of_form};
use crate::parts::say;
use crate::problem::hindrance;
use crate::view::{Form, Viewer};

/// Whether it is being looked at, or waits for its day: nobody edits it then.
pub(super) fn is_locked(course: &Course, revision: Option<&Revision>) -> bool {
    let waits = revision.is_some_and(|each| matches!(each.state, RevisionState::Waiting | RevisionState::Scheduled));
    waits || course.state == CourseState::Review
}

/// What is missing, what waits, and the buttons that fit.
pub(super) async fn panel(
    viewer: &Viewer,
    actor: &Actor,
    course: &Course,
    revision: Option<&Revision>,
    missing: Missing,
    form: &Form,
) -> content::Result<AnyView> {
    let lang = viewer.lang;
    let needs_review = review::needs_review(&viewer.library, actor, course).await?;
    let is_published = course.state == CourseState::Published;
    let words = match revision {
        Some(revision) => of_revision(viewer, revision),
        None if is_published && needs_review => m::standing_published_reviewed(lang).to_owned(),
        None if is_published => m::studio_is_published(lang).to_owned(),
        None if !missing.can_publish => m::studio_before_publishing(lang).to_owned(),
        None if needs_review => m::standing_can_submit(lang).to_owned(),
        None => m::studio_can_publish(lang).to_owned(),
    };
    let aside = queue::find_aside(&viewer.library, Chore::Publish, course.id.as_str()).await?;
    let aside = aside.map(|aside| m::standing_aside(lang, hindrance(&aside.cause, lang)));
    let aside = aside.map(|told| view! { <p class="notice">{told}</p> });
    let history = revision.map(|_| {
        let address = format!("/studio/courses/{}/revisions", course.id);
        view! { <p><a href=address>{m::standing_see_changes(lang)}</a></p> }
    });
    let is_open = revision.is_some_and(|each| matches!(each.state, RevisionState::Open | RevisionState::Returned));
    let may_go_on = missing.can_publish && !is_locked(course, revision) && (!is_published || is_open);
    let steps = may_go_on.then(|| steps(viewer, course, needs_review, form));
    Ok(view! {
        <div class="panel publish">
            <p>{words}</p>
            {aside}
            {history}
            {(!is_published).then_some(missing.words)}
            {steps}
            {buttons(viewer, course, revision)}
        </div>
    }
    .into_any())
}

fn of_revision(viewer: &Viewer, revision: &Revision) -> String {
    let lang = viewer.lang;
    let date = |at: Option<i64>| say::date_time(lang, at.unwrap_or_default());
    match (revision.state, revision.publish_at) {
        (RevisionState::Waiting, Some(at)) => {
            m::standing_waiting_for(lang, say::date_time(lang, at), date(revision.submitted_at))
        }
        (RevisionState::Waiting, None) => m::standing_waiting(lang, date(revision.submitted_at)),
        (RevisionState::Scheduled, at) => m::standing_scheduled(lang, date(at)),
        (RevisionState::Returned, _) => m::standing_returned(lang).to_owned(),
        _ => m::standing_open(lang).to_owned(),
    }
}

/// Submitting where somebody reviews, publishing where nobody does; and the day, where it is not today.
fn steps(viewer: &Viewer, course: &Course, needs_review: bool, form: &Form) -> AnyView {
    let lang = viewer.lang;
    let at = |verb: &str| format!("/studio/courses/{}/{verb}", course.id);
    let form = fields::of(form, "schedule");
    let time = Field::new(&form, "at", m::standing_at(lang)).kind("datetime-local").within("schedule");
    let (first, verb, later) = if needs_review {
        (m::standing_submit(lang), "submit", m::standing_submit(lang))
    } else {
        (m::studio_publish(lang), "publish", m::standing_schedule(lang))
    };
    let is_again = course.published_at.is_some();
    let said = (needs_review && is_again).then(|| declared::optional(&form, "schedule", lang));
    let target = if needs_review { "submit" } else { "schedule" };
    view! {
        <form class="actions" method="post" action=at(verb)>{submit(first)}</form>
        <details class="fold" open=!form.values.is_empty()>
            <summary>{m::standing_other_day(lang)}</summary>
            {problem_of_form(&form)}
            <form class="form" method="post" action=at(target)>
                {time.hint(m::standing_at_hint(lang)).required().input()}
                {said}
                <p class="actions">{submit_quiet(later)}</p>
                {fields::name("schedule")}
            </form>
        </details>
    }
    .into_any()
}

fn buttons(viewer: &Viewer, course: &Course, revision: Option<&Revision>) -> AnyView {
    let lang = viewer.lang;
    let at = |verb: &str| format!("/studio/courses/{}/{verb}", course.id);
    let withdraw =
        revision.filter(|each| each.state != RevisionState::Returned || course.state == CourseState::Published);
    let withdraw = withdraw.map(|revision| {
        let waits = matches!(revision.state, RevisionState::Waiting | RevisionState::Scheduled);
        let name = if waits { m::standing_withdraw(lang) } else { m::standing_lay_aside(lang) };
        view! { <form method="post" action=at("withdraw")>{submit_quiet(name)}</form> }
    });
    let published = (course.state == CourseState::Published).then(|| {
        view! {
            {go_quiet(format!("/courses/{}", course.id), m::studio_see_as_learner(lang))}
            {asked_first(&at("retire"), retiring(lang), lang)}
        }
    });
    view! { <div class="actions">{withdraw}{published}</div> }.into_any()
}
