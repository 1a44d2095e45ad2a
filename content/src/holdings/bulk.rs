//! What is done to many at once? Everything that is picked is looked at first: what will change, what is so already, and
//! what is refused and why. Then each changes in a transaction of its own, with its line in the audit log.

use super::{figures, selection, sql};
use crate::Library;
use crate::audit;
use crate::courses::{CourseState, authoring};
use crate::db::{Tx, is_held, list};
use crate::error::{Error, Result, Why};
use crate::ids::{CourseId, Language, words};
use crate::media::said::{find_working_language, say_language};
use crate::media::{self, Chosen, Class, Resource, ResourceKind, Stage, removal};
use crate::people::{Actor, access};
use crate::proposals::{self, Said};
use crate::shelves::proposed::{Description, find_working_about, say_about};
use crate::shelves::{self, About, Facet};
use crate::texts::Texts;

/// How many are changed in one go: whoever asked waits for the answer. What is left stays picked.
pub const AT_ONCE: usize = 300;
/// How many courses of the picked are looked at.
const MOST_COURSES: i64 = 10_000;

words!(
    /// A line that is said of a resource, the same for many.
    Line { Author = "author", Institution = "institution", License = "license", Source = "source" }
);

/// What is to be done to each that is picked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    AddTerms(Vec<(Facet, String)>),
    RemoveTerms(Vec<(Facet, String)>),
    Say(Line, String),
    /// Until when its medicine is to be looked at again; `None`: no date.
    ReviewBy(Option<i64>),
    Language(Language),
    Encode,
    /// For good, when nothing uses it.
    Remove,
}

impl Deed {
    /// Whether it changes what learners read of a file.
    fn is_said(&self) -> bool {
        !matches!(self, Self::Encode | Self::Remove)
    }
}

/// One of the picked, or a course of theirs.
#[derive(Debug, Clone)]
pub struct Item {
    pub id: String,
    pub title: Texts,
}

/// What will happen, or what has happened.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    pub done: Vec<Item>,
    /// What a reviewer has to look at first: learners see what stood there until then.
    pub proposed: Vec<Item>,
    /// How many are so already.
    pub same: usize,
    pub refused: Vec<(Item, Why)>,
    /// How many wait for another go.
    pub left: usize,
}

impl Outcome {
    /// How many it changes, or proposes to change.
    pub fn touched(&self) -> usize {
        self.done.len() + self.proposed.len()
    }
}

enum Verdict {
    Will,
    Propose,
    Same,
    Refused(Why),
}

impl Outcome {
    fn take(&mut self, item: Item, verdict: &Verdict) {
        match verdict {
            Verdict::Will => self.done.push(item),
            Verdict::Propose => self.proposed.push(item),
            Verdict::Same => self.same += 1,
            Verdict::Refused(why) => self.refused.push((item, *why)),
        }
    }
}

fn item(resource: &Resource) -> Item {
    Item { id: resource.id.to_string(), title: resource.title.clone() }
}

/// What a deed would do to the picked; nothing is changed.
///
/// # Errors
/// `Forbidden`; `Invalid` for an overlong text or a term that is not there.
pub async fn preview(library: &Library, actor: &Actor, deed: &Deed) -> Result<Outcome> {
    let deed = checked(library, deed).await?;
    let mut outcome = Outcome::default();
    for id in selection::list_picked(library, actor, None, selection::MOST).await? {
        let Some(resource) = media::find_resource(library, &id).await? else { continue };
        let mut verdict = judge(library, &resource, &deed).await?;
        if matches!(verdict, Verdict::Will)
            && deed.is_said()
            && proposals::needs_review(library, &actor.person, &resource.id).await?
        {
            verdict = Verdict::Propose;
        }
        outcome.take(item(&resource), &verdict);
    }
    Ok(outcome)
}

/// Does it to [`AT_ONCE`] of the picked that it changes.
///
/// # Errors
/// As [`preview`]. What is refused for one is told, and does not keep the others from it.
pub async fn apply(library: &Library, actor: &Actor, deed: &Deed) -> Result<Outcome> {
    let deed = checked(library, deed).await?;
    let mut outcome = Outcome::default();
    for id in selection::list_picked(library, actor, None, selection::MOST).await? {
        let Ok(resource) = media::load_for_editing(library, actor, &id).await else { continue };
        let mut verdict = judge(library, &resource, &deed).await?;
        if matches!(verdict, Verdict::Will) {
            if outcome.touched() == AT_ONCE {
                outcome.left += 1;
                continue;
            }
            verdict = told(act(library, actor, &resource, &deed).await)?;
        }
        outcome.take(item(&resource), &verdict);
    }
    figures::forget(library).await?;
    library.nudge();
    Ok(outcome)
}

/// A refusal is told beside the others; what is nobody's fault ends it all.
fn told(done: Result<Said>) -> Result<Verdict> {
    match done {
        Ok(Said::Applied) => Ok(Verdict::Will),
        Ok(Said::Proposed(_)) => Ok(Verdict::Propose),
        Ok(Said::Nothing) => Ok(Verdict::Same),
        Err(Error::Conflict(why) | Error::Invalid { why, .. }) => Ok(Verdict::Refused(why)),
        Err(Error::Forbidden | Error::NotFound(_)) => Ok(Verdict::Refused(Why::NotKept)),
        Err(error) => Err(error),
    }
}

/// The deed with its texts trimmed and its terms known.
async fn checked(library: &Library, deed: &Deed) -> Result<Deed> {
    match deed {
        Deed::AddTerms(terms) | Deed::RemoveTerms(terms) => {
            if terms.is_empty() {
                return Err(Error::invalid("terms", Why::Empty));
            }
            for (facet, slug) in terms {
                let known = shelves::list_terms(library, *facet).await?;
                if known.iter().all(|term| term.slug != *slug) {
                    return Err(Error::invalid(facet.as_str(), Why::UnknownValue));
                }
            }
            Ok(deed.clone())
        }
        Deed::Say(line, text) => {
            let mut about = About::default();
            *slot(&mut about, *line) = text.clone();
            let mut about = about.checked()?;
            Ok(Deed::Say(*line, std::mem::take(slot(&mut about, *line))))
        }
        other => Ok(other.clone()),
    }
}

fn slot(about: &mut About, line: Line) -> &mut String {
    match line {
        Line::Author => &mut about.author,
        Line::Institution => &mut about.institution,
        Line::License => &mut about.license,
        Line::Source => &mut about.source,
    }
}

fn changes(yes: bool) -> Verdict {
    if yes { Verdict::Will } else { Verdict::Same }
}

async fn judge(library: &Library, resource: &Resource, deed: &Deed) -> Result<Verdict> {
    Ok(match deed {
        Deed::AddTerms(_) | Deed::RemoveTerms(_) => {
            let before = find_working_about(library, &resource.id).await?.terms;
            changes(after(&before, deed).len() != before.len())
        }
        Deed::Say(line, text) => {
            let mut about = find_working_about(library, &resource.id).await?.about;
            changes(slot(&mut about, *line) != text)
        }
        Deed::ReviewBy(day) => changes(find_working_about(library, &resource.id).await?.about.review_by != *day),
        Deed::Language(language) => changes(find_working_language(library, resource).await? != *language),
        Deed::Encode => judge_encoding(resource),
        Deed::Remove if media::removal::is_used(library, &resource.id).await? => Verdict::Refused(Why::InUse),
        Deed::Remove => Verdict::Will,
    })
}

fn judge_encoding(resource: &Resource) -> Verdict {
    match resource {
        resource if resource.kind != ResourceKind::Video => Verdict::Refused(Why::NotVideo),
        resource if resource.original_dropped_at.is_some() => Verdict::Refused(Why::OriginalDropped),
        resource if resource.class.is_none() => Verdict::Refused(Why::NotWaiting),
        resource => changes(!matches!(resource.stage, Stage::Checked | Stage::Transcoding)),
    }
}

/// The terms that a resource has once the deed is done.
fn after(before: &[(Facet, String)], deed: &Deed) -> Vec<(Facet, String)> {
    let mut terms = before.to_vec();
    match deed {
        Deed::AddTerms(more) => {
            terms.extend(more.clone());
            terms.sort();
            terms.dedup();
        }
        Deed::RemoveTerms(fewer) => terms.retain(|term| !fewer.contains(term)),
        _ => {}
    }
    terms
}

async fn act(library: &Library, actor: &Actor, resource: &Resource, deed: &Deed) -> Result<Said> {
    if *deed == Deed::Encode {
        let class = resource.class_chosen.as_deref().and_then(Class::parse);
        let chosen = Chosen { class, denoise: resource.denoise() };
        return media::encode_again(library, actor, &resource.id, chosen).await.map(|()| Said::Applied);
    }
    let said = find_working_about(library, &resource.id).await?;
    let mut tx = library.db.begin().await?;
    let done = act_in(library, &mut tx, actor, resource, deed, said).await;
    let (done, action) = done.map_err(|error| if is_held(&error) { Error::Conflict(Why::InUse) } else { error })?;
    if done == Said::Applied {
        audit::note(library, &mut tx, Some(&actor.person), action, resource.id.as_str()).await?;
    }
    tx.commit().await?;
    Ok(done)
}

/// Gives what became of it, and the word for the audit log.
async fn act_in(
    library: &Library,
    tx: &mut Tx,
    actor: &Actor,
    resource: &Resource,
    deed: &Deed,
    said: Description,
) -> Result<(Said, &'static str)> {
    let Description { mut about, terms } = said;
    match deed {
        Deed::Remove => {
            removal::remove_in(library, tx, resource).await?;
            return Ok((Said::Applied, "resource.remove"));
        }
        Deed::Language(language) => {
            return Ok((say_language(library, tx, actor, resource, *language).await?, "resource.language"));
        }
        Deed::Say(line, text) => slot(&mut about, *line).clone_from(text),
        Deed::ReviewBy(day) => about.review_by = *day,
        Deed::AddTerms(_) | Deed::RemoveTerms(_) | Deed::Encode => {}
    }
    let terms = after(&terms, deed);
    Ok((say_about(library, tx, actor, &resource.id, &about, &terms).await?, "resource.describe"))
}

#[derive(sqlx::FromRow)]
struct Taught {
    id: CourseId,
    #[sqlx(try_from = "String")]
    title: Texts,
    #[sqlx(try_from = "String")]
    state: CourseState,
    /// Whether she keeps the course too.
    may: i64,
}

/// What showing the courses of the picked to learners, or taking them out of sight, would do, or does.
///
/// # Errors
/// `Forbidden` for people who keep no content.
pub async fn courses(library: &Library, actor: &Actor, to: CourseState, is_done: bool) -> Result<Outcome> {
    access::may_keep_content(actor)?;
    let mut outcome = Outcome::default();
    for course in list!(&library.db, Taught, sql::LIST_COURSES_OF_PICKED, &actor.person, MOST_COURSES)? {
        let mut verdict = judge_course(&course, to);
        if is_done && matches!(verdict, Verdict::Will) {
            if outcome.done.len() == AT_ONCE {
                outcome.left += 1;
                continue;
            }
            let done = match to {
                CourseState::Published => authoring::publish(library, actor, &course.id).await,
                _ => authoring::retire(library, actor, &course.id).await,
            };
            verdict = told(done.map(|_| Said::Applied))?;
        }
        outcome.take(Item { id: course.id.to_string(), title: course.title }, &verdict);
    }
    Ok(outcome)
}

fn judge_course(course: &Taught, to: CourseState) -> Verdict {
    match (course.state, to) {
        _ if course.may == 0 => Verdict::Refused(Why::NotKept),
        (now, to) if now == to => Verdict::Same,
        (CourseState::Draft, CourseState::Retired) => Verdict::Refused(Why::NotPublished),
        _ => Verdict::Will,
    }
}
