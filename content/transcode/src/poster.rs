//! Which still stands for the video, and how is it written?

use std::fs;
use std::path::Path;

use ffmpeg_next::rescale::Rescale;
use ffmpeg_next::{Rational, filter, frame};

use crate::encode::graph;
use crate::job::{Failure, Poster, While};
use crate::ladder::even_below;
use crate::still;
use crate::turn::Turn;

const FILE: &str = "poster.webp";
const MOST_WIDTH: u32 = 640;
const QUALITY: u32 = 50;
/// Evenly spaced over the video; the one nearest to their average is taken, which drops blank ones.
const CANDIDATES: i64 = 9;

/// Collects a few pictures as they pass by.
pub(crate) struct Candidates {
    every_ms: i64,
    next_ms: i64,
    turn: Turn,
    size: (u32, u32),
    graph: Option<(String, filter::Graph)>,
    best: frame::Video,
}

impl Candidates {
    pub(crate) fn new(duration_ms: i64, turn: Turn, (width, height): (u32, u32)) -> Self {
        let size = if width > MOST_WIDTH {
            let scaled = u64::from(height) * u64::from(MOST_WIDTH) / u64::from(width);
            (MOST_WIDTH, even_below(u32::try_from(scaled).unwrap_or(MOST_WIDTH)))
        } else {
            (even_below(width), even_below(height))
        };
        Self {
            every_ms: (duration_ms / CANDIDATES).max(1),
            next_ms: 0,
            turn,
            size,
            graph: None,
            best: frame::Video::empty(),
        }
    }

    /// Keeps a copy of `frame` if one is due.
    pub(crate) fn offer(&mut self, frame: &frame::Video, due: i64, time_base: Rational) -> Result<(), Failure> {
        let due_ms = due.rescale(time_base, Rational(1, 1000));
        if due_ms < self.next_ms {
            return Ok(());
        }
        self.next_ms = due_ms + self.every_ms;
        let arguments = graph::picture_arguments(frame, time_base)?;
        if self.graph.is_none() {
            let built = self.build(&arguments)?;
            self.graph = Some((arguments.clone(), built));
        }
        match &mut self.graph {
            Some((built_for, graph)) if *built_for == arguments => graph::push(graph, &frame.clone()),
            // A picture of another size is no candidate; there are others.
            _ => Ok(()),
        }
    }

    fn build(&self, arguments: &str) -> Result<filter::Graph, Failure> {
        let (width, height) = self.size;
        let spec = format!(
            "[in]{}scale={width}:{height}:out_range=tv,format=yuv420p,setsar=1,thumbnail={CANDIDATES}[out]",
            self.turn.filters()
        );
        graph::build(("buffer", arguments), "buffersink", &["out".to_owned()], &spec)
    }

    /// Writes the most typical candidate as WebP into `folder`.
    pub(crate) fn write_best(mut self, folder: &Path) -> Result<Poster, Failure> {
        let Some((_, graph)) = &mut self.graph else {
            return Err(Failure::internal("no picture for the poster"));
        };
        if !graph::pull(graph, "out", &mut self.best)? {
            graph::close(graph, i64::MAX)?;
            if !graph::pull(graph, "out", &mut self.best)? {
                return Err(Failure::internal("the poster's picture was lost"));
            }
        }
        let bytes = still::to_webp(&self.best, QUALITY)?;
        fs::write(folder.join(FILE), &bytes).during("writing the poster")?;
        Ok(Poster {
            file: FILE.to_owned(),
            width: self.best.width(),
            height: self.best.height(),
            size_bytes: bytes.len() as u64,
        })
    }
}
