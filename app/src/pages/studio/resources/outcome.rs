//! What will a deed do to the picked, what has it done, and what was refused and why?

use content::courses::CourseState;
use content::holdings::bulk::{self, Deed, Item, Outcome};
use content::holdings::selection;
use leptos::prelude::*;

use super::bulk::{line_name, way};
use super::rows::count;
use super::{Act, HERE, Pairs};
use crate::messages as m;
use crate::parts::breadcrumb::{Crumb, breadcrumb};
use crate::parts::button::{go_quiet, submit, submit_danger};
use crate::parts::said::said;
use crate::parts::say;
use crate::problem::reason;
use crate::view::{Page, Viewer};
use crate::wire::Lang;

/// How many of each kind are named.
const NAMED: usize = 50;

/// What it would do; the button that does it sends the same fields.
///
/// # Errors
/// `NotSignedIn`, `Forbidden`; `Invalid` for what makes no deed.
pub async fn preview(viewer: &Viewer, pairs: &Pairs) -> content::Result<Page> {
    let (actor, lang) = (super::super::keeper(viewer)?, viewer.lang);
    let act = Act::read(pairs)?;
    let outcome = match &act {
        Act::Deed(deed) => bulk::preview(&viewer.library, actor, deed).await?,
        Act::Publish => bulk::courses(&viewer.library, actor, CourseState::Published, false).await?,
        Act::Retire => bulk::courses(&viewer.library, actor, CourseState::Retired, false).await?,
    };
    let heading = m::bulk_will(lang, say::number(count(outcome.done.len())));
    let button = (outcome.touched() > 0).then(|| {
        let is_grave = act == Act::Deed(Deed::Remove);
        do_it(pairs, if is_grave { submit_danger(m::bulk_remove(lang)) } else { submit(m::bulk_do(lang)) })
    });
    let nothing = (outcome.touched() == 0).then(|| view! { <p class="notice calm">{m::bulk_nothing(lang)}</p> });
    let body = view! { {nothing}{told(viewer, &act, &heading, &outcome)}{button} };
    Ok(page(viewer, &act, body.into_any()))
}

/// What it has done.
///
/// # Errors
/// As [`preview`].
pub async fn done(viewer: &Viewer, pairs: &Pairs) -> content::Result<Page> {
    let (actor, lang) = (super::super::keeper(viewer)?, viewer.lang);
    let act = Act::read(pairs)?;
    let outcome = match &act {
        Act::Deed(deed) => bulk::apply(&viewer.library, actor, deed).await?,
        Act::Publish => bulk::courses(&viewer.library, actor, CourseState::Published, true).await?,
        Act::Retire => bulk::courses(&viewer.library, actor, CourseState::Retired, true).await?,
    };
    let heading = m::bulk_done(lang, say::number(count(outcome.done.len())));
    let left = (outcome.left > 0).then(|| {
        let words = m::bulk_left(lang, say::number(count(outcome.left)));
        view! { <p class="notice calm">{words}</p>{do_it(pairs, submit(m::bulk_go_on(lang)))} }
    });
    let picked = selection::count_picked(&viewer.library, actor).await?;
    let body = view! {
        {(!outcome.done.is_empty() || outcome.proposed.is_empty())
            .then(|| view! { <p class="notice good" role="status">{heading.clone()}</p> })}
        {left}
        {told(viewer, &act, &heading, &outcome)}
        <p class="actions">
            {(picked > 0).then(|| go_quiet(format!("{HERE}/selection"), m::bulk_back(lang)))}
            {go_quiet(HERE, m::kept_title(lang))}
        </p>
    };
    Ok(page(viewer, &act, body.into_any()))
}

fn page(viewer: &Viewer, act: &Act, body: AnyView) -> Page {
    let lang = viewer.lang;
    let mut way = way(viewer);
    way.push(Crumb::new(format!("{HERE}/selection"), m::bulk_title(lang)));
    let title = name_of(act, lang);
    Page::new(title.clone(), view! { {breadcrumb(lang, way)}<h1>{title}</h1>{body} })
}

fn name_of(act: &Act, lang: Lang) -> String {
    match act {
        Act::Publish => m::bulk_publish(lang).to_owned(),
        Act::Retire => m::bulk_retire(lang).to_owned(),
        Act::Deed(Deed::AddTerms(_)) => m::bulk_add(lang).to_owned(),
        Act::Deed(Deed::RemoveTerms(_)) => m::bulk_take(lang).to_owned(),
        Act::Deed(Deed::Say(line, _)) => line_name(*line, lang).to_owned(),
        Act::Deed(Deed::ReviewBy(_)) => m::kept_review_by(lang).to_owned(),
        Act::Deed(Deed::Language(_)) => m::upload_language(lang).to_owned(),
        Act::Deed(Deed::Encode) => m::class_encode(lang).to_owned(),
        Act::Deed(Deed::Remove) => m::bulk_remove(lang).to_owned(),
    }
}

fn do_it(pairs: &Pairs, button: AnyView) -> AnyView {
    let fields =
        pairs.iter().map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> });
    view! { <form class="actions" method="post" action=format!("{HERE}/selection/do")>{fields.collect_view()}{button}</form> }
        .into_any()
}

fn told(viewer: &Viewer, act: &Act, heading: &str, outcome: &Outcome) -> AnyView {
    let lang = viewer.lang;
    let removed = matches!(act, Act::Deed(Deed::Remove));
    let named = |item: &Item| match act {
        Act::Publish | Act::Retire => {
            view! { <a href=format!("/studio/courses/{}", item.id)>{said(&item.title, lang)}</a> }.into_any()
        }
        _ if removed => said(&item.title, lang),
        _ => view! { <a href=format!("{HERE}/{}", item.id)>{said(&item.title, lang)}</a> }.into_any(),
    };
    let done = outcome.done.iter().take(NAMED).map(|item| view! { <li>{named(item)}</li> }).collect_view();
    let refused = outcome.refused.iter().take(NAMED).map(|(item, why)| {
        view! { <li>{named(item)}<span class="under">{reason(*why, lang)}</span></li> }
    });
    let more = |all: usize| {
        let more = all.saturating_sub(NAMED);
        (more > 0).then(|| view! { <p class="soft">{m::bulk_and_more(lang, say::number(count(more)))}</p> })
    };
    let proposed = outcome.proposed.iter().take(NAMED).map(|item| view! { <li>{named(item)}</li> }).collect_view();
    let proposed_heading = m::bulk_proposed(lang, say::number(count(outcome.proposed.len())));
    let refused_heading = m::bulk_refused(lang, say::number(count(outcome.refused.len())));
    view! {
        {(!outcome.done.is_empty()).then(|| view! {
            <section class="section"><h2>{heading.to_owned()}</h2><ul class="missing">{done}</ul>{more(outcome.done.len())}</section>
        })}
        {(!outcome.proposed.is_empty()).then(|| view! {
            <section class="section">
                <h2>{proposed_heading}</h2>
                <p class="notice">{m::proposals_lead(lang)}</p>
                <ul class="missing">{proposed}</ul>{more(outcome.proposed.len())}
            </section>
        })}
        {(outcome.same > 0).then(|| view! { <p class="section">{m::bulk_same(lang, say::number(count(outcome.same)))}</p> })}
        {(!outcome.refused.is_empty()).then(|| view! {
            <section class="section"><h2>{refused_heading}</h2><ul class="missing">{refused.collect_view()}</ul>{more(outcome.refused.len())}</section>
        })}
    }
    .into_any()
}
