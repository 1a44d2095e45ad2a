//! How does the sound become small speech tracks? One decode, one loudness, four encodings.

use std::path::{Path, PathBuf};

use ffmpeg_next::encoder::audio::Encoder;
use ffmpeg_next::format::Sample;
use ffmpeg_next::format::sample::Type;
use ffmpeg_next::{ChannelLayout, Dictionary, Packet, Rational, codec, filter, frame};

use super::decode::Decoding;
use super::track::{Cuts, Track};
use super::{find_encoder, graph};
use crate::job::{Failure, Kind, Limits, Wanted, While};
use crate::package::Written;
use crate::package::entry::Entry;
use crate::probe::{Care, Source};
use crate::raw;

/// The sound that goes with the first pictures of each family.
pub(crate) const OPUS: &str = "opus-16k";
pub(crate) const AAC: &str = "aac-32k";
const RATE: i32 = 48_000;

/// Rooms rumble below a voice.
pub(crate) const HIGH_PASS: &str = "highpass=f=80";
/// How loud speech is on every lesson: small speakers are heard, and nobody reaches for the knob.
const LOUDNESS_LUFS: f64 = -16.0;
const MOST_GAIN_DB: f64 = 20.0;
/// What lies this far below the voice is taken for noise, and weakened by at most so much.
const NOISE_BELOW_DB: f64 = 12.0;
const NOISE_REDUCTION_DB: f64 = 20.0;
/// By how many samples FFmpeg's `afftdn` is late at 48 kHz (a twentieth of a second, half of which overlaps).
const NOISE_DELAY: u32 = 1200;

/// What is done to all of the sound.
#[derive(Debug, Clone, Copy)]
struct Treatment {
    gain_db: f64,
    /// Where noise begins, if it is to be taken out.
    noise_floor_db: Option<f64>,
}

impl Treatment {
    fn of(wanted: &Wanted) -> Self {
        let loudness_lufs = wanted.look.loudness_lufs;
        let gain_db = loudness_lufs.map_or(0.0, |loudness| LOUDNESS_LUFS - loudness);
        // The range that `afftdn` takes.
        let floor_db = loudness_lufs.map(|loudness| (loudness - NOISE_BELOW_DB).clamp(-80.0, -20.0));
        Self {
            gain_db: gain_db.clamp(-MOST_GAIN_DB, MOST_GAIN_DB),
            noise_floor_db: floor_db.filter(|_| wanted.denoise),
        }
    }

    /// As filters, each with its comma.
    fn spec(self) -> String {
        let denoise = self.noise_floor_db.map(|floor_db| {
            format!(
                "afftdn=nr={NOISE_REDUCTION_DB}:nf={floor_db:.1},atrim=start_sample={NOISE_DELAY},asetpts=PTS-{NOISE_DELAY},"
            )
        });
        format!("{HIGH_PASS},{}volume={:.2}dB,", denoise.unwrap_or_default(), self.gain_db)
    }
}

/// One encoding of the sound.
struct Voice {
    name: &'static str,
    is_opus: bool,
    bits_per_second: usize,
}

const VOICES: [Voice; 4] = [
    Voice { name: "opus-12k", is_opus: true, bits_per_second: 12_000 },
    Voice { name: OPUS, is_opus: true, bits_per_second: 16_000 },
    Voice { name: "opus-24k", is_opus: true, bits_per_second: 24_000 },
    Voice { name: AAC, is_opus: false, bits_per_second: 32_000 },
];

pub(super) struct AudioLine {
    decoding: Decoding,
    place: Place,
    duration_ms: u64,
    treatment: Treatment,
    frame: frame::Audio,
    flow: Option<Flow>,
}

/// Where its files go, and how they are told from those of another language.
struct Place {
    folder: PathBuf,
    language: Option<&'static str>,
    /// What is added to the names of all but the first.
    suffix: String,
}

impl Place {
    fn name(&self, voice: &Voice) -> String {
        format!("{}{}", voice.name, self.suffix)
    }
}

struct Flow {
    graph: filter::Graph,
    /// What the graph was built for.
    arguments: String,
    treatment: Treatment,
    lines: Vec<VoiceLine>,
    frame: frame::Audio,
}

struct VoiceLine {
    voice: &'static Voice,
    encoder: Encoder,
    track: Track,
}

impl AudioLine {
    /// The sound in each language there is. The loudness was measured of the first; the others are as loud in one
    /// recording.
    pub(super) fn open_all(
        source: &Source,
        folder: &Path,
        limits: Limits,
        wanted: &Wanted,
    ) -> Result<Vec<Self>, Failure> {
        let treatment = Treatment::of(wanted);
        let first = source.audio.iter().map(|stream| (stream, source.language, String::new()));
        let others = source.others.iter().map(|(stream, language)| (stream, Some(*language), format!("-{language}")));
        let open = |(stream, language, suffix)| {
            Ok(Self {
                decoding: Decoding::open(source, stream, limits, Care::Full)?,
                place: Place { folder: folder.to_owned(), language, suffix },
                duration_ms: source.probed.duration_ms,
                treatment,
                frame: frame::Audio::empty(),
                flow: None,
            })
        };
        first.chain(others).map(open).collect()
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
        let Self { decoding, place, duration_ms, treatment, frame, flow } = self;
        let time_base = decoding.stream.time_base;
        decoding.feed(packet, frame, |frame, due| {
            frame.set_pts(Some(due));
            let arguments = sound_arguments(frame, time_base)?;
            let flow = match flow {
                Some(flow) => flow,
                None => flow.insert(Flow::open(place, *duration_ms, *treatment, arguments.clone())?),
            };
            flow.take(frame, arguments)
        })
    }

    /// Writes what is left; nothing if the source held no sound at all.
    pub(super) fn finish(mut self) -> Result<Vec<Written>, Failure> {
        self.feed(None)?;
        let end = self.decoding.stream.at_ms(self.decoding.reached_ms);
        self.flow.map_or_else(|| Ok(Vec::new()), |flow| flow.finish(end, &self.place))
    }
}

impl Flow {
    fn open(place: &Place, duration_ms: u64, treatment: Treatment, arguments: String) -> Result<Self, Failure> {
        let lines =
            VOICES.iter().map(|voice| VoiceLine::open(voice, place, duration_ms)).collect::<Result<Vec<_>, _>>()?;
        let graph = build(&arguments, treatment, &lines, true)?;
        Ok(Self { graph, arguments, treatment, lines, frame: frame::Audio::empty() })
    }

    fn take(&mut self, frame: &frame::Audio, arguments: String) -> Result<(), Failure> {
        // Recordings may change their rate or channels midway; the graph cannot, so another takes its place.
        if self.arguments != arguments {
            self.graph = build(&arguments, self.treatment, &self.lines, false)?;
            self.arguments = arguments;
        }
        graph::push(&mut self.graph, frame)?;
        self.drain()
    }

    fn drain(&mut self) -> Result<(), Failure> {
        for line in &mut self.lines {
            while graph::pull(&mut self.graph, line.voice.name, &mut self.frame)? {
                line.encoder.send_frame(&self.frame).during("encoding the sound")?;
                line.track.write_from(&mut line.encoder)?;
            }
        }
        Ok(())
    }

    fn finish(mut self, end: i64, place: &Place) -> Result<Vec<Written>, Failure> {
        graph::close(&mut self.graph, end)?;
        self.drain()?;
        let mut written = Vec::new();
        for mut line in self.lines {
            line.encoder.send_eof().during("encoding the last of the sound")?;
            line.track.write_from(&mut line.encoder)?;
            let has_sound = line.track.packets > 1;
            line.track.finish()?;
            let name = place.name(line.voice);
            if has_sound {
                let language = place.language;
                written.push(Written { name, kind: Kind::Audio, size: (0, 0), frame_rate: (0, 1), language });
            } else {
                std::fs::remove_file(place.folder.join(format!("{name}.mp4"))).during("taking an empty file away")?;
            }
        }
        Ok(written)
    }
}

impl VoiceLine {
    fn open(voice: &'static Voice, place: &Place, duration_ms: u64) -> Result<Self, Failure> {
        let encoder = voice.open_encoder()?;
        let entry = if voice.is_opus {
            Entry::Opus
        } else {
            Entry::aac(&raw::extradata(&encoder), u32::try_from(voice.bits_per_second).unwrap_or(0))
        };
        let path = place.folder.join(format!("{}.mp4", place.name(voice)));
        let track = Track::create(&path, encoder.as_ref(), entry, Cuts::of_sound(duration_ms))?;
        Ok(Self { voice, encoder, track })
    }
}

impl Voice {
    fn sample_format(&self) -> Sample {
        Sample::F32(if self.is_opus { Type::Packed } else { Type::Planar })
    }

    fn open_encoder(&self) -> Result<Encoder, Failure> {
        let name = if self.is_opus { "libopus" } else { "aac" };
        let codec = find_encoder(name)?;
        let mut encoder =
            codec::Context::new_with_codec(codec).encoder().audio().during("preparing the sound encoder")?;
        encoder.set_rate(RATE);
        encoder.set_format(self.sample_format());
        encoder.set_channel_layout(ChannelLayout::MONO);
        encoder.set_bit_rate(self.bits_per_second);
        encoder.set_time_base(Rational(1, RATE));
        let mut options = Dictionary::new();
        options.set("flags", "+global_header+bitexact");
        if self.is_opus {
            // Speech, in frames as long as Opus has for it: every packet costs its place in the container.
            options.set("application", "voip");
            options.set("frame_duration", "60");
        }
        raw::open_audio(encoder, codec, options)
    }
}

/// Gaps are filled with silence and overlaps cut, so that sound stays in step over hours; then one voice, at one
/// loudness, for every encoder.
///
/// An encoder's first packet only warms the decoder up. Leaving out as much sound as that takes keeps what follows in
/// step with the picture, without an edit list that some players ignore.
fn build(arguments: &str, treatment: Treatment, lines: &[VoiceLine], is_start: bool) -> Result<filter::Graph, Failure> {
    use std::fmt::Write as _;
    let first = if is_start { ":first_pts=0" } else { "" };
    let mut spec = format!(
        "[in]aresample={RATE}:async=1:min_hard_comp=0.1{first},aformat=channel_layouts=mono,{}\
         alimiter=limit=0.9:level=0,asplit={}",
        treatment.spec(),
        lines.len()
    );
    for line in lines {
        let _ = write!(spec, "[s{}]", line.voice.name);
    }
    for VoiceLine { voice, encoder, .. } in lines {
        let trim = match raw::initial_padding(encoder.as_ref()) {
            padding if is_start && padding > 0 => format!("atrim=start_sample={padding},"),
            _ => String::new(),
        };
        let format = voice.sample_format().name();
        let _ = write!(spec, ";[s{0}]{trim}aformat=sample_fmts={format}:channel_layouts=mono[{0}]", voice.name);
    }
    let outputs: Vec<String> = lines.iter().map(|line| line.voice.name.to_owned()).collect();
    let mut graph = graph::build(("abuffer", arguments), "abuffersink", &outputs, &spec)?;
    for line in lines {
        if let Some(mut output) = graph.get(line.voice.name) {
            output.sink().set_frame_size(line.encoder.frame_size());
        }
    }
    Ok(graph)
}

pub(crate) fn sound_arguments(frame: &frame::Audio, time_base: Rational) -> Result<String, Failure> {
    Ok(format!(
        "time_base={}/{}:sample_rate={}:sample_fmt={}:channel_layout={}",
        time_base.0,
        time_base.1,
        frame.rate(),
        frame.format().name(),
        raw::channel_layout_name(frame)?,
    ))
}
