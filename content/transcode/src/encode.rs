//! How does one source become the renditions of a part? One read, one decode, all rungs at once.

use std::path::Path;
use std::sync::OnceLock;
use std::thread::available_parallelism;

use ffmpeg_next::{Codec, Dictionary, Packet, encoder};

use crate::job::{Failure, Limits, Poster, Still, Wanted};
use crate::package::Written;
use crate::probe::{Selected, Source};

pub(crate) mod audio;
mod coder;
pub(crate) mod colors;
pub(crate) mod decode;
pub(crate) mod graph;
pub(crate) mod track;
mod video;

/// More threads than this cost memory and processor time and give little on pictures this small.
const MOST_THREADS: usize = 4;

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
        true => audio::AudioLine::open_all(source, folder, limits, &wanted)?,
        false => Vec::new(),
    };
    let mut video = video::VideoLine::open(source, folder, limits, wanted)?;
    let (picture, duration_ms) = (source.video.index, source.probed.duration_ms.max(1));
    let mut unheard = Unheard::of(source);
    decode::read_packets(&mut source.input, |packet| {
        if packet.stream() == picture {
            video.feed(Some(packet))?;
            progress(share(video.reached_ms(), duration_ms));
        } else if let Some(sound) = sounds.iter_mut().find(|sound| sound.index() == packet.stream()) {
            sound.feed(Some(packet))?;
        } else {
            unheard.pass(packet);
        }
        let damaged = video.damaged() + sounds.iter().map(audio::AudioLine::damaged).sum::<u32>();
        Ok((!video.makes_nothing()).then_some(damaged))
    })?;
    if video.makes_nothing() {
        return Ok(None);
    }
    let heard_ms = sounds.iter().map(audio::AudioLine::reached_ms).max();
    let audio_end_ms = heard_ms.unwrap_or(unheard.reached_ms);
    let mut written = Vec::new();
    for sound in sounds {
        written.extend(sound.finish()?);
    }
    let reached_ms = u64::try_from(video.reached_ms().max(audio_end_ms)).unwrap_or(0);
    let Some(finished) = video.finish(audio_end_ms)? else { return Ok(None) };
    written.extend(finished.written);
    Ok(Some(Made { written, poster: finished.poster, stills: finished.stills, reached_ms }))
}

/// The sound in a part that encodes none. Only its end matters: the last picture stands as long as it does, in every part.
struct Unheard {
    streams: Vec<Selected>,
    start_us: i64,
    most_ms: i64,
    reached_ms: i64,
}

impl Unheard {
    fn of(source: &Source) -> Self {
        let others = source.others.iter().map(|(stream, _)| stream);
        Self {
            streams: source.audio.iter().chain(others).cloned().collect(),
            start_us: source.start_us,
            most_ms: i64::try_from(source.probed.duration_ms).unwrap_or(i64::MAX),
            reached_ms: 0,
        }
    }

    fn pass(&mut self, packet: &Packet) {
        let stream = self.streams.iter().find(|stream| stream.index == packet.stream());
        let (Some(stream), Some(at)) = (stream, packet.pts()) else { return };
        let end = at.saturating_sub(stream.start(self.start_us)).saturating_add(packet.duration().max(0));
        self.reached_ms = self.reached_ms.max(stream.to_ms(end).min(self.most_ms));
    }
}

/// Percent of the way, never all of it: packaging is still to come.
pub(crate) fn share(reached_ms: i64, duration_ms: u64) -> f64 {
    let reached_ms = u32::try_from(reached_ms).unwrap_or(0);
    let duration_ms = u32::try_from(duration_ms).unwrap_or(u32::MAX);
    (f64::from(reached_ms) / f64::from(duration_ms) * 99.0).min(99.0)
}
