//! How does one source become every rendition? One read, one decode, all rungs at once.

use std::path::Path;
use std::sync::OnceLock;
use std::thread::available_parallelism;

use ffmpeg_next::{Error, Packet};

use crate::job::{Cause, Failure, Limits, While};
use crate::ladder::Rung;
use crate::probe::Source;

mod audio;
mod decode;
pub(crate) mod graph;
pub(crate) mod track;
mod video;
mod x264;

/// More threads than this cost memory and processor time and give little on pictures this small.
const MOST_THREADS: usize = 4;

/// A file with more unreadable packets than this is not worth publishing.
const MOST_DAMAGED: u32 = 200;

/// What the pass left in the folder.
pub(crate) struct Made {
    pub(crate) rungs: Vec<Rung>,
    /// Frames per second of every rung, as a fraction.
    pub(crate) frame_rate: (i32, i32),
    pub(crate) has_audio: bool,
    pub(crate) poster: crate::job::Poster,
}

/// Threads for each decoder and encoder; FFmpeg's libraries use one unless told.
pub(crate) fn threads() -> usize {
    static THREADS: OnceLock<usize> = OnceLock::new();
    *THREADS.get_or_init(|| available_parallelism().map_or(1, usize::from).min(MOST_THREADS))
}

/// Transcodes `source` into `folder`, telling how far it is in percent now and then.
pub(crate) fn run(
    source: &mut Source,
    folder: &Path,
    limits: Limits,
    progress: &mut dyn FnMut(f64),
) -> Result<Made, Failure> {
    let mut video = video::VideoLine::open(source, folder, limits)?;
    let mut audio = audio::AudioLine::open(source, folder, limits)?;
    let duration_ms = source.probed.duration_ms.max(1);
    let mut unreadable = 0;
    loop {
        let mut packet = Packet::empty();
        match packet.read(&mut source.input) {
            Ok(()) if packet.stream() == source.video.index => {
                video.feed(Some(&packet))?;
                progress(share(video.reached_ms(), duration_ms));
            }
            Ok(()) => {
                if let Some(audio) = audio.as_mut().filter(|audio| audio.index() == packet.stream()) {
                    audio.feed(Some(&packet))?;
                }
            }
            Err(Error::Eof) => break,
            Err(Error::InvalidData) => unreadable += 1,
            Err(error) => return Err(error).during("reading the source"),
        }
        let damaged = unreadable + video.damaged() + audio.as_ref().map_or(0, audio::AudioLine::damaged);
        if damaged > MOST_DAMAGED {
            return Err(Failure::new(Cause::Truncated, format!("{damaged} unreadable packets")));
        }
    }
    let has_audio = match audio.as_mut() {
        Some(audio) => audio.finish()?,
        None => false,
    };
    let audio_end_ms = audio.as_ref().map_or(0, audio::AudioLine::reached_ms);
    video.finish(audio_end_ms)?.into_made(folder, has_audio)
}

/// Percent of the way, never all of it: packaging is still to come.
fn share(reached_ms: i64, duration_ms: u64) -> f64 {
    let reached_ms = u32::try_from(reached_ms).unwrap_or(0);
    let duration_ms = u32::try_from(duration_ms).unwrap_or(u32::MAX);
    (f64::from(reached_ms) / f64::from(duration_ms) * 99.0).min(99.0)
}
