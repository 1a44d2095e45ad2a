//! What is happening now, and how long did it take?

use std::fmt::Display;
use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};

/// Says one line to the person at the terminal, on standard error.
///
/// A closed terminal is no reason to stop working, so a failed write is ignored.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Says one line that is a result of the command, on standard output.
pub(crate) fn answer(line: impl Display) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

/// Does `work` which prints nothing itself, with a spinner, and says how long it took.
pub(crate) fn quietly<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let style = ProgressStyle::with_template("  {spinner} {msg} {elapsed}")?;
    let spinner = ProgressBar::new_spinner().with_style(style);
    spinner.set_message(what.to_owned());
    spinner.enable_steady_tick(Duration::from_millis(120));
    let begun = Instant::now();
    let done = work();
    spinner.finish_and_clear();
    close(what, begun.elapsed(), done.is_ok());
    done
}

/// Does `work` which prints its own progress, under a heading, and says how long it took.
pub(crate) fn loudly<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    say(format_args!("  … {what}"));
    let begun = Instant::now();
    let done = work();
    close(what, begun.elapsed(), done.is_ok());
    done
}

fn close(what: &str, took: Duration, went_well: bool) {
    let mark = if went_well { '✓' } else { '✗' };
    say(format_args!("  {mark} {what} ({:.1} s)", took.as_secs_f64()));
}
