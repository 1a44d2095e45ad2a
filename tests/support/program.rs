//! The programs under test, as the build left them: started, watched from outside, killed.

use std::path::PathBuf;
use std::process::Stdio;

use content::Settings;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::disk::Disk;
use super::figures;

/// Where a program is.
pub(crate) fn program(variable: &str, name: &str) -> PathBuf {
    match std::env::var_os(variable) {
        Some(path) => path.into(),
        None => {
            let tests = std::env::current_exe().expect("this test has a path");
            tests.ancestors().nth(2).expect("target/debug/deps").join(name)
        }
    }
}

pub(super) fn menpa(settings: &Settings, verb: &str) -> Command {
    told(Command::new(program("MENPA_BIN", "menpa")), settings, verb)
}

/// The same where that disk is seen.
pub(crate) fn menpa_on(disk: &Disk, settings: &Settings, verb: &str) -> Command {
    told(disk.command(program("MENPA_BIN", "menpa")), settings, verb)
}

fn told(mut menpa: Command, settings: &Settings, verb: &str) -> Command {
    menpa.arg(verb).env_clear().env("MENPA_DATA", &settings.folder).env("MENPA_LOG", "error");
    menpa.env("MENPA_DATABASE_URL", settings.database_url.as_deref().expect("a story names its database"));
    menpa.env("MENPA_KEEP_FREE", settings.keep_free_bytes.to_string());
    if let Some(url) = &settings.files_url {
        menpa.env("MENPA_FILES_URL", url);
    }
    if let Some(program) = &settings.caption_command {
        menpa.env("MENPA_CAPTION_COMMAND", program);
    }
    menpa
}

/// Starts `menpa reindex` and kills it when the folder of the index has changed `changes` times; says whether it was still
/// at work then.
pub(crate) async fn kill_reindex(settings: &Settings, changes: usize) -> bool {
    let names = || {
        let layouts = std::fs::read_dir(settings.folder.join("index")).expect("an index").flatten();
        let files = layouts.flat_map(|layout| std::fs::read_dir(layout.path()).into_iter().flatten().flatten());
        let mut names: Vec<_> = files.map(|file| file.file_name()).collect();
        names.sort();
        names
    };
    let (mut before, mut seen) = (names(), 0);
    let mut child =
        menpa(settings, "reindex").stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("menpa is built");
    while seen < changes {
        if child.try_wait().expect("it can be asked").is_some() {
            return false;
        }
        let now = names();
        seen += usize::from(now != before);
        before = now;
    }
    child.kill().await.expect("it can be killed");
    true
}

/// `menpa serve`, with its worker, until it is killed or dropped.
pub(crate) struct Running {
    pub(crate) address: String,
    child: Child,
}

impl Running {
    pub(crate) async fn start(settings: &Settings) -> Self {
        Self::launch(menpa(settings, "serve"), settings).await
    }

    /// The same on a disk that may be filled. It says much of that, for whoever asks for figures.
    pub(crate) async fn start_on(disk: &Disk, settings: &Settings) -> Self {
        let mut menpa = menpa_on(disk, settings, "serve");
        if !figures::are_asked() {
            menpa.stderr(Stdio::null());
        }
        Self::launch(menpa, settings).await
    }

    /// It serves alone; somebody else works on the queue.
    pub(crate) async fn start_without_worker(settings: &Settings) -> Self {
        let mut menpa = menpa(settings, "serve");
        menpa.arg("--no-work").env("MENPA_BEHIND_PROXY", "true");
        Self::launch(menpa, settings).await
    }

    async fn launch(mut menpa: Command, settings: &Settings) -> Self {
        menpa.env("MENPA_LISTEN", "127.0.0.1:0");
        menpa.env("MENPA_TRANSCODE", &settings.transcoder).env("MENPA_EFFORT", settings.effort.as_str());
        let mut child = menpa.stdout(Stdio::piped()).kill_on_drop(true).spawn().expect("menpa is built");
        let mut said = BufReader::new(child.stdout.take().expect("its words")).lines();
        let line = said.next_line().await.expect("its words are text").expect("it says where it listens");
        let address = line.rsplit(' ').next().expect("the last word is the address").to_owned();
        Self { address, child }
    }

    /// Ends it as a power cut does: SIGKILL, no farewell.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.expect("it can be killed");
    }

    /// Ends it as an operator does: SIGTERM; gives how it ended, when it has.
    pub(crate) async fn end(mut self) -> std::process::ExitStatus {
        let id = self.child.id().expect("it runs").to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().await.expect("kill can be run");
        assert!(sent.success());
        self.child.wait().await.expect("it ends")
    }

    /// The most memory it has had at a time (KiB).
    pub(crate) fn most_memory_kb(&self) -> u64 {
        self.status("VmHWM:")
    }

    /// What it has now (KiB).
    pub(crate) fn memory_kb(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// From now on the most is what it has from now on.
    pub(crate) fn forget_most_memory(&self) {
        let id = self.child.id().expect("it runs");
        std::fs::write(format!("/proc/{id}/clear_refs"), "5").expect("Linux lets its parent");
    }

    fn status(&self, name: &str) -> u64 {
        let id = self.child.id().expect("it runs");
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("Linux says it");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// The ids of the processes it has started and that still run.
    pub(crate) fn children(&self) -> Vec<u32> {
        let id = self.child.id().expect("it runs");
        let children = std::fs::read_dir(format!("/proc/{id}/task")).expect("it runs").flatten().flat_map(|task| {
            let list = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
            list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>()
        });
        children.collect()
    }
}

/// Whether a process is there and not merely waiting to be reaped.
pub(crate) fn is_alive(id: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}
