//! What waits for my review, since when, and what would it change?

use content::courses::review;
use content::courses::revisions::{self, Revision, Waiting};
use content::media::{self, Resource, captions};
use content::proposals;
use leptos::prelude::*;

use super::differences::Names;
use super::fields;
use super::revisions::one;
use crate::messages as m;
use crate::parts::button::submit;
use crate::parts::empty::empty;
use crate::parts::field::{Field, problem_of_form};
use crate::parts::pagination::At;
use crate::parts::said::said;
use crate::view::{Form, Page, Viewer};
use crate::wire::Lang;

/// How many courses a page has: each comes with all that it changes.
const ROWS: usize = 8;
/// How many changes of files the first page has, and each further page of these.
const FILES: usize = 12;

/// # Errors
/// `NotSignedIn`, or `Forbidden` for people who review nothing.
pub async fn reviews(viewer: &Viewer, form: &Form) -> content::Result<Page> {
    let (actor, lang) = (viewer.actor()?, viewer.lang);
    let at = At::read(viewer, form);
    let page = review::list_waiting(&viewer.library, actor, at.page(ROWS)).await?;
    let waiting = page.items;
    let of_files = At::named("files_after", viewer, form);
    let files_page = proposals::list_waiting(&viewer.library, actor, of_files.page(FILES)).await?;
    let files = files_page.items;
    let names = Names::of(viewer, &waiting.iter().map(|each| &each.revision).collect::<Vec<_>>()).await?;
    let mut items = Vec::new();
    for each in &waiting {
        items.push(item(viewer, each, &names, &at, form).await?);
    }
    if at.is_first() {
        items.extend(super::proposals::waiting(viewer, &files, form).await?);
        items.extend(of_files.links(lang, "/studio/reviews", &[], files_page.next.as_deref()));
    }
    let list = if items.is_empty() && at.is_first() {
        empty(m::reviews_none(lang), m::reviews_none_text(lang), None)
    } else {
        items.into_any()
    };
    // The form may be of something that somebody else has reviewed since.
    let is_shown = waiting.iter().any(|each| form.value("form") == each.revision.id.as_str())
        || files.iter().any(|each| form.value("form") == each.id.as_str());
    let body = view! {
        <div class="page-head"><h1>{m::reviews_title(lang)}</h1></div>
        {super::sides(viewer)}
        <p class="lead">{m::reviews_lead(lang)}</p>
        {(!is_shown).then(|| problem_of_form(form))}
        {list}
        {at.links(lang, "/studio/reviews", &[], page.next.as_deref())}
    };
    Ok(Page::new(m::reviews_title(lang), body))
}

async fn item(viewer: &Viewer, waiting: &Waiting, names: &Names, at: &At, form: &Form) -> content::Result<AnyView> {
    let (actor, lang, revision) = (viewer.actor()?, viewer.lang, &waiting.revision);
    let comments =
        revisions::list_comments(&viewer.library, actor, &revision.course, (revision.number, revision.number)).await?;
    let own: Vec<_> =
        comments.iter().filter(|(number, _)| *number == revision.number).map(|(_, comment)| comment).collect();
    let videos = new_videos(viewer, revision).await?;
    let forms = view! { {videos}{verdict(viewer, revision, at, form)} }.into_any();
    let heading = view! {
        <h2 class="review-of"><a href=format!("/courses/{}", revision.course)>{said(&waiting.course_title, lang)}</a></h2>
    };
    Ok(view! { <section class="section">{heading}<ol class="revisions">{one(viewer, revision, names, &own, forms)}</ol></section> }
        .into_any())
}

/// What is new in it, to be watched here: nobody else sees it yet.
async fn new_videos(viewer: &Viewer, revision: &Revision) -> content::Result<Option<AnyView>> {
    let mut found: Vec<Resource> = Vec::new();
    for id in revision.after.new_resources(revision.before().as_ref()) {
        found.extend(media::find_resource(&viewer.library, &id).await?);
    }
    let lang = viewer.lang;
    let mut items = Vec::new();
    for resource in &found {
        items.push(watch(viewer, resource).await?);
    }
    let summary = m::reviews_files(lang, items.len());
    Ok((!found.is_empty()).then(|| folded(summary, items)))
}

/// A file of which something is to be changed, to be watched or read.
pub(super) async fn folded_file(viewer: &Viewer, resource: &Resource) -> content::Result<AnyView> {
    Ok(folded(m::reviews_file(viewer.lang).to_owned(), vec![watch(viewer, resource).await?]))
}

fn folded(summary: String, items: Vec<AnyView>) -> AnyView {
    view! {
        <details class="fold">
            <summary>{summary}</summary>
            <ul class="to-watch">{items}</ul>
        </details>
    }
    .into_any()
}

/// With the captions that learners will read: they are as much of it as what is said.
async fn watch(viewer: &Viewer, resource: &Resource) -> content::Result<AnyView> {
    let name = said(&resource.title, viewer.lang);
    let Some(address) = resource.progressive_address() else {
        return Ok(view! { <li><p><a href=resource.original_address()>{name}</a></p></li> }.into_any());
    };
    let captions = captions::list_captions(&viewer.library, &resource.id).await?;
    let tracks = captions.iter().enumerate().map(|(at, each)| {
        let (own, src) = (Lang::from(each.language), format!("/media/{}/captions/{}.vtt", resource.id, each.language));
        view! { <track kind="captions" srclang=each.language.as_str() label=own.own_name() src=src default=at == 0 /> }
    });
    let tracks = tracks.collect_view();
    Ok(view! {
        <li>
            <p>{name}</p>
            <video class="preview" controls playsinline preload="none" poster=resource.poster_address() src=address
                width=resource.width height=resource.height>{tracks}</video>
        </li>
    }
    .into_any())
}

fn verdict(viewer: &Viewer, revision: &Revision, page: &At, form: &Form) -> AnyView {
    let (lang, place) = (viewer.lang, revision.id.to_string());
    let form = fields::of(form, &place);
    let at = |verb: &str| format!("/studio/reviews/{}/{verb}#revision-{}", revision.course, revision.number);
    verdict_form(&form, place, at, page.kept(), lang)
}

/// What a reviewer says of what waits: it holds, or it goes back with a reason. `at` tells where each is sent; `more` goes along.
pub(super) fn verdict_form(
    form: &Form,
    place: String,
    at: impl Fn(&str) -> String,
    more: impl IntoAny,
    lang: Lang,
) -> AnyView {
    let comment =
        Field::new(form, "comment", m::comment_title(lang)).within(&place).hint(m::reviews_comment_hint(lang));
    view! {
        {problem_of_form(form)}
        <form class="form" method="post" action=at("approve")>
            {comment.max_chars(2000).area(3)}
            <p class="actions">
                {submit(m::reviews_approve(lang))}
                <button class="button danger" type="submit" formaction=at("send-back")>{m::reviews_send_back(lang)}</button>
            </p>
            <input type="hidden" name="form" value=place />
            {more.into_any()}
        </form>
    }
    .into_any()
}
