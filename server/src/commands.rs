//! What can be done from a shell?

pub(crate) mod check;
pub(crate) mod import;
pub(crate) mod serve;
pub(crate) mod user;

use std::io::{IsTerminal, Write};

use anyhow::{Context, Result};
use content::Library;
use server::Config;
use tracing_subscriber::EnvFilter;

pub(crate) fn log_to_stderr(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    // Colors are for a person at a terminal, not for a log file.
    let colors = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colors).init();
}

/// Writes one line to standard output.
pub(crate) fn say(line: &str) -> Result<()> {
    writeln!(std::io::stdout().lock(), "{line}").context("standard output is closed")
}

pub(crate) fn complain(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr().lock(), "menpa: {error:#}");
}

pub(crate) async fn open(config: &Config) -> Result<Library> {
    let place = config.data.display();
    Library::open(config.library_settings()).await.with_context(|| format!("the library at {place} does not open"))
}

/// Opens the library and brings its database up to date.
pub(crate) async fn open_migrated(config: &Config) -> Result<Library> {
    let library = open(config).await?;
    library.db().migrate().await.context("the database could not be migrated")?;
    Ok(library)
}

/// The same for a command that goes through all there is: whatever it asks may take as long as it takes.
pub(crate) async fn open_alone(config: &Config) -> Result<Library> {
    let library = open_migrated(config).await?;
    library.db().be_patient();
    Ok(library)
}

pub(crate) async fn migrate(config: &Config) -> Result<()> {
    open_migrated(config).await?;
    say("The database is up to date.")
}

pub(crate) async fn encode_all(config: &Config) -> Result<()> {
    let library = open_alone(config).await?;
    let videos = content::media::encoding::encode_library(&library, None).await?;
    say(&format!("{videos} videos wait to be encoded anew; what plays stays until then."))
}

pub(crate) async fn reindex(config: &Config) -> Result<()> {
    let library = open_alone(config).await?;
    let bar = indicatif::ProgressBar::new(0).with_message("building the search index");
    let mut tell = |done: usize, of: usize| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    };
    let courses = content::search::rebuild(&library, &mut tell).await?;
    bar.finish_and_clear();
    say(&format!("The search index holds {courses} published courses."))
}
