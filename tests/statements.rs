//! Is every SQL text valid on both databases? Each constant of every `sql.rs` is prepared on each.

use crate::support::databases::plan_of;
use crate::support::fresh_databases;
use crate::tidy::{Source, sources, tokens};

/// A constant of a `sql.rs`.
struct Statement {
    /// `path:line: NAME`.
    place: String,
    sql: String,
}

/// All constants of a `sql.rs`.
///
/// # Panics
/// Where one is not a single text in quotes: what is put together elsewhere could not be prepared here.
fn statements_of(source: &Source) -> Vec<Statement> {
    let tokens = tokens(&source.code);
    let mut found = Vec::new();
    for (index, _) in tokens.iter().enumerate().filter(|(_, token)| token.text == "const") {
        let name = tokens[index + 1];
        let place = source.at(name.at, name.text);
        let equals = (index..tokens.len()).find(|at| tokens[*at].text == "=").unwrap_or(index);
        let end = tokens.get(equals + 1).filter(|end| end.text == ";");
        let sql = end.and_then(|end| source.literal_within(&(tokens[equals].at..end.at)));
        let sql = sql.unwrap_or_else(|| panic!("{place} is not one text in quotes"));
        found.push(Statement { place, sql });
    }
    found
}

fn statements() -> Vec<Statement> {
    // A rival of the bench of search is SQLite alone.
    let is_ours = |path: &str| path.ends_with("/sql.rs") && !path.starts_with("content/benches/");
    let rooms: Vec<Source> = sources().into_iter().filter(|source| is_ours(&source.path)).collect();
    let found: Vec<Statement> = rooms.iter().flat_map(statements_of).collect();
    for room in &rooms {
        assert!(found.iter().any(|statement| statement.place.starts_with(&room.path)), "{}: no statement", room.path);
        let strangers = ["fn", "static", "macro_rules", "format", "concat"];
        let stranger = tokens(&room.shipped).into_iter().find(|token| strangers.contains(&token.text));
        assert!(
            stranger.is_none(),
            "{}",
            room.at(stranger.map_or(0, |token| token.at), "a sql.rs holds constants alone")
        );
    }
    found
}

#[tokio::test]
async fn every_statement_prepares_on_both_databases() {
    let statements = statements();
    let mut complaints = Vec::new();
    for (engine, db, _guard) in fresh_databases().await {
        db.migrate().await.unwrap_or_else(|error| panic!("{engine}: {error}"));
        for Statement { place, sql } in &statements {
            if let Err(error) = db.prepare(sql.clone()).await {
                complaints.push(format!("{place} on {engine}: {error}"));
            }
        }
        db.close().await;
    }
    assert!(complaints.is_empty(), "one SQL text serves both databases\n  {}\n", complaints.join("\n  "));
}

#[tokio::test]
async fn a_wrong_statement_is_refused_by_both_databases() {
    let mut engines = Vec::new();
    for (engine, db, _guard) in fresh_databases().await {
        db.migrate().await.unwrap_or_else(|error| panic!("{engine}: {error}"));
        assert!(db.prepare("select 1".to_owned()).await.is_ok(), "{engine} prepares a right statement");
        assert!(db.prepare("select nothing from nowhere".to_owned()).await.is_err(), "{engine}");
        engines.push(engine);
        db.close().await;
    }
    assert_eq!(engines.len(), 2, "{engines:?}");
}

/// Her ledgers lie side by side in her own order alone: among those of a lesson each is far from the others, and all she ever
/// watched is too much to look through.
#[tokio::test]
async fn ledgers_of_one_person_are_found_by_her_and_what_is_wanted_of_them() {
    let statements = statements();
    let about_her: Vec<&Statement> =
        statements.iter().filter(|statement| statement.place.starts_with("content/src/learning/")).collect();
    assert!(about_her.iter().any(|statement| statement.sql.contains("join ledger g\n")));
    for (_, db, _guard) in fresh_databases().await {
        db.migrate().await.unwrap();
        for Statement { place, sql } in &about_her {
            for step in plan_of(&db, sql).await {
                let is_of_ledgers = step.contains(" g ") || step.contains(" ledger ");
                assert!(!is_of_ledgers || step.contains("(person=? AND "), "{place}: {step}");
            }
        }
        db.close().await;
    }
}

#[test]
fn a_statement_is_read_as_rust_reads_it() {
    let text = "//! A\n// const B: &str = \"no\";\npub(super) const C: &str = \"\n    select \\\"d\\\" \\\n    from 'e;'\";\nconst F: &'static str =\n    r#\"g \"h\"\"#;";
    let read: Vec<(String, String)> =
        statements_of(&Source::new("a/sql.rs", text)).into_iter().map(|found| (found.place, found.sql)).collect();
    let expected = [("a/sql.rs:3: C", "\n    select \"d\" from 'e;'"), ("a/sql.rs:6: F", "g \"h\"")];
    assert_eq!(read, expected.map(|(place, sql)| (place.to_owned(), sql.to_owned())));
}
