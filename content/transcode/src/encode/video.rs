//! How does the picture become every rung of a part at once?

use std::path::{Path, PathBuf};

use ffmpeg_next::encoder::video::Encoder;
use ffmpeg_next::{Packet, Rational, filter, frame, picture};

use super::coder::{self, Pace};
use super::decode::Decoding;
use super::graph;
use super::track::{Cuts, Track};
use crate::job::{Class, Failure, Kind, Limits, Part, Poster, Still, Wanted, While};
use crate::ladder::{self, Family, Rung};
use crate::package::Written;
use crate::poster::Candidates;
use crate::probe::{Care, Source};
use crate::still::Stills;
use crate::turn::Turn;

/// What is known before the first picture is decoded.
struct Plan {
    folder: PathBuf,
    turn: Turn,
    source_rate: (i32, i32),
    duration_ms: u64,
    time_base: Rational,
    wanted: Wanted,
}

pub(super) struct VideoLine {
    decoding: Decoding,
    plan: Plan,
    frame: frame::Video,
    /// Made when the first picture shows what pictures are like.
    flow: Option<Flow>,
    makes_nothing: bool,
}

struct Flow {
    graph: filter::Graph,
    shape: Shape,
    lines: Vec<RungLine>,
    stills: Option<StillLine>,
    candidates: Option<Candidates>,
    frame: frame::Video,
}

/// The pictures from which stills are taken; none of them is encoded as a film.
struct StillLine {
    output: String,
    time_base: Rational,
    stills: Stills,
}

/// The kind of picture the graph was built for.
#[derive(PartialEq, Eq)]
struct Shape {
    width: u32,
    height: u32,
    arguments: String,
}

struct RungLine {
    rung: Rung,
    output: String,
    encoder: Encoder,
    track: Track,
    cuts: Cuts,
    pace: Pace,
    /// The first picture, for what encoders must know of colors.
    first: frame::Video,
    has_begun: bool,
}

impl VideoLine {
    pub(super) fn open(source: &Source, folder: &Path, limits: Limits, wanted: Wanted) -> Result<Self, Failure> {
        let plan = Plan {
            folder: folder.to_owned(),
            turn: source.turn,
            source_rate: source.average_rate,
            duration_ms: source.probed.duration_ms,
            time_base: source.video.time_base,
            wanted,
        };
        Ok(Self {
            decoding: Decoding::open(source, &source.video, limits, Care::Full)?,
            plan,
            frame: frame::Video::empty(),
            flow: None,
            makes_nothing: false,
        })
    }

    /// Whether the first picture has shown that this source is too small for any rung of the part.
    pub(super) fn makes_nothing(&self) -> bool {
        self.makes_nothing
    }

    pub(super) fn damaged(&self) -> u32 {
        self.decoding.damaged
    }

    pub(super) fn reached_ms(&self) -> i64 {
        self.decoding.reached_ms
    }

    pub(super) fn feed(&mut self, packet: Option<&Packet>) -> Result<(), Failure> {
        let Self { decoding, plan, frame, flow, makes_nothing } = self;
        decoding.feed(packet, frame, |frame, due| {
            frame.set_pts(Some(due));
            if flow.is_none() && !*makes_nothing {
                *flow = Flow::open(plan, frame)?;
                *makes_nothing = flow.is_none();
            }
            flow.as_mut().map_or(Ok(()), |flow| flow.take(plan, frame))
        })
    }

    /// Encodes what is left and ends the files; the last picture stands until `audio_end_ms` if that is later.
    pub(super) fn finish(mut self, audio_end_ms: i64) -> Result<Option<Finished>, Failure> {
        self.feed(None)?;
        if self.makes_nothing {
            return Ok(None);
        }
        let end_ms = self.decoding.reached_ms.max(audio_end_ms);
        let end = self.decoding.stream.at_ms(end_ms);
        let flow =
            self.flow.ok_or_else(|| Failure::new(crate::job::Cause::Truncated, "no picture could be decoded"))?;
        flow.finish(end, &self.plan.folder).map(Some)
    }
}

/// All rungs are in their files.
pub(super) struct Finished {
    pub(super) written: Vec<Written>,
    pub(super) poster: Option<Poster>,
    pub(super) stills: Vec<Still>,
}

impl Flow {
    /// `None` when there is no rung to make.
    fn open(plan: &Plan, first: &frame::Video) -> Result<Option<Self>, Failure> {
        let shape = Shape::of(first, plan.time_base)?;
        let upright = upright_size(first, plan.turn);
        let Wanted { look, part, .. } = &plan.wanted;
        let still_times = if *part == Part::Stills { ladder::stills(look, plan.duration_ms) } else { Vec::new() };
        // Stills are as large as the film that plays first, and taken at its pace.
        let model = if still_times.is_empty() { *part } else { Part::First };
        let rungs = ladder::rungs(look.class, model, upright, plan.source_rate);
        if rungs.is_empty() {
            return Ok(None);
        }
        let outputs: Vec<String> = (0..rungs.len()).map(|each| format!("v{each}")).collect();
        let spec = spec(plan, first, &rungs, &outputs);
        let graph = graph::build(("buffer", &shape.arguments), "buffersink", &outputs, &spec)?;
        let mut feeds = rungs.into_iter().zip(outputs);
        let (stills, lines) = if still_times.is_empty() {
            let lines = feeds.map(|(rung, output)| RungLine::open(plan, first, rung, output));
            (None, lines.collect::<Result<Vec<_>, _>>()?)
        } else {
            let stills = Stills::new(&plan.folder, still_times);
            (feeds.next().map(|(rung, output)| StillLine::new(&rung, output, stills)), Vec::new())
        };
        let candidates = part.has_poster().then(|| {
            let duration_ms = i64::try_from(plan.duration_ms).unwrap_or(i64::MAX);
            Candidates::new(duration_ms, plan.turn, upright)
        });
        Ok(Some(Self { graph, lines, stills, candidates, shape, frame: frame::Video::empty() }))
    }

    fn take(&mut self, plan: &Plan, frame: &frame::Video) -> Result<(), Failure> {
        let due = frame.pts().unwrap_or(0);
        if let Some(candidates) = &mut self.candidates {
            candidates.offer(frame, due, plan.time_base)?;
        }
        let shape = Shape::of(frame, plan.time_base)?;
        if shape == self.shape {
            graph::push(&mut self.graph, frame)?;
        } else {
            let alike = self.shape.adapt(frame, &shape)?;
            graph::push(&mut self.graph, &alike)?;
        }
        self.drain()
    }

    /// One frame of each rung in turn, so that no rung's frames pile up while another's are encoded.
    fn drain(&mut self) -> Result<(), Failure> {
        loop {
            let mut idle = true;
            if let Some(line) = &mut self.stills
                && graph::pull(&mut self.graph, &line.output, &mut self.frame)?
            {
                line.stills.offer(&self.frame, line.time_base);
                idle = false;
            }
            for line in &mut self.lines {
                if graph::pull(&mut self.graph, &line.output, &mut self.frame)? {
                    line.encode(&mut self.frame)?;
                    idle = false;
                }
            }
            if idle {
                return Ok(());
            }
        }
    }

    fn finish(mut self, end: i64, folder: &Path) -> Result<Finished, Failure> {
        graph::close(&mut self.graph, end)?;
        self.drain()?;
        let poster = self.candidates.map(|candidates| candidates.write_best(folder)).transpose()?;
        let mut written = Vec::new();
        for mut line in self.lines {
            line.flush()?;
            line.track.finish()?;
            let Rung { name, width, height, frame_rate, .. } = line.rung;
            written.push(Written { name, kind: Kind::Video, size: (width, height), frame_rate, language: None });
        }
        let stills = self.stills.map(|line| line.stills.into_made()).transpose()?.unwrap_or_default();
        Ok(Finished { written, poster, stills })
    }
}

impl StillLine {
    fn new(rung: &Rung, output: String, stills: Stills) -> Self {
        let (numerator, denominator) = rung.frame_rate;
        Self { output, time_base: Rational(denominator, numerator), stills }
    }
}

impl RungLine {
    fn open(plan: &Plan, first: &frame::Video, rung: Rung, output: String) -> Result<Self, Failure> {
        let is_steady = plan.wanted.look.class == Class::Natural;
        let at_ms = ladder::cuts(&plan.wanted.look, rung.frame_rate, plan.duration_ms);
        let key_every = is_steady.then(|| ladder::key_every(rung.frame_rate));
        let pace = Pace { key_every, effort: plan.wanted.effort };
        let encoder = coder::open(&rung, pace, first)?;
        let entry = coder::entry(&rung, &encoder)?;
        let cuts = Cuts::new(at_ms);
        let path = plan.folder.join(format!("{}.mp4", rung.name));
        let track = Track::create(&path, encoder.as_ref(), entry, cuts.clone())?;
        let first = first.clone();
        Ok(Self { rung, output, encoder, track, cuts, pace, first, has_begun: false })
    }

    fn encode(&mut self, frame: &mut frame::Video) -> Result<(), Failure> {
        let time_base = self.encoder.time_base();
        let begins = self.cuts.pass(frame.pts().unwrap_or(0), time_base);
        // The source's own picture types would otherwise be taken as orders.
        frame.set_kind(if begins { picture::Type::I } else { picture::Type::None });
        // SVT-AV1 keeps a steady pace of key frames, but takes no orders for single ones: it begins anew instead.
        if begins && self.has_begun && self.rung.family == Family::Av1 && self.pace.key_every.is_none() {
            self.flush()?;
            self.encoder = coder::open(&self.rung, self.pace, &self.first)?;
        }
        self.has_begun = true;
        self.encoder.send_frame(frame).during("encoding the picture")?;
        self.track.write_from(&mut self.encoder)
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.encoder.send_eof().during("encoding the last pictures")?;
        self.track.write_from(&mut self.encoder)
    }
}

impl Shape {
    fn of(frame: &frame::Video, time_base: Rational) -> Result<Self, Failure> {
        Ok(Self {
            width: frame.width(),
            height: frame.height(),
            arguments: graph::picture_arguments(frame, time_base)?,
        })
    }

    /// Fits a picture of another shape into this one: recordings of calls change their size midway.
    fn adapt(&self, frame: &frame::Video, from: &Self) -> Result<frame::Video, Failure> {
        let (width, height) = (self.width, self.height);
        let spec = format!(
            "[in]scale={width}:{height}:force_original_aspect_ratio=decrease,pad={width}:{height}:-1:-1,setsar=1[out]"
        );
        let outputs = ["out".to_owned()];
        let mut graph = graph::build(("buffer", &from.arguments), "buffersink", &outputs, &spec)?;
        graph::push(&mut graph, frame)?;
        let mut alike = frame::Video::empty();
        if !graph::pull(&mut graph, "out", &mut alike)? {
            return Err(Failure::internal("a picture was lost when its size changed"));
        }
        Ok(alike)
    }
}

/// Size with square pixels, the right way up.
fn upright_size(frame: &frame::Video, turn: Turn) -> (u32, u32) {
    let Rational(numerator, denominator) = graph::square_if_unknown(frame.aspect_ratio());
    let stretched = i64::from(frame.width()) * i64::from(numerator) / i64::from(denominator);
    let width = u32::try_from(stretched.clamp(1, 16_384)).unwrap_or(1);
    if turn.swaps_sides() { (frame.height(), width) } else { (width, frame.height()) }
}

/// The whole picture path: fields joined, then for each rung its steady rate from zero on, upright, and its size.
fn spec(plan: &Plan, first: &frame::Video, rungs: &[Rung], outputs: &[String]) -> String {
    use std::fmt::Write as _;
    let fields = if first.is_interlaced() { "yadif=deint=interlaced," } else { "" };
    let mut spec = format!("[in]{fields}split={}", rungs.len());
    for output in outputs {
        let _ = write!(spec, "[s{output}]");
    }
    for (rung, output) in rungs.iter().zip(outputs) {
        let (numerator, denominator) = rung.frame_rate;
        let _ = write!(
            spec,
            ";[s{output}]fps={numerator}/{denominator}:start_time=0,{}scale={}:{}:flags={}:out_range=tv,format=yuv420p,setsar=1[{output}]",
            plan.turn.filters(),
            rung.width,
            rung.height,
            if rung.is_screen { "lanczos" } else { "bicubic" },
        );
    }
    spec
}
