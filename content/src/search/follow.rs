//! Is the index up to date? Each node follows the database's change log; the index can be rebuilt from nothing.

use std::collections::BTreeSet;
use std::time::Duration;

use tantivy::{TantivyError, Term};
use tokio::sync::{mpsc, watch};

use super::passages::{self, CoursePassages};
use crate::Library;
use crate::asked;
use crate::changes::{self, Change, Changed};
use crate::courses;
use crate::error::Result;
use crate::ids::CourseId;
use crate::names;

/// How long after a commit elsewhere this node looks for it.
const LOOK_AGAIN: Duration = Duration::from_millis(700);

/// How many courses of a new index can be found together.
const TOGETHER: usize = 100;

/// Follows the change log, and writes down what was asked, until `stop` says so.
pub async fn run(library: Library, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = catch_up(&library).await {
            tracing::error!(%error, "the search index could not follow the database");
        }
        if let Err(error) = asked::write_down(&library).await {
            tracing::error!(%error, "what was asked could not be counted");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Brings the index up to the newest change. A new index is built from nothing, and so is one that turns out to be damaged.
///
/// # Errors
/// `Internal` when the database or the index cannot answer.
pub async fn catch_up(library: &Library) -> Result<()> {
    let outcome = if library.index.is_doubted() { Ok(()) } else { follow(library).await };
    if outcome.is_ok() && !library.index.is_doubted() {
        return Ok(());
    }
    let index = library.index.clone();
    let is_new = tokio::task::spawn_blocking(move || index.mend()).await??;
    if !is_new {
        return outcome;
    }
    tracing::warn!("the search index was damaged; it is built anew");
    follow(library).await
}

async fn follow(library: &Library) -> Result<()> {
    if !library.index.has_names() {
        learn_names(library).await?;
    }
    let newest = changes::newest(library).await?;
    let mut seen = library.index.seen()?;
    // An index that has seen more than there is belongs to another database; one that was away for too long cannot follow.
    let is_behind = seen < newest && !changes::reaches_back_to(library, seen).await?;
    if (seen == 0 && newest > 0) || seen > newest || is_behind {
        return rebuild(library, &mut |_, _| {}).await.map(|_| ());
    }
    loop {
        let changes = changes::list_after(library, seen).await?;
        let Some(last) = changes.last().map(|change| change.seq) else { return Ok(()) };
        let courses = touched(library, &changes).await?;
        put(library, &courses.into_iter().collect::<Vec<_>>(), last, false, &mut |_| {}).await?;
        if changes.iter().any(|change| change.kind == Changed::Names) {
            learn_names(library).await?;
        }
        seen = last;
    }
}

/// Reads what things are called here; each node does so by itself when it hears of a change.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn learn_names(library: &Library) -> Result<()> {
    let (index, concepts) = (library.index.clone(), names::list_all(library).await?);
    tokio::task::spawn_blocking(move || index.set_names(concepts)).await?;
    Ok(())
}

/// Throws the index away and builds it from the database; says how many courses of how many are in, and gives their
/// number. What was there is searched until all is done; where nothing was, what is done can be found at once.
///
/// # Errors
/// `Internal` when the database or the index cannot answer.
pub async fn rebuild(library: &Library, done: &mut (dyn FnMut(usize, usize) + Send)) -> Result<usize> {
    let built = fill(library, done).await;
    library.index.set_building(0, 0);
    let count = built?;
    let index = library.index.clone();
    tokio::task::spawn_blocking(move || index.settle()).await??;
    Ok(count)
}

async fn fill(library: &Library, done: &mut (dyn FnMut(usize, usize) + Send)) -> Result<usize> {
    let seen = changes::newest(library).await?;
    let ids = courses::list_published_ids(library).await?;
    let together = if library.index.is_empty() { TOGETHER } else { ids.len() };
    let mut before = 0;
    loop {
        let some = &ids[before..ids.len().min(before + together)];
        let is_last = before + some.len() == ids.len();
        let mut tell = |count| {
            library.index.set_building(before + count, ids.len());
            done(before + count, ids.len());
        };
        tell(0);
        // What is built has seen nothing until all of it is there.
        put(library, some, if is_last { seen } else { 0 }, before == 0, &mut tell).await?;
        before += some.len();
        if is_last {
            return Ok(before);
        }
    }
}

async fn touched(library: &Library, changes: &[Change]) -> Result<BTreeSet<CourseId>> {
    let mut courses = BTreeSet::new();
    for change in changes {
        match change.kind {
            Changed::Course => {
                courses.insert(change.subject.as_str().into());
            }
            Changed::Resource => {
                courses.extend(courses::list_users_of(library, &change.subject.as_str().into()).await?)
            }
            // What columns and terms are called stands nowhere in the index: it knows them by their slugs, which stay.
            Changed::Column | Changed::Place | Changed::Names => {}
        }
    }
    Ok(courses)
}

/// Puts courses in the place of what the index has of them, in one commit; says how many were read.
async fn put(
    library: &Library,
    ids: &[CourseId],
    seen: i64,
    from_nothing: bool,
    read: &mut (dyn FnMut(usize) + Send),
) -> Result<()> {
    // A few at a time: a nation's courses do not fit into memory.
    let (courses, mut waiting) = mpsc::channel::<Option<CoursePassages>>(4);
    let index = library.index.clone();
    let writing = tokio::task::spawn_blocking(move || {
        index.commit(seen, |writer, fields| {
            if from_nothing {
                writer.delete_all_documents()?;
            }
            while let Some(course) = waiting.blocking_recv() {
                let Some(course) = course else { return Ok(()) };
                writer.delete_term(Term::from_field_text(fields.course, course.course.as_str()));
                for document in course.documents(fields) {
                    writer.add_document(document)?;
                }
            }
            // Whoever read the courses gave up: nothing of them is kept.
            Err(TantivyError::SystemError("the courses could not be read".into()))
        })
    });
    for (count, id) in (1..).zip(ids) {
        let course = passages::read(library, id).await?;
        if courses.send(Some(course)).await.is_err() {
            break;
        }
        read(count);
    }
    let _ = courses.send(None).await;
    writing.await?
}
