//! How small can a page's picture be and still be read? Encoded worse, then made smaller, until it fits.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use ffmpeg_next::util::frame::side_data::Type;
use ffmpeg_next::{Dictionary, Error, Packet, Rational, codec, format, frame, media};

use crate::encode::graph;
use crate::job::{Cause, Failure, Picture, While};
use crate::ladder::even_below;
use crate::turn::Turn;
use crate::{raw, still};

/// Eight seconds at 50 kbit/s.
const MOST_BYTES: u64 = 50_000;
/// From what is sharp to what can just be read (libaom's factor, libwebp's quality).
const AVIF_RATE_FACTORS: [u32; 4] = [43, 49, 55, 61];
const WEBP_QUALITIES: [u32; 4] = [50, 35, 20, 8];
const FORMATS: &str = "png_pipe,jpeg_pipe,webp_pipe,bmp_pipe,tiff_pipe,gif,gif_pipe";
const DECODERS: &str = "png,mjpeg,webp,vp8,bmp,tiff,gif";
const SECOND: Rational = Rational(1, 1);

/// A page's picture in both codings.
pub(super) struct Drawn {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) avif: Picture,
    pub(super) webp: Picture,
}

/// Writes a picture into `folder`, no larger than `most` and never enlarged.
pub(super) fn write(
    picture: &frame::Video,
    turn: Turn,
    folder: &Path,
    name: &str,
    most: (u32, u32),
) -> Result<Drawn, Failure> {
    let (width, height) = (picture.width(), picture.height());
    let mut size = fitted(if turn.swaps_sides() { (height, width) } else { (width, height) }, most);
    loop {
        let scaled = scale(picture, turn, size)?;
        let avif = write_avif(&scaled, folder, &format!("{name}.avif"))?;
        let webp = write_webp(&scaled, folder, &format!("{name}.webp"))?;
        let is_small = avif.size_bytes <= MOST_BYTES && webp.size_bytes <= MOST_BYTES;
        if is_small || size.0.max(size.1) < 400 {
            return Ok(Drawn { width: size.0, height: size.1, avif, webp });
        }
        size = (even_below(size.0 * 3 / 4).max(2), even_below(size.1 * 3 / 4).max(2));
    }
}

/// The largest even size of the same shape within `most`.
fn fitted((width, height): (u32, u32), most: (u32, u32)) -> (u32, u32) {
    let (width, height) = (u64::from(width.max(1)), u64::from(height.max(1)));
    let (most_width, most_height) = (u64::from(most.0).min(width), u64::from(most.1).min(height));
    let by_width = (most_width, height * most_width / width);
    let fits = by_width.1 <= most_height;
    let (width, height) = if fits { by_width } else { (width * most_height / height, most_height) };
    let even = |side: u64| even_below(u32::try_from(side).unwrap_or(2)).max(2);
    (even(width), even(height))
}

fn write_avif(picture: &frame::Video, folder: &Path, file: &str) -> Result<Picture, Failure> {
    let path = folder.join(file);
    let mut size_bytes = 0;
    for rate_factor in AVIF_RATE_FACTORS {
        still::write_avif(picture, &path, rate_factor)?;
        size_bytes = fs::metadata(&path).during("reading a page back")?.len();
        if size_bytes <= MOST_BYTES {
            break;
        }
    }
    Ok(Picture { file: file.to_owned(), size_bytes })
}

fn write_webp(picture: &frame::Video, folder: &Path, file: &str) -> Result<Picture, Failure> {
    let mut bytes = Vec::new();
    for quality in WEBP_QUALITIES {
        bytes = still::to_webp(picture, quality)?;
        if bytes.len() as u64 <= MOST_BYTES {
            break;
        }
    }
    fs::write(folder.join(file), &bytes).during("writing a page")?;
    Ok(Picture { file: file.to_owned(), size_bytes: bytes.len() as u64 })
}

/// Upright, in its final size, on white where it lets light through.
fn scale(picture: &frame::Video, turn: Turn, (width, height): (u32, u32)) -> Result<frame::Video, Failure> {
    let mut alone = picture.clone();
    alone.set_pts(Some(0));
    let last = "out_range=tv:out_color_matrix=bt709,format=yuv420p,setsar=1[out]";
    let turned = turn.filters();
    let spec = match lets_light_through(picture.format()) {
        false => format!("[in]{turned}scale={width}:{height}:{last}"),
        true => format!(
            "color=c=white:s={width}x{height}:r=1:d=1,format=rgb24[paper];[in]{turned}scale={width}:{height},\
             format=rgba[ink];[paper][ink]overlay=format=rgb,scale={width}:{height}:{last}"
        ),
    };
    let arguments = graph::picture_arguments(&alone, SECOND)?;
    let mut built = graph::build(("buffer", &arguments), "buffersink", &["out".to_owned()], &spec)?;
    graph::push(&mut built, &alone)?;
    let mut scaled = frame::Video::empty();
    if !graph::pull(&mut built, "out", &mut scaled)? {
        graph::close(&mut built, 1)?;
        if !graph::pull(&mut built, "out", &mut scaled)? {
            return Err(Failure::internal("a page's picture was lost"));
        }
    }
    Ok(scaled)
}

fn lets_light_through(pixels: format::Pixel) -> bool {
    let name = pixels.descriptor().map(|about| about.name()).unwrap_or_default();
    ["rgba", "bgra", "argb", "abgr", "ya8", "ya16", "yuva", "gbrap", "pal8"].iter().any(|known| name.starts_with(known))
}

/// Decodes one picture file, with the turn that its camera wrote down.
///
/// # Errors
/// `NotReadable`, or `TooLarge` for more pixels than allowed.
pub(super) fn read(path: &Path, max_pixels: u64) -> Result<(frame::Video, Turn), Failure> {
    let unreadable = |error: Error| Failure::new(Cause::NotReadable, format!("a picture that cannot be read: {error}"));
    let mut options = Dictionary::new();
    options.set("protocol_whitelist", "file");
    options.set("format_whitelist", FORMATS);
    options.set("codec_whitelist", DECODERS);
    refuse_vast(path, max_pixels)?;
    let name = path.to_str().ok_or_else(|| Failure::internal("a path that is not UTF-8"))?;
    let mut input = format::input_with_dictionary(&format!("file:{name}"), options).map_err(unreadable)?;
    let stream = input.streams().best(media::Type::Video).ok_or_else(|| unreadable(Error::StreamNotFound))?;
    let (index, parameters) = (stream.index(), stream.parameters());
    let (width, height) = raw::stored_size(&parameters);
    if u64::from(width) * u64::from(height) > max_pixels {
        return Err(Failure::new(Cause::TooLarge, format!("{width} × {height}")));
    }
    let mut context = codec::Context::from_parameters(parameters).map_err(unreadable)?;
    context.set_threading(codec::threading::Config::count(1));
    let mut decoder = context.decoder().video().map_err(unreadable)?;
    let mut picture = frame::Video::empty();
    loop {
        let mut packet = Packet::empty();
        match packet.read(&mut input) {
            Ok(()) if packet.stream() == index => decoder.send_packet(&packet).map_err(unreadable)?,
            Ok(()) => continue,
            Err(_) => decoder.send_eof().map_err(unreadable)?,
        }
        match decoder.receive_frame(&mut picture) {
            Ok(()) => break,
            Err(error) if graph::is_again(error) => {}
            Err(error) => return Err(unreadable(error)),
        }
    }
    let turn = picture.side_data(Type::DisplayMatrix).map_or_else(Turn::default, |data| Turn::of_matrix(data.data()));
    Ok((picture, turn))
}

/// FFmpeg takes a PNG of more pixels than it can count for a damaged one.
fn refuse_vast(path: &Path, max_pixels: u64) -> Result<(), Failure> {
    let mut head = Vec::new();
    File::open(path).during("opening a picture")?.take(24).read_to_end(&mut head).during("reading a picture")?;
    let side = |at: usize| head.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_be_bytes);
    let (width, height) = (side(16), side(20));
    match head.starts_with(b"\x89PNG") && u64::from(width) * u64::from(height) > max_pixels {
        true => Err(Failure::new(Cause::TooLarge, format!("{width} × {height}"))),
        false => Ok(()),
    }
}

/// A binary portable pixmap, as poppler draws pages; `None` when it is none.
pub(super) fn of_pixmap(bytes: &[u8]) -> Option<frame::Video> {
    let mut rest = bytes.strip_prefix(b"P6")?;
    let [width, height, 255] = [number(&mut rest)?, number(&mut rest)?, number(&mut rest)?] else { return None };
    let pixels = rest.get(1..)?;
    let row = usize::try_from(width).ok()?.checked_mul(3)?;
    if width == 0 || height == 0 || pixels.len() < row.checked_mul(usize::try_from(height).ok()?)? {
        return None;
    }
    let mut picture = frame::Video::new(format::Pixel::RGB24, width, height);
    let stride = picture.stride(0);
    for (to, from) in picture.data_mut(0).chunks_mut(stride).zip(pixels.chunks(row)) {
        to.get_mut(..row)?.copy_from_slice(from.get(..row)?);
    }
    Some(picture)
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    let start = rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let length = rest[start..].iter().position(|byte| !byte.is_ascii_digit())?;
    let digits = std::str::from_utf8(&rest[start..start + length]).ok()?;
    *rest = &rest[start + length..];
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_fitted_and_never_enlarged() {
        for (size, most, expected) in [
            ((2560, 1440), (1280, 1280), (1280, 720)),
            ((640, 480), (1280, 1280), (640, 480)),
            ((50_000, 50), (1280, 2560), (1280, 2)),
            ((1000, 9000), (1280, 2560), (284, 2560)),
            ((1, 1), (1280, 1280), (2, 2)),
        ] {
            assert_eq!(fitted(size, most), expected, "{size:?}");
        }
    }

    #[test]
    fn pixmaps_are_read_and_anything_else_is_not() {
        let picture = of_pixmap(b"P6\n2 1\n255\nabcdef").unwrap();
        assert_eq!((picture.width(), picture.height(), &picture.data(0)[..6]), (2, 1, b"abcdef".as_slice()));
        for bytes in [b"P6\n2 1\n255\nabc".as_slice(), b"P5\n1 1\n255\na", b"P6\n0 1\n255\n", b"P6\n2", b""] {
            assert!(of_pixmap(bytes).is_none());
        }
        assert!(of_pixmap(b"P6 4294967295 4294967295 255 a").is_none());
    }
}
