//! Does one SQL text serve both databases?

use std::ops::Range;

use super::source::{blank, paths};
use super::{Source, bites, hold, line_of, read, sources, tokens, walk};

/// What only one of the two engines knows, or each in a way of its own.
const FOREIGN: [&str; 16] = [
    "serial",
    "bigserial",
    "smallserial",
    "autoincrement",
    "uuid",
    "timestamp",
    "timestamptz",
    "datetime",
    "json",
    "jsonb",
    "trigger",
    "array",
    "now",
    "current_timestamp",
    "ilike",
    "rowid",
];

/// Branches by engine outside `db.rs`, in the whole house.
const BRANCHES: usize = 5;

/// A file's SQL alone, at its offsets: comments and quoted values left out.
fn sql_of(text: &str) -> String {
    let mut rest: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = match &text.as_bytes()[at..] {
            [b'-', b'-', ..] => text[at..].find('\n').map_or(text.len(), |length| at + length),
            [b'\'', ..] => text[at + 1..].find('\'').map_or(text.len(), |length| at + 1 + length + 1),
            _ => {
                at += 1;
                continue;
            }
        };
        rest.push(at..end);
        at = end;
    }
    blank(text, rest)
}

fn foreign(path: &str, sql: &str) -> Vec<String> {
    let sql = sql_of(sql).to_lowercase();
    let words = tokens(&sql).into_iter().filter(|token| token.text == "?" || FOREIGN.contains(&token.text));
    words.map(|token| format!("{path}:{}: {}", line_of(&sql, token.at), token.text)).collect()
}

/// Sums whose type the engines would not agree on.
fn uncast_sums(path: &str, sql: &str) -> Vec<String> {
    let sql = sql_of(sql).to_lowercase();
    let tokens = tokens(&sql);
    let is_call = |index: usize| tokens.get(index + 1).is_some_and(|next| next.text == "(");
    let mut open: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.text {
            "(" => open.push(index),
            ")" => drop(open.pop()),
            "sum" if is_call(index) && !open.iter().any(|open| is_cast(&tokens, *open)) => {
                let line = line_of(&sql, token.at);
                found.push(format!("{path}:{line}: sum( stands outside cast(… as bigint)"));
            }
            _ => {}
        }
    }
    found
}

/// True for the bracket of `cast(… as bigint)`.
fn is_cast(tokens: &[super::source::Token<'_>], open: usize) -> bool {
    let close = super::closing(tokens, open);
    let text = |index: usize| tokens.get(index).map(|token| token.text);
    open > 0 && text(open - 1) == Some("cast") && text(close - 1) == Some("bigint") && text(close - 2) == Some("as")
}

fn branches(source: &Source) -> Vec<String> {
    if source.path == "content/src/db.rs" {
        return Vec::new();
    }
    let engines = ["Db", "Tx"].into_iter().flat_map(|name| paths(&source.shipped, name));
    let engines = engines.filter(|(_, path)| matches!(path[..], ["Sqlite" | "Postgres", ..]));
    engines.map(|(at, _)| source.at(at, "a branch by engine")).collect()
}

/// Path and text of all SQL: the migrations, and what stands in quotes in a `sql.rs`.
fn statements() -> Vec<(String, String)> {
    let migrations = walk("migrations").into_iter().filter(|path| path.ends_with(".sql"));
    let migrations = migrations.map(|path| (path.clone(), read(&path)));
    let rooms = sources().into_iter().filter(|source| source.path.ends_with("/sql.rs"));
    let all: Vec<_> = migrations.chain(rooms.map(|source| (source.path.clone(), source.literals_alone()))).collect();
    assert!(all.len() > 10, "the SQL is read");
    all
}

#[test]
fn sql_says_nothing_that_one_engine_alone_understands() {
    let breaches: Vec<String> = statements().iter().flat_map(|(path, sql)| foreign(path, sql)).collect();
    hold("one SQL text serves both databases (migrations/README.md)", &breaches);
}

#[test]
fn every_sum_is_cast() {
    let breaches: Vec<String> = statements().iter().flat_map(|(path, sql)| uncast_sums(path, sql)).collect();
    hold("a sum is numeric on one engine and an integer on the other", &breaches);
}

#[test]
fn code_hardly_ever_asks_which_engine_it_has() {
    let found: Vec<String> = sources().iter().flat_map(branches).collect();
    let breaches = if found.len() > BRANCHES { found } else { Vec::new() };
    hold(&format!("at most {BRANCHES} branches by engine outside content/src/db.rs"), &breaches);
}

#[test]
fn sql_of_one_engine_is_found() {
    let lines = |find: fn(&str, &str) -> Vec<String>, text: &str| -> Vec<usize> {
        find("a.sql", text).iter().map(|breach| super::line_number("a.sql", breach)).collect()
    };
    assert_eq!(
        lines(foreign, "-- serial's\nid SERIAL,\nb text check (b in ('array', 'uuid')), c jsonb,\nd = ?"),
        [2, 3, 4]
    );
    assert_eq!(lines(foreign, "at = now(), know = $1, timestamps = 'it''s now'"), [1]);
    assert_eq!(lines(uncast_sums, "select cast(coalesce(sum(a), 0) as bigint),\nsum(b), cast(sum(c) as text)"), [2, 2]);
    assert_eq!(lines(uncast_sums, "select sum(cast(a as bigint)), checksum(b)"), [1]);
    let branch = "match db { Db::Sqlite { .. } => a,\n crate::db::Tx::Postgres(tx) => b }";
    bites(branches, "content/src/queue.rs", branch, &[1, 2]);
    bites(branches, "content/src/db.rs", branch, &[]);
}
