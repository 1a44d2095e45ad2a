//! What happens when a form on the way of a course to its learners is sent? Submitted, approved, sent back, put off.

use app::parts::toast::Done;
use app::view::Viewer;
use axum::extract::Path;
use axum::response::Response;
use content::courses::{review, revisions};
use content::ids::CourseId;
use content::{Error, Why};

use super::again::go_on;
use super::editing::{declared, said};
use super::once::once;
use super::{Fields, Sent, Values, on_course, value};
use crate::failure::Answer;
use crate::session::Asking;

/// The moment that was asked for, if one was.
fn time(values: &Values) -> content::Result<Option<i64>> {
    match value(values, "at") {
        "" => Ok(None),
        text => app::parts::say::moment(text).map(Some).ok_or(Error::Invalid { field: "at", why: Why::Unreadable }),
    }
}

pub(crate) async fn submit(Asking(viewer): Asking, Path(id): Path<CourseId>, Sent(values): Fields) -> Answer<Response> {
    let done = async {
        let (declared, at) = (declared(&values)?, time(&values)?);
        review::submit(&viewer.library, viewer.actor()?, &id, declared, at).await?;
        Ok(on_course(&id, Done::Submitted))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn schedule(
    Asking(viewer): Asking,
    Path(id): Path<CourseId>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = async {
        let at = time(&values)?.ok_or(Error::Invalid { field: "at", why: Why::Empty })?;
        review::schedule(&viewer.library, viewer.actor()?, &id, at).await?;
        Ok(on_course(&id, Done::Scheduled))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn withdraw(Asking(viewer): Asking, Path(id): Path<CourseId>) -> Answer<Response> {
    let done = async {
        review::withdraw(&viewer.library, viewer.actor()?, &id).await?;
        Ok(on_course(&id, Done::Withdrawn))
    };
    let done = done.await;
    go_on(viewer, done, Values::new()).await
}

pub(crate) async fn approve(
    Asking(viewer): Asking,
    Path(id): Path<CourseId>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = try_approve(&viewer, &id, &values).await;
    go_on(viewer, done, values).await
}

async fn try_approve(viewer: &Viewer, id: &CourseId, values: &Values) -> content::Result<String> {
    review::approve(&viewer.library, viewer.actor()?, id, value(values, "comment")).await?;
    Ok(Done::Approved.on("/studio/reviews"))
}

pub(crate) async fn send_back(
    Asking(viewer): Asking,
    Path(id): Path<CourseId>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = async {
        review::send_back(&viewer.library, viewer.actor()?, &id, value(&values, "comment")).await?;
        Ok(Done::SentBack.on("/studio/reviews"))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn comment(
    Asking(viewer): Asking,
    Path((id, number)): Path<(CourseId, i64)>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = once(&viewer, &values, |viewer, values| async move {
        review::comment(&viewer.library, viewer.actor()?, &id, number, value(&values, "comment")).await?;
        Ok(Done::Said.on(&format!("/studio/courses/{id}/revisions#revision-{number}")))
    });
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn restore(
    Asking(viewer): Asking,
    Path((id, number)): Path<(CourseId, i64)>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = async {
        let declared = declared(&values)?;
        let edited = revisions::restore(&viewer.library, viewer.actor()?, &id, number, declared).await?;
        Ok(said(&edited).on(&format!("/studio/courses/{id}/revisions")))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}
