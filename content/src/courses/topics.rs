//! Which courses of a column stand together? Its topics, in their order.

use super::editing::TITLE;
use super::{columns, load_column, sql};
use crate::Library;
use crate::audit;
use crate::changes::{self, Changed};
use crate::db::{Tx, find, find_in, list, list_in, write};
use crate::error::{Error, Result, Why};
use crate::ids::{ColumnId, TopicId};
use crate::paging::{Mark, Paging, Part};
use crate::people::{self, Actor};
use crate::shelves::order::{Place, shift};
use crate::texts::Texts;

/// No column has more.
const MOST: i64 = 200;

/// A group of courses within a column.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Topic {
    pub id: TopicId,
    #[sqlx(rename = "library_column")]
    pub column: ColumnId,
    #[sqlx(try_from = "String")]
    pub title: Texts,
}

/// The topics of all columns, in their order.
pub async fn list_topics(library: &Library) -> Result<Vec<Topic>> {
    list!(&library.db, Topic, sql::LIST_TOPICS)
}

/// The topics of one column, in their order.
pub async fn list_topics_of(library: &Library, column: &ColumnId) -> Result<Vec<Topic>> {
    list!(&library.db, Topic, sql::LIST_TOPICS_OF, column)
}

pub async fn find_topic(library: &Library, id: &TopicId) -> Result<Option<Topic>> {
    find!(&library.db, Topic, sql::FIND_TOPIC, id)
}

/// A topic and where it stands in its column.
#[derive(sqlx::FromRow)]
struct Placed {
    #[sqlx(flatten)]
    topic: Topic,
    place: i64,
}

/// The same page by page.
///
/// # Errors
/// `Invalid(after)` for what no page ended with.
pub async fn list_page(library: &Library, column: &ColumnId, paging: Paging<'_>) -> Result<Part<Topic>> {
    let Mark { numbers: [place], id } = paging.mark(Mark::low())?;
    let rows = list!(&library.db, Placed, sql::PAGE_TOPICS, column, place, &id, paging.most())?;
    let part = paging.part(rows, |row| Mark { numbers: [row.place], id: row.topic.id.to_string() }.to_string());
    Ok(Part { items: part.items.into_iter().map(|row| row.topic).collect(), next: part.next })
}

/// Adds one at the end; `column` is a slug.
///
/// # Errors
/// `Forbidden` for whoever keeps no columns; `NotFound`; `Invalid` for a bad title.
pub async fn add_topic(library: &Library, actor: &Actor, column: &str, title: Texts) -> Result<TopicId> {
    people::may_keep_columns(library, actor).await?;
    let column = load_column(library, column).await?;
    let title = title.checked("title", true, TITLE)?;
    let id = TopicId::new();
    let mut tx = library.db.begin().await?;
    if write!(&mut tx, sql::ADD_TOPIC, &id, &column.id, title.to_json(), library.clock.now_ms(), MOST)? == 0 {
        return Err(Error::Conflict(Why::TooMany));
    }
    changes::note(library, &mut tx, Changed::Column, column.id.as_str()).await?;
    audit::note(library, &mut tx, Some(&actor.person), "topic.add", id.as_str()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Calls a topic otherwise.
///
/// # Errors
/// `Forbidden`, `NotFound`, or `Invalid` for a bad title.
pub async fn rename_topic(library: &Library, actor: &Actor, id: &TopicId, title: Texts) -> Result<()> {
    people::may_keep_columns(library, actor).await?;
    let title = title.checked("title", true, TITLE)?;
    let topic = find!(&library.db, Topic, sql::FIND_TOPIC, id)?.ok_or(Error::NotFound("topic"))?;
    columns::may_change(library, actor, &topic.column).await?;
    let mut tx = library.db.begin().await?;
    let topic = find_in!(&mut tx, Topic, sql::FIND_TOPIC, id)?.ok_or(Error::NotFound("topic"))?;
    write!(&mut tx, sql::RENAME_TOPIC, id, title.to_json())?;
    changes::note(library, &mut tx, Changed::Column, topic.column.as_str()).await?;
    audit::note(library, &mut tx, Some(&actor.person), "topic.rename", id.as_str()).await?;
    tx.commit().await
}

/// Moves a topic among those of its column.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn move_topic(library: &Library, actor: &Actor, id: &TopicId, place: Place) -> Result<()> {
    people::may_keep_columns(library, actor).await?;
    let topic = find!(&library.db, Topic, sql::FIND_TOPIC, id)?.ok_or(Error::NotFound("topic"))?;
    columns::may_change(library, actor, &topic.column).await?;
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::LOCK_TOPICS)?;
    let topic = find_in!(&mut tx, Topic, sql::FIND_TOPIC, id)?.ok_or(Error::NotFound("topic"))?;
    let mut topics = list_in!(&mut tx, Topic, sql::LIST_TOPICS_OF, &topic.column)?;
    let from = topics.iter().position(|each| each.id == *id).ok_or(Error::NotFound("topic"))?;
    shift(&mut topics, from, place);
    for (position, each) in (1_i64..).zip(&topics) {
        write!(&mut tx, sql::PLACE_TOPIC, &each.id, position)?;
    }
    changes::note(library, &mut tx, Changed::Column, topic.column.as_str()).await?;
    audit::note(library, &mut tx, Some(&actor.person), "topic.move", id.as_str()).await?;
    tx.commit().await
}

/// Takes a topic away in which no course stands.
///
/// # Errors
/// `Forbidden`, `NotFound`; `Conflict(InUse)`.
pub async fn remove_topic(library: &Library, actor: &Actor, id: &TopicId) -> Result<()> {
    people::may_keep_columns(library, actor).await?;
    let topic = find!(&library.db, Topic, sql::FIND_TOPIC, id)?.ok_or(Error::NotFound("topic"))?;
    columns::may_change(library, actor, &topic.column).await?;
    let mut tx = library.db.begin().await?;
    find_in!(&mut tx, Topic, sql::FIND_TOPIC, id)?.ok_or(Error::NotFound("topic"))?;
    if !remove_in(library, &mut tx, id).await? {
        return Err(Error::Conflict(Why::InUse));
    }
    audit::note(library, &mut tx, Some(&actor.person), "topic.remove", id.as_str()).await?;
    tx.commit().await
}

/// The same in the caller's transaction, who has the right to; false when it is in use.
pub(crate) async fn remove_in(library: &Library, tx: &mut Tx, id: &TopicId) -> Result<bool> {
    if let Some(topic) = find_in!(tx, Topic, sql::FIND_TOPIC, id)? {
        changes::note(library, tx, Changed::Column, topic.column.as_str()).await?;
    }
    Ok(write!(tx, sql::REMOVE_TOPIC, id)? == 1)
}
