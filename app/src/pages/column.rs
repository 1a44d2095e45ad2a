//! What is there to learn in this column?

use std::collections::HashMap;

use content::courses::prospectus::{self, Open};
use content::courses::topics::Topic;
use content::courses::{Column, CourseCard};
use content::ids::{CourseId, TopicId};
use content::learning::CourseProgress;
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

/// How many courses one page shows.
const SHOWN: usize = 24;

/// Everything the page is made of.
struct Shelf<'a> {
    column: &'a Column,
    /// Its courses, topic by topic; those without one at the end.
    groups: Vec<Group<'a>>,
    progress: HashMap<CourseId, CourseProgress>,
    lang: Lang,
}

/// The courses of one topic.
struct Group<'a> {
    topic: Option<&'a Topic>,
    cards: Vec<&'a CourseCard>,
}

/// `topic` is the one whose courses are shown, without it all; `after` is the last course of the page before.
///
/// # Errors
/// `NotSignedIn`, `NotFound`, `Internal`.
pub async fn column(
    viewer: &Viewer,
    slug: &str,
    topic: Option<&TopicId>,
    after: Option<&CourseId>,
) -> content::Result<Page> {
    let (actor, lang) = (viewer.actor()?, viewer.lang);
    let open = prospectus::open_to(&viewer.library, actor).await?;
    let column = open.columns().iter().find(|column| column.slug == slug);
    let column = column.ok_or(content::Error::NotFound("column"))?;
    let shelf = Shelf {
        column,
        groups: groups(&open, column),
        progress: learning::map_progress(&viewer.library, actor).await?,
        lang,
    };
    let list = if shelf.groups.is_empty() {
        let home = button::go_quiet("/", m::problem_home(lang));
        empty(m::column_empty(lang), m::column_empty_text(lang), Some(home))
    } else {
        view! { {shelf.ways(topic)}{shelf.list(topic, after)} }.into_any()
    };
    let feed = feed(viewer, column);
    let link = feed.clone().map(|(address, _)| {
        view! { <p class="section facts"><a href=address type="application/atom+xml">{m::feeds_column(lang)}</a></p> }
    });
    let body = view! {
        {breadcrumb(lang, vec![Crumb::home(lang)])}
        <h1>{said(&column.title, lang)}</h1>
        <p class="lead">{said(&column.summary, lang)}</p>
        {spoken(column)}
        {cover(viewer, column).await?}
        {shelf.next(&open)}
        {list}
        {link}
    };
    Ok(Page { feed, ..Page::new(plain(&column.title, lang), body) })
}

fn groups<'a>(open: &'a Open, column: &Column) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'_>> =
        open.topics_of(&column.id).map(|topic| Group { topic: Some(topic), cards: Vec::new() }).collect();
    groups.push(Group { topic: None, cards: Vec::new() });
    let others = groups.len() - 1;
    for card in open.courses_of(&column.id) {
        let at = groups.iter().position(|group| group.topic.map(|topic| &topic.id) == card.course.topic.as_ref());
        groups[at.unwrap_or(others)].cards.push(card);
    }
    groups.retain(|group| !group.cards.is_empty());
    groups
}

impl Shelf<'_> {
    fn completed_of(&self, card: &CourseCard) -> i64 {
        self.progress.get(&card.course.id).map_or(0, |progress| progress.completed)
    }

    /// The first course that she has not completed.
    fn next(&self, open: &Open) -> Option<AnyView> {
        let card = open.courses_of(&self.column.id).find(|card| self.completed_of(card) < card.lessons)?;
        let title = plain(&card.course.title, self.lang);
        let label = match self.completed_of(card) {
            0 => m::column_begin(self.lang, title),
            _ => m::course_continue(self.lang, title),
        };
        let go = button::go(format!("/courses/{}", card.course.id), label);
        Some(view! { <p class="actions">{go}</p> }.into_any())
    }

    /// The ways to its topics, where there are several: down the page where all of it is there, else to pages of their own.
    fn ways(&self, chosen: Option<&TopicId>) -> Option<AnyView> {
        let lang = self.lang;
        let topics = self.groups.iter().filter_map(|group| Some((group.topic?, group.cards.len())));
        let topics: Vec<_> = topics.collect();
        if topics.len() < 2 {
            return None;
        }
        let here = format!("/columns/{}", self.column.slug);
        let is_whole = self.count() <= SHOWN;
        let all = chosen.map(|_| view! { <li><a class="chip" href=here.clone()>{m::column_courses(lang)}</a></li> });
        let ways = topics.into_iter().map(|(topic, count)| {
            let href = if is_whole { format!("#topic-{}", topic.id) } else { format!("{here}?topic={}", topic.id) };
            let current = (chosen == Some(&topic.id)).then_some("true");
            let count = view! { <span class="soft">{count}</span> };
            view! { <li><a class="chip" href=href aria-current=current>{said(&topic.title, lang)}" "{count}</a></li> }
        });
        let ways = ways.collect_view();
        let ways = view! {
            <nav class="section" aria-label=m::topics_title(lang)><ul class="choices">{all}{ways}</ul></nav>
        };
        Some(ways.into_any())
    }

    fn count(&self) -> usize {
        self.groups.iter().map(|group| group.cards.len()).sum()
    }

    /// One page of its courses under their topics, and the way to the next one.
    fn list(&self, chosen: Option<&TopicId>, after: Option<&CourseId>) -> AnyView {
        let is_chosen = |group: &&Group<'_>| chosen.is_none_or(|id| group.topic.is_some_and(|topic| &topic.id == id));
        let all = self.groups.iter().filter(is_chosen);
        let all = all.flat_map(|group| group.cards.iter().map(move |card| (group.topic, *card)));
        let mut all = all.peekable();
        // A course that has left the column meanwhile leads to the beginning.
        if let Some(after) = after.filter(|after| self.groups.iter().any(|group| group.holds(after))) {
            let _ = all.by_ref().find(|(_, card)| &card.course.id == after);
        }
        let page: Vec<_> = all.by_ref().take(SHOWN).collect();
        let more = all.peek().and(page.last()).map(|(_, last)| {
            let topic = chosen.map(|id| format!("topic={id}&")).unwrap_or_default();
            let address = format!("/columns/{}?{topic}after={}", self.column.slug, last.course.id);
            view! { <p class="actions">{button::go_quiet(address, m::pages_next(self.lang))}</p> }
        });
        let sections = page.chunk_by(|one, other| one.0 == other.0).map(|cards| self.section(cards)).collect_view();
        view! { {sections}{more} }.into_any()
    }

    fn section(&self, cards: &[(Option<&Topic>, &CourseCard)]) -> AnyView {
        let lang = self.lang;
        let topic = cards.first().and_then(|(topic, _)| *topic);
        let shown: Vec<_> = cards.iter().map(|(_, card)| course_card(card, self.completed_of(card), lang)).collect();
        let list = view! { <ul class="cards">{shown}</ul> };
        let has_topics = self.groups.iter().any(|group| group.topic.is_some());
        match topic {
            Some(topic) => view! {
                <section class="section" id=format!("topic-{}", topic.id)><h2>{said(&topic.title, lang)}</h2>{list}</section>
            }
            .into_any(),
            None if has_topics => {
                view! { <section class="section"><h2>{m::topics_more(lang)}</h2>{list}</section> }.into_any()
            }
            None => view! { <section class="section"><h2 class="unseen">{m::column_courses(lang)}</h2>{list}</section> }
                .into_any(),
        }
    }
}

impl Group<'_> {
    fn holds(&self, id: &CourseId) -> bool {
        self.cards.iter().any(|card| &card.course.id == id)
    }
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
