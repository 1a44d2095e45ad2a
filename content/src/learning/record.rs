//! What did she watch just now? Reports come in, receipts go out: each event is answered once and for ever.

use super::clock_rule::{Allowance, is_future, is_too_early};
use super::intervals::scaled;
use super::{Event, Intervals, Ledger, Receipt, Report, progress, sql};
use crate::Library;
use crate::courses::{self, CourseState, Lesson};
use crate::db::{Tx, again, find_in, write};
use crate::error::{Error, Result, Why};
use crate::ids::{Language, PersonId, SessionId};
use crate::media;
use crate::people::Actor;

/// More than a day offline makes, even with one event every ten seconds of an eight-hour day.
const MOST_EVENTS: usize = 3000;
/// The longest id a device may make up.
const LONGEST_ID: usize = 64;
const MOST_INTERVALS: usize = 1000;

/// An event that was answered before.
#[derive(sqlx::FromRow)]
struct Answered {
    person: PersonId,
    receipt: Option<i64>,
    refused: Option<String>,
}

/// Writes a report into the ledger and answers every event with a numbered receipt or a reason.
/// Repeating a request gives the same answers and changes nothing.
///
/// # Errors
/// `Invalid` for a report that cannot be read at all; then nothing of it was kept.
pub async fn record(library: &Library, actor: &Actor, report: &Report) -> Result<Vec<Receipt>> {
    check_form(report)?;
    let lessons = load_lessons(library, actor, report).await?;
    // Two people who report the same events in another order wait for each other, or are both the first.
    again(|| write_down(library, actor, report, &lessons)).await
}

async fn write_down(
    library: &Library,
    actor: &Actor,
    report: &Report,
    lessons: &[Option<Taught>],
) -> Result<Vec<Receipt>> {
    let mut tx = library.db.begin().await?;
    let mut book = Book::open(library, &mut tx, actor).await?;
    let owns_session = claim_session(&mut tx, actor, &report.session, book.now).await?;
    let mut receipts = Vec::with_capacity(report.events.len());
    for (event, lesson) in report.events.iter().zip(lessons) {
        let refusal = if owns_session { None } else { Some(Why::OtherPersonsSession) };
        receipts.push(book.answer(&mut tx, &report.session, event, lesson.as_ref(), refusal).await?);
    }
    book.close(&mut tx).await?;
    tx.commit().await?;
    Ok(receipts)
}

fn check_form(report: &Report) -> Result<()> {
    let bad_id = |id: &str| id.is_empty() || id.len() > LONGEST_ID;
    if bad_id(report.session.as_str()) {
        return Err(Error::invalid("session", Why::Unreadable));
    }
    if report.events.len() > MOST_EVENTS {
        return Err(Error::invalid("events", Why::TooLarge));
    }
    for event in &report.events {
        if bad_id(event.id.as_str()) {
            return Err(Error::invalid("id", Why::Unreadable));
        }
        let backward = event.intervals.iter().any(|(from, to)| from > to || *from < 0);
        if backward || event.intervals.len() > MOST_INTERVALS {
            return Err(Error::invalid("intervals_ms", Why::OutOfRange));
        }
        if !(event.rate > 0.0 && event.rate <= 16.0) || event.position_ms < 0 {
            return Err(Error::invalid("rate", Why::OutOfRange));
        }
    }
    Ok(())
}

/// What an event is about: the lesson, and the length of the face that was played.
#[derive(Clone)]
struct Taught {
    lesson: Lesson,
    face_ms: Option<i64>,
}

impl Taught {
    /// The lengths of the lesson itself and of what was played.
    fn lengths_ms(&self) -> Option<(i64, i64)> {
        Some((self.lesson.duration_ms?, self.face_ms?))
    }
}

/// The lesson of each event, `None` where there is none that this person could be learning from. One that is hidden since
/// counts: she may have been offline.
async fn load_lessons(library: &Library, actor: &Actor, report: &Report) -> Result<Vec<Option<Taught>>> {
    let mut lessons: Vec<Option<Taught>> = Vec::with_capacity(report.events.len());
    for (index, event) in report.events.iter().enumerate() {
        let is_same = |each: &Event| each.lesson == event.lesson && each.face == event.face;
        let before = report.events[..index].iter().position(is_same);
        lessons.push(match before {
            Some(before) => lessons[before].clone(),
            None => match courses::load_lesson_ever(library, actor, &event.lesson).await {
                Ok((course, lesson)) if course.state == CourseState::Published => {
                    Some(taught(library, lesson, event.face).await?)
                }
                Ok(_) | Err(Error::NotFound(_)) => None,
                Err(error) => return Err(error),
            },
        });
    }
    Ok(lessons)
}

/// A face that has been taken away since is as long as the lesson itself.
async fn taught(library: &Library, lesson: Lesson, face: Option<Language>) -> Result<Taught> {
    let own = Taught { face_ms: lesson.duration_ms, lesson };
    let Some(face) = face else { return Ok(own) };
    let Some(resource) = courses::find_face(library, &own.lesson, face).await? else { return Ok(own) };
    let face_ms = media::find_resource(library, &resource).await?.and_then(|resource| resource.duration_ms);
    Ok(Taught { face_ms, ..own })
}

/// A session belongs to the first person who used it.
async fn claim_session(tx: &mut Tx, actor: &Actor, session: &SessionId, now: i64) -> Result<bool> {
    write!(tx, sql::ADD_SESSION, session, &actor.person, now)?;
    let owner = find_in!(tx, (PersonId,), sql::FIND_SESSION, session)?;
    Ok(owner.is_some_and(|owner| owner.0 == actor.person))
}

/// The receipt book of one person, locked until the report is written.
struct Book<'a> {
    person: &'a PersonId,
    first_signed_in_at: i64,
    now: i64,
    last_receipt: i64,
    allowance: Allowance,
    acknowledged: bool,
}

impl<'a> Book<'a> {
    async fn open(library: &'a Library, tx: &mut Tx, actor: &'a Actor) -> Result<Self> {
        let now = library.clock.now_ms();
        write!(tx, sql::OPEN_BOOK, &actor.person)?;
        // The update takes the row's lock on both engines: two requests of one person are answered one after the other.
        let row = find_in!(tx, (i64, Option<i64>, i64), sql::LOCK_BOOK, &actor.person)?;
        let (last_receipt, acknowledged_at, unspent_ms) =
            row.ok_or_else(|| Error::internal("the receipt book is gone"))?;
        let first_signed_in_at = actor.first_signed_in_at;
        let allowance = Allowance::since(acknowledged_at.unwrap_or(first_signed_in_at), unspent_ms, now);
        Ok(Self { person: &actor.person, first_signed_in_at, now, last_receipt, allowance, acknowledged: false })
    }

    async fn close(self, tx: &mut Tx) -> Result<()> {
        if self.acknowledged {
            write!(tx, sql::CLOSE_BOOK, self.person, self.last_receipt, self.now, self.allowance.leave())?;
        }
        Ok(())
    }

    async fn answer(
        &mut self,
        tx: &mut Tx,
        session: &SessionId,
        event: &Event,
        taught: Option<&Taught>,
        refusal: Option<Why>,
    ) -> Result<Receipt> {
        if let Some(answered) = find_in!(tx, Answered, sql::FIND_EVENT, &event.id)? {
            return self.repeat(tx, event, &answered).await;
        }
        let lengths = taught.and_then(Taught::lengths_ms);
        let (own_ms, face_ms) = lengths.unwrap_or_default();
        let played = Intervals::of(&event.intervals, face_ms);
        let refused = refusal.or_else(|| self.refuse(event, taught, &played));
        let receipt = refused.is_none().then(|| {
            self.last_receipt += 1;
            self.last_receipt
        });
        self.keep_event(tx, session, event, receipt, refused).await?;
        let ledger = match (taught, receipt) {
            (Some(taught), Some(receipt)) => {
                let played = played.scaled(face_ms, own_ms);
                let position_ms = scaled(event.position_ms.clamp(0, face_ms), face_ms, own_ms);
                self.enter(tx, event, &taught.lesson, &played, position_ms, receipt).await?
            }
            _ => self.ledger(tx, event).await?,
        };
        let ledger = ledger.told_in(own_ms, face_ms);
        self.acknowledged |= receipt.is_some();
        Ok(receipt_of(event, receipt, refused, &ledger))
    }

    async fn repeat(&self, tx: &mut Tx, event: &Event, answered: &Answered) -> Result<Receipt> {
        if &answered.person != self.person {
            let nothing = Ledger::default();
            return Ok(receipt_of(event, None, Some(Why::OtherPersonsEvent), &nothing));
        }
        let refused = answered.refused.as_deref().map(|code| Why::from_code(code).unwrap_or(Why::Unreadable));
        let ledger = self.ledger(tx, event).await?;
        Ok(receipt_of(event, answered.receipt, refused, &ledger))
    }

    fn refuse(&mut self, event: &Event, taught: Option<&Taught>, played: &Intervals) -> Option<Why> {
        match taught {
            None => Some(Why::NotPublished),
            Some(taught) if taught.lengths_ms().is_none() => Some(Why::LessonNotPlayable),
            _ if is_future(event.device_time, self.now) => Some(Why::FromTheFuture),
            _ if is_too_early(event.device_time, self.first_signed_in_at) => Some(Why::FasterThanTheClock),
            _ if !self.allowance.spend(played.covered_ms(), event.device_time) => Some(Why::FasterThanTheClock),
            _ => None,
        }
    }

    async fn keep_event(
        &self,
        tx: &mut Tx,
        session: &SessionId,
        event: &Event,
        receipt: Option<i64>,
        refused: Option<Why>,
    ) -> Result<()> {
        let intervals = serde_json::json!(event.intervals).to_string();
        write!(
            tx,
            sql::ADD_EVENT,
            &event.id,
            session,
            self.person,
            &event.lesson,
            intervals,
            event.position_ms,
            event.device_time,
            event.rate,
            self.now,
            receipt,
            refused.map(Why::code),
            event.face.map(Language::as_str)
        )?;
        Ok(())
    }

    async fn ledger(&self, tx: &mut Tx, event: &Event) -> Result<Ledger> {
        Ok(find_in!(tx, Ledger, sql::FIND_LEDGER, self.person, &event.lesson)?.unwrap_or_default())
    }

    /// Adds what was played to the ledger; the completion, once earned, stands.
    async fn enter(
        &self,
        tx: &mut Tx,
        event: &Event,
        lesson: &Lesson,
        played: &Intervals,
        position_ms: i64,
        receipt: i64,
    ) -> Result<Ledger> {
        let mut ledger = self.ledger(tx, event).await?;
        let length_ms = lesson.duration_ms.unwrap_or_default();
        ledger.intervals = ledger.intervals.with(played);
        let was_ms = std::mem::replace(&mut ledger.watched_ms, ledger.intervals.covered_ms());
        if event.device_time >= ledger.position_at {
            ledger.position_ms = position_ms;
            ledger.position_at = event.device_time;
        }
        // What was watched of a longer file, before it was replaced, stands and reaches no further than this one.
        let reached = ledger.intervals.within(length_ms).reach(lesson.threshold_percent, length_ms);
        let completes = ledger.completed_at.is_none() && reached;
        if completes {
            ledger.completed_at = Some(self.now);
            ledger.completion_receipt = Some(receipt);
        }
        write!(
            tx,
            sql::SET_LEDGER,
            self.person,
            &lesson.id,
            ledger.intervals.to_json(),
            ledger.watched_ms,
            ledger.position_ms,
            ledger.position_at,
            self.now,
            ledger.completed_at,
            ledger.completion_receipt
        )?;
        progress::add(tx, self.person, &lesson.course, completes, ledger.watched_ms - was_ms, self.now).await?;
        if completes {
            write!(tx, sql::COMPLETE_COURSE, self.person, &lesson.course, self.now, receipt)?;
        }
        Ok(ledger)
    }
}

fn receipt_of(event: &Event, receipt: Option<i64>, refused: Option<Why>, ledger: &Ledger) -> Receipt {
    Receipt {
        event: event.id.clone(),
        receipt,
        refused,
        watched_ms: ledger.watched_ms,
        completed: ledger.completed_at.is_some(),
    }
}
