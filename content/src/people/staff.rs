//! Who may join, where, and as what? What administrators do within the scope of their grants.

use super::{Actor, NewPerson, Role, access, hash_checked, insert_grant, insert_person, sql};
use crate::Library;
use crate::audit;
use crate::db::find;
use crate::error::{Error, Result, Why};
use crate::ids::{GrantId, PersonId, UnitId};
use crate::places::{self, Scope};
use crate::texts::{Texts, checked_line};

/// The scope in which `actor` may do what `role` does, narrowed to `asked` when given.
/// Without `asked` it is the actor's first grant of that role.
///
/// # Errors
/// `Forbidden` when no grant covers it.
pub async fn scope_of(library: &Library, actor: &Actor, role: Role, asked: Option<&UnitId>) -> Result<Scope> {
    let grants: Vec<_> = actor.grants.iter().filter(|grant| grant.role.can(role)).collect();
    let Some(asked) = asked else {
        let first = grants.first().ok_or(Error::Forbidden)?;
        let whole = grants.iter().any(|grant| grant.unit.is_none());
        return Ok(Scope::below(if whole { None } else { first.unit.clone() }));
    };
    for grant in grants {
        if places::covers(library, grant.unit.as_ref(), asked).await? {
            return Ok(Scope::below(Some(asked.clone())));
        }
    }
    Err(Error::Forbidden)
}

/// Whether `actor` keeps the content that `owner` owns (`None`: the whole tree owns it).
pub(crate) async fn keeps(library: &Library, actor: &Actor, owner: Option<&UnitId>) -> Result<bool> {
    holds_over(library, actor, Role::ContentManager, owner).await
}

/// Whether `actor` reviews what `owner` owns.
pub async fn reviews(library: &Library, actor: &Actor, owner: Option<&UnitId>) -> Result<bool> {
    holds_over(library, actor, Role::Reviewer, owner).await
}

async fn holds_over(library: &Library, actor: &Actor, role: Role, owner: Option<&UnitId>) -> Result<bool> {
    for grant in actor.grants.iter().filter(|grant| grant.role == role) {
        let covered = match owner {
            None => grant.unit.is_none(),
            Some(owner) => places::covers(library, grant.unit.as_ref(), owner).await?,
        };
        if covered {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether somebody besides `actor` reviews what `owner` owns: then nothing of it is shown without a review.
pub async fn has_reviewer(library: &Library, actor: &Actor, owner: Option<&UnitId>) -> Result<bool> {
    let row = find!(&library.db, (i64,), sql::COUNT_REVIEWERS, owner, &actor.person)?;
    Ok(row.is_some_and(|row| row.0 > 0))
}

/// # Errors
/// `Forbidden` for everybody who does not keep the content of `owner`.
pub(crate) async fn may_edit(library: &Library, actor: &Actor, owner: Option<&UnitId>) -> Result<()> {
    if keeps(library, actor, owner).await? { Ok(()) } else { Err(Error::Forbidden) }
}

/// Whether she may add columns. They are everybody's: for content managers of the whole tree, or of one of its tops.
pub async fn keeps_columns(library: &Library, actor: &Actor) -> Result<bool> {
    for grant in actor.grants.iter().filter(|grant| grant.role == Role::ContentManager) {
        let Some(unit) = &grant.unit else { return Ok(true) };
        if places::find_unit(library, unit).await?.is_some_and(|unit| unit.parent.is_none()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// # Errors
/// `Forbidden` for everybody who does not keep columns.
pub(crate) async fn may_keep_columns(library: &Library, actor: &Actor) -> Result<()> {
    if keeps_columns(library, actor).await? { Ok(()) } else { Err(Error::Forbidden) }
}

/// Adds a unit below `parent` (or a root, for people with the whole tree).
///
/// # Errors
/// `Forbidden` outside the actor's scope, `Invalid` for a bad name or kind, or an unknown parent.
pub async fn add_unit(
    library: &Library,
    actor: &Actor,
    name: Texts,
    kind: &str,
    parent: Option<&UnitId>,
) -> Result<UnitId> {
    match parent {
        Some(parent) => {
            places::find_unit(library, parent).await?.ok_or(Error::invalid("parent", Why::UnknownValue))?;
            scope_of(library, actor, Role::Administrator, Some(parent)).await?;
        }
        None => access::may_grow_roots(actor)?,
    }
    let name = name.checked("name", true, 200)?;
    let kind = checked_line("kind", kind, 40)?;
    let mut tx = library.db.begin().await?;
    let id = places::insert_unit(library, &mut tx, &name, &kind, parent).await?;
    audit::note(library, &mut tx, Some(&actor.person), "org_unit.add", id.as_str()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Adds a person who works at `new.unit`, as a learner there.
///
/// # Errors
/// `Forbidden` outside the actor's scope; `Invalid` for a bad login, name or password; `Conflict(Taken)`.
pub async fn add_person(library: &Library, actor: &Actor, new: &NewPerson<'_>) -> Result<PersonId> {
    match new.unit {
        Some(unit) => {
            places::find_unit(library, unit).await?.ok_or(Error::invalid("org_unit", Why::UnknownValue))?;
            scope_of(library, actor, Role::Administrator, Some(unit)).await?;
        }
        None => access::may_grow_roots(actor)?,
    }
    let hash = hash_checked(library, new.password).await?;
    let mut tx = library.db.begin().await?;
    let id = insert_person(library, &mut tx, new, hash.as_deref()).await?;
    insert_grant(library, &mut tx, &id, Role::Learner, new.unit).await?;
    audit::note(library, &mut tx, Some(&actor.person), "person.add", id.as_str()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Gives `person` a role over the subtree of `unit` (`None`: the whole tree, which only its administrators can give); a
/// role that she has there already is given once.
///
/// # Errors
/// `Forbidden` outside the actor's scope, `Invalid` for an unknown person or unit.
pub async fn grant(
    library: &Library,
    actor: &Actor,
    person: &PersonId,
    role: Role,
    unit: Option<&UnitId>,
) -> Result<GrantId> {
    match unit {
        Some(unit) => {
            places::find_unit(library, unit).await?.ok_or(Error::invalid("org_unit", Why::UnknownValue))?;
            scope_of(library, actor, Role::Administrator, Some(unit)).await?;
        }
        None => access::may_grow_roots(actor)?,
    }
    find!(&library.db, (PersonId,), sql::FIND_PERSON, person)?.ok_or(Error::invalid("person", Why::UnknownValue))?;
    let mut tx = library.db.begin().await?;
    let (id, is_new) = insert_grant(library, &mut tx, person, role, unit).await?;
    if is_new {
        audit::note(library, &mut tx, Some(&actor.person), "grant.add", id.as_str()).await?;
    }
    tx.commit().await?;
    Ok(id)
}
