//! What can a developer ask for with `cargo xtask …`?

mod bench;
mod cargo;
mod ci;
mod licenses;
mod postgres;
mod program;
mod sample;
mod seed;
mod serve;
mod setup;
mod site;
mod stamp;
mod step;
mod suites;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use cargo::Profile;

/// Set-up, build, run and test Menpa.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Request {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing on this machine, saying what and why first
    Setup {
        /// Leave out what only the tests need
        #[arg(long)]
        build_only: bool,
    },
    /// Build the browser side, then `menpa` and `menpa-transcode`
    Build {
        /// Compile faster, into programs that run slower
        #[arg(long)]
        dev: bool,
    },
    /// Build, load the sample library into an empty data folder, and serve
    Serve(serve::Settings),
    /// Run every test, on SQLite and on PostgreSQL, with a browser
    Test {
        /// Handed to `cargo test`; with any, the player's own tests stay out
        #[arg(last = true)]
        filter: Vec<OsString>,
    },
    /// Run the checks that decide whether a change may be kept
    Ci,
    /// Print what things cost, measured in one run
    Bench(bench::Settings),
    /// Make the sample library's videos, captions and PDF anew from their texts
    Sample,
    /// Write a believable library as large as a prefecture's or a province's, and load it
    Seed(seed::Settings),
    /// Wait for a starting server and say where it is
    #[command(hide = true)]
    Announce(serve::Announcement),
}

fn main() -> ExitCode {
    let done = repository().and_then(|root| fulfill(&root, &Request::parse().task));
    let Err(error) = done else {
        return ExitCode::SUCCESS;
    };
    // Not `{:?}`: a backtrace of xtask says nothing to somebody whose apt or cargo failed.
    step::say(format_args!("error: {error:#}"));
    ExitCode::FAILURE
}

fn fulfill(root: &Path, task: &Task) -> Result<()> {
    match task {
        Task::Setup { build_only: true } => setup::for_building(root),
        Task::Setup { build_only: false } => setup::for_testing(root),
        Task::Build { dev } => build(root, *dev),
        Task::Serve(settings) => serve::serve(root, settings),
        Task::Test { filter } => suites::test(root, filter),
        Task::Ci => ci::check_all(root),
        Task::Bench(settings) => bench::bench(root, settings),
        Task::Sample => sample::run(root),
        Task::Seed(settings) => seed::run(root, settings),
        Task::Announce(announcement) => serve::announce(announcement),
    }
}

fn build(root: &Path, dev: bool) -> Result<()> {
    setup::for_building(root)?;
    site::build(root)?;
    cargo::build_programs(root, if dev { Profile::Dev } else { Profile::Release })
}

fn repository() -> Result<PathBuf> {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = xtask.parent().context("xtask lies outside a repository")?;
    Ok(root.to_path_buf())
}
