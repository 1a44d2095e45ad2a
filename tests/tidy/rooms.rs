//! Does a room of the domain stand only on rooms above it?

use super::source::paths;
use super::{Source, bites, hold, sources, tokens};

/// The rooms of `content`, each may use those before it.
const ORDER: [&str; 30] = [
    "error",
    "ids",
    "texts",
    "clock",
    "paging",
    "db",
    "files",
    "changes",
    "queue",
    "audit",
    "places",
    "people",
    "sendings",
    "proposals",
    "media",
    "courseware",
    "shelves",
    "courses",
    "catalog",
    "holdings",
    "learning",
    "assignments",
    "reports",
    "names",
    "asked",
    "scanning",
    "search",
    "pulse",
    "import",
    "work",
];

/// The room a file belongs to; `None` for `lib.rs` and for files elsewhere.
fn room_of(path: &str) -> Option<&str> {
    let first = path.strip_prefix("content/src/")?.split('/').next()?;
    Some(first.trim_end_matches(".rs")).filter(|room| *room != "lib")
}

/// Every path from the crate's root on that shipped code names, be it by `crate::` or by enough `super::`.
fn named(source: &Source) -> Vec<(usize, Vec<&str>)> {
    let depth = source.path.matches('/').count() - 1;
    let mut found = paths(&source.shipped, "crate");
    for (at, path) in paths(&source.shipped, "super") {
        let ups = path.iter().take_while(|part| **part == "super").count();
        if ups + 1 == depth {
            found.push((at, path[ups..].to_vec()));
        }
    }
    found
}

fn neighbors(source: &Source) -> Vec<String> {
    let Some(room) = room_of(&source.path) else { return Vec::new() };
    let place = |room: &str| ORDER.iter().position(|other| *other == room);
    let Some(own) = place(room) else {
        return vec![source.at(0, &format!("the room {room} has no place in the order"))];
    };
    let wrong = |path: &[&str]| match place(path[0]) {
        Some(other) if other > own => Some(format!("{room} may not use {}, which stands below it", path[0])),
        Some(other) if other != own && path.get(1) == Some(&"sql") => {
            Some(format!("{room} reads the SQL of {}", path[0]))
        }
        _ => None,
    };
    named(source).iter().filter_map(|(at, path)| Some(source.at(*at, &wrong(path)?))).collect()
}

/// Statements written beside the code instead of in a room's `sql.rs`.
fn scattered_sql(source: &Source) -> Vec<String> {
    if room_of(&source.path).is_none() || source.path.ends_with("/sql.rs") {
        return Vec::new();
    }
    let begins = |text: &str| {
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let has = |word: &str| words.iter().any(|other| other == word);
        match words.first().map(String::as_str) {
            Some("select" | "delete" | "with") => has("from"),
            Some("insert") => has("into"),
            Some("update") => has("set"),
            _ => false,
        }
    };
    let statements = source.shipped_literals().filter(|(_, text)| begins(text));
    statements.map(|(at, _)| source.at(at, "SQL is written in the room's sql.rs")).collect()
}

#[test]
fn a_room_uses_only_rooms_above_it() {
    let breaches: Vec<String> = sources().iter().flat_map(neighbors).collect();
    hold(&format!("a room uses only rooms before it in the order: {}", ORDER.join(", ")), &breaches);
}

#[test]
fn sql_is_written_in_a_room_of_its_own() {
    let breaches: Vec<String> = sources().iter().flat_map(scattered_sql).collect();
    hold("only sql.rs holds SQL, where a test prepares it on both engines", &breaches);
}

#[test]
fn every_place_in_the_order_is_a_room() {
    let sources = sources();
    let is_room = |room: &str| sources.iter().any(|source| source.path == format!("content/src/{room}.rs"));
    let gone: Vec<String> =
        ORDER.iter().filter(|room| !is_room(room)).map(|room| format!("content/src/{room}.rs is gone")).collect();
    hold("the order names rooms that exist", &gone);
    assert!(sources.iter().any(|source| tokens(&source.shipped).len() > 100), "the sources are read");
}

#[test]
fn a_room_below_is_found_however_it_is_named() {
    let path = "content/src/people/staff.rs";
    bites(neighbors, path, "use crate::db::Db;\nuse crate::{ids::A, media::{self, B}};\nuse super::sql;", &[2, 2]);
    bites(neighbors, path, "fn a() { crate::search::b() }\nfn c() { super::super::work::d() }", &[1, 2]);
    bites(neighbors, path, "use crate::places::sql;\nuse crate::people::sql;\nuse crate::Library;", &[1]);
    bites(
        neighbors,
        "content/src/people.rs",
        "use super::media::A;\n#[cfg(test)]\nmod tests { use crate::media::B; }",
        &[1],
    );
    bites(neighbors, "content/src/kitchen.rs", "", &[1]);
    bites(
        scattered_sql,
        path,
        "let a = \"\n  select b from c\";\nlet d = \"with e\";\nlet f = \"update g set h\";",
        &[1, 4],
    );
}
