//! What may be done to all that is picked? One form a deed; each leads to a page that says what it would do.

use content::holdings::bulk::Line;
use content::holdings::{list_rows, selection};
use content::people::Actor;
use content::shelves::{self, Facet, Term};
use leptos::prelude::*;

use super::super::fields::languages;
use super::HERE;
use super::filters::select;
use super::rows::count;
use crate::messages as m;
use crate::parts::breadcrumb::{Crumb, breadcrumb};
use crate::parts::button::{go, go_quiet, submit_quiet};
use crate::parts::empty::empty;
use crate::parts::field::{Field, alert};
use crate::parts::said::said;
use crate::parts::say;
use crate::view::{Form, Page, Viewer};
use crate::wire::Lang;

/// How many of the picked are named.
const NAMED: usize = 20;

/// The way to the pages of what is picked.
pub(super) fn way(viewer: &Viewer) -> Vec<Crumb> {
    vec![super::super::top(viewer), Crumb::new(HERE, m::kept_title(viewer.lang))]
}

/// # Errors
/// `NotSignedIn`, `Forbidden`.
pub async fn bulk(viewer: &Viewer, form: &Form) -> content::Result<Page> {
    let (actor, lang) = (super::super::keeper(viewer)?, viewer.lang);
    let picked = selection::count_picked(&viewer.library, actor).await?;
    let aspects = shelves::list_terms(&viewer.library, Facet::Aspect).await?;
    let audiences = shelves::list_terms(&viewer.library, Facet::Audience).await?;
    let deeds = match picked {
        0 => empty(m::bulk_none(lang), m::bulk_none_text(lang), Some(go(HERE, m::kept_title(lang)))),
        _ => deeds(viewer, form, &[aspects, audiences].concat()),
    };
    let body = view! {
        {breadcrumb(lang, way(viewer))}
        <h1>{m::bulk_title(lang)}</h1>
        {(picked > 0).then(|| view! { <p class="lead">{m::kept_picked(lang, say::number(count(picked)))}</p> })}
        {form.problem.as_ref().map(|problem| alert(problem.message.clone()))}
        {named(viewer, actor, picked).await?}
        {deeds}
    };
    Ok(Page::new(m::bulk_title(lang), body))
}

async fn named(viewer: &Viewer, actor: &Actor, picked: usize) -> content::Result<Option<AnyView>> {
    if picked == 0 {
        return Ok(None);
    }
    let lang = viewer.lang;
    let ids = selection::list_picked(&viewer.library, actor, None, NAMED).await?;
    let rows = list_rows(&viewer.library, actor, &ids).await?;
    let items =
        rows.iter().map(|row| view! { <li><a href=format!("{HERE}/{}", row.id)>{said(&row.title, lang)}</a></li> });
    let more = picked.saturating_sub(rows.len());
    let view = view! {
        <details class="fold">
            <summary>{m::bulk_which(lang)}</summary>
            <ul class="missing">{items.collect_view()}</ul>
            {(more > 0).then(|| view! { <p class="soft">{m::bulk_and_more(lang, say::number(count(more)))}</p> })}
        </details>
        <div class="actions">
            {go_quiet(format!("{HERE}/sheet"), m::kept_to_sheet(lang))}
            <form method="post" action=format!("{HERE}/selection")>
                <input type="hidden" name="go" value="none" />{submit_quiet(m::kept_let_go(lang))}
            </form>
        </div>
    };
    Ok(Some(view.into_any()))
}

/// One form of the page; it only leads to what the deed would do.
fn deed(lang: Lang, act: Option<&'static str>, title: &'static str, fields: AnyView) -> AnyView {
    let id = format!("deed-{}", act.unwrap_or("terms"));
    view! {
        <section class="panel" aria-labelledby=id.clone()>
            <h2 id=id.clone()>{title}</h2>
            <form class="form" method="get" action=format!("{HERE}/selection/preview")>
                {act.map(|act| view! { <input type="hidden" name="act" value=act /> })}
                {fields}
                <p class="actions">{submit_quiet(m::bulk_preview(lang))}</p>
            </form>
        </section>
    }
    .into_any()
}

fn deeds(viewer: &Viewer, form: &Form, terms: &[Term]) -> AnyView {
    let lang = viewer.lang;
    let lines = Line::ALL.iter().map(|line| (line.as_str().to_owned(), line_name(*line, lang).to_owned())).collect();
    let line = view! {
        {select("line", m::bulk_field(lang), form.value("line").as_str(), lines)}
        {Field::new(form, "value", m::bulk_value(lang)).hint(m::bulk_empty_takes(lang)).max_chars(500).input()}
    };
    let day = Field::new(form, "day", m::kept_review_by(lang)).hint(m::bulk_empty_takes(lang)).kind("date").input();
    let told = |text: &'static str| view! { <p class="soft">{text}</p> }.into_any();
    view! {
        {(!terms.is_empty()).then(|| deed(lang, None, m::bulk_terms(lang), pick_terms(lang, terms)))}
        {deed(lang, Some("line"), m::bulk_line(lang), line.into_any())}
        {deed(lang, Some("review"), m::kept_review_by(lang), day)}
        {deed(lang, Some("language"), m::upload_language(lang), select("language", m::upload_language(lang), lang.word(), languages()))}
        {deed(lang, Some("encode"), m::class_encode(lang), told(m::bulk_encode_text(lang)))}
        {deed(lang, Some("publish"), m::bulk_publish(lang), told(m::bulk_publish_text(lang)))}
        {deed(lang, Some("retire"), m::bulk_retire(lang), told(m::studio_retire_text(lang)))}
        {deed(lang, Some("remove"), m::bulk_remove(lang), told(m::bulk_remove_text(lang)))}
    }
    .into_any()
}

fn pick_terms(lang: Lang, terms: &[Term]) -> AnyView {
    let ways = [("add", m::bulk_add(lang)), ("take", m::bulk_take(lang))];
    let ways = ways.map(|(act, name)| {
        view! { <label class="check"><input type="radio" name="act" value=act checked=act == "add" />{name}</label> }
    });
    let of = |facet: Facet| {
        let those = terms.iter().filter(|term| term.facet == facet).map(|term| {
            let value = format!("{facet}:{}", term.slug);
            view! { <label class="check"><input type="checkbox" name="term" value=value />{said(&term.title, lang)}</label> }
        });
        let legend = match facet {
            Facet::Aspect => m::kept_aspect(lang),
            Facet::Audience => m::kept_audience(lang),
        };
        view! { <fieldset class="plain"><legend>{legend}</legend>{those.collect_view()}</fieldset> }
    };
    view! {
        <fieldset class="plain"><legend>{m::bulk_what(lang)}</legend>{ways.collect_view()}</fieldset>
        {of(Facet::Aspect)}
        {of(Facet::Audience)}
    }
    .into_any()
}

pub(super) fn line_name(line: Line, lang: Lang) -> &'static str {
    match line {
        Line::Author => m::sheet_author(lang),
        Line::Institution => m::sheet_institution(lang),
        Line::License => m::sheet_license(lang),
        Line::Source => m::sheet_source(lang),
    }
}
