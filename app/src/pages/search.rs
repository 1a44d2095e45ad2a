//! Where is it taught? The question, what was found, and the moment where it is said.

use content::courses::{self, Column};
use content::ids::Language;
use content::search::{self, Answer, Hit, HitKind, Question};
use content::shelves::{self, Facet, Term};
use leptos::prelude::*;

use crate::messages as m;
use crate::parts::address::with_query;
use crate::parts::empty::empty;
use crate::parts::said::{mark, plain, said};
use crate::parts::{button, say};
use crate::view::{Page, Viewer};
use crate::wire::Lang;

/// # Errors
/// `NotSignedIn`, `Internal`.
pub async fn search(viewer: &Viewer, question: Question) -> content::Result<Page> {
    let (actor, lang) = (viewer.actor()?, viewer.lang);
    let answer = search::search(&viewer.library, actor, &question).await?;
    let shelves = Shelves {
        columns: courses::list_columns(&viewer.library).await?,
        aspects: shelves::list_terms(&viewer.library, Facet::Aspect).await?,
    };
    let body = view! {
        <h1>{m::search_title(lang)}</h1>
        {form(&question, lang)}
        {heard(&question, &answer, lang)}
        {filters(&question, &answer, &shelves, lang)}
        {found(&question, &answer, lang)}
    };
    let title = match question.text.trim() {
        "" => m::search_title(lang).to_owned(),
        text => format!("{text} · {}", m::search_title(lang)),
    };
    Ok(Page::new(title, body))
}

/// The filters are not sent along: a new question starts from everything.
fn form(question: &Question, lang: Lang) -> AnyView {
    view! {
        <form method="get" action="/search" role="search">
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

/// What the filters are called.
struct Shelves {
    columns: Vec<Column>,
    aspects: Vec<Term>,
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

/// What is asked, as an address says it; what is not asked is empty.
fn parts(question: &Question) -> [(&'static str, &str); 6] {
    [
        ("q", question.text.as_str()),
        ("kind", question.kind.map(HitKind::as_str).unwrap_or_default()),
        ("column", question.column.as_deref().unwrap_or_default()),
        ("aspect", question.aspect.as_deref().unwrap_or_default()),
        ("language", question.language.map(Language::as_str).unwrap_or_default()),
        ("names", if question.is_literal { "own" } else { "" }),
    ]
}

/// The value of one filter; empty when it is not set.
fn chosen<'a>(question: &'a Question, filter: &str) -> &'a str {
    parts(question).into_iter().find(|(name, _)| *name == filter).map_or("", |(_, value)| value)
}

/// The address of this question with one part of it changed.
fn asked(question: &Question, part: &str, value: &str) -> String {
    let changed = parts(question).map(|(name, kept)| (name, if name == part { value } else { kept }));
    with_query("/search", &changed)
}

fn found(question: &Question, answer: &Answer, lang: Lang) -> AnyView {
    if question.text.trim().is_empty() {
        let start = empty(m::search_start(lang), m::search_start_text(lang), None);
        return view! { <section class="section">{start}</section> }.into_any();
    }
    if answer.items.is_empty() {
        let clear = is_filtered(question)
            .then(|| button::go_quiet(with_query("/search", &[("q", &question.text)]), m::search_clear(lang)));
        let none = empty(m::search_none(lang, question.text.trim()), m::search_none_text(lang), clear);
        return view! { <section class="section" role="status">{none}</section> }.into_any();
    }
    let count = match answer.total {
        1 => m::search_one_result(lang).to_owned(),
        total => m::search_results(lang, total),
    };
    let courses = by_course(&answer.items).into_iter().map(|hits| of_course(&hits, lang)).collect_view();
    view! { <section><h2 class="count">{count}</h2><ol class="hits">{courses}</ol></section> }.into_any()
}

/// The hits of each course together, in the order of the best of each.
fn by_course(hits: &[Hit]) -> Vec<Vec<&Hit>> {
    let mut groups: Vec<Vec<&Hit>> = Vec::new();
    for hit in hits {
        match groups.iter_mut().find(|group| group[0].course == hit.course) {
            Some(group) => group.push(hit),
            None => groups.push(vec![hit]),
        }
    }
    groups
}

/// A course with what was found in it.
fn of_course(hits: &[&Hit], lang: Lang) -> AnyView {
    let Some(first) = hits.first() else { return ().into_any() };
    let course = hits.iter().find(|hit| hit.kind == HitKind::Course);
    let text = course.and_then(|hit| passage(hit, lang));
    let within: Vec<_> = hits.iter().filter(|hit| hit.kind != HitKind::Course).map(|found| hit(found, lang)).collect();
    let within = (!within.is_empty()).then(|| view! { <ul class="hits-within">{within}</ul> });
    view! {
        <li class="hit">
            <p class="facts"><span>{m::kind_course(lang)}</span></p>
            <h3 class="card-title"><a href=format!("/courses/{}", first.course)>{said(&first.course_title, lang)}</a></h3>
            {text}
            {within}
        </li>
    }
    .into_any()
}

fn passage(hit: &Hit, lang: Lang) -> Option<AnyView> {
    let line = hit.snippet_html.as_str();
    (!line.is_empty()).then(|| {
        view! { <p class="hit-text" lang=mark(written_in(line), lang) inner_html=line.to_owned()></p> }.into_any()
    })
}

fn hit(hit: &Hit, lang: Lang) -> AnyView {
    let at = hit.at_ms.map(|ms| view! { <span>{m::search_at(lang, say::clock(ms))}</span> });
    let page = hit.page.map(|page| view! { <span>{m::search_page(lang, page)}</span> });
    let text = passage(hit, lang);
    view! {
        <li>
            <p class="facts"><span>{kind_name(hit.kind, lang)}</span>{at}{page}</p>
            <h4><a href=address(hit)>{said(&hit.title, lang)}</a></h4>
            {text}
        </li>
    }
    .into_any()
}

/// The page of a hit; a line of speech opens at its second, a page of courseware in the reader.
fn address(hit: &Hit) -> String {
    let place = match (&hit.lesson, hit.kind) {
        (Some(lesson), _) => format!("/courses/{}/lessons/{lesson}", hit.course),
        (None, HitKind::Resource) => format!("/courses/{}/handouts/{}", hit.course, hit.id),
        (None, _) => format!("/courses/{}", hit.course),
    };
    match (hit.page, hit.at_ms) {
        (Some(page), _) => format!("{place}?page={page}#page-{page}"),
        (None, Some(ms)) => with_query(&place, &[("t", &(ms / 1000).to_string())]),
        (None, None) => place,
    }
}

/// Which language a line is in, by its own letters.
fn written_in(text: &str) -> Lang {
    let is_tibetan = |each: char| ('\u{f00}'..='\u{fff}').contains(&each);
    let is_chinese = |each: char| ('\u{3400}'..='\u{9fff}').contains(&each);
    if text.contains(is_tibetan) {
        Lang::Bo
    } else if text.contains(is_chinese) {
        Lang::Zh
    } else {
        Lang::En
    }
}

fn kind_name(kind: HitKind, lang: Lang) -> &'static str {
    match kind {
        HitKind::Course => m::kind_course(lang),
        HitKind::Lesson => m::kind_lesson(lang),
        HitKind::Resource => m::kind_resource(lang),
    }
}

fn is_filtered(question: &Question) -> bool {
    ["kind", "column", "aspect", "language"].iter().any(|filter| !chosen(question, filter).is_empty())
}

/// One value of a filter: how it is called, how many hits have it, and the question it leads to.
struct Choice {
    name: String,
    count: Option<usize>,
    href: String,
    is_chosen: bool,
}

fn filters(question: &Question, answer: &Answer, shelves: &Shelves, lang: Lang) -> Option<AnyView> {
    if answer.items.is_empty() {
        return None;
    }
    let of_kind = |word: &str| HitKind::parse(word).map(|kind| kind_name(kind, lang).to_owned());
    let of_column =
        |slug: &str| shelves.columns.iter().find(|column| column.slug == slug).map(|column| plain(&column.title, lang));
    let of_aspect =
        |slug: &str| shelves.aspects.iter().find(|term| term.slug == slug).map(|term| plain(&term.title, lang));
    let of_language = |word: &str| Lang::parse(word).map(|lang| lang.own_name().to_owned());
    let row = |name: &'static str, title, counts, called| {
        filter(title, chosen(question, name), counts, called, &|word| asked(question, name, word), lang)
    };
    let rows = [
        row("kind", m::search_filter_kind(lang), &answer.kinds, &of_kind as &dyn Fn(&str) -> Option<String>),
        row("column", m::search_filter_column(lang), &answer.columns, &of_column),
        row("aspect", m::search_filter_aspect(lang), &answer.aspects, &of_aspect),
        row("language", m::search_filter_language(lang), &answer.languages, &of_language),
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

#[cfg(test)]
mod tests {
    use super::*;
    use content::texts::Texts;

    fn found(kind: HitKind, lesson: Option<&str>, at_ms: Option<i64>) -> Hit {
        Hit {
            kind,
            id: "h".into(),
            course: "c".into(),
            lesson: lesson.map(Into::into),
            title: Texts::of(Language::Zh, "量准血压"),
            course_title: Texts::of(Language::Zh, "血压"),
            snippet_html: "<mark>血压</mark>".into(),
            language: Language::Zh,
            at_ms,
            page: None,
            score: 1.0,
        }
    }

    #[test]
    fn a_hit_opens_where_it_is_said() {
        assert_eq!(address(&found(HitKind::Lesson, Some("l"), Some(83_900))), "/courses/c/lessons/l?t=83");
        assert_eq!(address(&found(HitKind::Lesson, Some("l"), None)), "/courses/c/lessons/l");
        assert_eq!(address(&found(HitKind::Resource, None, None)), "/courses/c/handouts/h");
        let page = Hit { page: Some(12), ..found(HitKind::Lesson, Some("l"), None) };
        assert_eq!(address(&page), "/courses/c/lessons/l?page=12#page-12");
        assert_eq!(address(&found(HitKind::Course, None, None)), "/courses/c");
    }

    #[test]
    fn the_snippet_tells_its_language() {
        let html = hit(&found(HitKind::Lesson, Some("l"), Some(83_900)), Lang::En).to_html();
        assert!(html.contains(r#"<p lang="zh-Hans-CN""#) && html.contains("<mark>血压</mark>"), "{html}");
        assert!(html.contains("01:23"), "{html}");
        assert_eq!(written_in("<mark>ཁྲག</mark> 血压"), Lang::Bo);
        assert_eq!(written_in("blood"), Lang::En);
    }
}
