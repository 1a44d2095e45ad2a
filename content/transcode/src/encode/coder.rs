//! How are the encoders of pictures set for slow links?

use ffmpeg_next::{Dictionary, Rational, codec, encoder, format, frame};

use super::{colors, find_encoder, options, threads};
use crate::job::{Effort, Failure, While};
use crate::ladder::{Family, Rung};
use crate::package::entry::Entry;
use crate::raw;

/// What the encoder must know besides its rung.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    /// Pictures from one key frame to the next where the pace is steady; else as many as there are.
    pub(super) key_every: Option<u64>,
    pub(super) effort: Effort,
}

/// Opens the encoder of one rung; `first` tells how colors are meant.
pub(super) fn open(rung: &Rung, pace: Pace, first: &frame::Video) -> Result<encoder::video::Encoder, Failure> {
    let name = match rung.family {
        Family::H264 => "libx264",
        Family::Av1 => "libsvtav1",
    };
    let codec = find_encoder(name)?;
    let mut encoder = codec::Context::new_with_codec(codec).encoder().video().during("preparing the video encoder")?;
    let (numerator, denominator) = rung.frame_rate;
    encoder.set_width(rung.width);
    encoder.set_height(rung.height);
    encoder.set_format(format::Pixel::YUV420P);
    encoder.set_time_base(Rational(denominator, numerator));
    encoder.set_frame_rate(Some(Rational(numerator, denominator)));
    colors::set(&mut encoder, first);
    let settings = match rung.family {
        Family::H264 => x264(rung, pace),
        Family::Av1 => svt_av1(rung, pace),
    };
    raw::open_video(encoder, codec, settings)
}

/// The sample entry of what an open encoder writes.
pub(super) fn entry(rung: &Rung, encoder: &encoder::video::Encoder) -> Result<Entry, Failure> {
    let said = raw::extradata(encoder);
    let entry = match rung.family {
        Family::H264 => Entry::avc(rung.width, rung.height, &said),
        Family::Av1 => Entry::av1(rung.width, rung.height, &said),
    };
    entry.ok_or_else(|| Failure::internal("an encoder that does not describe its pictures"))
}

fn x264(rung: &Rung, pace: Pace) -> Dictionary<'static> {
    // Slides change where segments begin; elsewhere a key frame would only cost.
    let scene_cuts = if rung.is_screen { "0" } else { "40" };
    options([
        ("preset", if pace.effort == Effort::Best { "slow" } else { "veryfast" }.to_owned()),
        ("profile", "high".to_owned()),
        ("crf", rung.rate_factor.to_string()),
        ("maxrate", rung.most_bits_per_second.to_string()),
        // A new slide comes all at once and then costs nothing for long.
        ("bufsize", (rung.most_bits_per_second * if rung.is_screen { 20 } else { 2 }).to_string()),
        ("sc_threshold", scene_cuts.to_owned()),
        // Key frames are ordered picture by picture; this only bounds what happens if one is missed.
        ("g", pace.key_every.map_or(1_000_000, |pictures| pictures * 2).to_string()),
        ("forced-idr", "1".to_owned()),
        ("threads", threads().to_string()),
        ("flags", "+global_header".to_owned()),
    ])
}

/// SVT-AV1's quickest preset but one.
const QUICKEST: u32 = 12;

fn svt_av1(rung: &Rung, pace: Pace) -> Dictionary<'static> {
    // For a camera's picture deeper groups, and an encoder that does not sharpen: 2 % fewer bytes at equal VMAF.
    let params = if rung.is_screen { "tune=0:scm=1" } else { "tune=1:scm=0:hierarchical-levels=5:lookahead=60" };
    options([
        ("preset", if pace.effort == Effort::Best { rung.preset } else { QUICKEST }.to_string()),
        ("crf", rung.rate_factor.to_string()),
        ("maxrate", rung.most_bits_per_second.to_string()),
        ("bufsize", (rung.most_bits_per_second * 2).to_string()),
        ("g", pace.key_every.unwrap_or(1_000_000).to_string()),
        ("svtav1-params", format!("{params}:lp={}", threads())),
        // Without closed groups of pictures a seek would land on what cannot be decoded.
        ("flags", "+global_header+cgop".to_owned()),
    ])
}
