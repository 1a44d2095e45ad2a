//! What can be left out? The values of each filter with their counts, and the address of a question with one part changed.

use content::courses::Column;
use content::ids::Language;
use content::search::{Answer, HitKind, Length, Question};
use content::shelves::{Facet, Term};
use leptos::prelude::*;

use super::found::kind_name;
use crate::messages as m;
use crate::parts::address::with_query;
use crate::parts::said::plain;
use crate::wire::Lang;

/// What the filters are called.
pub(super) struct Shelves {
    pub(super) columns: Vec<Column>,
    pub(super) terms: Vec<Term>,
}

/// What is asked, as an address says it; what is not asked is empty.
fn parts(question: &Question) -> [(&'static str, &str); 8] {
    [
        ("q", question.text.as_str()),
        ("kind", question.kind.map(HitKind::as_str).unwrap_or_default()),
        ("column", question.column.as_deref().unwrap_or_default()),
        ("aspect", question.aspect.as_deref().unwrap_or_default()),
        ("audience", question.audience.as_deref().unwrap_or_default()),
        ("length", question.length.map(Length::as_str).unwrap_or_default()),
        ("language", question.language.map(Language::as_str).unwrap_or_default()),
        ("names", if question.is_literal { "own" } else { "" }),
    ]
}

/// The value of one filter; empty when it is not set.
fn chosen<'a>(question: &'a Question, filter: &str) -> &'a str {
    parts(question).into_iter().find(|(name, _)| *name == filter).map_or("", |(_, value)| value)
}

/// The address of this question with one part of it changed.
pub(super) fn asked(question: &Question, part: &str, value: &str) -> String {
    let changed = parts(question).map(|(name, kept)| (name, if name == part { value } else { kept }));
    with_query("/search", &changed)
}

pub(super) fn is_filtered(question: &Question) -> bool {
    ["kind", "column", "aspect", "audience", "length", "language"]
        .iter()
        .any(|filter| !chosen(question, filter).is_empty())
}

/// One value of a filter: how it is called, how many hits have it, and the question it leads to.
struct Choice {
    name: String,
    count: Option<usize>,
    href: String,
    is_chosen: bool,
}

pub(super) fn filters(question: &Question, answer: &Answer, shelves: &Shelves, lang: Lang) -> Option<AnyView> {
    if answer.items.is_empty() {
        return None;
    }
    let spread = &answer.spread;
    let of_kind = |word: &str| HitKind::parse(word).map(|kind| kind_name(kind, lang).to_owned());
    let of_column =
        |slug: &str| shelves.columns.iter().find(|column| column.slug == slug).map(|column| plain(&column.title, lang));
    let of_term = |facet: Facet, slug: &str| {
        let mut terms = shelves.terms.iter();
        terms.find(|term| term.facet == facet && term.slug == slug).map(|term| plain(&term.title, lang))
    };
    let of_aspect = |slug: &str| of_term(Facet::Aspect, slug);
    let of_audience = |slug: &str| of_term(Facet::Audience, slug);
    let of_length = |word: &str| Length::parse(word).map(|length| length_name(length, lang).to_owned());
    let of_language = |word: &str| Lang::parse(word).map(|lang| lang.own_name().to_owned());
    let row = |name: &'static str, title, counts, called| {
        filter(title, chosen(question, name), counts, called, &|word| asked(question, name, word), lang)
    };
    let rows = [
        row("kind", m::search_filter_kind(lang), &spread.kinds, &of_kind as &dyn Fn(&str) -> Option<String>),
        row("column", m::search_filter_column(lang), &spread.columns, &of_column),
        row("aspect", m::search_filter_aspect(lang), &spread.aspects, &of_aspect),
        row("audience", m::search_filter_audience(lang), &spread.audiences, &of_audience),
        row("length", m::search_filter_length(lang), &spread.lengths, &of_length),
        row("language", m::search_filter_language(lang), &spread.languages, &of_language),
    ];
    Some(view! { <nav class="filters" aria-label=m::search_filters(lang)>{rows.collect_view()}</nav> }.into_any())
}

/// Nothing when there is nothing to choose.
fn filter(
    title: &'static str,
    chosen: &str,
    counts: &[(String, usize)],
    name: &dyn Fn(&str) -> Option<String>,
    to: &dyn Fn(&str) -> String,
    lang: Lang,
) -> Option<AnyView> {
    if chosen.is_empty() && counts.len() < 2 {
        return None;
    }
    let all = Choice { name: m::search_all(lang).into(), count: None, href: to(""), is_chosen: chosen.is_empty() };
    let others = counts.iter().filter_map(|(word, count)| {
        Some(Choice { name: name(word)?, count: Some(*count), href: to(word), is_chosen: word == chosen })
    });
    let chips = std::iter::once(all).chain(others).map(chip).collect_view();
    Some(view! { <dl><dt>{title}</dt>{chips}</dl> }.into_any())
}

fn chip(choice: Choice) -> AnyView {
    let current = choice.is_chosen.then_some("true");
    let count = choice.count.map(|count| view! { <span>{count}</span> });
    view! { <dd><a class="chip" href=choice.href aria-current=current>{choice.name}{count}</a></dd> }.into_any()
}

fn length_name(length: Length, lang: Lang) -> &'static str {
    match length {
        Length::Short => m::search_length_short(lang),
        Length::Medium => m::search_length_medium(lang),
        Length::Long => m::search_length_long(lang),
    }
}
