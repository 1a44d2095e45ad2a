//! How does a test make clips, run the child, and look at what it made?

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_menpa-transcode");

/// A place for one story's clip and what is made of it.
pub(crate) struct Bench {
    home: TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let home = TempDir::new().expect("a temporary folder");
        fs::create_dir(home.path().join("out")).expect("an empty folder");
        Self { home }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    pub(crate) fn out(&self, name: &str) -> PathBuf {
        self.path("out").join(name)
    }

    /// Takes away what was made, for another job.
    pub(crate) fn clear(&self) {
        fs::remove_dir_all(self.path("out")).expect("a folder to remove");
        fs::create_dir(self.path("out")).expect("an empty folder");
    }

    /// Makes a clip with the ffmpeg command; `arguments` are split at spaces.
    pub(crate) fn clip(&self, name: &str, arguments: &str) -> PathBuf {
        let path = self.path(name);
        let mut arguments: Vec<&str> = arguments.split(' ').collect();
        let target = path.to_str().expect("a UTF-8 path");
        arguments.push(target);
        ffmpeg(&arguments);
        path
    }

    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).expect("a written file");
        path
    }

    /// Asks for every H.264 picture of a camera, with the sound.
    pub(crate) fn job(&self, source: &Path) -> Value {
        json!({
            "verb": "transcode", "source": source, "folder": self.path("out"), "part": "h264", "effort": "quick",
            "look": {"class": "natural", "changes_ms": [], "loudness_lufs": null},
            "limits": {"memory_bytes": 4_294_967_296_u64, "max_duration_ms": 21_600_000, "max_pixels": 9_437_184},
        })
    }

    /// Asks what a file is.
    pub(crate) fn look_job(&self, source: &Path) -> Value {
        let mut job = self.job(source);
        job["verb"] = json!("look");
        job
    }

    /// Looks at a file that can be transcoded and gives what was seen.
    pub(crate) fn look(&self, source: &Path) -> Value {
        let finished = run(&self.look_job(source));
        let last = finished.events.last().expect("an event").clone();
        assert_eq!(last["event"], "looked", "{last}");
        last
    }

    /// Runs a transcode that must succeed and gives its `done` event.
    pub(crate) fn transcode(&self, source: &Path) -> Value {
        self.done(&self.job(source))
    }

    /// Makes one part of a source that is of this class, with slides that change at these times.
    pub(crate) fn part(&self, source: &Path, part: &str, class: &str, changes_ms: &[u64]) -> Value {
        let mut job = self.job(source);
        job["part"] = json!(part);
        job["look"] = json!({"class": class, "changes_ms": changes_ms, "loudness_lufs": null});
        self.done(&job)
    }

    /// Makes every part, one after the other in the same folder, as a person would by hand; gives all renditions.
    pub(crate) fn all_parts(&self, source: &Path, class: &str, changes_ms: &[u64]) -> Vec<Value> {
        let mut renditions = Vec::new();
        for part in ["first", "stills", "small", "fine", "sharp"] {
            let home = self.path("out");
            let kept = self.path("kept");
            let mut job = self.job(source);
            job["part"] = json!(part);
            job["look"] = json!({"class": class, "changes_ms": changes_ms, "loudness_lufs": null});
            job["sounds"] = json!([kept.join("opus-16k.mp4"), kept.join("aac-32k.mp4")]);
            if part == "first" {
                job["sounds"] = json!([]);
                fs::create_dir(&kept).expect("a folder");
            }
            renditions.extend(self.done(&job)["renditions"].as_array().expect("renditions").clone());
            for entry in fs::read_dir(&home).expect("the folder").flatten() {
                fs::rename(entry.path(), kept.join(entry.file_name())).expect("moved");
            }
        }
        fs::remove_dir(self.path("out")).expect("an empty folder");
        fs::rename(self.path("kept"), self.path("out")).expect("moved");
        renditions
    }

    pub(crate) fn done(&self, job: &Value) -> Value {
        let finished = run(job);
        let last = finished.events.last().expect("an event").clone();
        assert_eq!(last["event"], "done", "{last}");
        assert!(finished.status.success());
        last
    }

    pub(crate) fn left_behind(&self) -> usize {
        fs::read_dir(self.path("out")).expect("the folder").count()
    }
}

pub(crate) fn ffmpeg(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y"])
        .args(arguments)
        .output()
        .expect("the ffmpeg command");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "ffmpeg {arguments:?}: {said}");
    output.stdout
}

/// What ffprobe says about `entries`, as JSON.
pub(crate) fn ffprobe(path: &Path, entries: &[&str]) -> Value {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-of", "json"])
        .args(entries)
        .arg(path)
        .output()
        .expect("the ffprobe command");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON of ffprobe")
}

/// Start and duration of the first stream in seconds.
pub(crate) fn span(path: &Path) -> (f64, f64) {
    let said = ffprobe(path, &["-show_entries", "stream=start_time:format=duration"]);
    let seconds = |value: &Value| value.as_str().and_then(|text| text.parse().ok()).expect("seconds");
    (seconds(&said["streams"][0]["start_time"]), seconds(&said["format"]["duration"]))
}

/// A child that has its job and still holds its lifeline.
pub(crate) struct Running {
    child: Child,
    pub(crate) lifeline: Option<ChildStdin>,
    lines: BufReader<std::process::ChildStdout>,
}

pub(crate) struct Finished {
    pub(crate) events: Vec<Value>,
    pub(crate) status: ExitStatus,
}

pub(crate) fn start(job: &Value) -> Running {
    let mut child = Command::new(BINARY)
        .arg("--job")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the child");
    let mut lifeline = child.stdin.take().expect("its stdin");
    writeln!(lifeline, "{job}").expect("a job sent");
    let lines = BufReader::new(child.stdout.take().expect("its stdout"));
    Running { child, lifeline: Some(lifeline), lines }
}

impl Running {
    pub(crate) fn next(&mut self) -> Option<Value> {
        let mut line = String::new();
        let read = self.lines.read_line(&mut line).expect("a line");
        (read > 0).then(|| serde_json::from_str(&line).expect("JSON of the child"))
    }

    pub(crate) fn finish(mut self) -> Finished {
        let events = std::iter::from_fn(|| self.next()).collect();
        let status = self.child.wait().expect("its end");
        Finished { events, status }
    }
}

pub(crate) fn run(job: &Value) -> Finished {
    start(job).finish()
}

pub(crate) fn by_hand(file: &Path, folder: &Path) -> std::process::Output {
    Command::new(BINARY).args(["--effort", "quick"]).arg(file).arg(folder).output().expect("the command")
}

pub(crate) fn names(done: &Value) -> Vec<String> {
    names_of(done["renditions"].as_array().expect("renditions"))
}

pub(crate) fn names_of(renditions: &[Value]) -> Vec<String> {
    renditions
        .iter()
        .map(|made| format!("{} {}x{}", made["name"].as_str().unwrap_or("?"), made["width"], made["height"]))
        .collect()
}

pub(crate) fn segments(rendition: &Value) -> Vec<[u64; 4]> {
    serde_json::from_value(rendition["segments"].clone()).expect("segments of four numbers")
}

/// Reads the kind and length of every box at the top of `bytes`.
pub(crate) fn tops(mut bytes: &[u8]) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    while bytes.len() >= 8 {
        let length = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize;
        found.push((String::from_utf8_lossy(&bytes[4..8]).into_owned(), length));
        bytes = &bytes[length.clamp(8, bytes.len())..];
    }
    found
}

/// Mean brightness of each picture of `path`, scaled to 8 by 8, top half and bottom half apart.
pub(crate) fn brightness(path: &Path) -> Vec<(u32, u32)> {
    let path = path.to_str().expect("a UTF-8 path");
    let pictures = ffmpeg(&["-i", path, "-vf", "scale=8:8,format=gray", "-f", "rawvideo", "-"]);
    let mean = |half: &[u8]| half.iter().map(|level| u32::from(*level)).sum::<u32>() / 32;
    pictures.chunks_exact(64).map(|picture| (mean(&picture[..32]), mean(&picture[32..]))).collect()
}

/// When the picture of `path` is first bright, in seconds, by its own clock.
pub(crate) fn first_bright(path: &Path) -> f64 {
    let bright = brightness(path).iter().position(|(above, _)| *above > 128).expect("a bright picture");
    let times = ffprobe(path, &["-select_streams", "v", "-show_entries", "frame=best_effort_timestamp_time"]);
    let time = &times["frames"][bright]["best_effort_timestamp_time"];
    time.as_str().and_then(|text| text.parse().ok()).expect("seconds")
}

/// When the sound of `path` first becomes loud, in seconds.
pub(crate) fn first_loud(path: &Path) -> f64 {
    let path = path.to_str().expect("a UTF-8 path");
    let sound = ffmpeg(&["-i", path, "-vn", "-ac", "1", "-ar", "48000", "-f", "s16le", "-"]);
    let loud = sound.chunks_exact(2).position(|two| i16::from_le_bytes([two[0], two[1]]).unsigned_abs() > 2000);
    let sample = u32::try_from(loud.expect("some sound")).expect("a short clip");
    f64::from(sample) / 48_000.0
}

/// Replaces every `from` in a file by `to` of the same length.
pub(crate) fn patch(path: &Path, from: &[u8], to: &[u8]) {
    let mut bytes = fs::read(path).expect("a clip");
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(from.len()).position(|window| window == from) {
        at += found;
        bytes[at..at + to.len()].copy_from_slice(to);
        at += to.len();
    }
    fs::write(path, bytes).expect("a patched clip");
}

/// Cuts a file to `keep` percent of its length.
pub(crate) fn cut(path: &Path, keep: u64) {
    let file = File::options().write(true).open(path).expect("a clip");
    let length = file.metadata().expect("its length").len();
    file.set_len(length * keep / 100).expect("a shorter clip");
}
