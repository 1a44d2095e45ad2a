//! Where is it taught? The question, what was found, and the moment where it is said.

mod filters;
mod found;

use content::courses::prospectus;
use content::search::{self, Answer, Question};
use content::shelves;
use leptos::prelude::*;

use self::filters::{Shelves, asked, is_filtered};
use self::found::written_in;
use crate::messages as m;
use crate::parts::address::with_query;
use crate::parts::button;
use crate::parts::empty::empty;
use crate::parts::said::mark;
use crate::view::{Page, Programs, Viewer};
use crate::wire::Lang;

/// How many names are offered where nothing was found.
const ALIKE: usize = 3;

/// # Errors
/// `NotSignedIn`, `Internal`.
pub async fn search(viewer: &Viewer, question: Question) -> content::Result<Page> {
    let (actor, lang, library) = (viewer.actor()?, viewer.lang, &viewer.library);
    let answer = search::search(library, actor, &question).await?;
    let text = question.text.trim();
    let rest = if text.is_empty() {
        start(&search::list_often(library, actor).await?, lang)
    } else if answer.items.is_empty() {
        let alike = search::list_alike(library, text, ALIKE).await?;
        let names: Vec<String> = alike.into_iter().filter_map(|concept| concept.names.into_iter().next()).collect();
        nothing(&question, &answer, &names, lang)
    } else {
        let shelves = Shelves {
            columns: prospectus::open_to(library, actor).await?.columns().to_vec(),
            terms: shelves::list_all_terms(library).await?,
        };
        view! { {filters::filters(&question, &answer, &shelves, lang)} {found(&answer, lang)} }.into_any()
    };
    let body = view! {
        <h1>{m::search_title(lang)}</h1>
        {form(&question, lang)}
        {building(&answer, lang)}
        {heard(&question, &answer, lang)}
        {rest}
    };
    let title = match text {
        "" => m::search_title(lang).to_owned(),
        text => format!("{text} · {}", m::search_title(lang)),
    };
    Ok(Page { programs: Programs { search: true, ..Programs::default() }, ..Page::new(title, body) })
}

/// The filters are not sent along: a new question starts from everything.
fn form(question: &Question, lang: Lang) -> AnyView {
    view! {
        <form class="ask" method="get" action="/search" role="search" data-suggestions=m::search_suggestions(lang)>
            <label for="q" class="unseen">{m::search_label(lang)}</label>
            <div class="search">
                <input class="input" id="q" name="q" type="search" value=question.text.clone() maxlength="200"
                    autocomplete="off" enterkeyhint="search" placeholder=m::search_hint(lang) />
                {button::submit(m::search_button(lang))}
            </div>
        </form>
    }
    .into_any()
}

/// The index is a cache: while it is built, what is missing may only not be in it yet.
fn building(answer: &Answer, lang: Lang) -> Option<AnyView> {
    answer.building.map(|(done, of)| match of {
        0 => view! { <p class="notice" role="status">{m::search_building_soon(lang)}</p> }.into_any(),
        _ => view! { <p class="notice" role="status">{m::search_building(lang, done, of)}</p> }.into_any(),
    })
}

/// What the question was taken for: a better spelling, and other names of what was asked, which can be left out.
fn heard(question: &Question, answer: &Answer, lang: Lang) -> Option<AnyView> {
    let meant = answer.meant.as_ref().map(|meant| {
        let href = with_query("/search", &[("q", meant)]);
        let words = view! { <a href=href lang=mark(written_in(meant), lang)>{meant.clone()}</a> };
        view! { <p>{m::search_meant(lang)}" "{words}</p> }
    });
    let named = (!answer.also.is_empty()).then(|| {
        let names = answer.also.iter().map(|name| {
            view! { <span class="name" lang=mark(written_in(name), lang)>{name.clone()}</span> }
        });
        let own = asked(question, "names", "own");
        view! { <p>{m::search_also(lang)}" "{names.collect_view()}" "<a href=own>{m::search_own_words(lang)}</a></p> }
    });
    let all = question.is_literal.then(|| {
        view! { <p><a href=asked(question, "names", "")>{m::search_all_names(lang)}</a></p> }
    });
    if meant.is_none() && named.is_none() && all.is_none() {
        return None;
    }
    Some(view! { <div class="heard">{meant}{named}{all}</div> }.into_any())
}

fn start(often: &[String], lang: Lang) -> AnyView {
    let begin = empty(m::search_start(lang), m::search_start_text(lang), None);
    let often = (!often.is_empty()).then(|| {
        view! { <section class="section"><h2>{m::search_often(lang)}</h2>{questions(often, lang)}</section> }
    });
    view! { {often}<section class="section">{begin}</section> }.into_any()
}

/// Questions to ask with one press.
fn questions(texts: &[String], lang: Lang) -> AnyView {
    let chips = texts.iter().map(|text| {
        let href = with_query("/search", &[("q", text)]);
        view! { <li><a class="chip" href=href lang=mark(written_in(text), lang)>{text.clone()}</a></li> }
    });
    view! { <ul class="chips">{chips.collect_view()}</ul> }.into_any()
}

/// Nothing was found: what may help.
fn nothing(question: &Question, answer: &Answer, alike: &[String], lang: Lang) -> AnyView {
    let clear = is_filtered(question)
        .then(|| button::go_quiet(with_query("/search", &[("q", &question.text)]), m::search_clear(lang)));
    // Of an index that is not whole it is not known what is missing.
    let title = if answer.building.is_some() {
        m::search_start(lang).to_owned()
    } else {
        m::search_none(lang, question.text.trim())
    };
    let none = empty(title, m::search_help_language(lang), clear);
    let alike = (!alike.is_empty()).then(|| view! { <h3>{m::search_meant(lang)}</h3>{questions(alike, lang)} });
    view! {
        <section class="section" role="status">
            {none}
            {alike}
            <h3>{m::search_help(lang)}</h3>
            <ul class="plain">
                <li>{m::search_help_shorter(lang)}</li>
                <li><a href="/">{m::search_help_browse(lang)}</a></li>
            </ul>
        </section>
    }
    .into_any()
}

fn found(answer: &Answer, lang: Lang) -> AnyView {
    let near = answer.is_near.then(|| view! { <p class="notice" role="status">{m::search_near(lang)}</p> });
    let count = match answer.total {
        1 => m::search_one_result(lang).to_owned(),
        total => m::search_results(lang, total),
    };
    view! { <section>{near}<h2 class="count">{count}</h2>{found::list(&answer.items, lang)}</section> }.into_any()
}
