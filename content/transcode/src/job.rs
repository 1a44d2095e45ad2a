//! What is asked of the child, and what may it answer?
//!
//! These types are the wire: one JSON job comes in on stdin, one JSON event goes out on each line of stdout.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

mod cause;
mod paged;
mod run;
mod segment;

pub(crate) use cause::Cause;
pub(crate) use paged::{Format, Page, Paged, Pages};
pub(crate) use run::{Ran, Run};
pub(crate) use segment::Segment;

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "snake_case")]
pub(crate) enum Job {
    /// What is it? Answers [`Event::Looked`].
    Look { source: PathBuf, limits: Limits },
    /// Makes one part of the renditions. Answers [`Event::Done`].
    Transcode(Transcode),
    /// What do the cells say? Tells [`Event::Sheet`] piece by piece, then answers [`Event::Read`].
    Sheet { source: PathBuf, name: String, limits: Limits },
    /// Makes pages of courseware. Answers [`Event::Paged`].
    Pages(Pages),
    /// Runs a program of the operator's on a file. Answers [`Event::Ran`].
    Run(Run),
}

/// `sounds` are the sound's files when an earlier part made them: they are read, to be joined with the pictures.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Transcode {
    pub(crate) source: PathBuf,
    pub(crate) folder: PathBuf,
    pub(crate) limits: Limits,
    #[serde(flatten)]
    pub(crate) wanted: Wanted,
    #[serde(default)]
    pub(crate) sounds: Vec<PathBuf>,
}

/// What a pass is to make, from what was seen before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Wanted {
    pub(crate) look: Look,
    pub(crate) part: Part,
    #[serde(default)]
    pub(crate) effort: Effort,
    /// Takes a steady noise out of the sound: a fan, hiss.
    #[serde(default)]
    pub(crate) denoise: bool,
}

/// How much processor time quality is worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Effort {
    /// As measured: the fewest bytes.
    #[default]
    Best,
    /// Several times sooner, at a third more bytes: for trying out, and for machines that cannot keep up.
    Quick,
}

impl Job {
    pub(crate) fn limits(&self) -> Limits {
        match self {
            Self::Look { limits, .. }
            | Self::Sheet { limits, .. }
            | Self::Transcode(Transcode { limits, .. })
            | Self::Pages(Pages { limits, .. })
            | Self::Run(Run { limits, .. }) => *limits,
        }
    }

    /// What it reads.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &Path> {
        let (source, sounds) = match self {
            Self::Look { source, .. }
            | Self::Sheet { source, .. }
            | Self::Pages(Pages { source, .. })
            | Self::Run(Run { source, .. }) => (source, [].as_slice()),
            Self::Transcode(job) => (&job.source, job.sounds.as_slice()),
        };
        [source].into_iter().chain(sounds).map(PathBuf::as_path)
    }

    /// Where it writes, if it writes.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Look { .. } | Self::Sheet { .. } => None,
            Self::Transcode(Transcode { folder, .. })
            | Self::Pages(Pages { folder, .. })
            | Self::Run(Run { folder, .. }) => Some(folder),
        }
    }
}

/// What kind of picture it is; the frame rate, the key frames and the rungs follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Class {
    /// Stands still for seconds.
    Slides,
    /// Slides with a small moving part.
    Mixed,
    /// A camera's picture.
    Natural,
}

/// Why the class was chosen. All are shares of the picture, 0 to 1.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Measures {
    /// How much of the picture moves within a fifth of a second: in half of the time at most this much,
    pub(crate) moving_mostly: f64,
    /// in three quarters of the time,
    pub(crate) moving_often: f64,
    /// in nine tenths.
    pub(crate) moving_at_times: f64,
    /// Where something moves more than a tenth of the time.
    pub(crate) moving_area: f64,
    /// Pixels of about the most frequent tone.
    pub(crate) one_tone: f64,
}

/// What was found before encoding. The parent keeps it, may change the class, and sends it with every part.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Look {
    pub(crate) class: Class,
    #[serde(default)]
    pub(crate) measures: Measures,
    /// When another slide stood, in ms.
    #[serde(default)]
    pub(crate) changes_ms: Vec<u64>,
    /// Integrated, EBU R 128; none for silence.
    pub(crate) loudness_lufs: Option<f64>,
}

/// One pass over the source, and what it makes. Each can be made, published and made again alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    /// What makes it playable everywhere: poster, sound, the lowest H.264 picture.
    First,
    /// The slides as pictures.
    Stills,
    /// The AV1 pictures for slow links.
    Small,
    /// All that is better, but
    Fine,
    /// a camera's largest picture. Its encoder has another preset, and SVT-AV1 1.4 takes only one in the life of a
    /// process: an encoder of a second one waits for ever.
    Sharp,
    /// Every H.264 picture and the sound, in one pass: what it costs can be compared.
    H264,
}

impl Part {
    /// What a server makes, in this order.
    pub(crate) const ALL: [Self; 5] = [Self::First, Self::Stills, Self::Small, Self::Fine, Self::Sharp];
}

/// What one job may use at most. The wall clock is the parent's to hold.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Limits {
    /// Address space, not resident memory.
    pub(crate) memory_bytes: u64,
    pub(crate) max_duration_ms: u64,
    /// Width times height of one stored picture.
    pub(crate) max_pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory_bytes: 4 << 30, max_duration_ms: 6 * 3_600_000, max_pixels: 4096 * 2304 }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Event {
    Probed(Probed),
    Looked(Look),
    Progress { percent: f64 },
    Done(Box<Done>),
    Paged(Box<Paged>),
    Ran(Ran),
    Sheet(sheets::Part),
    Read { refused: Option<sheets::Remark> },
    Failed(Failure),
}

/// What the source is. Width and height are as stored; `rotation` is the clockwise turn that makes it upright.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Probed {
    pub(crate) duration_ms: u64,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) frames_per_second: f64,
    pub(crate) video_codec: String,
    pub(crate) audio_codec: Option<String>,
    pub(crate) rotation: u32,
}

/// Everything a finished job left in its folder; the files are whole and on disk when this is said.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Done {
    pub(crate) poster: Option<Poster>,
    /// The playlist of all renditions of this folder.
    pub(crate) master: String,
    pub(crate) duration_ms: u64,
    pub(crate) renditions: Vec<Rendition>,
    pub(crate) stills: Vec<Still>,
    /// Processor time of the whole job, all threads together.
    pub(crate) processor_ms: u64,
    /// The most memory it had at a time; 0 where that is not told.
    pub(crate) memory_bytes: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Poster {
    pub(crate) file: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) size_bytes: u64,
}

/// One slide as a picture: small as AVIF, its twin as WebP for older browsers, and nearly without loss for diagnosis.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Still {
    pub(crate) at_ms: u64,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) avif: Picture,
    pub(crate) webp: Picture,
    pub(crate) fine: Picture,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Picture {
    pub(crate) file: String,
    pub(crate) size_bytes: u64,
}

/// Picture and sound in one ordinary file, which plays while it loads and is kept for use offline.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Plain {
    pub(crate) file: String,
    pub(crate) size_bytes: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Video,
    Audio,
}

/// One file of the ladder. Audio has width and height 0.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Rendition {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) codecs: String,
    pub(crate) bits_per_second: u64,
    pub(crate) peak_bits_per_second: u64,
    pub(crate) size_bytes: u64,
    pub(crate) file: String,
    pub(crate) playlist: String,
    /// Length of `ftyp`, `moov` and `sidx`, which a player reads before any segment.
    pub(crate) init_bytes: u64,
    pub(crate) segments: Vec<Segment>,
    /// Pictures a second, 0 for sound.
    pub(crate) frames_per_second: f64,
    pub(crate) plain: Option<Plain>,
    /// What it is spoken in (zh, bo or en), where the source says so.
    pub(crate) language: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    /// For a log; never shown to a learner.
    pub(crate) detail: String,
}

impl Failure {
    pub(crate) fn new(cause: Cause, detail: impl Into<String>) -> Self {
        Self { cause, detail: detail.into() }
    }

    pub(crate) fn internal(detail: impl Into<String>) -> Self {
        Self::new(Cause::Internal, detail)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.cause.explain(), self.detail)
    }
}

/// Turns a library's error into a `Failure`, saying what was being done.
pub(crate) trait While<T> {
    fn during(self, doing: &str) -> Result<T, Failure>;
}

impl<T> While<T> for Result<T, ffmpeg_next::Error> {
    fn during(self, doing: &str) -> Result<T, Failure> {
        self.map_err(|error| {
            let cause = match error {
                ffmpeg_next::Error::Other { errno } => cause_of(errno),
                _ => Cause::Internal,
            };
            Failure::new(cause, format!("{doing}: {error}"))
        })
    }
}

impl<T> While<T> for std::io::Result<T> {
    fn during(self, doing: &str) -> Result<T, Failure> {
        self.map_err(|error| {
            let cause = error.raw_os_error().map_or(Cause::Internal, cause_of);
            Failure::new(cause, format!("{doing}: {error}"))
        })
    }
}

fn cause_of(errno: i32) -> Cause {
    use ffmpeg_next::error::{EFBIG, ENOMEM, ENOSPC};
    const EDQUOT: i32 = 122;
    match errno {
        ENOMEM => Cause::OutOfMemory,
        ENOSPC | EFBIG | EDQUOT => Cause::DiskFull,
        _ => Cause::Internal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_is_spelled_as_the_parent_reads_it() {
        let segment = Segment { start_ms: 0, duration_ms: 4000, offset_bytes: 812, length_bytes: 99 };
        let failure = Failure::new(Cause::UnsupportedCodec, "h266");
        for (value, expected) in [
            (serde_json::to_string(&segment), "[0,4000,812,99]"),
            (
                serde_json::to_string(&Event::Failed(failure)),
                r#"{"event":"failed","cause":"unsupported_codec","detail":"h266"}"#,
            ),
            (serde_json::to_string(&Event::Progress { percent: 12.5 }), r#"{"event":"progress","percent":12.5}"#),
        ] {
            assert_eq!(value.unwrap(), expected);
        }
    }

    #[test]
    fn a_full_disk_and_missing_memory_are_told_apart() {
        for (errno, cause) in [
            (28, Cause::DiskFull),
            (27, Cause::DiskFull),
            (122, Cause::DiskFull),
            (12, Cause::OutOfMemory),
            (5, Cause::Internal),
        ] {
            let error = ffmpeg_next::Error::Other { errno };
            assert_eq!(Err::<(), _>(error).during("writing").unwrap_err().cause, cause);
            let error = std::io::Error::from_raw_os_error(errno);
            assert_eq!(Err::<(), _>(error).during("writing").unwrap_err().cause, cause);
        }
    }
}
