//! Is every file of a shape one can read, and free of what is unfinished or foreign?

use super::source::{attributes, closing, tokens};
use super::{PARTS, Source, bites, hold, sources, tracked, walk};

/// The longest a file may grow before it is cut in two.
const LINES: usize = 400;

/// Marks of unfinished work, written apart so that this file does not name them.
const UNFINISHED: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("unimplemented", "!"),
    concat!("todo", "!"),
];

/// Places that mean something on one machine only, and the hosts packages come from.
const ELSEWHERE: [&str; 11] = [
    concat!("/wo", "rk/"),
    concat!("DEVELOPERS", ".md"),
    concat!("registry.", "npmjs"),
    concat!("registry.", "yarnpkg"),
    concat!("npm", "mirror"),
    concat!("static.", "crates.io"),
    concat!("index.", "crates.io"),
    concat!("pypi", ".org"),
    concat!("python", "hosted"),
    concat!("deb.", "debian.org"),
    concat!("archive.", "ubuntu.com"),
];

/// What the host of a mirror or of a registry of one's own is usually called.
const MIRRORS: [&str; 5] = ["registry", "mirror", "proxy", "artifact", "nexus"];

/// The one source of Rust packages that `Cargo.lock` may name.
const CRATES: &str = "\"registry+https://github.com/rust-lang/crates.io-index\"";

fn unexplained(source: &Source) -> Vec<String> {
    let explained = source.text.starts_with("//!") && source.text.lines().next().is_some_and(|line| line.len() > 10);
    if explained {
        Vec::new()
    } else {
        vec![source.at(0, "the first line is not a //! that says what the file answers")]
    }
}

fn overlong(path: &str, text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > LINES).then(|| format!("{path}:{}: {lines} lines, {LINES} at most", LINES + 1))
}

/// Attributes that silence a lint, or expect it without a reason.
fn silences(source: &Source) -> Vec<String> {
    let tokens = tokens(&source.code);
    let mut found = Vec::new();
    for (at, attribute, _) in attributes(&tokens) {
        let has = |word: &str| attribute.iter().any(|token| token.text == word);
        let called = |word: &str| attribute.windows(2).any(|pair| pair[0].text == word && pair[1].text == "(");
        if called("allow") {
            found.push(source.at(at, "write #[expect(…, reason = \"…\")]"));
        } else if called("expect") && !has("reason") {
            found.push(source.at(at, "an #[expect] says its reason"));
        }
    }
    found
}

fn feature_switches(source: &Source) -> Vec<String> {
    if source.path == "app/src/lib.rs" {
        return Vec::new();
    }
    let tokens = tokens(&source.code);
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate().filter(|(_, token)| ["cfg", "cfg_attr"].contains(&token.text)) {
        let open = index + 1 + usize::from(tokens.get(index + 1).is_some_and(|next| next.text == "!"));
        let asks = tokens.get(open).is_some_and(|next| next.text == "(")
            && tokens[open..closing(&tokens, open)].iter().any(|token| token.text == "feature");
        if asks {
            found.push(source.at(token.at, "cfg(feature …) stands in app/src/lib.rs alone"));
        }
    }
    found
}

fn is_lock(path: &str) -> bool {
    path == "Cargo.lock" || path.ends_with("package-lock.json")
}

fn unfinished(path: &str, text: &str) -> Vec<String> {
    let is_word = |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
    let marks = |line: &str| {
        UNFINISHED.into_iter().find(|mark| {
            line.match_indices(mark).any(|(at, _)| {
                !is_word(line[..at].chars().next_back()) && !is_word(line[at + mark.len()..].chars().next())
            })
        })
    };
    let lines = text.lines().enumerate().filter_map(|(index, line)| Some((index + 1, marks(line)?)));
    lines.map(|(line, mark)| format!("{path}:{line}: {mark}")).collect()
}

/// The hosts that a line's addresses name.
fn hosts(line: &str) -> impl Iterator<Item = &str> {
    line.split("://").skip(1).filter_map(|rest| rest.split(['/', '"', '\'', ' ', ')', '`', '>', ']', ',']).next())
}

fn elsewhere(path: &str, text: &str) -> Vec<String> {
    let names = |line: &str| {
        let place = ELSEWHERE.into_iter().find(|place| line.contains(place));
        let host = hosts(line).find(|host| MIRRORS.iter().any(|mirror| host.contains(mirror)));
        let resolved = path.ends_with("package-lock.json") && line.contains("\"resolved\"");
        let source = path == "Cargo.lock" && line.starts_with("source = ") && !line.ends_with(CRATES);
        place.or(host).or((resolved || source).then_some(line.trim())).map(str::to_owned)
    };
    let lines = text.lines().enumerate().filter_map(|(index, line)| Some((index + 1, names(line)?)));
    lines.map(|(line, name)| format!("{path}:{line}: {name}")).collect()
}

#[test]
fn every_file_begins_by_saying_what_it_answers() {
    let breaches: Vec<String> = sources().iter().flat_map(unexplained).collect();
    hold("//! on the first line says which question a file answers", &breaches);
}

#[test]
fn no_file_is_longer_than_one_can_keep_in_mind() {
    let ends = [".rs", ".ts", ".mjs", ".css", ".sql"];
    let paths = PARTS.iter().flat_map(|part| walk(part)).filter(|path| ends.iter().any(|end| path.ends_with(end)));
    let breaches: Vec<String> = paths.filter_map(|path| overlong(&path, &super::read(&path))).collect();
    hold("a long file is two files", &breaches);
}

#[test]
fn a_module_is_called_by_its_noun() {
    let paths = PARTS.iter().flat_map(|part| walk(part)).filter(|path| path.ends_with("/mod.rs"));
    let breaches: Vec<String> = paths.map(|path| format!("{path}:1: call it by its noun, beside its folder")).collect();
    hold("noun.rs beside noun/, never mod.rs", &breaches);
}

#[test]
fn lints_are_expected_with_a_reason_and_never_silenced() {
    let breaches: Vec<String> = sources().iter().flat_map(silences).collect();
    hold("an #[expect] goes away with its cause, an #[allow] stays", &breaches);
}

#[test]
fn features_are_switched_at_one_door() {
    let breaches: Vec<String> = sources().iter().flat_map(feature_switches).collect();
    hold("whole modules are switched, never lines", &breaches);
}

#[test]
fn nothing_is_left_for_another_day() {
    let texts = tracked().into_iter().filter(|(path, _)| !is_lock(path));
    let breaches: Vec<String> = texts.flat_map(|(path, text)| unfinished(&path, &text)).collect();
    hold("what is missing is an issue, not a mark in a file", &breaches);
}

#[test]
fn nothing_names_the_machine_it_was_written_on() {
    let tracked = tracked();
    assert!(tracked.iter().any(|(path, _)| path == "Cargo.lock"), "the tracked files are read");
    let breaches: Vec<String> = tracked.iter().flat_map(|(path, text)| elsewhere(path, text)).collect();
    hold("the repository is the same everywhere", &breaches);
}

#[test]
fn a_file_out_of_shape_is_found() {
    bites(unexplained, "app/src/a.rs", "// Why?\n", &[1]);
    bites(unexplained, "app/src/a.rs", "//! Is it explained?\n", &[]);
    bites(
        silences,
        "app/src/a.rs",
        "#[expect(dead_code, reason = \"a\")]\n#[expect(dead_code)]\n#![allow(unused)]",
        &[2, 3],
    );
    bites(silences, "app/src/a.rs", "#[cfg_attr(test, allow(unused))]\nfn allow(a: A) { a.expect(\"b\") }", &[1]);
    bites(
        feature_switches,
        "app/src/a.rs",
        "#[cfg(test)]\nfn a() { cfg!(feature = \"b\") }\n#[cfg(not(feature = \"c\"))]",
        &[2, 3],
    );
    bites(feature_switches, "app/src/lib.rs", "#[cfg(feature = \"ssr\")]", &[]);
    assert_eq!(overlong("a.rs", &"\n".repeat(LINES)), None);
    assert!(overlong("a.rs", &"\n".repeat(LINES + 1)).is_some());
}

#[test]
fn what_is_unfinished_or_foreign_is_found() {
    for mark in UNFINISHED {
        assert_eq!(unfinished("a", &format!("b\n// {mark}: c")).len(), 1, "{mark}");
        assert_eq!(unfinished("a", &format!("b\n// {mark}X a{mark}")).len(), 0, "{mark}");
    }
    for place in ELSEWHERE {
        assert_eq!(elsewhere("a", &format!("b\nc {place}d")).len(), 1, "{place}");
    }
    assert_eq!(elsewhere("a", concat!("see https://mir", "ror.example.org/b and http://example.org/proxy")).len(), 1);
    assert_eq!(elsewhere("app/package-lock.json", "\"resolved\": \"https://example.org\"").len(), 1);
    assert_eq!(elsewhere("Cargo.lock", "source = \"git+https://github.com/a/b\"").len(), 1);
    assert_eq!(elsewhere("Cargo.lock", &format!("source = {CRATES}")), Vec::<String>::new());
}
