//! May this change be kept?

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::cargo::{self, HOUSE};
use crate::suites::{self, Tally};
use crate::{licenses, program, setup, site, step};

/// What the checks found, and what each took.
#[derive(Default)]
struct Findings {
    tally: Tally,
    times: Vec<(String, Duration, bool)>,
}

/// Runs every check and every test, the cheap ones first; goes on after a failure, so that one
/// run tells everything. The last line printed counts all of them.
pub(crate) fn check_all(root: &Path) -> Result<()> {
    let mut findings = Findings::default();
    findings.check("what this machine lacks", || setup::for_testing(root));
    findings.check("formatting", || program::run(cargo::command(root, "fmt").args(["--all", "--check"])));
    findings.check("licenses", || licenses::check(root));
    findings.check("TypeScript", || check_types(root));
    findings.check("browser side", || site::build(root));
    findings.check("lints", || lint(root, &HOUSE, &["--all-targets"]));
    findings.check("lints of xtask", || lint(root, &["-p", "xtask"], &["--all-targets"]));
    findings.check("lints of the fuzz targets", || lint(root, &["-p", "fuzz"], &["--all-targets"]));
    findings.check("lints of the islands", || lint(root, &["-p", "browser"], &["--target", "wasm32-unknown-unknown"]));
    findings.check("documentation", || document(root));
    findings.check("programs and tests compile", || suites::build(root));
    findings.run_suites(root);
    findings.report()
}

impl Findings {
    fn check(&mut self, what: &str, work: impl FnOnce() -> Result<()>) {
        let begun = Instant::now();
        let done = step::loudly(what, work);
        if let Err(error) = &done {
            step::say(format_args!("{what}: {error:#}"));
        }
        self.tally.note(done.is_ok());
        self.times.push((what.to_owned(), begun.elapsed(), done.is_ok()));
    }

    fn run_suites(&mut self, root: &Path) {
        let begun = Instant::now();
        let tally = step::loudly("tests", || suites::run(root, &[])).unwrap_or_else(|error| {
            step::say(format_args!("tests: {error:#}"));
            Tally { passed: 0, failed: 1 }
        });
        self.times.push(("tests".to_owned(), begun.elapsed(), tally.failed == 0));
        self.tally += tally;
    }

    fn report(self) -> Result<()> {
        step::answer("");
        for (what, took, went_well) in &self.times {
            let mark = if *went_well { '✓' } else { '✗' };
            step::answer(format_args!("{mark} {:8.1} s  {what}", took.as_secs_f64()));
        }
        let total: Duration = self.times.iter().map(|(_, took, _)| *took).sum();
        step::answer(format_args!("  {:8.1} s  in all", total.as_secs_f64()));
        step::answer(&self.tally);
        if self.tally.failed > 0 {
            // The count above must stay the last line.
            std::process::exit(1);
        }
        Ok(())
    }
}

fn lint(root: &Path, selection: &[&str], options: &[&str]) -> Result<()> {
    let mut clippy = cargo::command(root, "clippy");
    clippy.args(selection).args(options).args(["--", "-D", "warnings"]);
    program::run(&mut clippy)
}

fn document(root: &Path) -> Result<()> {
    let mut doc = cargo::command(root, "doc");
    doc.args(HOUSE).args(["--no-deps", "--document-private-items"]);
    program::run(doc.env("RUSTDOCFLAGS", "-D warnings"))
}

fn check_types(root: &Path) -> Result<()> {
    let app = root.join("app");
    if !app.join("tsconfig.json").is_file() {
        bail!("app/tsconfig.json is missing");
    }
    let mut tsc = Command::new("npx");
    program::run(tsc.current_dir(app).args(["--no-install", "tsc", "--noEmit"]))
}
