//! Is the index up to date? Each node follows the database's change log; the index can be rebuilt from nothing.

use std::collections::BTreeSet;
use std::time::Duration;

use tantivy::Term;
use tokio::sync::watch;

use super::passages::{self, CoursePassages};
use crate::Library;
use crate::changes::{self, Change, Changed};
use crate::courses;
use crate::error::Result;
use crate::ids::CourseId;

/// How long after a commit elsewhere this node looks for it.
const LOOK_AGAIN: Duration = Duration::from_millis(700);

/// Follows the change log until `stop` says so.
pub async fn run(library: Library, mut stop: watch::Receiver<bool>) {
    loop {
        if let Err(error) = catch_up(&library).await {
            tracing::error!(%error, "the search index could not follow the database");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Brings the index up to the newest change; a new index is built from nothing.
///
/// # Errors
/// `Internal` when the database or the index cannot answer.
pub async fn catch_up(library: &Library) -> Result<()> {
    let newest = changes::newest(library).await?;
    let mut seen = library.index.seen()?;
    // An index that has seen more than there is belongs to another database.
    if (seen == 0 && newest > 0) || seen > newest {
        return rebuild(library).await.map(|_| ());
    }
    loop {
        let changes = changes::list_after(library, seen).await?;
        let Some(last) = changes.last().map(|change| change.seq) else { return Ok(()) };
        let courses = touched(library, &changes).await?;
        put(library, courses, last, false).await?;
        seen = last;
    }
}

/// Throws the index away and builds it from the database; gives the number of courses.
///
/// # Errors
/// `Internal` when the database or the index cannot answer.
pub async fn rebuild(library: &Library) -> Result<usize> {
    let seen = changes::newest(library).await?;
    let ids = courses::list_published_ids(library).await?;
    let count = ids.len();
    put(library, ids.into_iter().collect(), seen, true).await?;
    Ok(count)
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
            Changed::Column => courses.extend(courses::list_published_ids(library).await?),
            Changed::Place => {}
        }
    }
    Ok(courses)
}

async fn put(library: &Library, ids: BTreeSet<CourseId>, seen: i64, from_nothing: bool) -> Result<()> {
    let mut read: Vec<CoursePassages> = Vec::with_capacity(ids.len());
    for id in &ids {
        read.push(passages::read(library, id).await?);
    }
    let index = library.index.clone();
    tokio::task::spawn_blocking(move || {
        index.commit(seen, |writer, fields| {
            if from_nothing {
                writer.delete_all_documents()?;
            }
            for course in &read {
                writer.delete_term(Term::from_field_text(fields.course, course.course.as_str()));
                for document in course.documents(fields) {
                    writer.add_document(document)?;
                }
            }
            Ok(())
        })
    })
    .await?
}
