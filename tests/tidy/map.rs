//! Is everything on the map, and does everything on it exist?

use super::{PARTS, hold, read, walk};

const HEADING: &str = "## The map";

/// The part of the README under the heading, with its first line's number; both empty when there is none.
fn section(readme: &str) -> (usize, String) {
    let lines: Vec<&str> = readme.lines().collect();
    let Some(first) = lines.iter().position(|line| line.trim_end() == HEADING) else { return (1, String::new()) };
    let rest = &lines[first + 1..];
    let end = rest.iter().position(|line| line.starts_with("## ")).unwrap_or(rest.len());
    (first + 2, rest[..end].join("\n"))
}

/// True where `name` stands in `map` as a whole.
fn names(map: &str, name: &str) -> bool {
    let is_part = |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_' || char == '-');
    let whole = |at: usize| !is_part(map[..at].chars().next_back()) && !is_part(map[at + name.len()..].chars().next());
    map.match_indices(name).any(|(at, _)| whole(at) || name.ends_with('/') && !is_part(map[..at].chars().next_back()))
}

/// Folders down to two below a part, and the rooms of the domain.
fn is_landmark(path: &str) -> bool {
    let is_room = path.strip_prefix("content/src/").is_some_and(|name| name.ends_with(".rs") && !name.contains('/'));
    is_room || path.ends_with('/') && path.matches('/').count() <= 3
}

/// Everything that must be on the map and is not.
fn missing(map: &str, paths: &[String]) -> Vec<String> {
    let is_there = |path: &str| {
        let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
        let name = if path.ends_with('/') { format!("{name}/") } else { name.to_owned() };
        names(map, path.trim_end_matches('/')) || names(map, &name)
    };
    paths.iter().filter(|path| is_landmark(path) && !is_there(path)).cloned().collect()
}

/// Lines and names of what the map shows and the house has not.
fn gone(map: &str, paths: &[String]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, line) in map.lines().enumerate() {
        let is_plain = |word: &&str| word.chars().all(|char| char.is_ascii_alphanumeric() || "_-./".contains(char));
        for word in line.split([' ', '`', '(', ')', ',', ';', '|', '│', '├', '└', '─']).filter(is_plain) {
            let word = word.trim_end_matches('.');
            let is_path = word.ends_with(".rs") || word.ends_with('/') && word.len() > 1;
            let exists = |path: &String| *path == word || path.ends_with(&format!("/{word}"));
            if is_path && !paths.iter().any(exists) {
                found.push((index, word.to_owned()));
            }
        }
    }
    found
}

fn everything() -> Vec<String> {
    let below = PARTS.iter().flat_map(|part| walk(part));
    below.chain(PARTS.iter().map(|part| format!("{part}/"))).collect()
}

#[test]
fn every_folder_and_every_room_is_on_the_map() {
    let (line, map) = section(&read("README.md"));
    let missing: Vec<String> =
        missing(&map, &everything()).iter().map(|path| format!("README.md:{line}: {path}")).collect();
    hold(&format!("README.md shows every folder and every room under \"{HEADING}\""), &missing);
}

#[test]
fn the_map_shows_nothing_that_is_gone() {
    let (line, map) = section(&read("README.md"));
    let gone = gone(&map, &everything()).into_iter();
    let breaches: Vec<String> = gone.map(|(index, name)| format!("README.md:{}: {name}", line + index)).collect();
    hold("the map shows the house as it is", &breaches);
}

#[test]
fn a_place_off_the_map_is_found() {
    let (line, map) =
        section("# A\n## The map\n```\napp/ xtask/  pages/ people.rs old.rs old/pages/\n```\n## B\ncontent/\n");
    assert_eq!(line, 3);
    let paths =
        ["app/", "content/", "app/src/pages/", "app/src/a/b/", "content/src/people.rs", "content/src/me.rs", "a/age/"];
    let paths = paths.map(str::to_owned);
    assert_eq!(missing(&map, &paths), ["content/", "content/src/me.rs", "a/age/"]);
    assert_eq!(
        gone(&map, &paths).into_iter().map(|(_, name)| name).collect::<Vec<_>>(),
        ["xtask/", "old.rs", "old/pages/"]
    );
    assert_eq!(section("# A"), (1, String::new()));
}
