//! How does the picture become every rung at once?

use std::path::{Path, PathBuf};

use ffmpeg_next::{Packet, Rational, filter, frame, picture};

use super::decode::Decoding;
use super::track::{Track, segment_of};
use super::{Made, graph, x264};
use crate::job::{Failure, Limits, While};
use crate::ladder::{self, Rung};
use crate::poster::Candidates;
use crate::probe::Source;
use crate::turn::Turn;

/// What is known before the first picture is decoded.
struct Plan {
    folder: PathBuf,
    turn: Turn,
    frame_rate: (i32, i32),
    duration_ms: i64,
    time_base: Rational,
}

pub(super) struct VideoLine {
    decoding: Decoding,
    plan: Plan,
    frame: frame::Video,
    /// Made when the first picture shows what pictures are like.
    flow: Option<Flow>,
}

struct Flow {
    graph: filter::Graph,
    shape: Shape,
    lines: Vec<RungLine>,
    frame_rate: (i32, i32),
    candidates: Candidates,
    frame: frame::Video,
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
    encoder: ffmpeg_next::encoder::video::Encoder,
    track: Track,
    segment: i64,
}

impl VideoLine {
    pub(super) fn open(source: &Source, folder: &Path, limits: Limits) -> Result<Self, Failure> {
        let plan = Plan {
            folder: folder.to_owned(),
            turn: source.turn,
            frame_rate: ladder::frame_rate(source.average_rate),
            duration_ms: i64::try_from(source.probed.duration_ms).unwrap_or(i64::MAX),
            time_base: source.video.time_base,
        };
        Ok(Self {
            decoding: Decoding::open(source, &source.video, limits)?,
            plan,
            frame: frame::Video::empty(),
            flow: None,
        })
    }

    pub(super) fn damaged(&self) -> u32 {
        self.decoding.damaged
    }

    pub(super) fn reached_ms(&self) -> i64 {
        self.decoding.reached_ms
    }

    pub(super) fn feed(&mut self, packet: Option<&Packet>) -> Result<(), Failure> {
        let Self { decoding, plan, frame, flow } = self;
        decoding.feed(packet, frame, |frame, due| {
            frame.set_pts(Some(due));
            let flow = match flow {
                Some(flow) => flow,
                None => flow.insert(Flow::open(plan, frame)?),
            };
            flow.take(plan, frame)
        })
    }

    /// Encodes what is left and ends the files; the last picture stands until `audio_end_ms` if that is later.
    pub(super) fn finish(mut self, audio_end_ms: i64) -> Result<Finished, Failure> {
        self.feed(None)?;
        let end_ms = self.decoding.reached_ms.max(audio_end_ms);
        let end = self.decoding.stream.at_ms(end_ms);
        let mut flow =
            self.flow.ok_or_else(|| Failure::new(crate::job::Cause::Truncated, "no picture could be decoded"))?;
        flow.finish(end)?;
        Ok(Finished(flow))
    }
}

/// All rungs are in their files.
pub(super) struct Finished(Flow);

impl Finished {
    pub(super) fn into_made(self, folder: &Path, has_audio: bool) -> Result<Made, Failure> {
        Ok(Made {
            poster: self.0.candidates.write_best(folder)?,
            rungs: self.0.lines.into_iter().map(|line| line.rung).collect(),
            frame_rate: self.0.frame_rate,
            has_audio,
        })
    }
}

impl Flow {
    fn open(plan: &Plan, first: &frame::Video) -> Result<Self, Failure> {
        let shape = Shape::of(first, plan.time_base)?;
        let (width, height) = upright_size(first, plan.turn);
        let rungs = ladder::rungs(width, height);
        let outputs: Vec<String> = rungs.iter().map(|rung| format!("v{}", rung.name)).collect();
        let spec = spec(plan, first, &rungs, &outputs);
        let graph = graph::build(("buffer", &shape.arguments), "buffersink", &outputs, &spec)?;
        let lines = rungs
            .into_iter()
            .zip(outputs)
            .map(|(rung, output)| RungLine::open(plan, first, rung, output))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            graph,
            lines,
            frame_rate: plan.frame_rate,
            candidates: Candidates::new(plan.duration_ms, plan.turn, (width, height)),
            shape,
            frame: frame::Video::empty(),
        })
    }

    fn take(&mut self, plan: &Plan, frame: &frame::Video) -> Result<(), Failure> {
        let due = frame.pts().unwrap_or(0);
        self.candidates.offer(frame, due, plan.time_base)?;
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

    fn finish(&mut self, end: i64) -> Result<(), Failure> {
        graph::close(&mut self.graph, end)?;
        self.drain()?;
        for line in &mut self.lines {
            line.encoder.send_eof().during("encoding the last pictures")?;
            line.track.write_from(&mut line.encoder)?;
            line.track.finish()?;
        }
        Ok(())
    }
}

impl RungLine {
    fn open(plan: &Plan, first: &frame::Video, rung: Rung, output: String) -> Result<Self, Failure> {
        let encoder = x264::open(&rung, plan.frame_rate, first)?;
        let track = Track::create(&plan.folder.join(format!("{}.mp4", rung.name)), encoder.as_ref())?;
        Ok(Self { rung, output, encoder, track, segment: -1 })
    }

    fn encode(&mut self, frame: &mut frame::Video) -> Result<(), Failure> {
        let segment = segment_of(frame.pts().unwrap_or(0), self.encoder.time_base());
        // The source's own picture types would otherwise be taken as orders.
        frame.set_kind(if segment > self.segment { picture::Type::I } else { picture::Type::None });
        self.segment = segment;
        self.encoder.send_frame(frame).during("encoding the picture")?;
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

/// The whole picture path: steady rate from zero on, fields joined, upright, then one scaler for each rung.
fn spec(plan: &Plan, first: &frame::Video, rungs: &[Rung], outputs: &[String]) -> String {
    use std::fmt::Write as _;
    let fields = if first.is_interlaced() { "yadif=deint=interlaced," } else { "" };
    let (numerator, denominator) = plan.frame_rate;
    let mut spec =
        format!("[in]{fields}fps={numerator}/{denominator}:start_time=0,{}split={}", plan.turn.filters(), rungs.len(),);
    for output in outputs {
        let _ = write!(spec, "[s{output}]");
    }
    for (rung, output) in rungs.iter().zip(outputs) {
        let _ = write!(
            spec,
            ";[s{output}]scale={}:{}:flags=bicubic:out_range=tv,format=yuv420p,setsar=1[{output}]",
            rung.width, rung.height
        );
    }
    spec
}
