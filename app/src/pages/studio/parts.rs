//! How do all the parts look, in every state? The page that reviewers look at; what it says is taken from other pages.

mod samples;

use leptos::prelude::*;

use crate::messages as m;
use crate::parts::badge::{Tone, badge};
use crate::parts::breadcrumb::breadcrumb;
use crate::parts::chart::{Bar, bar_chart};
use crate::parts::course_card::course_card;
use crate::parts::dialog::asked_first;
use crate::parts::empty::empty;
use crate::parts::field::{Field, alert};
use crate::parts::lesson_row::lesson_row;
use crate::parts::pagination::pagination;
use crate::parts::progress::{bar, ring};
use crate::parts::skeleton::skeleton;
use crate::parts::table::{Head, table};
use crate::parts::tabs::{Tab, tabs};
use crate::parts::{button, say, toast};
use crate::view::{Page, Viewer};
use crate::wire::Lang;

/// # Errors
/// `NotSignedIn`, `Forbidden`.
pub async fn parts(viewer: &Viewer) -> content::Result<Page> {
    super::keeper(viewer)?;
    let lang = viewer.lang;
    let sections = [
        (m::parts_letters(lang), letters()),
        (m::parts_buttons(lang), buttons(lang)),
        (m::parts_states(lang), states(lang)),
        (m::parts_forms(lang), forms(lang)),
        (m::parts_progress(lang), progress(lang)),
        (m::parts_lists(lang), lists(lang)),
        (m::parts_tables(lang), tables(lang)),
        (m::parts_ways(lang), ways(lang)),
        (m::parts_nothing(lang), nothing(lang)),
        (m::parts_questions(lang), questions(lang)),
    ];
    let sections = sections.map(|(name, part)| view! { <section class="section part"><h2>{name}</h2>{part}</section> });
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer)])}
        <h1>{m::parts_title(lang)}</h1>
        <p class="lead">{m::parts_lead(lang)}</p>
        {sections.collect_view()}
    };
    Ok(Page::new(m::parts_title(lang), body))
}

/// Each size of letters in each language; the Tibetan line stacks as high and as deep as it gets.
fn letters() -> AnyView {
    let lines = Lang::ALL.map(|lang| {
        view! {
            <div lang=lang.tag() class="stack">
                <h1>{m::home_all_done(lang)}</h1>
                <h2>{m::home_nothing(lang)}</h2>
                <h3>{m::me_empty(lang)}</h3>
                <p>{m::studio_can_publish(lang)}</p>
                <p class="soft">{m::upload_may_close(lang)}</p>
            </div>
        }
    });
    view! { {lines.collect_view()}<p lang=Lang::Bo.tag() class="stacks">{m::parts_stacks(Lang::Bo)}</p> }.into_any()
}

fn buttons(lang: Lang) -> AnyView {
    view! {
        <div class="actions">
            {button::go("#", m::home_continue_button(lang))}
            {button::go_quiet("#", m::search_title(lang))}
            {button::submit(m::studio_publish(lang))}
            {button::submit_quiet(m::job_retry(lang))}
            {button::submit_danger(m::studio_retire(lang))}
            <button class="button" type="button" disabled>{m::upload_send(lang)}</button>
        </div>
    }
    .into_any()
}

fn states(lang: Lang) -> AnyView {
    view! {
        <p class="facts">
            <span>{badge(Tone::Calm, m::state_draft(lang))}</span>
            <span>{badge(Tone::Good, m::state_published(lang))}</span>
            <span>{badge(Tone::Busy, m::stage_transcoding(lang))}</span>
            <span>{badge(Tone::Bad, m::stage_failed(lang))}</span>
        </p>
        <p class="notice">{m::course_draft(lang)}</p>
        <p class="notice good">{m::course_done(lang)}</p>
        <p class="notice calm">{m::stages_working(lang)}</p>
        {alert(m::lesson_failed(lang))}
        <div class="shown-still">{toast::show(m::done_lesson(lang))}</div>
    }
    .into_any()
}

fn forms(lang: Lang) -> AnyView {
    let (plain, refused) = (samples::form(lang), samples::refused(lang));
    let languages = super::fields::languages();
    view! {
        <form class="form" method="get" action="/studio/parts">
            {Field::new(&plain, "plain", m::studio_field_title(lang)).hint(m::studio_title_hint(lang)).input()}
            {Field::new(&refused, "slug", m::studio_field_slug(lang)).hint(m::studio_field_slug_hint(lang)).input()}
            {Field::new(&plain, "language", m::studio_field_language(lang)).choice(languages)}
            {Field::new(&plain, "day", m::admin_due(lang)).kind("date").input()}
            {Field::new(&plain, "text", m::studio_field_summary(lang)).area(3)}
        </form>
        <div class="search">
            <input class="input" type="search" aria-label=m::search_label(lang) placeholder=m::search_hint(lang) />
            {button::submit(m::search_button(lang))}
        </div>
    }
    .into_any()
}

fn progress(lang: Lang) -> AnyView {
    let rings =
        [0, 1, 40, 99, 100].map(|percent| view! { <li>{ring(percent)}<span>{format!("{percent} %")}</span></li> });
    view! {
        <ul class="rings">{rings.collect_view()}</ul>
        {bar(0, m::lesson_watched(lang, 0))}
        {bar(40, m::lesson_watched(lang, 40))}
        {bar(100, m::lesson_watched(lang, 100))}
    }
    .into_any()
}

fn lists(lang: Lang) -> AnyView {
    let cards = samples::cards().map(|(card, completed)| course_card(&card, completed, lang));
    let rows = samples::standings().map(|(progress, is_next)| lesson_row(&samples::lesson(), progress, is_next, lang));
    view! { <ul class="cards">{cards.collect_view()}</ul><ol class="rows">{rows.collect_view()}</ol> }.into_any()
}

fn tables(lang: Lang) -> AnyView {
    let names = [m::me_account(lang), m::me_unit(lang), m::course_completed(lang)];
    let bars = names.into_iter().zip([85, 40, 0]).map(|(name, percent)| Bar { name: name.into_any(), percent });
    let heads =
        [Head::text(m::admin_unit(lang)), Head::number(m::admin_learners(lang)), Head::text(m::admin_course(lang))];
    let rows = names.into_iter().zip([12_345, 40, 0]).map(|(name, count)| {
        vec![name.into_any(), say::number(count).into_any(), badge(Tone::Good, m::state_published(lang))]
    });
    view! { {bar_chart(m::admin_chart(lang), bars)}{table(m::admin_caption(lang), &heads, rows.collect())} }.into_any()
}

fn ways(lang: Lang) -> AnyView {
    let sides =
        [(m::admin_by_unit(lang), true), (m::admin_by_learner(lang), false), (m::admin_assignments(lang), false)];
    let chips = [(m::search_all(lang), true), (m::kind_course(lang), false), (m::kind_lesson(lang), false)];
    let chips = chips.map(|(name, is_chosen)| {
        view! { <li><a class="chip" href="#" aria-current=is_chosen.then_some("true")>{name}</a></li> }
    });
    view! {
        {tabs(m::admin_title(lang), sides.map(|(name, is_here)| Tab::new("#", name, is_here)))}
        <ul class="chips">{chips.collect_view()}</ul>
        {pagination(lang, Some("#".into()), Some("#".into()))}
    }
    .into_any()
}

fn nothing(lang: Lang) -> AnyView {
    let action = button::go("#", m::me_find(lang));
    view! { {empty(m::me_empty(lang), m::me_empty_text(lang), Some(action))}{skeleton(3)} }.into_any()
}

/// The form leads to an address that changes nothing: the dialog can be opened and answered.
fn questions(lang: Lang) -> AnyView {
    asked_first("/studio/parts", super::course::retiring(lang), lang)
}
