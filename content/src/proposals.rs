//! What of a file is to be changed that learners of a reviewed course see? Each change waits until a reviewer of every
//! unit whose courses show the file has looked at it; until then learners see what stood there.

mod sql;

use crate::Library;
use crate::audit;
use crate::db::{Tx, find, find_in, list, write};
use crate::error::{Error, Result, Why};
use crate::ids::{CourseId, PersonId, ProposalId, ResourceId, words};
use crate::paging::{Mark, Paging, Part};
use crate::people::{Actor, access};
use crate::texts::{Texts, clean};

/// The longest comment, in characters.
const COMMENT: usize = 2000;

words!(
    /// What of a file is to be changed: its title, its language, what is said of it with its terms, or its captions.
    Kind { Title = "title", Language = "language", About = "about", Captions = "captions" }
);

words!(
    /// Where a proposal stands: waiting for a reviewer, sent back, made true, or laid aside.
    ProposalState { Waiting = "waiting", Returned = "returned", Applied = "applied", Withdrawn = "withdrawn" }
);

/// A change of a file that somebody has to look at. It never changes itself: what is saved on top of it is another one, so
/// what a reviewer approves is what she read.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Proposal {
    pub id: ProposalId,
    pub resource: ResourceId,
    #[sqlx(try_from = "String")]
    pub resource_title: Texts,
    #[sqlx(try_from = "String")]
    pub kind: Kind,
    /// The language of captions; else empty.
    pub slot: String,
    /// What stood there when it was proposed; `None`: nothing.
    pub before: Option<String>,
    /// What is to stand there; `None`: nothing.
    pub after: Option<String>,
    pub(crate) is_automatic: i64,
    pub author: PersonId,
    pub author_name: String,
    pub created_at: i64,
    #[sqlx(try_from = "String")]
    pub state: ProposalState,
    pub decided_at: Option<i64>,
    /// Why it was sent back.
    pub comment: String,
}

impl Proposal {
    /// Whether a program wrote it.
    pub fn is_automatic(&self) -> bool {
        self.is_automatic != 0
    }
}

/// What is to be changed, from what to what.
pub(crate) struct Change<'a> {
    pub resource: &'a ResourceId,
    pub kind: Kind,
    pub slot: &'a str,
    pub before: Option<String>,
    pub after: Option<String>,
    pub is_automatic: bool,
}

/// What became of what was said of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It was so already.
    Nothing,
    /// It stands: nobody has to look at it.
    Applied,
    /// It waits for a reviewer; learners see what stood there.
    Proposed(ProposalId),
}

impl Said {
    pub fn is_proposed(&self) -> bool {
        matches!(self, Self::Proposed(_))
    }
}

/// Whether somebody besides `person` has to look at what is changed of a file: a course shows it, or is about to, whose
/// unit has a reviewer.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn needs_review(library: &Library, person: &PersonId, resource: &ResourceId) -> Result<bool> {
    Ok(find!(&library.db, (i64,), sql::COUNT_REVIEWED_USES, resource, person)?.is_some_and(|row| row.0 > 0))
}

/// Says what becomes of a change, in the transaction that would make it: where this gives [`Said::Applied`] the caller makes
/// it true; else it waits here, in the place of what waited before. A file is locked until commit.
pub(crate) async fn put(library: &Library, tx: &mut Tx, author: &PersonId, change: &Change<'_>) -> Result<Said> {
    let Change { resource, kind, slot, .. } = change;
    write!(tx, sql::LOCK_RESOURCE, resource)?;
    let known = find_in!(tx, Proposal, sql::FIND_UNSETTLED, resource, kind.as_str(), *slot)?;
    let is_reviewed = find_in!(tx, (i64,), sql::COUNT_REVIEWED_USES, resource, author)?.is_some_and(|row| row.0 > 0);
    if change.before == change.after || !is_reviewed {
        write!(tx, sql::LAY_ASIDE, resource, kind.as_str(), *slot)?;
        return Ok(if change.before == change.after { Said::Nothing } else { Said::Applied });
    }
    if let Some(known) = &known
        && known.state == ProposalState::Waiting
        && known.after == change.after
        && known.before == change.before
    {
        return Ok(Said::Proposed(known.id.clone()));
    }
    write!(tx, sql::LAY_ASIDE, resource, kind.as_str(), *slot)?;
    let (id, now) = (ProposalId::new(), library.clock.now_ms());
    let (before, after, is_automatic) = (&change.before, &change.after, i64::from(change.is_automatic));
    write!(tx, sql::ADD_PROPOSAL, &id, resource, kind.as_str(), *slot, before, after, is_automatic, author, now)?;
    write!(tx, sql::ADD_AUTHOR, &id, author)?;
    if let Some(known) = &known {
        write!(tx, sql::TAKE_AUTHORS_OVER, &known.id, &id)?;
    }
    audit::note(library, tx, Some(author), "proposal.add", id.as_str()).await?;
    Ok(Said::Proposed(id))
}

/// What waits or was sent back of one kind, which whoever edits goes on from.
pub(crate) async fn find_unsettled(
    library: &Library,
    resource: &ResourceId,
    kind: Kind,
    slot: &str,
) -> Result<Option<Proposal>> {
    find!(&library.db, Proposal, sql::FIND_UNSETTLED, resource, kind.as_str(), slot)
}

pub(crate) async fn find_unsettled_in(
    tx: &mut Tx,
    resource: &ResourceId,
    kind: Kind,
    slot: &str,
) -> Result<Option<Proposal>> {
    find_in!(tx, Proposal, sql::FIND_UNSETTLED, resource, kind.as_str(), slot)
}

/// All that waits or was sent back of a file. Who may ask is the caller's question.
pub(crate) async fn list_unsettled_of(library: &Library, resource: &ResourceId) -> Result<Vec<Proposal>> {
    list!(&library.db, Proposal, sql::LIST_UNSETTLED_OF, resource)
}

/// What waits for this reviewer, the longest first, page by page.
///
/// # Errors
/// `Forbidden` for people who review nothing; `Invalid(after)`.
pub async fn list_waiting(library: &Library, actor: &Actor, paging: Paging<'_>) -> Result<Part<Proposal>> {
    if !access::reviews_content(actor) {
        return Err(Error::Forbidden);
    }
    let Mark { numbers: [since], id } = paging.mark(Mark::low())?;
    let rows = list!(&library.db, Proposal, sql::LIST_WAITING, &actor.person, since, &id, paging.most())?;
    Ok(paging.part(rows, |row| Mark { numbers: [row.created_at], id: row.id.to_string() }.to_string()))
}

/// Whether another course than `course` shows `to`, or is about to. One that is about to show it in the place of `from`
/// does not count: what is said of `from` is what its reviewer expects there.
pub(crate) async fn is_shown_beside(
    tx: &mut Tx,
    from: &ResourceId,
    to: &ResourceId,
    course: &CourseId,
) -> Result<bool> {
    Ok(find_in!(tx, (i64,), sql::COUNT_SHOWN_BESIDE, from, to, course)?.is_some_and(|row| row.0 > 0))
}

#[derive(sqlx::FromRow)]
struct Shown {
    id: CourseId,
    #[sqlx(try_from = "String")]
    title: Texts,
}

/// The courses whose learners see a file, twenty at most. Who may ask is the caller's question.
pub async fn list_courses_of(library: &Library, resource: &ResourceId) -> Result<Vec<(CourseId, Texts)>> {
    let rows = list!(&library.db, Shown, sql::LIST_COURSES, resource)?;
    Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
}

/// Whether this person reviews a course that shows the file.
pub(crate) async fn reviews(library: &Library, actor: &Actor, resource: &ResourceId) -> Result<bool> {
    let row = find!(&library.db, (i64,), sql::COUNT_USES_SHE_REVIEWS, resource, &actor.person)?;
    Ok(row.is_some_and(|row| row.0 > 0))
}

pub(crate) async fn find_proposal(library: &Library, id: &ProposalId) -> Result<Option<Proposal>> {
    find!(&library.db, Proposal, sql::FIND_PROPOSAL, id)
}

/// What waits, locked, for a reviewer of a course that shows the file, who had no hand in it.
///
/// # Errors
/// `NotFound`, also for whoever reviews none of these; `Conflict`: `NotInReview`, `OwnWork`.
pub(crate) async fn take_up(tx: &mut Tx, actor: &Actor, id: &ProposalId) -> Result<Proposal> {
    let unknown = || Error::NotFound("proposal");
    let found = find_in!(tx, Proposal, sql::FIND_PROPOSAL, id)?.ok_or_else(unknown)?;
    write!(tx, sql::LOCK_RESOURCE, &found.resource)?;
    let found = find_in!(tx, Proposal, sql::FIND_PROPOSAL, id)?.ok_or_else(unknown)?;
    let reviewed = find_in!(tx, (i64,), sql::COUNT_USES_SHE_REVIEWS, &found.resource, &actor.person)?;
    if reviewed.is_none_or(|row| row.0 == 0) {
        return Err(unknown());
    }
    if found.state != ProposalState::Waiting {
        return Err(Error::Conflict(Why::NotInReview));
    }
    if find_in!(tx, (i64,), sql::COUNT_AUTHOR, id, &actor.person)?.is_some_and(|row| row.0 > 0) {
        return Err(Error::Conflict(Why::OwnWork));
    }
    Ok(found)
}

/// Writes an approval down; true when no other unit has to look at it any more.
pub(crate) async fn approve(library: &Library, tx: &mut Tx, actor: &Actor, proposal: &Proposal) -> Result<bool> {
    write!(tx, sql::ADD_APPROVAL, &proposal.id, &actor.person, library.clock.now_ms())?;
    audit::note(library, tx, Some(&actor.person), "proposal.approve", proposal.id.as_str()).await?;
    let left = find_in!(tx, (i64,), sql::COUNT_UNAPPROVED_USES, &proposal.resource, &proposal.id)?;
    Ok(left.is_none_or(|row| row.0 == 0))
}

/// Settles a proposal, or sends it back.
pub(crate) async fn decide(
    library: &Library,
    tx: &mut Tx,
    actor: &Actor,
    proposal: &Proposal,
    state: ProposalState,
    comment: &str,
) -> Result<()> {
    let now = library.clock.now_ms();
    write!(tx, sql::DECIDE, &proposal.id, state.as_str(), &actor.person, now, comment)?;
    let action = format!("proposal.{}", state.as_str());
    audit::note(library, tx, Some(&actor.person), &action, proposal.id.as_str()).await
}

/// # Errors
/// `Invalid(comment)` for an overlong one, and for none where one is needed.
pub(crate) fn checked_comment(text: &str, required: bool) -> Result<String> {
    let text = clean(text);
    match text.chars().count() {
        0 if required => Err(Error::invalid("comment", Why::Empty)),
        count if count > COMMENT => Err(Error::invalid("comment", Why::TooLong)),
        _ => Ok(text),
    }
}

/// Forgets what was proposed of a file that is taken away, in the same transaction.
pub(crate) async fn forget(tx: &mut Tx, resource: &ResourceId) -> Result<()> {
    write!(tx, sql::FORGET_APPROVALS, resource)?;
    write!(tx, sql::FORGET_AUTHORS, resource)?;
    write!(tx, sql::FORGET_PROPOSALS, resource)?;
    Ok(())
}
