//! Who may name which library? Each great dependency has one home, and every part imports only what it may.

use super::source::{attributes, tokens};
use super::{Source, bites, hold, line_of, read, sources};

/// A library, and the files that may name it.
const HOMES: [(&str, &[&str]); 8] = [
    // `tests/support` makes an empty PostgreSQL database for each story; the bench of search asks its rivals themselves.
    ("sqlx", &["content/src/db.rs", "content/src/db/", "/sql.rs", "tests/support", "content/benches/"]),
    ("tantivy", &["content/src/search.rs", "content/src/search/", "content/benches/"]),
    ("ffmpeg_next", &["content/transcode/"]),
    ("ffmpeg_sys_next", &["content/transcode/"]),
    ("axum", &["server/", "tests/"]),
    ("axum_extra", &["server/"]),
    ("leptos", &["app/", "server/"]),
    ("leptos_axum", &["app/", "server/"]),
];

/// A crate, and those of ours that its manifest may name.
const IMPORTS: [(&str, &[&str]); 8] = [
    ("app", &["content"]),
    ("app/browser", &["app"]),
    ("content", &["sheets"]),
    ("content/sheets", &[]),
    ("content/transcode", &["sheets"]),
    ("server", &["app", "content"]),
    ("tests", &["content", "server"]),
    ("xtask", &[]),
];

/// The failures that `content/src/error.rs` turns into its own.
const FAILURES: [&str; 5] = ["Error", "MigrateError", "PgDatabaseError", "PgSeverity", "TantivyError"];

fn strangers(source: &Source) -> Vec<String> {
    let tokens = tokens(&source.code);
    let marks: Vec<usize> =
        attributes(&tokens).into_iter().filter_map(|(_, inner, _)| Some(inner.first()?.at)).collect();
    let mut found = Vec::new();
    for (library, homes) in HOMES {
        if homes.iter().any(|home| source.path.starts_with(home) || source.path.ends_with(home)) {
            continue;
        }
        for (index, token) in tokens.iter().enumerate().filter(|(_, token)| token.text == library) {
            let path: Vec<&str> = tokens[index + 1..].iter().take(4).map(|token| token.text).collect();
            let derives =
                library == "sqlx" && (marks.contains(&token.at) || matches!(path[..], ["::", "FromRow" | "Type", ..]));
            let converts = source.path == "content/src/error.rs" && path.iter().any(|name| FAILURES.contains(name));
            if !derives && !converts {
                found.push(source.at(token.at, &format!("{library} is at home in {}", homes.join(", "))));
            }
        }
    }
    found
}

/// The names under `[…dependencies]` in a manifest, with their lines.
fn dependencies(manifest: &str) -> Vec<(usize, &str)> {
    let mut inside = false;
    let mut found = Vec::new();
    for (index, line) in manifest.lines().enumerate() {
        if line.starts_with('[') {
            inside = line.contains("dependencies");
        } else if inside && let Some((name, _)) = line.split_once(['.', '=', ' ']) {
            found.push((index + 1, name));
        }
    }
    found
}

/// True when `home` is the crate in `folder`, around it, or a file of its own.
fn lies_in(folder: &str, home: &str) -> bool {
    let crates = IMPORTS.iter().map(|(part, _)| *part).filter(|part| home.starts_with(&format!("{part}/")));
    format!("{folder}/").starts_with(home) || crates.max_by_key(|part| part.len()) == Some(folder)
}

fn forbidden_dependencies(folder: &str, may: &[&str], manifest: &str) -> Vec<String> {
    let is_ours = |name: &str| IMPORTS.iter().any(|(part, _)| part.rsplit('/').next() == Some(name));
    let is_at_home = |name: &str| {
        let library = HOMES.iter().find(|(library, _)| *library == name.replace('-', "_"));
        library.is_none_or(|(_, homes)| homes.iter().any(|home| lies_in(folder, home)))
    };
    let wrong = |name: &str| if is_ours(name) { !may.contains(&name) } else { !is_at_home(name) };
    let names = dependencies(manifest).into_iter().filter(|(_, name)| wrong(name));
    names.map(|(line, name)| format!("{folder}/Cargo.toml:{line}: {folder} may not depend on {name}")).collect()
}

#[test]
fn each_great_library_is_named_at_home_alone() {
    let breaches: Vec<String> = sources().iter().flat_map(strangers).collect();
    hold("a great library has one home, so that it can be exchanged there", &breaches);
}

#[test]
fn each_part_depends_only_on_what_it_may() {
    let check =
        |(folder, may): (&str, &[&str])| forbidden_dependencies(folder, may, &read(&format!("{folder}/Cargo.toml")));
    let breaches: Vec<String> = IMPORTS.into_iter().flat_map(check).collect();
    hold("app and server stand on content; content and its transcoder stand on sheets alone", &breaches);
}

#[test]
fn a_library_away_from_home_is_found() {
    let row = "#[derive(sqlx::FromRow)]\nstruct A { #[sqlx(flatten)] b: B }\nfn c() { sqlx::query(D) }\nuse sqlx::Row;";
    bites(strangers, "content/src/people.rs", row, &[3, 4]);
    bites(strangers, "content/src/people/sql.rs", row, &[]);
    bites(
        strangers,
        "content/src/error.rs",
        "from!(sqlx::Error, sqlx::migrate::MigrateError);\nuse sqlx::query;",
        &[2],
    );
    bites(strangers, "content/src/learning.rs", "use tantivy::Term;", &[1]);
    bites(strangers, "content/src/media.rs", "use axum::Json;\nuse leptos::view;\nuse ffmpeg_next as f;", &[3, 1, 2]);
    bites(strangers, "server/src/media.rs", "// tantivy\nlet a = \"sqlx\";", &[]);
}

#[test]
fn a_dependency_that_is_not_allowed_is_found() {
    let lines = |folder: &str, may: &[&str], text: &str| -> Vec<usize> {
        let manifest = format!("{folder}/Cargo.toml");
        forbidden_dependencies(folder, may, text).iter().map(|breach| super::line_number(&manifest, breach)).collect()
    };
    let text = "[package]\naxum = 1\n[dependencies]\naxum.workspace = true\napp = { path = \"a\" }\ntokio = \"1\"\nffmpeg-next = \"9\"";
    assert_eq!(lines("content", &[], text), [4, 5, 7]);
    assert_eq!(lines("content/transcode", &[], text), [4, 5]);
    assert_eq!(lines("server", &["app"], text), [7]);
    assert_eq!(line_of(text, text.find("tokio").unwrap_or(0)), 6);
}
