//! How is the H.264 encoder set for slow links?

use ffmpeg_next::{Dictionary, Rational, codec, color, encoder, format, frame};

use super::track::SEGMENT_SECONDS;
use crate::job::{Failure, While};
use crate::ladder::Rung;
use crate::raw;

/// Opens the encoder of one rung; `first` tells how colors are meant.
///
/// No B-frames: with sound in another file they would let the picture start late.
pub(super) fn open(
    rung: &Rung,
    (numerator, denominator): (i32, i32),
    first: &frame::Video,
) -> Result<encoder::video::Encoder, Failure> {
    let codec = encoder::find_by_name("libx264").ok_or_else(|| Failure::internal("FFmpeg was built without x264"))?;
    let mut encoder = codec::Context::new_with_codec(codec).encoder().video().during("preparing the video encoder")?;
    encoder.set_width(rung.width);
    encoder.set_height(rung.height);
    encoder.set_format(format::Pixel::YUV420P);
    encoder.set_time_base(Rational(denominator, numerator));
    encoder.set_frame_rate(Some(Rational(numerator, denominator)));
    set_colors(&mut encoder, first);
    raw::open_video(encoder, codec, options(rung, numerator / denominator))
}

fn options(rung: &Rung, frames_per_second: i32) -> Dictionary<'static> {
    let segment_frames = i64::from(frames_per_second.max(1)) * SEGMENT_SECONDS;
    let mut options = Dictionary::new();
    for (name, value) in [
        ("preset", "veryfast".to_owned()),
        ("profile", "high".to_owned()),
        ("crf", rung.rate_factor.to_string()),
        ("maxrate", rung.most_bits_per_second.to_string()),
        ("bufsize", (rung.most_bits_per_second * 2).to_string()),
        ("bf", "0".to_owned()),
        // Keyframes are ordered frame by frame; this only bounds what happens if one is missed.
        ("g", (segment_frames * 2).to_string()),
        ("forced-idr", "1".to_owned()),
        ("threads", super::threads().to_string()),
        ("flags", "+global_header".to_owned()),
    ] {
        options.set(name, &value);
    }
    options
}

/// Says how colors are meant, in every rung alike: a player's guess depends on the size, so an unmarked picture
/// would change its colors from rung to rung.
fn set_colors(encoder: &mut encoder::video::Video, first: &frame::Video) {
    let high_definition = first.width() >= 1280 || first.height() > 576;
    let unknown = matches!(first.color_space(), color::Space::Unspecified | color::Space::RGB);
    let space = match (unknown, high_definition) {
        (false, _) => first.color_space(),
        (true, true) => color::Space::BT709,
        (true, false) => color::Space::SMPTE170M,
    };
    encoder.set_colorspace(space);
    encoder.set_color_range(color::Range::MPEG);
    encoder.set_color_primaries(first.color_primaries());
    encoder.set_color_transfer_characteristic(first.color_transfer_characteristic());
}
