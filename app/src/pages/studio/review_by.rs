//! Whose medicine is to be looked at again? What is overdue or will be soon, with the courses that use it.

use content::clock::day;
use content::courses;
use content::shelves::due::{self, Due, Urgency};
use leptos::prelude::*;

use super::fields;
use crate::messages as m;
use crate::parts::badge::{Tone, badge};
use crate::parts::breadcrumb::breadcrumb;
use crate::parts::button::submit_quiet;
use crate::parts::empty::empty;
use crate::parts::field::{Field, problem_of_form};
use crate::parts::pagination::At;
use crate::parts::said::said;
use crate::parts::say;
use crate::view::{Form, Page, Viewer};

/// How many resources a page has.
const ROWS: usize = 15;
/// What is good now is offered to stay so for a year, in ms.
const YEAR_MS: i64 = 365 * 24 * 3_600_000;

/// # Errors
/// `NotSignedIn`, `Forbidden`.
pub async fn review_by(viewer: &Viewer, form: &Form) -> content::Result<Page> {
    let (actor, lang, library) = (super::keeper(viewer)?, viewer.lang, &viewer.library);
    let at = At::read(viewer, form);
    let page = due::list_due(library, actor, at.page(ROWS)).await?;
    let found = page.items;
    let span = found.first().zip(found.last()).map(|(first, last)| (first.review_by, last.review_by));
    let uses = match span {
        Some(span) => courses::list_uses_of_due(library, span).await?,
        None => Vec::new(),
    };
    let items = found.iter().map(|each| {
        let courses = uses.iter().filter(|(resource, ..)| *resource == each.resource).map(|(_, id, title)| {
            view! { <li><a class="chip" href=format!("/studio/courses/{id}")>{said(title, lang)}</a></li> }
        });
        let courses = courses.collect_view();
        row(viewer, each, courses.into_any(), &at, form)
    });
    let items = items.collect_view();
    let next = page.next.as_deref();
    let list = if found.is_empty() && (at.is_first() || next.is_some()) {
        at.nothing(lang, next, || empty(m::due_none(lang), m::due_none_text(lang), None))
    } else {
        view! { <ul class="rows">{items}</ul> }.into_any()
    };
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer)])}
        <h1>{m::due_title(lang)}</h1>
        {super::sides(viewer)}
        <p class="lead">{m::due_lead(lang)}</p>
        {list}
        {at.links(lang, "/studio/review-by", &[], page.next.as_deref())}
    };
    Ok(Page::new(m::due_title(lang), body))
}

fn row(viewer: &Viewer, due: &Due, courses: AnyView, at: &At, form: &Form) -> AnyView {
    let lang = viewer.lang;
    let (tone, name) = match due.urgency(viewer.library.clock.now_ms()) {
        Urgency::Overdue => (Tone::Bad, m::due_overdue(lang)),
        Urgency::Soon => (Tone::Busy, m::due_soon(lang)),
    };
    let author = (!due.author.is_empty()).then(|| view! { <span>{due.author.clone()}</span> });
    view! {
        <li class="row" id=format!("due-{}", due.resource)>
            <div class="row-body">
                <a class="row-title" href=format!("/studio/resources/{}", due.resource)>{said(&due.title, lang)}</a>
                <p class="facts">
                    <span>{badge(tone, name)}</span>
                    <span>{m::due_until(lang, say::date(lang, due.review_by - 1))}</span>
                    {author}
                </p>
                <ul class="choices above">{courses}</ul>
                {look_again(viewer, &format!("/studio/resources/{}/looked-at", due.resource), due.resource.as_str(), at.kept(), form)}
            </div>
        </li>
    }
    .into_any()
}

/// "Looked at again: good until …"
pub(super) fn look_again(viewer: &Viewer, action: &str, place: &str, kept: Option<AnyView>, form: &Form) -> AnyView {
    let lang = viewer.lang;
    let form = fields::of(form, place);
    let next = day::ending(viewer.library.clock.now_ms() + YEAR_MS);
    let until = Field::new(&form, "review_by", m::due_good_until(lang)).kind("date").within(place).or_value(next);
    view! {
        {problem_of_form(&form)}
        <form class="filter above" method="post" action=action.to_owned()>
            {until.required().input()}
            {submit_quiet(m::due_looked_at(lang))}
            <input type="hidden" name="form" value=place.to_owned() />
            {kept}
        </form>
    }
    .into_any()
}
