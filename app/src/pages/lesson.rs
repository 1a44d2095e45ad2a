//! What is in this lesson, what does it cost to play, and how far am I?

mod controls;
mod cost;
mod origin;
mod pages;
mod player;
mod slides;
mod transcript;

use std::sync::Arc;

use content::courses::prospectus::{self, Material};
use content::courses::{Column, Lesson, Outline};
use content::ids::{CourseId, Language, LessonId};
use content::learning::{self, Ledger};
use content::media::{self, Rendition, ResourceKind, Stage};
use leptos::prelude::*;

use super::course::{handouts, way};
use crate::messages as m;
use crate::parts::address::value_of;
use crate::parts::breadcrumb::{Crumb, breadcrumb};
use crate::parts::lesson_row::{Progress, address, lesson_row};
use crate::parts::said::{plain, said};
use crate::parts::skeleton::skeleton;
use crate::parts::{button, linked, say};
use crate::view::{Page, Programs, Viewer};
use crate::wire::Lang;

pub use pages::handout;

/// Everything the page is made of.
struct Lecture {
    outline: Arc<Outline>,
    /// The root of the library in which the course stands.
    column: Option<Column>,
    lesson: Lesson,
    /// In which language it is another face than the lesson's own.
    face: Option<Language>,
    /// Its own language and those of its faces.
    faces: Vec<Language>,
    /// The file, what is said of it, and what is made of it.
    file: Arc<Material>,
    /// Those renditions that she may choose from.
    renditions: Vec<Rendition>,
    /// The languages that it is spoken in, where there are several, and the one she hears.
    languages: Vec<Language>,
    spoken: Option<Language>,
    ledger: Ledger,
    /// Of the lesson after it.
    of_next: Ledger,
    /// Where to begin, in ms from the start of the video.
    start_ms: i64,
    lang: Lang,
}

/// `from_ms`, or for courseware `page`, is where to open it; without, where she left it.
///
/// # Errors
/// `NotSignedIn`, `NotFound`, `Internal`.
pub async fn lesson(
    viewer: &Viewer,
    course: &CourseId,
    lesson: &LessonId,
    from_ms: Option<i64>,
    page: Option<i64>,
) -> content::Result<Page> {
    let lecture = load(viewer, course, lesson, from_ms).await?;
    let lang = viewer.lang;
    let way = way_to_course(lecture.column.as_ref(), &lecture.outline, lang);
    if lecture.file.resource.kind == ResourceKind::Courseware {
        return lecture.to_read(viewer, way, page).await;
    }
    let is_playable = lecture.is_playable();
    let picture = if is_playable { lecture.player(viewer)? } else { lecture.not_ready(viewer).await? };
    let cost = if is_playable { Some(lecture.cost(viewer)?) } else { None };
    let body = view! {
        {way}
        <h1>{said(&lecture.lesson.title, lang)}</h1>
        {lecture.length_and_goal()}
        <div class="lesson">
            <div>
                {picture}
                {lecture.other_faces()}
                {lecture.spoken_languages()}
                {cost}
                {lecture.go_on()}
                {lecture.about()}
                {lecture.origin()}
                {lecture.slides_to_open()}
                {lecture.transcript()}
            </div>
            <div class="aside">{lecture.next()}{handouts(&lecture.outline, lang)}</div>
        </div>
    };
    let mut page = Page::new(plain(&lecture.lesson.title, lang), body);
    page.linked = linked::of_lesson(viewer, course, lesson).await;
    page.programs = Programs { player: is_playable, ..Programs::default() };
    Ok(page)
}

/// From the home page down to the course.
fn way_to_course(column: Option<&Column>, outline: &Outline, lang: Lang) -> AnyView {
    let mut way = way(column, lang);
    way.push(Crumb::new(format!("/courses/{}", outline.course.id), said(&outline.course.title, lang)));
    breadcrumb(lang, way)
}

async fn load(viewer: &Viewer, course: &CourseId, id: &LessonId, from_ms: Option<i64>) -> content::Result<Lecture> {
    let (actor, library) = (viewer.actor()?, &viewer.library);
    let open = prospectus::open_to(library, actor).await?;
    let outline = prospectus::load_shown(library, actor, &open, course).await?;
    let lesson = outline.lessons().find(|lesson| &lesson.id == id).cloned();
    let lesson = lesson.ok_or(content::Error::NotFound("lesson"))?;
    let (face, file) = shown(viewer, &lesson, &outline).await?;
    let resource = &file.resource;
    let next = outline.next_after(id).map(|next| &next.id);
    let (ledger, of_next) = learning::load_ledgers(library, actor, id, next).await?;
    let ledger = match (face, lesson.duration_ms, resource.duration_ms) {
        (Some(_), Some(own_ms), Some(face_ms)) => ledger.told_in(own_ms, face_ms),
        _ => ledger,
    };
    let duration_ms = resource.duration_ms.unwrap_or(i64::MAX);
    let mut renditions = file.renditions.clone();
    let asked = value_of(&viewer.here, "sound").and_then(Language::parse);
    let wanted: Vec<Language> = asked.into_iter().chain([viewer.language(), lesson.language]).collect();
    let (languages, spoken) = media::choose_language(&mut renditions, &wanted);
    let mut faces: Vec<Language> =
        outline.faces_of(id).map(|(language, _)| language).chain([lesson.language]).collect();
    faces.sort();
    faces.dedup();
    Ok(Lecture {
        column: open.column(&outline.course.column).cloned(),
        face,
        faces,
        start_ms: from_ms.unwrap_or(ledger.position_ms).clamp(0, duration_ms),
        renditions,
        languages,
        spoken,
        outline,
        lesson,
        file,
        ledger,
        of_next,
        lang: viewer.lang,
    })
}

/// The face of the lesson in the language asked for, else in the reader's, where there is one that plays; else its own file.
async fn shown(
    viewer: &Viewer,
    lesson: &Lesson,
    outline: &Outline,
) -> content::Result<(Option<Language>, Arc<Material>)> {
    let library = &viewer.library;
    let asked = value_of(&viewer.here, "in").and_then(Language::parse);
    let language = asked.unwrap_or(viewer.language());
    if let Some((_, face)) = outline.faces_of(&lesson.id).find(|(each, _)| *each == language) {
        let file = prospectus::load_material(library, face).await?;
        let resource = &file.resource;
        let is_read = resource.kind == ResourceKind::Courseware && resource.stage == Stage::Ready;
        if is_read || resource.progressive_address().is_some() {
            return Ok((Some(language), file));
        }
    }
    Ok((None, prospectus::load_material(library, &lesson.resource).await?))
}

impl Lecture {
    /// What is reported of it: the lesson, and which face of it, where that is not its own.
    fn key(&self) -> String {
        self.face.map_or_else(|| self.lesson.id.to_string(), |face| format!("{}.{face}", self.lesson.id))
    }

    /// Its address, in the language that is shown.
    fn here(&self) -> String {
        let here = address(&self.lesson);
        self.face.map_or_else(|| here.clone(), |face| format!("{here}?in={face}"))
    }

    fn is_playable(&self) -> bool {
        self.file.resource.progressive_address().is_some() || !self.renditions.is_empty()
    }

    /// In place of the player, while nothing of the video can be played.
    async fn not_ready(&self, viewer: &Viewer) -> content::Result<AnyView> {
        let lang = self.lang;
        if self.file.resource.stage == Stage::Failed {
            return Ok(view! { <p class="notice bad">{m::lesson_failed(lang)}</p> }.into_any());
        }
        let now = media::load_progress(&viewer.library, &self.file.resource.id).await?;
        let percent = format!("{:.0}", now.percent);
        let said = m::lesson_not_ready(lang, percent, stage_name(now.resource.stage, lang));
        let view = view! {
            <div class="player coming">{skeleton(3)}</div>
            <p class="notice" role="status">{said}</p>
            <p>{m::lesson_not_ready_text(lang)}</p>
        };
        Ok(view.into_any())
    }

    /// Length and goal.
    fn length_and_goal(&self) -> AnyView {
        let length = self.file.resource.duration_ms.map(|ms| view! { <span>{say::clock(ms)}</span> });
        let goal = m::lesson_goal_text(self.lang, self.lesson.threshold_percent);
        view! { <p class="facts">{length}<span>{goal}</span></p> }.into_any()
    }

    /// Which language to hear, where there are several.
    fn spoken_languages(&self) -> Option<AnyView> {
        let here = address(&self.lesson);
        let face = self.face.map(|face| format!("&in={face}")).unwrap_or_default();
        let ways = self.languages.iter().map(|language| {
            let current = (self.spoken == Some(*language)).then_some("true");
            let name = Lang::from(*language);
            view! { <a href=format!("{here}?sound={language}{face}") aria-current=current lang=name.tag()>{name.own_name()}</a> }
        });
        let ways = ways.collect_view();
        let nav = view! { <nav class="spoken" aria-label=m::lesson_spoken(self.lang)><span>{m::lesson_spoken(self.lang)}</span>{ways}</nav> };
        (!self.languages.is_empty()).then(|| nav.into_any())
    }

    /// The other languages in which it is shown.
    fn other_faces(&self) -> Option<AnyView> {
        let here = address(&self.lesson);
        let shown = self.face.unwrap_or(self.lesson.language);
        let ways = self.faces.iter().map(|language| {
            let current = (shown == *language).then_some("true");
            let name = Lang::from(*language);
            view! { <a href=format!("{here}?in={language}") aria-current=current lang=name.tag()>{name.own_name()}</a> }
        });
        let ways = ways.collect_view();
        let nav = view! { <nav class="spoken" aria-label=m::faces_in(self.lang)><span>{m::faces_in(self.lang)}</span>{ways}</nav> };
        (self.faces.len() > 1).then(|| nav.into_any())
    }

    /// The one next step once the lesson is completed; before that it is to play.
    fn go_on(&self) -> Option<AnyView> {
        self.ledger.completed_at?;
        let lang = self.lang;
        let step = match self.outline.next_after(&self.lesson.id) {
            Some(next) => button::go(address(next), m::lesson_go_on(lang, plain(&next.title, lang))),
            None => button::go(format!("/courses/{}", self.outline.course.id), m::lesson_back(lang)),
        };
        Some(view! { <p class="actions">{step}</p> }.into_any())
    }

    fn about(&self) -> Option<AnyView> {
        let about = view! {
            <section class="section">
                <h2>{m::lesson_about(self.lang)}</h2>
                <p>{said(&self.lesson.summary, self.lang)}</p>
            </section>
        };
        (!self.lesson.summary.is_empty()).then(|| about.into_any())
    }

    fn next(&self) -> AnyView {
        let lang = self.lang;
        let list = match self.outline.next_after(&self.lesson.id) {
            Some(next) => {
                let ledger = &self.of_next;
                let progress = Progress {
                    watched_ms: ledger.watched_ms,
                    is_completed: ledger.completed_at.is_some(),
                    receipt: ledger.completion_receipt,
                };
                view! { <ul class="rows">{lesson_row(next, progress, false, lang)}</ul> }.into_any()
            }
            None => {
                let back = button::go_quiet(format!("/courses/{}", self.outline.course.id), m::lesson_back(lang));
                view! { <p class="soft">{m::lesson_last(lang)}</p><p class="actions">{back}</p> }.into_any()
            }
        };
        view! { <section><h2>{m::lesson_next(lang)}</h2>{list}</section> }.into_any()
    }
}

/// How a stage of an upload is called.
pub(in crate::pages) fn stage_name(stage: Stage, lang: Lang) -> &'static str {
    match stage {
        Stage::Received => m::stage_received(lang),
        Stage::Checked => m::stage_checked(lang),
        Stage::Transcoding => m::stage_transcoding(lang),
        Stage::Ready => m::stage_ready(lang),
        Stage::Failed => m::stage_failed(lang),
    }
}
