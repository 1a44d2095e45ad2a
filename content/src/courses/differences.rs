//! What differs between two outlines of a course, told so that a person can read it; pure.

use std::collections::{BTreeMap, BTreeSet};

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::plan::{Plan, PlannedLesson, PlannedSection};
use crate::ids::{ModuleId, words};
use crate::texts::Texts;

words!(
    /// What of a course became another.
    Aspect {
        CourseTitle = "course-title",
        CourseSummary = "course-summary",
        CourseLanguage = "course-language",
        CourseColumn = "course-column",
        CourseTopic = "course-topic",
        CourseAudience = "course-audience",
        ModuleAdded = "module-added",
        ModuleRemoved = "module-removed",
        ModuleTitle = "module-title",
        ModuleMoved = "module-moved",
        LessonAdded = "lesson-added",
        LessonRemoved = "lesson-removed",
        LessonTitle = "lesson-title",
        LessonSummary = "lesson-summary",
        LessonLanguage = "lesson-language",
        LessonThreshold = "lesson-threshold",
        LessonResource = "lesson-resource",
        LessonFace = "lesson-face",
        LessonMoved = "lesson-moved",
        HandoutAdded = "handout-added",
        HandoutRemoved = "handout-removed",
        HandoutMoved = "handout-moved",
    }
);

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub aspect: Aspect,
    /// The module or lesson that it is about; empty: the course.
    pub name: Texts,
    pub sides: Sides,
}

/// What was, and what is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sides {
    /// The aspect says it all.
    None,
    Texts(Texts, Texts),
    /// Words and ids: of a language, a column, a unit, a resource.
    Words(Option<String>, Option<String>),
}

/// A piece of a text that stayed, went, or came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    Same,
    Gone,
    New,
}

/// What became of `before` (nothing, where there was none) in `after`, in the order of reading.
pub fn between(before: Option<&Plan>, after: &Plan) -> Vec<Difference> {
    let empty = Plan {
        title: Texts::default(),
        summary: Texts::default(),
        sections: vec![PlannedSection::default()],
        handouts: Vec::new(),
        ..after.clone()
    };
    let before = before.unwrap_or(&empty);
    let mut found = Vec::new();
    of_course(before, after, &mut found);
    of_modules(before, after, &mut found);
    of_lessons(before, after, &mut found);
    of_handouts(before, after, &mut found);
    found
}

fn texts(aspect: Aspect, name: &Texts, before: &Texts, after: &Texts) -> Option<Difference> {
    let sides = || Sides::Texts(before.clone(), after.clone());
    (before != after).then(|| Difference { aspect, name: name.clone(), sides: sides() })
}

fn words_of(aspect: Aspect, name: &Texts, before: Option<&str>, after: Option<&str>) -> Option<Difference> {
    let sides = || Sides::Words(before.map(str::to_owned), after.map(str::to_owned));
    (before != after).then(|| Difference { aspect, name: name.clone(), sides: sides() })
}

fn plain(aspect: Aspect, name: &Texts) -> Difference {
    Difference { aspect, name: name.clone(), sides: Sides::None }
}

fn of_course(before: &Plan, after: &Plan, found: &mut Vec<Difference>) {
    let none = Texts::default();
    let units = [before, after].map(|plan| plan.audience_unit.as_ref().map(|unit| unit.as_str()));
    let topics = [before, after].map(|plan| plan.topic.as_ref().map(|topic| topic.as_str()));
    let differences = [
        texts(Aspect::CourseTitle, &none, &before.title, &after.title),
        texts(Aspect::CourseSummary, &none, &before.summary, &after.summary),
        words_of(Aspect::CourseLanguage, &none, Some(before.language.as_str()), Some(after.language.as_str())),
        words_of(Aspect::CourseColumn, &none, Some(before.column.as_str()), Some(after.column.as_str())),
        words_of(Aspect::CourseTopic, &none, topics[0], topics[1]),
        words_of(Aspect::CourseAudience, &none, units[0], units[1]),
    ];
    found.extend(differences.into_iter().flatten());
}

fn of_modules(before: &Plan, after: &Plan, found: &mut Vec<Difference>) {
    let modules = |plan: &Plan| -> Vec<PlannedSection> { plan.sections.iter().skip(1).cloned().collect() };
    let (old, new) = (modules(before), modules(after));
    let find =
        |list: &[PlannedSection], id: &PlannedSection| list.iter().find(|each| each.module == id.module).cloned();
    for section in &new {
        match find(&old, section) {
            None => found.push(plain(Aspect::ModuleAdded, &section.title)),
            Some(was) => found.extend(texts(Aspect::ModuleTitle, &section.title, &was.title, &section.title)),
        }
    }
    found.extend(
        old.iter().filter(|each| find(&new, each).is_none()).map(|each| plain(Aspect::ModuleRemoved, &each.title)),
    );
    let keys = |list: &[PlannedSection]| -> Vec<String> {
        list.iter().filter_map(|each| Some(each.module.as_ref()?.to_string())).collect()
    };
    let moved = moved(&keys(&old), &keys(&new));
    let is_moved = |each: &&PlannedSection| each.module.as_ref().is_some_and(|id| moved.contains(id.as_str()));
    found.extend(new.iter().filter(is_moved).map(|each| plain(Aspect::ModuleMoved, &each.title)));
}

fn of_lessons(before: &Plan, after: &Plan, found: &mut Vec<Difference>) {
    let old: BTreeMap<_, _> = before.lessons().map(|lesson| (&lesson.id, lesson)).collect();
    let new: BTreeMap<_, _> = after.lessons().map(|lesson| (&lesson.id, lesson)).collect();
    for lesson in after.lessons() {
        let Some(was) = old.get(&lesson.id) else {
            found.push(plain(Aspect::LessonAdded, &lesson.title));
            continue;
        };
        of_lesson(was, lesson, found);
        if is_moved(before, after, lesson) {
            found.push(plain(Aspect::LessonMoved, &lesson.title));
        }
    }
    let gone = before.lessons().filter(|lesson| !new.contains_key(&lesson.id));
    found.extend(gone.map(|lesson| plain(Aspect::LessonRemoved, &lesson.title)));
}

/// Whether it stands in another module, or elsewhere among those that stood in the same one before.
fn is_moved(before: &Plan, after: &Plan, lesson: &PlannedLesson) -> bool {
    let (was, module) = (before.module_of(&lesson.id), after.module_of(&lesson.id));
    // Where its module was taken away it went along with the others.
    let is_there = |module: &ModuleId| after.sections.iter().any(|section| section.module.as_ref() == Some(module));
    if was != module {
        return was.is_none_or(is_there);
    }
    let within = |plan: &Plan| -> Vec<String> {
        let section = plan.sections.iter().find(|section| section.module.as_ref() == module);
        section.into_iter().flat_map(|section| &section.lessons).map(|each| each.id.to_string()).collect()
    };
    moved(&within(before), &within(after)).contains(lesson.id.as_str())
}

fn of_lesson(before: &PlannedLesson, after: &PlannedLesson, found: &mut Vec<Difference>) {
    let name = &after.title;
    let percents = [before, after].map(|lesson| lesson.threshold_percent.to_string());
    let resources = [before, after].map(|lesson| Some(lesson.resource.as_str()));
    let differences = [
        texts(Aspect::LessonTitle, name, &before.title, &after.title),
        texts(Aspect::LessonSummary, name, &before.summary, &after.summary),
        words_of(Aspect::LessonLanguage, name, Some(before.language.as_str()), Some(after.language.as_str())),
        words_of(Aspect::LessonThreshold, name, Some(&percents[0]), Some(&percents[1])),
        words_of(Aspect::LessonResource, name, resources[0], resources[1]),
    ];
    found.extend(differences.into_iter().flatten());
    let languages: BTreeSet<_> = before.faces.keys().chain(after.faces.keys()).collect();
    let faces = languages.into_iter().filter_map(|language| {
        let [was, is] = [before, after].map(|lesson| lesson.faces.get(language).map(|resource| resource.as_str()));
        words_of(Aspect::LessonFace, name, was, is)
    });
    found.extend(faces);
}

fn of_handouts(before: &Plan, after: &Plan, found: &mut Vec<Difference>) {
    let keys = |plan: &Plan| -> Vec<String> { plan.handouts.iter().map(ToString::to_string).collect() };
    let (old, new) = (keys(before), keys(after));
    let none = Texts::default();
    let mut tell =
        |aspect, before: Option<&str>, after: Option<&str>| found.extend(words_of(aspect, &none, before, after));
    new.iter().filter(|id| !old.contains(id)).for_each(|id| tell(Aspect::HandoutAdded, None, Some(id)));
    old.iter().filter(|id| !new.contains(id)).for_each(|id| tell(Aspect::HandoutRemoved, Some(id), None));
    moved(&old, &new).iter().for_each(|id| tell(Aspect::HandoutMoved, None, Some(id)));
}

/// What is in both lists and has to be taken out of the one to make the other: as little as can be.
fn moved(before: &[String], after: &[String]) -> BTreeSet<String> {
    let both = |list: &[String], other: &[String]| -> Vec<String> {
        list.iter().filter(|id| other.contains(id)).cloned().collect()
    };
    let (old, new) = (both(before, after), both(after, before));
    let steps = capture_diff_slices(Algorithm::Myers, &old, &new);
    let taken = steps.iter().filter(|step| step.tag() != DiffTag::Equal);
    taken.flat_map(|step| old[step.old_range()].iter().cloned()).collect()
}

/// A text as it was and as it is, in pieces that a person reads: words of letters, single Chinese characters, Tibetan
/// syllables.
pub fn pieces(before: &str, after: &str) -> Vec<(Piece, String)> {
    let (old, new) = (cut(before), cut(after));
    let mut pieces: Vec<(Piece, String)> = Vec::new();
    let mut tell = |piece: Piece, words: &[&str]| {
        if !words.is_empty() {
            pieces.push((piece, words.concat()));
        }
    };
    let steps = capture_diff_slices(Algorithm::Myers, &old, &new);
    let length = |words: &[&str]| words.iter().map(|word| word.trim().chars().count()).sum::<usize>();
    let same = steps.iter().filter(|step| step.tag() == DiffTag::Equal);
    let same: usize = same.map(|step| length(&old[step.old_range()])).sum();
    if same * 2 < length(&old).max(length(&new)) {
        // Little is left: two texts side by side are read sooner than scraps of both.
        tell(Piece::Gone, &old);
        tell(Piece::New, &new);
        return pieces;
    }
    for step in steps {
        if step.tag() == DiffTag::Equal {
            tell(Piece::Same, &old[step.old_range()]);
        } else {
            tell(Piece::Gone, &old[step.old_range()]);
            tell(Piece::New, &new[step.new_range()]);
        }
    }
    pieces
}

fn cut(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut from = 0;
    let mut before: Option<char> = None;
    for (at, char) in text.char_indices() {
        if before.is_some_and(|before| !is_one_word(before, char)) {
            words.push(&text[from..at]);
            from = at;
        }
        before = Some(char);
    }
    if from < text.len() {
        words.push(&text[from..]);
    }
    words
}

fn is_one_word(one: char, next: char) -> bool {
    let is_han =
        |char: char| matches!(char, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    let is_tibetan = |char: char| ('\u{f00}'..='\u{fff}').contains(&char);
    match (one, next) {
        // The tsheg ends its syllable; vowel marks and stacked letters belong to what they stand on.
        ('\u{f0b}', _) => false,
        (one, next) if is_tibetan(one) && is_tibetan(next) => true,
        (one, next) => {
            let inside = |char: char| char.is_alphanumeric() && !is_han(char);
            inside(one) && inside(next)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::plan::tests::plan;
    use super::*;
    use crate::ids::Language;

    fn aspects(before: &str, after: &str) -> Vec<String> {
        let found = between(Some(&plan(before)), &plan(after));
        found.iter().map(|each| format!("{} {}", each.aspect, each.name.get(Language::Zh).unwrap_or("-"))).collect()
    }

    #[test]
    fn what_came_went_and_moved_is_told_once() {
        assert!(aspects("ab|m:c", "ab|m:c").is_empty());
        assert_eq!(aspects("abc|m:", "abcd|m:"), ["lesson-added d"]);
        assert_eq!(aspects("abc|m:", "ac|m:"), ["lesson-removed b"]);
        assert_eq!(aspects("abc|m:", "bca|m:"), ["lesson-moved a"]);
        assert_eq!(aspects("abc|m:", "ab|m:c"), ["lesson-moved c"]);
        assert_eq!(aspects("a", "a|m:"), ["module-added -"]);
        assert_eq!(aspects("a|m:b", "ab"), ["module-removed -"]);
    }

    #[test]
    fn without_a_before_everything_is_new() {
        let found = between(None, &plan("a|m:b"));
        let aspects: Vec<_> = found.iter().map(|each| each.aspect).collect();
        assert_eq!(aspects, [Aspect::ModuleAdded, Aspect::LessonAdded, Aspect::LessonAdded]);
    }

    #[test]
    fn a_text_is_compared_by_what_is_read_as_a_word() {
        let check = |before: &str, after: &str, expected: &str| {
            let told = pieces(before, after).into_iter().map(|(piece, text)| match piece {
                Piece::Same => text,
                Piece::Gone => format!("[-{text}-]"),
                Piece::New => format!("[+{text}+]"),
            });
            assert_eq!(told.collect::<String>(), expected);
        };
        check("take 5 mg daily", "take 10 mg daily", "take [-5-][+10+] mg daily");
        check("测量血压", "测定血压", "测[-量-][+定+]血压");
        check("ཁྲག་ཤེད་མཐོ་བ།", "ཁྲག་ཤེད་དམའ་བ།", "ཁྲག་ཤེད་[-མཐོ་-][+དམའ་+]བ།");
        check("", "new", "[+new+]");
        check("rest five minutes", "cuff at the heart", "[-rest five minutes-][+cuff at the heart+]");
        check("same", "same", "same");
    }
}
