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
use crate::paging::{Mark, Paging, Part};
use crate::people::{self, Actor, access};
use crate::texts::checked_line;

/// The longest name (characters), and how many one thing may have.
const NAME: usize = 60;
const NAMES: usize = 40;

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

/// The concepts with `text` in one of their names, or all that were changed or added here; the newest first, page by page.
///
/// # Errors
/// `Forbidden` for people who keep no content; `Invalid(after)`.
pub async fn list_concepts(library: &Library, actor: &Actor, text: &str, paging: Paging<'_>) -> Result<Part<Concept>> {
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
    let first = paging.mark::<1>(Mark { numbers: [0], id: String::new() })?.numbers[0];
    let first = usize::try_from(first).map_err(|_| Error::invalid("after", Why::UnknownValue))?;
    let items: Vec<Concept> = found.into_iter().skip(first).take(paging.limit + 1).collect();
    // Few enough to be counted: all of them are in memory.
    let next = Mark { numbers: [i64::try_from(first + paging.limit).unwrap_or(i64::MAX)], id: "0".into() };
    Ok(paging.part(items, |_| next.to_string()))
}

/// Gives the concept with this key these names, the one that is shown first; an empty key is a new concept, unless one of
/// exactly these names was added already.
/// No names leave out a concept that came with Menpa.
///
/// # Errors
/// `Forbidden` for everybody who does not keep the whole tree, for all of which names are the same; `NotFound` for an
/// unknown key; `Invalid` for a bad name, fewer than two, or too many, and for names of two things that are told apart
/// (`TwoThings`): whoever means to join them leaves one of both out first.
pub async fn save_concept(library: &Library, actor: &Actor, key: &str, names: &[String]) -> Result<()> {
    people::may_keep_everything(library, actor).await?;
    let came = builtin::concepts().iter().any(|concept| concept.key == key);
    let names = checked(names)?;
    if names.len() < 2 && !(came && names.is_empty()) {
        return Err(Error::invalid("names", Why::TooFew));
    }
    let known = list_all(library).await?;
    // A form that nobody touched changes nothing: what came with Menpa stays what came with it.
    if known.iter().any(|concept| concept.key == key && concept.names == names) {
        return Ok(());
    }
    if names_two(&known, key, &names) {
        return Err(Error::invalid("names", Why::TwoThings));
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
/// `Forbidden` as for [`save_concept`], `NotFound`.
pub async fn remove_concept(library: &Library, actor: &Actor, key: &str) -> Result<()> {
    people::may_keep_everything(library, actor).await?;
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
/// As [`save_concept`]; `Invalid` also when both are the same.
pub async fn call_too(library: &Library, actor: &Actor, known: &str, name: &str) -> Result<()> {
    let [known, name] = [("known", known), ("name", name)].map(|(field, text)| checked_line(field, text, NAME));
    let (known, name) = (known?, name?);
    let all = list_all(library).await?;
    let by_key = all.iter().find(|concept| concept.key == known);
    let concept = by_key.or_else(|| all.iter().find(|concept| concept.is_called(&known))).cloned();
    let (key, mut names) = concept.map_or((String::new(), vec![known]), |concept| (concept.key, concept.names));
    names.push(name);
    save_concept(library, actor, &key, &names).await
}

/// Whether these names, of the concept with this key, are those of different things: then search would take one for the other.
/// A name that several things share tells nothing.
fn names_two(all: &[Concept], key: &str, names: &[String]) -> bool {
    let called = |name: &String| -> Vec<&str> {
        let known =
            all.iter().filter(|concept| concept.names.iter().any(|known| known.to_lowercase() == name.to_lowercase()));
        known.map(|concept| concept.key.as_str()).collect()
    };
    let mut common: Option<Vec<&str>> = all.iter().find(|concept| concept.key == key).map(|own| vec![own.key.as_str()]);
    for holders in names.iter().map(called).filter(|holders| !holders.is_empty()) {
        let shared = match &common {
            None => holders,
            Some(common) => common.iter().filter(|each| holders.contains(*each)).copied().collect(),
        };
        if shared.is_empty() {
            return true;
        }
        common = Some(shared);
    }
    false
}

/// What a question would become another name of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joining {
    /// What is called so already: one, where that is clear; none, where both names would be a new group.
    pub known: Vec<Concept>,
    /// What the question itself is a name of: then it is none of the others.
    pub own: Vec<Concept>,
}

/// What making `name` another name for `known` would join; nothing is changed.
///
/// # Errors
/// `Forbidden` for everybody who does not keep the whole tree; `Invalid` for bad names.
pub async fn look_at_both(library: &Library, actor: &Actor, known: &str, name: &str) -> Result<Joining> {
    people::may_keep_everything(library, actor).await?;
    let [known, name] = [("known", known), ("name", name)].map(|(field, text)| checked_line(field, text, NAME));
    let (known, name) = (known?, name?);
    let all = list_all(library).await?;
    let called = |text: &str| -> Vec<Concept> { all.iter().filter(|each| each.is_called(text)).cloned().collect() };
    Ok(Joining { known: called(&known), own: called(&name) })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_two_things_are_not_made_one() {
        let concept = |key: &str, names: &[&str]| Concept {
            key: key.into(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            origin: Origin::Menpa,
        };
        let all = [
            concept("肾上腺素", &["肾上腺素", "epinephrine"]),
            concept("氯化钾", &["氯化钾", "potassium chloride", "KCl"]),
            concept("心肌梗死", &["心肌梗死", "MI"]),
            concept("二尖瓣关闭不全", &["二尖瓣关闭不全", "MI"]),
        ];
        let check = |key: &str, names: &[&str], expected: bool| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(names_two(&all, key, &names), expected, "{key:?} {names:?}");
        };
        check("", &["epinephrine", "potassium chloride"], true);
        check("", &["Epinephrine", "新的叫法", "KCL"], true);
        check("肾上腺素", &["肾上腺素", "epinephrine", "kcl"], true);
        check("", &["心肌梗死", "二尖瓣关闭不全"], true);
        check("", &["epinephrine", "副肾素"], false);
        check("肾上腺素", &["肾上腺素", "副肾素"], false);
        check("心肌梗死", &["心肌梗死", "MI", "心梗"], false);
        check("", &["MI", "心肌梗死"], false);
        check("", &["甲甲", "乙乙"], false);
        check("肾上腺素", &[], false);
    }
}
