//! What of an edit reaches more people, or more videos, than one transaction should hold? It is done in goes: the first with
//! the edit itself, the others by a worker, each of which writes down how far it came.

mod sql;

use std::time::{Duration, Instant};

use super::policy;
use crate::Library;
use crate::db::{Tx, find_in, list, list_in, write};
use crate::error::Result;
use crate::ids::{ColumnId, CourseId};
use crate::media::Resource;
use crate::queue::Chore;

/// People and videos of one go, and how long it may hold the database's only writer.
const PEOPLE: i64 = 200;
const VIDEOS: i64 = 20;
const LONGEST_HOLD: Duration = Duration::from_millis(50);
/// What is listed to be gone on with at a time.
const TOGETHER: i64 = 20;

/// How far it came: when it was asked for, and the last that it reached.
type Reached = (i64, String);

/// What of such a chore is not done yet.
pub(crate) async fn list_unfinished(library: &Library, chore: Chore) -> Result<Vec<String>> {
    let rows = list!(&library.db, (String,), sql::LIST_UNFINISHED, chore.as_str(), library.clock.now_ms(), TOGETHER)?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Goes on with it to its end.
pub(crate) async fn go_on(library: &Library, chore: Chore, subject: &str) -> Result<()> {
    loop {
        let mut tx = library.db.begin().await?;
        let Some(reached) = find_in!(&mut tx, Reached, sql::FIND_REACHED, chore.as_str(), subject)? else {
            return Ok(());
        };
        let is_over = go(library, &mut tx, chore, subject, reached).await?;
        tx.commit().await?;
        library.nudge();
        if is_over {
            return Ok(());
        }
    }
}

/// Whoever had completed all that is left of a course has completed it: a few now, the others by and by.
pub(super) async fn complete_what_is_left(library: &Library, tx: &mut Tx, course: &CourseId) -> Result<()> {
    begin(library, tx, Chore::Complete, course.as_str()).await
}

/// What a column says of the videos of a tree takes hold of them: of a few now, of the others by and by.
pub(super) async fn keep_as_said(library: &Library, tx: &mut Tx, column: &ColumnId, tree: &str) -> Result<()> {
    begin(library, tx, Chore::Keep, &format!("{column} {tree}")).await
}

async fn begin(library: &Library, tx: &mut Tx, chore: Chore, subject: &str) -> Result<()> {
    let now = library.clock.now_ms();
    write!(tx, sql::BEGIN_GOES, chore.as_str(), subject, now)?;
    go(library, tx, chore, subject, (now, String::new())).await.map(drop)
}

/// The next go; true when it was the last.
async fn go(library: &Library, tx: &mut Tx, chore: Chore, subject: &str, (asked_at, after): Reached) -> Result<bool> {
    let reached = match chore {
        Chore::Complete => complete_some(tx, subject, asked_at, &after).await?,
        _ => keep_some(library, tx, subject, &after).await?,
    };
    match &reached {
        Some(reached) => write!(tx, sql::SET_REACHED, chore.as_str(), subject, reached)?,
        None => write!(tx, sql::FORGET_GOES, chore.as_str(), subject)?,
    };
    Ok(reached.is_none())
}

/// Looks at the next people who have begun one of the lessons that are left: nobody else can have completed them all.
async fn complete_some(tx: &mut Tx, course: &str, asked_at: i64, after: &str) -> Result<Option<String>> {
    let anchor = find_in!(tx, (Option<String>,), sql::FIND_FIRST_LEFT, course)?.and_then(|row| row.0);
    let Some(anchor) = anchor else { return Ok(None) };
    let (last, count) =
        find_in!(tx, (Option<String>, i64), sql::FIND_LAST_OF_GO, &anchor, after, PEOPLE)?.unwrap_or_default();
    write!(tx, sql::COMPLETE_WHAT_IS_LEFT, course, asked_at, &anchor, after, PEOPLE)?;
    Ok(last.filter(|_| count == PEOPLE))
}

/// Lets what is said now take hold of the next videos.
async fn keep_some(library: &Library, tx: &mut Tx, subject: &str, after: &str) -> Result<Option<String>> {
    let (column, tree) = subject.split_once(' ').unwrap_or((subject, ""));
    let (course, video) = after.split_once(' ').unwrap_or((after, ""));
    let begun = Instant::now();
    let (mut course, mut video) = (course.to_owned(), video.to_owned());
    let mut left = VIDEOS;
    while left > 0 && begun.elapsed() < LONGEST_HOLD {
        let videos = list_in!(tx, Resource, sql::LIST_VIDEOS_OF_COURSE, &course, &video, tree, left)?;
        for each in &videos {
            policy::keep_as_said_now(library, tx, each, column, tree).await?;
            left -= 1;
            video = each.id.to_string();
            if begun.elapsed() >= LONGEST_HOLD {
                return Ok(Some(format!("{course} {video}")));
            }
        }
        if left > 0 {
            // Nothing more of this course.
            let Some((next,)) = find_in!(tx, (String,), sql::FIND_NEXT_OF_COLUMN, column, &course)? else {
                return Ok(None);
            };
            (course, video) = (next, String::new());
        }
    }
    Ok(Some(format!("{course} {video}")))
}
