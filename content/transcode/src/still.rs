//! How is one picture of the video kept as a picture? Slides as AVIF with a WebP twin, and nearly without loss.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;

use ffmpeg_next::{Dictionary, Packet, Rational, codec, encoder, format, frame};

use crate::encode::track::Cuts;
use crate::encode::{colors, find_encoder, options, threads};
use crate::job::{Failure, Picture, Still, While};
use crate::package;
use crate::raw;

/// Text stays sharp at this factor of libaom; a slide of 720 lines takes 7 to 25 KB.
const AVIF_RATE_FACTOR: u32 = 43;
const WEBP_QUALITY: u32 = 50;
/// Nothing that a diagnosis needs is lost.
const FINE_QUALITY: u32 = 96;

/// Takes a still whenever one is due; a thread of its own makes the pictures, so that the video goes on meanwhile.
pub(crate) struct Stills {
    due: Cuts,
    to_maker: SyncSender<(frame::Video, u64)>,
    maker: JoinHandle<Result<Vec<Still>, Failure>>,
}

/// How many pictures may wait, a megabyte or two each.
const WAITING: usize = 3;

impl Stills {
    pub(crate) fn new(folder: &Path, at_ms: Vec<u64>) -> Self {
        let mut maker = Maker { folder: folder.to_owned(), made: Vec::new() };
        let (to_maker, pictures) = sync_channel::<(frame::Video, u64)>(WAITING);
        let making = move || {
            for (picture, at_ms) in pictures {
                maker.make(&picture, at_ms)?;
            }
            Ok(maker.made)
        };
        Self { due: Cuts::new(at_ms), to_maker, maker: std::thread::spawn(making) }
    }

    pub(crate) fn offer(&mut self, picture: &frame::Video, time_base: Rational) {
        let pts = picture.pts().unwrap_or(0);
        if self.due.pass(pts, time_base) {
            let at_ms = u64::try_from(pts * i64::from(time_base.0) * 1000 / i64::from(time_base.1)).unwrap_or(0);
            // A maker that has failed says so at the end.
            let _ = self.to_maker.send((picture.clone(), at_ms));
        }
    }

    pub(crate) fn into_made(self) -> Result<Vec<Still>, Failure> {
        drop(self.to_maker);
        self.maker.join().map_err(|_| Failure::internal("the maker of stills broke"))?
    }
}

struct Maker {
    folder: PathBuf,
    made: Vec<Still>,
}

impl Maker {
    fn make(&mut self, picture: &frame::Video, at_ms: u64) -> Result<(), Failure> {
        let name = format!("still-{:04}", self.made.len() + 1);
        let avif = format!("{name}.avif");
        write_avif(picture, &self.folder.join(&avif), AVIF_RATE_FACTOR)?;
        let webp = |suffix: &str, quality: u32| {
            let file = format!("{name}{suffix}.webp");
            fs::write(self.folder.join(&file), to_webp(picture, quality)?).during("writing a still")?;
            self.measured(file)
        };
        let still = Still {
            at_ms,
            width: picture.width(),
            height: picture.height(),
            avif: self.measured(avif)?,
            webp: webp("", WEBP_QUALITY)?,
            fine: webp("-fine", FINE_QUALITY)?,
        };
        self.made.push(still);
        Ok(())
    }

    fn measured(&self, file: String) -> Result<Picture, Failure> {
        let size_bytes = fs::metadata(self.folder.join(&file)).during("reading a still back")?.len();
        Ok(Picture { file, size_bytes })
    }
}

/// One picture as a whole WebP file: the encoder's packet.
pub(crate) fn to_webp(picture: &frame::Video, quality: u32) -> Result<Vec<u8>, Failure> {
    let (_, packet) = encode("libwebp", picture, options([("quality", quality.to_string())]))?;
    packet.data().map(<[u8]>::to_vec).ok_or_else(|| Failure::internal("an empty picture"))
}

/// One picture as an AVIF file; a larger `rate_factor` (0 to 63) makes it smaller and worse.
pub(crate) fn write_avif(picture: &frame::Video, path: &Path, rate_factor: u32) -> Result<(), Failure> {
    let settings = options([
        ("crf", rate_factor.to_string()),
        ("b", "0".to_owned()),
        // Half the time of the usage for films, for 8 % more bytes at the same SSIM.
        ("usage", "allintra".to_owned()),
        ("cpu-used", "6".to_owned()),
        ("still-picture", "1".to_owned()),
        ("aom-params", "tune-content=screen".to_owned()),
        ("threads", threads().to_string()),
        ("flags", "+global_header".to_owned()),
    ]);
    let (encoder, mut packet) = encode("libaom-av1", picture, settings)?;
    let mut output = format::output_as(&package::address(path)?, "avif").during("creating a still")?;
    output.add_stream_with(encoder.as_ref()).during("describing a still")?;
    output.write_header().during("writing a still")?;
    packet.set_stream(0);
    packet.write(&mut output).during("writing a still")?;
    output.write_trailer().during("ending a still")
}

/// The one packet of one picture.
fn encode(
    name: &str,
    picture: &frame::Video,
    settings: Dictionary<'_>,
) -> Result<(encoder::video::Encoder, Packet), Failure> {
    let codec = find_encoder(name)?;
    let mut encoder = codec::Context::new_with_codec(codec).encoder().video().during("preparing a still")?;
    encoder.set_width(picture.width());
    encoder.set_height(picture.height());
    encoder.set_format(format::Pixel::YUV420P);
    encoder.set_time_base(Rational(1, 1));
    colors::set(&mut encoder, picture);
    let mut encoder = raw::open_video(encoder, codec, settings)?;
    let mut alone = picture.clone();
    alone.set_pts(Some(0));
    encoder.send_frame(&alone).during("encoding a still")?;
    encoder.send_eof().during("encoding a still")?;
    let mut packet = Packet::empty();
    encoder.receive_packet(&mut packet).during("encoding a still")?;
    Ok((encoder, packet))
}
