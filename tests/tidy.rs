//! Is the house in order? Each rule of the house is a test, and says file, line and what is wrong there.

mod dialect;
mod files;
mod homes;
mod landed;
mod lexer;
mod map;
mod markup;
mod rooms;
mod source;
mod tibetan;
mod words;

use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) use source::{Source, closing, line_of, tokens};

/// The folder of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests have a folder of their own").to_owned()
}

/// What tools put into the tree, and what a running platform does.
const NOT_OURS: [&str; 3] = ["target", "node_modules", "data"];

/// The parts of the house.
const PARTS: [&str; 6] = ["app", "content", "server", "migrations", "tests", "xtask"];

/// Paths, with `/` and from the root, of everything below `folder`: folders end in `/`.
fn walk(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    for entry in entries {
        let entry = entry.unwrap_or_else(|error| panic!("{folder}: {error}"));
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{folder}/{name}");
        if entry.path().is_dir() {
            found.extend(walk(&path));
            found.push(format!("{path}/"));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every Rust file of the house.
pub(crate) fn sources() -> Vec<Source> {
    let paths = PARTS.iter().flat_map(|part| walk(part)).filter(|path| path.ends_with(".rs"));
    paths.map(|path| Source::new(&path, &read(&path))).collect()
}

/// Path and text of every tracked file that is text.
fn tracked() -> Vec<(String, String)> {
    let listed = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().expect("git can be run");
    assert!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let paths = String::from_utf8(listed.stdout).expect("paths are UTF-8");
    let texts = paths.split_terminator('\0').map(|path| (path.to_owned(), std::fs::read_to_string(root().join(path))));
    texts.filter_map(|(path, text)| Some((path, text.ok()?))).collect()
}

/// Fails with `rule` and all that breaks it.
#[track_caller]
fn hold(rule: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{rule}\n  {}\n", breaches.join("\n  "));
}

/// Holds `find` to the lines it must name in `text`: a rule that never bites guards nothing.
#[track_caller]
fn bites(find: impl Fn(&Source) -> Vec<String>, path: &str, text: &str, lines: &[usize]) {
    let found = find(&Source::new(path, text));
    let named: Vec<usize> = found.iter().map(|breach| line_number(path, breach)).collect();
    assert_eq!(named, lines, "{path}: {text}\n{found:#?}");
}

#[track_caller]
fn line_number(path: &str, breach: &str) -> usize {
    let rest = breach.strip_prefix(path).unwrap_or_else(|| panic!("{breach} does not begin with {path}"));
    let line = rest.trim_start_matches(':').split(':').next().and_then(|line| line.parse().ok());
    line.unwrap_or_else(|| panic!("{breach} names no line"))
}

#[test]
fn code_is_told_apart_from_comments_literals_and_tests() {
    let text = "fn a<'a>(b: &'a str) { c('\"', b'\\'', \"// no\", r#\"d\"e\"#); } /* f /* g */ h */ // i\n\
                #[cfg(test)]\nmod tests { fn j() {} }\n#[tokio::test]\nasync fn k(l: [u8; 2]) { m() }\nfn r#n() {}";
    let words = |code: &str| -> Vec<String> {
        let names = tokens(code)
            .into_iter()
            .filter(|token| token.text.len() == 1 && token.text.as_bytes()[0].is_ascii_lowercase());
        names.map(|token| token.text.to_owned()).collect()
    };
    let source = Source::new("content/src/a.rs", text);
    assert_eq!(words(&source.code).concat(), "aabacjklmrn");
    assert_eq!(words(&source.shipped).concat(), "aabacrn");
    let literals: Vec<String> = source.shipped_literals().map(|(_, value)| value).collect();
    assert_eq!(literals, ["// no", "d\"e"]);
}

#[test]
fn a_use_tree_is_read_to_its_leaves() {
    let code = "use crate::{a, b::{self, c as d, e::*}}; let f = crate::g::h::<I>(crate::j);";
    let paths: Vec<String> = source::paths(code, "crate").into_iter().map(|(_, path)| path.join("::")).collect();
    assert_eq!(paths, ["a", "b::self", "b::c", "b::e::*", "g::h", "j"]);
}
