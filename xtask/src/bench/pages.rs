//! What do the pages weigh, how fast do they come, and what does the idle server hold?

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{program, step};

/// How many connections ask at once.
const CONNECTIONS: u32 = 64;
/// What a rival's learner home was measured at, cold, on this link: painted, and until a video could play (seconds).
const RIVAL_LINK: &str = "250 kbit/s";
const RIVAL_HOME_S: f64 = 36.0;
const RIVAL_PLAYS_S: f64 = 91.0;
/// Encoding the six lessons of the sample library takes a minute or two.
const PATIENCE: Duration = Duration::from_secs(900);

/// A server that ends with this value.
struct Running {
    child: Child,
    address: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves the sample library from a new folder and measures it.
pub(super) fn measure(root: &Path, menpa: &Path, seconds: u32) -> Result<()> {
    let data = tempfile::tempdir()?;
    let sign_ins = data.path().join("sign-ins.txt");
    let mut import = Command::new(menpa);
    import.current_dir(root).args(["import", "content/sample", "--data"]).arg(data.path().join("data"));
    import.arg("--sign-ins").arg(&sign_ins);
    step::quietly("loading the sample library", || program::read(&mut import))?;
    let server = serve(menpa, &data.path().join("data"))?;
    let sign_ins = std::fs::read_to_string(&sign_ins)?;
    let looked = step::quietly("encoding the sample library, then looking at its pages", || {
        look(root, &server.address, &sign_ins)
    })?;
    let paths = print_bytes(&looked)?;
    print_waits(root, &server.address, &looked)?;
    step::answer("\nSpeed: requests a second and latency at 64 connections, one signed-in learner");
    for (name, path) in &paths {
        load(&server.address, name, path, looked["cookie"].as_str().unwrap_or_default(), seconds)?;
    }
    std::thread::sleep(Duration::from_secs(2));
    step::answer(format_args!("\nMemory: {} MB resident, idle after all of this", resident_mb(server.child.id())?));
    Ok(())
}

fn serve(menpa: &Path, data: &Path) -> Result<Running> {
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let address = format!("127.0.0.1:{port}");
    let mut command = Command::new(menpa);
    command.args(["serve", "--listen", &address, "--log", "warn", "--data"]).arg(data);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("cannot start menpa")?;
    Ok(Running { child, address: format!("http://{address}") })
}

/// Waits until every lesson plays, then loads home, course and lesson twice in Chromium.
fn look(root: &Path, address: &str, sign_ins: &str) -> Result<serde_json::Value> {
    let mut node = Command::new("node");
    node.current_dir(root.join("app")).arg(root.join("xtask/src/bench/look.mjs"));
    node.args([address, sign_ins, &PATIENCE.as_secs().to_string()]);
    let begun = Instant::now();
    let said = program::read(&mut node).with_context(|| format!("after {:?}", begun.elapsed()))?;
    serde_json::from_str(said.trim()).with_context(|| format!("look.mjs said {said:?}"))
}

/// Prints the table of bytes; gives each page's name and path.
fn print_bytes(looked: &serde_json::Value) -> Result<Vec<(String, String)>> {
    step::answer(
        "\nBytes over the wire, compressed, without pictures and media (KB): first view, of it HTML, repeat view",
    );
    let mut paths = Vec::new();
    for page in looked["pages"].as_array().context("look.mjs gave no pages")? {
        let kb = |name: &str| page[name].as_f64().unwrap_or_default() / 1000.0;
        let (name, path) = (page["name"].as_str().unwrap_or_default(), page["path"].as_str().unwrap_or_default());
        step::answer(format_args!("  {name:8} {:6.1} {:6.1} {:6.1}", kb("first"), kb("html"), kb("repeat")));
        paths.push((name.to_owned(), path.to_owned()));
    }
    Ok(paths)
}

/// How long people wait on slow links, and how much longer they wait for a rival.
fn print_waits(root: &Path, address: &str, looked: &serde_json::Value) -> Result<()> {
    let token =
        looked["cookie"].as_str().and_then(|cookie| cookie.split_once('=')).context("look.mjs gave no cookie")?;
    let lesson = looked["pages"].as_array().and_then(|pages| pages.iter().find(|page| page["name"] == "lesson"));
    let lesson = lesson.and_then(|page| page["path"].as_str()).context("look.mjs gave no lesson")?;
    let mut node = Command::new("node");
    node.current_dir(root.join("app")).arg(root.join("xtask/src/bench/slow.mjs")).args([address, token.1, lesson]);
    let said = step::quietly("visiting over slow links", || program::read(&mut node))?;
    let results: serde_json::Value = serde_json::from_str(said.trim())?;
    step::answer("\nWaiting on a first visit (s): home painted, lesson painted, lesson plays its first second");
    for link in results.as_array().context("slow.mjs gave no links")? {
        let seconds = |name: &str| link[name].as_f64().unwrap_or_default() / 1000.0;
        let name = link["name"].as_str().unwrap_or_default();
        let (home, painted, played) = (seconds("home_ms"), seconds("lesson_ms"), seconds("played_ms"));
        step::answer(format_args!("  {name:20} {home:6.1} {painted:6.1} {played:6.1}"));
        if name.starts_with(RIVAL_LINK) {
            step::answer(format_args!(
                "  a rival on that link took {:.0} times as long to paint its home, and {:.1} times as long to play",
                RIVAL_HOME_S / home,
                RIVAL_PLAYS_S / played
            ));
        }
    }
    Ok(())
}

/// Asks for one page as fast as it comes, by `wrk`.
fn load(address: &str, name: &str, path: &str, cookie: &str, seconds: u32) -> Result<()> {
    let mut wrk = Command::new("wrk");
    wrk.args(["--threads", "1", "--connections", &CONNECTIONS.to_string(), "--duration", &format!("{seconds}s")]);
    wrk.args(["--latency", "--header", &format!("Cookie: {cookie}"), &format!("{address}{path}")]);
    let said = step::quietly(&format!("asking for {name}"), || program::read(&mut wrk))?;
    let find = |label: &str| {
        let line = said.lines().find(|line| line.trim_start().starts_with(label));
        line.and_then(|line| line.split_whitespace().last()).unwrap_or("?").to_owned()
    };
    if said.contains("Non-2xx") {
        bail!("{name} did not answer well:\n{said}");
    }
    step::answer(format_args!(
        "  {name:8} {:>8} requests/s, p50 {}, p99 {}",
        find("Requests/sec"),
        find("50%"),
        find("99%")
    ));
    Ok(())
}

fn resident_mb(process: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
    let kb: u64 = line.split_whitespace().nth(1).context("no number")?.parse()?;
    Ok(kb / 1024)
}
