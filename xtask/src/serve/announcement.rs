//! When is the server ready, and where and as whom can one sign in?

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;

use super::sample_library::SIGN_INS;
use crate::{program, step};

const BETWEEN_QUESTIONS: Duration = Duration::from_millis(200);

/// What the waiting process must know of the server.
#[derive(Args)]
pub(crate) struct Announcement {
    #[arg(long)]
    listen: String,
    #[arg(long)]
    data: PathBuf,
    /// The process that became the server; when it is gone, there is nothing to say
    #[arg(long)]
    server: u32,
}

/// Starts a process that announces the server this process is about to become.
///
/// A shell between the two ends at once, so the announcer is not the server's child: the
/// server would have to collect it.
pub(super) fn announce_later(listen: &str, data: &Path) -> Result<()> {
    let xtask = std::env::current_exe().context("cannot find xtask itself")?;
    let mut shell = Command::new("sh");
    shell.args(["-c", r#""$0" announce "$@" &"#]).arg(xtask);
    shell.args(["--listen", listen, "--server", &std::process::id().to_string()]);
    shell.arg("--data").arg(data);
    program::run(&mut shell)
}

/// Waits until the server answers `/readyz`, then prints its address and the sign-ins.
pub(crate) fn announce(announcement: &Announcement) -> Result<()> {
    let process = Path::new("/proc").join(announcement.server.to_string());
    while !is_ready(&announcement.listen) {
        if !process.exists() {
            return Ok(());
        }
        thread::sleep(BETWEEN_QUESTIONS);
    }
    // Another server may hold the port, in which case ours has ended by now.
    if !process.exists() {
        return Ok(());
    }
    step::answer(format_args!("\nMenpa is at http://{}/", announcement.listen));
    let sign_ins = announcement.data.join(SIGN_INS);
    if let Ok(lines) = std::fs::read_to_string(&sign_ins) {
        step::answer(format_args!("{}\n", sign_in_table(&lines)));
        step::answer(format_args!("All sign-ins: {}\n", sign_ins.display()));
    }
    Ok(())
}

fn is_ready(listen: &str) -> bool {
    let Ok(mut stream) = TcpStream::connect(listen) else {
        return false;
    };
    let question = format!("GET /readyz HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n");
    let mut status = [0; 12];
    stream.set_read_timeout(Some(Duration::from_secs(2))).is_ok()
        && stream.write_all(question.as_bytes()).is_ok()
        && stream.read_exact(&mut status).is_ok()
        && status.ends_with(b" 200")
}

/// The first sign-in of each role, from lines of login, role and password.
fn sign_in_table(lines: &str) -> String {
    let mut roles = BTreeSet::new();
    let mut table = format!("  {:18} {:20} password", "role", "login");
    for line in lines.lines() {
        let mut fields = line.split('\t');
        let (Some(login), Some(role), Some(password)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        if roles.insert(role) {
            table.push_str(&format!("\n  {role:18} {login:20} {password}"));
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sign_in_of_each_role_is_told() {
        let table = sign_in_table("drolma\tlearner\tone\ntashi\tlearner\ttwo\nlhamo\treviewer\tthree\n\n");
        let rows = table.lines().skip(1).map(|row| row.split_whitespace().collect::<Vec<_>>());
        let expected = [vec!["learner", "drolma", "one"], vec!["reviewer", "lhamo", "three"]];
        assert!(rows.eq(expected), "{table}");
    }
}
