//! May every dependency be used: its license, its name, the place it comes from?

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use spdx::{Expression, Licensee, ParseMode};
use toml::Table;

use crate::{cargo, program};

/// What `deny.toml` lets pass.
struct Rules {
    licenses: Vec<Licensee>,
    denied: Vec<String>,
    sources: Vec<String>,
}

/// Holds every package of Cargo.lock against `deny.toml`; the error lists all that offend.
pub(crate) fn check(root: &Path) -> Result<()> {
    let rules = Rules::load(root)?;
    let mut metadata = cargo::command(root, "metadata");
    let text = program::read(metadata.args(["--format-version", "1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&text)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let offenses = packages.iter().flat_map(|package| rules.offenses(package)).collect::<Vec<_>>();
    if !offenses.is_empty() {
        bail!("deny.toml does not let pass:\n  {}", offenses.join("\n  "));
    }
    Ok(())
}

impl Rules {
    fn load(root: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(root.join("deny.toml")).context("deny.toml is missing")?;
        text.parse::<Table>().map_err(Into::into).and_then(|table| Self::from_table(&table))
    }

    fn from_table(table: &Table) -> Result<Self> {
        let licenses = strings(table, "licenses", "allow")?
            .iter()
            .map(|license| Licensee::parse(license).with_context(|| license.clone()))
            .collect::<Result<_>>()?;
        let registries = strings(table, "sources", "allow-registry")?;
        Ok(Self {
            licenses,
            denied: strings(table, "bans", "deny")?,
            sources: registries.iter().map(|registry| format!("registry+{registry}")).collect(),
        })
    }

    fn offenses(&self, package: &Value) -> Vec<String> {
        let name = package["name"].as_str().unwrap_or("a package without a name");
        let mut offenses = Vec::new();
        match package["license"].as_str() {
            None => offenses.push(format!("{name}: names no license")),
            Some(license) if !self.lets_pass(license) => {
                offenses.push(format!("{name}: is under {license}"));
            }
            Some(_) => {}
        }
        if self.denied.iter().any(|denied| denied == name) {
            offenses.push(format!("{name}: is banned"));
        }
        // A package of our own has no source.
        if let Some(source) = package["source"].as_str().filter(|source| !self.knows(source)) {
            offenses.push(format!("{name}: comes from {source}"));
        }
        offenses
    }

    fn lets_pass(&self, license: &str) -> bool {
        Expression::parse_mode(license, ParseMode::LAX).is_ok_and(|expression| {
            expression.evaluate(|required| self.licenses.iter().any(|allowed| allowed.satisfies(required)))
        })
    }

    fn knows(&self, source: &str) -> bool {
        self.sources.iter().any(|known| known == source)
    }
}

/// A list of deny.toml, whose entries are texts or tables with a `name`.
fn strings(table: &Table, section: &str, key: &str) -> Result<Vec<String>> {
    let list = table.get(section).and_then(|section| section.get(key));
    let list = list.and_then(toml::Value::as_array);
    let list = list.with_context(|| format!("deny.toml has no list {key} in [{section}]"))?;
    let texts = list.iter().filter_map(|entry| entry.as_str().or_else(|| entry.get("name")?.as_str()));
    Ok(texts.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HUB: &str = "https://github.com/rust-lang/crates.io-index";

    fn offenses(name: &str, license: Option<&str>, source: Option<&str>) -> usize {
        let text = format!(
            "licenses.allow = ['MIT', 'Unicode-3.0']\n\
             bans.deny = [{{ name = 'openssl-sys' }}]\n\
             sources.allow-registry = ['{HUB}']"
        );
        let rules = Rules::from_table(&text.parse().unwrap()).unwrap();
        rules.offenses(&json!({ "name": name, "license": license, "source": source })).len()
    }

    #[test]
    fn licenses_are_understood_as_expressions() {
        for (license, expected) in [
            ("MIT", 0),
            ("MIT/Apache-2.0", 0),
            ("LGPL-2.1-or-later OR MIT", 0),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", 0),
            ("MIT AND GPL-3.0-only", 1),
            ("GPL-3.0-only", 1),
            ("my own words", 1),
        ] {
            assert_eq!(offenses("a", Some(license), None), expected, "{license}");
        }
        assert_eq!(offenses("a", None, None), 1);
    }

    #[test]
    fn banned_names_and_foreign_sources_are_refused() {
        let hub = format!("registry+{HUB}");
        assert_eq!(offenses("serde", Some("MIT"), Some(&hub)), 0);
        assert_eq!(offenses("openssl-sys", Some("MIT"), Some(&hub)), 1);
        assert_eq!(offenses("serde", Some("MIT"), Some("git+https://example.org/serde")), 1);
    }
}
