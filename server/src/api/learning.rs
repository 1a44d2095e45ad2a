//! Reports of watching, and where a learner stands.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use content::ids::{Language, LessonId};
use content::learning::{self, Event, Receipt, Report};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::form::Body;
use crate::Platform;
use crate::failure::Answer;
use crate::session::Asking;

/// What one sitting on one device has to report.
#[derive(Deserialize, ToSchema)]
pub(crate) struct WatchForm {
    /// Made by the device; belongs to the first person who uses it.
    session: String,
    events: Vec<EventForm>,
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct EventForm {
    /// Made by the device; the same id is answered the same way for ever.
    id: String,
    /// The lesson's id; with `.zh`, `.bo` or `.en` behind it, where its face in that language was played.
    lesson: String,
    /// Played ranges in milliseconds of the medium: `[[from, to], …]`.
    intervals_ms: Vec<[f64; 2]>,
    #[serde(default)]
    position_ms: f64,
    /// When the event was closed, in epoch milliseconds.
    device_time: f64,
    #[serde(default = "normal_speed")]
    rate: f64,
}

fn normal_speed() -> f64 {
    1.0
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Receipts {
    receipts: Vec<ReceiptAnswer>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ReceiptAnswer {
    event: String,
    /// This person's next number; absent when the event was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Refusal>,
    watched_ms: i64,
    completed: bool,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Refusal {
    /// A stable word, such as `faster_than_the_clock`.
    kind: String,
    /// In the reader's language.
    message: String,
}

/// Milliseconds of a device, which may carry fractions.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates and turns NaN into zero")]
fn whole(ms: f64) -> i64 {
    ms.round() as i64
}

impl From<EventForm> for Event {
    fn from(form: EventForm) -> Self {
        let parts = form.lesson.rsplit_once('.').and_then(|(id, face)| Some((id, Language::parse(face)?)));
        let (lesson, face) = parts.map_or((form.lesson.as_str(), None), |(id, face)| (id, Some(face)));
        Self {
            id: form.id.into(),
            lesson: lesson.into(),
            face,
            intervals: form.intervals_ms.into_iter().map(|[from, to]| (whole(from), whole(to))).collect(),
            position_ms: whole(form.position_ms),
            device_time: whole(form.device_time),
            rate: form.rate,
        }
    }
}

/// Writes played ranges into the ledger; answers every event with a numbered receipt or a reason. At most 3,000 events,
/// 1,000 ranges an event and 20,000 in all, 200 lessons, ids of 64 bytes. Events that are not answered, because this
/// person's budget of the day ended among them, are to be sent again.
#[utoipa::path(post, path = "/api/v1/watch", request_body = WatchForm,
    responses((status = 200, body = Receipts), (status = 401, body = super::document::Problem), (status = 413, body = super::document::Problem),
        (status = 422, body = super::document::Problem), (status = 429, body = super::document::Problem)))]
pub(crate) async fn watch(
    Asking(viewer): Asking,
    headers: HeaderMap,
    Body(form): Body<WatchForm>,
) -> Answer<Json<Receipts>> {
    let actor = viewer.actor()?;
    // On a shared PC somebody else may have signed in since the page was opened: her events wait for her.
    if headers.get("menpa-person").is_some_and(|person| person != actor.person.as_str()) {
        return Err(content::Error::NotSignedIn.into());
    }
    let report = Report { session: form.session.into(), events: form.events.into_iter().map(Into::into).collect() };
    let receipts = learning::record(&viewer.library, actor, &report).await?;
    let answer = |receipt: Receipt| ReceiptAnswer {
        event: receipt.event.to_string(),
        receipt: receipt.receipt,
        refused: receipt.refused.map(|why| Refusal {
            kind: why.code().to_owned(),
            message: app::problem::reason(why, viewer.lang).to_owned(),
        }),
        watched_ms: receipt.watched_ms,
        completed: receipt.completed,
    };
    Ok(Json(Receipts { receipts: receipts.into_iter().map(answer).collect() }))
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Position {
    position_ms: i64,
    watched_ms: i64,
    intervals_ms: Vec<(i64, i64)>,
    completed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<i64>,
}

/// Where the reader stands in a lesson.
#[utoipa::path(get, path = "/api/v1/lessons/{id}/position", params(("id" = String, Path)),
    responses((status = 200, body = Position), (status = 404, body = super::document::Problem)))]
pub(crate) async fn position(
    State(platform): State<Platform>,
    Asking(viewer): Asking,
    Path(id): Path<LessonId>,
) -> Answer<Json<Position>> {
    let ledger = learning::load_position(&platform.library, viewer.actor()?, &id).await?;
    Ok(Json(Position {
        position_ms: ledger.position_ms,
        watched_ms: ledger.watched_ms,
        intervals_ms: ledger.intervals.as_slice().to_vec(),
        completed: ledger.completed_at.is_some(),
        receipt: ledger.completion_receipt,
    }))
}
