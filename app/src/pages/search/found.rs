//! What was found? Courses with what was found in each, each passage in its own language.

use content::search::{Hit, HitKind};
use leptos::prelude::*;

use crate::messages as m;
use crate::parts::address::with_query;
use crate::parts::said::{mark, said};
use crate::parts::say;
use crate::wire::Lang;

/// The hits by course, in the order of the best of each.
pub(super) fn list(hits: &[Hit], lang: Lang) -> AnyView {
    let courses = by_course(hits).into_iter().map(|hits| of_course(&hits, lang)).collect_view();
    view! { <ol class="hits">{courses}</ol> }.into_any()
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
pub(super) fn written_in(text: &str) -> Lang {
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

pub(super) fn kind_name(kind: HitKind, lang: Lang) -> &'static str {
    match kind {
        HitKind::Course => m::kind_course(lang),
        HitKind::Lesson => m::kind_lesson(lang),
        HitKind::Resource => m::kind_resource(lang),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use content::ids::Language;
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
