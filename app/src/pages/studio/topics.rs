//! Which topics does a column have, and in which order do its courses stand?

use std::collections::HashMap;

use content::courses::topics::{self, Topic};
use content::courses::{self, Course, columns};
use content::ids::TopicId;
use content::paging::Part;
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
use crate::parts::pagination::At;
use crate::parts::said::{plain, said};
use crate::view::{Form, Page, Programs, Viewer};
use crate::wire::Lang;

/// How many topics and how many courses a page has.
const TOPICS: usize = 8;
const COURSES: usize = 25;

/// # Errors
/// `NotSignedIn`, `Forbidden`, `NotFound`.
pub async fn topics(viewer: &Viewer, slug: &str, form: &Form) -> content::Result<Page> {
    let (actor, lang) = (super::keeper(viewer)?, viewer.lang);
    let may_add = people::keeps_columns(&viewer.library, actor).await?;
    let column = courses::load_column(&viewer.library, slug).await?;
    let may_keep = columns::keeps(&viewer.library, actor, &column.id).await?;
    let here = format!("/studio/columns/{slug}/topics");
    let at = At::read(viewer, form);
    let page = topics::list_page(&viewer.library, &column.id, at.page(TOPICS)).await?;
    let topics = page.items;
    let last = topics.len().saturating_sub(1);
    let rows = topics.iter().enumerate().map(|(place, topic)| {
        let (id, here) = (format!("topic-{}", topic.id), format!("{here}/{}", topic.id));
        // At the edge of a page it can still be moved beyond it.
        let (is_first, is_last) = (place == 0 && at.is_first(), place == last && page.next.is_none());
        let kept = Kept { id, here, title: &topic.title, fact: None, is_first, is_last, page: at.kept() };
        kept::row(kept, may_keep, form, lang)
    });
    let rows = rows.collect_view();
    let of_courses = At::named("courses_after", viewer, form);
    let shown = match may_keep {
        true => columns::list_shown(&viewer.library, actor, &column.id, of_courses.page(COURSES)).await?,
        false => Part { items: Vec::new(), next: None },
    };
    let courses = in_order(viewer, slug, &shown, &of_courses).await?;
    let list = view! {
        <section class="section">
            <h2>{m::topics_title(lang)}</h2>
            {topics.is_empty().then(|| view! { <p class="field-hint">{m::terms_none(lang)}</p> })}
            <ol class="rows" data-order="topics">{rows}</ol>
            {at.links(lang, &here, &[], page.next.as_deref())}
            {may_add.then(|| new_topic(slug, form, lang))}
        </section>
        {courses}
        {of_courses.links(lang, &here, &[], shown.next.as_deref())}
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
async fn in_order(viewer: &Viewer, slug: &str, shown: &Part<Course>, page: &At) -> content::Result<Option<AnyView>> {
    let (lang, courses) = (viewer.lang, &shown.items);
    if courses.is_empty() {
        return Ok(None);
    }
    let mut topics: HashMap<TopicId, Topic> = HashMap::new();
    for id in courses.iter().filter_map(|course| course.topic.as_ref()) {
        if !topics.contains_key(id)
            && let Some(topic) = topics::find_topic(&viewer.library, id).await?
        {
            topics.insert(id.clone(), topic);
        }
    }
    let last = courses.len() - 1;
    let rows = courses.iter().enumerate().map(|(at, course)| {
        let action = format!("/studio/columns/{slug}/courses/{}/move", course.id);
        let (is_first, is_last) = (at == 0 && page.is_first(), at == last && shown.next.is_none());
        let moved = Moved { action, name: plain(&course.title, lang), is_first, is_last };
        let topic = course.topic.as_ref().and_then(|topic| topics.get(topic));
        let topic = topic.map(|topic| view! { <p class="facts"><span>{said(&topic.title, lang)}</span></p> });
        view! {
            <li class="row" id=format!("course-{}", course.id)>
                <div class="row-body"><p class="row-name">{said(&course.title, lang)}</p>{topic}</div>
                {movers(moved, lang)}
            </li>
        }
    });
    let rows = rows.collect_view();
    let view = view! {
        <section class="section">
            <h2>{m::column_courses(lang)}</h2>
            <ol class="rows" data-order="courses">{rows}</ol>
        </section>
    };
    Ok(Some(view.into_any()))
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
