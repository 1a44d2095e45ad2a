//! How does one of many look in the table? A row to pick, cards on a narrow screen; what is picked stays so on every page.

use content::holdings::{Holding, Page, Sort, selection};
use leptos::prelude::*;

use super::super::resource_parts::{kind_name, stage_badge};
use super::filters::order_name;
use super::{Asked, HERE};
use crate::messages as m;
use crate::parts::empty::empty;
use crate::parts::said::{plain, said};
use crate::parts::say;
use crate::view::Viewer;
use crate::wire::Lang;

/// The table in the form that keeps the picks: going on is a button of it, so that nothing picked is lost without scripts.
pub(super) fn section(viewer: &Viewer, asked: &Asked, page: &Page, picked: usize) -> AnyView {
    let lang = viewer.lang;
    let next = page.next.as_ref().map(|cursor| asked.next(cursor));
    let shown = page.rows.iter().map(|row| view! { <input type="hidden" name="shown" value=row.id.to_string() /> });
    view! {
        <form id="picks" class="section" method="post" action=format!("{HERE}/selection")>
            <input type="hidden" name="here" value=asked.here() />
            <input type="hidden" name="query" value=asked.query() />
            {next.clone().map(|next| view! { <input type="hidden" name="next" value=next /> })}
            {shown.collect_view()}
            {page.is_partial.then(|| view! { <p class="notice calm">{m::kept_partial(lang)}</p> })}
            {if page.rows.is_empty() { nothing(asked, page, lang) } else { table(viewer, asked, &page.rows) }}
            {buttons(lang, asked, page, picked)}
        </form>
    }
    .into_any()
}

fn nothing(asked: &Asked, page: &Page, lang: Lang) -> AnyView {
    if page.is_partial {
        return ().into_any();
    }
    if asked.query().is_empty() {
        return empty(m::studio_no_resources(lang), m::studio_no_resources_text(lang), None);
    }
    empty(m::kept_none(lang), m::kept_none_text(lang), None)
}

fn buttons(lang: Lang, asked: &Asked, page: &Page, picked: usize) -> AnyView {
    let button = |go: &'static str, label: String| {
        view! { <button class="button quiet" name="go" value=go>{label}</button> }.into_any()
    };
    let further = if page.is_partial { m::kept_further(lang) } else { m::pages_next(lang) };
    view! {
        <div class="bar-below picks">
            <p id="picked" class="picked" role="status" data-text=m::kept_picked(lang, "{count}")>{m::kept_picked(lang, say::number(count(picked)))}</p>
            {button("selection", m::kept_to_selection(lang).to_owned())}
            {page.next.is_some().then(|| view! { <button class="button" name="go" value="next">{further}</button> })}
        </div>
        <div class="actions">
            {button("stay", m::kept_keep(lang).to_owned())}
            {button("sheet", m::kept_to_sheet(lang).to_owned())}
            {(!asked.after.is_empty()).then(|| button("first", m::pages_first(lang).to_owned()))}
            {button("all", m::kept_pick_all(lang, say::number(count(selection::MOST))))}
            {(picked > 0).then(|| button("none", m::kept_let_go(lang).to_owned()))}
        </div>
    }
    .into_any()
}

pub(super) fn count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn table(viewer: &Viewer, asked: &Asked, rows: &[Holding]) -> AnyView {
    let lang = viewer.lang;
    let head = |label: &'static str, sort: Option<Sort>, class: &'static str| {
        let is_here = sort == Some(asked.sort);
        let order = match asked.sort {
            Sort::Newest | Sort::Largest | Sort::Longest => "descending",
            _ => "ascending",
        };
        let label = match sort.filter(|_| !is_here) {
            Some(sort) => view! { <a href=asked.sorted(sort) title=order_name(sort, lang)>{label}</a> }.into_any(),
            None => label.into_any(),
        };
        view! { <th scope="col" class=class aria-sort=is_here.then_some(order)>{label}</th> }
    };
    let rows = rows.iter().map(|row| line(viewer, row)).collect_view();
    view! {
        <table class="table kept">
            <caption>{m::kept_caption(lang, order_name(asked.sort, lang))}</caption>
            <thead><tr>
                {head(m::kept_pick(lang), None, "")}
                {head(m::kept_file(lang), Some(Sort::Title), "")}
                {head(m::jobs_state(lang), None, "")}
                {head(m::kept_length(lang), Some(Sort::Longest), "number")}
                {head(m::studio_size(lang), Some(Sort::Largest), "number")}
                {head(m::kept_used_in(lang), None, "")}
                {head(m::kept_review_by(lang), Some(Sort::Review), "")}
            </tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// Explicit roles keep it a table for screen readers when the style sheet shows cards.
fn line(viewer: &Viewer, row: &Holding) -> AnyView {
    let lang = viewer.lang;
    let poster = row.poster_address();
    let poster = match poster {
        Some(address) => {
            view! { <img class="thumb" src=address alt="" loading="lazy" width="72" height="40" /> }.into_any()
        }
        None => view! { <span class="thumb" aria-hidden="true"></span> }.into_any(),
    };
    view! {
        <tr role="row">
            <td role="cell" class="pick">
                <label><input type="checkbox" name="pick" value=row.id.to_string() checked=row.is_picked() />
                <span class="unseen">{m::kept_pick_one(lang, plain(&row.title, lang))}</span></label>
            </td>
            <th scope="row"><div class="named">{poster}<div>
                <a href=format!("{HERE}/{}", row.id)>{said(&row.title, lang)}</a>
                <span class="under">{kind_name(row.kind, lang)}" · "{Lang::from(row.language).own_name()}</span>
            </div></div></th>
            <td role="cell" data-label=m::jobs_state(lang)>{stage_badge(row.stage, lang)}</td>
            <td role="cell" class="number" data-label=m::kept_length(lang)>{row.duration_ms.map(say::clock)}</td>
            <td role="cell" class="number" data-label=m::studio_size(lang)>{say::bytes(row.size_bytes)}</td>
            <td role="cell" data-label=m::kept_used_in(lang)>{used_in(lang, row)}</td>
            <td role="cell" data-label=m::kept_review_by(lang)>{review(viewer, row)}</td>
        </tr>
    }
    .into_any()
}

fn used_in(lang: Lang, row: &Holding) -> AnyView {
    match (row.uses, row.course_title(), &row.course) {
        (0, ..) => view! { <span class="soft">{m::kept_unused(lang)}</span> }.into_any(),
        (uses, Some(title), Some(course)) => {
            let more = (uses > 1).then(|| view! { <span class="under">{m::kept_uses_more(lang, uses - 1)}</span> });
            view! { <div><a href=format!("/studio/courses/{course}")>{said(&title, lang)}</a>{more}</div> }.into_any()
        }
        (uses, ..) => m::kept_uses(lang, uses).into_any(),
    }
}

fn review(viewer: &Viewer, row: &Holding) -> Option<AnyView> {
    let (lang, by) = (viewer.lang, row.review_by?);
    let day = say::date(lang, by - 1);
    let is_over = by <= viewer.library.clock.now_ms();
    let view = match is_over {
        true => view! { <div><span class="todo">{day}</span><span class="under">{m::kept_review_overdue(lang)}</span></div> }.into_any(),
        false => day.into_any(),
    };
    Some(view)
}
