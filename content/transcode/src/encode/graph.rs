//! How are libavfilter's graphs built and read?

use ffmpeg_next::{Error, Frame, Rational, filter, frame};

use crate::job::{Failure, While};
use crate::raw;

/// EAGAIN: nothing to read until more is fed.
pub(crate) fn is_again(error: Error) -> bool {
    error == Error::Other { errno: ffmpeg_next::error::EAGAIN }
}

/// A graph with one input named `in`; `spec` must label it `[in]` and every output as in `outputs`.
pub(crate) fn build(
    source: (&str, &str),
    sink: &str,
    outputs: &[String],
    spec: &str,
) -> Result<filter::Graph, Failure> {
    let find = |name: &str| filter::find(name).ok_or_else(|| Failure::internal(format!("FFmpeg has no filter {name}")));
    let mut graph = filter::Graph::new();
    raw::limit_graph_threads(&mut graph, crate::encode::threads());
    let (source, arguments) = source;
    graph.add(&find(source)?, "in", arguments).during("describing decoded frames to a filter graph")?;
    for name in outputs {
        graph.add(&find(sink)?, name, "").during("adding an output to a filter graph")?;
    }
    let mut parser = graph.output("in", 0).during("connecting a filter graph")?;
    for name in outputs {
        parser = parser.input(name, 0).during("connecting a filter graph")?;
    }
    parser.parse(spec).during("reading a filter graph")?;
    graph.validate().during("configuring a filter graph")?;
    Ok(graph)
}

/// Describes decoded pictures to a `buffer` source.
pub(crate) fn picture_arguments(frame: &frame::Video, time_base: Rational) -> Result<String, Failure> {
    let format = frame.format().descriptor().ok_or_else(|| Failure::internal("pictures of an unknown format"))?.name();
    let Rational(numerator, denominator) = square_if_unknown(frame.aspect_ratio());
    Ok(format!(
        "video_size={}x{}:pix_fmt={format}:time_base={}/{}:pixel_aspect={numerator}/{denominator}",
        frame.width(),
        frame.height(),
        time_base.0,
        time_base.1,
    ))
}

/// The shape of one pixel; files that do not say mean a square.
pub(crate) fn square_if_unknown(aspect: Rational) -> Rational {
    if aspect.0 <= 0 || aspect.1 <= 0 {
        return Rational(1, 1);
    }
    aspect
}

/// Gives a frame to the graph; the frame is empty afterwards.
pub(crate) fn push(graph: &mut filter::Graph, frame: &Frame) -> Result<(), Failure> {
    let mut input = graph.get("in").ok_or_else(|| Failure::internal("a graph without input"))?;
    input.source().add(frame).during("filtering")
}

/// Tells the graph that nothing follows after `end`, in the input's time base.
pub(crate) fn close(graph: &mut filter::Graph, end: i64) -> Result<(), Failure> {
    let mut input = graph.get("in").ok_or_else(|| Failure::internal("a graph without input"))?;
    input.source().close(end).during("filtering the last frames")
}

/// Takes one frame from the named output; false if there is none now.
pub(crate) fn pull(graph: &mut filter::Graph, output: &str, frame: &mut Frame) -> Result<bool, Failure> {
    let mut output = graph.get(output).ok_or_else(|| Failure::internal("a graph without output"))?;
    match output.sink().frame(frame) {
        Ok(()) => Ok(true),
        Err(error) if is_again(error) || error == Error::Eof => Ok(false),
        Err(error) => Err(error).during("filtering"),
    }
}
