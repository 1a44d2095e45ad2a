//! What is lost, and what does it cost, when the worst happens often? The stories of faults, forms and calls that the checks
//! run, with larger numbers, and against the programs that people run.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;

use super::speed::{self, Engine};
use crate::cargo::{self, HOUSE, Profile};
use crate::suites::{self, Surroundings};
use crate::{program, step};

/// What is promised: the slowest answer to a form or a call, how soon writes go well when a disk has room again (s), and
/// how much more memory the server has meanwhile (MB).
const SLOWEST_S: f64 = 2.0;
const RECOVERY_S: f64 = 10.0;
const MORE_MB: f64 = 200.0;

/// What `cargo xtask bench faults` may be told. Where a number is 0, that is left out.
#[derive(Args)]
pub(super) struct Settings {
    /// How often the server is killed on each engine, while people write
    #[arg(long, default_value_t = 100)]
    kills: u32,
    /// How often a disk is filled on each engine, while people write
    #[arg(long, default_value_t = 20)]
    full_disks: u32,
    /// How many hostile forms are sent on each engine
    #[arg(long, default_value_t = 2000)]
    forms: u32,
    /// How many generated calls of the API are made in each role on each engine
    #[arg(long, default_value_t = 2000)]
    calls: u32,
    /// What happens by chance happens again with the same number
    #[arg(long, default_value_t = 20_261_201)]
    seed: u64,
    /// Which databases
    #[arg(long, value_enum, num_args = 1.., default_values = ["sqlite", "postgres"])]
    engine: Vec<Engine>,
    /// A folder with `menpa` and `menpa-transcode` that are there already
    #[arg(long)]
    programs: Option<PathBuf>,
}

/// A story, how its number is called, and the number.
struct Story {
    name: &'static str,
    variable: &'static str,
    count: u32,
}

impl Settings {
    fn stories(&self) -> Vec<Story> {
        let story = |name, variable, count| Story { name, variable, count };
        let all = [
            story("faults::no_kill_loses_what_was_acknowledged", "MENPA_KILLS", self.kills),
            story("faults::no_full_disk_loses_what_was_acknowledged", "MENPA_FULL_DISKS", self.full_disks),
            story("faithful::every_form_shows_what_is_stored_and_stores_what_it_shows", "MENPA_FORMS", self.forms),
            story("generated::generated_calls_find_no_fault_in_any_role", "MENPA_CALLS", self.calls),
        ];
        all.into_iter().filter(|story| story.count > 0).collect()
    }
}

/// Runs each story on each engine, one after the other, and prints what each came to.
pub(super) fn measure(root: &Path, profile: Profile, settings: &Settings) -> Result<()> {
    let programs = match &settings.programs {
        Some(programs) => programs.canonicalize().context("there are no programs")?,
        None => {
            cargo::build_programs(root, profile)?;
            cargo::programs(root, profile)
        }
    };
    suites::build(root)?;
    let surroundings = Surroundings::of(root, programs)?;
    step::answer(format_args!("Faults, from seed {}", settings.seed));
    let mut missed = 0;
    for story in settings.stories() {
        for engine in &settings.engine {
            missed += usize::from(!run(root, &surroundings, &story, *engine, settings.seed)?);
        }
    }
    if missed > 0 {
        bail!("{missed} of them missed what is promised");
    }
    Ok(())
}

/// Runs one story on one engine; false when it failed, or missed a bar.
fn run(root: &Path, surroundings: &Surroundings, story: &Story, engine: Engine, seed: u64) -> Result<bool> {
    let folder = tempfile::tempdir()?;
    let figures = folder.path().join("figures");
    let mut test = cargo::command(root, "test");
    let name = format!("{}::{}", story.name, engine.word());
    test.args(HOUSE).args(["--quiet", "--test", "platform", "--", "--exact", &name]);
    surroundings.tell(&mut test);
    test.env(story.variable, story.count.to_string())
        .env("MENPA_SEED", seed.to_string())
        .env("MENPA_FIGURES", &figures);
    let ran = step::quietly(&name, || program::read(&mut test));
    let told = std::fs::read_to_string(&figures).unwrap_or_default();
    if let Err(error) = &ran {
        step::answer(format_args!("  {name}: FAILED, {}\n{error:#}", speed::load()));
        return Ok(false);
    }
    let line = told.lines().last().with_context(|| format!("{name} told no figures"))?;
    let told: Value = serde_json::from_str(line)?;
    let (line, held) = read(&told);
    step::answer(format_args!("{line}; {}", speed::load()));
    Ok(held)
}

/// What a story came to in words, and whether all that is promised of it was held.
fn read(told: &Value) -> (String, bool) {
    let (figures, of) = (&told["figures"], &told["figures"]["of"]);
    let number = |name: &str| if figures[name].is_null() { &of[name] } else { &figures[name] }.as_f64();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut parts = vec![format!("  {:10} {:10}", text(&told["story"]), text(&told["engine"]))];
    for (name, what) in [
        ("kills", "kills"),
        ("full_disks", "full disks"),
        ("forms", "forms"),
        ("calls", "calls"),
        ("roles", "roles"),
        ("acknowledged", "acknowledged, 0 lost"),
        ("refused", "refused in words"),
    ] {
        parts.extend(number(name).map(|count| format!("{count:.0} {what}")));
    }
    let is_bar = number("acknowledged").is_none();
    if is_bar {
        parts.push("0 answers with a 5xx".to_owned());
    }
    let mut held = true;
    for (name, what, unit, most) in [
        ("longest_recovery_s", "longest recovery", "s", Some(RECOVERY_S)),
        ("slowest_s", "slowest answer", "s", is_bar.then_some(SLOWEST_S)),
        ("more_mb", "more memory", "MB", Some(MORE_MB)),
    ] {
        let Some(value) = number(name) else { continue };
        let is_held = most.is_none_or(|most| value <= most);
        held &= is_held;
        let judged = most.map(|most| format!(" ({}, at most {most})", if is_held { "held" } else { "MISSED" }));
        parts.push(format!("{what} {value:.2} {unit}{}", judged.unwrap_or_default()));
        if name == "slowest_s" {
            parts.push(text(&figures["slowest"]));
        }
    }
    (parts.join(", "), held)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_bar_that_is_missed_is_told() {
        let told = |slowest_s: f64, more_mb: u32| {
            let figures = json!({"forms": 2000, "slowest_s": slowest_s, "slowest": "/me", "more_mb": more_mb});
            read(&json!({"story": "forms", "engine": "SQLite", "figures": figures}))
        };
        let (line, held) = told(1.5, 20);
        assert!(held && line.contains("2000 forms") && line.contains("1.50 s (held, at most 2), /me"), "{line}");
        assert!(!told(2.1, 20).1 && !told(0.1, 201).1);
        let of = json!({"full_disks": 20, "longest_recovery_s": 11.0});
        let figures = json!({"acknowledged": 500, "refused": 70, "slowest_s": 9.0, "slowest": "POST /", "of": of});
        let (line, held) = read(&json!({"story": "full disks", "engine": "SQLite", "figures": figures}));
        assert!(!held && line.contains("500 acknowledged, 0 lost") && line.contains("11.00 s (MISSED"), "{line}");
        assert!(line.contains("20 full disks") && line.contains("slowest answer 9.00 s, POST /"), "{line}");
    }
}
