//! How soon can courseware be read over a slow link? First visits in Chromium, to the first page's picture.
//!
//! A deck of 60 slides with a photograph on each, and a document of 200 pages, both printed by Chromium. The link is
//! Chromium's network emulation (`visitor.mjs` says what it leaves out).

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::library::{Library, script};
use crate::{program, step};

/// How long making the pages may take.
const PATIENCE: Duration = Duration::from_secs(3600);

pub(super) fn measure(root: &Path, menpa: &Path) -> Result<()> {
    let library = Library::empty(root, menpa)?;
    let mut read = script(root, "read.mjs");
    read.arg(&library.address).arg(&library.sign_ins).arg(PATIENCE.as_secs().to_string());
    let said = step::quietly("making pages, and visiting over a slow link", || program::read(&mut read))?;
    let said: Value = serde_json::from_str(said.trim()).with_context(|| format!("read.mjs said {said:?}"))?;
    step::answer("\nReading: first visits, 50 kbit/s, 600 ms, a phone's screen");
    step::answer(
        "  what                 original MB  pages  made in s  first page s  bytes until then KB  first picture KB",
    );
    for visit in said.as_array().context("read.mjs gave no visits")? {
        step::answer(line(visit)?);
    }
    Ok(())
}

fn line(visit: &Value) -> Result<String> {
    let number = |name: &str| visit[name].as_f64().with_context(|| format!("read.mjs gave no {name}"));
    Ok(format!(
        "  {:<20} {:>11.1} {:>6} {:>10.1} {:>13.1} {:>20.1} {:>17.1}",
        visit["name"].as_str().unwrap_or_default(),
        number("original_bytes")? / 1e6,
        number("pages")?,
        number("made_ms")? / 1000.0,
        number("seen_ms")? / 1000.0,
        number("bytes")? / 1000.0,
        number("first_bytes")? / 1000.0,
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_visit_is_told_in_one_line() {
        let visit = json!({"name": "60 slides", "original_bytes": 30e6, "pages": 60, "made_ms": 90_000, "seen_ms": 8_100,
            "bytes": 45_000, "first_bytes": 21_000});
        let line = line(&visit).unwrap();
        for part in ["60 slides", "30.0", "90.0", "8.1", "45.0", "21.0"] {
            assert!(line.contains(part), "{part} is missing in {line}");
        }
        assert!(super::line(&json!({})).is_err());
    }
}
