//! By what can the table be narrowed, in which order is it shown, and how is that kept under a name?

use content::courses::Column;
use content::holdings::views::View;
use content::holdings::{Review, Sort, Use};
use content::media::{ResourceKind, Stage};
use content::shelves::Term;
use leptos::prelude::*;

use super::super::fields::languages;
use super::super::resource_parts::{kind_name, stage_name};
use super::{Asked, HERE};
use crate::messages as m;
use crate::parts::button::{go_quiet, submit, submit_quiet};
use crate::parts::field::Field;
use crate::parts::once::once;
use crate::parts::said::plain;
use crate::view::{Form, Viewer};
use crate::wire::Lang;

type Options = Vec<(String, String)>;

/// What the library offers to choose from.
pub(super) struct Choices {
    pub(super) columns: Vec<Column>,
    pub(super) aspects: Vec<Term>,
    pub(super) audiences: Vec<Term>,
}

/// A plain form: its address is the view.
pub(super) fn form(viewer: &Viewer, asked: &Asked, choices: &Choices) -> AnyView {
    let (lang, filter) = (viewer.lang, &asked.filter);
    let rest = !asked.first_without_text_and_order().is_empty();
    let text = Field::new(&Form::default(), "q", m::kept_search(lang)).within("filter").or_value(filter.text.as_str());
    view! {
        <form class="panel narrow" method="get" action=HERE role="search" aria-label=m::search_filters(lang)>
            <div class="filter">
                {text.kind("search").max_chars(200).input()}
                {select("sort", m::kept_sort(lang), asked.sort.as_str(), orders(lang))}
                {submit(m::kept_show(lang))}
            </div>
            <details class="fold" open=rest>
                <summary>{m::kept_more(lang)}</summary>
                {selects(lang, asked, choices)}
                {check("broken", m::kept_broken(lang), filter.is_broken)}
                {check("mine", m::kept_mine(lang), filter.is_mine)}
            </details>
            {(!asked.query().is_empty()).then(|| view! { <p class="actions">{go_quiet(HERE, m::search_clear(lang))}</p> })}
        </form>
    }
    .into_any()
}

fn selects(lang: Lang, asked: &Asked, choices: &Choices) -> AnyView {
    let filter = &asked.filter;
    let columns = choices.columns.iter().map(|each| (each.slug.clone(), plain(&each.title, lang))).collect();
    view! {
        <div class="filter">
            {any("kind", m::kept_kind(lang), filter.kind.map_or("", ResourceKind::as_str), kinds(lang), lang)}
            {any("stage", m::jobs_state(lang), filter.stage.map_or("", Stage::as_str), stages(lang), lang)}
            {any("language", m::upload_language(lang), filter.language.map_or("", |each| each.as_str()), languages(), lang)}
            {any("column", m::studio_field_column(lang), &filter.column, columns, lang)}
            {any("aspect", m::kept_aspect(lang), &filter.aspect, terms(&choices.aspects, lang), lang)}
            {any("audience", m::kept_audience(lang), &filter.audience, terms(&choices.audiences, lang), lang)}
            {any("use", m::kept_use(lang), filter.usage.map_or("", Use::as_str), uses(lang), lang)}
            {any("review", m::kept_review_by(lang), filter.review.map_or("", Review::as_str), reviews(lang), lang)}
        </div>
    }
    .into_any()
}

pub(super) fn select(name: &str, label: &'static str, value: &str, options: Options) -> AnyView {
    Field::new(&Form::default(), name, label).within("filter").or_value(value).choice(options)
}

/// One of them, or any.
fn any(name: &str, label: &'static str, value: &str, mut options: Options, lang: Lang) -> AnyView {
    options.insert(0, (String::new(), m::search_all(lang).to_owned()));
    select(name, label, value, options)
}

fn check(name: &'static str, label: &'static str, is_on: bool) -> AnyView {
    view! { <label class="check"><input type="checkbox" name=name value="1" checked=is_on />{label}</label> }.into_any()
}

fn named<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str, name: impl Fn(T) -> &'static str) -> Options {
    all.iter().map(|each| (word(*each).to_owned(), name(*each).to_owned())).collect()
}

fn kinds(lang: Lang) -> Options {
    named(ResourceKind::ALL, ResourceKind::as_str, |kind| kind_name(kind, lang))
}

fn stages(lang: Lang) -> Options {
    named(Stage::ALL, Stage::as_str, |stage| stage_name(stage, lang))
}

fn terms(terms: &[Term], lang: Lang) -> Options {
    terms.iter().map(|term| (term.slug.clone(), plain(&term.title, lang))).collect()
}

fn uses(lang: Lang) -> Options {
    named(Use::ALL, Use::as_str, |usage| match usage {
        Use::Used => m::kept_used(lang),
        Use::Unused => m::kept_unused(lang),
    })
}

fn reviews(lang: Lang) -> Options {
    named(Review::ALL, Review::as_str, |review| match review {
        Review::Soon => m::kept_review_soon(lang),
        Review::Overdue => m::kept_review_overdue(lang),
    })
}

fn orders(lang: Lang) -> Options {
    named(Sort::ALL, Sort::as_str, |sort| order_name(sort, lang))
}

pub(super) fn order_name(sort: Sort, lang: Lang) -> &'static str {
    match sort {
        Sort::Newest => m::kept_sort_newest(lang),
        Sort::Oldest => m::kept_sort_oldest(lang),
        Sort::Title => m::kept_sort_title(lang),
        Sort::Largest => m::kept_sort_largest(lang),
        Sort::Longest => m::kept_sort_longest(lang),
        Sort::Review => m::kept_sort_review(lang),
    }
}

/// Keeps what is shown as a view, or forgets the view that is shown.
pub(super) fn keeping(viewer: &Viewer, asked: &Asked, saved: &[View], form: &Form) -> Option<AnyView> {
    let (lang, query) = (viewer.lang, asked.query());
    if query.is_empty() {
        return None;
    }
    if let Some(view) = saved.iter().find(|view| view.query == query) {
        let action = format!("{HERE}/views/{}/remove", view.id);
        return Some(
            view! { <form method="post" action=action>{submit_quiet(m::kept_view_remove(lang))}</form> }.into_any(),
        );
    }
    let name = Field::new(form, "name", m::kept_view_name(lang)).within("view").max_chars(40).required();
    let view = view! {
        <details class="fold" open=form.problem.is_some()>
            <summary>{m::kept_view_save(lang)}</summary>
            <form class="filter" method="post" action=format!("{HERE}/views")>
                {once()}
                <input type="hidden" name="query" value=query />
                {name.input()}
                {submit_quiet(m::kept_view_save(lang))}
            </form>
        </details>
    };
    Some(view.into_any())
}

impl Asked {
    /// What is asked for in the folded part of the form.
    fn first_without_text_and_order(&self) -> String {
        let mut rest = self.clone();
        rest.filter.text.clear();
        rest.sort = Sort::Newest;
        rest.query()
    }
}
