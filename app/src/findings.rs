//! How is it said what loading a sheet found and did? With the place, the trouble and its remedy.

use content::import::{Fate, Finding, Found, Thing};

use crate::messages as m;
use crate::wire::Lang;

/// Where it was found.
pub fn place(finding: &Finding, lang: Lang) -> String {
    match (finding.row, &finding.heading) {
        (None, _) => finding.sheet.clone(),
        (Some(row), None) => m::found_place(lang, row, &finding.sheet),
        (Some(row), Some(heading)) => m::found_place_cell(lang, heading, row, &finding.sheet),
    }
}

/// What was found, and what to do about it.
pub fn sentence(finding: &Finding, lang: Lang) -> String {
    let detail = &finding.detail;
    match finding.found {
        Found::SheetUnreadable => m::found_sheet_unreadable(lang, detail),
        Found::SheetTooLarge => m::found_sheet_too_large(lang, detail),
        Found::NoItems => m::found_no_items(lang).to_owned(),
        Found::ReadAs => m::found_read_as(lang, detail),
        Found::UnknownHeading => m::found_unknown_heading(lang, detail),
        Found::DoubleHeading => m::found_double_heading(lang, detail),
        Found::MergedCells => m::found_merged_cells(lang, detail),
        Found::NoFormulaValue => m::found_no_formula_value(lang, detail),
        Found::CellError => m::found_cell_error(lang, detail),
        Found::SuspiciousText => m::found_suspicious_text(lang, detail),
        Found::TooLong => m::found_too_long(lang, detail),
        Found::NoTitle => m::found_no_title(lang).to_owned(),
        Found::NoFileName => m::found_no_file_name(lang).to_owned(),
        Found::OutsideFolder => m::found_outside_folder(lang, detail),
        Found::MissingFile => m::found_missing_file(lang, detail),
        Found::EmptyFile => m::found_empty_file(lang, detail),
        Found::UnsupportedFile => m::found_unsupported_file(lang, detail),
        Found::Undecodable => m::found_undecodable(lang, detail),
        Found::SameBytes => m::found_same_bytes(lang, detail),
        Found::SameKey => m::found_same_key(lang, detail),
        Found::BadSlug => m::found_bad_slug(lang, detail),
        Found::NoColumn => m::found_no_column(lang, detail),
        Found::UnknownColumn => m::found_unknown_column(lang, detail),
        Found::UnknownAspect => m::found_unknown_aspect(lang, detail),
        Found::UnknownAudience => m::found_unknown_audience(lang, detail),
        Found::UnknownLanguage => m::found_unknown_language(lang, detail),
        Found::UnknownPlace => m::found_unknown_place(lang, detail),
        Found::NotYesOrNo => m::found_not_yes_or_no(lang, detail),
        Found::BadDate => m::found_bad_date(lang, detail),
        Found::BadNumber => m::found_bad_number(lang, detail),
        Found::BadCaptions => m::found_bad_captions(lang, detail),
        Found::NotForThisKind => m::found_not_for_this_kind(lang, detail),
        Found::OtherColumn => m::found_other_column(lang, detail),
        Found::Refused => m::found_refused(lang, detail),
        Found::Proposed => m::found_proposed(lang).to_owned(),
    }
}

/// What was made or changed, as the name of a row of counts.
pub fn thing(thing: Thing, lang: Lang) -> &'static str {
    match thing {
        Thing::Column => m::thing_column(lang),
        Thing::Aspect => m::thing_aspect(lang),
        Thing::Audience => m::thing_audience(lang),
        Thing::Resource => m::thing_resource(lang),
        Thing::Course => m::thing_course(lang),
        Thing::Topic => m::thing_topic(lang),
        Thing::CourseTopic => m::thing_course_topic(lang),
        Thing::LessonFace => m::thing_lesson_face(lang),
        Thing::Module => m::thing_module(lang),
        Thing::Lesson => m::thing_lesson(lang),
        Thing::Handout => m::thing_handout(lang),
        Thing::ResourceTitle => m::thing_resource_title(lang),
        Thing::ResourceAbout => m::thing_resource_about(lang),
        Thing::Captions => m::thing_captions(lang),
        Thing::CourseText => m::thing_course_text(lang),
        Thing::LessonText => m::thing_lesson_text(lang),
        Thing::LessonResource => m::thing_lesson_resource(lang),
        Thing::Published => m::thing_published(lang),
    }
}

/// What became of a row.
pub fn fate(fate: Fate, lang: Lang) -> &'static str {
    match fate {
        Fate::Made => m::fate_made(lang),
        Fate::Changed => m::fate_changed(lang),
        Fate::Same => m::fate_same(lang),
        Fate::Skipped => m::fate_skipped(lang),
    }
}
