//! How is a transcode started: by a server as its child, or by hand?

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use ffmpeg_next::log::Level;
use rustix::time::{ClockId, clock_gettime};

use crate::job::{Cause, Done, Effort, Event, Failure, Job, Look, Part, Transcode, While};

mod allowed;
mod by_hand;
mod confine;
mod doorkeeper;
mod encode;
mod fence;
mod job;
mod ladder;
mod look;
mod package;
mod pages;
mod poster;
mod probe;
mod raw;
mod run;
mod sheet;
mod still;
mod turn;

/// Turns one video into small renditions for slow links.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Read one job as JSON from stdin, report on stdout, and end when stdin ends.
    #[arg(long, conflicts_with_all = ["file", "folder"])]
    job: bool,
    /// Say whether this kernel keeps converters from the files of this machine: `fenced` or `unfenced`.
    #[arg(long, conflicts_with_all = ["file", "folder", "job"])]
    fence: bool,
    /// The video to read.
    #[arg(required_unless_present_any = ["job", "fence"])]
    file: Option<PathBuf>,
    /// Where to put what is made; absent or empty before.
    #[arg(required_unless_present_any = ["job", "fence"])]
    folder: Option<PathBuf>,
    #[command(flatten)]
    wishes: Wishes,
}

/// What is wished for by hand.
#[derive(Clone, Copy, clap::Args)]
struct Wishes {
    /// What to make; without, everything.
    #[arg(long, conflicts_with = "job")]
    part: Option<Part>,
    /// How much processor time quality is worth.
    #[arg(long, conflicts_with = "job", default_value = "best")]
    effort: Effort,
    /// Take steady noise out of the sound: a fan, hiss.
    #[arg(long, conflicts_with = "job")]
    denoise: bool,
}

fn main() -> ExitCode {
    raw::settle();
    let arguments = Arguments::parse();
    if arguments.fence {
        return say_fence();
    }
    let done = match (arguments.file, arguments.folder) {
        (Some(file), Some(folder)) => by_hand::run(&file, &folder, arguments.wishes),
        _ => run_child(),
    };
    if done { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn say_fence() -> ExitCode {
    let word = if fence::is_enforced() { "fenced" } else { "unfenced" };
    if writeln!(io::stdout(), "{word}").is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Serves one job from stdin; true if it was done.
fn run_child() -> bool {
    let outcome = confine::die_with_parent().and_then(|()| receive()).and_then(|job| {
        let memory = confine::Memory::open();
        match run_confined(&job) {
            Ok(Event::Done(mut done)) => {
                done.memory_bytes = memory.most_bytes();
                Ok(Event::Done(done))
            }
            Ok(event) => Ok(event),
            Err(failure) => Err(memory.blame(failure, job.limits())),
        }
    });
    let last = outcome.unwrap_or_else(Event::Failed);
    let done = !matches!(last, Event::Failed(_));
    say(&last);
    done
}

fn run_confined(job: &Job) -> Result<Event, Failure> {
    if let Job::Pages(job) = job {
        return pages::run_confined(job, &mut say);
    }
    if let Job::Run(job) = job {
        return run::run_confined(job, &mut say);
    }
    if let Job::Sheet { source, name, limits } = job {
        return sheet::run_confined(source, name, *limits, &mut say);
    }
    confine::limit(job.limits())?;
    // Asked before the fence, behind which the answer lies.
    encode::threads();
    fence::shut_in(job.sources(), job.folder())?;
    confine::hold(io::stdin())?;
    guard(|| serve(job, &mut say))
}

fn receive() -> Result<Job, Failure> {
    let mut line = String::new();
    io::stdin().read_line(&mut line).during("reading the job")?;
    serde_json::from_str(&line).map_err(|error| Failure::internal(format!("the job cannot be read: {error}")))
}

fn serve(job: &Job, say: &mut dyn FnMut(&Event)) -> Result<Event, Failure> {
    start_ffmpeg(Level::Error)?;
    match job {
        Job::Look { source, limits } => look(source, *limits, say).map(Event::Looked),
        Job::Transcode(job) => transcode(job, say).map(|done| Event::Done(Box::new(done))),
        Job::Pages(_) | Job::Run(_) | Job::Sheet { .. } => Err(Failure::internal("it has a fence of its own")),
    }
}

/// A panic is a failure like any other: the parent must be told on its channel.
pub(crate) fn guard<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Failure::internal("panicked; see the log")))
}

/// One line for the parent. A parent that no longer listens ends this process by the lifeline.
fn say(event: &Event) {
    if let Ok(mut line) = serde_json::to_vec(event) {
        line.push(b'\n');
        let mut out = io::stdout().lock();
        let _ = out.write_all(&line).and_then(|()| out.flush());
    }
}

pub(crate) fn start_ffmpeg(log: Level) -> Result<(), Failure> {
    ffmpeg_next::init().during("starting FFmpeg")?;
    ffmpeg_next::log::set_level(log);
    Ok(())
}

/// Says `Probed` once and `Progress` as it goes, then what the file is.
fn look(source: &Path, limits: job::Limits, say: &mut dyn FnMut(&Event)) -> Result<Look, Failure> {
    let mut source = probe::open(source, limits)?;
    say(&Event::Probed(source.probed.clone()));
    look::run(&mut source, limits, &mut by_hand::paced(say))
}

/// Makes one part in the empty folder, and proves that it is as long as the source.
///
/// Says `Progress` as it goes. After a failure the folder is empty again.
fn transcode(job: &Transcode, say: &mut dyn FnMut(&Event)) -> Result<Done, Failure> {
    let folder = claim(&job.folder)?;
    let outcome = fill(job, &folder, say);
    if outcome.is_err() {
        empty(&folder);
    }
    outcome
}

fn fill(job: &Transcode, folder: &Path, say: &mut dyn FnMut(&Event)) -> Result<Done, Failure> {
    let mut source = probe::open(&job.source, job.limits)?;
    let made = encode::run(&mut source, folder, job.limits, job.wanted.clone(), &mut by_hand::paced(say))?;
    let made = match made {
        Some(made) => {
            compare_lengths(source.probed.duration_ms, made.reached_ms)?;
            made
        }
        None => encode::Made::default(),
    };
    let renditions = package::publish(folder, &made.written, &job.sounds)?;
    // Stills are as long as what they were taken from.
    let mut duration_ms = made.reached_ms;
    if !renditions.is_empty() {
        duration_ms = package::duration_ms(&renditions);
        compare_lengths(source.probed.duration_ms, duration_ms)?;
    }
    package::sync(folder)?;
    say(&Event::Progress { percent: 100.0 });
    Ok(Done {
        poster: made.poster,
        master: package::MASTER.to_owned(),
        duration_ms,
        renditions,
        stills: made.stills,
        processor_ms: processor_ms(),
        memory_bytes: 0,
    })
}

/// How far the outputs' length may be from the source's.
pub(crate) fn tolerance_ms(duration_ms: i64) -> i64 {
    (duration_ms / 100).max(500)
}

pub(crate) fn compare_lengths(source_ms: u64, output_ms: u64) -> Result<(), Failure> {
    let allowed = tolerance_ms(i64::try_from(source_ms).unwrap_or(i64::MAX)).unsigned_abs();
    if source_ms.abs_diff(output_ms) > allowed {
        let detail = format!("the source says {source_ms} ms, {output_ms} ms could be read");
        return Err(Failure::new(Cause::Truncated, detail));
    }
    Ok(())
}

/// The folder's full path, once it is sure that nothing older is in it.
pub(crate) fn claim(folder: &Path) -> Result<PathBuf, Failure> {
    let folder = folder.canonicalize().during("finding the folder")?;
    let mut entries = folder.read_dir().during("listing the folder")?;
    if entries.next().is_some() {
        return Err(Failure::internal("the folder is not empty"));
    }
    Ok(folder)
}

/// Takes away what a failed job left; the failure itself is what must be told, so errors here are not.
pub(crate) fn empty(folder: &Path) {
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let _ = std::fs::remove_file(entry.path());
    }
}

fn processor_ms() -> u64 {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    let whole = u64::try_from(used.tv_sec).unwrap_or(0) * 1000;
    whole + u64::try_from(used.tv_nsec).unwrap_or(0) / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_may_differ_by_one_percent_or_half_a_second() {
        for (source_ms, output_ms, fits) in [
            (10_000, 9_500, true),
            (10_000, 9_499, false),
            (10_000, 10_501, false),
            (100_000, 99_000, true),
            (100_000, 98_999, false),
        ] {
            assert_eq!(compare_lengths(source_ms, output_ms).is_ok(), fits, "{source_ms} {output_ms}");
        }
    }
}
