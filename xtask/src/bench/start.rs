//! How soon does a lesson play over a slow link, and does it go on? First visits in Chromium, from pressing play on.
//!
//! The links are Chromium's network emulation: 600 ms of latency on every answer and an even rate, without lost packets,
//! without the round trips that open a connection, without TCP's slow start (`visitor.mjs` says it in full). Real links
//! are worse. All visits run at the same time, so that ten minutes take ten minutes; what else this machine does then
//! delays them too.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::library::{Library, script};
use crate::{program, step};

/// How long encodings may take: those of one minute take minutes, and a clip may be a whole lecture.
const PATIENCE: Duration = Duration::from_secs(3 * 3600);

/// What is promised of a link: its rate, how soon a lesson plays after pressing play (s), and how much of what was
/// played it may have stood still besides (percent).
struct Bar {
    kbit_s: u64,
    start_s: Option<f64>,
    stall_percent: Option<f64>,
}

const BARS: [Bar; 3] = [
    Bar { kbit_s: 32, start_s: Some(6.5), stall_percent: None },
    Bar { kbit_s: 48, start_s: None, stall_percent: Some(0.5) },
    Bar { kbit_s: 64, start_s: Some(4.0), stall_percent: None },
];

/// One visit, as it went.
struct Visit {
    kbit_s: u64,
    data_use: String,
    page_kb: f64,
    /// Since the page was asked for.
    loaded_s: f64,
    /// Since play was pressed; none: it never played.
    start_s: Option<f64>,
    played_s: f64,
    /// How long each stall lasted.
    stalls_s: Vec<f64>,
    /// What came of each rendition, most first.
    renditions: Vec<(String, f64)>,
}

/// A wait shorter than this is not noticed, and not counted.
const NOTICED_S: f64 = 0.2;

/// Measures each clip as the one lesson of a library of its own.
pub(super) fn measure(root: &Path, menpa: &Path, clips: &[PathBuf], seconds: u32) -> Result<()> {
    for clip in clips {
        let clip = clip.canonicalize().with_context(|| format!("{} is not there", clip.display()))?;
        lesson(root, menpa, &clip, seconds)?;
    }
    Ok(())
}

fn lesson(root: &Path, menpa: &Path, clip: &Path, seconds: u32) -> Result<()> {
    let library = Library::empty(root, menpa)?;
    let mut teach = script(root, "teach.mjs");
    teach.arg(&library.address).arg(&library.sign_ins).arg(PATIENCE.as_secs().to_string()).arg(clip);
    let path = step::quietly("uploading and encoding", || program::read(&mut teach))?;
    let mut start = script(root, "start.mjs");
    start.arg(&library.address).arg(&library.sign_ins).arg(path.trim()).arg(seconds.to_string());
    let said = step::quietly("visiting over slow links", || program::read(&mut start))?;
    let said: Value = serde_json::from_str(said.trim()).with_context(|| format!("start.mjs said {said:?}"))?;
    let visits = said.as_array().context("start.mjs gave no visits")?.iter().map(read).collect::<Result<Vec<_>>>()?;
    tell(clip, seconds, &visits);
    Ok(())
}

fn read(said: &Value) -> Result<Visit> {
    let number = |name: &str| said[name].as_f64().with_context(|| format!("start.mjs gave no {name}"));
    let (pressed, started) = (number("pressed_ms")?, number("started_ms")?);
    let Some(stalls) = said["stalls_ms"].as_array() else { bail!("start.mjs gave no stalls") };
    // The last wait may not have ended.
    let stalls_s = stalls.iter().filter_map(Value::as_f64).chain(said["waits_ms"].as_f64()).map(|ms| ms / 1000.0);
    let Some(renditions) = said["renditions"].as_object() else { bail!("start.mjs gave no renditions") };
    let kb = |(name, bytes): (&String, &Value)| (name.clone(), bytes.as_f64().unwrap_or_default() / 1000.0);
    let mut renditions: Vec<_> = renditions.iter().map(kb).collect();
    renditions.sort_by(|one, other| other.1.total_cmp(&one.1));
    Ok(Visit {
        kbit_s: said["kbit_s"].as_u64().context("start.mjs gave no link")?,
        data_use: said["data_use"].as_str().unwrap_or_default().to_owned(),
        page_kb: number("page_bytes")? / 1000.0,
        loaded_s: pressed / 1000.0,
        start_s: (started > 0.0).then_some((started - pressed) / 1000.0),
        played_s: number("played_s")?,
        stalls_s: stalls_s.filter(|stall| *stall > NOTICED_S).collect(),
        renditions,
    })
}

fn tell(clip: &Path, seconds: u32, visits: &[Visit]) {
    let clip = clip.display();
    step::answer(format_args!("\nStart and stalls of {clip}: first visits, 600 ms, at most {seconds} s played"));
    step::answer(
        "  link, data use      page KB  loaded s  start s  from opening s  stalls      s     %  played s  media KB",
    );
    for visit in visits {
        step::answer(line(visit));
    }
    for bar in &BARS {
        // Bars are for picture and sound.
        let at = |visit: &&Visit| visit.kbit_s == bar.kbit_s && visit.data_use == "auto";
        if let Some(visit) = visits.iter().find(at) {
            judge(bar, visit);
        }
    }
}

fn line(visit: &Visit) -> String {
    let seconds = |value: Option<f64>| value.map_or_else(|| "never".to_owned(), |value| format!("{value:.1}"));
    let link = format!("{} kbit/s, {}", visit.kbit_s, visit.data_use);
    let (start, opening) = (seconds(visit.start_s), seconds(visit.start_s.map(|start| start + visit.loaded_s)));
    let (stalled, percent) = (stalled_s(visit), stall_percent(visit));
    let media: f64 = visit.renditions.iter().map(|(_, kb)| kb).sum();
    let names: Vec<_> = visit.renditions.iter().map(|(name, kb)| format!("{name} {kb:.0}")).collect();
    format!(
        "  {link:<18} {:>8.1} {:>9.1} {start:>8} {opening:>15} {:>7} {stalled:>6.1} {percent:>5.1} {:>9.1} {media:>9.0}: {}",
        visit.page_kb,
        visit.loaded_s,
        visit.stalls_s.len(),
        visit.played_s,
        names.join(", ")
    )
}

/// Of the time that was played.
fn stall_percent(visit: &Visit) -> f64 {
    stalled_s(visit) * 100.0 / visit.played_s.max(0.1)
}

/// Nothing adds up to 0, not to the -0 that `sum` gives.
fn stalled_s(visit: &Visit) -> f64 {
    visit.stalls_s.iter().fold(0.0, |sum, stall| sum + stall)
}

fn judge(bar: &Bar, visit: &Visit) {
    let kbit_s = bar.kbit_s;
    let held = |held: bool| if held { "held" } else { "MISSED" };
    let Some(start) = visit.start_s else {
        return step::answer(format_args!("  bar: plays at {kbit_s} kbit/s: never, {}", held(false)));
    };
    if let Some(most) = bar.start_s {
        let held = held(start <= most);
        step::answer(format_args!("  bar: starts at {kbit_s} kbit/s within {most} s: {start:.1}, {held}"));
    }
    if let Some(most) = bar.stall_percent {
        let percent = stall_percent(visit);
        let held = held(percent <= most);
        step::answer(format_args!(
            "  bar: stands still at {kbit_s} kbit/s for at most {most} % of what it plays: {percent:.2}, {held}"
        ));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_visit_is_read_with_the_wait_it_ended_in() {
        let said = json!({
            "kbit_s": 32, "data_use": "auto", "page_bytes": 41_500, "pressed_ms": 12_000, "started_ms": 15_500,
            "played_s": 60.0, "stalls_ms": [150.0, 400.0], "waits_ms": 2_600.0, "renditions": {"a": 1_000, "b": 3_000},
        });
        let visit = read(&said).unwrap();
        assert_eq!(visit.stalls_s, [0.4, 2.6], "the shortest is not noticed");
        assert_eq!((visit.start_s, stall_percent(&visit)), (Some(3.5), 5.0));
        assert_eq!(visit.renditions[0].0, "b", "what came most stands first");
        let never = read(&json!({
            "kbit_s": 32, "data_use": "auto", "page_bytes": 0, "pressed_ms": 12_000, "started_ms": 0,
            "played_s": 0.0, "stalls_ms": [], "waits_ms": 0, "renditions": {},
        }));
        assert!(never.unwrap().start_s.is_none());
    }
}
