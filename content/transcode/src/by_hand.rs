//! What does a person at a terminal see?

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use ffmpeg_next::log::Level;
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use crate::job::{Done, Event, Failure, Limits, While};

/// Transcodes one file with a progress bar and a table of what was made; true if it was done.
pub(crate) fn run(file: &Path, folder: &Path) -> bool {
    let bar = ProgressBar::new(100);
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {percent:>3} % {eta}") {
        bar.set_style(style);
    }
    let outcome = make(file, folder, &bar);
    bar.finish_and_clear();
    let written = match &outcome {
        Ok(done) => io::stdout().lock().write_all(table(done).as_bytes()),
        Err(failure) => writeln!(io::stderr().lock(), "{failure}"),
    };
    outcome.is_ok() && written.is_ok()
}

fn make(file: &Path, folder: &Path, bar: &ProgressBar) -> Result<Done, Failure> {
    // The sentence at the end says what is wrong; FFmpeg's own words would bury it.
    crate::start_ffmpeg(Level::Fatal)?;
    fs::create_dir_all(folder).during("making the folder")?;
    crate::guard(|| {
        crate::transcode(file, folder, Limits::default(), &mut |event| match event {
            Event::Probed(probed) => bar.set_message(format!("{}x{}", probed.width, probed.height)),
            Event::Progress { percent } => bar.set_position(*percent as u64),
            Event::Done(_) | Event::Failed(_) => {}
        })
    })
}

fn table(done: &Done) -> String {
    let line = |name: &str, size: String, bits: u64, bytes: u64| {
        format!("{name:<16} {size:>9} {:>6} kbit/s {:>12}\n", bits / 1000, HumanBytes(bytes).to_string())
    };
    let mut text = String::new();
    for made in &done.renditions {
        let size = if made.width == 0 { "sound".to_owned() } else { format!("{}x{}", made.width, made.height) };
        text += &line(&made.file, size, made.bits_per_second, made.size_bytes);
    }
    let plain = &done.progressive;
    let size = format!("{}x{}", plain.width, plain.height);
    text += &line(&plain.file, size, plain.bits_per_second, plain.size_bytes);
    let poster = &done.poster;
    text += &line(&poster.file, format!("{}x{}", poster.width, poster.height), 0, poster.size_bytes);
    text + &format!(
        "{} s of video in {:.1} s of processor time\n",
        done.duration_ms / 1000,
        Duration::from_millis(done.processor_ms).as_secs_f64()
    )
}

/// Lets progress through at most twice a second and never backwards.
#[derive(Default)]
pub(crate) struct Pace {
    said: Option<(Instant, f64)>,
}

impl Pace {
    pub(crate) fn is_due(&mut self, percent: f64) -> bool {
        let now = Instant::now();
        let due = self
            .said
            .is_none_or(|(when, before)| now.duration_since(when) >= Duration::from_millis(500) && percent > before);
        if due {
            self.said = Some((now, percent));
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_said_at_once_and_then_held_back() {
        let mut pace = Pace::default();
        assert!(pace.is_due(1.0));
        assert!(!pace.is_due(2.0));
        pace.said = Instant::now().checked_sub(Duration::from_secs(1)).map(|when| (when, 2.0));
        assert!(!pace.is_due(1.5));
        assert!(pace.is_due(2.5));
    }
}
