//! Where is it taught? The question, what was found, and the moment where it is said.

use content::courses::{self, Column};
use content::ids::Language;
use content::search::{self, Answer, Hit, HitKind, Question};
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
    let columns = courses::list_columns(&viewer.library).await?;
    let body = view! {
        <h1>{m::search_title(lang)}</h1>
        {form(&question, lang)}
        {filters(&question, &answer, &columns, lang)}
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
    let hits = answer.items.iter().map(|found| hit(found, lang)).collect_view();
    view! { <section><h2 class="count">{count}</h2><ol class="hits">{hits}</ol></section> }.into_any()
}

fn hit(hit: &Hit, lang: Lang) -> AnyView {
    let at = hit.at_ms.map(|ms| view! { <span>{m::search_at(lang, say::clock(ms))}</span> });
    let page = hit.page.map(|page| view! { <span>{m::search_page(lang, page)}</span> });
    let line = matching_line(&hit.snippet_html);
    let text = (!line.is_empty()).then(|| {
        view! { <p class="hit-text" lang=mark(written_in(line), lang) inner_html=line.to_owned()></p> }
    });
    view! {
        <li class="hit">
            <p class="facts"><span>{kind_name(hit.kind, lang)}</span>{at}{page}</p>
            <h3 class="card-title"><a href=address(hit)>{said(&hit.title, lang)}</a></h3>
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

/// A summary is indexed with a line for each language: the line that matched is enough.
fn matching_line(snippet: &str) -> &str {
    snippet.lines().find(|line| line.contains("<mark>")).unwrap_or(snippet).trim()
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
    question.kind.is_some() || question.column.is_some() || question.language.is_some()
}

/// One value of a filter: how it is called, how many hits have it, and the question it leads to.
struct Choice {
    name: String,
    count: Option<usize>,
    href: String,
    is_chosen: bool,
}

fn filters(question: &Question, answer: &Answer, columns: &[Column], lang: Lang) -> Option<AnyView> {
    if answer.items.is_empty() {
        return None;
    }
    let kind = question.kind.map(HitKind::as_str).unwrap_or_default();
    let column = question.column.as_deref().unwrap_or_default();
    let language = question.language.map(Language::as_str).unwrap_or_default();
    let to = |kind: &str, column: &str, language: &str| {
        let pairs = [("q", question.text.as_str()), ("kind", kind), ("column", column), ("language", language)];
        with_query("/search", &pairs)
    };
    let name_of_kind = |word: &str| HitKind::parse(word).map(|kind| kind_name(kind, lang).to_owned());
    let name_of_column =
        |slug: &str| columns.iter().find(|column| column.slug == slug).map(|column| plain(&column.title, lang));
    let name_of_language = |word: &str| Lang::parse(word).map(|lang| lang.own_name().to_owned());
    let rows = [
        filter(
            m::search_filter_kind(lang),
            kind,
            &answer.kinds,
            &name_of_kind,
            &|word| to(word, column, language),
            lang,
        ),
        filter(
            m::search_filter_column(lang),
            column,
            &answer.columns,
            &name_of_column,
            &|word| to(kind, word, language),
            lang,
        ),
        filter(
            m::search_filter_language(lang),
            language,
            &answer.languages,
            &name_of_language,
            &|word| to(kind, column, word),
            lang,
        ),
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
        assert_eq!(matching_line("两节短课：把<mark>血压</mark>量准。\nསློབ་ཚན།"), "两节短课：把<mark>血压</mark>量准。");
    }
}
