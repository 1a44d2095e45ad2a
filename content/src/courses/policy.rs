//! How are a column's videos kept? What they are encoded as, and what becomes of their originals.

use super::sql;
use crate::Library;
use crate::audit;
use crate::db::{Tx, find, list_in, write};
use crate::error::Result;
use crate::media::encoding::{self, Policy};
use crate::media::{Class, Originals, Resource, ResourceKind, Stage, originals};
use crate::people::{self, Actor};

/// What the columns that use a video ask. Where they differ it is encoded as it was seen, and kept as the most careful
/// of them wants it.
pub(crate) async fn find_policy(library: &Library, resource: &str) -> Result<Policy> {
    let row = find!(&library.db, (Option<String>, i64, Option<i64>), sql::FIND_POLICY, resource)?;
    let (class, classes, careless) = row.unwrap_or_default();
    let originals = match careless {
        Some(2) => Originals::Drop,
        Some(1) => Originals::Move,
        _ => Originals::Keep,
    };
    Ok(Policy { class: class.filter(|_| classes == 1).as_deref().and_then(Class::parse), originals })
}

/// Sets both for a column. Its videos that were made as something else are made anew in the background; originals are
/// laid where they belong when nothing else is to be done.
///
/// # Errors
/// `Forbidden`; `NotFound`.
pub async fn set_policy(
    library: &Library,
    actor: &Actor,
    column: &str,
    class: Option<Class>,
    keeping: Originals,
) -> Result<()> {
    people::may_keep_columns(library, actor).await?;
    let column = super::load_column(library, column).await?;
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::SET_POLICY, &column.id, class.map(Class::as_str), keeping.as_str())?;
    audit::note(library, &mut tx, Some(&actor.person), "column.policy", column.id.as_str()).await?;
    let videos = list_in!(&mut tx, Resource, sql::LIST_VIDEOS_OF_COLUMN, &column.id)?;
    for video in &videos {
        let class = class.map(Class::as_str).or(video.class.as_deref());
        take_hold(library, &mut tx, video, class, keeping).await?;
    }
    tx.commit().await?;
    library.nudge();
    Ok(())
}

/// Lets the policy of its column take hold of a video that is ready; of others it is read when they are encoded.
/// Courseware is kept as it is.
pub(super) async fn take_hold(
    library: &Library,
    tx: &mut Tx,
    video: &Resource,
    class: Option<&str>,
    keeping: Originals,
) -> Result<()> {
    if video.kind != ResourceKind::Video || video.stage != Stage::Ready {
        return Ok(());
    }
    if class.is_some() && video.class_chosen.is_none() && video.class_used.as_deref() != class {
        encoding::refresh(library, tx, video).await?;
    }
    if keeping != Originals::Keep {
        originals::enqueue(library, tx, video).await?;
    }
    Ok(())
}
