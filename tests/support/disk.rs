//! A disk so small that it can be filled: a tmpfs that only one process and those it lets in can see. It is gone with that
//! process, and that with this one, however this one ends.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use sqlx::{Connection, PgConnection};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Mounts it, says so, and keeps it while its standard input stays open.
const KEEPER: &str = r#"mount -t tmpfs -o "size=$2,mode=0777" menpa "$1" && echo ready && exec cat >/dev/null"#;
const SIZE: &str = "192m";

/// Root does it as it is; anybody else as root of a user namespace of her own.
fn is_root() -> bool {
    std::fs::metadata("/proc/self").expect("Linux").uid() == 0
}

pub(crate) struct Disk {
    folder: tempfile::TempDir,
    keeper: Child,
}

impl Disk {
    pub(crate) async fn make() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut unshare = Command::new("unshare");
        unshare.arg("--mount");
        if !is_root() {
            unshare.args(["--user", "--map-root-user"]);
        }
        unshare.args(["sh", "-c", KEEPER, "disk-keeper"]).arg(folder.path()).arg(SIZE);
        let mut keeper = unshare.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn().expect("sh");
        let mut said = BufReader::new(keeper.stdout.take().expect("its words")).lines();
        let line = said.next_line().await.expect("its words are text");
        assert_eq!(line.as_deref(), Some("ready"), "a small disk needs root, or user namespaces");
        Self { folder, keeper }
    }

    /// Where whoever was let in finds it.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    fn process(&self) -> String {
        self.keeper.id().expect("it runs").to_string()
    }

    /// A program that finds the disk at its path.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut enter = Command::new("nsenter");
        enter.args(["--target", &self.process(), "--mount"]);
        if !is_root() {
            enter.args(["--user", "--preserve-credentials"]);
        }
        enter.arg("--").arg(program);
        enter
    }

    /// Copies a file or folder of this machine there.
    pub(crate) async fn bring(&self, from: &Path) {
        let copied = self.command("cp").arg("-a").arg(from).arg(self.path()).status().await.expect("cp");
        assert!(copied.success(), "{}", from.display());
    }

    /// Where this process finds it.
    fn seen_from_here(&self) -> PathBuf {
        let inside = self.path().strip_prefix("/").expect("an absolute path");
        Path::new("/proc").join(self.process()).join("root").join(inside)
    }

    /// What takes up the room.
    fn ballast(&self) -> PathBuf {
        self.seen_from_here().join("ballast")
    }

    /// Not one block is left; whatever was freed since is taken too.
    pub(crate) fn fill(&self) {
        let file = std::fs::File::options().create(true).append(true).open(self.ballast());
        let Ok(mut file) = file else { return };
        for size in [1 << 20, 4096] {
            let block = vec![0x5a; size];
            while file.write_all(&block).is_ok() {}
        }
    }

    pub(crate) fn make_room(&self) {
        std::fs::remove_file(self.ballast()).expect("it was full");
    }
}

/// A PostgreSQL on a small disk of its own.
pub(crate) struct SmallPostgres {
    pub(crate) disk: Disk,
    port: u16,
    server: Child,
}

impl SmallPostgres {
    pub(crate) async fn start() -> Self {
        let disk = Disk::make().await;
        let mut initdb = by_nobody_special(&disk, "initdb");
        initdb.args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "--wal-segsize=1",
            "-D",
        ]);
        let made = initdb.arg(disk.path().join("base")).output().await.expect("initdb");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        drop(listener);
        let server = serve(&disk, port);
        let postgres = Self { disk, port, server };
        while PgConnection::connect(&postgres.url()).await.is_err() {
            tokio::task::yield_now().await;
        }
        postgres
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Full at a moment when it cannot open a connection without writing down anew how its own tables look.
    pub(crate) fn fill_before_another_connection(&self) {
        let base = self.disk.seen_from_here().join("base");
        let databases =
            std::fs::read_dir(base.join("base")).expect("its databases").flatten().map(|entry| entry.path());
        for folder in databases.chain([base.join("global")]) {
            // Not every database has had a connection.
            let _ = std::fs::remove_file(folder.join("pg_internal.init"));
        }
        self.disk.fill();
    }

    /// As the system does that looks after it: one that gave up is started again.
    pub(crate) fn look_after(&mut self) {
        if self.server.try_wait().expect("it can be asked").is_some() {
            self.server = serve(&self.disk, self.port);
        }
    }

    pub(crate) async fn end(mut self) {
        let id = self.server.id().expect("it runs").to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status().await.expect("kill can be run");
        assert!(sent.success());
        self.server.wait().await.expect("it ends");
    }
}

fn serve(disk: &Disk, port: u16) -> Child {
    let mut postgres = by_nobody_special(disk, "postgres");
    postgres.arg("-D").arg(disk.path().join("base")).args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k", ""]);
    postgres.args(["-c", "max_wal_size=8MB", "-c", "min_wal_size=2MB", "-c", "shared_buffers=16MB"]);
    postgres.stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true).spawn().expect("postgres")
}

/// A program of PostgreSQL, which refuses to run as root.
fn by_nobody_special(disk: &Disk, name: &str) -> Command {
    let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed (cargo xtask setup)");
    let mut programs: Vec<PathBuf> = versions.flatten().map(|version| version.path().join("bin").join(name)).collect();
    programs.sort();
    let program = programs.pop().expect("one version");
    let mut command = if is_root() {
        let mut setpriv = disk.command("setpriv");
        setpriv.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
        setpriv
    } else {
        let mut unshare = disk.command("unshare");
        unshare.args(["--user", "--map-user=1000", "--map-group=1000"]);
        unshare
    };
    command.arg(program).stdin(Stdio::null()).current_dir("/");
    command
}
