//! How is a converter run? With no environment of ours, a limit on time and on what it may say. One that takes too long is
//! ended.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::job::{Cause, Failure, While};
use crate::raw;

const PATH: &str = "/usr/local/bin:/usr/bin:/bin";
/// More complaints than this say nothing new.
const MOST_COMPLAINT_BYTES: u64 = 64 << 10;

/// How often one is asked whether it has ended, and how long its last complaint is waited for.
const PAUSE: Duration = Duration::from_millis(1);
const PARTING: Duration = Duration::from_secs(1);

/// Starts the converters in one folder, which is their home.
pub(crate) struct Converters {
    work: PathBuf,
}

/// What a converter left.
pub(crate) struct Said {
    pub(crate) is_good: bool,
    pub(crate) code: Option<i32>,
    pub(crate) out: Vec<u8>,
    pub(crate) complaint: String,
}

impl Said {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.out).into_owned()
    }
}

impl Converters {
    pub(crate) fn new(work: &Path) -> Self {
        Self { work: work.to_owned() }
    }

    /// Runs `program` to its end and gives what it wrote, up to `most_bytes`.
    ///
    /// The fence lets nobody be signaled. So a converter has a thread of its own, with which the kernel ends it: that waits
    /// no longer than `most`.
    ///
    /// # Errors
    /// `NoConverter` when it is not there, `TooSlow` when it is not done in time.
    pub(crate) fn run<A: AsRef<std::ffi::OsStr>>(
        &self,
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        most: Duration,
        most_bytes: u64,
    ) -> Result<Said, Failure> {
        let mut command = Command::new(program);
        command.args(arguments);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| self.run_within(&mut command, most, most_bytes));
            waiting.join().unwrap_or_else(|_| Err(Failure::internal("waiting for a converter panicked")))
        })
    }

    fn run_within(&self, command: &mut Command, most: Duration, most_bytes: u64) -> Result<Said, Failure> {
        let name = command.get_program().to_string_lossy().into_owned();
        raw::end_with_this_thread(command);
        let mut child = command
            .current_dir(&self.work)
            .env_clear()
            .env("PATH", PATH)
            .env("HOME", &self.work)
            .env("TMPDIR", &self.work)
            .env("LANG", "C.UTF-8")
            .env("SAL_USE_VCLPLUGIN", "svp")
            // Relative, because the path of a socket is short.
            .env("OSL_SOCKET_PATH", ".")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => Failure::new(Cause::NoConverter, format!("{name} is not installed")),
                _ => Failure::internal(format!("starting {name}: {error}")),
            })?;
        let deadline = Instant::now() + most;
        let too_slow = || Failure::new(Cause::TooSlow, format!("{name} took longer than {} s", most.as_secs()));
        let (out, complaint) =
            (listen(child.stdout.take(), most_bytes), listen(child.stderr.take(), MOST_COMPLAINT_BYTES));
        let out = match out.recv_timeout(most) {
            Err(mpsc::RecvTimeoutError::Timeout) => return Err(too_slow()),
            heard => heard.unwrap_or_default(),
        };
        // One that says no more may still not end.
        let status = loop {
            match child.try_wait().during("waiting for a converter")? {
                Some(status) => break status,
                None if Instant::now() >= deadline => return Err(too_slow()),
                None => thread::sleep(PAUSE),
            }
        };
        // What it started and left behind may hold its mouth open.
        let complaint = complaint.recv_timeout(PARTING).unwrap_or_default();
        let complaint = String::from_utf8_lossy(&complaint).into_owned();
        Ok(Said { is_good: status.success(), code: status.code(), out, complaint })
    }
}

/// Reads to the end, or as far as is allowed: who says more finds nobody listening. Gives it when that is.
fn listen(from: Option<impl Read + Send + 'static>, most_bytes: u64) -> mpsc::Receiver<Vec<u8>> {
    let (told, heard) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(from) = from {
            let _ = from.take(most_bytes).read_to_end(&mut bytes);
        }
        let _ = told.send(bytes);
    });
    heard
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::fence::{self, Reach};

    /// Whether a process is there and not merely waiting to be reaped.
    fn is_alive(id: &str) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
    }

    #[test]
    fn a_converter_that_takes_too_long_is_ended_by_the_fence_that_lets_nobody_be_signaled() {
        let around = tempfile::tempdir().unwrap();
        let (source, folder) = (around.path().join("deck.pdf"), around.path().join("out"));
        std::fs::write(&source, "a deck").unwrap();
        std::fs::create_dir(&folder).unwrap();
        let mut patience = Duration::from_millis(200);
        let id = loop {
            let ended = thread::scope(|scope| {
                let inside = scope.spawn(|| {
                    let reach =
                        Reach { source: &source, folder: &folder, programs: vec![], reads: &[], may_connect: false };
                    fence::shut_in(&reach).unwrap();
                    let script = ["-c", "echo $$ > id; exec sleep 600"];
                    Converters::new(&folder).run(Path::new("/bin/sh"), script, patience, 1024).map(|_| ())
                });
                inside.join().unwrap()
            });
            assert_eq!(ended.unwrap_err().cause, Cause::TooSlow);
            match std::fs::read_to_string(folder.join("id")) {
                Ok(id) if id.ends_with('\n') => break id,
                // It had not even begun.
                _ => patience *= 2,
            }
        };
        while is_alive(id.trim()) {
            thread::yield_now();
        }
    }
}
