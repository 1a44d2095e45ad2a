//! How are some events of a report answered together? What is known is read, all is decided in memory, then each lesson
//! is written once, and the events in the order of their ids: two people who report the same ids wait, and do not lock
//! each other out.

use std::collections::HashMap;

use super::book::{Book, Carried};
use super::taught::{Lessons, Taught};
use crate::Library;
use crate::db::{Tx, find, find_in, write};
use crate::error::{Error, Result, Why};
use crate::ids::{CourseId, EventId, Language, LessonId, PersonId, SessionId};
use crate::learning::clock_rule::{is_future, is_too_early};
use crate::learning::intervals::scaled;
use crate::learning::{Event, Intervals, Ledger, Receipt, find_ledger, progress, sql};
use crate::people::Actor;

/// Somebody else may write the same ids at the same moment; then what they wrote is seen the next time.
const TRIES: usize = 3;

/// An event that was answered before.
#[derive(Clone, sqlx::FromRow)]
struct Answered {
    person: PersonId,
    receipt: Option<i64>,
    refused: Option<String>,
}

/// The answers of one go.
pub(super) struct Answers {
    pub receipts: Vec<Receipt>,
    /// The budget ended here: the next event would fit in so many seconds.
    pub retry_after_s: Option<i64>,
}

/// One report on its way into the ledger.
pub(super) struct Sitting<'a> {
    library: &'a Library,
    actor: &'a Actor,
    session: &'a SessionId,
    lessons: &'a Lessons,
    carried: Option<Carried>,
}

impl<'a> Sitting<'a> {
    pub(super) fn new(library: &'a Library, actor: &'a Actor, session: &'a SessionId, lessons: &'a Lessons) -> Self {
        Self { library, actor, session, lessons, carried: None }
    }

    /// Answers a go in one transaction; in none at all where everything was answered before.
    pub(super) async fn answer(&mut self, events: &[Event]) -> Result<Answers> {
        let mut known = HashMap::new();
        for event in events {
            if let Some(answered) = find!(&self.library.db, Answered, sql::FIND_EVENT, &event.id)? {
                known.insert(event.id.clone(), answered);
            }
        }
        if events.iter().all(|event| known.contains_key(&event.id)) {
            return self.repeat(events, &known).await;
        }
        for _ in 0..TRIES {
            match self.write(events, known.clone()).await {
                Ok(None) | Err(Error::LostRace(_)) => {}
                Ok(Some(answers)) => return Ok(answers),
                Err(error) => return Err(error),
            }
        }
        Err(Error::internal("others kept writing the same events"))
    }

    async fn repeat(&self, events: &[Event], known: &HashMap<EventId, Answered>) -> Result<Answers> {
        let mut ledgers: HashMap<&LessonId, Ledger> = HashMap::new();
        for event in events {
            if !ledgers.contains_key(&event.lesson) {
                let ledger = find_ledger(self.library, self.actor, &event.lesson).await?;
                ledgers.insert(&event.lesson, ledger.unwrap_or_default());
            }
        }
        let receipts = events.iter().map(|event| {
            let taught = self.lessons.of(event);
            again(&self.actor.person, event, taught, &known[&event.id], &ledgers[&event.lesson])
        });
        Ok(Answers { receipts: receipts.collect(), retry_after_s: None })
    }

    /// `None`: somebody else took an id meanwhile, and nothing was written.
    async fn write(&mut self, events: &[Event], known: HashMap<EventId, Answered>) -> Result<Option<Answers>> {
        let mut tx = self.library.db.begin().await?;
        let book = Book::open(self.library, &mut tx, self.actor, self.carried.as_ref()).await?;
        let mut desk = Desk::open(self, &mut tx, book, events, known).await?;
        let answers = desk.answer_all(events);
        if !desk.write(&mut tx, self.session).await? {
            return Ok(None);
        }
        tx.commit().await?;
        self.carried = Some(desk.book.carry());
        Ok(Some(answers))
    }
}

/// A ledger, and what it gained.
#[derive(Default)]
struct Page {
    ledger: Ledger,
    was_ms: i64,
    completes: bool,
    /// The course of its lesson, once there is something to write.
    course: Option<CourseId>,
}

/// An event that was answered now, as it is kept.
struct Kept<'e> {
    event: &'e Event,
    receipt: Option<i64>,
    refused: Option<Why>,
    /// What counts of it.
    played: Intervals,
}

/// Everything that deciding needs, in memory.
struct Desk<'d, 'e> {
    actor: &'d Actor,
    lessons: &'d Lessons,
    book: Book,
    owns_session: bool,
    known: HashMap<EventId, Answered>,
    pages: HashMap<&'e LessonId, Page>,
    kept: Vec<Kept<'e>>,
    /// Courses in which a lesson was completed, each with the last receipt that did.
    completed: HashMap<CourseId, i64>,
}

impl<'d, 'e> Desk<'d, 'e> {
    async fn open(
        sitting: &Sitting<'d>,
        tx: &mut Tx,
        book: Book,
        events: &'e [Event],
        mut known: HashMap<EventId, Answered>,
    ) -> Result<Self> {
        let actor = sitting.actor;
        let owner = find_in!(tx, (PersonId,), sql::FIND_SESSION, sitting.session)?;
        let mut pages = HashMap::new();
        for event in events {
            if !known.contains_key(&event.id)
                && let Some(answered) = find_in!(tx, Answered, sql::FIND_EVENT, &event.id)?
            {
                known.insert(event.id.clone(), answered);
            }
            if !pages.contains_key(&event.lesson) {
                let ledger = find_in!(tx, Ledger, sql::FIND_LEDGER, &actor.person, &event.lesson)?;
                let ledger = ledger.unwrap_or_default();
                pages.insert(&event.lesson, Page { was_ms: ledger.watched_ms, ledger, ..Page::default() });
            }
        }
        Ok(Self {
            actor,
            lessons: sitting.lessons,
            book,
            owns_session: owner.is_none_or(|(owner,)| owner == actor.person),
            known,
            pages,
            kept: Vec::new(),
            completed: HashMap::new(),
        })
    }

    fn answer_all(&mut self, events: &'e [Event]) -> Answers {
        let mut receipts = Vec::with_capacity(events.len());
        for event in events {
            match self.answer(event) {
                Ok(receipt) => receipts.push(receipt),
                Err(retry_after_s) => return Answers { receipts, retry_after_s: Some(retry_after_s) },
            }
        }
        Answers { receipts, retry_after_s: None }
    }

    /// # Errors
    /// In how many seconds the budget has room for it.
    fn answer(&mut self, event: &'e Event) -> std::result::Result<Receipt, i64> {
        let taught = self.lessons.of(event);
        let mut page = self.pages.remove(&event.lesson).unwrap_or_default();
        let receipt = match self.known.get(&event.id) {
            Some(answered) => Ok(again(&self.actor.person, event, taught, answered, &page.ledger)),
            None => self.decide(event, taught, &mut page),
        };
        self.pages.insert(&event.lesson, page);
        receipt
    }

    fn decide(
        &mut self,
        event: &'e Event,
        taught: Option<&Taught>,
        page: &mut Page,
    ) -> std::result::Result<Receipt, i64> {
        self.book.budget.take(event.intervals.len())?;
        let (own_ms, face_ms) = taught.and_then(Taught::lengths_ms).unwrap_or_default();
        let played = Intervals::of(&event.intervals, face_ms);
        let entered = page.ledger.intervals.entered(&played.scaled(face_ms, own_ms));
        // What closing gaps would add is held to the clock like what was played.
        let gained_ms = entered.as_ref().map_or(0, |all| all.covered_ms() - page.ledger.watched_ms);
        let claimed_ms = played.covered_ms().max(scaled(gained_ms, own_ms, face_ms));
        let refused = self.refuse(event, taught, entered.is_none(), claimed_ms);
        let receipt = refused.is_none().then(|| self.book.next_receipt());
        if let (Some(receipt), Some(taught), Some(entered)) = (receipt, taught, entered) {
            let position_ms = scaled(event.position_ms.clamp(0, face_ms), face_ms, own_ms);
            self.enter(page, event, taught, entered, position_ms, receipt);
        }
        let code = refused.map(|why| why.code().to_owned());
        self.known.insert(event.id.clone(), Answered { person: self.actor.person.clone(), receipt, refused: code });
        self.kept.push(Kept { event, receipt, refused, played });
        Ok(receipt_of(event, taught, receipt, refused, &page.ledger))
    }

    fn refuse(&mut self, event: &Event, taught: Option<&Taught>, is_cut_up: bool, claimed_ms: i64) -> Option<Why> {
        match taught {
            _ if !self.owns_session => Some(Why::OtherPersonsSession),
            None => Some(Why::NotPublished),
            Some(taught) if taught.lengths_ms().is_none() => Some(Why::LessonNotPlayable),
            _ if is_future(event.device_time, self.book.now) => Some(Why::FromTheFuture),
            _ if is_too_early(event.device_time, self.actor.first_signed_in_at) => Some(Why::FasterThanTheClock),
            _ if is_cut_up => Some(Why::TooFinelyCut),
            _ if !self.book.allowance.spend(claimed_ms, event.device_time) => Some(Why::FasterThanTheClock),
            _ => None,
        }
    }

    /// Adds what was played to the ledger; the completion, once earned, stands.
    fn enter(
        &mut self,
        page: &mut Page,
        event: &Event,
        taught: &Taught,
        entered: Intervals,
        position_ms: i64,
        receipt: i64,
    ) {
        let (lesson, ledger) = (&taught.lesson, &mut page.ledger);
        page.course = Some(lesson.course.clone());
        ledger.intervals = entered;
        ledger.watched_ms = ledger.intervals.covered_ms();
        if event.device_time >= ledger.position_at {
            ledger.position_ms = position_ms;
            ledger.position_at = event.device_time;
        }
        if ledger.completed_at.is_some() {
            return;
        }
        // What was watched of a longer file, before it was replaced, stands and reaches no further than this one.
        let length_ms = lesson.duration_ms.unwrap_or_default();
        if ledger.intervals.within(length_ms).reach(lesson.threshold_percent, length_ms) {
            ledger.completed_at = Some(self.book.now);
            ledger.completion_receipt = Some(receipt);
            page.completes = true;
            self.completed.insert(lesson.course.clone(), receipt);
        }
    }

    /// False: somebody else took the session or an id meanwhile.
    async fn write(&mut self, tx: &mut Tx, session: &SessionId) -> Result<bool> {
        if self.kept.is_empty() {
            return Ok(true);
        }
        if self.owns_session {
            write!(tx, sql::ADD_SESSION, session, &self.actor.person, self.book.now)?;
            let owner = find_in!(tx, (PersonId,), sql::FIND_SESSION, session)?;
            if owner.is_none_or(|(owner,)| owner != self.actor.person) {
                return Ok(false);
            }
        }
        self.kept.sort_by(|one, other| one.event.id.cmp(&other.event.id));
        for kept in &self.kept {
            if !self.write_event(tx, session, kept).await? {
                return Ok(false);
            }
        }
        let (person, now) = (&self.actor.person, self.book.now);
        for (lesson, page) in &self.pages {
            let Some(course) = &page.course else { continue };
            self.write_ledger(tx, lesson, &page.ledger).await?;
            let gained_ms = page.ledger.watched_ms - page.was_ms;
            progress::add(tx, person, course, page.completes, gained_ms, now).await?;
        }
        for (course, receipt) in &self.completed {
            write!(tx, sql::COMPLETE_COURSE, person, course, now, receipt)?;
        }
        self.book.close(tx, self.actor).await?;
        Ok(true)
    }

    /// Of a refused event only its id and the reason are kept.
    async fn write_event(&self, tx: &mut Tx, session: &SessionId, kept: &Kept<'_>) -> Result<bool> {
        let Kept { event, receipt, refused, played } = kept;
        let (person, now) = (&self.actor.person, self.book.now);
        let added = match refused {
            Some(why) => write!(tx, sql::ADD_REFUSED_EVENT, &event.id, person, now, why.code())?,
            None => write!(
                tx,
                sql::ADD_EVENT,
                &event.id,
                session,
                person,
                &event.lesson,
                played.to_json(),
                event.position_ms,
                event.device_time,
                event.rate,
                now,
                receipt,
                event.face.map(Language::as_str)
            )?,
        };
        Ok(added == 1)
    }

    async fn write_ledger(&self, tx: &mut Tx, lesson: &LessonId, ledger: &Ledger) -> Result<()> {
        write!(
            tx,
            sql::SET_LEDGER,
            &self.actor.person,
            lesson,
            ledger.intervals.to_json(),
            ledger.watched_ms,
            ledger.position_ms,
            ledger.position_at,
            self.book.now,
            ledger.completed_at,
            ledger.completion_receipt
        )?;
        Ok(())
    }
}

/// The answer to an event that was answered before.
fn again(person: &PersonId, event: &Event, taught: Option<&Taught>, answered: &Answered, ledger: &Ledger) -> Receipt {
    if &answered.person != person {
        return receipt_of(event, None, None, Some(Why::OtherPersonsEvent), &Ledger::default());
    }
    let refused = answered.refused.as_deref().map(|code| Why::from_code(code).unwrap_or(Why::Unreadable));
    receipt_of(event, taught, answered.receipt, refused, ledger)
}

/// With what was watched as it is told in the face that was played.
fn receipt_of(
    event: &Event,
    taught: Option<&Taught>,
    receipt: Option<i64>,
    refused: Option<Why>,
    ledger: &Ledger,
) -> Receipt {
    let (own_ms, face_ms) = taught.and_then(Taught::lengths_ms).unwrap_or_default();
    Receipt {
        event: event.id.clone(),
        receipt,
        refused,
        watched_ms: scaled(ledger.watched_ms, own_ms, face_ms),
        completed: ledger.completed_at.is_some(),
    }
}
