//! What does a believable library look like, as large as a prefecture's on its first day, a province's or a
//! nation's, with its people and what they have learned?
//! The same seed always makes the same one.

mod catalog;
mod chance;
mod library;
mod media;
mod people;
mod words;

pub(crate) use people::MANAGER;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};

use crate::cargo::{self, Profile};
use crate::{program, setup, site, step};

/// What `cargo xtask seed` may be told.
#[derive(Args)]
pub(crate) struct Settings {
    #[arg(long, default_value = "day-one")]
    scale: Scale,
    /// Where files and sheets are written; by default beside the data folder
    #[arg(long)]
    folder: Option<PathBuf>,
    /// The data folder that they are loaded into, by default in `target/seed`; it must not hold a library yet
    #[arg(long)]
    data: Option<PathBuf>,
    /// An empty PostgreSQL database to load into, instead of SQLite in the data folder
    #[arg(long)]
    database_url: Option<String>,
    /// Only write the files
    #[arg(long)]
    write_only: bool,
    /// Each item is a file of its own; else a few dozen files are shared by their hash, so that all of it plays soon
    #[arg(long)]
    distinct: bool,
    /// Load with the development build, which is there sooner and runs slower
    #[arg(long)]
    dev: bool,
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scale {
    /// The sample library alone, with 500 learners
    Sample,
    /// 7 columns, 13 aspects, 412 provincial resources, 1,000 videos and 327 courseware files; 2,000 people
    DayOne,
    /// Ten times that, told by a catalog without files; 100,000 people, 20,000 units, 20 million ledger rows
    Province,
    /// A hundred times that, and twice as many people
    Nation,
}

impl Scale {
    /// How many times what a prefecture has on its first day.
    fn times(self) -> usize {
        match self {
            Self::Sample | Self::DayOne => 1,
            Self::Province => 10,
            Self::Nation => 100,
        }
    }

    /// Without files: only what a catalog tells.
    fn is_bare(self) -> bool {
        matches!(self, Self::Province | Self::Nation)
    }

    /// What its folder is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sample => "sample",
            Self::DayOne => "day-one",
            Self::Province => "province",
            Self::Nation => "nation",
        }
    }
}

/// Writes a library of that scale into `folder`, without the sample library.
pub(crate) fn write(folder: &Path, scale: Scale, is_distinct: bool) -> Result<()> {
    library::write(folder, &wanted(scale, is_distinct, 1))
}

fn wanted(scale: Scale, is_distinct: bool, seed: u64) -> library::Wanted {
    library::Wanted { scale, is_distinct, seed, sample: None }
}

/// Where a library is loaded into.
pub(crate) struct Store<'a> {
    pub(crate) data: &'a Path,
    pub(crate) database_url: Option<&'a str>,
}

/// Writes the library, and loads it.
pub(crate) fn run(root: &Path, settings: &Settings) -> Result<()> {
    let seeds = cargo::target(root).join("seed");
    let data = settings.data.as_ref().map_or_else(|| seeds.join(settings.scale.name()), |data| root.join(data));
    let beside = || seeds.join(format!("{}-files", settings.scale.name()));
    let folder = settings.folder.as_ref().map_or_else(beside, |folder| root.join(folder));
    let sample = Some(root.join("content/sample"));
    let wanted = library::Wanted { sample, ..wanted(settings.scale, settings.distinct, settings.seed) };
    let has_one = data.join("menpa.sqlite").exists();
    ensure!(settings.write_only || !has_one, "{} holds a library already", data.display());
    step::loudly("writing the library", || library::write(&folder, &wanted))?;
    step::answer(format_args!("{} holds library.json, crowd.json and what they name", folder.display()));
    if settings.write_only {
        return Ok(());
    }
    setup::for_building(root)?;
    site::build(root)?;
    let profile = if settings.dev { Profile::Dev } else { Profile::Release };
    cargo::build_programs(root, profile)?;
    let menpa = cargo::programs(root, profile).join("menpa");
    load(&menpa, &folder, &Store { data: &data, database_url: settings.database_url.as_deref() })
}

/// A library of that scale with its crowd, made in `store` unless one is there.
pub(crate) fn load_if_missing(root: &Path, menpa: &Path, scale: Scale, store: &Store<'_>) -> Result<()> {
    if store.data.join(SIGN_INS).exists() {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let sample = Some(root.join("content/sample"));
    let wanted = library::Wanted { sample, ..wanted(scale, false, 1) };
    step::loudly("writing the library", || library::write(folder.path(), &wanted))?;
    load(menpa, folder.path(), store)
}

/// Logins, roles and passwords; written last, so that a folder with it holds all.
pub(crate) const SIGN_INS: &str = "sign-ins.txt";

fn load(menpa: &Path, folder: &Path, store: &Store<'_>) -> Result<()> {
    let data = store.data;
    std::fs::create_dir_all(data)?;
    let menpa = || {
        let mut command = Command::new(menpa);
        command.env("MENPA_DATA", data).env("MENPA_EFFORT", "quick").env("MENPA_LOG", "warn,sqlx::query=error");
        if let Some(url) = store.database_url {
            command.env("MENPA_DATABASE_URL", url);
        }
        command
    };
    let sign_ins = data.join("sign-ins.new");
    step::loudly("loading courses and institutions", || {
        program::run(menpa().arg("import").arg(folder).arg("--sign-ins").arg(&sign_ins))
    })?;
    let sheet = folder.join("items.csv");
    if sheet.exists() {
        step::loudly("loading the items of the sheet", || {
            program::run(menpa().arg("import").arg(folder).arg("--sheet").arg(&sheet).args(["--as", MANAGER]))
        })?;
    }
    step::loudly("encoding the videos", || program::run(menpa().args(["work", "--until-idle"])))?;
    step::loudly("loading people and what they have learned", || {
        program::run(menpa().arg("import").arg(folder).args(["--crowd", "--sign-ins"]).arg(&sign_ins))
    })?;
    step::loudly("building the search index", || program::run(menpa().arg("reindex")))?;
    let told = data.join(SIGN_INS);
    std::fs::rename(&sign_ins, &told).with_context(|| format!("cannot write {}", told.display()))?;
    step::answer(format_args!("loaded into {}; sign-ins are in {}", data.display(), told.display()));
    Ok(())
}
