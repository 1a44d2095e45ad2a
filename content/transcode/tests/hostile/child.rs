//! What does a child do with one file? It is asked as the server asks, watched, and held to what it may touch.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

/// As the server gives them.
const MEMORY_BYTES: u64 = 4 << 30;
/// A second of a tiny picture takes a tenth of a second. The server ends what is silent for five minutes; what takes
/// longer than this on a busy machine would be heard of there too.
const MOST: Duration = Duration::from_mins(2);
/// How often a child's memory is read.
const PULSE: Duration = Duration::from_millis(10);

/// How a child ended, as the server understands it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    Looked,
    Done,
    Failed(String),
    /// Without an answer, which the server calls `worker_died`.
    Died(String),
    /// It had to be ended.
    Overdue,
}

pub(crate) struct Ended {
    pub(crate) end: End,
    /// Its last word.
    pub(crate) word: Value,
    pub(crate) took: Duration,
}

/// A place for one child at a time: its file, its folder, and things beside them that must stay as they are.
pub(crate) struct Cell {
    home: PathBuf,
}

impl Cell {
    pub(crate) fn new(home: PathBuf) -> Self {
        for folder in ["given", "out", "here"] {
            fs::create_dir_all(home.join(folder)).expect("a folder");
        }
        for other in ["other", "given/other", "here/other"] {
            fs::write(home.join(other), "of somebody else").expect("a file");
        }
        Self { home }
    }

    /// Asks what `bytes` are.
    pub(crate) fn look(&self, bytes: &[u8]) -> Ended {
        self.give(bytes, json!({"verb": "look"}))
    }

    /// Asks for the first part of `bytes`, of which this was seen.
    pub(crate) fn encode(&self, bytes: &[u8], look: &Value) -> Ended {
        let folder = self.home.join("out");
        let job = json!({
            "verb": "transcode", "folder": folder, "look": look, "part": "first", "sounds": [], "effort": "quick",
        });
        self.give(bytes, job)
    }

    fn give(&self, bytes: &[u8], mut job: Value) -> Ended {
        let source = self.home.join("given/original");
        fs::write(&source, bytes).expect("the file");
        job["source"] = json!(source);
        job["limits"] = json!({"memory_bytes": MEMORY_BYTES, "max_duration_ms": 21_600_000, "max_pixels": 9_437_184});
        let before = surroundings(&self.home);
        let ended = run(&job, &self.home.join("here"));
        assert_eq!(surroundings(&self.home), before, "something outside the folder was touched, {}", ended.word);
        self.hold_to_what_was_said(&ended);
        ended
    }

    /// Everything in the folder was announced, and nothing is left after a failure; then it is emptied.
    fn hold_to_what_was_said(&self, ended: &Ended) {
        let folder = self.home.join("out");
        let said = ended.word.to_string();
        for entry in fs::read_dir(&folder).expect("the folder").flatten() {
            assert!(entry.file_type().expect("its kind").is_file(), "{entry:?} is no file");
            let name = entry.file_name().into_string().expect("a name");
            let is_left_by_the_dead = matches!(ended.end, End::Died(_) | End::Overdue);
            assert!(is_left_by_the_dead || said.contains(&format!("\"{name}\"")), "{name} is not in {said}");
            fs::remove_file(entry.path()).expect("taken away");
        }
    }
}

/// All around the folder: name, size, time of the last change, contents.
fn surroundings(home: &Path) -> BTreeMap<PathBuf, (i64, i64, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![home.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let (path, meta) = (entry.path(), entry.metadata().expect("its facts"));
            let mut facts = (0, 0, Vec::new());
            if path.ends_with("out") {
            } else if meta.is_dir() {
                folders.push(path.clone());
            } else {
                facts = (meta.mtime(), meta.mtime_nsec(), fs::read(&path).unwrap_or_default());
            }
            found.insert(path, facts);
        }
    }
    found
}

enum News {
    Line(Vec<u8>),
    Ended(ExitStatus),
}

/// Asks a child as `content/src/media/child.rs` does: no environment, its job on standard input, which stays open.
fn run(job: &Value, here: &Path) -> Ended {
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_menpa-transcode"))
        .arg("--job")
        .env_clear()
        .current_dir(here)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the child");
    let mut lifeline = child.stdin.take().expect("its standard input");
    writeln!(lifeline, "{job}").expect("a job sent");
    let pid = Pid::from_child(&child);
    let news = listen(child);
    let (mut lines, mut overdue) = (Vec::new(), false);
    let status = loop {
        match news.recv_timeout(PULSE) {
            Ok(News::Line(line)) => {
                hold_to_its_limits(pid);
                lines.push(line);
            }
            Ok(News::Ended(status)) => break status,
            Err(RecvTimeoutError::Timeout) => hold_to_its_memory(pid),
            Err(RecvTimeoutError::Disconnected) => panic!("nobody waits for the child"),
        }
        if begun.elapsed() > MOST && !overdue {
            overdue = true;
            kill_process(pid, Signal::KILL).expect("its end");
        }
    };
    drop(lifeline);
    let (mut end, word) = judge(&lines, status);
    if overdue {
        end = End::Overdue;
    }
    Ended { end, word, took: begun.elapsed() }
}

/// Reads what the child says and waits for its end, on a thread of its own.
fn listen(mut child: Child) -> Receiver<News> {
    let (send, news) = channel();
    let said = child.stdout.take().expect("its standard output");
    std::thread::spawn(move || {
        for line in BufReader::new(said).split(b'\n') {
            let _ = send.send(News::Line(line.expect("a line")));
        }
        let _ = send.send(News::Ended(child.wait().expect("its end")));
    });
    news
}

/// A child that speaks has given up what it does not need, and the kernel holds it to that.
fn hold_to_its_limits(pid: Pid) {
    let limits = fs::read_to_string(proc_of(pid).join("limits")).unwrap_or_default();
    for (what, most) in [("Max address space", MEMORY_BYTES), ("Max core file size", 0), ("Max open files", 64)] {
        // A child that has ended has none.
        if let Some(line) = limits.lines().find_map(|line| line.strip_prefix(what)) {
            assert_eq!(line.split_whitespace().next(), Some(most.to_string().as_str()), "{what}");
        }
    }
}

fn proc_of(pid: Pid) -> PathBuf {
    PathBuf::from(format!("/proc/{}", pid.as_raw_nonzero()))
}

/// The most address space it has had, as the kernel counts it.
fn hold_to_its_memory(pid: Pid) {
    let status = fs::read_to_string(proc_of(pid).join("status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmPeak:")?.trim().strip_suffix(" kB"));
    if let Some(peak) = peak {
        let peak_bytes = peak.parse::<u64>().expect("a number") * 1024;
        assert!(peak_bytes <= MEMORY_BYTES, "{peak_bytes} bytes of address space");
    }
}

/// One last word, after which nothing is said, and a status that agrees with it.
fn judge(lines: &[Vec<u8>], status: ExitStatus) -> (End, Value) {
    let words: Vec<Value> = lines.iter().filter_map(|line| serde_json::from_slice(line).ok()).collect();
    let is_last = |word: &&Value| matches!(word["event"].as_str(), Some("looked" | "done" | "failed"));
    let Some(word) = words.iter().find(is_last).cloned() else {
        return (End::Died(status.to_string()), Value::Null);
    };
    assert_eq!(words.len(), lines.len(), "something that is no word was said");
    assert!(words.last() == Some(&word) && words.iter().filter(is_last).count() == 1, "{words:?}");
    let end = match word["event"].as_str() {
        Some("looked") => End::Looked,
        Some("done") => End::Done,
        _ => End::Failed(word["cause"].as_str().expect("a cause").to_owned()),
    };
    // A child that has had its say is ended by the server; how it goes then is all one.
    let expected = i32::from(matches!(end, End::Failed(_)));
    assert!(status.code().is_none_or(|code| code == expected), "{status} after {word}");
    (end, word)
}
