//! Was this sent before? What a form or a call led to, so that the same one sent again leads to the same.

mod sql;

use std::time::Duration;

use crate::Library;
use crate::db::{find, write};
use crate::error::{Error, Result, Why};
use crate::ids::PersonId;
use crate::people::Actor;

/// What was sent is known again for a day (ms).
pub const KNOWN_MS: i64 = 24 * 3_600_000;
/// So many of one person are known; of more, the oldest is forgotten.
const MOST_OF_ONE: i64 = 1_000;
/// What was sent without a word of its own is known again by what it says, for so long (ms).
pub const KNOWN_ANYWAY_MS: i64 = 10_000;
/// What has no word of its own and no answer after so long was broken off (ms).
const BROKEN_OFF_MS: i64 = 60_000;
/// Under which key it is kept when somebody changed something last.
const CHANGED: &str = "changed";
/// How long the second waits for the first, and how often it looks.
const WAITS: u32 = 200;
const LOOKS_EVERY: Duration = Duration::from_millis(50);
/// How often it is tried to forget what was refused, where that did not go at once.
const FORGETS_EVERY: Duration = Duration::from_millis(500);

/// Something sent for the first time, which is being done.
#[derive(Debug)]
pub struct Sending {
    person: PersonId,
    key: String,
}

/// Whether it was sent before.
#[derive(Debug)]
pub enum Begun {
    First(Sending),
    /// What the first led to.
    Again(String),
}

/// Begins what `actor` sent under `key`, unless she sent it before, at most `known_ms` ago; what is being done at this
/// moment is waited for. What is known for less than a day is not known any more once she has changed something.
/// Whoever begins has to end it, by [`Sending::finish`] or [`Sending::forget`].
///
/// # Errors
/// `Conflict(SentBefore)` where the first has no answer after ten seconds: it goes on, or was broken off.
pub async fn begin(library: &Library, actor: &Actor, key: &str, known_ms: i64) -> Result<Begun> {
    for _ in 0..WAITS {
        let now = library.clock.now_ms();
        let mut tx = library.db.begin().await?;
        write!(&mut tx, sql::FORGET_ANSWERED, &actor.person, key, now - known_ms)?;
        if known_ms < KNOWN_MS {
            write!(&mut tx, sql::FORGET_UNKNOWN, &actor.person, key, CHANGED, now - BROKEN_OFF_MS)?;
        }
        let is_first = write!(&mut tx, sql::BEGIN, &actor.person, key, now)? == 1;
        tx.commit().await?;
        if is_first {
            // It has begun: whoever is told otherwise now would not end it.
            if let Err(error) = forget_old(library, actor, now).await {
                tracing::warn!(%error, "what was sent long ago stays for now");
            }
            return Ok(Begun::First(Sending { person: actor.person.clone(), key: key.to_owned() }));
        }
        for _ in 0..WAITS {
            match find!(&library.db, (Option<String>,), sql::FIND_ANSWER, &actor.person, key)? {
                Some((Some(answer),)) => return Ok(Begun::Again(answer)),
                Some((None,)) => tokio::time::sleep(LOOKS_EVERY).await,
                // The first was refused: this one may be the first.
                None => break,
            }
        }
        if find!(&library.db, (Option<String>,), sql::FIND_ANSWER, &actor.person, key)?.is_some() {
            break;
        }
    }
    Err(Error::Conflict(Why::SentBefore))
}

/// Notes that `actor` changed or removed something: what she sends now and has sent before may be meant again.
pub async fn note_change(library: &Library, actor: &Actor) -> Result<()> {
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::NOTE_CHANGE, &actor.person, CHANGED, library.clock.now_ms())?;
    tx.commit().await
}

/// What nobody sends again goes, a little at a time; and what one person has too many of.
async fn forget_old(library: &Library, actor: &Actor, now: i64) -> Result<()> {
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::FORGET_OLD, now - KNOWN_MS)?;
    write!(&mut tx, sql::FORGET_TOO_MANY, &actor.person, MOST_OF_ONE)?;
    tx.commit().await
}

impl Sending {
    /// It is done, and led to `answer`.
    pub async fn finish(self, library: &Library, answer: &str) -> Result<()> {
        let mut tx = library.db.begin().await?;
        write!(&mut tx, sql::FINISH, &self.person, &self.key, answer, library.clock.now_ms())?;
        tx.commit().await
    }

    /// It was refused: nothing was made of it, and it may be sent again. What cannot be forgotten now, since the database
    /// has no room for that either, is forgotten as soon as it has.
    pub async fn forget(self, library: &Library) -> Result<()> {
        let forgotten = self.try_to_forget(library).await;
        if forgotten.is_err() {
            let library = library.clone();
            tokio::spawn(async move {
                let until = tokio::time::Instant::now() + Duration::from_millis(BROKEN_OFF_MS.unsigned_abs());
                while tokio::time::Instant::now() < until {
                    tokio::time::sleep(FORGETS_EVERY).await;
                    if self.try_to_forget(&library).await.is_ok() {
                        return;
                    }
                }
            });
        }
        forgotten
    }

    async fn try_to_forget(&self, library: &Library) -> Result<()> {
        let mut tx = library.db.begin().await?;
        write!(&mut tx, sql::FORGET, &self.person, &self.key)?;
        tx.commit().await
    }
}
