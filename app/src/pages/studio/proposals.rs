//! What of a file is to be changed that learners of a reviewed course see? Read by its reviewers before it holds, and by
//! whoever proposed it.

use content::ids::{Language, ProposalId};
use content::media;
use content::media::captions::Cue;
use content::proposals::{self, Proposal, ProposalState};
use content::shelves::contrast::{self, Part, Sides};
use content::shelves::proposed;
use leptos::prelude::*;

use super::differences::{changed, in_languages};
use super::{fields, terms};
use crate::messages as m;
use crate::parts::badge::{Tone, badge};
use crate::parts::breadcrumb::{Crumb, breadcrumb};
use crate::parts::button::{go_quiet, submit_quiet};
use crate::parts::said::{mark, plain, said};
use crate::parts::say;
use crate::view::{Form, Page, Viewer};
use crate::wire::Lang;

/// So many lines of captions are shown among others, and on a page of their own.
const AMONG_OTHERS: usize = 12;
const ON_A_PAGE: usize = 200;

/// All that waits for this reviewer, each with its verdict.
pub(super) async fn waiting(viewer: &Viewer, found: &[Proposal], form: &Form) -> content::Result<Vec<AnyView>> {
    let mut items = Vec::new();
    for proposal in found {
        items.push(to_review(viewer, proposal, form, 0, AMONG_OTHERS).await?);
    }
    Ok(items)
}

async fn to_review(
    viewer: &Viewer,
    proposal: &Proposal,
    form: &Form,
    from: usize,
    most: usize,
) -> content::Result<AnyView> {
    let lang = viewer.lang;
    let video = match media::find_resource(&viewer.library, &proposal.resource).await? {
        Some(file) => Some(super::reviews::folded_file(viewer, &file).await?),
        None => None,
    };
    let courses = proposals::list_courses_of(&viewer.library, &proposal.resource).await?;
    let courses = courses.iter().map(|(id, title)| {
        view! { <li><a class="chip" href=format!("/courses/{id}")>{said(title, lang)}</a></li> }
    });
    let courses = courses.collect_view();
    let own = format!("/studio/proposals/{}", proposal.id);
    Ok(view! {
        <section class="section">
            <h2 class="review-of"><a href=own>{said(&proposal.resource_title, lang)}</a></h2>
            <ol class="revisions">
                <li class="panel" id=format!("proposal-{}", proposal.id)>
                    {head(proposal, lang)}
                    <p class="soft">{m::proposal_shown_in(lang)}</p>
                    <ul class="choices">{courses}</ul>
                    {body(proposal, lang, from, most)}
                    {video}
                    {verdict(proposal, form, lang)}
                </li>
            </ol>
        </section>
    }
    .into_any())
}

fn head(proposal: &Proposal, lang: Lang) -> AnyView {
    let (tone, state) = match proposal.state {
        ProposalState::Waiting => (Tone::Busy, m::revision_waiting(lang)),
        ProposalState::Returned => (Tone::Bad, m::revision_returned(lang)),
        ProposalState::Applied => (Tone::Good, m::revision_applied(lang)),
        ProposalState::Withdrawn => (Tone::Calm, m::revision_withdrawn(lang)),
    };
    let at = proposal.created_at;
    view! {
        <p class="facts">
            <span>{badge(tone, state)}</span>
            <span>{proposal.author_name.clone()}</span>
            <span><time datetime=say::machine_date(at)>{say::date_time(lang, at)}</time></span>
            {proposal.is_automatic().then(|| view! { <span>{m::captions_is_automatic(lang)}</span> })}
        </p>
    }
    .into_any()
}

/// What it changes: of captions a stretch of lines, with a way to the rest.
fn body(proposal: &Proposal, lang: Lang, from: usize, most: usize) -> AnyView {
    let items = contrast::differences(proposal).into_iter().map(|(part, sides)| {
        let name = part_name(part, lang);
        let sides = sides_of(proposal, &sides, part, lang, from, most);
        view! { <li><span class="diff-name">{name}</span>{sides}</li> }
    });
    view! { <ul class="diff">{items.collect_view()}</ul> }.into_any()
}

fn sides_of(proposal: &Proposal, sides: &Sides, part: Part, lang: Lang, from: usize, most: usize) -> AnyView {
    let words = |gone: Vec<String>, new: Vec<String>| {
        let gone = gone.into_iter().map(|word| view! { <del>{word}</del>" " }).collect_view();
        let new = new.into_iter().map(|word| view! { <ins>{word}</ins>" " }).collect_view();
        view! { <p>{gone}{new}</p> }.into_any()
    };
    match sides {
        Sides::Texts(before, after) => in_languages(before, after, lang),
        Sides::Lines(before, after) => view! { <p class="diff-text">{changed(before, after)}</p> }.into_any(),
        Sides::Languages(before, after) => {
            let name = |language: &Option<Language>| {
                language.iter().map(|each| Lang::from(*each).own_name().to_owned()).collect()
            };
            words(name(before), name(after))
        }
        Sides::Days(before, after) => {
            let day = |at: &Option<i64>| at.iter().map(|at| say::date(lang, at - 1)).collect();
            words(day(before), day(after))
        }
        Sides::Terms(gone, new) => words(gone.clone(), new.clone()),
        Sides::Cues(cues) => {
            let own = match part {
                Part::Captions(language) => mark(language.into(), lang),
                _ => None,
            };
            let shown = cues.iter().skip(from).take(most).map(|(before, after)| cue(before, after, own));
            let removed =
                proposal.after.is_none().then(|| view! { <p class="notice bad">{m::proposal_removes(lang)}</p> });
            let none = cues.is_empty().then(|| view! { <p class="soft">{m::diff_none(lang)}</p> });
            view! { {removed}{none}<ol class="cue-diff">{shown.collect_view()}</ol>{rest(proposal, cues.len(), from, most, lang)} }
                .into_any()
        }
    }
}

fn cue(before: &Option<Cue>, after: &Option<Cue>, own: Option<&'static str>) -> AnyView {
    let time = |cue: &Cue| format!("{} – {}", say::clock(cue.from_ms), say::clock(cue.to_ms));
    let exact = |cue: &Option<Cue>| cue.as_ref().map(|cue| (cue.from_ms, cue.to_ms));
    let times = match (before, after) {
        (Some(was), Some(is)) if exact(before) != exact(after) => {
            let exact = |cue: &Cue| {
                let seconds = |ms: i64| format!("{}.{:03}", say::clock(ms), ms % 1000);
                format!("{} – {}", seconds(cue.from_ms), seconds(cue.to_ms))
            };
            view! { <del>{exact(was)}</del>" "<ins>{exact(is)}</ins> }.into_any()
        }
        (_, Some(one)) | (Some(one), None) => time(one).into_any(),
        (None, None) => ().into_any(),
    };
    let text = |cue: &Option<Cue>| cue.as_ref().map(|cue| cue.text.clone()).unwrap_or_default();
    view! { <li><span class="diff-name">{times}</span><p class="diff-text" lang=own>{changed(&text(before), &text(after))}</p></li> }
        .into_any()
}

/// Where there is more, the way to it: nobody approves what she cannot read.
fn rest(proposal: &Proposal, all: usize, from: usize, most: usize, lang: Lang) -> Option<AnyView> {
    let next = from + most;
    let next = (next < all).then(|| {
        let href = format!("/studio/proposals/{}?from={}", proposal.id, if most == AMONG_OTHERS { 0 } else { next });
        let left = i64::try_from(all - next).unwrap_or(i64::MAX);
        go_quiet(href, m::proposal_more(lang, say::number(left)))
    });
    let back = (from > 0).then(|| {
        go_quiet(
            format!("/studio/proposals/{}?from={}", proposal.id, from.saturating_sub(most)),
            m::proposal_back(lang),
        )
    });
    (next.is_some() || back.is_some()).then(|| view! { <p class="actions">{back}{next}</p> }.into_any())
}

fn part_name(part: Part, lang: Lang) -> String {
    match part {
        Part::Title => m::studio_field_title(lang).to_owned(),
        Part::Language => m::upload_language(lang).to_owned(),
        Part::Summary => m::studio_field_summary(lang).to_owned(),
        Part::Author => m::about_author(lang).to_owned(),
        Part::Institution => m::about_institution(lang).to_owned(),
        Part::Disclosure => m::about_disclosure(lang).to_owned(),
        Part::License => m::about_license(lang).to_owned(),
        Part::Source => m::about_source(lang).to_owned(),
        Part::ReviewBy => m::about_review_by(lang).to_owned(),
        Part::Terms(facet) => terms::facet_name(facet, lang).to_owned(),
        Part::Captions(language) => m::captions_edit_title(lang, Lang::from(language).own_name()),
    }
}

fn verdict(proposal: &Proposal, form: &Form, lang: Lang) -> Option<AnyView> {
    if proposal.state != ProposalState::Waiting {
        return None;
    }
    let place = proposal.id.to_string();
    let form = fields::of(form, &place);
    let at = |verb: &str| format!("/studio/proposals/{}/{verb}#proposal-{}", proposal.id, proposal.id);
    Some(super::reviews::verdict_form(&form, place, at, (), lang))
}

/// What waits or was sent back of a file, for whoever keeps it: learners do not see it.
pub(super) async fn of_file(viewer: &Viewer, resource: &content::ids::ResourceId) -> content::Result<Option<AnyView>> {
    let (actor, lang) = (viewer.actor()?, viewer.lang);
    let found = proposed::list_of(&viewer.library, actor, resource).await?;
    if found.is_empty() {
        return Ok(None);
    }
    let items = found.iter().map(|proposal| {
        let told = (!proposal.comment.is_empty()).then(|| view! { <p class="notice bad">{proposal.comment.clone()}</p> });
        let withdraw = format!("/studio/proposals/{}/withdraw", proposal.id);
        view! {
            <li class="panel" id=format!("proposal-{}", proposal.id)>
                {head(proposal, lang)}
                {told}
                {body(proposal, lang, 0, AMONG_OTHERS)}
                <form method="post" action=withdraw><p class="actions">{submit_quiet(m::proposal_withdraw(lang))}</p></form>
            </li>
        }
    });
    let view = view! {
        <section class="section" id="proposed">
            <h2>{m::proposals_title(lang)}</h2>
            <p class="notice" role="status">{m::proposals_lead(lang)}</p>
            <ol class="revisions">{items.collect_view()}</ol>
        </section>
    };
    Ok(Some(view.into_any()))
}

/// "This is proposed and not shown yet", above what is edited.
pub(super) fn notice(proposal: Option<&Proposal>, lang: Lang) -> Option<AnyView> {
    let proposal = proposal?;
    let words = match (proposal.state, proposal.after.is_none()) {
        (_, true) => m::proposal_removes(lang),
        (ProposalState::Returned, _) => m::proposal_returned(lang),
        _ => m::proposal_waits(lang),
    };
    let comment = (!proposal.comment.is_empty()).then(|| view! { <p class="said">{proposal.comment.clone()}</p> });
    Some(view! { <div class="notice" role="status"><p>{words}</p>{comment}</div> }.into_any())
}

/// One proposal with all that it changes.
///
/// # Errors
/// `NotSignedIn`; `NotFound`, also for whoever neither keeps the file nor reviews a course that shows it.
pub async fn proposal(viewer: &Viewer, id: &ProposalId, from: usize, form: &Form) -> content::Result<Page> {
    let (actor, lang) = (viewer.actor()?, viewer.lang);
    let (found, may_decide) = proposed::load_for_reading(&viewer.library, actor, id).await?;
    let up = if may_decide { Crumb::new("/studio/reviews", m::reviews_title(lang)) } else { super::top(viewer) };
    let whole = if may_decide {
        to_review(viewer, &found, form, from, ON_A_PAGE).await?
    } else {
        let name = said(&found.resource_title, lang);
        view! {
            <section class="section">
                <h2 class="review-of"><a href=format!("/studio/resources/{}", found.resource)>{name}</a></h2>
                <div class="panel">{head(&found, lang)}{body(&found, lang, from, ON_A_PAGE)}</div>
            </section>
        }
        .into_any()
    };
    let title = m::proposal_of(lang, plain(&found.resource_title, lang));
    let body = view! {
        {breadcrumb(lang, vec![up])}
        <h1>{m::proposal_title(lang)}</h1>
        {whole}
    };
    Ok(Page::new(title, body))
}
