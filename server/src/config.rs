//! Every setting, its variable, its default and what it means.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use content::media::Effort;
use content::media::uploads::Quotas;
use content::{Reach, Settings};

#[derive(Debug, Clone, Args)]
pub struct Config {
    /// The folder of this node: database, files, scratch and search index.
    #[arg(long, env = "MENPA_DATA", default_value = "./data", global = true)]
    pub data: PathBuf,
    /// Where to listen.
    #[arg(long, env = "MENPA_LISTEN", default_value = "127.0.0.1:3000", global = true)]
    pub listen: SocketAddr,
    /// `postgres://…` or `sqlite:PATH`; by default `menpa.sqlite` in the data folder.
    #[arg(long, env = "MENPA_DATABASE_URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,
    /// `file:///FOLDER` of the file store, shared by all nodes; by default `files` in the data folder.
    #[arg(long, env = "MENPA_FILES_URL", global = true)]
    pub files_url: Option<String>,
    /// Where originals go that a column's policy moves away (`file:///FOLDER`), a larger and slower disk for example.
    #[arg(long, env = "MENPA_ARCHIVE_URL", global = true)]
    pub archive_url: Option<String>,
    /// How many encodings run at once; by default as many as processors and memory carry.
    #[arg(long, env = "MENPA_WORKERS", global = true, value_parser = parse_workers)]
    pub workers: Option<usize>,
    /// How many bytes stay free on the disks: no upload and no encoding is begun that could take them.
    #[arg(long, env = "MENPA_KEEP_FREE", global = true, default_value_t = 1 << 30)]
    pub keep_free: u64,
    /// How many bytes of files one person may keep (1 TiB).
    #[arg(long, env = "MENPA_QUOTA_PERSON", global = true, default_value_t = Quotas::default().person_bytes)]
    pub quota_person: u64,
    /// How many bytes of files the managers of one unit may keep together (4 TiB).
    #[arg(long, env = "MENPA_QUOTA_UNIT", global = true, default_value_t = Quotas::default().unit_bytes)]
    pub quota_unit: u64,
    /// How many bytes of files all may keep together; by default what the disk holds.
    #[arg(long, env = "MENPA_QUOTA", global = true)]
    pub quota: Option<u64>,
    /// A program that writes captions: it is called with a media file and a language (zh, bo, en), and writes WebVTT to
    /// its standard output.
    #[arg(long, env = "MENPA_CAPTION_COMMAND", global = true)]
    pub caption_command: Option<PathBuf>,
    /// Files and folders that this program may read besides, with colons between them: its models.
    #[arg(long, env = "MENPA_CAPTION_READS", global = true, value_delimiter = ':')]
    pub caption_reads: Vec<PathBuf>,
    /// The file that a server of this machine listens on, which this program asks.
    #[arg(long, env = "MENPA_CAPTION_SOCKET", global = true)]
    pub caption_socket: Option<PathBuf>,
    /// A program that looks for malware: it is called with every upload before anything else looks at that, and ends with
    /// 0 where it is clean and with 1 where it is infected. After anything else the upload waits.
    #[arg(long, env = "MENPA_SCAN_COMMAND", global = true)]
    pub scan_command: Option<PathBuf>,
    /// Files and folders that the scanner may read besides, with colons between them: its signatures.
    #[arg(long, env = "MENPA_SCAN_READS", global = true, value_delimiter = ':')]
    pub scan_reads: Vec<PathBuf>,
    /// The file that a server of this machine listens on, which the scanner asks: clamd's.
    #[arg(long, env = "MENPA_SCAN_SOCKET", global = true)]
    pub scan_socket: Option<PathBuf>,
    /// Convert documents also where the kernel cannot keep converters from the files of this machine (it lacks Landlock):
    /// a hostile document could then show what the server may read.
    #[arg(long, env = "MENPA_UNFENCED_DOCUMENTS", global = true)]
    pub unfenced_documents: bool,
    /// The address people type; with https the cookies are marked secure.
    #[arg(long, env = "MENPA_PUBLIC_URL", global = true)]
    pub public_url: Option<String>,
    /// Let everybody read, without a sign-in, what the courses for all are called and say of themselves: feeds, OAI-PMH and
    /// JSON-LD. It needs the public address.
    #[arg(long, env = "MENPA_PUBLIC_CATALOG", global = true)]
    pub public_catalog: bool,
    /// The mail address that harvesters of the catalog are given; by default `postmaster@` the public host.
    #[arg(long, env = "MENPA_CONTACT", global = true)]
    pub contact: Option<String>,
    /// What to log: error, warn, info, debug, or a filter such as `info,content=debug`.
    #[arg(long, env = "MENPA_LOG", default_value = "info", global = true)]
    pub log: String,
    /// The transcoder; by default `menpa-transcode` beside this program.
    #[arg(long, env = "MENPA_TRANSCODE", global = true)]
    pub transcoder: Option<PathBuf>,
    /// LibreOffice's `soffice`, which office files are drawn with; by default /usr/bin/soffice, if it is there.
    #[arg(long, env = "MENPA_OFFICE", global = true)]
    pub office: Option<PathBuf>,
    /// How much processor time an encoding is worth: `best` for the fewest bytes, `quick` for several times sooner.
    #[arg(long, env = "MENPA_EFFORT", global = true, default_value = "best", value_parser = parse_effort)]
    pub effort: Effort,
    /// Believe the last X-Forwarded-For address: only behind a proxy of your own.
    #[arg(long, env = "MENPA_BEHIND_PROXY", global = true)]
    pub behind_proxy: bool,
}

impl Config {
    /// What the domain needs of it.
    pub fn library_settings(&self) -> Settings {
        Settings {
            folder: self.data.clone(),
            database_url: self.database_url.clone(),
            files_url: self.files_url.clone(),
            archive_url: self.archive_url.clone(),
            workers: self.workers,
            keep_free_bytes: self.keep_free,
            quotas: Quotas { person_bytes: self.quota_person, unit_bytes: self.quota_unit, all_bytes: self.quota },
            caption_command: self.caption_command.as_deref().map(settled),
            caption_reach: Reach { reads: self.caption_reads.clone(), socket: self.caption_socket.clone() },
            scan_command: self.scan_command.as_deref().map(settled),
            scan_reach: Reach { reads: self.scan_reads.clone(), socket: self.scan_socket.clone() },
            unfenced_documents: self.unfenced_documents,
            transcoder: self.transcoder.clone().unwrap_or_else(beside_this_program),
            office: self.office.clone(),
            effort: self.effort,
            heartbeat: None,
            clock: content::clock::Clock::default(),
            longest_report: None,
        }
    }

    /// The public address, without a slash at its end, when everybody may read the catalog.
    ///
    /// # Errors
    /// Without a public address: whoever harvests keeps what the catalog calls itself.
    pub fn catalog_address(&self) -> Result<Option<&str>, &'static str> {
        if !self.public_catalog {
            return Ok(None);
        }
        let url = self.public_url.as_deref().filter(|url| crate::guard::host_of(url).is_some());
        let url = url.ok_or("MENPA_PUBLIC_CATALOG needs MENPA_PUBLIC_URL (https://…)")?;
        Ok(Some(url.trim_end_matches('/')))
    }

    /// Whether people come by https.
    pub fn is_secure(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

fn parse_effort(text: &str) -> Result<Effort, String> {
    Effort::parse(text).ok_or_else(|| "it is `best` or `quick`".to_owned())
}

fn parse_workers(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|count| (1..=64).contains(count)).ok_or_else(|| "it is a number from 1 to 64".to_owned())
}

/// A program by its full path: it is started in another folder. A bare name is looked for where the system's programs are.
fn settled(program: &Path) -> PathBuf {
    let is_bare = program.components().count() == 1 && program.parent() == Some(Path::new(""));
    if is_bare { program.to_owned() } else { std::path::absolute(program).unwrap_or_else(|_| program.to_owned()) }
}

fn beside_this_program() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    program.with_file_name("menpa-transcode")
}
