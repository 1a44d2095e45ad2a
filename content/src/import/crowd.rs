//! How does a whole province get in at once? Units, people and what they have learned, as many as `crowd.json` says, below
//! the one top of a library that has courses: what benches and trials of that size run on.

mod sql;

use std::path::Path;

use serde::Deserialize;

use super::{NewAccount, OnStep};
use crate::Library;
use crate::db::{Tx, find, find_in, write};
use crate::error::{Error, Result, Why};
use crate::ids::{ResourceId, UnitId};
use crate::people::{self, Role};

/// What ids of units, people, grants and assignments begin with.
const UNIT: &str = "01900000000070008001";
const PERSON: &str = "01900000000070008002";
const GRANT: &str = "01900000000070008003";
const ASSIGNMENT: &str = "01900000000070008004";
/// Staff of the kind with this place in `staff` have grants of their own numbers.
const STAFF: [&str; 6] = [
    "01900000000070008010",
    "01900000000070008011",
    "01900000000070008012",
    "01900000000070008013",
    "01900000000070008014",
    "01900000000070008015",
];

/// So many people are written down in one transaction, with all that they have learned.
const TOGETHER: i64 = 2_500;
const DAY_MS: i64 = 24 * 3_600_000;
/// They came this long before now; their newest receipts are a day old, so that the clock allows each some hours more.
const SINCE_MS: i64 = 400 * DAY_MS;

/// What `crowd.json` says.
#[derive(Deserialize)]
struct CrowdForm {
    /// From the units below the top down to the villages.
    levels: Vec<LevelForm>,
    people: i64,
    /// How many of them can sign in, the first ones, all with one password.
    sign_in: i64,
    /// How many courses each has begun; about ten lessons each.
    courses_each: i64,
    /// How many courses each unit above the villages asks for.
    assignments_each: i64,
    #[serde(default)]
    staff: Vec<StaffForm>,
}

#[derive(Deserialize)]
struct LevelForm {
    kind: String,
    /// How many hang below each unit of the level above.
    each: i64,
    zh: String,
    en: String,
}

/// Of those who can sign in, who has the remainder `at` of `every` also has `role` for her unit of that kind.
#[derive(Deserialize)]
struct StaffForm {
    role: Role,
    kind: String,
    every: i64,
    at: i64,
}

/// The numbers of a level's units.
struct Level<'a> {
    form: &'a LevelForm,
    from: i64,
    until: i64,
}

/// Adds the crowd of `folder`'s `crowd.json`; gives the accounts that can sign in, which share one generated password.
///
/// # Errors
/// `Conflict(AlreadyFinished)` where somebody has learned already; `Invalid(org_units)` where the tree has not one top;
/// `Invalid(courses)` where nothing is published; `Invalid(staff)` for more kinds of staff than six.
pub async fn add_crowd(library: &Library, folder: &Path, on_step: OnStep<'_>) -> Result<Vec<NewAccount>> {
    let json = tokio::fs::read_to_string(folder.join("crowd.json")).await?;
    let form: CrowdForm = serde_json::from_str(&json)?;
    if form.staff.len() > STAFF.len() {
        return Err(Error::invalid("staff", Why::OutOfRange));
    }
    let count = async |sql: &'static str| Ok::<_, Error>(find!(&library.db, (i64,), sql)?.map_or(0, |row| row.0));
    if count(sql::COUNT_LEARNED).await? > 0 {
        return Err(Error::Conflict(Why::AlreadyFinished));
    }
    let courses = count(sql::COUNT_COURSES).await?;
    if courses == 0 {
        return Err(Error::invalid("courses", Why::Empty));
    }
    let crowd = Crowd { library, form: &form, courses, now: library.clock.now_ms() };
    library.db.hold_many_pages().await?;
    library.db.be_patient();
    crowd.play_what_is_told().await?;
    let levels = crowd.add_units().await?;
    // PostgreSQL plans what follows by what it knows of the tables.
    crowd.run(sql::ANALYZE).await?;
    crowd.run(sql::DROP_LEDGER_OF_LESSON).await?;
    let added = crowd.add_people(&levels, on_step).await;
    // Whatever became of them: reports need it.
    crowd.run(sql::MAKE_LEDGER_OF_LESSON).await?;
    let accounts = added?;
    crowd.add_assignments(&levels).await?;
    crowd.run(sql::ANALYZE).await?;
    Ok(accounts)
}

struct Crowd<'a> {
    library: &'a Library,
    form: &'a CrowdForm,
    courses: i64,
    now: i64,
}

impl Crowd<'_> {
    async fn play_what_is_told(&self) -> Result<()> {
        let mut tx = self.library.db.begin().await?;
        if let Some((playing,)) = find_in!(&mut tx, (ResourceId,), sql::FIND_PLAYING)? {
            write!(&mut tx, sql::PLAY_RENDITIONS, &playing)?;
            write!(&mut tx, sql::PLAY_STILLS, &playing)?;
            write!(&mut tx, sql::PLAY, &playing)?;
        }
        tx.commit().await
    }

    async fn add_units(&self) -> Result<Vec<Level<'_>>> {
        let mut tx = self.library.db.begin().await?;
        let top = find_in!(&mut tx, (UnitId,), sql::FIND_TOP)?.ok_or(Error::invalid("org_units", Why::UnknownValue))?.0;
        let since = self.now - SINCE_MS;
        let mut levels: Vec<Level<'_>> = Vec::new();
        for form in &self.form.levels {
            let above = levels.last().map_or((0, 1), |level| (level.from, level.until - level.from));
            let from = levels.last().map_or(0, |level| level.until);
            let until = from + above.1 * form.each;
            write!(&mut tx, sql::ADD_UNITS, UNIT, from, until, &form.kind, &form.zh, &form.en, since)?;
            let top = levels.is_empty().then_some(&top);
            write!(&mut tx, sql::ADD_PARENTS, UNIT, from, until, form.each, above.0, top, since)?;
            write!(&mut tx, sql::ADD_WITHIN, id(UNIT, from), id(UNIT, until))?;
            levels.push(Level { form, from, until });
        }
        tx.commit().await?;
        Ok(levels)
    }

    async fn add_people(&self, levels: &[Level<'_>], on_step: OnStep<'_>) -> Result<Vec<NewAccount>> {
        let villages = levels.last().ok_or(Error::invalid("levels", Why::Empty))?;
        let password = people::readable_password()?;
        let hash = people::hash_checked(self.library, Some(&password)).await?;
        let mut from = 0;
        while from < self.form.people {
            let until = self.form.people.min(from + TOGETHER);
            let mut tx = self.library.db.begin().await?;
            self.add_some(&mut tx, from, until, villages, hash.as_deref()).await?;
            tx.commit().await?;
            let shown = |number: i64| usize::try_from(number).unwrap_or_default();
            on_step(shown(until), shown(self.form.people), &villages.form.zh);
            from = until;
        }
        self.add_staff().await?;
        let account = |number| NewAccount {
            login: format!("learner-{number}"),
            role: self.role_of(number),
            password: password.clone(),
        };
        Ok((0..self.form.sign_in.min(self.form.people)).map(account).collect())
    }

    async fn add_some(
        &self,
        tx: &mut Tx,
        from: i64,
        until: i64,
        villages: &Level<'_>,
        hash: Option<&str>,
    ) -> Result<()> {
        let (since, each) = (self.now - SINCE_MS, self.form.courses_each.min(self.courses));
        let (first, end) = (id(PERSON, from), id(PERSON, until));
        write!(tx, sql::ADD_PEOPLE, PERSON, from, until, self.form.sign_in, hash, since)?;
        write!(tx, sql::ADD_MEMBERSHIPS, PERSON, from, until, UNIT, villages.from, villages.until, since)?;
        write!(tx, sql::ADD_LEARNERS, &first, &end, GRANT, since)?;
        write!(tx, sql::ADD_LEDGER, PERSON, from, until, each, self.courses, self.now)?;
        write!(tx, sql::ADD_PROGRESS, &first, &end)?;
        write!(tx, sql::ADD_COMPLETIONS, PERSON, from, until, each, self.courses, self.now)?;
        write!(tx, sql::ADD_BOOKS, &first, &end, (each + 1) * 100, self.now - DAY_MS)?;
        Ok(())
    }

    async fn add_staff(&self) -> Result<()> {
        let mut tx = self.library.db.begin().await?;
        let (first, end, since) = (id(PERSON, 0), id(PERSON, self.form.sign_in), self.now - SINCE_MS);
        for (staff, grant) in self.form.staff.iter().zip(STAFF) {
            let (role, kind) = (staff.role.as_str(), &staff.kind);
            write!(&mut tx, sql::ADD_STAFF, &first, &end, grant, since, role, staff.every, kind, staff.at)?;
        }
        tx.commit().await
    }

    fn role_of(&self, number: i64) -> Role {
        let staff = self.form.staff.iter().find(|staff| number % staff.every.max(1) == staff.at);
        staff.map_or(Role::Learner, |staff| staff.role)
    }

    async fn add_assignments(&self, levels: &[Level<'_>]) -> Result<()> {
        let (above, each) = (levels.last().map_or(0, |level| level.from), self.form.assignments_each);
        let mut tx = self.library.db.begin().await?;
        if above > 0 {
            write!(&mut tx, sql::ADD_ASSIGNMENTS, UNIT, 0_i64, above, ASSIGNMENT, each, self.courses, self.now)?;
        }
        tx.commit().await
    }

    async fn run(&self, sql: &'static str) -> Result<()> {
        let mut tx = self.library.db.begin().await?;
        write!(&mut tx, sql)?;
        tx.commit().await
    }
}

fn id(of: &str, number: i64) -> String {
    format!("{of}{number:012}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_sorts_as_its_number() {
        assert_eq!(id(PERSON, 42), "01900000000070008002000000000042");
        assert!(id(PERSON, 9) < id(PERSON, 10));
    }
}
