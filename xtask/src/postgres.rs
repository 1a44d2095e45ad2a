//! Where do the tests get a PostgreSQL of their own?

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{setup, step};

/// A private server in a folder of its own, kept while its standard input stays open.
///
/// However xtask ends, by Ctrl-C, a panic or a kill, the pipe closes with it; then the server
/// is stopped and its folder removed. The shell ignores the signals of the terminal for that.
/// `fsync` is off since nothing in it outlives the tests.
const KEEPER: &str = r#"
set -eu
trap '' INT TERM HUP
bin=$1 port=$2
folder=$(mktemp -d)
trap '"$bin/pg_ctl" -D "$folder/data" -m immediate -s stop >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
"$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$folder/log" 2>&1 ||
    { cat "$folder/log"; exit 1; }
"$bin/pg_ctl" -D "$folder/data" -s -w -l "$folder/log" start -o "-h 127.0.0.1 -p $port \
    -k '' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300" ||
    { cat "$folder/log"; exit 1; }
echo ready
cat >/dev/null
"#;

/// The database server of one test run.
pub(crate) struct Postgres {
    /// Where tests reach it, as somebody who may create databases.
    pub(crate) url: String,
    /// Nobody to end when the developer brought a server along.
    keeper: Option<Child>,
}

impl Postgres {
    /// The server named by `MENPA_TEST_POSTGRES_URL`, or one started for this run.
    pub(crate) fn start() -> Result<Self> {
        if let Ok(url) = std::env::var("MENPA_TEST_POSTGRES_URL") {
            return Ok(Self { url, keeper: None });
        }
        step::quietly("starting a PostgreSQL for the tests", || {
            let mut refusal = String::new();
            // Between finding a free port and using it, somebody else may take it.
            for _ in 0..3 {
                let port = free_port()?;
                match start_on(port, &mut keeper(port)?)? {
                    Started::Ready(postgres) => return Ok(postgres),
                    Started::Refused(said) => refusal = said,
                }
            }
            bail!("PostgreSQL did not start:\n{refusal}")
        })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            // `wait` closes the pipe first, which is the sign to stop.
            let _ = keeper.wait();
        }
    }
}

enum Started {
    Ready(Postgres),
    Refused(String),
}

fn start_on(port: u16, keeper: &mut Command) -> Result<Started> {
    let mut keeper = keeper
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start the shell that keeps PostgreSQL")?;
    let said = keeper.stdout.take().context("the shell has no standard output")?;
    let mut refusal = String::new();
    for line in BufReader::new(said).lines() {
        let line = line?;
        if line == "ready" {
            let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
            return Ok(Started::Ready(Postgres { url, keeper: Some(keeper) }));
        }
        refusal.push_str(&line);
        refusal.push('\n');
    }
    keeper.wait()?;
    Ok(Started::Refused(refusal))
}

/// The shell around the server; PostgreSQL refuses to run as root, so root becomes `postgres`.
fn keeper(port: u16) -> Result<Command> {
    let bin = setup::postgres().context("no /usr/lib/postgresql/*/bin/initdb here")?;
    let mut keeper = if setup::is_root() {
        let mut setpriv = Command::new("setpriv");
        setpriv.args(["--reuid=postgres", "--regid=postgres", "--init-groups", "sh"]);
        setpriv
    } else {
        Command::new("sh")
    };
    keeper.args(["-c", KEEPER, "postgres-keeper"]).arg(bin).arg(port.to_string());
    keeper.current_dir("/");
    Ok(keeper)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_server_ends_with_its_keeper_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        // Its owner is root while the server may run as `postgres`.
        let open_to_all = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(folder.path(), open_to_all).unwrap();
        let port = free_port().unwrap();
        let mut keeper = keeper(port).unwrap();
        let Started::Ready(postgres) = start_on(port, keeper.env("TMPDIR", folder.path())).unwrap() else {
            panic!("PostgreSQL refused to start");
        };
        assert!(postgres.url.contains(&port.to_string()));
        TcpStream::connect(("127.0.0.1", port)).unwrap();
        assert_eq!(folder.path().read_dir().unwrap().count(), 1);
        drop(postgres);
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }
}
