//! Small videos for stories, made by FFmpeg's command line once and kept for the run.

use std::collections::HashMap;
use std::process::Command;
use std::sync::{LazyLock, Mutex};

static CLIPS: LazyLock<Mutex<HashMap<u32, Vec<u8>>>> = LazyLock::new(Mutex::default);

/// An MP4 of `seconds` with moving bars and a tone, 320 × 240.
pub(crate) fn clip(seconds: u32) -> Vec<u8> {
    let mut clips = CLIPS.lock().expect("no story died here");
    clips.entry(seconds).or_insert_with(|| make(seconds)).clone()
}

fn make(seconds: u32) -> Vec<u8> {
    let picture = format!("testsrc=size=320x240:rate=10:duration={seconds}");
    let sound = format!("sine=frequency=440:sample_rate=48000:duration={seconds}");
    let mut ffmpeg = quiet_ffmpeg();
    ffmpeg.args(["-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", &sound]);
    ffmpeg.args(["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "32k"]);
    written_by(ffmpeg, "clip.mp4")
}

fn quiet_ffmpeg() -> Command {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-loglevel", "error"]);
    ffmpeg
}

/// What the command writes into a file of this name, whose ending says the container.
fn written_by(mut ffmpeg: Command, name: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    let made = ffmpeg.arg(&path).status().expect("ffmpeg is installed (cargo xtask setup)");
    assert!(made.success(), "ffmpeg made the clip");
    std::fs::read(&path).expect("the clip is there")
}

/// A PNG of bars, this large.
pub(crate) fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut ffmpeg = quiet_ffmpeg();
    ffmpeg.args(["-f", "lavfi", "-i", &format!("testsrc=size={width}x{height}"), "-frames:v", "1"]);
    written_by(ffmpeg, "picture.png")
}

/// A PNG that is red all over.
pub(crate) fn red_picture() -> Vec<u8> {
    let mut ffmpeg = quiet_ffmpeg();
    ffmpeg.args(["-f", "lavfi", "-i", "color=red:size=200x200", "-frames:v", "1"]);
    written_by(ffmpeg, "red.png")
}

/// The points of a picture, three bytes each: red, green, blue.
pub(crate) fn pixels(path: &std::path::Path) -> Vec<u8> {
    let mut ffmpeg = quiet_ffmpeg();
    ffmpeg.arg("-i").arg(path).args(["-pix_fmt", "rgb24", "-f", "rawvideo"]);
    written_by(ffmpeg, "points.rgb")
}

/// Three slides, of eight seconds each, and a tone.
pub(crate) fn slides() -> Vec<u8> {
    let bar = |top: u32, second: u32| format!("drawbox=x=40:y={top}:w=240:h=40:c=navy:t=fill:enable=gte(t\\,{second})");
    let picture = format!("color=white:s=320x240:r=5:d=24,{},{}", bar(40, 8), bar(120, 16));
    let mut ffmpeg = quiet_ffmpeg();
    ffmpeg.args(["-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", "sine=duration=24"]);
    written_by(ffmpeg, "slides.mp4")
}

/// A Matroska video of six seconds with a sound track in each of these languages (ISO 639-2).
pub(crate) fn spoken_in(languages: &[&str]) -> Vec<u8> {
    let mut ffmpeg = quiet_ffmpeg();
    ffmpeg.args(["-f", "lavfi", "-i", "testsrc=size=320x240:rate=10:duration=6"]);
    for index in 0..languages.len() {
        ffmpeg.args(["-f", "lavfi", "-i", &format!("sine=frequency={}:duration=6", 300 * (index + 1))]);
    }
    for index in 0..=languages.len() {
        ffmpeg.args(["-map", &index.to_string()]);
    }
    for (index, language) in languages.iter().enumerate() {
        ffmpeg.args([format!("-metadata:s:a:{index}"), format!("language={language}")]);
    }
    written_by(ffmpeg, "spoken.mkv")
}

/// Captions with one line of each text, five seconds each.
pub(crate) fn captions(lines: &[&str]) -> String {
    let cue = |(index, line): (usize, &&str)| {
        let from = index * 5;
        format!("00:{:02}.000 --> 00:{:02}.000\n{line}\n", from, from + 5)
    };
    let cues: Vec<_> = lines.iter().enumerate().map(cue).collect();
    format!("WEBVTT\n\n{}", cues.join("\n"))
}
