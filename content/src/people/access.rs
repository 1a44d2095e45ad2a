//! May this person do that? Pure answers from grants; what needs the tree is asked through `places::scope_of`.

use super::{Actor, Role};
use crate::error::{Error, Result};
use crate::ids::UnitId;

fn allowed(yes: bool) -> Result<()> {
    if yes { Ok(()) } else { Err(Error::Forbidden) }
}

fn holds(actor: &Actor, role: Role) -> bool {
    actor.grants.iter().any(|grant| grant.role == role)
}

/// Content managers, of whatever scope, keep columns, uploads and jobs.
pub fn keeps_content(actor: &Actor) -> bool {
    holds(actor, Role::ContentManager)
}

/// # Errors
/// `Forbidden` for everybody but content managers.
pub fn may_keep_content(actor: &Actor) -> Result<()> {
    allowed(keeps_content(actor))
}

/// Reviewers, of whatever scope, look at what content managers submit.
pub fn reviews_content(actor: &Actor) -> bool {
    holds(actor, Role::Reviewer)
}

/// People whose grant lets them read reports of some scope.
pub fn reads_reports(actor: &Actor) -> bool {
    actor.grants.iter().any(|grant| grant.role.can(Role::Supervisor))
}

/// New roots of the tree, people without a unit and grants over everything are for administrators of the whole tree.
///
/// # Errors
/// `Forbidden` for others.
pub fn may_grow_roots(actor: &Actor) -> Result<()> {
    allowed(actor.grants.iter().any(|grant| grant.role == Role::Administrator && grant.unit.is_none()))
}

/// The unit that owns what this content manager makes: that of the widest grant she holds first.
///
/// # Errors
/// `Forbidden` for people who keep no content.
pub fn owner_unit(actor: &Actor) -> Result<Option<UnitId>> {
    let mut grants = actor.grants.iter().filter(|grant| grant.role == Role::ContentManager).peekable();
    let first = grants.peek().ok_or(Error::Forbidden)?.unit.clone();
    Ok(if grants.any(|grant| grant.unit.is_none()) { None } else { first })
}

/// Whether she may ask units to complete courses.
pub fn assigns(actor: &Actor) -> bool {
    actor.grants.iter().any(|grant| grant.role.can(Role::Administrator))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::Grant;

    fn actor(grants: &[(Role, Option<&str>)]) -> Actor {
        Actor {
            person: "p".into(),
            login: "p".into(),
            name: "P".into(),
            language: None,
            data_use: crate::people::DataUse::Auto,
            unit: None,
            grants: grants.iter().map(|(role, unit)| Grant { role: *role, unit: unit.map(UnitId::from) }).collect(),
            first_signed_in_at: 0,
            changes_seen: 0,
        }
    }

    #[test]
    fn each_role_may_what_its_name_says_and_no_more() {
        let check = |role, keeps, reads| {
            let actor = actor(&[(role, Some("u"))]);
            assert_eq!((keeps_content(&actor), reads_reports(&actor)), (keeps, reads), "{role}");
            assert!(may_grow_roots(&actor).is_err(), "{role} of a unit must not grow roots");
        };
        check(Role::Learner, false, false);
        check(Role::ContentManager, true, false);
        check(Role::Reviewer, false, false);
        check(Role::Supervisor, false, true);
        check(Role::Administrator, false, true);
        check(Role::Auditor, false, false);
    }

    #[test]
    fn a_grant_over_everything_owns_for_everybody() {
        let two = actor(&[(Role::ContentManager, Some("u")), (Role::ContentManager, None)]);
        assert_eq!(owner_unit(&two).unwrap(), None);
        let one = actor(&[(Role::ContentManager, Some("u"))]);
        assert_eq!(owner_unit(&one).unwrap(), Some("u".into()));
        assert!(owner_unit(&actor(&[])).is_err());
    }
}
