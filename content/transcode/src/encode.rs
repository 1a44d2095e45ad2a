//! How does one source become the renditions of a part? One read, one decode, all rungs at once.

use std::path::Path;
use std::sync::OnceLock;
use std::thread::available_parallelism;

use ffmpeg_next::{Codec, Dictionary, encoder};

use crate::job::{Effort, Failure, Limits, Look, Part, Poster, Still};
use crate::package::Written;
use crate::probe::Source;

pub(crate) mod audio;
mod coder;
pub(crate) mod colors;
pub(crate) mod decode;
pub(crate) mod graph;
pub(crate) mod track;
mod video;

/// More threads than this cost memory and processor time and give little on pictures this small.
const MOST_THREADS: usize = 4;

/// What a pass is to make, from what was seen before.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) look: Look,
    pub(crate) part: Part,
    pub(crate) effort: Effort,
}

/// What the pass left in the folder.
#[derive(Default)]
pub(crate) struct Made {
    pub(crate) written: Vec<Written>,
    pub(crate) poster: Option<Poster>,
    pub(crate) stills: Vec<Still>,
    /// How far the source could be read.
    pub(crate) reached_ms: u64,
}

/// Threads for each decoder and encoder; FFmpeg's libraries use one unless told.
pub(crate) fn threads() -> usize {
    static THREADS: OnceLock<usize> = OnceLock::new();
    *THREADS.get_or_init(|| available_parallelism().map_or(1, usize::from).min(MOST_THREADS))
}

/// An encoder by FFmpeg's name for it.
pub(crate) fn find_encoder(name: &str) -> Result<Codec, Failure> {
    encoder::find_by_name(name).ok_or_else(|| Failure::internal(format!("FFmpeg was built without {name}")))
}

/// Options for an encoder.
pub(crate) fn options<const N: usize>(pairs: [(&str, String); N]) -> Dictionary<'static> {
    let mut all = Dictionary::new();
    for (name, value) in pairs {
        all.set(name, &value);
    }
    all
}

/// Encodes one part of `source` into `folder`, telling how far it is in percent now and then. Nothing is made of a
/// source that is too small for anything in this part.
pub(crate) fn run(
    source: &mut Source,
    folder: &Path,
    limits: Limits,
    wanted: Wanted,
    progress: &mut dyn FnMut(f64),
) -> Result<Option<Made>, Failure> {
    let mut sounds = match wanted.part.has_sound() {
        true => audio::AudioLine::open_all(source, folder, limits, wanted.look.loudness_lufs)?,
        false => Vec::new(),
    };
    let mut video = video::VideoLine::open(source, folder, limits, wanted)?;
    let (picture, duration_ms) = (source.video.index, source.probed.duration_ms.max(1));
    decode::read_packets(&mut source.input, |packet| {
        if packet.stream() == picture {
            video.feed(Some(packet))?;
            progress(share(video.reached_ms(), duration_ms));
        } else if let Some(sound) = sounds.iter_mut().find(|sound| sound.index() == packet.stream()) {
            sound.feed(Some(packet))?;
        }
        let damaged = video.damaged() + sounds.iter().map(audio::AudioLine::damaged).sum::<u32>();
        Ok((!video.makes_nothing()).then_some(damaged))
    })?;
    if video.makes_nothing() {
        return Ok(None);
    }
    let audio_end_ms = sounds.iter().map(audio::AudioLine::reached_ms).max().unwrap_or(0);
    let mut written = Vec::new();
    for sound in sounds {
        written.extend(sound.finish()?);
    }
    let reached_ms = u64::try_from(video.reached_ms().max(audio_end_ms)).unwrap_or(0);
    let Some(finished) = video.finish(audio_end_ms)? else { return Ok(None) };
    written.extend(finished.written);
    Ok(Some(Made { written, poster: finished.poster, stills: finished.stills, reached_ms }))
}

/// Percent of the way, never all of it: packaging is still to come.
pub(crate) fn share(reached_ms: i64, duration_ms: u64) -> f64 {
    let reached_ms = u32::try_from(reached_ms).unwrap_or(0);
    let duration_ms = u32::try_from(duration_ms).unwrap_or(u32::MAX);
    (f64::from(reached_ms) / f64::from(duration_ms) * 99.0).min(99.0)
}
