//! Is every record and file whole?

use anyhow::{Result, bail};
use indicatif::ProgressBar;
use server::Config;

pub(crate) async fn check(config: &Config) -> Result<()> {
    let library = super::open_alone(config).await?;
    let bar = ProgressBar::new(0);
    let mut on_step = |done: usize, of: usize| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    };
    let report = content::courseware::check::check(&library, &mut on_step).await;
    bar.finish_and_clear();
    let report = report?;
    for fault in &report.faults {
        super::say(fault)?;
    }
    if report.faults.is_empty() {
        return super::say(&format!("{} resources and {} files are whole.", report.resources, report.files));
    }
    bail!("{} faults", report.faults.len())
}
