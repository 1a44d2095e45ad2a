//! What does a person at a terminal see?

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ffmpeg_next::log::Level;
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use crate::encode::audio;
use crate::job::{Class, Done, Event, Failure, Job, Limits, Look, Part, Transcode, Wanted, While};
use crate::{Wishes, package};

/// Looks at one file and transcodes it, with a progress bar and a table of what was made; true if it was done.
pub(crate) fn run(file: &Path, folder: &Path, wishes: Wishes) -> bool {
    let bar = ProgressBar::new(100);
    if let Ok(style) = ProgressStyle::with_template("{prefix} {msg} {wide_bar} {percent:>3} % {eta}") {
        bar.set_style(style);
    }
    let outcome = make(file, folder, wishes, &bar);
    bar.finish_and_clear();
    let written = match &outcome {
        Ok((look, looked_ms, done)) => {
            let text = reason(look) + &table(done) + &cost(*looked_ms, done);
            io::stdout().lock().write_all(text.as_bytes())
        }
        Err(failure) => writeln!(io::stderr().lock(), "{failure}"),
    };
    outcome.is_ok() && written.is_ok()
}

/// Looks, then makes one part, or all of them one after the other.
fn make(file: &Path, folder: &Path, wishes: Wishes, bar: &ProgressBar) -> Result<(Look, u64, Done), Failure> {
    // The sentence at the end says what is wrong; FFmpeg's own words would bury it.
    crate::start_ffmpeg(Level::Fatal)?;
    fs::create_dir_all(folder).during("making the folder")?;
    let mut show = |event: &Event| match event {
        Event::Probed(probed) => bar.set_prefix(format!("{}x{}", probed.width, probed.height)),
        Event::Progress { percent } => bar.set_position(*percent as u64),
        Event::Looked(_)
        | Event::Done(_)
        | Event::Paged(_)
        | Event::Ran(_)
        | Event::Sheet(_)
        | Event::Read { .. }
        | Event::Failed(_) => {}
    };
    crate::guard(|| {
        let folder = crate::claim(folder)?;
        let look = crate::look(file, Limits::default(), &mut show)?;
        let looked_ms = crate::processor_ms();
        let parts = wishes.part.map_or_else(|| Part::ALL.to_vec(), |part| vec![part]);
        let mut whole: Option<Done> = None;
        for part in parts {
            bar.set_message(format!("{part:?}").to_lowercase());
            bar.set_position(0);
            let done = make_part(file, &folder, &look, (part, wishes), &mut show)?;
            match &mut whole {
                Some(whole) => whole.add(done),
                None => whole = Some(done),
            }
        }
        let whole = whole.ok_or_else(|| Failure::internal("nothing to make"))?;
        package::write_master(&folder, &whole.renditions)?;
        Ok((look, looked_ms, whole))
    })
}

/// Makes a part in a folder of its own, and moves what it made beside the earlier parts.
fn make_part(
    source: &Path,
    folder: &Path,
    look: &Look,
    (part, Wishes { effort, denoise, .. }): (Part, Wishes),
    show: &mut dyn FnMut(&Event),
) -> Result<Done, Failure> {
    let making = folder.join("making");
    fs::create_dir(&making).during("making a folder")?;
    let sounds = [audio::OPUS, audio::AAC].map(|name| folder.join(format!("{name}.mp4")));
    let job = Transcode {
        source: source.to_owned(),
        folder: making.clone(),
        limits: Limits::default(),
        wanted: Wanted { look: look.clone(), part, effort, denoise },
        sounds: sounds.into_iter().filter(|sound| sound.exists()).collect(),
    };
    let made = ask(&Job::Transcode(job), show);
    if made.is_ok() {
        for entry in making.read_dir().during("listing the folder")? {
            let entry = entry.during("listing the folder")?;
            fs::rename(entry.path(), folder.join(entry.file_name())).during("moving a file")?;
        }
    }
    fs::remove_dir_all(&making).during("removing a folder")?;
    made
}

/// Has it done by a child, as a server would: an encoder keeps what it was once told for as long as its process lives.
fn ask(job: &Job, show: &mut dyn FnMut(&Event)) -> Result<Done, Failure> {
    let program = std::env::current_exe().during("finding this program")?;
    let mut command = Command::new(program);
    let command = command.arg("--job").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().during("starting this program again")?;
    let (Some(mut lifeline), Some(said)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Failure::internal("a child without a channel"));
    };
    let line = serde_json::to_string(job).map_err(|error| Failure::internal(error.to_string()))?;
    writeln!(lifeline, "{line}").during("handing over the job")?;
    let mut last = Err(Failure::internal("ended without a word"));
    for line in BufReader::new(said).lines() {
        match serde_json::from_str(&line.during("listening to the job")?) {
            Ok(Event::Done(done)) => last = Ok(*done),
            Ok(Event::Failed(failure)) => last = Err(failure),
            Ok(event) => show(&event),
            Err(error) => last = Err(Failure::internal(format!("the job's word cannot be read: {error}"))),
        }
    }
    child.wait().during("waiting for the job")?;
    last
}

impl Done {
    /// What a later part made as well.
    fn add(&mut self, later: Self) {
        self.renditions.extend(later.renditions);
        self.stills.extend(later.stills);
        self.duration_ms = self.duration_ms.max(later.duration_ms);
        self.processor_ms += later.processor_ms;
        self.memory_bytes = self.memory_bytes.max(later.memory_bytes);
    }
}

/// What it was taken for, and why.
fn reason(look: &Look) -> String {
    let class = match look.class {
        Class::Slides => "slides",
        Class::Mixed => "slides with a moving part",
        Class::Natural => "a camera's picture",
    };
    let loudness = look.loudness_lufs.map_or_else(|| "silent".to_owned(), |loudness| format!("{loudness:.1} LUFS"));
    format!(
        "{class}: {:.1} % of the picture moves, {:.1} % at times; {} changes; {loudness}\n",
        look.measures.moving_mostly * 100.0,
        look.measures.moving_at_times * 100.0,
        look.changes_ms.len(),
    )
}

fn table(done: &Done) -> String {
    let line = |name: &str, size: String, bits: u64, bytes: u64| {
        format!("{name:<24} {size:>9} {:>6} kbit/s {:>12}\n", bits / 1000, HumanBytes(bytes).to_string())
    };
    let mut text = String::new();
    for made in &done.renditions {
        let size = if made.width == 0 { "sound".to_owned() } else { format!("{}x{}", made.width, made.height) };
        text += &line(&made.file, size, made.bits_per_second, made.size_bytes);
    }
    for made in &done.renditions {
        if let Some(plain) = &made.plain {
            let bits = 8 * plain.size_bytes * 1000 / done.duration_ms.max(1);
            text += &line(&plain.file, format!("{}x{}", made.width, made.height), bits, plain.size_bytes);
        }
    }
    if !done.stills.is_empty() {
        let bytes: u64 = done.stills.iter().map(|still| still.avif.size_bytes).sum();
        text += &line("stills", done.stills.len().to_string(), 8 * bytes * 1000 / done.duration_ms.max(1), bytes);
    }
    if let Some(poster) = &done.poster {
        text += &line(&poster.file, format!("{}x{}", poster.width, poster.height), 0, poster.size_bytes);
    }
    text
}

fn cost(looked_ms: u64, done: &Done) -> String {
    let seconds = |ms| Duration::from_millis(ms).as_secs_f64();
    format!(
        "{} s of video; processor time: looked {:.1} s, made {:.1} s; memory: {} MB\n",
        done.duration_ms / 1000,
        seconds(looked_ms),
        seconds(done.processor_ms),
        done.memory_bytes / 1_000_000,
    )
}

/// Says progress, but not too often.
pub(crate) fn paced(say: &mut dyn FnMut(&Event)) -> impl FnMut(f64) {
    let mut pace = Pace::default();
    move |percent| {
        if pace.is_due(percent) {
            say(&Event::Progress { percent });
        }
    }
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
