//! Where do they work? The dated tree of org units, and the scope that every report is asked with.

mod sql;

use crate::Library;
use crate::changes::{self, Changed};
use crate::db::{Tx, find, list, write};
use crate::error::Result;
use crate::ids::UnitId;
use crate::paging::{Mark, Paging, Part};
use crate::texts::{Texts, containing};

/// A node of the tree. `kind` is the institution's own word: province, prefecture, county, township, clinic …
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OrgUnit {
    pub id: UnitId,
    pub kind: String,
    #[sqlx(try_from = "String")]
    pub name: Texts,
    pub parent: Option<UnitId>,
}

/// The part of the tree a question may look at. Outside the domain it can only be had from `people::scope_of`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    root: Option<UnitId>,
}

impl Scope {
    pub(crate) fn below(root: Option<UnitId>) -> Self {
        Self { root }
    }

    /// The top of the subtree; `None` is the whole tree.
    pub fn root(&self) -> Option<&UnitId> {
        self.root.as_ref()
    }
}

/// Whether `unit` is `top` or below it; `top` of `None` covers everything.
pub(crate) async fn covers(library: &Library, top: Option<&UnitId>, unit: &UnitId) -> Result<bool> {
    let Some(top) = top else { return Ok(true) };
    let row = find!(&library.db, (i64,), sql::FIND_WITHIN, top, unit)?;
    Ok(row.is_some())
}

/// Writes the unit, its dated place in the tree, and the closure that follows from it.
pub(crate) async fn insert_unit(
    library: &Library,
    tx: &mut Tx,
    name: &Texts,
    kind: &str,
    parent: Option<&UnitId>,
) -> Result<UnitId> {
    let id = UnitId::new();
    let now = library.clock.now_ms();
    write!(tx, sql::ADD_UNIT, &id, kind, name.to_json(), now)?;
    write!(tx, sql::ADD_PARENT, &id, parent, now)?;
    write!(tx, sql::ADD_SELF, &id)?;
    match parent {
        Some(parent) => {
            write!(tx, sql::ADD_ANCESTORS, &id, parent)?;
        }
        None => changes::note(library, tx, Changed::Place, id.as_str()).await?,
    }
    Ok(id)
}

pub async fn find_unit(library: &Library, id: &UnitId) -> Result<Option<OrgUnit>> {
    find!(&library.db, OrgUnit, sql::FIND_UNIT, id)
}

/// The units directly below the top of `scope` (the roots, for the whole tree), by name; `most` at most.
pub async fn list_children(library: &Library, scope: &Scope, most: usize) -> Result<Vec<OrgUnit>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    match scope.root() {
        Some(root) => list!(&library.db, OrgUnit, sql::LIST_CHILDREN, root, most),
        None => list!(&library.db, OrgUnit, sql::LIST_TOPS, most),
    }
}

/// Whether anything lies below the top of `scope`.
pub async fn has_children(library: &Library, scope: &Scope) -> Result<bool> {
    let row = match scope.root() {
        Some(root) => find!(&library.db, (UnitId,), sql::FIND_CHILD, root)?,
        None => find!(&library.db, (UnitId,), sql::FIND_TOP)?,
    };
    Ok(row.is_some())
}

/// The units of the scope in the order in which they were added, parents before children, page by page.
///
/// # Errors
/// `Invalid(after)` for what no page ended with.
pub async fn list_page(library: &Library, scope: &Scope, paging: Paging<'_>) -> Result<Part<OrgUnit>> {
    let Mark { numbers: [], id } = paging.mark(Mark::low())?;
    let rows = match scope.root() {
        Some(root) => list!(&library.db, OrgUnit, sql::PAGE_WITHIN, root, &id, paging.most())?,
        None => list!(&library.db, OrgUnit, sql::PAGE_ALL, &id, paging.most())?,
    };
    Ok(paging.part(rows, |unit| unit.id.to_string()))
}

/// How many units are looked through for one that is called so.
const LOOKED_THROUGH: i64 = 20_000;

/// The units of the scope in whose name the words stand, `most` at most, those nearest to the top first. Of more than twenty
/// thousand, those that were added first are looked through.
pub async fn list_named(library: &Library, scope: &Scope, words: &str, most: usize) -> Result<Vec<OrgUnit>> {
    let words = words.trim();
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = match scope.root() {
        Some(root) => list!(&library.db, OrgUnit, sql::LIST_NAMED, root, containing(words), most, LOOKED_THROUGH)?,
        None => list!(&library.db, OrgUnit, sql::LIST_NAMED_ANYWHERE, containing(words), most, LOOKED_THROUGH)?,
    };
    let lower = words.to_lowercase();
    let has = |unit: &OrgUnit| unit.name.iter().any(|(_, text)| text.to_lowercase().contains(&lower));
    Ok(rows.into_iter().filter(has).collect())
}

/// The way to where somebody works; empty for people without a unit.
pub async fn list_path_to(library: &Library, unit: Option<&UnitId>) -> Result<Vec<OrgUnit>> {
    match unit {
        Some(unit) => list_path(library, unit).await,
        None => Ok(Vec::new()),
    }
}

/// From the root of the tree down to `unit` itself.
pub async fn list_path(library: &Library, unit: &UnitId) -> Result<Vec<OrgUnit>> {
    list!(&library.db, OrgUnit, sql::LIST_PATH, unit)
}
