//! What is asked, and what is not found? By place, never by person; and a way to call a thing by what was asked.

use std::collections::HashMap;

use content::asked::{self, Asked, AskedIn, Lack};
use content::ids::UnitId;
use content::names::Concept;
use content::places::{self, Scope};
use content::{people, search};
use leptos::prelude::*;

use crate::messages as m;
use crate::parts::address::with_query;
use crate::parts::badge::{Tone, badge};
use crate::parts::breadcrumb::breadcrumb;
use crate::parts::button::submit_quiet;
use crate::parts::chart::{Amount, amount_chart};
use crate::parts::empty::empty;
use crate::parts::field::Field;
use crate::parts::pagination::At;
use crate::parts::said::{plain, said};
use crate::parts::say;
use crate::parts::tabs::{Tab, tabs};
use crate::view::{Form, Page, Viewer};
use crate::wire::Lang;

/// How far back it goes (days), how many questions are shown, and how many names are offered for each.
const DAYS: i64 = 90;
const SHOWN: usize = 30;
const ALIKE: usize = 3;

/// Which questions are asked for.
#[derive(Debug, Clone, Default)]
pub struct Which {
    pub unit: Option<UnitId>,
    pub lack: Option<Lack>,
}

impl Which {
    /// As an address or a form says it.
    pub fn read(values: &HashMap<String, String>) -> Self {
        let get = |name: &str| values.get(name).map(String::as_str).filter(|text| !text.is_empty());
        Self { unit: get("unit").map(Into::into), lack: get("lack").and_then(Lack::parse) }
    }

    pub(super) fn lack(&self) -> Lack {
        self.lack.unwrap_or(Lack::NotFound)
    }

    pub(super) fn address(&self, lack: Lack, unit: Option<&UnitId>) -> String {
        let lack = if lack == Lack::NotFound { "" } else { lack.as_str() };
        with_query("/studio/asked", &[("lack", lack), ("unit", unit.map_or("", UnitId::as_str))])
    }
}

/// # Errors
/// `NotSignedIn`, `Forbidden`.
pub async fn asked(viewer: &Viewer, which: &Which) -> content::Result<Page> {
    let (actor, lang, library) = (super::keeper(viewer)?, viewer.lang, &viewer.library);
    let scope = asked::scope(library, actor, which.unit.as_ref()).await?;
    let page_at = At::read(viewer, &Form::default());
    let page = asked::list_asked(library, &scope, which.lack(), DAYS, page_at.page(SHOWN)).await?;
    let found = page.items;
    let mut rows = Vec::new();
    let questions = found.iter().map(|asked| asked.question.clone()).collect();
    let counts = search::count_found(library, actor, questions).await?;
    let may_name = people::keeps_everything(library, actor).await?;
    for (at, (asked, now)) in found.iter().zip(counts).enumerate() {
        let naming = if now == 0 && may_name {
            let slips = search::list_slips(library, &asked.question, ALIKE).await?;
            Some(same_as(at, asked, &slips, which, lang))
        } else {
            None
        };
        rows.push(row(asked, now, naming, lang));
    }
    let list = if rows.is_empty() && page_at.is_first() {
        empty(m::asked_none(lang), m::asked_none_text(lang), None)
    } else {
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    let ways = Lack::ALL.iter().map(|lack| {
        let href = which.address(*lack, which.unit.as_ref());
        Tab::new(href, lack_name(*lack, lang), *lack == which.lack())
    });
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer)])}
        <h1>{m::asked_title(lang)}</h1>
        {super::sides(viewer)}
        <p class="lead">{m::asked_lead(lang, DAYS)}</p>
        {units(viewer, which, &scope).await?}
        {tabs(m::asked_title(lang), ways)}
        {list}
        {page_at.links(lang, "/studio/asked", &[("lack", lack_of(which)), ("unit", unit_of(which))], page.next.as_deref())}
    };
    Ok(Page::new(m::asked_title(lang), body))
}

fn lack_of(which: &Which) -> &'static str {
    which.lack.map_or("", Lack::as_str)
}

fn unit_of(which: &Which) -> &str {
    which.unit.as_ref().map_or("", UnitId::as_str)
}

fn lack_name(lack: Lack, lang: Lang) -> &'static str {
    match lack {
        Lack::NotFound => m::asked_not_found(lang),
        Lack::NotOpened => m::asked_not_opened(lang),
        Lack::All => m::asked_all(lang),
    }
}

/// How much is asked where; each place leads to its own questions.
async fn units(viewer: &Viewer, which: &Which, scope: &Scope) -> content::Result<AnyView> {
    let (lang, library) = (viewer.lang, &viewer.library);
    let counts = asked::list_units(library, scope, DAYS).await?;
    let mut bars = Vec::new();
    for AskedIn { unit, times, not_found } in counts {
        let Some(place) = places::find_unit(library, &unit).await? else { continue };
        let is_here = which.unit.as_ref() == Some(&unit);
        let name = if is_here {
            said(&place.name, lang)
        } else {
            view! { <a href=which.address(which.lack(), Some(&unit))>{said(&place.name, lang)}</a> }.into_any()
        };
        let missed = m::asked_units_missed(lang, say::number(not_found));
        let name = view! { {name}" "<span class="soft">{missed}</span> }.into_any();
        bars.push(Amount { name, amount: times, said: say::number(times) });
    }
    let back = which.unit.is_some().then(|| {
        view! { <p><a href=which.address(which.lack(), None)>{m::asked_everywhere(lang)}</a></p> }
    });
    let here = match &which.unit {
        Some(unit) => places::find_unit(library, unit).await?.map(|unit| plain(&unit.name, lang)),
        None => None,
    };
    let here = here.map(|name| view! { <h2>{name}</h2> });
    let chart = (!bars.is_empty()).then(|| amount_chart(m::asked_units(lang), bars));
    Ok(view! { {here}{back}{chart} }.into_any())
}

fn row(asked: &Asked, now: usize, naming: Option<AnyView>, lang: Lang) -> AnyView {
    let question = asked.question.clone();
    let href = with_query("/search", &[("q", &question)]);
    let tone = if now == 0 { Tone::Bad } else { Tone::Good };
    let now_said = format!("{}: {now}", m::asked_now(lang));
    view! {
        <li class="row">
            <div class="row-body">
                <a class="row-title" href=href>{question}</a>
                <p class="facts">
                    <span>{format!("{}: {}", m::asked_times(lang), say::number(asked.times))}</span>
                    <span>{format!("{}: {}", m::asked_opened(lang), say::number(asked.opened))}</span>
                    <span>{badge(tone, now_said)}</span>
                </p>
                {naming}
            </div>
        </li>
    }
    .into_any()
}

/// What it may be a slip of, and a field for any other name. Either leads to a page that shows what both mean, and asks.
fn same_as(at: usize, asked: &Asked, slips: &[Concept], which: &Which, lang: Lang) -> AnyView {
    let ways = slips.iter().filter_map(|concept| {
        let known = concept.names.first()?.clone();
        let href = way(&asked.question, &concept.key, which);
        Some(view! { <li><a class="chip" href=href>{m::asked_is_it(lang, known)}</a></li> })
    });
    let form = Form::default();
    let known = Field::new(&form, "known", m::asked_same_as_known(lang)).within(format!("same-{at}")).max_chars(60);
    view! {
        <details class="fold" open=!slips.is_empty()>
            <summary>{m::asked_same_as(lang)}</summary>
            <ul class="choices">{ways.collect_view()}</ul>
            <form class="filter above" method="get" action="/studio/names/same">
                <input type="hidden" name="name" value=asked.question.clone() />
                <input type="hidden" name="unit" value=which.unit.as_ref().map(|unit| unit.as_str().to_owned()) />
                <input type="hidden" name="lack" value=which.lack().as_str() />
                {known.required().input()}
                {submit_quiet(m::asked_compare(lang))}
            </form>
        </details>
    }
    .into_any()
}

/// The page that shows what both mean.
pub(super) fn way(name: &str, known: &str, which: &Which) -> String {
    let unit = which.unit.as_ref().map_or("", UnitId::as_str);
    with_query(
        "/studio/names/same",
        &[("name", name), ("known", known), ("unit", unit), ("lack", which.lack().as_str())],
    )
}
