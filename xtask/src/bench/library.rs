//! Which library is measured, and who serves it? One in a folder of its own that is gone afterwards, like its server.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{program, step};

/// Encoding the six lessons of the sample library takes a minute or two.
pub(super) const PATIENCE: Duration = Duration::from_secs(900);
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
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
        let kb: u64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
        Ok(kb / 1024)
    }
}

fn person(login: &str, role: &str) -> Value {
    let roles = [json!({"role": role, "unit": "all"})];
    json!({"login": login, "name": login, "unit": "all", "roles": roles})
}

fn serve(menpa: &Path, data: &Path) -> Result<(Child, String)> {
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let address = format!("127.0.0.1:{port}");
    let mut command = Command::new(menpa);
    command.args(["serve", "--listen", &address, "--log", "warn", "--data"]).arg(data);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("cannot start menpa")?;
    Ok((child, format!("http://{address}")))
}

/// One of the scripts beside this file, which visits in Chromium.
pub(super) fn script(root: &Path, name: &str) -> Command {
    let mut node = Command::new("node");
    node.current_dir(root.join("app")).arg(root.join("xtask/src/bench").join(name));
    node
}
