//! What is there to learn in this column?

use content::courses::topics::{self, Topic};
use content::courses::{Column, CourseCard};
use content::ids::TopicId;
use content::people::DataUse;
use content::{courses, learning, media};
use leptos::prelude::*;

use crate::messages as m;
use crate::parts::breadcrumb::{Crumb, breadcrumb};
use crate::parts::button;
use crate::parts::course_card::course_card;
use crate::parts::empty::empty;
use crate::parts::said::{plain, said};
use crate::view::{Page, Viewer};
use crate::wire::Lang;

/// # Errors
/// `NotSignedIn`, `NotFound`, `Internal`.
pub async fn column(viewer: &Viewer, slug: &str) -> content::Result<Page> {
    let (actor, lang) = (viewer.actor()?, viewer.lang);
    let column = courses::load_column(&viewer.library, slug).await?;
    let cards = courses::list_courses(&viewer.library, actor, &column.id).await?;
    let completed = learning::count_completed(&viewer.library, actor).await?;
    let completed_of = |card: &CourseCard| completed.get(&card.course.id).copied().unwrap_or_default();
    let next = cards.iter().find(|card| completed_of(card) < card.lessons);
    let next = next.map(|card| {
        let title = plain(&card.course.title, lang);
        let is_begun = completed_of(card) > 0;
        let label = if is_begun { m::course_continue(lang, title) } else { m::column_begin(lang, title) };
        view! { <p class="actions">{button::go(format!("/courses/{}", card.course.id), label)}</p> }
    });
    let topics = topics::list_topics_of(&viewer.library, &column.id).await?;
    let shown = |cards: &[&CourseCard]| -> AnyView {
        let cards: Vec<_> = cards.iter().map(|card| course_card(card, completed_of(card), lang)).collect();
        view! { <ul class="cards">{cards}</ul> }.into_any()
    };
    let list = if cards.is_empty() {
        let home = button::go_quiet("/", m::problem_home(lang));
        empty(m::column_empty(lang), m::column_empty_text(lang), Some(home))
    } else {
        by_topic(&topics, &cards, shown, lang)
    };
    let feed = feed(viewer, &column);
    let link = feed.clone().map(|(address, _)| {
        view! { <p class="section facts"><a href=address type="application/atom+xml">{m::feeds_column(lang)}</a></p> }
    });
    let body = view! {
        {breadcrumb(lang, vec![Crumb::home(lang)])}
        <h1>{said(&column.title, lang)}</h1>
        <p class="lead">{said(&column.summary, lang)}</p>
        {spoken(&column)}
        {cover(viewer, &column).await?}
        {next}
        {list}
        {link}
    };
    Ok(Page { feed, ..Page::new(plain(&column.title, lang), body) })
}

/// The courses, topic by topic, with a way to each topic where there are several; those without one at the end.
fn by_topic(topics: &[Topic], cards: &[CourseCard], shown: impl Fn(&[&CourseCard]) -> AnyView, lang: Lang) -> AnyView {
    let of = |topic: Option<&TopicId>| -> Vec<&CourseCard> {
        cards.iter().filter(|card| card.course.topic.as_ref() == topic).collect()
    };
    let groups: Vec<(&Topic, Vec<&CourseCard>)> =
        topics.iter().map(|topic| (topic, of(Some(&topic.id)))).filter(|(_, cards)| !cards.is_empty()).collect();
    let others = of(None);
    if groups.is_empty() {
        let list = shown(&others);
        return view! { <section class="section"><h2 class="unseen">{m::column_courses(lang)}</h2>{list}</section> }
            .into_any();
    }
    let ways = groups.iter().map(|(topic, cards)| {
        let count = view! { <span class="soft">{cards.len()}</span> };
        view! { <li><a class="chip" href=format!("#topic-{}", topic.id)>{said(&topic.title, lang)}" "{count}</a></li> }
    });
    let ways = ways.collect_view();
    let ways = (groups.len() > 1)
        .then(|| view! { <nav class="section" aria-label=m::topics_title(lang)><ul class="choices">{ways}</ul></nav> });
    let sections = groups.iter().map(|(topic, cards)| {
        view! {
            <section class="section" id=format!("topic-{}", topic.id)><h2>{said(&topic.title, lang)}</h2>{shown(cards)}</section>
        }
    });
    let sections = sections.collect_view();
    let others = (!others.is_empty())
        .then(|| view! { <section class="section"><h2>{m::topics_more(lang)}</h2>{shown(&others)}</section> });
    view! { {ways}{sections}{others} }.into_any()
}

/// The address and the title of the column's feed, where everybody may read it.
fn feed(viewer: &Viewer, column: &Column) -> Option<(String, String)> {
    viewer.catalog.as_ref()?;
    let address = format!("/columns/{}/feed.atom?lang={}", column.slug, viewer.lang.word());
    Some((address, plain(&column.title, viewer.lang)))
}

/// In which languages it teaches, where that is said.
fn spoken(column: &Column) -> Option<AnyView> {
    let languages = column.languages();
    let names = languages.iter().map(|each| {
        let each = Lang::from(*each);
        view! { <span lang=each.tag()>{each.own_name()}</span> }
    });
    let names = names.collect_view();
    (!languages.is_empty()).then(|| view! { <p class="facts">{names}</p> }.into_any())
}

/// The poster of a video that she may open; nothing for whoever saves data.
async fn cover(viewer: &Viewer, column: &Column) -> content::Result<Option<AnyView>> {
    let Some(id) = &column.cover else { return Ok(None) };
    if viewer.actor()?.data_use != DataUse::Auto {
        return Ok(None);
    }
    if !courses::may_open_resource(&viewer.library, viewer.actor()?, id).await? {
        return Ok(None);
    }
    let resource = media::load_resource(&viewer.library, id).await?;
    Ok(resource.poster_address().map(|address| {
        view! { <img class="cover" src=address alt="" loading="lazy" width=resource.width height=resource.height /> }
            .into_any()
    }))
}
