//! What else is it called? The concepts that come with Menpa, and what content managers change of them or add.

pub(crate) mod builtin;
mod sql;

use std::collections::HashMap;

use crate::Library;
use crate::audit;
use crate::changes::{self, Changed};
use crate::db::{find_in, list, write};
use crate::error::{Error, Result, Why};
use crate::ids::words;
use crate::people::{Actor, access};
use crate::texts::checked_line;

/// The longest name (characters), and how many one thing may have.
const NAME: usize = 60;
const NAMES: usize = 40;
/// How many concepts a list shows.
const SHOWN: usize = 50;

words!(
    /// Where a concept comes from: with Menpa, as it came or changed or left out; or from the content managers here.
    Origin { Menpa = "menpa", Changed = "changed", LeftOut = "left-out", Own = "own" }
);

/// One thing, and everything it is called: what is shown first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concept {
    /// What it is changed by: an id, or the first name it came with.
    pub key: String,
    pub names: Vec<String>,
    pub origin: Origin,
}

impl Concept {
    fn is_called(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.key.to_lowercase() == name || self.names.iter().any(|known| known.to_lowercase() == name)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    names: String,
    stands_for: Option<String>,
}

fn lines(names: &str) -> Vec<String> {
    names.lines().map(str::to_owned).collect()
}

/// All concepts, also those left out: they stand without names.
pub(crate) async fn list_all(library: &Library) -> Result<Vec<Concept>> {
    let rows = list!(&library.db, Row, sql::LIST_CONCEPTS)?;
    let (changes, own): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.stands_for.is_some());
    let mut changes: HashMap<String, String> =
        changes.into_iter().filter_map(|row| Some((row.stands_for?, row.names))).collect();
    let mut all = builtin::concepts();
    for concept in &mut all {
        if let Some(names) = changes.remove(&concept.key) {
            concept.names = lines(&names);
            concept.origin = if concept.names.is_empty() { Origin::LeftOut } else { Origin::Changed };
        }
    }
    all.extend(own.into_iter().map(|row| Concept { key: row.id, names: lines(&row.names), origin: Origin::Own }));
    Ok(all)
}

/// The concepts with `text` in one of their names, or all that were changed or added here; the newest first.
///
/// # Errors
/// `Forbidden` for people who keep no content.
pub async fn list_concepts(library: &Library, actor: &Actor, text: &str) -> Result<Vec<Concept>> {
    access::may_keep_content(actor)?;
    let text = text.trim().to_lowercase();
    let has = |concept: &Concept| {
        let mut names = std::iter::once(&concept.key).chain(&concept.names);
        names.any(|name| name.to_lowercase().contains(&text))
    };
    let is_meant = |concept: &Concept| if text.is_empty() { concept.origin != Origin::Menpa } else { has(concept) };
    let mut found: Vec<Concept> = list_all(library).await?.into_iter().filter(is_meant).collect();
    found.reverse();
    // Who is called exactly so comes first.
    found.sort_by_key(|concept| !concept.is_called(&text));
    found.truncate(SHOWN);
    Ok(found)
}

/// Gives the concept with this key these names, the one that is shown first; an empty key is a new concept, unless one of
/// exactly these names was added already.
/// No names leave out a concept that came with Menpa.
///
/// # Errors
/// `Forbidden`; `NotFound` for an unknown key; `Invalid` for a bad name, fewer than two, or too many.
pub async fn save_concept(library: &Library, actor: &Actor, key: &str, names: &[String]) -> Result<()> {
    access::may_keep_content(actor)?;
    let came = builtin::concepts().iter().any(|concept| concept.key == key);
    let names = checked(names)?;
    if names.len() < 2 && !(came && names.is_empty()) {
        return Err(Error::invalid("names", Why::TooFew));
    }
    // A form that nobody touched changes nothing: what came with Menpa stays what came with it.
    if list_all(library).await?.iter().any(|concept| concept.key == key && concept.names == names) {
        return Ok(());
    }
    let names = names.join("\n");
    let now = library.clock.now_ms();
    let mut tx = library.db.begin().await?;
    // Noted first: whoever notes waits for the others, so that two that add the same see each other.
    changes::note(library, &mut tx, Changed::Names, "").await?;
    if came {
        write!(&mut tx, sql::PUT_CHANGE, new_id(), names, key, now)?;
    } else if key.is_empty() {
        if find_in!(&mut tx, (String,), sql::FIND_SAME, &names)?.is_some() {
            return Ok(());
        }
        write!(&mut tx, sql::ADD_CONCEPT, new_id(), names, now)?;
    } else if write!(&mut tx, sql::SET_NAMES, key, names, now)? == 0 {
        return Err(Error::NotFound("concept"));
    }
    audit::note(library, &mut tx, Some(&actor.person), "names.save", "").await?;
    tx.commit().await
}

/// Takes away what was added here, or gives a concept back the names it came with.
///
/// # Errors
/// `Forbidden`, `NotFound`.
pub async fn remove_concept(library: &Library, actor: &Actor, key: &str) -> Result<()> {
    access::may_keep_content(actor)?;
    let mut tx = library.db.begin().await?;
    if write!(&mut tx, sql::REMOVE_CONCEPT, key)? == 0 {
        return Err(Error::NotFound("concept"));
    }
    changes::note(library, &mut tx, Changed::Names, "").await?;
    audit::note(library, &mut tx, Some(&actor.person), "names.remove", "").await?;
    tx.commit().await
}

/// Says that `name` is another name for what is called `known`; nobody need know yet what that is.
///
/// # Errors
/// `Forbidden`; `Invalid` for a bad name, or when both are the same.
pub async fn call_too(library: &Library, actor: &Actor, known: &str, name: &str) -> Result<()> {
    let [known, name] = [("known", known), ("name", name)].map(|(field, text)| checked_line(field, text, NAME));
    let (known, name) = (known?, name?);
    let concept = list_all(library).await?.into_iter().find(|concept| concept.is_called(&known));
    let (key, mut names) = concept.map_or((String::new(), vec![known]), |concept| (concept.key, concept.names));
    names.push(name);
    save_concept(library, actor, &key, &names).await
}

fn new_id() -> String {
    uuid::Uuid::now_v7().simple().to_string()
}

/// Trimmed, each once.
fn checked(names: &[String]) -> Result<Vec<String>> {
    let mut kept: Vec<String> = Vec::new();
    for name in names.iter().filter(|name| !name.trim().is_empty()) {
        let name = checked_line("names", name, NAME)?;
        // One letter would be found everywhere.
        if name.chars().filter(|each| each.is_alphanumeric()).count() < 2 {
            return Err(Error::invalid("names", Why::TooShort));
        }
        if !kept.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
            kept.push(name);
        }
    }
    if kept.len() > NAMES { Err(Error::invalid("names", Why::TooMany)) } else { Ok(kept) }
}
