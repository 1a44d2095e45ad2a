//! How are colors meant?

use ffmpeg_next::{color, encoder, frame};

/// Says it in every rung alike: a player's guess depends on the size, so an unmarked picture would change its colors
/// from rung to rung.
pub(crate) fn set(encoder: &mut encoder::video::Video, first: &frame::Video) {
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
