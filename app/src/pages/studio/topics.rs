//! Which topics does a column have, and in which order do its courses stand?

use content::courses::topics::{self, Topic};
use content::courses::{self, Course, columns};
use content::people;
use leptos::prelude::*;

use super::fields::{self, Texts};
use super::kept::{self, Kept};
use crate::messages as m;
use crate::parts::breadcrumb::{Crumb, breadcrumb};
use crate::parts::button::submit;
use crate::parts::field::problem_of_form;
use crate::parts::once::once;
use crate::parts::order::{Moved, movers, ordered};
use crate::parts::said::{plain, said};
use crate::view::{Form, Page, Programs, Viewer};
use crate::wire::Lang;

/// # Errors
/// `NotSignedIn`, `Forbidden`, `NotFound`.
pub async fn topics(viewer: &Viewer, slug: &str, form: &Form) -> content::Result<Page> {
    let (actor, lang) = (super::keeper(viewer)?, viewer.lang);
    let may_keep = people::keeps_columns(&viewer.library, actor).await?;
    let column = courses::load_column(&viewer.library, slug).await?;
    let topics = topics::list_topics_of(&viewer.library, &column.id).await?;
    let last = topics.len().saturating_sub(1);
    let rows = topics.iter().enumerate().map(|(at, topic)| {
        let (id, here) = (format!("topic-{}", topic.id), format!("/studio/columns/{slug}/topics/{}", topic.id));
        let kept = Kept { id, here, title: &topic.title, fact: None, is_first: at == 0, is_last: at == last };
        kept::row(kept, may_keep, form, lang)
    });
    let rows = rows.collect_view();
    let courses = if may_keep { columns::list_shown(&viewer.library, actor, &column.id).await? } else { Vec::new() };
    let list = view! {
        <section class="section">
            <h2>{m::topics_title(lang)}</h2>
            {topics.is_empty().then(|| view! { <p class="field-hint">{m::terms_none(lang)}</p> })}
            <ol class="rows" data-order="topics">{rows}</ol>
            {may_keep.then(|| new_topic(slug, form, lang))}
        </section>
        {(!courses.is_empty()).then(|| in_order(slug, &courses, &topics, lang))}
    };
    let up = Crumb::new("/studio/columns", m::studio_columns(lang));
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer), up])}
        <h1>{said(&column.title, lang)}</h1>
        <p class="lead">{m::topics_lead(lang)}</p>
        {form.values.is_empty().then(|| problem_of_form(form))}
        {ordered(list.into_any(), lang)}
    };
    let programs = Programs { order: may_keep, ..Programs::default() };
    Ok(Page { programs, ..Page::new(m::topics_of(lang, plain(&column.title, lang)), body) })
}

/// What learners see of the column, to be put into order.
fn in_order(slug: &str, courses: &[Course], topics: &[Topic], lang: Lang) -> AnyView {
    let last = courses.len() - 1;
    let rows = courses.iter().enumerate().map(|(at, course)| {
        let action = format!("/studio/columns/{slug}/courses/{}/move", course.id);
        let moved = Moved { action, name: plain(&course.title, lang), is_first: at == 0, is_last: at == last };
        let topic = topics.iter().find(|topic| course.topic.as_ref() == Some(&topic.id));
        let topic = topic.map(|topic| view! { <p class="facts"><span>{said(&topic.title, lang)}</span></p> });
        view! {
            <li class="row" id=format!("course-{}", course.id)>
                <div class="row-body"><p class="row-name">{said(&course.title, lang)}</p>{topic}</div>
                {movers(moved, lang)}
            </li>
        }
    });
    let rows = rows.collect_view();
    view! {
        <section class="section">
            <h2>{m::column_courses(lang)}</h2>
            <ol class="rows" data-order="courses">{rows}</ol>
        </section>
    }
    .into_any()
}

fn new_topic(slug: &str, form: &Form, lang: Lang) -> AnyView {
    let form = fields::of(form, "topic");
    view! {
        <details class="fold panel" id="new" open=!form.values.is_empty()>
            <summary>{m::topics_new(lang)}</summary>
            {problem_of_form(&form)}
            <form class="form" method="post" action=format!("/studio/columns/{slug}/topics#new")>
                {once()}
                {Texts::title(&form, "topic", lang).show(lang)}
                <p class="actions">{submit(m::terms_add(lang))}</p>
                {fields::name("topic")}
            </form>
        </details>
    }
    .into_any()
}
