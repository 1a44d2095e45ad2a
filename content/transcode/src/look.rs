//! What is in this file, before anything is encoded? One quick pass over all of it: the kind of picture, when it
//! changes, how loud the speech is, and whether it is whole.

use ffmpeg_next::{Error, Packet, filter, frame};

use crate::encode::decode::Decoding;
use crate::encode::{MOST_DAMAGED, audio, graph, share};
use crate::job::{Cause, Failure, Limits, Look, While};
use crate::probe::{Care, Source};

mod picture;

/// Looks at all of `source`, telling now and then how far it is in percent.
///
/// # Errors
/// `Truncated` when its length is not what it says, or when too much cannot be read.
pub(crate) fn run(source: &mut Source, limits: Limits, progress: &mut dyn FnMut(f64)) -> Result<Look, Failure> {
    let mut sight = Sight::open(source, limits)?;
    let mut hearing = Hearing::open(source, limits)?;
    let duration_ms = source.probed.duration_ms;
    let mut unreadable = 0;
    loop {
        let mut packet = Packet::empty();
        match packet.read(&mut source.input) {
            Ok(()) if packet.stream() == source.video.index => {
                sight.feed(Some(&packet))?;
                progress(share(sight.decoding.reached_ms, duration_ms.max(1)));
            }
            Ok(()) => {
                if let Some(hearing) = hearing.as_mut().filter(|one| one.decoding.stream.index == packet.stream()) {
                    hearing.feed(Some(&packet))?;
                }
            }
            Err(Error::Eof) => break,
            Err(Error::InvalidData) => unreadable += 1,
            Err(error) => return Err(error).during("reading the source"),
        }
        let damaged = unreadable + sight.decoding.damaged + hearing.as_ref().map_or(0, |one| one.decoding.damaged);
        if damaged > MOST_DAMAGED {
            return Err(Failure::new(Cause::Truncated, format!("{damaged} unreadable packets")));
        }
    }
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

struct Sight {
    decoding: Decoding,
    /// The graph, and the kind of picture it was built for.
    flow: Option<(String, filter::Graph)>,
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
            let graph = match flow {
                Some((built_for, graph)) if *built_for == arguments => graph,
                _ => &mut flow.insert((arguments.clone(), small_pictures(&arguments)?)).1,
            };
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
    flow: Option<(String, filter::Graph)>,
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
            let graph = match flow {
                Some((built_for, graph)) if *built_for == arguments => graph,
                // What was heard before a change of channels is forgotten: what follows is measured alone.
                _ => &mut flow.insert((arguments.clone(), meter(&arguments)?)).1,
            };
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
