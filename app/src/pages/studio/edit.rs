//! How is what stands in a course called, and what is it made of? The pages of a course, a module and a lesson.

use content::courses::plan::{Plan, PlannedLesson, PlannedSection};
use content::courses::{self, Course, CourseState, authoring, revisions, topics};
use content::ids::{CourseId, Language, LessonId, ModuleId};
use content::texts::Texts as Said;
use content::{Error, places};
use leptos::prelude::*;

use super::fields::{self, Texts};
use super::picking::{Files, Purpose};
use super::{declared, edit_faces};
use crate::messages as m;
use crate::parts::breadcrumb::{Crumb, breadcrumb};
use crate::parts::button::{submit, submit_danger};
use crate::parts::field::{Field, problem_of_form};
use crate::parts::said::{plain, said};
use crate::view::{Form, Page, Viewer};

/// A course as it is edited: its row, and the outline that edits go on from.
struct Opened {
    course: Course,
    plan: Plan,
}

async fn open(viewer: &Viewer, id: &CourseId) -> content::Result<Opened> {
    let actor = super::keeper(viewer)?;
    let course = authoring::load_for_editing(&viewer.library, actor, id).await?;
    let plan = revisions::load_working(&viewer.library, actor, id).await?;
    Ok(Opened { course, plan })
}

impl Opened {
    fn is_published(&self) -> bool {
        self.course.state == CourseState::Published
    }

    fn way(&self, viewer: &Viewer) -> AnyView {
        let up = Crumb::new(format!("/studio/courses/{}", self.course.id), said(&self.plan.title, viewer.lang));
        breadcrumb(viewer.lang, vec![super::top(viewer), up])
    }
}

/// The form as it came back, else with what stands: titles and summaries are filled in.
pub(super) fn filled(form: &Form, name: &str, title: &Said, summary: Option<&Said>) -> Form {
    let own = fields::of(form, name);
    if !own.values.is_empty() {
        return own;
    }
    let texts = [("title", Some(title)), ("summary", summary)];
    let texts = texts.into_iter().filter_map(|(key, texts)| Some((key, texts?)));
    let values = texts.flat_map(|(key, texts)| {
        texts.iter().map(move |(language, text)| (format!("{key}_{language}"), text.to_owned())).collect::<Vec<_>>()
    });
    Form { values: values.collect(), ..own }
}

/// # Errors
/// `NotSignedIn`, `NotFound`, `Forbidden`.
pub async fn edit_course(viewer: &Viewer, id: &CourseId, form: &Form) -> content::Result<Page> {
    let lang = viewer.lang;
    let opened = open(viewer, id).await?;
    let plan = &opened.plan;
    let form = filled(form, "course", &plan.title, Some(&plan.summary));
    let columns = courses::list_columns(&viewer.library).await?;
    let columns = columns.iter().map(|column| (column.id.to_string(), plain(&column.title, lang))).collect();
    let language = Field::new(&form, "language", m::studio_field_language(lang)).within("course");
    let column = Field::new(&form, "column", m::studio_field_column(lang)).within("course");
    let body = view! {
        {opened.way(viewer)}
        <h1>{m::edit_course(lang)}</h1>
        {problem_of_form(&form)}
        <form class="form" method="post" action=format!("/studio/courses/{id}/edit")>
            {Texts::title(&form, "course", lang).show(lang)}
            {Texts::summary(&form, "course", lang).show(lang)}
            {column.or_value(plan.column.as_str()).choice(columns)}
            {topic(viewer, plan, &form).await?}
            {language.or_value(plan.language.as_str()).hint(m::studio_field_language_hint(lang)).choice(fields::languages())}
            {audience(viewer, &opened, &form).await?}
            {declared::asked(opened.is_published(), &form, "course", lang)}
            <p class="actions">{submit(m::edit_save(lang))}</p>
            {fields::name("course")}
        </form>
    };
    Ok(Page::new(m::edit_course(lang), body))
}

/// With which courses of its column it stands; nothing to choose where the column has no topics.
async fn topic(viewer: &Viewer, plan: &Plan, form: &Form) -> content::Result<Option<AnyView>> {
    let lang = viewer.lang;
    // A column has no more than are listed here.
    let topics = topics::list_topics_of(&viewer.library, &plan.column).await?;
    if topics.is_empty() {
        return Ok(None);
    }
    let none = (String::new(), m::topics_no(lang).to_owned());
    let named = topics.iter().map(|topic| (topic.id.to_string(), plain(&topic.title, lang)));
    let field = Field::new(form, "topic", m::topics_field(lang)).hint(m::topics_field_hint(lang)).within("course");
    let value = plan.topic.as_ref().map(ToString::to_string).unwrap_or_default();
    Ok(Some(field.or_value(value).choice(std::iter::once(none).chain(named).collect())))
}

/// How many units a list to choose from holds.
const OFFERED: usize = 30;

/// Whose learners may see it: the units that her grants reach. Those at the top are listed, others are named.
async fn audience(viewer: &Viewer, opened: &Opened, form: &Form) -> content::Result<AnyView> {
    let (lang, library) = (viewer.lang, &viewer.library);
    let chosen = opened.plan.audience_unit.as_ref();
    let role = content::people::Role::ContentManager;
    let scope = content::people::scope_of(library, viewer.actor()?, role, None).await?;
    let mut choices = Vec::new();
    if scope.root().is_none() {
        choices.push((String::new(), m::edit_everybody(lang).to_owned()));
    }
    let words = form.value("org_unit_words");
    let mut found = Vec::new();
    if !words.trim().is_empty() {
        found = places::list_named(library, &scope, &words, OFFERED).await?;
    }
    if found.len() < 2 {
        if let Some(root) = scope.root() {
            found.extend(places::find_unit(library, root).await?);
        }
        found.extend(places::list_children(library, &scope, OFFERED).await?);
    }
    choices.extend(found.iter().map(|unit| (unit.id.to_string(), plain(&unit.name, lang))));
    if let Some(unit) = chosen.filter(|unit| choices.iter().all(|(id, _)| id != unit.as_str()))
        && let Some(found) = places::find_unit(library, unit).await?
    {
        choices.push((unit.to_string(), plain(&found.name, lang)));
    }
    let field = Field::new(form, "org_unit", m::edit_audience(lang)).within("course");
    let value = chosen.map(|unit| unit.to_string()).unwrap_or_default();
    let named = Field::new(form, "org_unit_words", m::edit_audience_words(lang)).within("course");
    let named = named.hint(m::edit_audience_words_hint(lang)).max_chars(200).autocomplete("off");
    Ok(view! { {field.or_value(value).choice(choices)}{named.input()} }.into_any())
}

/// # Errors
/// `NotSignedIn`, `NotFound`, `Forbidden`.
pub async fn edit_module(viewer: &Viewer, id: &CourseId, module: &ModuleId, form: &Form) -> content::Result<Page> {
    let lang = viewer.lang;
    let opened = open(viewer, id).await?;
    let section = opened.plan.sections.iter().find(|section| section.module.as_ref() == Some(module));
    let section: &PlannedSection = section.ok_or(Error::NotFound("module"))?;
    let here = format!("/studio/courses/{id}/modules/{module}");
    let is_published = opened.is_published();
    let own = filled(form, "module", &section.title, None);
    let gone = fields::of(form, "remove");
    let body = view! {
        {opened.way(viewer)}
        <h1>{said(&section.title, lang)}</h1>
        {problem_of_form(&own)}
        <form class="form" method="post" action=here.clone()>
            {Texts::title(&own, "module", lang).show(lang)}
            {declared::asked(is_published, &own, "module", lang)}
            <p class="actions">{submit(m::edit_save(lang))}</p>
            {fields::name("module")}
        </form>
        {removal(&format!("{here}/remove"), m::edit_remove_module(lang), m::edit_remove_module_text(lang), is_published, &gone, lang)}
    };
    Ok(Page::new(plain(&section.title, lang), body))
}

/// A form that takes something away, folded.
fn removal(
    action: &str,
    name: &'static str,
    text: &'static str,
    is_published: bool,
    form: &Form,
    lang: crate::wire::Lang,
) -> AnyView {
    view! {
        <details class="fold panel" id="remove" open=!form.values.is_empty()>
            <summary>{name}</summary>
            <p>{text}</p>
            {problem_of_form(form)}
            <form class="form" method="post" action=format!("{action}#remove")>
                {declared::asked(is_published, form, "remove", lang)}
                <p class="actions">{submit_danger(name)}</p>
                {fields::name("remove")}
            </form>
        </details>
    }
    .into_any()
}

/// # Errors
/// `NotSignedIn`, `NotFound`, `Forbidden`.
pub async fn edit_lesson(viewer: &Viewer, id: &CourseId, lesson: &LessonId, form: &Form) -> content::Result<Page> {
    let lang = viewer.lang;
    let opened = open(viewer, id).await?;
    let planned = opened.plan.find_lesson(lesson).ok_or(Error::NotFound("lesson"))?;
    let shown: Vec<_> = std::iter::once(&planned.resource).chain(planned.faces.values()).collect();
    let files = Files::of(viewer, form, Purpose::Lesson, &shown).await?;
    let here = format!("/studio/courses/{id}/lessons/{lesson}");
    let is_published = opened.is_published();
    let gone = fields::of(form, "remove");
    let body = view! {
        {opened.way(viewer)}
        <h1>{said(&planned.title, lang)}</h1>
        <p class="ways"><a href=format!("/courses/{id}/lessons/{lesson}")>{m::studio_see_as_learner(lang)}</a></p>
        {lesson_form(viewer, &opened, planned, &files, form)}
        {edit_faces::section(viewer, &here, planned, &files, is_published, form)}
        {removal(&format!("{here}/remove"), m::edit_remove_lesson(lang), m::edit_remove_lesson_text(lang), is_published, &gone, lang)}
    };
    Ok(Page::new(plain(&planned.title, lang), body))
}

fn lesson_form(viewer: &Viewer, opened: &Opened, lesson: &PlannedLesson, files: &Files, form: &Form) -> AnyView {
    let lang = viewer.lang;
    let form = filled(form, "lesson", &lesson.title, Some(&lesson.summary));
    let field = |name: &str, label: &str| Field::new(&form, name, label.to_owned()).within("lesson");
    let modules = opened
        .plan
        .sections
        .iter()
        .filter_map(|section| Some((section.module.as_ref()?.to_string(), plain(&section.title, lang))));
    let none = (String::new(), m::studio_no_module(lang).to_owned());
    let modules: Vec<_> = std::iter::once(none).chain(modules).collect();
    let module = opened.plan.module_of(&lesson.id).map(ToString::to_string).unwrap_or_default();
    let module =
        (modules.len() > 1).then(|| field("module", m::studio_field_module(lang)).or_value(module).choice(modules));
    let file = field("resource", m::studio_field_video(lang)).or_value(lesson.resource.as_str());
    let threshold = field("threshold_percent", m::studio_field_threshold(lang));
    let threshold = threshold.or_value(lesson.threshold_percent.to_string()).kind("number");
    view! {
        {problem_of_form(&form)}
        <form class="form" method="post" action=format!("/studio/courses/{}/lessons/{}", opened.course.id, lesson.id)>
            {Texts::title(&form, "lesson", lang).show(lang)}
            {Texts::summary(&form, "lesson", lang).show(lang)}
            {field("language", m::studio_field_language(lang)).or_value(lesson.language.as_str()).choice(fields::languages())}
            {module}
            {files.ask(file.hint(m::edit_video_hint(lang)), None, &form, "lesson", lang)}
            {threshold.hint(m::studio_field_threshold_hint(lang)).input()}
            {declared::asked(opened.is_published(), &form, "lesson", lang)}
            <p class="actions">{submit(m::edit_save(lang))}</p>
            {fields::name("lesson")}
        </form>
    }
    .into_any()
}

/// The languages a lesson can have a face in: those that it is not taught in itself.
pub(super) fn other_languages(lesson: &PlannedLesson) -> impl Iterator<Item = Language> {
    let own = lesson.language;
    Language::ALL.iter().copied().filter(move |language| *language != own)
}
