//! What is in this file, before anything is encoded? One quick pass over all of it: the kind of picture, when it
//! changes, how loud the speech is, and whether it is whole.

use ffmpeg_next::{Packet, filter, frame};

use crate::encode::decode::{Decoding, read_packets};
use crate::encode::{audio, graph, share};
use crate::job::{Failure, Limits, Look};
use crate::probe::{Care, Source};

mod picture;

/// Looks at all of `source`, telling now and then how far it is in percent.
///
/// # Errors
/// `Truncated` when its length is not what it says, or when too much cannot be read.
pub(crate) fn run(source: &mut Source, limits: Limits, progress: &mut dyn FnMut(f64)) -> Result<Look, Failure> {
    let mut sight = Sight::open(source, limits)?;
    let mut hearing = Hearing::open(source, limits)?;
    let (picture, duration_ms) = (source.video.index, source.probed.duration_ms);
    read_packets(&mut source.input, |packet| {
        if packet.stream() == picture {
            sight.feed(Some(packet))?;
            progress(share(sight.decoding.reached_ms, duration_ms.max(1)));
        } else if let Some(hearing) = hearing.as_mut().filter(|one| one.decoding.stream.index == packet.stream()) {
            hearing.feed(Some(packet))?;
        }
        Ok(Some(sight.decoding.damaged + hearing.as_ref().map_or(0, |one| one.decoding.damaged)))
    })?;
    sight.finish()?;
    let heard_ms = hearing.as_ref().map_or(0, |one| one.decoding.reached_ms);
    let reached_ms = u64::try_from(sight.decoding.reached_ms.max(heard_ms)).unwrap_or(0);
    crate::compare_lengths(duration_ms, reached_ms)?;
    let loudness_lufs = match hearing.as_mut() {
        Some(hearing) => hearing.finish()?,
        None => None,
    };
    let (class, measures, changes_ms) = sight.watcher.conclude();
    Ok(Look { class, measures, changes_ms, loudness_lufs })
}

/// A graph, and the kind of frames it was built for.
type Flow = (String, filter::Graph);

/// The graph for frames of this kind; frames may change midway, a graph cannot.
fn fitting(
    flow: &mut Option<Flow>,
    arguments: String,
    build: fn(&str) -> Result<filter::Graph, Failure>,
) -> Result<&mut filter::Graph, Failure> {
    let kept = match flow.take().filter(|(built_for, _)| *built_for == arguments) {
        Some(kept) => kept,
        None => {
            let graph = build(&arguments)?;
            (arguments, graph)
        }
    };
    Ok(&mut flow.insert(kept).1)
}

struct Sight {
    decoding: Decoding,
    flow: Option<Flow>,
    frame: frame::Video,
    small: frame::Video,
    watcher: picture::Watcher,
}

impl Sight {
    fn open(source: &Source, limits: Limits) -> Result<Self, Failure> {
        Ok(Self {
            decoding: Decoding::open(source, &source.video, limits, Care::Glance)?,
            flow: None,
            frame: frame::Video::empty(),
            small: frame::Video::empty(),
            watcher: picture::Watcher::default(),
        })
    }

    fn feed(&mut self, packet: Option<&Packet>) -> Result<(), Failure> {
        let Self { decoding, flow, frame, small, watcher } = self;
        let time_base = decoding.stream.time_base;
        decoding.feed(packet, frame, |frame, due| {
            frame.set_pts(Some(due));
            let arguments = graph::picture_arguments(frame, time_base)?;
            let graph = fitting(flow, arguments, small_pictures)?;
            graph::push(graph, frame)?;
            watch(graph, small, watcher)
        })
    }

    fn finish(&mut self) -> Result<(), Failure> {
        self.feed(None)?;
        let end = self.decoding.stream.at_ms(self.decoding.reached_ms);
        if let Some((_, graph)) = &mut self.flow {
            graph::close(graph, end)?;
            watch(graph, &mut self.small, &mut self.watcher)?;
        }
        Ok(())
    }
}

fn small_pictures(arguments: &str) -> Result<filter::Graph, Failure> {
    let (rate, width, height) = (picture::RATE, picture::WIDTH, picture::HEIGHT);
    let spec = format!("[in]fps={rate},scale={width}:{height}:flags=area,format=gray[out]");
    graph::build(("buffer", arguments), "buffersink", &["out".to_owned()], &spec)
}

fn watch(graph: &mut filter::Graph, small: &mut frame::Video, watcher: &mut picture::Watcher) -> Result<(), Failure> {
    while graph::pull(graph, "out", small)? {
        let rows = small.data(0).chunks(small.stride(0).max(1)).take(picture::HEIGHT);
        let levels: Vec<u8> = rows.flat_map(|row| row.iter().take(picture::WIDTH)).copied().collect();
        let at_ms =
            u64::try_from(small.pts().unwrap_or(0)).unwrap_or(0) * 1000 / u64::from(picture::RATE.unsigned_abs());
        watcher.see(at_ms, &levels);
    }
    Ok(())
}

/// Measures how loud it is as a whole (EBU R 128, integrated).
struct Hearing {
    decoding: Decoding,
    flow: Option<Flow>,
    frame: frame::Audio,
    measured: frame::Audio,
    loudness_lufs: Option<f64>,
}

impl Hearing {
    fn open(source: &Source, limits: Limits) -> Result<Option<Self>, Failure> {
        let Some(stream) = &source.audio else { return Ok(None) };
        Ok(Some(Self {
            decoding: Decoding::open(source, stream, limits, Care::Glance)?,
            flow: None,
            frame: frame::Audio::empty(),
            measured: frame::Audio::empty(),
            loudness_lufs: None,
        }))
    }

    fn feed(&mut self, packet: Option<&Packet>) -> Result<(), Failure> {
        let Self { decoding, flow, frame, measured, loudness_lufs } = self;
        let time_base = decoding.stream.time_base;
        decoding.feed(packet, frame, |frame, due| {
            frame.set_pts(Some(due));
            let arguments = audio::sound_arguments(frame, time_base)?;
            // What was heard before a change of channels is forgotten: what follows is measured alone.
            let graph = fitting(flow, arguments, meter)?;
            graph::push(graph, frame)?;
            while graph::pull(graph, "out", measured)? {
                let said = measured.metadata().get("lavfi.r128.I").and_then(|text| text.parse().ok());
                *loudness_lufs = said.or(*loudness_lufs);
            }
            Ok(())
        })
    }

    /// `None` for silence.
    fn finish(&mut self) -> Result<Option<f64>, Failure> {
        const SILENCE_LUFS: f64 = -60.0;
        self.feed(None)?;
        Ok(self.loudness_lufs.filter(|loudness| loudness.is_finite() && *loudness > SILENCE_LUFS))
    }
}

/// In mono, as it will be heard; without the rumble that will be taken away.
fn meter(arguments: &str) -> Result<filter::Graph, Failure> {
    let spec = format!(
        "[in]aformat=channel_layouts=mono,{},ebur128=metadata=1:framelog=verbose,aformat=channel_layouts=mono[out]",
        audio::HIGH_PASS
    );
    graph::build(("abuffer", arguments), "abuffersink", &["out".to_owned()], &spec)
}
