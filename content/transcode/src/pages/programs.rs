//! How is a converter run? With no environment of ours, a limit on time and on what it may say.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::job::{Cause, Failure, While};

const PATH: &str = "/usr/local/bin:/usr/bin:/bin";
/// More complaints than this say nothing new.
const MOST_COMPLAINT_BYTES: u64 = 64 << 10;

/// Starts the converters in one folder, which is their home.
pub(super) struct Converters {
    work: PathBuf,
}

/// What a converter left.
pub(super) struct Said {
    pub(super) is_good: bool,
    pub(super) code: Option<i32>,
    pub(super) out: Vec<u8>,
    pub(super) complaint: String,
}

impl Said {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.out).into_owned()
    }
}

impl Converters {
    pub(super) fn new(work: &Path) -> Self {
        Self { work: work.to_owned() }
    }

    /// Runs `program` to its end and gives what it wrote, up to `most_bytes`.
    ///
    /// # Errors
    /// `NoConverter` when it is not there, `TooSlow` when it is not done in time.
    pub(super) fn run<A: AsRef<std::ffi::OsStr>>(
        &self,
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        most: Duration,
        most_bytes: u64,
    ) -> Result<Said, Failure> {
        let name = program.display();
        let mut child = Command::new(program)
            .args(arguments)
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
        let (told, heard) = mpsc::channel();
        let out = listen(child.stdout.take(), most_bytes, told);
        let complaint = listen(child.stderr.take(), MOST_COMPLAINT_BYTES, mpsc::channel().0);
        if heard.recv_timeout(most) == Err(mpsc::RecvTimeoutError::Timeout) {
            child.kill().during("ending a converter")?;
            child.wait().during("ending a converter")?;
            return Err(Failure::new(Cause::TooSlow, format!("{name} took longer than {} s", most.as_secs())));
        }
        let status = child.wait().during("waiting for a converter")?;
        let joined = |reader: thread::JoinHandle<Vec<u8>>| reader.join().unwrap_or_default();
        let complaint = String::from_utf8_lossy(&joined(complaint)).into_owned();
        Ok(Said { is_good: status.success(), code: status.code(), out: joined(out), complaint })
    }
}

/// Reads to the end, or as far as is allowed: who says more finds nobody listening. `told` says when that is.
fn listen(
    from: Option<impl Read + Send + 'static>,
    most_bytes: u64,
    told: mpsc::Sender<()>,
) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(from) = from {
            let _ = from.take(most_bytes).read_to_end(&mut bytes);
        }
        let _ = told.send(());
        bytes
    })
}
