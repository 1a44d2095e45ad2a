//! What do the pages weigh, how fast do they come, and what does the idle server hold?

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::library::{Library, PATIENCE, script};
use crate::{program, step};

/// How many connections ask at once.
const CONNECTIONS: u32 = 64;
/// What a rival's learner home was measured at, cold, on this link: painted, and until a video could play (seconds).
const RIVAL_LINK: &str = "250 kbit/s";
const RIVAL_HOME_S: f64 = 36.0;
const RIVAL_PLAYS_S: f64 = 91.0;

/// Serves the sample library from a new folder and measures it.
pub(super) fn measure(root: &Path, menpa: &Path, seconds: u32) -> Result<()> {
    let library = Library::sample(root, menpa)?;
    let looked = step::quietly("encoding the sample library, then looking at its pages", || look(root, &library))?;
    let paths = print_bytes(&looked)?;
    print_waits(root, &library.address, &looked)?;
    step::answer("\nSpeed: requests a second and latency at 64 connections, one signed-in learner");
    for (name, path) in &paths {
        load(&library.address, name, path, looked["cookie"].as_str().unwrap_or_default(), seconds)?;
    }
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

/// Prints the table of bytes; gives each page's name and path.
fn print_bytes(looked: &serde_json::Value) -> Result<Vec<(String, String)>> {
    step::answer(
        "\nBytes over the wire, compressed, without pictures and media (KB): first view, of it HTML, repeat view",
    );
    let mut paths = Vec::new();
    for page in looked["pages"].as_array().context("look.mjs gave no pages")? {
        let kb = |name: &str| page[name].as_f64().unwrap_or_default() / 1000.0;
        let (name, path) = (page["name"].as_str().unwrap_or_default(), page["path"].as_str().unwrap_or_default());
        step::answer(format_args!("  {name:8} {:6.1} {:6.1} {:6.1}", kb("first"), kb("html"), kb("repeat")));
        paths.push((name.to_owned(), path.to_owned()));
    }
    Ok(paths)
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

/// Asks for one page as fast as it comes, by `wrk`.
fn load(address: &str, name: &str, path: &str, cookie: &str, seconds: u32) -> Result<()> {
    let mut wrk = Command::new("wrk");
    wrk.args(["--threads", "1", "--connections", &CONNECTIONS.to_string(), "--duration", &format!("{seconds}s")]);
    wrk.args(["--latency", "--header", &format!("Cookie: {cookie}"), &format!("{address}{path}")]);
    let said = step::quietly(&format!("asking for {name}"), || program::read(&mut wrk))?;
    let find = |label: &str| {
        let line = said.lines().find(|line| line.trim_start().starts_with(label));
        line.and_then(|line| line.split_whitespace().last()).unwrap_or("?").to_owned()
    };
    if said.contains("Non-2xx") {
        bail!("{name} did not answer well:\n{said}");
    }
    step::answer(format_args!(
        "  {name:8} {:>8} requests/s, p50 {}, p99 {}",
        find("Requests/sec"),
        find("50%"),
        find("99%")
    ));
    Ok(())
}
