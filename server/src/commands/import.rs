//! Loading a folder into an empty library, with its progress on the terminal.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use content::import::NewAccount;
use indicatif::{ProgressBar, ProgressStyle};
use server::Config;

pub(crate) async fn import(config: &Config, folder: &Path, sign_ins: &Path) -> Result<()> {
    let library = super::open_migrated(config).await?;
    let style = ProgressStyle::with_template("{bar:24} {pos}/{len} {wide_msg}")?;
    let bar = ProgressBar::new(0).with_style(style);
    let mut on_step = |done: usize, of: usize, what: &str| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
        bar.set_message(what.to_owned());
    };
    let accounts = content::import::import(&library, folder, &mut on_step).await;
    bar.finish_and_clear();
    let accounts = accounts.with_context(|| format!("{} could not be loaded", folder.display()))?;
    write_sign_ins(&accounts, sign_ins).with_context(|| format!("{} could not be written", sign_ins.display()))?;
    super::say(&format!("Loaded {} people; their passwords are in {}.", accounts.len(), sign_ins.display()))
}

/// Only the owner may read it.
fn write_sign_ins(accounts: &[NewAccount], path: &Path) -> Result<()> {
    let mut file = std::fs::File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    for account in accounts {
        writeln!(file, "{}\t{}\t{}", account.login, account.role, account.password)?;
    }
    Ok(file.sync_all()?)
}
