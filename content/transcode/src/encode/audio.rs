//! How does the sound become one small speech track?

use std::path::{Path, PathBuf};

use ffmpeg_next::format::Sample;
use ffmpeg_next::format::sample::Type;
use ffmpeg_next::{ChannelLayout, Dictionary, Packet, Rational, codec, encoder, filter, frame};

use super::decode::Decoding;
use super::graph;
use super::track::Track;
use crate::job::{Failure, Limits, While};
use crate::probe::Source;
use crate::raw;

pub(crate) const FILE: &str = "audio.mp4";
const RATE: i32 = 48_000;
const BITS_PER_SECOND: usize = 32_000;

pub(super) struct AudioLine {
    decoding: Decoding,
    file: PathBuf,
    frame: frame::Audio,
    flow: Option<Flow>,
}

struct Flow {
    graph: filter::Graph,
    /// What the graph was built for.
    arguments: String,
    encoder: encoder::audio::Encoder,
    track: Track,
    frame: frame::Audio,
}

impl AudioLine {
    pub(super) fn open(source: &Source, folder: &Path, limits: Limits) -> Result<Option<Self>, Failure> {
        let Some(stream) = &source.audio else {
            return Ok(None);
        };
        Ok(Some(Self {
            decoding: Decoding::open(source, stream, limits)?,
            file: folder.join(FILE),
            frame: frame::Audio::empty(),
            flow: None,
        }))
    }

    pub(super) fn index(&self) -> usize {
        self.decoding.stream.index
    }

    pub(super) fn damaged(&self) -> u32 {
        self.decoding.damaged
    }

    pub(super) fn reached_ms(&self) -> i64 {
        self.decoding.reached_ms
    }

    pub(super) fn feed(&mut self, packet: Option<&Packet>) -> Result<(), Failure> {
        let Self { decoding, file, frame, flow } = self;
        let time_base = decoding.stream.time_base;
        decoding.feed(packet, frame, |frame, due| {
            frame.set_pts(Some(due));
            let arguments = sound_arguments(frame, time_base)?;
            let flow = match flow {
                Some(flow) => flow,
                None => flow.insert(Flow::open(file, arguments.clone())?),
            };
            flow.take(frame, arguments)
        })
    }

    /// Writes what is left; false if the source held no sound at all.
    pub(super) fn finish(&mut self) -> Result<bool, Failure> {
        self.feed(None)?;
        let end = self.decoding.stream.at_ms(self.decoding.reached_ms);
        match &mut self.flow {
            Some(flow) => flow.finish(end),
            None => Ok(false),
        }
    }
}

impl Flow {
    fn open(file: &Path, arguments: String) -> Result<Self, Failure> {
        let encoder = open_encoder()?;
        // The encoder's first packet only warms the decoder up. Leaving out as much sound as that packet lasts keeps
        // what follows in step with the picture, without an edit list that some players ignore.
        let start = format!(":first_pts=0,atrim=start_sample={}", encoder.frame_size());
        let graph = build(&arguments, encoder.frame_size(), &start)?;
        let track = Track::create(file, encoder.as_ref())?;
        Ok(Self { graph, arguments, encoder, track, frame: frame::Audio::empty() })
    }

    fn take(&mut self, frame: &frame::Audio, arguments: String) -> Result<(), Failure> {
        // Recordings may change their rate or channels midway; the graph cannot, so another takes its place.
        if self.arguments != arguments {
            self.graph = build(&arguments, self.encoder.frame_size(), "")?;
            self.arguments = arguments;
        }
        graph::push(&mut self.graph, frame)?;
        self.drain()
    }

    fn drain(&mut self) -> Result<(), Failure> {
        while graph::pull(&mut self.graph, "out", &mut self.frame)? {
            self.encoder.send_frame(&self.frame).during("encoding the sound")?;
            self.track.write_from(&mut self.encoder)?;
        }
        Ok(())
    }

    fn finish(&mut self, end: i64) -> Result<bool, Failure> {
        graph::close(&mut self.graph, end)?;
        self.drain()?;
        self.encoder.send_eof().during("encoding the last of the sound")?;
        self.track.write_from(&mut self.encoder)?;
        self.track.finish()?;
        Ok(self.track.packets > 1)
    }
}

fn open_encoder() -> Result<encoder::audio::Encoder, Failure> {
    let codec = encoder::find_by_name("aac").ok_or_else(|| Failure::internal("FFmpeg has no AAC encoder"))?;
    let mut encoder = codec::Context::new_with_codec(codec).encoder().audio().during("preparing the sound encoder")?;
    encoder.set_rate(RATE);
    encoder.set_format(Sample::F32(Type::Planar));
    encoder.set_channel_layout(ChannelLayout::MONO);
    encoder.set_bit_rate(BITS_PER_SECOND);
    encoder.set_time_base(Rational(1, RATE));
    let mut options = Dictionary::new();
    options.set("flags", "+global_header+bitexact");
    raw::open_audio(encoder, codec, options)
}

/// Gaps are filled with silence and overlaps cut, so that sound stays in step over hours.
fn build(arguments: &str, frame_size: u32, start: &str) -> Result<filter::Graph, Failure> {
    let spec = format!(
        "[in]aresample={RATE}:async=1:min_hard_comp=0.1{start},aformat=sample_fmts=fltp:channel_layouts=mono[out]"
    );
    let outputs = ["out".to_owned()];
    let mut graph = graph::build(("abuffer", arguments), "abuffersink", &outputs, &spec)?;
    if let Some(mut output) = graph.get("out") {
        output.sink().set_frame_size(frame_size);
    }
    Ok(graph)
}

fn sound_arguments(frame: &frame::Audio, time_base: Rational) -> Result<String, Failure> {
    Ok(format!(
        "time_base={}/{}:sample_rate={}:sample_fmt={}:channel_layout={}",
        time_base.0,
        time_base.1,
        frame.rate(),
        frame.format().name(),
        raw::channel_layout_name(frame)?,
    ))
}
