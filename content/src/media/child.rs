//! How is the transcoder asked? It runs as a child: a job as JSON in, one JSON object a line out, no secrets, a limit
//! on time held here and on memory held there. Closing its standard input ends it, so a killed server leaves no encoder.

mod room;

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::Instant;

use super::paged::MadePages;
use crate::Reach;
use crate::error::{Error, Result, Why};
pub(crate) use room::floor;
use room::{Overrun, Room, fills};

const MEMORY_BYTES: u64 = 4 << 30;
const MAX_DURATION_MS: i64 = 6 * 3_600_000;
const MAX_PIXELS: u64 = 4096 * 2304;
/// A telephone's camera has so many at most.
const MAX_PAGE_PIXELS: u64 = 210_000_000;
/// More than the index of six hours takes, or the text of two thousand pages. A child that a hostile file has taken over must not fill our memory.
const LONGEST_WORD_BYTES: u64 = 32 << 20;

/// More than the whole ladder of six hours, and than two thousand pages with what converters lay beside them.
pub(crate) const MOST_MEDIA_BYTES: u64 = 64 << 30;
pub(crate) const MOST_PAGE_BYTES: u64 = 4 << 30;
/// Models of speech are large.
const COMMAND_MEMORY_BYTES: u64 = 16 << 30;
/// What reading a sheet may take.
pub(crate) const SHEET_MEMORY_BYTES: u64 = 768 << 20;
pub(crate) const SHEET_TIME: Duration = Duration::from_mins(1);

/// An encoder that waits for itself says nothing for ever; another try mends that.
const LONGEST_SILENCE: Duration = Duration::from_mins(5);

/// What the transcoder says.
#[derive(Debug, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Word {
    Probed {
        duration_ms: i64,
        width: i64,
        height: i64,
    },
    Progress {
        percent: f64,
    },
    /// What was seen, in its own words: they are given back with every part.
    Looked(serde_json::Value),
    Done(Box<Made>),
    Paged(Box<MadePages>),
    /// How a program of the operator's ended; without a code, by a signal.
    Ran {
        code: Option<i32>,
        out: String,
        complaint: String,
    },
    /// A piece of a sheet.
    Sheet(sheets::Part),
    /// All of a sheet was told, or it was refused.
    Read {
        refused: Option<sheets::Remark>,
    },
    Failed {
        cause: String,
        detail: String,
    },
}

/// What a finished transcoding left in its folder.
#[derive(Debug, Deserialize)]
pub(crate) struct Made {
    pub duration_ms: i64,
    pub master: String,
    pub poster: Option<PictureFile>,
    pub renditions: Vec<MadeRendition>,
    pub stills: Vec<MadeStill>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct PictureFile {
    pub file: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct MediaFile {
    pub file: String,
    pub size_bytes: i64,
}

#[derive(Debug, Deserialize)]
pub(crate) struct MadeRendition {
    pub name: String,
    pub kind: String,
    pub language: Option<String>,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub codecs: String,
    pub bits_per_second: i64,
    pub frames_per_second: f64,
    pub peak_bits_per_second: i64,
    pub size_bytes: i64,
    pub file: String,
    pub playlist: String,
    pub plain: Option<MediaFile>,
    pub init_bytes: i64,
    pub segments: serde_json::Value,
}

#[derive(Debug, Deserialize)]
pub(crate) struct MadeStill {
    pub at_ms: i64,
    pub width: i64,
    pub height: i64,
    pub avif: MediaFile,
    pub webp: MediaFile,
    pub fine: MediaFile,
}

/// What a transcode is to make of its source.
pub(crate) struct Wanted<'a> {
    pub source: &'a Path,
    pub folder: &'a Path,
    /// What was seen, as the transcoder said it, with the class that a person chose.
    pub look: serde_json::Value,
    pub part: &'static str,
    /// The sound's files, when an earlier part made them.
    pub sounds: Vec<std::path::PathBuf>,
    pub effort: &'static str,
    pub denoise: bool,
    pub duration_ms: i64,
    pub keep_free_bytes: u64,
}

/// A running transcoder. Dropping it kills the child.
pub(crate) struct Transcoder {
    child: Child,
    /// Who leads its group of processes.
    leader: Option<Pid>,
    said: BufReader<ChildStdout>,
    deadline: Instant,
    room: Option<Room>,
}

/// Looks at all of `source`, which is quicker than it plays.
pub(super) async fn look(program: &Path, source: &Path) -> Result<Transcoder> {
    let job = serde_json::json!({ "verb": "look", "source": source, "limits": limits() });
    start(program, &job, Duration::from_hours(3), None).await
}

/// Encodes a part. It may take ten minutes and thirty times as long as the video plays.
pub(super) async fn transcode(program: &Path, wanted: &Wanted<'_>) -> Result<Transcoder> {
    let job = serde_json::json!({
        "verb": "transcode", "source": wanted.source, "folder": wanted.folder, "limits": limits(),
        "look": wanted.look, "part": wanted.part, "sounds": wanted.sounds, "effort": wanted.effort,
        "denoise": wanted.denoise,
    });
    // The length is the child's word too: one that a hostile file has taken over must not choose its own limit.
    let plays = Duration::from_millis(wanted.duration_ms.clamp(0, MAX_DURATION_MS).unsigned_abs());
    start(
        program,
        &job,
        Duration::from_mins(10) + plays * 30,
        Some((wanted.folder, MOST_MEDIA_BYTES, wanted.keep_free_bytes)),
    )
    .await
}

/// What pages are to be made of.
pub(crate) struct WantedPages<'a> {
    pub source: &'a Path,
    pub folder: &'a Path,
    pub name: &'a str,
    pub office: Option<&'a Path>,
    /// Whether documents are converted where the kernel fences no files.
    pub unfenced: bool,
    pub keep_free_bytes: u64,
}

/// Makes pages: two thousand of them take about half an hour.
pub(crate) async fn pages(program: &Path, wanted: &WantedPages<'_>) -> Result<Transcoder> {
    let limits = serde_json::json!({
        "memory_bytes": MEMORY_BYTES, "max_duration_ms": MAX_DURATION_MS, "max_pixels": MAX_PAGE_PIXELS,
    });
    let job = serde_json::json!({
        "verb": "pages", "source": wanted.source, "folder": wanted.folder, "limits": limits, "name": wanted.name,
        "office": wanted.office, "unfenced": wanted.unfenced,
    });
    start(program, &job, Duration::from_hours(2), Some((wanted.folder, MOST_PAGE_BYTES, wanted.keep_free_bytes))).await
}

/// A program of the operator's, and the file it is run on.
pub(crate) struct WantedRun<'a> {
    pub program: &'a Path,
    pub reach: &'a Reach,
    pub arguments: Vec<String>,
    pub source: &'a Path,
    /// Its home.
    pub folder: &'a Path,
    pub most: Duration,
    pub most_bytes: u64,
    pub keep_free_bytes: u64,
}

/// Runs a program of the operator's behind the converters' fence.
pub(crate) async fn run(program: &Path, wanted: &WantedRun<'_>) -> Result<Transcoder> {
    let limits = serde_json::json!({
        "memory_bytes": COMMAND_MEMORY_BYTES, "max_duration_ms": MAX_DURATION_MS, "max_pixels": MAX_PIXELS,
    });
    let job = serde_json::json!({
        "verb": "run", "program": wanted.program, "arguments": wanted.arguments, "source": wanted.source,
        "folder": wanted.folder, "reads": wanted.reach.reads, "socket": wanted.reach.socket, "limits": limits,
        "most_ms": u64::try_from(wanted.most.as_millis()).unwrap_or(u64::MAX), "most_bytes": wanted.most_bytes,
    });
    start(
        program,
        &job,
        wanted.most + Duration::from_mins(1),
        Some((wanted.folder, MOST_PAGE_BYTES, wanted.keep_free_bytes)),
    )
    .await
}

/// Reads a sheet; `name` is what it is called.
pub(crate) async fn sheet(program: &Path, source: &Path, name: &str) -> Result<Transcoder> {
    let limits = serde_json::json!({
        "memory_bytes": SHEET_MEMORY_BYTES, "max_duration_ms": MAX_DURATION_MS, "max_pixels": MAX_PIXELS,
    });
    let job = serde_json::json!({ "verb": "sheet", "source": source, "name": name, "limits": limits });
    start(program, &job, SHEET_TIME, None).await
}

fn limits() -> serde_json::Value {
    serde_json::json!({ "memory_bytes": MEMORY_BYTES, "max_duration_ms": MAX_DURATION_MS, "max_pixels": MAX_PIXELS })
}

async fn start(
    program: &Path,
    job: &serde_json::Value,
    most: Duration,
    room: Option<(&Path, u64, u64)>,
) -> Result<Transcoder> {
    let mut child = Command::new(program)
        .arg("--job")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // Converters that it starts stay in its group, which ends with it.
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| Error::internal(format!("{} does not start: {error}", program.display())))?;
    let stdin = child.stdin.as_mut().ok_or_else(|| Error::internal("the transcoder has no standard input"))?;
    stdin.write_all(format!("{job}\n").as_bytes()).await?;
    stdin.flush().await?;
    let stdout = child.stdout.take().ok_or_else(|| Error::internal("the transcoder has no standard output"))?;
    let leader = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    let now = Instant::now();
    let room = room.map(|(folder, most_bytes, keep_free_bytes)| Room::new(folder, most_bytes, keep_free_bytes));
    Ok(Transcoder { child, leader, said: BufReader::new(stdout), deadline: now + most, room })
}

impl Transcoder {
    /// Ends whatever converters it started; before it is waited for, while its number is still its own.
    fn end_group(&mut self) {
        if let Some(leader) = self.leader.take() {
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }

    /// The next thing it says. A child that ends without an answer, takes too long, falls silent, never stops talking or
    /// fills its folder or the disk has failed.
    pub(crate) async fn next_word(&mut self) -> Result<Word> {
        let silent = Instant::now() + LONGEST_SILENCE;
        let mut line = Vec::new();
        let mut bounded = (&mut self.said).take(LONGEST_WORD_BYTES);
        let reading = tokio::time::timeout_at(self.deadline.min(silent), bounded.read_until(b'\n', &mut line));
        let read = tokio::select! {
            read = reading => Ok(read),
            overrun = fills(self.room.as_mut()) => Err(overrun),
        };
        let read = match read {
            Ok(read) => read,
            Err(overrun) => {
                self.end_group();
                self.child.start_kill()?;
                return Ok(match overrun {
                    Overrun::Folder => failed("unsafe_file", "it made more than any file of its kind needs"),
                    Overrun::Disk => failed(Why::DiskFull.code(), "what has to stay free would not have"),
                });
            }
        };
        let Ok(read) = read else {
            self.end_group();
            self.child.start_kill()?;
            let (cause, detail) = match silent < self.deadline {
                true => ("stalled", "it got no further for five minutes"),
                false => ("too_slow", "it took longer than its limit"),
            };
            return Ok(failed(cause, detail));
        };
        read?;
        if line.last() == Some(&b'\n') {
            return serde_json::from_slice(&line).map_err(Error::from);
        }
        self.end_group();
        self.child.start_kill()?;
        let status = self.child.wait().await?;
        Ok(failed("worker_died", &format!("the transcoder ended without an answer: {status}")))
    }
}

impl Drop for Transcoder {
    fn drop(&mut self) {
        self.end_group();
    }
}

fn failed(cause: &str, detail: &str) -> Word {
    Word::Failed { cause: cause.into(), detail: detail.into() }
}

/// Whether `program` starts and says its version: a check at start-up instead of at the first upload.
pub async fn check(program: &Path) -> Result<String> {
    let mut child = Command::new(program).arg("--version").env_clear().stdout(Stdio::piped()).spawn()?;
    let mut said = String::new();
    if let Some(stdout) = child.stdout.as_mut() {
        stdout.read_to_string(&mut said).await?;
    }
    child.wait().await?;
    Ok(said.trim().to_owned())
}

/// Whether the kernel keeps converters from the files of this machine; `None` where the transcoder does not say.
pub(crate) async fn is_fenced(program: &Path) -> Result<Option<bool>> {
    let said = Command::new(program).arg("--fence").env_clear().stdin(Stdio::null()).output().await?;
    Ok(match String::from_utf8_lossy(&said.stdout).trim() {
        "fenced" => Some(true),
        "unfenced" => Some(false),
        _ => None,
    })
}
