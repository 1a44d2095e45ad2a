//! What does a believable library look like, as large as a prefecture's on its first day, a province's or a
//! nation's?
//! The same seed always makes the same one.

mod catalog;
mod chance;
mod library;
mod media;
mod words;

pub(crate) use library::MANAGER;

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
    /// Where files and sheets are written
    #[arg(long, default_value = "target/seed")]
    folder: PathBuf,
    /// The data folder that they are loaded into; it must not hold a library yet
    #[arg(long)]
    data: Option<PathBuf>,
    /// Each item is a file of its own; else a few dozen files are shared by their hash, so that all of it plays soon
    #[arg(long)]
    distinct: bool,
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scale {
    /// 7 columns, 13 aspects, 412 provincial resources, 1,000 videos and 327 courseware files; 2,000 people
    DayOne,
    /// Ten times that
    Province,
    /// A hundred times that, without files
    Nation,
}

impl Scale {
    fn times(self) -> usize {
        match self {
            Self::DayOne => 1,
            Self::Province => 10,
            Self::Nation => 100,
        }
    }
}

/// Writes a library of that scale into `folder`.
pub(crate) fn write(folder: &Path, scale: Scale, is_distinct: bool) -> Result<()> {
    library::write(folder, &wanted(scale, is_distinct, 1))
}

fn wanted(scale: Scale, is_distinct: bool, seed: u64) -> library::Wanted {
    library::Wanted { times: scale.times(), is_distinct, is_bare: scale == Scale::Nation, seed }
}

/// Writes the library, and loads it where a data folder is named.
pub(crate) fn run(root: &Path, settings: &Settings) -> Result<()> {
    let folder = root.join(&settings.folder);
    let wanted = wanted(settings.scale, settings.distinct, settings.seed);
    let is_bare = wanted.is_bare;
    step::loudly("writing the library", || library::write(&folder, &wanted))?;
    let what = if is_bare { "catalog.jsonl" } else { "items.csv and the files it names" };
    step::answer(format_args!("{} holds library.json, {what}", folder.display()));
    let Some(data) = &settings.data else { return Ok(()) };
    let data = root.join(data);
    ensure!(!data.join("menpa.sqlite").exists(), "{} holds a library already", data.display());
    setup::for_building(root)?;
    site::build(root)?;
    cargo::build_programs(root, Profile::Release)?;
    let menpa = cargo::programs(root, Profile::Release).join("menpa");
    load(&menpa, &folder, &data, is_bare)
}

fn load(menpa: &Path, folder: &Path, data: &Path, is_bare: bool) -> Result<()> {
    std::fs::create_dir_all(data)?;
    let import = || {
        let mut import = Command::new(menpa);
        import.arg("import").arg(folder).arg("--data").arg(data);
        import
    };
    let sign_ins = data.join("sign-ins.txt");
    program::run(import().arg("--sign-ins").arg(&sign_ins)).context("people and institutions")?;
    if !is_bare {
        let mut sheet = import();
        sheet.arg("--sheet").arg(folder.join("items.csv")).args(["--as", library::MANAGER]);
        program::run(&mut sheet).context("the items of the sheet")?;
    }
    step::answer(format_args!("loaded into {}; sign-ins are in {}", data.display(), sign_ins.display()));
    Ok(())
}
