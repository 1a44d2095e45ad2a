//! What do the pages weigh, how long does one wait for them on slow links, and what does the idle server hold?

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::library::{Library, PATIENCE, script};
use crate::{program, step};

/// What a rival's learner home was measured at, cold, on this link: painted, and until a video could play (seconds).
const RIVAL_LINK: &str = "250 kbit/s";
const RIVAL_HOME_S: f64 = 36.0;
const RIVAL_PLAYS_S: f64 = 91.0;

/// Serves the sample library from a new folder and measures it.
pub(super) fn measure(root: &Path, menpa: &Path) -> Result<()> {
    let library = Library::sample(root, menpa)?;
    let looked = step::quietly("encoding the sample library, then looking at its pages", || look(root, &library))?;
    print_bytes(&looked)?;
    print_waits(root, &library.address, &looked)?;
    std::thread::sleep(Duration::from_secs(2));
    step::answer(format_args!("\nMemory: {} MB resident, idle after all of this", library.resident_mb()?));
    Ok(())
}

/// Waits until every lesson plays, then loads home, course and lesson twice in Chromium.
fn look(root: &Path, library: &Library) -> Result<serde_json::Value> {
    let mut node = script(root, "look.mjs");
    node.arg(&library.address).arg(&library.sign_ins).arg(PATIENCE.as_secs().to_string());
    let begun = Instant::now();
    let said = program::read(&mut node).with_context(|| format!("after {:?}", begun.elapsed()))?;
    serde_json::from_str(said.trim()).with_context(|| format!("look.mjs said {said:?}"))
}

/// Prints the table of bytes.
fn print_bytes(looked: &serde_json::Value) -> Result<()> {
    step::answer(
        "\nBytes over the wire, compressed, without pictures and media (KB): first view, of it HTML, repeat view",
    );
    for page in looked["pages"].as_array().context("look.mjs gave no pages")? {
        let kb = |name: &str| page[name].as_f64().unwrap_or_default() / 1000.0;
        let name = page["name"].as_str().unwrap_or_default();
        step::answer(format_args!("  {name:8} {:6.1} {:6.1} {:6.1}", kb("first"), kb("html"), kb("repeat")));
    }
    Ok(())
}

/// How long people wait on slow links, and how much longer they wait for a rival.
fn print_waits(root: &Path, address: &str, looked: &serde_json::Value) -> Result<()> {
    let (_, token) =
        looked["cookie"].as_str().and_then(|cookie| cookie.split_once('=')).context("look.mjs gave no cookie")?;
    let lesson = looked["pages"].as_array().and_then(|pages| pages.iter().find(|page| page["name"] == "lesson"));
    let lesson = lesson.and_then(|page| page["path"].as_str()).context("look.mjs gave no lesson")?;
    let mut node = script(root, "slow.mjs");
    // Arguments are printed with a failure.
    node.args([address, lesson]).env("MENPA_TOKEN", token);
    let said = step::quietly("visiting over slow links", || program::read(&mut node))?;
    let results: serde_json::Value = serde_json::from_str(said.trim())?;
    step::answer("\nWaiting on a first visit (s): home painted, lesson painted, lesson plays its first second");
    for link in results.as_array().context("slow.mjs gave no links")? {
        let seconds = |name: &str| link[name].as_f64().unwrap_or_default() / 1000.0;
        let name = link["name"].as_str().unwrap_or_default();
        let (home, painted, played) = (seconds("home_ms"), seconds("lesson_ms"), seconds("played_ms"));
        step::answer(format_args!("  {name:20} {home:6.1} {painted:6.1} {played:6.1}"));
        if name.starts_with(RIVAL_LINK) {
            step::answer(format_args!(
                "  a rival on that link took {:.0} times as long to paint its home, and {:.1} times as long to play",
                RIVAL_HOME_S / home,
                RIVAL_PLAYS_S / played
            ));
        }
    }
    Ok(())
}
