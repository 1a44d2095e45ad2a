//! Which course is it? It is named, and chosen where several are called so: no list holds the thousands there are.

use content::courses::finding::{self, NamedCourse};
use content::courses::{self, CourseState};
use content::ids::{CourseId, UnitId};
use content::reports::Filter;
use content::texts::Texts;
use content::{Error, Why};
use leptos::prelude::*;

use super::address::address;
use crate::messages as m;
use crate::parts::button::submit_quiet;
use crate::parts::field::Field;
use crate::parts::said::{plain, said};
use crate::view::{Form, Viewer};
use crate::wire::Lang;

/// How many courses a list to choose from holds.
const OFFERED: usize = 20;

/// What the course is called that a report is narrowed to; nothing of one that this person may not see.
///
/// # Errors
/// `Internal` only.
pub(super) async fn title_of(viewer: &Viewer, course: Option<&CourseId>) -> content::Result<Option<Texts>> {
    let Some(id) = course else { return Ok(None) };
    match courses::load_course(&viewer.library, viewer.actor()?, id).await {
        Ok(course) => Ok(Some(course.title).filter(|_| course.state == CourseState::Published)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Which course is asked about: a field for its name, and those that may be meant.
pub(super) fn choose_course(
    lang: Lang,
    path: &'static str,
    unit: Option<&UnitId>,
    filter: &Filter,
    chosen: Option<Texts>,
    words: &str,
    found: &[NamedCourse],
) -> AnyView {
    let all = Filter { course: None, ..filter.clone() };
    let is_lost = !words.is_empty() && found.is_empty() && filter.course.is_none();
    let chosen = chosen.map(|title| {
        view! {
            <p class="facts">
                <span>{m::admin_course(lang)}": "<strong>{said(&title, lang)}</strong></span>
                <span><a href=address(path, unit, &all, &[])>{m::admin_all_courses(lang)}</a></span>
            </p>
        }
    });
    let meant = (!found.is_empty()).then(|| {
        let links = found.iter().map(|course| {
            let filter = Filter { course: Some(course.id.clone()), ..filter.clone() };
            view! { <li><a class="chip" href=address(path, unit, &filter, &[])>{said(&course.title, lang)}</a></li> }
        });
        view! { <p>{m::admin_course_meant(lang)}</p><ul class="choices">{links.collect_view()}</ul> }
    });
    let hidden = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <input type="hidden" name=name value=value /> })
    };
    view! {
        {chosen}
        <form class="filter" method="get" action=path role="search">
            {hidden("unit", unit.map(ToString::to_string))}
            {hidden("from", filter.from.map(|ms| ms.to_string()))}
            {hidden("to", filter.to.map(|ms| ms.to_string()))}
            <div class="field">
                <label for="report-course">{m::admin_course_words(lang)}</label>
                <input id="report-course" class="input" type="search" name="words" value=words.to_owned() maxlength="200"
                    autocomplete="off" />
            </div>
            {submit_quiet(m::admin_show(lang))}
        </form>
        {is_lost.then(|| view! { <p class="notice" role="status">{m::admin_course_none(lang)}</p> })}
        {meant}
    }
    .into_any()
}

/// The same in a form that is sent: a list of the first courses, and a field for the name of another.
pub(super) async fn ask(viewer: &Viewer, form: &Form) -> content::Result<AnyView> {
    let (actor, lang) = (viewer.actor()?, viewer.lang);
    let words = form.value("course_words");
    let look = async |words: &str| finding::list_named(&viewer.library, actor, words, OFFERED + 1).await;
    let mut courses = if words.trim().is_empty() { Vec::new() } else { look(&words).await? };
    let is_found = courses.len() > 1;
    if !is_found {
        courses = look("").await?;
    }
    let has_more = courses.len() > OFFERED || !words.is_empty();
    let choices = courses.iter().take(OFFERED).map(|course| (course.id.to_string(), plain(&course.title, lang)));
    let field = Field::new(form, "course", m::admin_course(lang)).choice(choices.collect());
    let blank = Form::default();
    // Once the words have brought up a list to choose from, the list counts.
    let named = Field::new(if is_found { &blank } else { form }, "course_words", m::admin_course_words(lang));
    let named = named.hint(m::admin_course_words_hint(lang)).max_chars(200).autocomplete("off");
    Ok(view! { {field}{has_more.then(|| named.input())} }.into_any())
}

/// The course that a form names: by words, or out of its list.
///
/// # Errors
/// `Invalid(course)` where the words fit none or several.
pub async fn course_named(viewer: &Viewer, listed: &str, words: &str) -> content::Result<CourseId> {
    if words.trim().is_empty() {
        return Ok(listed.into());
    }
    let found = finding::find_meant(&viewer.library, viewer.actor()?, "course", words).await;
    found.map_err(|error| match error {
        // Nothing to choose from: what is wrong is what was typed.
        Error::Invalid { why: Why::UnknownValue, .. } => {
            Error::Invalid { field: "course_words", why: Why::UnknownValue }
        }
        other => other,
    })
}
