//! What do I do now? One next step first, then what is due, what fits into the minutes there are, and where else to look.

mod due;
mod fit;
mod step;

use std::collections::HashMap;

use content::assignments::{self, Due};
use content::courses::{self, Column, CourseCard};
use content::ids::CourseId;
use content::learning::{self, Begun};
use leptos::prelude::*;

use crate::messages as m;
use crate::parts::course_card::course_card;
use crate::parts::said::said;
use crate::parts::say;
use crate::view::{Page, Viewer};
use crate::wire::Lang;
pub(in crate::pages) use due::when;
use step::Step;

/// More new courses than this are not new to anybody.
const NEW_COURSES: usize = 4;

/// Everything the page is made of.
struct Home {
    columns: Vec<Column>,
    cards: Vec<CourseCard>,
    completed: HashMap<CourseId, i64>,
    begun: Vec<Begun>,
    due: Vec<Due>,
    /// Lessons that fit into `minutes`.
    fitting: Vec<Begun>,
    minutes: i64,
    now_ms: i64,
    lang: Lang,
}

/// `minutes` is how much time she says she has.
///
/// # Errors
/// `NotSignedIn`, `Internal`.
pub async fn home(viewer: &Viewer, minutes: Option<i64>) -> content::Result<Page> {
    let actor = viewer.actor()?;
    let library = &viewer.library;
    let minutes = fit::nearest(minutes);
    let home = Home {
        columns: courses::list_columns(library).await?,
        cards: courses::list_open_courses(library, actor).await?,
        completed: learning::count_completed(library, actor).await?,
        begun: learning::list_begun(library, actor).await?,
        due: assignments::list_due(library, actor).await?,
        fitting: learning::list_fitting(library, actor, fit::most_ms(minutes)).await?,
        minutes,
        now_ms: library.clock.now_ms(),
        lang: viewer.lang,
    };
    let step = home.next_step(viewer).await?;
    let body = view! {
        <h1 class="greeting">{m::home_greeting(home.lang, &actor.name)}</h1>
        {home.show(&step)}
        {home.list_due()}
        {home.list_fitting()}
        {home.list_new(&step)}
        {home.list_columns()}
    };
    Ok(Page::new(m::home_title(viewer.lang), body))
}

impl Home {
    fn card_of(&self, course: &CourseId) -> Option<&CourseCard> {
        self.cards.iter().find(|card| &card.course.id == course)
    }

    fn completed_of(&self, card: &CourseCard) -> i64 {
        self.completed.get(&card.course.id).copied().unwrap_or_default()
    }

    fn is_open(&self, card: &CourseCard) -> bool {
        card.lessons > 0 && self.completed_of(card) < card.lessons
    }

    fn list_columns(&self) -> Option<AnyView> {
        let lang = self.lang;
        let columns = self.columns.iter().map(|column| {
            let count = self.cards.iter().filter(|card| card.course.column == column.id).count();
            view! {
                <li class="card">
                    <h3 class="card-title"><a href=format!("/columns/{}", column.slug)>{said(&column.title, lang)}</a></h3>
                    <p class="card-text">{said(&column.summary, lang)}</p>
                    <p class="facts"><span>{say::courses(lang, i64::try_from(count).unwrap_or(i64::MAX))}</span></p>
                </li>
            }
        });
        let columns = columns.collect_view();
        let section = view! {
            <section class="section"><h2>{m::home_columns(lang)}</h2><ul class="cards">{columns}</ul></section>
        };
        (!self.columns.is_empty()).then(|| section.into_any())
    }

    /// The newest courses she has not touched, without the one she is sent to already.
    fn list_new(&self, step: &Step<'_>) -> Option<AnyView> {
        let is_begun = |card: &&CourseCard| self.begun.iter().any(|begun| begun.lesson.course == card.course.id);
        let mut new: Vec<_> = self.cards.iter().filter(|card| !is_begun(card) && !step.is_to(card)).collect();
        new.sort_by_key(|card| std::cmp::Reverse(card.course.published_at));
        let cards = new.iter().take(NEW_COURSES).map(|card| course_card(card, 0, self.lang)).collect_view();
        let section = view! {
            <section class="section"><h2>{m::home_new(self.lang)}</h2><ul class="cards">{cards}</ul></section>
        };
        (!new.is_empty()).then(|| section.into_any())
    }
}
