//! What happens when a form about videos is sent? Uploads, captions, encodings, and the queue.

use app::parts::toast::Done;
use app::view::Viewer;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use content::courseware;
use content::ids::{JobId, Language, ResourceId};
use content::media::captions::write::Cue;
use content::media::uploads::{self, NewUpload};
use content::media::{self, Chosen, Class, captions, encoding, jobs};
use content::{Error, Why, people};

use super::again::go_on;
use super::once::{once, once_named};
use super::sent_file::{Parts, SentFile, SentFiles, read_small};
use super::{Fields, Sent, Values, language_of, value};
use crate::failure::Answer;
use crate::session::Asking;

/// More cues than the longest lecture has.
const MOST_CUES: usize = 20_000;

pub(crate) async fn retry(Asking(viewer): Asking, Path(id): Path<JobId>) -> Answer<Response> {
    let job = jobs::retry(&viewer.library, viewer.actor()?, &id).await?;
    Ok(Redirect::to(&format!("/studio/resources/{}", job.subject)).into_response())
}

pub(crate) async fn cancel(Asking(viewer): Asking, Path(id): Path<JobId>) -> Answer<Response> {
    let job = jobs::cancel(&viewer.library, viewer.actor()?, &id).await?;
    Ok(Redirect::to(&format!("/studio/resources/{}", job.subject)).into_response())
}

/// Encodes a video again, as the chosen kind of picture or as it was taken for.
pub(crate) async fn encode_again(
    Asking(viewer): Asking,
    Path(id): Path<ResourceId>,
    Sent(values): Fields,
) -> Answer<Response> {
    let chosen = Chosen { class: Class::parse(value(&values, "class")), denoise: value(&values, "denoise") == "1" };
    media::encode_again(&viewer.library, viewer.actor()?, &id, chosen).await?;
    Ok(Redirect::to(&format!("/studio/resources/{id}")).into_response())
}

/// Makes the pages of courseware anew.
pub(crate) async fn make_pages(Asking(viewer): Asking, Path(id): Path<ResourceId>) -> Answer<Response> {
    courseware::make_again(&viewer.library, viewer.actor()?, &id).await?;
    Ok(Redirect::to(&format!("/studio/resources/{id}")).into_response())
}

/// Lays a job aside.
pub(crate) async fn pause(Asking(viewer): Asking, Path(id): Path<JobId>) -> Answer<Response> {
    jobs::pause(&viewer.library, viewer.actor()?, &id).await?;
    Ok(Redirect::to("/studio/jobs").into_response())
}

pub(crate) async fn pause_queue(Asking(viewer): Asking) -> Answer<Response> {
    jobs::pause_queue(&viewer.library, viewer.actor()?, true).await?;
    Ok(Redirect::to("/studio/jobs").into_response())
}

pub(crate) async fn resume_queue(Asking(viewer): Asking) -> Answer<Response> {
    jobs::pause_queue(&viewer.library, viewer.actor()?, false).await?;
    Ok(Redirect::to("/studio/jobs").into_response())
}

/// Encodes the whole library anew, in the background.
pub(crate) async fn encode_all_again(Asking(viewer): Asking) -> Answer<Response> {
    encoding::encode_all_again(&viewer.library, viewer.actor()?).await?;
    Ok(Redirect::to(&Done::EncodingAll.on("/studio/jobs")).into_response())
}

/// Captions as typed text or as a file, in whatever encoding it is.
pub(crate) async fn set_captions(Asking(viewer): Asking, Path(id): Path<ResourceId>, parts: Parts) -> Answer<Response> {
    let (values, file) = read_small(parts).await?;
    let done = async {
        let language = language_of(&values)?;
        let typed = value(&values, "captions").as_bytes();
        let sent = file.as_deref().filter(|file| !file.is_empty()).unwrap_or(typed);
        captions::set_captions(&viewer.library, viewer.actor()?, &id, language, sent).await?;
        Ok(Done::CaptionsSaved.on(&format!("/studio/resources/{id}")))
    }
    .await;
    go_on(viewer, done, values).await
}

/// Captions as they were edited, one row a cue.
pub(crate) async fn save_cues(
    Asking(viewer): Asking,
    Path((id, language)): Path<(ResourceId, String)>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = async {
        let cues = typed_cues(&values)?;
        captions::save_cues(&viewer.library, viewer.actor()?, &id, captions::language(&language)?, cues).await?;
        Ok(Done::CaptionsSaved.on(&format!("/studio/resources/{id}/captions/{language}")))
    }
    .await;
    go_on(viewer, done, values).await
}

fn typed_cues(values: &Values) -> content::Result<Vec<Cue>> {
    let rows = app::view::rows(values, &["text"]);
    if rows.len() > MOST_CUES {
        return Err(Error::Invalid { field: "captions", why: Why::TooLong });
    }
    let of = |name: &str, row: u32| value(values, &format!("{name}_{row}")).to_owned();
    let mut cues = Vec::new();
    for row in rows {
        if let Some(cue) = Cue::typed(&of("from", row), &of("to", row), &of("text", row))? {
            // Browsers send line ends as two characters.
            let before = of("before", row).replace("\r\n", "\n");
            cues.push(Cue { settings: of("settings", row), before, ..cue });
        }
    }
    Ok(cues)
}

/// Says everything a little later, or earlier.
pub(crate) async fn shift_captions(
    Asking(viewer): Asking,
    Path((id, language)): Path<(ResourceId, String)>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = once_named(&viewer, &values, |viewer, values| async move {
        let (by, from) = (value(&values, "shift"), value(&values, "shift_from"));
        captions::shift(&viewer.library, viewer.actor()?, &id, captions::language(&language)?, by, from).await?;
        Ok(Done::CaptionsSaved.on(&format!("/studio/resources/{id}/captions/{language}")))
    })
    .await;
    go_on(viewer, done, values).await
}

/// Asks the captions program for captions.
pub(crate) async fn ask_for_captions(
    Asking(viewer): Asking,
    Path(id): Path<ResourceId>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = async {
        let language = language_of(&values)?;
        captions::automatic::ask(&viewer.library, viewer.actor()?, &id, language).await?;
        Ok(Done::CaptionsAsked.on(&format!("/studio/resources/{id}")))
    }
    .await;
    go_on(viewer, done, values).await
}

pub(crate) async fn remove_captions(
    Asking(viewer): Asking,
    Path((id, language)): Path<(ResourceId, String)>,
) -> Answer<Response> {
    captions::remove_captions(&viewer.library, viewer.actor()?, &id, captions::language(&language)?).await?;
    Ok(Redirect::to(&Done::CaptionsRemoved.on(&format!("/studio/resources/{id}"))).into_response())
}

/// An upload by a plain form, for browsers without scripts. It cannot be continued, but it is as good when it arrives.
pub(crate) async fn upload(Asking(viewer): Asking, parts: Parts) -> Answer<Response> {
    let actor = viewer.actor()?;
    people::access::may_keep_content(actor)?;
    let folder = viewer.library.files().scratch("forms");
    let mut sent = SentFiles::default();
    let received = sent.receive(&viewer.library, parts, &folder).await;
    let values = sent.values.clone();
    let keyed = sent.keyed();
    let done = match received {
        Ok(()) => once(&viewer, &keyed, |viewer, _| async move { keep_uploads(&viewer, &sent).await }).await,
        Err(error) => Err(error),
    };
    go_on(viewer, done, values).await
}

/// The title is for a single file; several are called by their names.
async fn keep_uploads(viewer: &Viewer, sent: &SentFiles) -> content::Result<String> {
    let language = language_of(&sent.values)?;
    match &sent.files[..] {
        [] => Err(Error::Invalid { field: "file", why: Why::Empty }),
        [file] => {
            let id = keep_upload(viewer, file, value(&sent.values, "title"), language).await?;
            Ok(format!("/studio/resources/{id}"))
        }
        files => {
            for file in files {
                keep_upload(viewer, file, "", language).await?;
            }
            Ok("/studio/resources?mine=1".to_owned())
        }
    }
}

async fn keep_upload(viewer: &Viewer, sent: &SentFile, title: &str, language: Language) -> content::Result<ResourceId> {
    let SentFile { path, filename, content_type, size_bytes, .. } = sent;
    let new = NewUpload { filename, content_type, title, language, size_bytes: *size_bytes };
    uploads::take_in(&viewer.library, viewer.actor()?, path, &new).await
}
