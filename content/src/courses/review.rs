//! Who has looked at it before learners see it? From a draft by way of a reviewer, who had no hand in it, to its day.

use super::authoring::load_for_editing;
use super::desk::Desk;
use super::editing::{Declared, Edited};
use super::laying::must_be_playable;
use super::revisions::{
    self, NewRevision, Revision, RevisionState, Significance, Waiting, load_for_insiders, must_differ,
};
use super::{Course, CourseState, sql};
use crate::Library;
use crate::audit;
use crate::changes::{self, Changed};
use crate::db::{Tx, find, find_in, list, list_in, write};
use crate::error::{Error, Result, Why};
use crate::ids::{CourseId, PersonId, RevisionId};
use crate::paging::{Mark, Paging, Part};
use crate::people::{self, Actor, access};
use crate::texts::clean;

/// The longest comment, in characters.
const COMMENT: usize = 2000;
/// Nothing is scheduled further ahead, in ms (two years).
const FURTHEST_MS: i64 = 2 * 366 * 24 * 3_600_000;

/// Shows a course to its learners, and with it what was proposed. A course that is published already stays so.
///
/// # Errors
/// As [`load_for_editing`]; `Conflict(ReviewNeeded)` where somebody else reviews it; `Conflict` when it has no lessons, or
/// one whose file failed or has not been looked at.
pub async fn publish(library: &Library, actor: &Actor, id: &CourseId) -> Result<Course> {
    let course = load_for_editing(library, actor, id).await?;
    let needs_review = people::has_reviewer(library, actor, course.owner_unit.as_ref()).await?;
    let mut tx = library.db.begin().await?;
    let desk = Desk::open(&mut tx, id).await?;
    if desk.course.state == CourseState::Published && desk.revision.is_none() {
        return Ok(desk.course);
    }
    let plan = desk.working();
    must_be_playable(&mut tx, &plan).await?;
    if needs_review {
        return Err(Error::Conflict(Why::ReviewNeeded));
    }
    let revision = match &desk.revision {
        Some(revision) => {
            let significance = revision.significance.as_str();
            write!(&mut tx, sql::SET_PROPOSED, &revision.id, plan.to_json(), significance, &revision.note)?;
            revision.id.clone()
        }
        None => add_first(library, &mut tx, actor, &desk, &Declared::default()).await?,
    };
    revisions::apply(library, &mut tx, &actor.person, &desk, &revision, &plan).await?;
    tx.commit().await?;
    library.nudge();
    load_for_editing(library, actor, id).await
}

/// Shows a course whose videos have not been looked at: whoever loads a whole library by hand vouches for its files. Where
/// somebody reviews it, it waits for that.
pub(crate) async fn publish_on_trust(library: &Library, actor: &Actor, id: &CourseId) -> Result<()> {
    let course = load_for_editing(library, actor, id).await?;
    let needs_review = people::has_reviewer(library, actor, course.owner_unit.as_ref()).await?;
    let mut tx = library.db.begin().await?;
    let desk = Desk::open(&mut tx, id).await?;
    if matches!(desk.course.state, CourseState::Published | CourseState::Review) {
        return Ok(());
    }
    write!(&mut tx, sql::WITHDRAW, id)?;
    let revision = add_first(library, &mut tx, actor, &desk, &Declared::default()).await?;
    if needs_review {
        write!(&mut tx, sql::SUBMIT, &revision, &actor.person, library.clock.now_ms(), None::<i64>)?;
        set_state(&mut tx, &desk.course, CourseState::Review).await?;
    } else {
        revisions::apply(library, &mut tx, &actor.person, &desk, &revision, &desk.live).await?;
    }
    tx.commit().await
}

/// The revision by which a course that is not shown comes to be shown.
async fn add_first(
    library: &Library,
    tx: &mut Tx,
    actor: &Actor,
    desk: &Desk,
    declared: &Declared,
) -> Result<RevisionId> {
    let shown = revisions::find_shown(tx, &desk.course.id).await?;
    let otherwise = if shown.is_some() { Significance::Same } else { Significance::New };
    let significance = declared.significance.unwrap_or(otherwise);
    let note = clean(&declared.note);
    let state = RevisionState::Open;
    let new = NewRevision { before: shown.as_ref(), after: &desk.live, significance, note: &note, state };
    revisions::add(library, tx, actor, &desk.course.id, new).await
}

/// Takes a published course out of sight. What was earned in it stays; what was proposed is laid aside.
///
/// # Errors
/// As [`load_for_editing`]; `Conflict(NotPublished)`.
pub async fn retire(library: &Library, actor: &Actor, id: &CourseId) -> Result<Course> {
    let course = load_for_editing(library, actor, id).await?;
    if course.state != CourseState::Published {
        return Err(Error::Conflict(Why::NotPublished));
    }
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::RETIRE, id)?;
    write!(&mut tx, sql::NOTE_SHOWN, id)?;
    write!(&mut tx, sql::WITHDRAW, id)?;
    changes::note(library, &mut tx, Changed::Course, id.as_str()).await?;
    audit::note(library, &mut tx, Some(&actor.person), "course.retire", id.as_str()).await?;
    tx.commit().await?;
    load_for_editing(library, actor, id).await
}

/// Asks the reviewers of its owner to look at a draft, or at what was proposed for a published course; `publish_at` (ms
/// since 1970 UTC) is when it is to be shown.
///
/// # Errors
/// As [`load_for_editing`]; `Conflict`: `InReview`, `NoReviewer`, `NoChanges`, or what is not playable; `Invalid(at)`.
pub async fn submit(
    library: &Library,
    actor: &Actor,
    id: &CourseId,
    declared: Declared,
    publish_at: Option<i64>,
) -> Result<Edited> {
    let course = load_for_editing(library, actor, id).await?;
    check_time(library, publish_at)?;
    if !people::has_reviewer(library, actor, course.owner_unit.as_ref()).await? {
        return Err(Error::Conflict(Why::NoReviewer));
    }
    let mut tx = library.db.begin().await?;
    let desk = Desk::open(&mut tx, id).await?;
    let revision = prepare(library, &mut tx, actor, &desk, &declared).await?;
    write!(&mut tx, sql::SUBMIT, &revision, &actor.person, library.clock.now_ms(), publish_at)?;
    write!(&mut tx, sql::ADD_AUTHOR, &revision, &actor.person)?;
    set_state(&mut tx, &desk.course, CourseState::Review).await?;
    audit::note(library, &mut tx, Some(&actor.person), "revision.submit", revision.as_str()).await?;
    tx.commit().await?;
    Ok(Edited::Proposed(revision))
}

/// The revision that is to be shown: what was proposed, or a draft as it stands.
async fn prepare(
    library: &Library,
    tx: &mut Tx,
    actor: &Actor,
    desk: &Desk,
    declared: &Declared,
) -> Result<RevisionId> {
    desk.must_be_open()?;
    let plan = desk.working();
    must_be_playable(tx, &plan).await?;
    match &desk.revision {
        Some(revision) => {
            if desk.course.state == CourseState::Published {
                must_differ(&desk.live, &plan)?;
            }
            let significance = declared.significance.unwrap_or(revision.significance).as_str();
            let note = if declared.note.is_empty() { revision.note.clone() } else { clean(&declared.note) };
            write!(tx, sql::SET_PROPOSED, &revision.id, plan.to_json(), significance, note)?;
            Ok(revision.id.clone())
        }
        None if desk.course.state == CourseState::Published => Err(Error::Conflict(Why::NoChanges)),
        None => add_first(library, tx, actor, desk, declared).await,
    }
}

/// A course that is shown stays shown while its revision waits.
async fn set_state(tx: &mut Tx, course: &Course, state: CourseState) -> Result<()> {
    if course.state != CourseState::Published {
        write!(tx, sql::SET_STATE, &course.id, state.as_str())?;
    }
    Ok(())
}

/// What a course is that is not shown and does not wait.
fn resting(course: &Course) -> CourseState {
    if course.published_at.is_some() { CourseState::Retired } else { CourseState::Draft }
}

/// Lets what waits be shown: at once, or at its time.
///
/// # Errors
/// `NotFound`, also for strangers; `Forbidden` for whoever keeps it and does not review it; `Conflict`: `NotInReview`, `OwnWork`, or what is not playable.
pub async fn approve(library: &Library, actor: &Actor, id: &CourseId, comment: &str) -> Result<Course> {
    let (mut tx, desk, revision) = take_up(library, actor, id).await?;
    let comment = checked_comment(comment, false)?;
    must_be_playable(&mut tx, &revision.after).await?;
    let now = library.clock.now_ms();
    add_comment(library, &mut tx, actor, &revision.id, "approved", &comment).await?;
    if revision.publish_at.is_some_and(|at| at > now) {
        decide(library, &mut tx, actor, &revision.id, RevisionState::Scheduled).await?;
    } else {
        decide(library, &mut tx, actor, &revision.id, RevisionState::Waiting).await?;
        revisions::apply(library, &mut tx, &actor.person, &desk, &revision.id, &revision.after).await?;
    }
    audit::note(library, &mut tx, Some(&actor.person), "revision.approve", revision.id.as_str()).await?;
    tx.commit().await?;
    library.nudge();
    load_for_insiders(library, actor, id).await
}

/// Gives what waits back to whoever made it, with what is missing.
///
/// # Errors
/// As [`approve`]; `Invalid(comment, Empty)` without a reason.
pub async fn send_back(library: &Library, actor: &Actor, id: &CourseId, comment: &str) -> Result<Course> {
    let (mut tx, desk, revision) = take_up(library, actor, id).await?;
    let comment = checked_comment(comment, true)?;
    add_comment(library, &mut tx, actor, &revision.id, "returned", &comment).await?;
    decide(library, &mut tx, actor, &revision.id, RevisionState::Returned).await?;
    set_state(&mut tx, &desk.course, resting(&desk.course)).await?;
    audit::note(library, &mut tx, Some(&actor.person), "revision.send_back", revision.id.as_str()).await?;
    tx.commit().await?;
    load_for_insiders(library, actor, id).await
}

/// What waits, for a reviewer who had no hand in it.
async fn take_up(library: &Library, actor: &Actor, id: &CourseId) -> Result<(Tx, Desk, Revision)> {
    let course = load_for_insiders(library, actor, id).await?;
    if !people::reviews(library, actor, course.owner_unit.as_ref()).await? {
        return Err(Error::Forbidden);
    }
    let mut tx = library.db.begin().await?;
    let desk = Desk::open(&mut tx, id).await?;
    let waiting = desk.revision.clone().filter(|revision| revision.state == RevisionState::Waiting);
    let revision = waiting.ok_or(Error::Conflict(Why::NotInReview))?;
    if had_a_hand(&mut tx, actor, &revision).await? {
        return Err(Error::Conflict(Why::OwnWork));
    }
    Ok((tx, desk, revision))
}

/// Whether she made or submitted any of it, or uploaded a file that is new in it.
async fn had_a_hand(tx: &mut Tx, actor: &Actor, revision: &Revision) -> Result<bool> {
    let authors = list_in!(tx, (PersonId,), sql::LIST_AUTHORS, &revision.id)?;
    if authors.iter().any(|(author,)| *author == actor.person) {
        return Ok(true);
    }
    for resource in revision.after.new_resources(revision.before().as_ref()) {
        let uploader = find_in!(tx, (PersonId,), sql::FIND_UPLOADER, &resource)?;
        if uploader.is_some_and(|(uploader,)| uploader == actor.person) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn decide(
    library: &Library,
    tx: &mut Tx,
    actor: &Actor,
    revision: &RevisionId,
    state: RevisionState,
) -> Result<()> {
    write!(tx, sql::DECIDE, revision, state.as_str(), &actor.person, library.clock.now_ms())?;
    Ok(())
}

/// Takes back what waits, so that it can be changed: a draft is a draft again, a proposal is put together further. What is
/// being put together is laid aside.
///
/// # Errors
/// As [`load_for_editing`]; `Conflict(NotInReview)` where nothing waits.
pub async fn withdraw(library: &Library, actor: &Actor, id: &CourseId) -> Result<Course> {
    load_for_editing(library, actor, id).await?;
    let mut tx = library.db.begin().await?;
    let desk = Desk::open(&mut tx, id).await?;
    let revision = desk.revision.as_ref().ok_or(Error::Conflict(Why::NotInReview))?;
    let waits = matches!(revision.state, RevisionState::Waiting | RevisionState::Scheduled);
    if waits && desk.course.state == CourseState::Published {
        write!(&mut tx, sql::REOPEN, &revision.id)?;
    } else {
        write!(&mut tx, sql::WITHDRAW, id)?;
    }
    set_state(&mut tx, &desk.course, resting(&desk.course)).await?;
    audit::note(library, &mut tx, Some(&actor.person), "revision.withdraw", revision.id.as_str()).await?;
    tx.commit().await?;
    load_for_editing(library, actor, id).await
}

/// Has a course, or what was proposed for it, shown at `at` (ms since 1970 UTC): what waits for a reviewer when it is
/// approved by then, and where nobody reviews, without more ado.
///
/// # Errors
/// As [`load_for_editing`]; `Invalid(at)` for what is not in the two years to come; `Conflict`: `ReviewNeeded` for what
/// has not been submitted, `NoChanges`, or what is not playable.
pub async fn schedule(library: &Library, actor: &Actor, id: &CourseId, at: i64) -> Result<Course> {
    let course = load_for_editing(library, actor, id).await?;
    check_time(library, Some(at))?;
    let needs_review = people::has_reviewer(library, actor, course.owner_unit.as_ref()).await?;
    let mut tx = library.db.begin().await?;
    let desk = Desk::open(&mut tx, id).await?;
    let waiting = desk
        .revision
        .as_ref()
        .filter(|revision| matches!(revision.state, RevisionState::Waiting | RevisionState::Scheduled));
    let revision = match waiting {
        Some(revision) => revision.id.clone(),
        None if needs_review => return Err(Error::Conflict(Why::ReviewNeeded)),
        None => {
            let revision = prepare(library, &mut tx, actor, &desk, &Declared::default()).await?;
            decide(library, &mut tx, actor, &revision, RevisionState::Scheduled).await?;
            set_state(&mut tx, &desk.course, CourseState::Review).await?;
            revision
        }
    };
    write!(&mut tx, sql::SET_TIME, &revision, at)?;
    audit::note(library, &mut tx, Some(&actor.person), "revision.schedule", revision.as_str()).await?;
    tx.commit().await?;
    load_for_editing(library, actor, id).await
}

fn check_time(library: &Library, at: Option<i64>) -> Result<()> {
    let now = library.clock.now_ms();
    if at.is_none_or(|at| at > now && at < now + FURTHEST_MS) {
        Ok(())
    } else {
        Err(Error::invalid("at", Why::OutOfRange))
    }
}

/// Says something about a revision, for whoever made it and whoever reviews it.
///
/// # Errors
/// `NotFound`; `Invalid(comment)`.
pub async fn comment(library: &Library, actor: &Actor, id: &CourseId, number: i64, text: &str) -> Result<()> {
    load_for_insiders(library, actor, id).await?;
    let text = checked_comment(text, true)?;
    let revision = find!(&library.db, Revision, sql::FIND_REVISION, id, number)?.ok_or(Error::NotFound("revision"))?;
    let mut tx = library.db.begin().await?;
    add_comment(library, &mut tx, actor, &revision.id, "comment", &text).await?;
    tx.commit().await
}

fn checked_comment(text: &str, required: bool) -> Result<String> {
    let text = clean(text);
    match text.chars().count() {
        0 if required => Err(Error::invalid("comment", Why::Empty)),
        count if count > COMMENT => Err(Error::invalid("comment", Why::TooLong)),
        _ => Ok(text),
    }
}

async fn add_comment(
    library: &Library,
    tx: &mut Tx,
    actor: &Actor,
    revision: &RevisionId,
    verdict: &str,
    text: &str,
) -> Result<()> {
    let id = uuid::Uuid::now_v7().simple().to_string();
    write!(tx, sql::ADD_COMMENT, id, revision, &actor.person, library.clock.now_ms(), verdict, text)?;
    Ok(())
}

/// What waits for this reviewer, the longest first, page by page.
///
/// # Errors
/// `Forbidden` for people who review nothing; `Invalid(after)`.
pub async fn list_waiting(library: &Library, actor: &Actor, paging: Paging<'_>) -> Result<Part<Waiting>> {
    if !access::reviews_content(actor) {
        return Err(Error::Forbidden);
    }
    let Mark { numbers: [since], id } = paging.mark(Mark::low())?;
    let rows = list!(&library.db, Waiting, sql::LIST_WAITING, &actor.person, since, &id, paging.most())?;
    Ok(paging.part(rows, |row| {
        let submitted_at = row.revision.submitted_at.unwrap_or_default();
        Mark { numbers: [submitted_at], id: row.revision.id.to_string() }.to_string()
    }))
}

/// Whether somebody besides her has to look at what she makes for a course.
///
/// # Errors
/// As [`load_for_editing`].
pub async fn needs_review(library: &Library, actor: &Actor, course: &Course) -> Result<bool> {
    people::has_reviewer(library, actor, course.owner_unit.as_ref()).await
}
