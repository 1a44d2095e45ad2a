//! Loading a library from a folder, with its progress and its report on the terminal.

use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use app::findings;
use app::wire::Lang;
use content::import::{self, Fate, Found, Load, NewAccount, Report, Shelf};
use content::people;
use indicatif::{ProgressBar, ProgressStyle};
use server::Config;

/// How many findings of one kind a terminal shows, and how many of what keeps nothing from being loaded.
const MOST_SHOWN: usize = 200;
const MOST_NOTES: usize = 3;

#[derive(clap::Args)]
pub(crate) struct Import {
    /// Where the files are that the sheet names
    folder: PathBuf,
    /// The sheet: XLSX, or CSV in any encoding
    #[arg(long, requires = "login")]
    sheet: Option<PathBuf>,
    /// The content manager in whose name it is done
    #[arg(long = "as", value_name = "LOGIN")]
    login: Option<String>,
    /// Only say what would be made and changed, and what is wrong
    #[arg(long, requires = "sheet")]
    dry_run: bool,
    /// Load the right rows although others are wrong
    #[arg(long, requires = "sheet")]
    leave_out_wrong: bool,
    /// The language of the report: zh, bo or en
    #[arg(long, default_value = "en")]
    language: String,
    /// Add the units, people and learning that the folder's `crowd.json` describes, to a library with courses
    #[arg(long, conflicts_with = "sheet")]
    crowd: bool,
    /// Write the generated passwords of `library.json` here (login, role, password, separated by tabs)
    #[arg(long, required_unless_present = "sheet")]
    sign_ins: Option<PathBuf>,
}

pub(crate) async fn run(config: &Config, asked: Import) -> Result<()> {
    match (&asked.sheet, &asked.login, &asked.sign_ins) {
        (Some(sheet), Some(login), _) => load(config, &asked, sheet, login).await,
        (_, _, Some(sign_ins)) if asked.crowd => add_crowd(config, &asked.folder, sign_ins).await,
        (_, _, Some(sign_ins)) => import_whole(config, &asked.folder, sign_ins).await,
        _ => bail!("--sheet needs --as"),
    }
}

fn bar() -> Result<ProgressBar> {
    let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {eta} {wide_msg}")?;
    Ok(ProgressBar::new(0).with_style(style))
}

async fn load(config: &Config, asked: &Import, sheet: &Path, login: &str) -> Result<()> {
    let lang = Lang::parse(&asked.language).with_context(|| format!("{} is none of zh, bo, en", asked.language))?;
    let library = super::open_alone(config).await?;
    let actor = people::act_as(&library, login).await.with_context(|| format!("nobody signs in as {login}"))?;
    let name = sheet.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let load = Load {
        sheet,
        name: &name,
        shelf: Shelf::Folder(asked.folder.clone()),
        leaves_out_wrong: asked.leave_out_wrong,
    };
    let begun = Instant::now();
    let bar = bar()?;
    let mut on_row = shown_on(&bar);
    let report = if asked.dry_run {
        import::check(&library, &actor, &load, &mut on_row).await
    } else {
        import::load(&library, &actor, &load, &mut on_row).await
    };
    bar.finish_and_clear();
    let report = report.with_context(|| format!("{} could not be loaded", sheet.display()))?;
    tell(&report, lang, begun.elapsed())?;
    if report.run.is_none() && !asked.dry_run {
        bail!("nothing was loaded; mend the sheet, or ask for the right rows alone with --leave-out-wrong");
    }
    if asked.dry_run && report.errors().next().is_some() {
        bail!("something is wrong in the sheet");
    }
    Ok(())
}

fn tell(report: &Report, lang: Lang, took: Duration) -> Result<()> {
    // What is wrong is told whole, as far as a terminal is read; notes only by a few examples of each kind.
    let mut shown: BTreeMap<Found, usize> = BTreeMap::new();
    for finding in &report.findings {
        let count = shown.entry(finding.found).or_default();
        *count += 1;
        let (mark, most) = if finding.found.is_harmless() { ("·", MOST_NOTES) } else { ("✗", MOST_SHOWN) };
        if *count <= most {
            super::say(&format!("{mark} {}: {}", findings::place(finding, lang), findings::sentence(finding, lang)))?;
        } else if *count == most + 1 {
            let all = report.findings.iter().filter(|other| other.found == finding.found).count();
            super::say(&format!("{mark} … +{}", all - most))?;
        }
    }
    for (thing, count) in &report.made {
        super::say(&format!("{count:8}  {}", findings::thing(*thing, lang)))?;
    }
    let fates = Fate::ALL.iter().map(|fate| format!("{}: {}", findings::fate(*fate, lang), report.count(*fate)));
    super::say(&fates.collect::<Vec<_>>().join(" · "))?;
    super::say(&format!("{:.1} s, {} MB", took.as_secs_f64(), peak_memory_mb().unwrap_or_default()))?;
    match &report.run {
        Some(run) => super::say(&format!("menpa undo-import {run}")),
        None => Ok(()),
    }
}

/// The most this process has held.
fn peak_memory_mb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kb: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kb / 1024)
}

pub(crate) async fn undo(config: &Config, run: &str, login: &str) -> Result<()> {
    let library = super::open_alone(config).await?;
    let actor = people::act_as(&library, login).await.with_context(|| format!("nobody signs in as {login}"))?;
    let undone = import::undo(&library, &actor, &run.into()).await.context("it could not be taken back")?;
    super::say(&format!(
        "{} steps taken back; {} proposed, because reviewed courses show what they made; {} stay because they are in use.",
        undone.taken_back, undone.proposed, undone.kept
    ))
}

pub(crate) async fn export(config: &Config, folder: &Path, login: &str) -> Result<()> {
    let library = super::open_alone(config).await?;
    let actor = people::act_as(&library, login).await.with_context(|| format!("nobody signs in as {login}"))?;
    let bar = bar()?;
    let mut on_row = shown_on(&bar);
    let exported = import::export(&library, &actor, folder, &mut on_row).await;
    bar.finish_and_clear();
    let exported = exported.with_context(|| format!("{} could not be written", folder.display()))?;
    for name in &exported.without_original {
        super::say(&format!("· {name}: its original is gone, by the policy of its column"))?;
    }
    super::say(&format!("{} rows and {} files are in {}.", exported.rows, exported.files, folder.display()))
}

fn shown_on(bar: &ProgressBar) -> impl FnMut(usize, usize, &str) + Send {
    |done, of, what| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
        bar.set_message(what.to_owned());
    }
}

async fn import_whole(config: &Config, folder: &Path, sign_ins: &Path) -> Result<()> {
    let library = super::open_alone(config).await?;
    let bar = bar()?;
    let mut on_step = shown_on(&bar);
    let accounts = import::import(&library, folder, &mut on_step).await;
    bar.finish_and_clear();
    let accounts = accounts.with_context(|| format!("{} could not be loaded", folder.display()))?;
    write_sign_ins(&accounts, sign_ins, false)
        .with_context(|| format!("{} could not be written", sign_ins.display()))?;
    super::say(&format!("Loaded {} people; their passwords are in {}.", accounts.len(), sign_ins.display()))
}

async fn add_crowd(config: &Config, folder: &Path, sign_ins: &Path) -> Result<()> {
    let library = super::open_alone(config).await?;
    let bar = bar()?;
    let mut on_step = shown_on(&bar);
    let accounts = import::add_crowd(&library, folder, &mut on_step).await;
    bar.finish_and_clear();
    let accounts = accounts.with_context(|| format!("the crowd of {} could not be added", folder.display()))?;
    write_sign_ins(&accounts, sign_ins, true)
        .with_context(|| format!("{} could not be written", sign_ins.display()))?;
    super::say(&format!("{} can sign in; their passwords are in {}.", accounts.len(), sign_ins.display()))
}

/// Only the owner may read it.
fn write_sign_ins(accounts: &[NewAccount], path: &Path, appends: bool) -> Result<()> {
    let mut options = std::fs::File::options();
    options.write(true).create(true).append(appends).truncate(!appends).mode(0o600);
    let mut file = options.open(path)?;
    // A file that was there already keeps its mode.
    file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    for account in accounts {
        writeln!(file, "{}\t{}\t{}", account.login, account.role, account.password)?;
    }
    Ok(file.sync_all()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_for_nobody_else_wherever_they_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        for (name, appends) in [("new", false), ("there", false), ("longer", true)] {
            let path = folder.path().join(name);
            if name != "new" {
                std::fs::write(&path, "").unwrap();
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
            }
            write_sign_ins(&[], &path, appends).unwrap();
            assert_eq!(mode(&path), 0o600, "{name}");
        }
    }
}
