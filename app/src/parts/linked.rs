//! What does a program read of a course? JSON-LD in the words of schema.org, for the foot of a page and for the catalog.

use content::catalog::{self, Part, Record};
use content::ids::{CourseId, Language, LessonId};
use content::shelves::{Facet, Term};
use content::texts::Texts;
use leptos::serde_json::{Map, Value, json};
use time::OffsetDateTime;

use crate::messages as m;
use crate::view::Viewer;
use crate::wire::Lang;

type Thing = Map<String, Value>;

/// The course of this page, when everybody may read the catalog and the course is in it.
pub async fn of_course(viewer: &Viewer, id: &CourseId) -> Option<String> {
    let base = viewer.catalog.as_deref()?;
    let record = record(viewer, id).await?;
    let mut course = course(&record, base);
    let lessons = record.parts.iter().map(|part| {
        let mut lesson = brief(&record, part, base);
        // A course of sixty lessons may not weigh down its page: here they are called as the page calls them.
        put(&mut lesson, "name", vec![nearest(&part.title, viewer.lang)]);
        json!(lesson)
    });
    put(&mut course, "hasPart", lessons.collect());
    Some(block(course))
}

/// The lesson of this page, likewise.
pub async fn of_lesson(viewer: &Viewer, course: &CourseId, id: &LessonId) -> Option<String> {
    let base = viewer.catalog.as_deref()?;
    let record = record(viewer, course).await?;
    let mut lesson = part(&record, record.parts.iter().find(|part| &part.id == id)?, base);
    let whole =
        json!({"@type": "Course", "@id": address(&record, base), "name": nearest(&record.course.title, viewer.lang)});
    lesson.insert("isPartOf".into(), whole);
    lesson.insert("dateModified".into(), utc(record.modified_at).into());
    Some(block(lesson))
}

/// What programs read never takes the page from people.
async fn record(viewer: &Viewer, id: &CourseId) -> Option<Record> {
    let found = catalog::find_record(&viewer.library, id).await;
    found.inspect_err(|error| tracing::warn!(%error, "a page goes without its JSON-LD")).ok()?
}

/// The course with all that is known of its lessons.
pub fn whole(record: &Record, base: &str) -> Value {
    let mut course = course(record, base);
    put(&mut course, "hasPart", record.parts.iter().map(|each| json!(part(record, each, base))).collect());
    json!(course)
}

/// The page of a course.
pub fn address(record: &Record, base: &str) -> String {
    format!("{base}/courses/{}", record.course.id)
}

fn course(record: &Record, base: &str) -> Thing {
    let mut course = Thing::new();
    let mut put = |name: &str, values: Vec<Value>| put(&mut course, name, values);
    put("@type", vec!["Course".into()]);
    put("@id", vec![address(record, base).into()]);
    put("name", tagged(&record.course.title));
    put("description", tagged(&record.course.summary));
    put("inLanguage", vec![tag(record.course.language).into()]);
    put("datePublished", record.course.published_at.map(|at| utc(at).into()).into_iter().collect());
    put("dateModified", vec![utc(record.modified_at).into()]);
    put("timeRequired", length(Some(record.duration_ms())));
    put("provider", vec![json!({"@type": "Organization", "name": m::brand(Lang::En), "url": base})]);
    put("author", named("Person", &record.said(|part| &part.author)));
    put("sourceOrganization", named("Organization", &record.said(|part| &part.institution)));
    put("license", record.said(|part| &part.license).into_iter().map(work).collect());
    put("about", record.terms(Facet::Aspect).into_iter().map(aspect).collect());
    put("audience", record.terms(Facet::Audience).into_iter().map(audience).collect());
    course
}

/// A lesson without its name, as its course lists it: what is the same throughout is not said again.
fn brief(record: &Record, part: &Part, base: &str) -> Thing {
    let mut lesson = Thing::new();
    let foreign = (part.language != record.course.language).then(|| tag(part.language).into());
    put(&mut lesson, "@type", vec!["LearningResource".into()]);
    put(&mut lesson, "@id", vec![format!("{}/lessons/{}", address(record, base), part.id).into()]);
    put(&mut lesson, "inLanguage", foreign.into_iter().collect());
    put(&mut lesson, "timeRequired", length(part.duration_ms));
    lesson
}

fn part(record: &Record, part: &Part, base: &str) -> Thing {
    let mut lesson = brief(record, part, base);
    let one = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    let said = |text: &str, of: &str| one(text).into_iter().map(|name| json!({"@type": of, "name": name})).collect();
    let terms = |facet: Facet| part.terms.iter().filter(move |term| term.facet == facet);
    put(&mut lesson, "name", tagged(&part.title));
    put(&mut lesson, "inLanguage", vec![tag(part.language).into()]);
    put(&mut lesson, "description", tagged(&part.summary));
    put(&mut lesson, "author", said(&part.author, "Person"));
    put(&mut lesson, "sourceOrganization", said(&part.institution, "Organization"));
    put(&mut lesson, "license", one(&part.license).iter().map(|text| work(text)).collect());
    put(&mut lesson, "isBasedOn", one(&part.source).iter().map(|text| work(text)).collect());
    put(&mut lesson, "about", terms(Facet::Aspect).map(aspect).collect());
    put(&mut lesson, "audience", terms(Facet::Audience).map(audience).collect());
    lesson
}

/// Says nothing for no value, and one value without a list around it.
fn put(thing: &mut Thing, name: &str, mut values: Vec<Value>) {
    let value = match values.len() {
        0 => return,
        1 => values.remove(0),
        _ => Value::Array(values),
    };
    thing.insert(name.to_owned(), value);
}

/// A text in each of its languages.
fn tagged(texts: &Texts) -> Vec<Value> {
    texts.iter().map(|(language, text)| json!({"@language": tag(language), "@value": text})).collect()
}

/// A text in the reader's language or the nearest one.
fn nearest(texts: &Texts, reader: Lang) -> Value {
    let (language, text) = texts.best(reader.into());
    json!({"@language": tag(language), "@value": text})
}

/// BCP 47.
pub fn tag(language: Language) -> &'static str {
    Lang::from(language).tag()
}

fn named(of: &str, names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| json!({"@type": of, "name": name})).collect()
}

/// An address as it is; words as a work that is called so.
fn work(text: &str) -> Value {
    let is_address = text.starts_with("https://") || text.starts_with("http://");
    if is_address { text.into() } else { json!({"@type": "CreativeWork", "name": text}) }
}

fn aspect(term: &Term) -> Value {
    json!({"@type": "DefinedTerm", "termCode": term.slug, "name": tagged(&term.title)})
}

fn audience(term: &Term) -> Value {
    json!({"@type": "EducationalAudience", "educationalRole": term.slug, "name": tagged(&term.title)})
}

/// A length as ISO 8601 writes it.
fn length(ms: Option<i64>) -> Vec<Value> {
    ms.filter(|ms| *ms > 0).map(|ms| duration(ms).into()).into_iter().collect()
}

/// `PT1H2M3S`.
pub fn duration(ms: i64) -> String {
    let seconds = (ms.max(0) + 500) / 1000;
    let part = |count: i64, unit: char| if count > 0 { format!("{count}{unit}") } else { String::new() };
    match seconds {
        0 => "PT0S".into(),
        _ => format!("PT{}{}{}", part(seconds / 3600, 'H'), part(seconds / 60 % 60, 'M'), part(seconds % 60, 'S')),
    }
}

/// A moment as RFC 3339 and ISO 8601 write it, in whole seconds: `2026-11-26T17:42:07Z`.
pub fn utc(ms: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", at.hour(), at.minute(), at.second())
}

/// The text for a script element: nothing in it can end the element or begin a comment.
fn block(mut thing: Thing) -> String {
    thing.insert("@context".into(), "https://schema.org".into());
    json!(thing).to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_title_can_leave_its_block() {
        let mut thing = Thing::new();
        let name = "</script><!--<script>\u{2028}]]>&\"";
        put(&mut thing, "name", tagged(&Texts::of(Language::En, name)));
        let text = block(thing);
        assert!(!text.contains('<'), "{text}");
        let read: Value = leptos::serde_json::from_str(&text).unwrap();
        assert_eq!(read["name"]["@value"], name);
    }

    #[test]
    fn moments_and_lengths_are_written_as_the_standards_say() {
        assert_eq!([utc(0), utc(1_732_373_999_999)], ["1970-01-01T00:00:00Z", "2024-11-23T14:59:59Z"]);
        let cases = [(0, "PT0S"), (499, "PT0S"), (59_600, "PT1M"), (3_723_000, "PT1H2M3S"), (7_200_000, "PT2H")];
        for (ms, said) in cases {
            assert_eq!(duration(ms), said, "{ms} ms");
        }
    }

    #[test]
    fn an_address_is_linked_and_words_are_named() {
        assert_eq!(work("https://a.example/by"), json!("https://a.example/by"));
        assert_eq!(work("CC BY 4.0")["name"], "CC BY 4.0");
    }
}
