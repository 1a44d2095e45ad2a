//! How is a video encoded, and why so? Its class, what was measured, and making it anew.

use std::time::{Duration, Instant};

use super::{Resource, Stage, load_for_editing, set_stage, sql, transcoding};
use crate::Library;
use crate::audit;
use crate::db::{Tx, find, list, write};
use crate::error::{Error, Result, Why};
use crate::ids::{PersonId, ResourceId, words};
use crate::people::{self, Actor};
use crate::queue;

/// From this priority on, work makes what plays already once more, and waits for everything else.
pub(super) const BACKGROUND: i64 = 15;
/// So many videos are asked for within a transaction at most, and so long.
const A_FEW: i64 = 100;
const LONGEST_HOLD: Duration = Duration::from_millis(100);

words!(
    /// What kind of picture a video is; frame rate, key frames and renditions follow from it.
    Class { Slides = "slides", Mixed = "mixed", Natural = "natural" }
);

words!(
    /// How much processor time an encoding is worth: the fewest bytes, or done several times sooner.
    Effort { Best = "best", Quick = "quick" }
);

#[expect(clippy::derivable_impls, reason = "the macro that makes the words knows no default")]
impl Default for Effort {
    fn default() -> Self {
        Self::Best
    }
}

/// What the columns that use a video ask of its encoding.
#[derive(Debug, Clone, Copy, Default)]
pub struct Policy {
    /// What to encode it as, where its manager chose nothing.
    pub class: Option<Class>,
    pub originals: super::Originals,
    /// Since when that is so (ms since 1970 UTC).
    pub since: i64,
}

/// What a manager chooses for one video.
#[derive(Debug, Clone, Copy, Default)]
pub struct Chosen {
    /// What to encode it as; `None`: as it was seen.
    pub class: Option<Class>,
    /// Whether steady noise is taken out of its sound.
    pub denoise: bool,
}

/// What was measured before encoding, for people.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(from = "Look")]
pub struct Seen {
    pub class: Class,
    /// The share of the picture that moves within a fifth of a second, in half of the time at most.
    pub moving_mostly: f64,
    /// How often another slide stood.
    pub changes: usize,
}

/// As the transcoder writes it.
#[derive(serde::Deserialize)]
struct Look {
    class: Class,
    measures: Measures,
    changes_ms: Vec<i64>,
}

#[derive(serde::Deserialize)]
struct Measures {
    moving_mostly: f64,
}

impl From<Look> for Seen {
    fn from(look: Look) -> Self {
        Self { class: look.class, moving_mostly: look.measures.moving_mostly, changes: look.changes_ms.len() }
    }
}

/// What a video was taken for, and why; `None` until it has been looked at.
pub async fn find_seen(library: &Library, id: &ResourceId) -> Result<Option<Seen>> {
    let look = find!(&library.db, (Option<String>,), sql::FIND_LOOK, id)?.and_then(|row| row.0);
    look.map(|look| serde_json::from_str(&look).map_err(Error::from)).transpose()
}

/// Encodes a video anew, as it was chosen. What plays now plays until then.
///
/// # Errors
/// `Forbidden`, `NotFound`, or `Conflict` while it has not been looked at, or when its original is gone.
pub async fn encode_again(library: &Library, actor: &Actor, id: &ResourceId, chosen: Chosen) -> Result<()> {
    let resource = load_for_editing(library, actor, id).await?;
    if resource.class.is_none() {
        return Err(Error::Conflict(Why::NotWaiting));
    }
    if resource.original_dropped_at.is_some() {
        return Err(Error::Conflict(Why::OriginalDropped));
    }
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::CHOOSE, id, chosen.class.map(Class::as_str), i64::from(chosen.denoise))?;
    queue::supersede(library, &mut tx, id.as_str()).await?;
    transcoding::enqueue_first(library, &mut tx, &resource, 0).await?;
    set_stage(&mut tx, id, Stage::Checked, None).await?;
    audit::note(library, &mut tx, Some(&actor.person), "resource.encode", id.as_str()).await?;
    tx.commit().await?;
    library.nudge();
    Ok(())
}

/// Encodes every video anew whose original is there, when nothing else is to be done. What plays stays until each part
/// of its successor is whole. Gives how many are asked for.
///
/// # Errors
/// `Forbidden` for everybody but managers of the whole library.
pub async fn encode_all_again(library: &Library, actor: &Actor) -> Result<i64> {
    people::may_keep_everything(library, actor).await?;
    let count = begin_all(library, Some(&actor.person)).await?;
    // A small library is asked for at once; what remains of a large one, by and by.
    ask_for_some(library).await?;
    library.nudge();
    Ok(count)
}

/// The same for whoever runs the server, to its end.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn encode_library(library: &Library, by: Option<&PersonId>) -> Result<i64> {
    let count = begin_all(library, by).await?;
    ask_for_all(library).await?;
    Ok(count)
}

/// Writes down that all is to be made anew; gives how many that are, and 0 while that is being asked for already.
async fn begin_all(library: &Library, by: Option<&PersonId>) -> Result<i64> {
    let count = find!(&library.db, (i64,), sql::COUNT_REENCODABLE)?.map_or(0, |row| row.0);
    let mut tx = library.db.begin().await?;
    if write!(&mut tx, sql::ASK_FOR_ALL, by, library.clock.now_ms())? == 0 {
        return Ok(0);
    }
    audit::note(library, &mut tx, by, "library.encode", &count.to_string()).await?;
    tx.commit().await?;
    Ok(count)
}

/// `library` where some of it has still to be asked for.
pub(crate) async fn list_unasked(library: &Library) -> Result<Vec<String>> {
    let rows = list!(&library.db, (String,), sql::LIST_UNASKED, library.clock.now_ms())?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Asks for all that has still to be asked for.
pub(crate) async fn ask_for_all(library: &Library) -> Result<()> {
    while ask_for_some(library).await? {}
    library.nudge();
    Ok(())
}

/// Asks for the next few videos and writes down how far that came; false when none are left. The database's only writer
/// is held for so long at most that nobody notices.
async fn ask_for_some(library: &Library) -> Result<bool> {
    let Some((after,)) = find!(&library.db, (String,), sql::FIND_ASKED)? else { return Ok(false) };
    let resources = list!(&library.db, Resource, sql::LIST_REENCODABLE, &after, A_FEW)?;
    let mut tx = library.db.begin().await?;
    let begun = Instant::now();
    let mut reached = None;
    for resource in &resources {
        refresh(library, &mut tx, resource).await?;
        reached = Some(&resource.id);
        if begun.elapsed() > LONGEST_HOLD {
            break;
        }
    }
    match reached {
        Some(id) => write!(&mut tx, sql::SET_ASKED, id)?,
        None => write!(&mut tx, sql::FORGET_ASKED)?,
    };
    tx.commit().await?;
    Ok(reached.is_some())
}

/// Asks in the background for a video to be made anew; false when that is being done already.
pub(crate) async fn refresh(library: &Library, tx: &mut Tx, resource: &Resource) -> Result<bool> {
    let is_due = resource.class.is_some()
        && resource.original_dropped_at.is_none()
        && !queue::is_busy(tx, resource.id.as_str()).await?;
    if is_due {
        transcoding::enqueue_first(library, tx, resource, BACKGROUND).await?;
    }
    Ok(is_due)
}
