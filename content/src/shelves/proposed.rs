//! What is proposed of a file, and what becomes of it? What is said of one, said at once or proposed; and the verdicts of
//! reviewers, which make a proposal of any kind true or send it back.

use serde::{Deserialize, Serialize};

use super::{About, Facet, describe_in, find_about, list_slugs_of, sql};
use crate::Library;
use crate::db::{Tx, find_in, list_in};
use crate::error::{Error, Result, Why};
use crate::ids::{Language, ProposalId, ResourceId};
use crate::media::{self, captions};
use crate::people::{Actor, access};
use crate::proposals::{self, Change, Kind, Proposal, ProposalState, Said};
use crate::texts::Texts;

/// All that is said of a file, as a proposal keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    pub about: About,
    /// Slugs with what they sort by, in order.
    pub terms: Vec<(Facet, String)>,
}

impl Description {
    fn new(about: &About, terms: &[(Facet, String)]) -> Self {
        let mut terms = terms.to_vec();
        terms.sort();
        terms.dedup();
        Self { about: about.clone(), terms }
    }

    /// As a proposal keeps it.
    pub fn read(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }

    fn to_json(&self) -> String {
        serde_json::json!(self).to_string()
    }
}

/// Says all that is said of a file anew, in the caller's transaction, who has checked both the right to and the texts; where
/// somebody reviews a course that shows it, it waits for that.
///
/// # Errors
/// `Invalid` for a term that is not there.
pub(crate) async fn say_about(
    library: &Library,
    tx: &mut Tx,
    actor: &Actor,
    resource: &ResourceId,
    about: &About,
    terms: &[(Facet, String)],
) -> Result<Said> {
    let after = Description::new(about, terms);
    for (facet, slug) in &after.terms {
        if find_in!(tx, (String,), sql::FIND_TERM_BY_SLUG, facet.as_str(), slug)?.is_none() {
            return Err(Error::invalid(facet.as_str(), Why::UnknownValue));
        }
    }
    let (before, json) = (find_live(tx, resource).await?.to_json(), after.to_json());
    let (before, after_json) = (Some(before), Some(json));
    let change = Change { resource, kind: Kind::About, slot: "", before, after: after_json, is_automatic: false };
    let said = proposals::put(library, tx, &actor.person, &change).await?;
    if said == Said::Applied {
        describe_in(library, tx, resource, &after.about, &after.terms).await?;
    }
    Ok(said)
}

/// What learners read of it.
async fn find_live(tx: &mut Tx, resource: &ResourceId) -> Result<Description> {
    let about = find_in!(tx, About, sql::FIND_ABOUT, resource)?.unwrap_or_default();
    let terms = list_in!(tx, super::Term, sql::LIST_TERMS_OF, resource)?;
    let terms: Vec<_> = terms.into_iter().map(|term| (term.facet, term.slug)).collect();
    Ok(Description::new(&about, &terms))
}

/// What whoever edits it goes on from: what is proposed, else what stands.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn find_working_about(library: &Library, resource: &ResourceId) -> Result<Description> {
    let open = proposals::find_unsettled(library, resource, Kind::About, "").await?;
    if let Some(proposed) = open.and_then(|open| Description::read(&open.after?)) {
        return Ok(proposed);
    }
    Ok(Description::new(&find_about(library, resource).await?, &list_slugs_of(library, resource).await?))
}

/// What waits or was sent back of a file, for whoever keeps it.
///
/// # Errors
/// As [`media::load_for_editing`].
pub async fn list_of(library: &Library, actor: &Actor, resource: &ResourceId) -> Result<Vec<Proposal>> {
    media::load_for_editing(library, actor, resource).await?;
    proposals::list_unsettled_of(library, resource).await
}

/// A proposal for whoever keeps the file, or reviews a course that shows it; true for the latter.
///
/// # Errors
/// `NotFound`, also for all others.
pub async fn load_for_reading(library: &Library, actor: &Actor, id: &ProposalId) -> Result<(Proposal, bool)> {
    let proposal = load(library, id).await?;
    if proposals::reviews(library, actor, &proposal.resource).await? {
        return Ok((proposal, true));
    }
    match media::load_for_editing(library, actor, &proposal.resource).await {
        Ok(_) => Ok((proposal, false)),
        Err(Error::NotFound(_) | Error::Forbidden) => Err(Error::NotFound("proposal")),
        Err(error) => Err(error),
    }
}

/// Lets a proposal hold for learners, when no other unit has to look at it; else it waits for that.
///
/// # Errors
/// `NotFound`, also for whoever reviews no course that shows the file; `Conflict`: `NotInReview` (also when something else was
/// proposed since), `OwnWork` for whoever had a hand in it or uploaded the file, `Changed` when what stands there is not what
/// it was proposed for.
pub async fn approve(library: &Library, actor: &Actor, id: &ProposalId, comment: &str) -> Result<Proposal> {
    let comment = proposals::checked_comment(comment, false)?;
    let mut tx = library.db.begin().await?;
    let proposal = proposals::take_up(&mut tx, actor, id).await?;
    if live_of(&mut tx, &proposal).await? != proposal.before {
        return Err(Error::Conflict(Why::Changed));
    }
    if proposals::approve(library, &mut tx, actor, &proposal).await? {
        apply(library, &mut tx, &proposal).await?;
        proposals::decide(library, &mut tx, actor, &proposal, ProposalState::Applied, &comment).await?;
    }
    tx.commit().await?;
    library.nudge();
    load(library, id).await
}

/// Gives a proposal back to whoever made it, with what is missing.
///
/// # Errors
/// As [`approve`]; `Invalid(comment, Empty)` without a reason.
pub async fn send_back(library: &Library, actor: &Actor, id: &ProposalId, comment: &str) -> Result<Proposal> {
    let comment = proposals::checked_comment(comment, true)?;
    let mut tx = library.db.begin().await?;
    let proposal = proposals::take_up(&mut tx, actor, id).await?;
    proposals::decide(library, &mut tx, actor, &proposal, ProposalState::Returned, &comment).await?;
    tx.commit().await?;
    load(library, id).await
}

/// Lays aside what was proposed: for whoever keeps the file.
///
/// # Errors
/// `Forbidden` for people who keep no content; `NotFound`, also for what is another unit's; `Conflict(NotInReview)` for what is
/// settled.
pub async fn withdraw(library: &Library, actor: &Actor, id: &ProposalId) -> Result<Proposal> {
    access::may_keep_content(actor)?;
    let proposal = load(library, id).await?;
    let kept = media::load_for_editing(library, actor, &proposal.resource).await;
    kept.map_err(|error| if let Error::NotFound(_) = error { Error::NotFound("proposal") } else { error })?;
    if !matches!(proposal.state, ProposalState::Waiting | ProposalState::Returned) {
        return Err(Error::Conflict(Why::NotInReview));
    }
    let mut tx = library.db.begin().await?;
    proposals::decide(library, &mut tx, actor, &proposal, ProposalState::Withdrawn, "").await?;
    tx.commit().await?;
    load(library, id).await
}

async fn load(library: &Library, id: &ProposalId) -> Result<Proposal> {
    proposals::find_proposal(library, id).await?.ok_or(Error::NotFound("proposal"))
}

fn language_of(proposal: &Proposal) -> Result<Language> {
    Language::parse(&proposal.slot).ok_or_else(|| Error::internal("captions of no language"))
}

async fn load_file(tx: &mut Tx, proposal: &Proposal) -> Result<media::Resource> {
    media::find_in_tx(tx, &proposal.resource).await?.ok_or(Error::NotFound("resource"))
}

/// What stands where a proposal is to stand.
async fn live_of(tx: &mut Tx, proposal: &Proposal) -> Result<Option<String>> {
    Ok(match proposal.kind {
        Kind::Title => Some(load_file(tx, proposal).await?.title.to_json()),
        Kind::Language => Some(load_file(tx, proposal).await?.language.to_string()),
        Kind::About => Some(find_live(tx, &proposal.resource).await?.to_json()),
        Kind::Captions => captions::find_body(tx, &proposal.resource, language_of(proposal)?).await?,
    })
}

async fn apply(library: &Library, tx: &mut Tx, proposal: &Proposal) -> Result<()> {
    let unreadable = || Error::internal("a proposal that cannot be read");
    let after = proposal.after.as_deref();
    match proposal.kind {
        Kind::Title => {
            let title = Texts::try_from(after.ok_or_else(unreadable)?.to_owned())?;
            let file = load_file(tx, proposal).await?;
            media::rename_in(library, tx, &file, title).await
        }
        Kind::Language => {
            let language = after.and_then(Language::parse).ok_or_else(unreadable)?;
            let file = load_file(tx, proposal).await?;
            media::set_language_in(library, tx, &file, language).await
        }
        Kind::About => {
            let said = after.and_then(Description::read).ok_or_else(unreadable)?;
            describe_in(library, tx, &proposal.resource, &said.about, &said.terms).await
        }
        Kind::Captions => {
            let language = language_of(proposal)?;
            captions::apply(library, tx, &proposal.resource, language, after, proposal.is_automatic()).await
        }
    }
}
