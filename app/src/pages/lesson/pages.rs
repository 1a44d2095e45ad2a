//! What does a lesson look like that is read? Its pages instead of a player, and what the recording script needs.

use content::courses::prospectus;
use content::courseware::{self, Page as Sheet, reading};
use content::media::{self, Stage};
use leptos::prelude::*;
use leptos::serde_json::{Value, json};

use super::{Lecture, handouts};
use crate::messages as m;
use crate::parts::reader::{self, Reader};
use crate::parts::said::{plain, said};
use crate::view::{Page, Programs, Viewer};
use crate::wire::Lang;

impl Lecture {
    /// The lesson as a page; `asked` is the page of the courseware to open at; without, where she left it.
    ///
    /// # Errors
    /// `NotSignedIn`, `Internal`.
    pub(super) async fn to_read(&self, viewer: &Viewer, way: AnyView, asked: Option<i64>) -> content::Result<Page> {
        let lang = self.lang;
        let pages = courseware::list_pages(&viewer.library, &self.file.resource.id).await?;
        let left_at = reading::page_at(&pages, self.ledger.position_ms).map_or(1, |page| page.number);
        let reader = Reader {
            resource: &self.file.resource,
            pages: &pages,
            here: self.here(),
            at: Some(asked.unwrap_or(left_at).clamp(1, i64::try_from(pages.len()).unwrap_or(1).max(1))),
            intervals: Some(self.ledger.intervals.as_slice()),
            lang,
        };
        let content =
            if pages.is_empty() { self.nothing_to_read(viewer).await? } else { self.reading(viewer, &reader)? };
        let body = view! {
            {way}
            <h1>{said(&self.lesson.title, lang)}</h1>
            <p class="facts">
                {reader::length(i64::try_from(pages.len()).unwrap_or_default(), self.file.resource.duration_ms, lang)}
                <span>{m::lesson_goal_text(lang, self.lesson.threshold_percent)}</span>
            </p>
            <div class="lesson">
                <div>{self.other_faces()}{content}{self.go_on()}{self.about()}</div>
                <div class="aside">{self.next()}{handouts(&self.outline, lang)}</div>
            </div>
        };
        let mut page = Page::new(plain(&self.lesson.title, lang), body);
        page.programs = Programs { reader: !pages.is_empty(), ..Programs::default() };
        Ok(page)
    }

    fn reading(&self, viewer: &Viewer, reader: &Reader<'_>) -> content::Result<AnyView> {
        let lang = self.lang;
        let without_scripts = format!(r#"<p class="notice">{}</p>"#, m::reader_without_scripts(lang));
        let at = reader.at.unwrap_or(1);
        // With scripts the page is turned to; without, one press does it.
        let go_on = (at > reader.stretch().first).then(|| {
            let label = m::reader_continue(lang, at);
            let link = format!(r##"<p class="actions"><a class="button quiet" href="#page-{at}">{label}</a></p>"##);
            view! { <noscript inner_html=link></noscript> }
        });
        let view = view! {
            {reader.cost()}
            <div class="states">
                <p id="receipt-state" role="status">{self.standing()}</p>
                <noscript inner_html=without_scripts></noscript>
            </div>
            {go_on}
            {reader.bar()}
            {reader.sheets()}
            <p class="soft" id="reader-keys" hidden>{m::reader_keys(lang)}</p>
            <script type="application/json" id="reading-state" inner_html=self.reading_facts(viewer, reader)?></script>
        };
        Ok(view.into_any())
    }

    async fn nothing_to_read(&self, viewer: &Viewer) -> content::Result<AnyView> {
        let lang = self.lang;
        let original = reader::original(&self.file.resource, lang);
        let words = match self.file.resource.stage {
            Stage::Failed => view! { <p class="notice bad">{m::reader_failed(lang)}</p> }.into_any(),
            Stage::Ready => view! { <p class="notice">{m::reader_nothing(lang)}</p> }.into_any(),
            _ => {
                let now = media::load_progress(&viewer.library, &self.file.resource.id).await?;
                let said = m::reader_not_ready(lang, format!("{:.0}", now.percent));
                view! { <p class="notice" role="status">{said}</p><p>{m::reader_not_ready_text(lang)}</p> }.into_any()
            }
        };
        Ok(view! { {words}<p>{original}</p> }.into_any())
    }

    /// The JSON that the recording script reads; `<` is written so that no text can end the script.
    fn reading_facts(&self, viewer: &Viewer, reader: &Reader<'_>) -> content::Result<String> {
        let facts = json!({
            "lesson": self.key(),
            "person": viewer.actor()?.person,
            "now_ms": viewer.library.clock.now_ms(),
            "duration_ms": self.file.resource.duration_ms.unwrap_or_default(),
            "watched_ms": self.ledger.watched_ms,
            "completed": self.ledger.completed_at.is_some(),
            "receipt": self.ledger.completion_receipt,
            "intervals_ms": self.ledger.intervals.as_slice(),
            "page": reader.at,
            "pages": reader.pages.iter().map(place).collect::<Vec<_>>(),
            "texts": super::player::texts(self.lang),
        });
        Ok(facts.to_string().replace('<', "\\u003c"))
    }
}

/// How long a page takes to read; where it begins follows from those before it.
fn place(page: &Sheet) -> Value {
    page.reading_ms.into()
}

/// A handout to read: the same pages, without a ledger.
///
/// # Errors
/// `NotSignedIn`, `NotFound`, `Internal`.
pub async fn handout(
    viewer: &Viewer,
    course: &content::ids::CourseId,
    resource: &content::ids::ResourceId,
    asked: Option<i64>,
) -> content::Result<Page> {
    let (library, lang) = (&viewer.library, viewer.lang);
    let open = prospectus::open_to(library, viewer.actor()?).await?;
    let outline = prospectus::load_shown(library, viewer.actor()?, &open, course).await?;
    let handout = outline.handouts.iter().find(|handout| &handout.id == resource);
    let handout = handout.ok_or(content::Error::NotFound("resource"))?;
    let pages = courseware::list_pages(library, resource).await?;
    let here = format!("/courses/{course}/handouts/{resource}");
    let reader = Reader { resource: handout, pages: &pages, here, at: asked, intervals: None, lang };
    let body = view! {
        {super::way_to_course(open.column(&outline.course.column), &outline, lang)}
        <h1>{said(&handout.title, lang)}</h1>
        {read_along(&reader, lang)}
    };
    let programs = Programs { reader: !pages.is_empty(), ..Programs::default() };
    Ok(Page { programs, ..Page::new(plain(&handout.title, lang), body) })
}

fn read_along(reader: &Reader<'_>, lang: Lang) -> AnyView {
    if reader.pages.is_empty() {
        let original = reader::original(reader.resource, lang);
        return view! { <p class="notice">{m::reader_nothing(lang)}</p><p>{original}</p> }.into_any();
    }
    let count = i64::try_from(reader.pages.len()).unwrap_or_default();
    view! {
        <p class="facts">{reader::length(count, reader.resource.duration_ms, lang)}</p>
        <div class="reading">
            {reader.cost()}
            {reader.bar()}
            {reader.sheets()}
            <p class="soft" id="reader-keys" hidden>{m::reader_keys(lang)}</p>
        </div>
    }
    .into_any()
}
