//! Which library is measured, and who serves it? One in a folder of its own that is gone afterwards, like its server.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::client::{Asker, Client};
use crate::seed::Store;
use crate::{program, step};

/// Encoding the six lessons of the sample library takes a minute or two.
pub(super) const PATIENCE: Duration = Duration::from_secs(900);
/// Opening a large library, and following what changed in it.
const READY: Duration = Duration::from_secs(300);
/// People who each come for the first time.
const LEARNERS: usize = 8;

/// A server with a library that nobody else uses; both end with this value.
pub(super) struct Library {
    child: Child,
    pub(super) address: String,
    /// A file of everybody's login, role and password: given by its name, no failure prints them.
    pub(super) sign_ins: PathBuf,
    _folder: TempDir,
}

impl Drop for Library {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Library {
    /// The sample library, whose encodings have only begun.
    pub(super) fn sample(root: &Path, menpa: &Path) -> Result<Self> {
        step::quietly("loading the sample library", || Self::import(root, menpa, &root.join("content/sample")))
    }

    /// One content manager, some learners, and nothing yet to learn.
    pub(super) fn empty(root: &Path, menpa: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let name = json!({"en": "What is measured"});
        let mut people: Vec<Value> =
            (0..LEARNERS).map(|index| person(&format!("learner-{index}"), "learner")).collect();
        people.push(person("manager", "content-manager"));
        let library = json!({
            "org_units": [{"key": "all", "kind": "province", "parent": null, "name": name}],
            "people": people,
            "columns": [{"slug": "measured", "title": name}],
            "courses": [],
        });
        std::fs::write(folder.path().join("library.json"), library.to_string())?;
        Self::import(root, menpa, folder.path())
    }

    /// What a folder holds.
    pub(super) fn import(root: &Path, menpa: &Path, from: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (data, sign_ins) = (folder.path().join("data"), folder.path().join("sign-ins.txt"));
        let mut import = Command::new(menpa);
        import.current_dir(root).arg("import").arg(from).arg("--data").arg(&data).arg("--sign-ins").arg(&sign_ins);
        program::read(&mut import)?;
        let (child, address) = serve(menpa, &data)?;
        Ok(Self { child, address, sign_ins, _folder: folder })
    }

    /// What the server holds in memory.
    pub(super) fn resident_mb(&self) -> Result<u64> {
        resident_mb(&self.child)
    }
}

fn person(login: &str, role: &str) -> Value {
    let roles = [json!({"role": role, "unit": "all"})];
    json!({"login": login, "name": login, "unit": "all", "roles": roles})
}

fn serve(menpa: &Path, data: &Path) -> Result<(Child, String)> {
    serve_from(menpa, &Store { data, database_url: None })
}

fn serve_from(menpa: &Path, store: &Store<'_>) -> Result<(Child, String)> {
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let address = format!("127.0.0.1:{port}");
    let mut command = Command::new(menpa);
    command.args(["serve", "--listen", &address, "--log", "warn", "--behind-proxy", "--data"]).arg(store.data);
    if let Some(url) = store.database_url {
        command.env("MENPA_DATABASE_URL", url);
    }
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("cannot start menpa")?;
    Ok((child, format!("http://{address}")))
}

/// A server over a library that stays when it ends.
pub(super) struct Served {
    child: Child,
    pub(super) address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Served {
    /// Starts it, and waits until it is ready.
    pub(super) fn open(menpa: &Path, store: &Store<'_>) -> Result<Self> {
        let (child, address) = serve_from(menpa, store)?;
        let served = Self { child, address };
        let begun = Instant::now();
        loop {
            let status = Client::connect(&served.address)
                .and_then(|mut client| client.get("/readyz", &Asker::default(), "identity"));
            match status {
                Ok(200) => return Ok(served),
                _ if begun.elapsed() > READY => bail!("the server is not ready after {READY:?}: {status:?}"),
                _ => std::thread::sleep(Duration::from_millis(100)),
            }
        }
    }

    /// Hundredths of a second that its processors have worked.
    pub(super) fn processor_ticks(&self) -> Result<u64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name of the program, in brackets, may hold anything.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<u64>().ok());
        Ok(ticks(11).context("no utime")? + ticks(12).context("no stime")?)
    }

    pub(super) fn resident_mb(&self) -> Result<u64> {
        resident_mb(&self.child)
    }
}

/// What a server holds in memory.
fn resident_mb(child: &Child) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
    let kb: u64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
    Ok(kb / 1024)
}

/// One of the scripts beside this file, which visits in Chromium.
pub(super) fn script(root: &Path, name: &str) -> Command {
    let mut node = Command::new("node");
    node.current_dir(root.join("app")).arg(root.join("xtask/src/bench").join(name));
    node
}
