//! How is a change read? Each difference in words, texts compared word by word.

use std::collections::HashMap;

use content::courses::differences::{Aspect, Difference, Piece, Sides, pieces};
use content::courses::revisions::Revision;
use content::courses::{self, plan::Plan, topics};
use content::ids::Language;
use content::texts::Texts;
use content::{media, places};
use leptos::prelude::*;

use crate::messages as m;
use crate::parts::said::{mark, plain, said};
use crate::view::Viewer;
use crate::wire::Lang;

/// Texts are compared word by word up to so many bytes: what it takes grows with their product.
const LONGEST_COMPARED: usize = 12_000;

/// How the files, columns and units are called whose ids differ.
pub(super) struct Names(HashMap<String, String>);

impl Names {
    pub(super) async fn of(viewer: &Viewer, revisions: &[&Revision]) -> content::Result<Self> {
        let (library, lang) = (&viewer.library, viewer.lang);
        let mut names = HashMap::new();
        for column in courses::list_columns(library).await? {
            names.insert(column.id.to_string(), plain(&column.title, lang));
        }
        let plans: Vec<Plan> = revisions
            .iter()
            .flat_map(|revision| revision.before().into_iter().chain([revision.after.clone()]))
            .collect();
        for plan in &plans {
            let resources: Vec<_> = plan.resources().cloned().collect();
            for resource in &resources {
                if !names.contains_key(resource.as_str())
                    && let Some(found) = media::find_resource(library, resource).await?
                {
                    names.insert(resource.to_string(), plain(&found.title, lang));
                }
            }
            if let Some(topic) = &plan.topic
                && let Some(found) = topics::find_topic(library, topic).await?
            {
                names.insert(topic.to_string(), plain(&found.title, lang));
            }
            if let Some(unit) = &plan.audience_unit
                && let Some(found) = places::find_unit(library, unit).await?
            {
                names.insert(unit.to_string(), plain(&found.name, lang));
            }
        }
        for language in Language::ALL {
            names.insert(language.to_string(), Lang::from(*language).own_name().to_owned());
        }
        Ok(Self(names))
    }

    fn name(&self, word: &str) -> String {
        self.0.get(word).cloned().unwrap_or_else(|| word.to_owned())
    }
}

/// What a revision changes.
pub(super) fn list(revision: &Revision, names: &Names, lang: Lang) -> AnyView {
    let differences = revision.differences();
    if differences.is_empty() {
        return view! { <p class="soft">{m::diff_none(lang)}</p> }.into_any();
    }
    let items = differences.iter().map(|each| view! { <li>{one(each, names, lang)}</li> }).collect_view();
    view! { <ul class="diff">{items}</ul> }.into_any()
}

fn one(difference: &Difference, names: &Names, lang: Lang) -> AnyView {
    let about = (!difference.name.is_empty()).then(|| view! { " · "<strong>{said(&difference.name, lang)}</strong> });
    let sides = match &difference.sides {
        Sides::None => ().into_any(),
        Sides::Texts(before, after) => in_languages(before, after, lang),
        Sides::Words(before, after) => {
            let gone = before.as_ref().map(|word| view! { <del>{names.name(word)}</del>" " });
            let new = after.as_ref().map(|word| view! { <ins>{names.name(word)}</ins> });
            view! { <p>{gone}{new}</p> }.into_any()
        }
    };
    view! { <span class="diff-name">{aspect(difference.aspect, lang)}{about}</span>{sides} }.into_any()
}

/// Each language in which a text differs, word by word.
pub(super) fn in_languages(before: &Texts, after: &Texts, lang: Lang) -> AnyView {
    let differ = Language::ALL.iter().filter(|each| before.get(**each) != after.get(**each));
    let lines = differ.map(|language| {
        let pieces = changed(before.get(*language).unwrap_or_default(), after.get(*language).unwrap_or_default());
        view! { <p class="diff-text" lang=mark(Lang::from(*language), lang)>{pieces}</p> }
    });
    lines.collect_view().into_any()
}

/// What went and what came of a text; of one longer than any that is typed, all of both.
pub(super) fn changed(before: &str, after: &str) -> AnyView {
    let pieces = if before.len().max(after.len()) > LONGEST_COMPARED {
        vec![(Piece::Gone, before.to_owned()), (Piece::New, after.to_owned())]
    } else {
        pieces(before, after)
    };
    let pieces = pieces.into_iter().filter(|(_, text)| !text.is_empty()).map(|(piece, text)| match piece {
        Piece::Same => text.into_any(),
        Piece::Gone => view! { <del>{text}</del> }.into_any(),
        Piece::New => view! { <ins>{text}</ins> }.into_any(),
    });
    pieces.collect_view().into_any()
}

fn aspect(aspect: Aspect, lang: Lang) -> &'static str {
    match aspect {
        Aspect::CourseTitle => m::diff_course_title(lang),
        Aspect::CourseSummary => m::diff_course_summary(lang),
        Aspect::CourseLanguage => m::diff_course_language(lang),
        Aspect::CourseColumn => m::diff_course_column(lang),
        Aspect::CourseTopic => m::topics_field(lang),
        Aspect::CourseAudience => m::diff_course_audience(lang),
        Aspect::ModuleAdded => m::diff_module_added(lang),
        Aspect::ModuleRemoved => m::diff_module_removed(lang),
        Aspect::ModuleTitle => m::diff_module_title(lang),
        Aspect::ModuleMoved => m::diff_module_moved(lang),
        Aspect::LessonAdded => m::diff_lesson_added(lang),
        Aspect::LessonRemoved => m::diff_lesson_removed(lang),
        Aspect::LessonTitle => m::diff_lesson_title(lang),
        Aspect::LessonSummary => m::diff_lesson_summary(lang),
        Aspect::LessonLanguage => m::diff_lesson_language(lang),
        Aspect::LessonThreshold => m::diff_lesson_threshold(lang),
        Aspect::LessonResource => m::diff_lesson_resource(lang),
        Aspect::LessonFace => m::diff_lesson_face(lang),
        Aspect::LessonMoved => m::diff_lesson_moved(lang),
        Aspect::HandoutAdded => m::diff_handout_added(lang),
        Aspect::HandoutRemoved => m::diff_handout_removed(lang),
        Aspect::HandoutMoved => m::diff_handout_moved(lang),
    }
}
