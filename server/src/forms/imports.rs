//! What happens when a sheet is sent to the studio? It is checked, loaded, and taken back.

use app::pages as p;
use app::view::Viewer;
use axum::extract::Path;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use content::ids::ImportId;
use content::import::{self, sent};
use content::{Error, Why, people};

use super::again::go_on;
use super::once::once;
use super::sent_file::{Parts, SentFiles};
use super::{Fields, Sent, value};
use crate::api::XLSX;
use crate::failure::Answer;
use crate::session::Asking;

pub(crate) async fn receive(Asking(viewer): Asking, parts: Parts) -> Answer<Response> {
    people::access::may_keep_content(viewer.actor()?)?;
    let folder = viewer.library.files().scratch("forms");
    let mut came = SentFiles::default();
    let received = came.receive(&viewer.library, parts, &folder).await;
    let (values, keyed) = (came.values.clone(), came.keyed());
    let keep = |viewer: Viewer, _| async move {
        let file = came.files.first().ok_or(Error::Invalid { field: "file", why: Why::Empty })?;
        let id = sent::receive(&viewer.library, viewer.actor()?, &file.filename, &file.path).await?;
        Ok(format!("/studio/import/{id}"))
    };
    let done = match received {
        Ok(()) => once(&viewer, &keyed, keep).await,
        Err(error) => Err(error),
    };
    go_on(viewer, done, values).await
}

pub(crate) async fn load(Asking(viewer): Asking, Path(id): Path<ImportId>, Sent(values): Fields) -> Answer<Response> {
    let leaves_out_wrong = value(&values, "leaves_out_wrong") == "1";
    sent::ask(&viewer.library, viewer.actor()?, &id, leaves_out_wrong).await?;
    Ok(Redirect::to(&format!("/studio/import/{id}")).into_response())
}

pub(crate) async fn undo(Asking(viewer): Asking, Path(run): Path<ImportId>) -> Answer<Response> {
    import::undo(&viewer.library, viewer.actor()?, &run).await?;
    Ok(Redirect::to("/studio/import").into_response())
}

/// A sheet to fill in, explained in the reader's language.
pub(crate) async fn template(Asking(viewer): Asking) -> Answer<Response> {
    let lang = viewer.lang;
    let explain = |heading| p::studio::explain(heading, lang);
    let book = import::template(&viewer.library, viewer.actor()?, explain).await?;
    let headers = [(CONTENT_TYPE, XLSX), (CONTENT_DISPOSITION, "attachment; filename=\"menpa-template.xlsx\"")];
    Ok((headers, book).into_response())
}
