//! What do I do now? One next step first, then what is due, what fits into the minutes there are, and where else to look.

mod due;
mod fit;
mod step;

use std::collections::HashMap;
use std::sync::Arc;

use content::assignments::{self, Due};
use content::courses::prospectus::{self, Open};
use content::courses::{CourseCard, Lesson, Outline};
use content::ids::CourseId;
use content::learning::{self, CourseProgress, SEVERAL, Touched};
use leptos::prelude::*;

use crate::messages as m;
use crate::parts::course_card::course_card;
use crate::parts::said::said;
use crate::parts::say;
use crate::view::{Page, Viewer};
use crate::wire::Lang;
pub(in crate::pages) use due::{due_row, when};
use step::Step;

/// More new courses than this are not new to anybody.
const NEW_COURSES: usize = 4;

/// Everything the page is made of.
struct Home {
    open: Open,
    progress: HashMap<CourseId, CourseProgress>,
    /// The courses she has begun and not completed, those she touched last first; the outlines of the first few.
    under_way: Vec<Arc<Outline>>,
    /// Where she stands in the lessons of those.
    standings: Vec<Touched>,
    due: Vec<Due>,
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
    let open = prospectus::open_to(library, actor).await?;
    let progress = learning::map_progress(library, actor).await?;
    let begun = under_way(&open, &progress);
    let courses: Vec<&CourseId> = begun.iter().map(|each| &each.course).collect();
    let home = Home {
        standings: learning::list_standings(library, actor, &begun).await?,
        under_way: prospectus::list_shown(library, &open, &courses).await?,
        due: assignments::list_due(library, actor, due::SHOWN + 1).await?,
        open,
        progress,
        minutes: fit::nearest(minutes),
        now_ms: library.clock.now_ms(),
        lang: viewer.lang,
    };
    let step = home.next_step();
    let mut fitting = Vec::new();
    for (lesson, watched_ms) in home.fitting_under_way() {
        fitting.push((lesson.clone(), watched_ms));
    }
    let to_begin = home.fitting_to_begin().take(fit::SHOWN.saturating_sub(fitting.len()));
    let to_begin: Vec<&CourseId> = to_begin.map(|card| &card.course.id).collect();
    for outline in prospectus::list_shown(library, &home.open, &to_begin).await? {
        fitting.extend(outline.lessons().next().map(|lesson| (lesson.clone(), 0)));
    }
    let body = view! {
        <h1 class="greeting">{m::home_greeting(home.lang, &actor.name)}</h1>
        {home.show(&step)}
        {home.list_due()}
        {home.list_fitting(&fitting)}
        {home.list_new(&step)}
        {home.list_columns()}
    };
    Ok(Page::new(m::home_title(viewer.lang), body))
}

/// The courses she touched last and has not completed.
fn under_way<'a>(open: &Open, progress: &'a HashMap<CourseId, CourseProgress>) -> Vec<&'a CourseProgress> {
    let is_open = |each: &&CourseProgress| open.find(&each.course).is_some_and(|card| each.completed < card.lessons);
    let mut begun: Vec<&CourseProgress> = progress.values().filter(is_open).collect();
    begun.sort_by(|one, other| (other.touched_at, &one.course).cmp(&(one.touched_at, &other.course)));
    begun.truncate(SEVERAL);
    begun
}

impl Home {
    fn completed_of(&self, card: &CourseCard) -> i64 {
        self.progress.get(&card.course.id).map_or(0, |progress| progress.completed)
    }

    fn is_open(&self, card: &CourseCard) -> bool {
        card.lessons > 0 && self.completed_of(card) < card.lessons
    }

    fn standing_of(&self, lesson: &Lesson) -> Option<&Touched> {
        self.standings.iter().find(|standing| standing.lesson == lesson.id)
    }

    /// The first lesson of a course that she has not completed.
    fn next_of<'a>(&self, outline: &'a Outline) -> Option<&'a Lesson> {
        let is_completed =
            |lesson: &Lesson| self.standing_of(lesson).is_some_and(|standing| standing.completed_at.is_some());
        outline.lessons().find(|lesson| !is_completed(lesson))
    }

    fn list_columns(&self) -> Option<AnyView> {
        let lang = self.lang;
        let columns = self.open.columns().iter().map(|column| {
            let count = i64::try_from(self.open.count_in(&column.id)).unwrap_or(i64::MAX);
            view! {
                <li class="card">
                    <h3 class="card-title"><a href=format!("/columns/{}", column.slug)>{said(&column.title, lang)}</a></h3>
                    <p class="card-text">{said(&column.summary, lang)}</p>
                    <p class="facts"><span>{say::courses(lang, count)}</span></p>
                </li>
            }
        });
        let columns = columns.collect_view();
        let section = view! {
            <section class="section"><h2>{m::home_columns(lang)}</h2><ul class="cards">{columns}</ul></section>
        };
        (!self.open.columns().is_empty()).then(|| section.into_any())
    }

    /// The newest courses she has not touched, without the one she is sent to already.
    fn list_new(&self, step: &Step<'_>) -> Option<AnyView> {
        let is_new = |card: &&CourseCard| !self.progress.contains_key(&card.course.id) && !step.is_to(card);
        let cards: Vec<_> = self.open.newest().filter(is_new).take(NEW_COURSES).collect();
        let shown = cards.iter().map(|card| course_card(card, 0, self.lang)).collect_view();
        let section = view! {
            <section class="section"><h2>{m::home_new(self.lang)}</h2><ul class="cards">{shown}</ul></section>
        };
        (!cards.is_empty()).then(|| section.into_any())
    }
}
