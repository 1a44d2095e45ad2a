//! What may a job take, and when must it die?
//!
//! The source is hostile until it is proved otherwise: this process gets hard limits before it opens the file, and
//! it must not outlive the server that started it, however that server ended.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::thread;

use rustix::process::{
    Resource, Rlimit, Signal, geteuid, getpgrp, getpid, kill_process, kill_process_group,
    set_parent_process_death_signal, setrlimit,
};

use crate::job::{Cause, Failure, Limits, While};

/// Larger than the ladder can need in six hours; stops a file that grows without end.
const MOST_BYTES_PER_FILE: u64 = 8 << 30;
const MOST_OPEN_FILES: u64 = 64;
/// LibreOffice opens its libraries, its fonts and a profile.
const MOST_OPEN_FILES_OF_CONVERTERS: u64 = 1024;
const MOST_BYTES_PER_PAGE_FILE: u64 = 1 << 30;
/// Threads and processes that a job's converters may add.
const MOST_THREADS: u64 = 256;

/// Processor seconds of reading a sheet.
const MOST_READER_S: u64 = 60;

/// Hard limits on this process; they cannot be raised again.
pub(crate) fn limit(limits: Limits) -> Result<(), Failure> {
    set([
        (Resource::As, limits.memory_bytes),
        (Resource::Core, 0),
        (Resource::Nofile, MOST_OPEN_FILES),
        (Resource::Fsize, MOST_BYTES_PER_FILE),
    ])
}

/// The same for a job that writes nothing and starts nothing, and whose work takes seconds.
pub(crate) fn limit_reader(limits: Limits) -> Result<(), Failure> {
    set([
        (Resource::As, limits.memory_bytes),
        (Resource::Core, 0),
        (Resource::Nofile, MOST_OPEN_FILES),
        (Resource::Fsize, 0),
        (Resource::Cpu, MOST_READER_S),
    ])
}

/// The same for a job that runs converters, each of which has these limits for itself, and so many processor seconds.
pub(crate) fn limit_converters(limits: Limits, most_cpu_s: u64) -> Result<(), Failure> {
    set([
        (Resource::Nproc, threads_of_this_user() + MOST_THREADS),
        (Resource::As, limits.memory_bytes),
        (Resource::Core, 0),
        (Resource::Nofile, MOST_OPEN_FILES_OF_CONVERTERS),
        (Resource::Fsize, MOST_BYTES_PER_PAGE_FILE),
        (Resource::Cpu, most_cpu_s),
    ])
}

/// How many threads this user has now: the kernel counts all of them together.
fn threads_of_this_user() -> u64 {
    let own = geteuid().as_raw();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let ours = processes.filter(|each| each.metadata().is_ok_and(|about| about.uid() == own));
    let threads = ours.filter_map(|each| {
        let status = std::fs::read_to_string(each.path().join("status")).ok()?;
        status.lines().find_map(|line| line.strip_prefix("Threads:"))?.trim().parse::<u64>().ok()
    });
    threads.sum()
}

fn set<const N: usize>(limits: [(Resource, u64); N]) -> Result<(), Failure> {
    for (resource, most) in limits {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        setrlimit(resource, limit).map_err(std::io::Error::from).during("limiting this process")?;
    }
    Ok(())
}

/// Dies with the thread that started this process.
///
/// The kernel watches that thread, not the whole parent, so the parent must start jobs from a thread that lives on.
pub(crate) fn die_with_parent() -> Result<(), Failure> {
    set_parent_process_death_signal(Some(Signal::KILL))
        .map_err(std::io::Error::from)
        .during("asking to die with the parent")
}

/// Lives on until its lifeline ends, which leaves it the time to take its converters along.
pub(crate) fn outlive_parent() -> Result<(), Failure> {
    set_parent_process_death_signal(None).map_err(std::io::Error::from).during("asking to outlive the parent")
}

/// Dies when `lifeline` reaches its end: the parent is gone, or wants this job gone.
pub(crate) fn hold(mut lifeline: impl Read + Send + 'static) -> Result<(), Failure> {
    thread::Builder::new()
        .name("lifeline".to_owned())
        .spawn(move || {
            let mut ignored = [0; 256];
            while !matches!(lifeline.read(&mut ignored), Ok(0) | Err(_)) {}
            die();
        })
        .map(drop)
        .during("starting the lifeline")
}

/// Ends at once: exit handlers of C libraries must not run under encoders that are still at work. Whoever leads a
/// group takes it along: its converters.
fn die() {
    if getpgrp() == getpid() {
        let _ = kill_process_group(getpid(), Signal::KILL);
    }
    if kill_process(getpid(), Signal::KILL).is_err() {
        std::process::abort();
    }
}

/// This process's own account of its memory, opened before the fence goes up.
pub(crate) struct Memory(Option<File>);

impl Memory {
    pub(crate) fn open() -> Self {
        Self(File::open("/proc/self/status").ok())
    }

    /// Tells a failure for want of memory from others.
    ///
    /// Libraries report it in many ways (no thread, "external error", a file that cannot be opened), so what counts is
    /// how near the limit this process came.
    pub(crate) fn blame(self, failure: Failure, limits: Limits) -> Failure {
        const NEAR_BYTES: u64 = 64 << 20;
        let near = self.read("VmPeak:").is_some_and(|peak| peak + NEAR_BYTES >= limits.memory_bytes);
        if matches!(failure.cause, Cause::Internal | Cause::UnsupportedCodec) && near {
            return Failure::new(Cause::OutOfMemory, failure.detail);
        }
        failure
    }

    /// The most memory this process has had at a time.
    pub(crate) fn most_bytes(self) -> u64 {
        self.read("VmHWM:").unwrap_or(0)
    }

    fn read(self, word: &str) -> Option<u64> {
        let mut status = String::new();
        self.0?.read_to_string(&mut status).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(word))?;
        let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kibibytes * 1024)
    }
}
