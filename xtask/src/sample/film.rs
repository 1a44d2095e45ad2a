//! How do slides and speech become a small video, and a page a PDF?

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::speech::Take;
use crate::program;

/// Still slides: few frames, few key frames, and the encoder told that nothing moves.
const PICTURE: &str = "-r 5 -c:v libx264 -preset slow -tune stillimage -crf 32 -g 150 -pix_fmt yuv420p";
const SOUND: &str = "-c:a aac -b:a 24k -ac 1 -ar 22050";
/// The same texts give the same bytes.
const REPEATABLE: &str =
    "-map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -movflags +faststart";

/// Photographs each slide and joins them, each as long as it is spoken to, with the sound.
pub(super) fn shoot(slides: &Path, take: &Take, scratch: &Path, video: &Path) -> Result<()> {
    let mut reel = String::new();
    for (index, shown_ms) in take.slides_ms.iter().enumerate() {
        let picture = scratch.join(format!("slide-{index}.png"));
        photograph(slides, index + 1, &picture, scratch)?;
        // The last picture is named twice: the concat demuxer ignores the last duration otherwise.
        let repeat = if index + 1 == take.slides_ms.len() { 2 } else { 1 };
        for _ in 0..repeat {
            writeln!(reel, "file '{}'\nduration {}.{:03}", picture.display(), shown_ms / 1_000, shown_ms % 1_000)?;
        }
    }
    let list = scratch.join("reel.txt");
    fs::write(&list, reel)?;
    let length_ms: u64 = take.slides_ms.iter().sum();

    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-y", "-f", "concat", "-safe", "0", "-i"]).arg(&list);
    ffmpeg.args(["-f", "s16le", "-ar", "22050", "-ac", "1", "-i"]).arg(&take.sound);
    for options in [PICTURE, SOUND, REPEATABLE] {
        ffmpeg.args(options.split(' '));
    }
    ffmpeg.arg("-t").arg(format!("{}.{:03}", length_ms / 1_000, length_ms % 1_000)).arg(video);
    program::read(&mut ffmpeg)?;
    Ok(())
}

/// Prints a page of cards.
pub(super) fn print(page: &Path, pdf: &Path, scratch: &Path) -> Result<()> {
    let mut browser = chromium(scratch)?;
    browser.arg("--no-pdf-header-footer").arg(format!("--print-to-pdf={}", pdf.display()));
    program::read(browser.arg(address_of(page)?))?;
    ensure!(pdf.is_file(), "chromium printed nothing");
    Ok(())
}

fn photograph(slides: &Path, number: usize, picture: &Path, scratch: &Path) -> Result<()> {
    let mut browser = chromium(scratch)?;
    browser.args(["--hide-scrollbars", "--window-size=1280,720"]);
    browser.arg(format!("--screenshot={}", picture.display()));
    program::read(browser.arg(format!("{}#{number}", address_of(slides)?)))?;
    ensure!(picture.is_file(), "chromium took no picture of slide {number}");
    Ok(())
}

fn chromium(scratch: &Path) -> Result<Command> {
    let mut browser = Command::new("chromium");
    browser.args(["--headless", "--disable-gpu", "--force-device-scale-factor=1"]);
    browser.arg(format!("--user-data-dir={}", scratch.join("browser").display()));
    if fs::metadata("/proc/self").context("whose process is this?")?.uid() == 0 {
        // Chromium's sandbox refuses to start for root, as in most build containers.
        browser.arg("--no-sandbox");
    }
    Ok(browser)
}

fn address_of(file: &Path) -> Result<String> {
    Ok(format!("file://{}", fs::canonicalize(file)?.display()))
}
