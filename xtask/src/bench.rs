//! What does it cost? Figures measured in one run, next to what they are to be compared with.

mod client;
mod faults;
mod learners;
mod library;
mod load;
mod media;
mod pages;
mod quality;
mod read;
mod search;
mod speed;
mod start;
mod table;
mod transcoding;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::cargo::{self, Profile};
use crate::{setup, site, step};

/// What `cargo xtask bench` may be told.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Settings {
    /// Videos to transcode; by default two of the sample library
    clips: Vec<PathBuf>,
    /// How long to ask for pages, in seconds
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// Measure the development build, which is there sooner and runs slower
    #[arg(long)]
    dev: bool,
    #[command(subcommand)]
    only: Option<Only>,
}

/// One thing to measure instead of all.
#[derive(Subcommand)]
enum Only {
    /// Bytes at equal quality, processor time and memory, against two rivals' commands
    Media {
        /// Videos to encode
        #[arg(required = true)]
        clips: Vec<PathBuf>,
    },
    /// How soon the first page of a 60-page deck and of a 200-page document is seen over 50 kbit/s, and for how many bytes
    Read,
    /// How well search finds and how fast, beside tantivy's own words, jieba's and SQLite's trigrams
    Search {
        /// Folders with `docs.jsonl`, `queries.tsv` and `qrels.tsv`
        #[arg(required = true)]
        sets: Vec<PathBuf>,
    },
    /// How soon a lesson plays over 32, 48, 64 and 256 kbit/s, and how often it stands still
    Start {
        /// Videos to make lessons of; by default one of the sample library
        clips: Vec<PathBuf>,
        /// How much of it to play, in seconds
        #[arg(long, default_value_t = 120)]
        seconds: u32,
    },
    /// How fast pages come to 500 learners, with the sample, a prefecture's library and a province's, on both engines
    Pages(speed::Settings),
    /// What is lost by kills and by full disks, and what hostile forms and generated calls cost, on both engines
    Faults(faults::Settings),
    /// How long a prefecture's first library takes to load by one command, again, and after a kill half-way
    Load,
    /// The pages of the table of resources: of a nation's library (173,900 rows), or of a server that already runs
    Table {
        /// Where it is served
        #[arg(long, requires = "sign_ins")]
        address: Option<String>,
        /// Logins, roles and passwords, as `menpa import` writes them
        #[arg(long)]
        sign_ins: Option<PathBuf>,
    },
}

/// Builds the programs, then measures transcoding and the pages of the sample library.
pub(crate) fn bench(root: &Path, settings: &Settings) -> Result<()> {
    if let Some(Only::Table { address: Some(address), sign_ins: Some(sign_ins) }) = &settings.only {
        return table::measure(root, address, sign_ins);
    }
    if let Some(Only::Pages(asked)) = &settings.only
        && let Some(menpa) = &asked.menpa
    {
        return speed::measure(root, menpa, asked);
    }
    if let Some(Only::Search { sets }) = &settings.only {
        return search::measure(root, sets, settings.dev);
    }
    setup::for_benching(root)?;
    site::build(root)?;
    let profile = if settings.dev { Profile::Dev } else { Profile::Release };
    if let Some(Only::Faults(asked)) = &settings.only {
        return faults::measure(root, profile, asked);
    }
    cargo::build_programs(root, profile)?;
    let programs = cargo::programs(root, profile);
    let media = root.join("content/sample/media");
    let samples = ["blood-pressure.mp4", "child-pneumonia.mp4"].map(|name| media.join(name)).to_vec();
    match &settings.only {
        Some(Only::Media { clips }) => return media::measure(root, &programs.join("menpa-transcode"), clips),
        Some(Only::Read) => return read::measure(root, &programs.join("menpa")),
        Some(Only::Start { clips, seconds }) => {
            let clips = if clips.is_empty() { &samples[..1] } else { clips };
            return start::measure(root, &programs.join("menpa"), clips, *seconds);
        }
        Some(Only::Pages(asked)) => return speed::measure(root, &programs.join("menpa"), asked),
        Some(Only::Load) => return load::measure(root, &programs.join("menpa")),
        Some(Only::Table { .. }) => return table::of_a_nation(root, &programs.join("menpa")),
        Some(Only::Search { .. } | Only::Faults(_)) | None => {}
    }
    let clips = if settings.clips.is_empty() { &samples } else { &settings.clips };
    step::answer("Transcoding: processor seconds of menpa-transcode against one ffmpeg command doing the same ladder");
    for clip in clips {
        transcoding::compare(&programs.join("menpa-transcode"), clip)?;
    }
    pages::measure(root, &programs.join("menpa"))?;
    speed::measure(root, &programs.join("menpa"), &speed::Settings::of_the_sample(settings.seconds))
}
