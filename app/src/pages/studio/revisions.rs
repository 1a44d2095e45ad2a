//! What was changed in a course, when, and is there a way back?

use content::courses::revisions::{self, Comment, Revision, RevisionState};
use content::courses::{CourseState, authoring};
use content::ids::CourseId;
use leptos::prelude::*;

use super::course_standing::is_locked;
use super::differences::{self, Names};
use super::{declared, fields};
use crate::messages as m;
use crate::parts::badge::{Tone, badge};
use crate::parts::breadcrumb::{Crumb, breadcrumb};
use crate::parts::button::submit_quiet;
use crate::parts::empty::empty;
use crate::parts::field::{Field, problem_of_form};
use crate::parts::once::once;
use crate::parts::said::{plain, said};
use crate::parts::say;
use crate::view::{Form, Page, Viewer};
use crate::wire::Lang;

/// # Errors
/// `NotSignedIn`, `NotFound`, or `Forbidden` for a course that another unit owns.
pub async fn revisions(viewer: &Viewer, id: &CourseId, form: &Form) -> content::Result<Page> {
    let (actor, lang, library) = (super::keeper(viewer)?, viewer.lang, &viewer.library);
    let course = authoring::load_for_editing(library, actor, id).await?;
    let found = revisions::list_revisions(library, actor, id).await?;
    let comments = revisions::list_comments(library, actor, id).await?;
    let names = Names::of(viewer, &found.iter().collect::<Vec<_>>()).await?;
    let open = found.iter().find(|each| !is_settled(each.state));
    let may_restore = !is_locked(&course, open);
    let is_published = course.state == CourseState::Published;
    let items = found.iter().map(|revision| {
        let said: Vec<_> =
            comments.iter().filter(|(number, _)| *number == revision.number).map(|(_, comment)| comment).collect();
        let restore = may_restore.then(|| restore(revision, is_published, form, lang));
        let forms = view! { {discuss(&course.id, revision, form, lang)}{restore} }.into_any();
        one(viewer, revision, &names, &said, forms)
    });
    let items = items.collect_view();
    let list = if found.is_empty() {
        empty(m::revisions_none(lang), m::revisions_none_text(lang), None)
    } else {
        view! { <ol class="revisions">{items}</ol> }.into_any()
    };
    let title = m::revisions_of(lang, plain(&course.title, lang));
    let up = Crumb::new(format!("/studio/courses/{id}"), said(&course.title, lang));
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer), up])}
        <h1>{m::revisions_title(lang)}</h1>
        <p class="lead">{m::revisions_lead(lang)}</p>
        {form.values.is_empty().then(|| problem_of_form(form))}
        {list}
    };
    Ok(Page::new(title, body))
}

fn is_settled(state: RevisionState) -> bool {
    matches!(state, RevisionState::Applied | RevisionState::Withdrawn)
}

/// One revision: what it is, what it changes, what was said of it, and what can be done.
pub(super) fn one(
    viewer: &Viewer,
    revision: &Revision,
    names: &Names,
    comments: &[&Comment],
    forms: AnyView,
) -> AnyView {
    let lang = viewer.lang;
    let at = revision.applied_at.or(revision.submitted_at).unwrap_or(revision.created_at);
    let note = (!revision.note.is_empty()).then(|| view! { <p>{revision.note.clone()}</p> });
    let said = comments.iter().map(|comment| one_comment(comment, lang)).collect_view();
    view! {
        <li class="panel" id=format!("revision-{}", revision.number)>
            <h2>{m::revision_number(lang, revision.number)}</h2>
            <p class="facts">
                <span>{state_badge(revision.state, lang)}</span>
                <span>{declared::name(revision.significance, lang)}</span>
                <span>{revision.author_name.clone()}</span>
                <span><time datetime=say::machine_date(at)>{say::date_time(lang, at)}</time></span>
            </p>
            {note}
            {differences::list(revision, names, lang)}
            {(!comments.is_empty()).then(|| view! { <ul class="comments">{said}</ul> })}
            {forms}
        </li>
    }
    .into_any()
}

fn one_comment(comment: &Comment, lang: Lang) -> AnyView {
    let verdict = match comment.verdict.as_str() {
        "approved" => Some(m::comment_approved(lang)),
        "returned" => Some(m::comment_returned(lang)),
        _ => None,
    };
    let verdict = verdict.map(|words| view! { <span>{words}</span> });
    view! {
        <li>
            <p class="facts"><span>{comment.author_name.clone()}</span><span>{say::date_time(lang, comment.at)}</span>{verdict}</p>
            <p class="said">{comment.body.clone()}</p>
        </li>
    }
    .into_any()
}

fn state_badge(state: RevisionState, lang: Lang) -> AnyView {
    let (tone, name) = match state {
        RevisionState::Open => (Tone::Calm, m::revision_open(lang)),
        RevisionState::Returned => (Tone::Bad, m::revision_returned(lang)),
        RevisionState::Waiting => (Tone::Busy, m::revision_waiting(lang)),
        RevisionState::Scheduled => (Tone::Busy, m::revision_scheduled(lang)),
        RevisionState::Applied => (Tone::Good, m::revision_applied(lang)),
        RevisionState::Withdrawn => (Tone::Calm, m::revision_withdrawn(lang)),
    };
    badge(tone, name)
}

fn restore(revision: &Revision, is_published: bool, form: &Form, lang: Lang) -> AnyView {
    let place = format!("restore-{}", revision.number);
    let form = fields::of(form, &place);
    let action = format!(
        "/studio/courses/{}/revisions/{}/restore#revision-{}",
        revision.course, revision.number, revision.number
    );
    view! {
        <details class="fold" open=!form.values.is_empty()>
            <summary>{m::revision_restore(lang)}</summary>
            <p class="field-hint">{m::revision_restore_hint(lang)}</p>
            {problem_of_form(&form)}
            <form class="form" method="post" action=action>
                {declared::asked(is_published, &form, &place, lang)}
                <p class="actions">{submit_quiet(m::revision_restore(lang))}</p>
                <input type="hidden" name="form" value=place />
            </form>
        </details>
    }
    .into_any()
}

/// A word about a revision.
pub(super) fn discuss(course: &CourseId, revision: &Revision, form: &Form, lang: Lang) -> Option<AnyView> {
    if is_settled(revision.state) {
        return None;
    }
    let form = fields::of(form, "comment");
    let action = format!("/studio/courses/{course}/revisions/{}/comments", revision.number);
    let field = Field::new(&form, "comment", m::comment_title(lang)).within("comment").max_chars(2000).required();
    let view = view! {
        <form class="form" method="post" action=action>
            {once()}
            {field.area(2)}
            <p class="actions">{submit_quiet(m::comment_send(lang))}</p>
            {fields::name("comment")}
        </form>
    };
    Some(view.into_any())
}
