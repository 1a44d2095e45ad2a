//! The queue: what is being done, and hands on it.

use axum::Json;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use content::ids::JobId;
use content::media::{encoding, jobs};
use content::queue::{self, Job};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::form::Body;
use super::paging::Paging;
use crate::failure::Answer;
use crate::session::Asking;

#[derive(Serialize, ToSchema)]
pub(crate) struct JobAnswer {
    id: String,
    /// probe, transcode, caption or shelve.
    kind: String,
    /// Which renditions a transcode makes: first, stills, small, fine or sharp.
    part: Option<String>,
    /// Which language captions are made in.
    language: Option<String>,
    resource: String,
    /// queued, running, paused, done, failed or cancelled.
    state: String,
    /// The worker that holds it.
    owner: Option<String>,
    created_by: Option<String>,
    created_at: i64,
    /// How long ago it was enqueued.
    age_ms: i64,
    attempts: i64,
    percent: f64,
    /// Seconds of media that it went through in each second of work.
    speed: Option<f64>,
    cause: Option<String>,
    /// When it will be tried, for a job that waits.
    next_try: Option<i64>,
}

fn job_answer(job: Job, now: i64) -> JobAnswer {
    JobAnswer {
        speed: job.speed(now),
        next_try: (job.state == content::queue::JobState::Queued).then_some(job.ready_at),
        id: job.id.to_string(),
        part: job.part,
        language: job.language,
        kind: job.kind.to_string(),
        resource: job.subject,
        state: job.state.to_string(),
        owner: job.owner,
        created_by: job.created_by.map(|person| person.to_string()),
        created_at: job.created_at,
        age_ms: now - job.created_at,
        attempts: job.attempts,
        percent: job.percent,
        cause: job.cause,
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Jobs {
    items: Vec<JobAnswer>,
    /// Since when nobody takes up an encoding; absent while they do.
    paused_at: Option<i64>,
    next: Option<String>,
}

/// The jobs, the newest first.
#[utoipa::path(get, path = "/api/v1/jobs", params(Paging),
    responses((status = 200, body = Jobs), (status = 403, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn list_jobs(Asking(viewer): Asking, Query(paging): Query<Paging>) -> Answer<Json<Jobs>> {
    let now = viewer.library.clock.now_ms();
    let page = jobs::list_jobs(&viewer.library, viewer.actor()?, paging.page()?).await?;
    let paused_at = queue::find_pause(&viewer.library).await?.map(|pause| pause.paused_at);
    let items = page.items.into_iter().map(|job| job_answer(job, now)).collect();
    Ok(Json(Jobs { items, paused_at, next: page.next }))
}

/// Puts a failed, cancelled or paused job back into the queue.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/retry", params(("id" = String, Path)),
    responses((status = 200, body = JobAnswer), (status = 404, body = super::document::Problem), (status = 409, body = super::document::Problem)))]
pub(crate) async fn retry(Asking(viewer): Asking, Path(id): Path<JobId>) -> Answer<Json<JobAnswer>> {
    let job = jobs::retry(&viewer.library, viewer.actor()?, &id).await?;
    Ok(Json(job_answer(job, viewer.library.clock.now_ms())))
}

/// Stops a job that waits or runs.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/cancel", params(("id" = String, Path)),
    responses((status = 200, body = JobAnswer), (status = 404, body = super::document::Problem), (status = 409, body = super::document::Problem)))]
pub(crate) async fn cancel(Asking(viewer): Asking, Path(id): Path<JobId>) -> Answer<Json<JobAnswer>> {
    let job = jobs::cancel(&viewer.library, viewer.actor()?, &id).await?;
    Ok(Json(job_answer(job, viewer.library.clock.now_ms())))
}

/// Lays a job aside until it is put back.
#[utoipa::path(post, path = "/api/v1/jobs/{id}/pause", params(("id" = String, Path)),
    responses((status = 200, body = JobAnswer), (status = 404, body = super::document::Problem), (status = 409, body = super::document::Problem)))]
pub(crate) async fn pause(Asking(viewer): Asking, Path(id): Path<JobId>) -> Answer<Json<JobAnswer>> {
    let job = jobs::pause(&viewer.library, viewer.actor()?, &id).await?;
    Ok(Json(job_answer(job, viewer.library.clock.now_ms())))
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct QueueForm {
    paused: bool,
}

/// Lets nobody take up an encoding, or takes that back; uploads are still looked at.
#[utoipa::path(put, path = "/api/v1/queue", request_body = QueueForm,
    responses((status = 204), (status = 403, body = super::document::Problem), (status = 422, body = super::document::Problem)))]
pub(crate) async fn set_queue(Asking(viewer): Asking, Body(form): Body<QueueForm>) -> Answer<StatusCode> {
    jobs::pause_queue(&viewer.library, viewer.actor()?, form.paused).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Encoding {
    /// How many videos wait to be encoded anew.
    videos: i64,
}

/// Encodes the whole library anew in the background; what plays stays until each part of its successor is whole.
#[utoipa::path(post, path = "/api/v1/queue/encode-all",
    responses((status = 202, body = Encoding), (status = 403, body = super::document::Problem)))]
pub(crate) async fn encode_all(Asking(viewer): Asking) -> Answer<(StatusCode, Json<Encoding>)> {
    let videos = encoding::encode_all_again(&viewer.library, viewer.actor()?).await?;
    Ok((StatusCode::ACCEPTED, Json(Encoding { videos })))
}
