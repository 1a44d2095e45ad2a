//! Who is this, and what may they do? Accounts, sessions and grants.

pub mod access;
mod password;
mod signing;
mod sql;
mod staff;

use crate::Library;
use crate::audit;
use crate::db::{Tx, find_in, is_taken, list, write};
use crate::error::{Error, Result, Why};
use crate::ids::{self, GrantId, Language, PersonId, UnitId, words};
use crate::places;
use crate::texts::checked_line;

pub(crate) use password::hex;
pub use password::{Passwords, readable_password};
pub use signing::{Coming, MOST_SESSIONS, sign_in};
pub(crate) use signing::{Expired, forget_expired};
pub use staff::{
    add_person, add_unit, find_unit_meant, grant, has_reviewer, keeps_columns, keeps_everything, reviews, scope_of,
};
pub(crate) use staff::{keeps, may_edit, may_keep_columns, may_keep_everything, may_know};

/// How long a sign-in lasts, in milliseconds (30 days).
pub const SESSION_MS: i64 = 30 * 24 * 3_600_000;
words!(
    /// What a grant allows within its scope.
    Role {
        Learner = "learner",
        ContentManager = "content-manager",
        Reviewer = "reviewer",
        Supervisor = "supervisor",
        Administrator = "administrator",
        Auditor = "auditor",
    }
);

words!(
    /// What playing a lesson may cost: as much as the link carries, the cheapest picture, or no picture.
    DataUse { Auto = "auto", Low = "low", Sound = "sound" }
);

impl Role {
    /// Whether a grant of `self` is enough where `needed` is asked for: administrators may all that supervisors may.
    pub fn can(self, needed: Self) -> bool {
        self == needed || (self == Self::Administrator && needed == Self::Supervisor)
    }
}

/// A role and the subtree it reaches (`None`: the whole tree).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub role: Role,
    pub unit: Option<UnitId>,
}

/// The person on whose behalf something is done.
#[derive(Debug, Clone)]
pub struct Actor {
    pub person: PersonId,
    pub login: String,
    pub name: String,
    pub language: Option<Language>,
    pub data_use: DataUse,
    /// Where she works now.
    pub unit: Option<UnitId>,
    pub grants: Vec<Grant>,
    /// When she signed in for the first time, in ms since 1970 UTC: the first anchor of the clock rule.
    pub first_signed_in_at: i64,
    /// The newest change of the library when she was looked up: what she is shown is not older.
    pub changes_seen: i64,
}

/// A fresh sign-in: the token is known to the browser alone, the database keeps its hash.
#[derive(Debug)]
pub struct SignIn {
    pub token: String,
    /// What the browser is known by from now on.
    pub device: String,
    pub person: PersonId,
}

/// What a new account needs. Without a password nobody can sign in to it yet.
#[derive(Debug, Default)]
pub struct NewPerson<'a> {
    pub login: &'a str,
    pub name: &'a str,
    pub password: Option<&'a str>,
    pub unit: Option<&'a UnitId>,
}

#[derive(sqlx::FromRow)]
struct Account {
    id: PersonId,
    password_hash: Option<String>,
}

/// A person with one of her grants.
#[derive(sqlx::FromRow)]
struct SignedIn {
    id: PersonId,
    login: String,
    name: String,
    language: Option<String>,
    data_use: Option<String>,
    unit: Option<UnitId>,
    first_signed_in_at: i64,
    changes_seen: i64,
    role: Option<String>,
    granted: Option<UnitId>,
}

/// Who holds this token, if it is still good.
///
/// # Errors
/// `Internal` only; an unknown or expired token is `None`.
pub async fn find_actor(library: &Library, token: &str) -> Result<Option<Actor>> {
    let now = library.clock.now_ms();
    acting(list!(&library.db, SignedIn, sql::LIST_SIGNED_IN, password::fingerprint(token), now)?)
}

/// The person with this login, for the command line, where whoever can run the program may do anything.
///
/// # Errors
/// `NotFound`.
pub async fn act_as(library: &Library, login: &str) -> Result<Actor> {
    acting(list!(&library.db, SignedIn, sql::LIST_BY_LOGIN, login)?)?.ok_or(Error::NotFound("person"))
}

/// The person with this id, for jobs, which are done in the name of whoever asked for them. A login is never taken for
/// an id: it may be made to look like one.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn act_for(library: &Library, person: &PersonId) -> Result<Actor> {
    acting(list!(&library.db, SignedIn, sql::LIST_BY_ID, person)?)?.ok_or(Error::NotFound("person"))
}

/// The rows of one person as whom she acts; `None` where there are none.
fn acting(rows: Vec<SignedIn>) -> Result<Option<Actor>> {
    let mut grants = Vec::new();
    for row in &rows {
        let Some(role) = row.role.clone() else { continue };
        let role = Role::try_from(role).map_err(|error| Error::internal(error.to_string()))?;
        grants.push(Grant { role, unit: row.granted.clone() });
    }
    let first = rows.into_iter().next();
    Ok(first.map(|row| Actor {
        language: row.language.as_deref().and_then(Language::parse),
        data_use: row.data_use.as_deref().and_then(DataUse::parse).unwrap_or(DataUse::Auto),
        person: row.id,
        login: row.login,
        name: row.name,
        unit: row.unit,
        grants,
        first_signed_in_at: row.first_signed_in_at,
        changes_seen: row.changes_seen,
    }))
}

/// Ends one session; an unknown token is no error.
pub async fn sign_out(library: &Library, token: &str) -> Result<()> {
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::END_SESSION, password::fingerprint(token))?;
    tx.commit().await
}

/// Remembers the language a person reads in.
pub async fn set_language(library: &Library, actor: &Actor, language: Language) -> Result<()> {
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::SET_LANGUAGE, &actor.person, language.as_str())?;
    tx.commit().await
}

/// Remembers what playing may cost a person.
pub async fn set_data_use(library: &Library, actor: &Actor, data_use: DataUse) -> Result<()> {
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::SET_DATA_USE, &actor.person, data_use.as_str())?;
    tx.commit().await
}

/// Adds a person with one role from the command line, where whoever can run the program may do anything.
///
/// # Errors
/// `Invalid` for a bad login, name, password or unit; `Conflict(Taken)`.
pub async fn add_from_command_line(library: &Library, new: &NewPerson<'_>, role: Role) -> Result<PersonId> {
    if let Some(unit) = new.unit {
        places::find_unit(library, unit).await?.ok_or(Error::invalid("org_unit", Why::UnknownValue))?;
    }
    let hash = hash_checked(library, new.password).await?;
    let mut tx = library.db.begin().await?;
    let id = insert_person(library, &mut tx, new, hash.as_deref()).await?;
    insert_grant(library, &mut tx, &id, role, new.unit).await?;
    audit::note(library, &mut tx, None, "person.add", id.as_str()).await?;
    tx.commit().await?;
    Ok(id)
}

pub(crate) async fn hash_checked(library: &Library, password: Option<&str>) -> Result<Option<String>> {
    let Some(password) = password else { return Ok(None) };
    match password.chars().count() {
        0..8 => Err(Error::invalid("password", Why::TooShort)),
        201.. => Err(Error::invalid("password", Why::TooLong)),
        _ => library.passwords.hash(password.to_owned()).await.map(Some),
    }
}

pub(crate) async fn insert_person(
    library: &Library,
    tx: &mut Tx,
    new: &NewPerson<'_>,
    hash: Option<&str>,
) -> Result<PersonId> {
    let login = checked_line("login", new.login, 60)?.to_lowercase();
    let name = checked_line("name", new.name, 100)?;
    if login.contains(char::is_whitespace) {
        return Err(Error::invalid("login", Why::Unreadable));
    }
    if ids::is_like_an_id(&login) {
        return Err(Error::invalid("login", Why::LikeAnId));
    }
    let id = PersonId::new();
    let now = library.clock.now_ms();
    let added = write!(tx, sql::ADD_PERSON, &id, login, name, hash, now);
    added.map_err(|error| if is_taken(&error) { Error::Conflict(Why::Taken) } else { error })?;
    if let Some(unit) = new.unit {
        write!(tx, sql::ADD_MEMBERSHIP, &id, unit, now)?;
    }
    Ok(id)
}

/// Gives the grant there is now, and whether it is new: the same role over the same units is one grant.
pub(crate) async fn insert_grant(
    library: &Library,
    tx: &mut Tx,
    person: &PersonId,
    role: Role,
    unit: Option<&UnitId>,
) -> Result<(GrantId, bool)> {
    let id = GrantId::new();
    if write!(tx, sql::ADD_GRANT, &id, person, role.as_str(), unit, library.clock.now_ms())? == 1 {
        return Ok((id, true));
    }
    let known = find_in!(tx, (GrantId,), sql::FIND_GRANT, person, role.as_str(), unit)?;
    Ok((known.ok_or(Error::NotFound("grant"))?.0, false))
}

/// Sets a new password and ends every session of that person.
///
/// # Errors
/// `NotFound` for an unknown login, `Invalid` for a bad password.
pub async fn set_password(library: &Library, login: &str, password: &str) -> Result<()> {
    let hash = hash_checked(library, Some(password)).await?;
    let mut tx = library.db.begin().await?;
    let login = login.trim().to_lowercase();
    let person = find_in!(&mut tx, Account, sql::FIND_ACCOUNT, &login)?.ok_or(Error::NotFound("person"))?.id;
    write!(&mut tx, sql::SET_PASSWORD, &person, hash)?;
    write!(&mut tx, sql::END_SESSIONS, &person)?;
    audit::note(library, &mut tx, None, "person.set_password", person.as_str()).await?;
    tx.commit().await
}
