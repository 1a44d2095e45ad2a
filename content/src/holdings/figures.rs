//! How much is there, and where? Counted for the managers of the same units, and kept: counting looks at everything, which
//! takes longer than a page may. What is older than a minute is shown while it is counted anew.

use serde::{Deserialize, Serialize};

use super::sql;
use crate::Library;
use crate::db::{find, list, write};
use crate::error::Result;
use crate::ids::ResourceId;
use crate::media::named;
use crate::people::{Actor, Role, access};
use crate::texts::Texts;

const FRESH_MS: i64 = 60_000;

/// What the files of a column take, in bytes. A file that several columns use is counted in each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Storage {
    pub slug: String,
    #[sqlx(try_from = "String")]
    pub title: Texts,
    pub files: i64,
    pub originals: i64,
    pub renditions: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Totals {
    pub unused: i64,
    pub broken: i64,
    pub unused_originals: i64,
    pub unused_renditions: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    pub columns: Vec<Storage>,
    pub totals: Totals,
    /// When it was counted (ms since 1970 UTC).
    pub counted_at: i64,
}

/// The figures of what this content manager keeps, a minute old where somebody looks now and then.
///
/// # Errors
/// `Forbidden` for people who keep no content.
pub async fn load_figures(library: &Library, actor: &Actor) -> Result<Figures> {
    access::may_keep_content(actor)?;
    let scope = scope_of(actor);
    let kept = find!(&library.db, (String, i64), sql::FIND_FIGURES, &scope)?;
    let Some((told, counted_at)) = kept else { return count(library, actor, &scope).await };
    if library.clock.now_ms() - counted_at > FRESH_MS && claim(library, &scope, counted_at).await? {
        let (library, actor) = (library.clone(), actor.clone());
        tokio::spawn(async move {
            if let Err(error) = count(&library, &actor, &scope).await {
                tracing::warn!(%error, "the figures of the resources could not be counted");
            }
        });
    }
    let (columns, totals) = serde_json::from_str(&told)?;
    Ok(Figures { columns, totals, counted_at })
}

/// Whose figures are the same: managers of the same units.
fn scope_of(actor: &Actor) -> String {
    let grants = actor.grants.iter().filter(|grant| grant.role == Role::ContentManager);
    let mut units: Vec<&str> = grants.map(|grant| grant.unit.as_ref().map_or("*", |unit| unit.as_str())).collect();
    units.sort_unstable();
    units.dedup();
    units.join(" ")
}

/// Of all who find the figures old, one counts.
async fn claim(library: &Library, scope: &str, counted_at: i64) -> Result<bool> {
    let mut tx = library.db.begin().await?;
    let claimed = write!(&mut tx, sql::CLAIM_FIGURES, scope, counted_at, library.clock.now_ms())?;
    tx.commit().await?;
    Ok(claimed == 1)
}

async fn count(library: &Library, actor: &Actor, scope: &str) -> Result<Figures> {
    let counted_at = library.clock.now_ms();
    mend_uses(library).await?;
    let columns = list!(&library.db, Storage, sql::LIST_STORAGE, &actor.person)?;
    let totals = find!(&library.db, Totals, sql::FIND_TOTALS, &actor.person)?.unwrap_or_default();
    let told = serde_json::to_string(&(&columns, &totals))?;
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::SET_FIGURES, scope, told, counted_at)?;
    tx.commit().await?;
    Ok(Figures { columns, totals, counted_at })
}

/// What uses a resource is counted in the transaction that changes it; what else may have changed it is seen here.
async fn mend_uses(library: &Library) -> Result<()> {
    let drifted = list!(&library.db, (ResourceId,), sql::LIST_DRIFTED)?;
    if drifted.is_empty() {
        return Ok(());
    }
    let mut tx = library.db.begin().await?;
    for (id,) in &drifted {
        named::recount_uses(&mut tx, id).await?;
    }
    tx.commit().await
}

/// After a change to many, whoever looks next has them counted anew.
pub(super) async fn forget(library: &Library) -> Result<()> {
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::FORGET_FIGURES)?;
    tx.commit().await
}
