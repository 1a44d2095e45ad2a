//! Turns `messages/{zh,bo,en}/*.toml` into one function a message, so that a missing key, a missing language or a
//! missing value does not compile, and a browser build carries only the messages its islands use.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

const LANGUAGES: [(&str, &str); 3] = [("zh", "Zh"), ("bo", "Bo"), ("en", "En")];

type Messages = BTreeMap<String, String>;

fn main() {
    println!("cargo:rerun-if-changed=messages");
    let all = LANGUAGES.map(|(folder, _)| read(&Path::new("messages").join(folder)));
    let keys: BTreeSet<&String> = all.iter().flat_map(BTreeMap::keys).collect();
    let mut code = String::new();
    for key in keys {
        let texts = LANGUAGES.iter().zip(&all).map(|((folder, name), messages)| {
            let text = messages.get(key).unwrap_or_else(|| panic!("messages/{folder} has no {key}"));
            (*name, text.as_str())
        });
        write_function(&mut code, key, &texts.collect::<Vec<_>>());
    }
    let folder = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    std::fs::write(Path::new(&folder).join("messages.rs"), code).expect("OUT_DIR can be written");
}

fn read(folder: &Path) -> Messages {
    let mut messages = Messages::new();
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for path in entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
    {
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let part: Messages = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for (key, text) in part {
            assert!(messages.insert(key.clone(), text).is_none(), "{}: {key} is there twice", path.display());
        }
    }
    messages
}

/// The names between braces, in the order of the alphabet.
fn values(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
}

fn write_function(code: &mut String, key: &str, texts: &[(&str, &str)]) {
    let names = values(texts[0].1);
    for (language, text) in texts {
        assert_eq!(values(text), names, "{key} in {language} takes other values than in {}", texts[0].0);
    }
    let doc = texts[2].1.replace('\n', " ");
    let arms = |wrap: &dyn Fn(&str) -> String| {
        texts.iter().fold(String::new(), |mut arms, (language, text)| {
            let _ = write!(arms, "Lang::{language} => {}, ", wrap(text));
            arms
        })
    };
    let function = if names.is_empty() {
        let arms = arms(&|text| format!("{text:?}"));
        format!("/// {doc:?}\npub fn {key}(lang: Lang) -> &'static str {{ match lang {{ {arms} }} }}\n")
    } else {
        let takes = names.iter().map(|name| format!("{name}: impl std::fmt::Display")).collect::<Vec<_>>().join(", ");
        let arms = arms(&|text| format!("format!({text:?})"));
        format!("/// {doc:?}\npub fn {key}(lang: Lang, {takes}) -> String {{ match lang {{ {arms} }} }}\n")
    };
    code.push_str(&function);
}
