//! Is every message said in all three languages, used, and written nowhere else?

use std::collections::{BTreeMap, BTreeSet};

use super::source::paths;
use super::{Source, bites, hold, read, sources, walk};

const LANGUAGES: [&str; 3] = ["zh", "bo", "en"];

/// A line `key = "text"` of a message file.
struct Message {
    language: String,
    /// The file's name, the same in each language.
    file: String,
    line: usize,
    key: String,
    /// The names between braces.
    values: BTreeSet<String>,
}

impl Message {
    fn at(&self, what: &str) -> String {
        format!("app/messages/{}/{}:{}: {what}", self.language, self.file, self.line)
    }
}

/// The messages of a file, or what is not one.
fn parse(language: &str, file: &str, text: &str) -> Result<Vec<Message>, String> {
    let mut messages = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let said = line.split_once(" = \"").and_then(|(key, text)| Some((key, text.strip_suffix('"')?)));
        let Some((key, text)) = said else {
            return Err(format!("app/messages/{language}/{file}:{}: a message is one line: key = \"text\"", index + 1));
        };
        let values = text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.to_owned())).collect();
        messages.push(Message {
            language: language.into(),
            file: file.into(),
            line: index + 1,
            key: key.into(),
            values,
        });
    }
    Ok(messages)
}

fn messages() -> Vec<Message> {
    let files = LANGUAGES.iter().flat_map(|language| walk(&format!("app/messages/{language}")));
    let parts: Vec<_> = files
        .map(|path| {
            let name = path
                .trim_start_matches("app/messages/")
                .split_once('/')
                .unwrap_or_else(|| panic!("{path} is in no language"));
            parse(name.0, name.1, &read(&path))
        })
        .collect();
    let breaches: Vec<String> = parts.iter().filter_map(|part| part.as_ref().err().cloned()).collect();
    hold("message files are read line by line", &breaches);
    parts.into_iter().flatten().flatten().collect()
}

/// Messages that a language lacks, says in another file, or gives other values.
fn unlike(messages: &[Message]) -> Vec<String> {
    let mut said: BTreeMap<(&str, &str), &Message> = BTreeMap::new();
    let mut found = Vec::new();
    for message in messages {
        if said.insert((&message.language, &message.key), message).is_some() {
            found.push(message.at(&format!("{} is there twice", message.key)));
        }
    }
    for message in messages {
        for language in LANGUAGES {
            match said.get(&(language, message.key.as_str())) {
                None => found.push(message.at(&format!("{} is not said in {language}", message.key))),
                Some(other) if other.file != message.file => {
                    found.push(message.at(&format!("{} is in {language}/{}", message.key, other.file)));
                }
                Some(other) if other.values != message.values => {
                    found.push(message.at(&format!("{} takes other values than in {language}", message.key)));
                }
                Some(_) => {}
            }
        }
    }
    found
}

fn is_interface(source: &Source) -> bool {
    source.path.starts_with("app/src/") || source.path.starts_with("server/src/")
}

/// The messages that shipped code asks for, by `m::key` or `messages::key`.
fn used(source: &Source) -> BTreeSet<String> {
    let asked = ["m", "messages"].into_iter().flat_map(|name| paths(&source.shipped, name));
    asked.filter_map(|(_, path)| path.last().map(|key| (*key).to_owned())).collect()
}

fn unused(messages: &[Message], used: &BTreeSet<String>) -> Vec<String> {
    let silent = messages.iter().filter(|message| message.language == LANGUAGES[0] && !used.contains(&message.key));
    silent.map(|message| message.at(&format!("{} is said nowhere", message.key))).collect()
}

/// Literals in Chinese or Tibetan outside the message files.
fn spoken(source: &Source) -> Vec<String> {
    // Only here does each language say its own name.
    if !is_interface(source) || source.path == "app/src/wire.rs" {
        return Vec::new();
    }
    let is_ours = |char: char| matches!(char, '\u{f00}'..='\u{fff}' | '\u{2e80}'..='\u{2fdf}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    let texts = source.shipped_literals().filter(|(_, text)| text.contains(is_ours));
    texts.map(|(at, text)| source.at(at, &format!("{text:?} belongs in app/messages"))).collect()
}

#[test]
fn every_message_is_said_in_all_three_languages_with_the_same_values() {
    let messages = messages();
    assert!(messages.len() > 100, "the messages are read");
    hold("the three languages say the same", &unlike(&messages));
}

#[test]
fn every_message_is_used() {
    let used: BTreeSet<String> = sources().iter().filter(|source| is_interface(source)).flat_map(used).collect();
    hold("a message that nobody hears is not translated", &unused(&messages(), &used));
}

#[test]
fn no_message_is_written_in_code() {
    let breaches: Vec<String> = sources().iter().flat_map(spoken).collect();
    hold("what people read is in app/messages, in three languages", &breaches);
}

#[test]
fn a_message_out_of_order_is_found() {
    let read = |texts: [&str; 3]| -> Vec<Message> {
        let parts = LANGUAGES.iter().zip(texts).map(|(language, text)| parse(language, "a.toml", text));
        parts.collect::<Result<Vec<_>, _>>().expect("the messages are whole").into_iter().flatten().collect()
    };
    let check = |texts: [&str; 3], count: usize| assert_eq!(unlike(&read(texts)).len(), count, "{texts:?}");
    check(["# b\na = \"{c} {d}\"", "a = \"{d}{c}\"", "\na = \"{c}, {d}\""], 0);
    check(["a = \"\"\nb = \"\"", "a = \"\"", "a = \"\"\nb = \"\""], 2);
    check(["a = \"{b}\"", "a = \"{b}\"", "a = \"{c}\""], 4);
    check(["a = \"\"\na = \"\"", "a = \"\"", "a = \"\""], 1);
    assert!(parse("zh", "a.toml", "a = 1").is_err());
    let code = "use crate::messages as m;\nfn a() { (m::b(lang), [m::c], messages::d(lang)) }\n#[cfg(test)]\nmod t { fn e() { m::f() } }";
    let heard = used(&Source::new("app/src/a.rs", code));
    let keys = read(["b = \"\"\nc = \"\"\nd = \"\"\nf = \"\"", "", ""]);
    assert_eq!(unused(&keys, &heard), ["app/messages/zh/a.toml:4: f is said nowhere"]);
    let code = "// 中\nlet a = \"中\";\nlet b = (\"\\u{0f40}\", '\\u{0f40}');\n#[test]\nfn c() { d(\"文\") }";
    bites(spoken, "server/src/a.rs", code, &[2, 3]);
    bites(spoken, "content/src/a.rs", code, &[]);
}
