//! How are a column's videos kept? What they are encoded as, and what becomes of their originals: for the videos of her own
//! tree, as whoever keeps columns says.

use super::{Column, goes, sql};
use crate::Library;
use crate::audit;
use crate::db::{Tx, find, find_in, write};
use crate::error::{Error, Result};
use crate::ids::ColumnId;
use crate::media::encoding::{self, Policy};
use crate::media::{Class, Originals, Resource, ResourceKind, Stage, originals};
use crate::people::{self, Actor, Role};

pub use originals::GRACE_MS;

/// What a column says of the videos of one tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// `None`: as each was seen.
    pub class: Option<Class>,
    pub originals: Originals,
}

/// How many videos a policy would bind, and what would become of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Reach {
    pub videos: i64,
    /// Made anew in the background.
    pub encoded: i64,
    /// Whose originals there are to move away or to delete.
    pub originals: i64,
}

/// A row of what a column says.
#[derive(sqlx::FromRow)]
struct Row {
    class: Option<String>,
    originals: String,
}

impl From<Row> for Kept {
    fn from(row: Row) -> Self {
        let class = row.class.as_deref().and_then(Class::parse);
        Self { class, originals: Originals::parse(&row.originals).unwrap_or_default() }
    }
}

/// What the columns that use a video ask, each for the tree whose it is. Where they differ it is encoded as it was seen, and
/// kept as the most careful of them wants it.
pub(crate) async fn find_policy(library: &Library, resource: &str) -> Result<Policy> {
    let row = find!(&library.db, (Option<String>, i64, Option<i64>, Option<i64>), sql::FIND_POLICY, resource)?;
    let (class, classes, careless, since) = row.unwrap_or_default();
    let originals = match careless {
        Some(2) => Originals::Drop,
        Some(1) => Originals::Move,
        _ => Originals::Keep,
    };
    let class = class.filter(|_| classes == 1).as_deref().and_then(Class::parse);
    Ok(Policy { class, originals, since: since.unwrap_or_default() })
}

/// When the original of a video will be deleted (ms since 1970 UTC), where that is to be.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn find_end_of_original(library: &Library, resource: &Resource) -> Result<Option<i64>> {
    let policy = find_policy(library, resource.id.as_str()).await?;
    if policy.originals != Originals::Drop || resource.original_dropped_at.is_some() {
        return Ok(None);
    }
    originals::find_end(library, &resource.id, policy.since).await
}

/// For whose videos she speaks: all (empty), or those of the tops of the tree that she keeps.
fn trees(actor: &Actor) -> Vec<String> {
    let grants = || actor.grants.iter().filter(|grant| grant.role == Role::ContentManager);
    if grants().any(|grant| grant.unit.is_none()) {
        return vec![String::new()];
    }
    grants().filter_map(|grant| grant.unit.as_ref()).map(ToString::to_string).collect()
}

/// What a column says of the videos of her tree.
///
/// # Errors
/// `Forbidden` for whoever keeps no columns.
pub async fn find_kept(library: &Library, actor: &Actor, column: &ColumnId) -> Result<Kept> {
    people::may_keep_columns(library, actor).await?;
    for tree in trees(actor) {
        if let Some(row) = find!(&library.db, Row, sql::FIND_COLUMN_POLICY, column, &tree)? {
            return Ok(row.into());
        }
    }
    Ok(Kept { class: None, originals: Originals::Keep })
}

/// What [`set_policy`] would do; nothing is changed.
///
/// # Errors
/// As [`set_policy`].
pub async fn preview(library: &Library, actor: &Actor, column: &str, kept: Kept) -> Result<Reach> {
    people::may_keep_columns(library, actor).await?;
    let column = super::load_column(library, column).await?;
    let mut all = Reach::default();
    for tree in trees(actor) {
        let class = kept.class.map(Class::as_str);
        let reach =
            find!(&library.db, Reach, sql::COUNT_VIDEOS_OF_COLUMN, &column.id, &tree, class)?.unwrap_or_default();
        all.videos += reach.videos;
        all.encoded += reach.encoded;
        all.originals += if kept.originals == Originals::Keep { 0 } else { reach.originals };
    }
    Ok(all)
}

/// Sets both for a column, for the videos of her own tree. Those that were made as something else are made anew in the
/// background; originals are moved away when nothing else is to be done, and deleted seven days later: saying otherwise until
/// then keeps them.
///
/// # Errors
/// `Forbidden`; `NotFound`.
pub async fn set_policy(library: &Library, actor: &Actor, column: &str, kept: Kept) -> Result<()> {
    people::may_keep_columns(library, actor).await?;
    let column = super::load_column(library, column).await?;
    let mut tx = library.db.begin().await?;
    for tree in trees(actor) {
        if tree.is_empty() {
            // Who speaks for all speaks for each.
            write!(&mut tx, sql::FORGET_OTHER_POLICIES, &column.id)?;
        }
        let (class, now) = (kept.class.map(Class::as_str), library.clock.now_ms());
        write!(&mut tx, sql::SET_POLICY, &column.id, &tree, class, kept.originals.as_str(), now)?;
        goes::keep_as_said(library, &mut tx, &column.id, &tree).await?;
    }
    audit::note(library, &mut tx, Some(&actor.person), "column.policy", column.id.as_str()).await?;
    tx.commit().await?;
    library.nudge();
    Ok(())
}

/// Lets what a column says take hold of a video that a course of it shows anew.
pub(super) async fn take_hold_in(library: &Library, tx: &mut Tx, video: &Resource, column: &Column) -> Result<()> {
    let row = find_in!(tx, Row, sql::FIND_POLICY_FOR, &column.id, &video.id)?;
    match row {
        Some(row) => take_hold(library, tx, video, row.into()).await,
        None => Ok(()),
    }
}

/// Lets what a column says now for a tree take hold of one of its videos.
pub(super) async fn keep_as_said_now(
    library: &Library,
    tx: &mut Tx,
    video: &Resource,
    column: &str,
    tree: &str,
) -> Result<()> {
    match find_in!(tx, Row, sql::FIND_COLUMN_POLICY, column, tree)? {
        Some(row) => take_hold(library, tx, video, row.into()).await,
        None => Ok(()),
    }
}

/// Of a video that is ready; of others it is read when they are encoded. Courseware is kept as it is.
async fn take_hold(library: &Library, tx: &mut Tx, video: &Resource, kept: Kept) -> Result<()> {
    if video.kind != ResourceKind::Video || video.stage != Stage::Ready {
        return Ok(());
    }
    let class = kept.class.map(Class::as_str);
    if class.is_some() && video.class_chosen.is_none() && video.class_used.as_deref() != class {
        encoding::refresh(library, tx, video).await?;
    }
    if kept.originals != Originals::Keep {
        originals::enqueue(library, tx, video).await?;
    }
    Ok(())
}

/// What is to be said of a column, as words name it.
///
/// # Errors
/// `Invalid(originals)` for what is none of keep, move and drop.
pub fn kept_of(class: &str, originals: &str) -> Result<Kept> {
    let unknown = Error::invalid("originals", crate::Why::UnknownValue);
    Ok(Kept { class: Class::parse(class), originals: Originals::parse(originals).ok_or(unknown)? })
}
