//! Do all tests pass, and how many are there?

mod tally;

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::cargo::{self, HOUSE, Profile};
use crate::postgres::Postgres;
use crate::{program, setup, site, step};
pub(crate) use tally::Tally;

/// What the stories find in their environment.
pub(crate) struct Surroundings {
    postgres: Postgres,
    programs: PathBuf,
    chromium: PathBuf,
    schemathesis: PathBuf,
}

impl Surroundings {
    /// With these programs under test.
    pub(crate) fn of(root: &Path, programs: PathBuf) -> Result<Self> {
        Ok(Self {
            postgres: Postgres::start()?,
            programs,
            chromium: setup::chromium().context("no Chromium here")?,
            schemathesis: setup::python::schemathesis(root)?,
        })
    }

    pub(crate) fn tell(&self, suite: &mut Command) {
        suite
            .env("MENPA_TEST_POSTGRES_URL", &self.postgres.url)
            .env("MENPA_BIN", self.programs.join("menpa"))
            .env("MENPA_TRANSCODE", self.programs.join("menpa-transcode"))
            .env("MENPA_CHROMIUM", &self.chromium)
            .env("MENPA_SCHEMATHESIS", &self.schemathesis);
    }
}

/// Prepares everything and runs all suites; with `filter`, only what it names in Rust.
pub(crate) fn test(root: &Path, filter: &[OsString]) -> Result<()> {
    setup::for_testing(root)?;
    site::build(root)?;
    build(root)?;
    let tally = run(root, filter)?;
    step::answer(&tally);
    if tally.failed > 0 {
        bail!("not everything passed");
    }
    Ok(())
}

/// Builds the programs and the tests in one go, with the features they share.
pub(crate) fn build(root: &Path) -> Result<()> {
    let mut build = cargo::command(root, "build");
    build.args(HOUSE).args(["--lib", "--bins", "--tests"]);
    step::loudly("building the programs and their tests", || program::run(&mut build))
}

/// Runs all suites; a failing test is counted, not an error.
pub(crate) fn run(root: &Path, filter: &[OsString]) -> Result<Tally> {
    let surroundings = Surroundings::of(root, cargo::programs(root, Profile::Dev))?;
    let mut house = cargo::command(root, "test");
    house.args(HOUSE).arg("--no-fail-fast").args(filter);
    let mut tally = run_suite(&mut house, &surroundings)?;
    if !filter.is_empty() {
        return Ok(tally);
    }
    let mut own = cargo::command(root, "test");
    tally += run_suite(own.args(["-p", "xtask"]), &surroundings)?;
    tally += run_suite(&mut player_tests(root)?, &surroundings)?;
    Ok(tally)
}

fn player_tests(root: &Path) -> Result<Command> {
    let files = program::files_below(&root.join("app/player"))?;
    let tests = files.into_iter().filter(|file| file.to_string_lossy().ends_with(".test.mjs"));
    let mut node = Command::new("node");
    node.current_dir(root.join("app")).args(["--test", "--test-reporter=tap"]).args(tests);
    if node.get_args().count() == 2 {
        bail!("app/player holds no *.test.mjs");
    }
    Ok(node)
}

/// Runs one suite, showing its lines as they come and counting by its closing lines.
fn run_suite(suite: &mut Command, surroundings: &Surroundings) -> Result<Tally> {
    let line = program::line_of(suite);
    surroundings.tell(suite);
    let mut child = suite.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start {line}"))?;
    let said = child.stdout.take().context("a suite without standard output")?;
    let mut tally = Tally::default();
    for text in BufReader::new(said).split(b'\n') {
        let text = text?;
        tally.read(&String::from_utf8_lossy(&text));
        let mut out = std::io::stdout().lock();
        out.write_all(&text)?;
        out.write_all(b"\n")?;
    }
    if !child.wait()?.success() && tally.failed == 0 {
        step::say(format_args!("{line} broke off, which counts as one failure"));
        tally.failed = 1;
    }
    Ok(tally)
}
