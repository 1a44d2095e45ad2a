//! What is this file, and may it be transcoded?
//!
//! Only demuxers and decoders that real uploads need are let near a hostile file.

use std::path::Path;

use ffmpeg_next::codec::packet::side_data;
use ffmpeg_next::format::context::Input;
use ffmpeg_next::format::stream::Disposition;
use ffmpeg_next::rescale::{Rescale, TIME_BASE};
use ffmpeg_next::{Codec, Dictionary, Packet, Rational, Stream, codec, decoder, format, media};

use crate::allowed;
use crate::job::{Cause, Failure, Limits, Probed, While};
use crate::package;
use crate::raw;
use crate::turn::Turn;

const MILLISECONDS: Rational = Rational(1, 1000);

/// An opened source with everything later steps ask about it.
pub(crate) struct Source {
    pub(crate) input: Input,
    pub(crate) video: Selected,
    pub(crate) audio: Option<Selected>,
    /// What `audio` is spoken in, where the file says one of ours.
    pub(crate) language: Option<&'static str>,
    /// The same in other languages of ours.
    pub(crate) others: Vec<(Selected, &'static str)>,
    pub(crate) probed: Probed,
    pub(crate) turn: Turn,
    /// The earliest time of any chosen stream: what the outputs call zero.
    pub(crate) start_us: i64,
    pub(crate) average_rate: (i32, i32),
}

/// How well pictures must be decoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Care {
    Full,
    /// Some pictures and some smoothing may be left out.
    Glance,
}

/// One stream of the source that will be decoded.
#[derive(Clone)]
pub(crate) struct Selected {
    pub(crate) index: usize,
    pub(crate) time_base: Rational,
    start_us: Option<i64>,
    duration_us: Option<i64>,
    decoder: Codec,
}

/// Opens `path` and refuses what cannot or may not be transcoded.
pub(crate) fn open(path: &Path, limits: Limits) -> Result<Source, Failure> {
    let mut input = open_container(path)?;
    let (video, rotation) = select_video(&input)?;
    let audio = select_audio(&input, &video)?;
    let language = audio.as_ref().and_then(|audio| language(&stream(&input, audio.index).ok()?));
    let others = select_others(&input, audio.as_ref(), language);
    let (width, height) = stored_size(&input, &video, limits)?;
    let start_us = zero_us(&video, audio.as_ref());
    let duration_us = match known_duration_us(&input, &video, audio.as_ref(), start_us) {
        Some(duration_us) => duration_us,
        None => {
            let end_us = measure_end_us(&mut input);
            // A scanned file is at its end; it is opened again to be read from the start.
            input = open_container(path)?;
            end_us.saturating_sub(start_us)
        }
    };
    let duration_ms = u64::try_from(duration_us / 1000).unwrap_or(0);
    if duration_ms > limits.max_duration_ms {
        return Err(Failure::new(Cause::TooLong, format!("{duration_ms} ms")));
    }
    let average_rate = rate(&stream(&input, video.index)?);
    let probed = Probed {
        duration_ms,
        width,
        height,
        frames_per_second: frames_per_second(average_rate),
        video_codec: video.decoder.id().name().to_owned(),
        audio_codec: audio.as_ref().map(|audio| audio.decoder.id().name().to_owned()),
        rotation: rotation.degrees,
    };
    Ok(Source { input, video, audio, language, others, probed, turn: rotation, start_us, average_rate })
}

fn open_container(path: &Path) -> Result<Input, Failure> {
    let name = path
        .to_str()
        .filter(|name| !name.contains('\0'))
        .ok_or_else(|| Failure::internal("the source's path is not UTF-8"))?;
    if !path.is_file() {
        return Err(Failure::internal("the source is not a file that can be read"));
    }
    let mut options = Dictionary::new();
    options.set("protocol_whitelist", "file");
    options.set("format_whitelist", allowed::FORMATS);
    options.set("codec_whitelist", allowed::DECODERS);
    options.set("max_streams", &allowed::MOST_STREAMS.to_string());
    format::input_with_dictionary(&format!("file:{name}"), options).map_err(|error| match error {
        // FFmpeg says so of a stream too many and of tables that are too large, before it has used any memory; where it
        // has used it up, that is seen at the end.
        ffmpeg_next::Error::Other { errno: ffmpeg_next::error::ENOMEM } => {
            let detail = format!("more than {} streams, or larger tables than any file needs", allowed::MOST_STREAMS);
            Failure::new(Cause::UnsupportedCodec, detail)
        }
        _ if package::boxes::is_cut_off(path) => {
            Failure::new(Cause::Truncated, format!("an MP4 file that ends too early: {error}"))
        }
        _ => Failure::new(Cause::NotMedia, error.to_string()),
    })
}

fn stream(input: &Input, index: usize) -> Result<Stream<'_>, Failure> {
    input.stream(index).ok_or_else(|| Failure::internal("a stream has gone"))
}

fn select_video(input: &Input) -> Result<(Selected, Turn), Failure> {
    let best = input
        .streams()
        .best(media::Type::Video)
        .filter(|stream| !stream.disposition().contains(Disposition::ATTACHED_PIC))
        .ok_or_else(|| Failure::new(Cause::NoVideo, "no video stream"))?;
    let turn = best
        .side_data()
        .find(|data| data.kind() == side_data::Type::DisplayMatrix)
        .map_or_else(Turn::default, |data| Turn::of_matrix(data.data()));
    Ok((select(&best)?, turn))
}

fn select_audio(input: &Input, video: &Selected) -> Result<Option<Selected>, Failure> {
    let video = stream(input, video.index)?;
    let Some(best) = input.streams().related(&video).best(media::Type::Audio) else {
        return Ok(None);
    };
    // A track that a camera announced and never filled has no rate; it is no sound.
    let parameters = codec::Context::from_parameters(best.parameters()).during("reading the sound's parameters")?;
    match parameters.decoder().audio() {
        Ok(decoder) if decoder.rate() == 0 => Ok(None),
        _ => select(&best).map(Some),
    }
}

/// Sound in our other languages, each once. What cannot be decoded is left out: the first is there.
fn select_others(
    input: &Input,
    first: Option<&Selected>,
    spoken: Option<&'static str>,
) -> Vec<(Selected, &'static str)> {
    let Some(first) = first else { return Vec::new() };
    let mut others: Vec<(Selected, &'static str)> = Vec::new();
    for stream in input.streams().filter(|stream| stream.index() != first.index) {
        let is_sound = stream.parameters().medium() == media::Type::Audio;
        let Some(language) = language(&stream).filter(|_| is_sound) else { continue };
        let is_new = Some(language) != spoken && others.iter().all(|(_, known)| *known != language);
        if let (true, Ok(selected)) = (is_new, select(&stream)) {
            others.push((selected, language));
        }
    }
    others
}

/// Which of our languages a stream says it is in (ISO 639-2, or BCP 47 as some recorders write).
fn language(stream: &Stream<'_>) -> Option<&'static str> {
    let told = stream.metadata().get("language")?.to_lowercase();
    match told.split(['-', '_']).next()? {
        "zh" | "chi" | "zho" | "cmn" => Some("zh"),
        "bo" | "tib" | "bod" | "adx" | "khg" => Some("bo"),
        "en" | "eng" => Some("en"),
        _ => None,
    }
}

fn select(stream: &Stream<'_>) -> Result<Selected, Failure> {
    let id = stream.parameters().id();
    let decoder = allowed::decoder(id).ok_or_else(|| Failure::new(Cause::UnsupportedCodec, id.name().to_owned()))?;
    let time_base = stream.time_base();
    let known = |value: i64| (value != i64::MIN).then(|| value.rescale(time_base, TIME_BASE));
    Ok(Selected {
        index: stream.index(),
        time_base,
        start_us: known(stream.start_time()),
        duration_us: known(stream.duration()).filter(|duration| *duration > 0),
        decoder,
    })
}

/// The picture's size as the file tells it, once a decoder has accepted it.
fn stored_size(input: &Input, video: &Selected, limits: Limits) -> Result<(u32, u32), Failure> {
    let (width, height) = raw::stored_size(&stream(input, video.index)?.parameters());
    if u64::from(width) * u64::from(height) > limits.max_pixels {
        return Err(Failure::new(Cause::TooLarge, format!("{width}x{height}")));
    }
    video.open_decoder(input, limits, Care::Full)?;
    if width == 0 || height == 0 {
        return Err(Failure::new(Cause::Truncated, "no picture could be read"));
    }
    Ok((width, height))
}

/// Where the outputs begin: with the first picture, or with the sound if that begins clearly earlier.
///
/// Files often let the sound begin a few milliseconds before the picture, with the silence an encoder put there;
/// beginning with it would move every picture off its own clock.
fn zero_us(video: &Selected, audio: Option<&Selected>) -> i64 {
    const MOST_LEAD_IN_US: i64 = 100_000;
    let sound_us = audio.and_then(|audio| audio.start_us);
    let picture_us = video.start_us.or(sound_us).unwrap_or(0);
    sound_us.filter(|sound_us| picture_us.saturating_sub(*sound_us) > MOST_LEAD_IN_US).unwrap_or(picture_us)
}

/// The length the file claims, from the streams we read where they say so, else from the container.
fn known_duration_us(input: &Input, video: &Selected, audio: Option<&Selected>, start_us: i64) -> Option<i64> {
    let chosen = || [Some(video), audio].into_iter().flatten();
    if chosen().all(|stream| stream.duration_us.is_some()) {
        let end_us = |stream: &Selected| stream.start_us.unwrap_or(0).saturating_add(stream.duration_us.unwrap_or(0));
        return chosen().map(|stream| end_us(stream).saturating_sub(start_us)).max();
    }
    Some(input.duration()).filter(|duration| *duration > 0)
}

/// Reads every packet's time: browser recordings do not write their length down.
fn measure_end_us(input: &mut Input) -> i64 {
    let bases: Vec<Rational> = input.streams().map(|stream| stream.time_base()).collect();
    let mut packet = Packet::empty();
    let mut end_us = 0;
    while packet.read(input).is_ok() {
        if let (Some(pts), Some(base)) = (packet.pts(), bases.get(packet.stream())) {
            end_us = end_us.max((pts.saturating_add(packet.duration())).rescale(*base, TIME_BASE));
        }
    }
    end_us
}

fn rate(stream: &Stream<'_>) -> (i32, i32) {
    let Rational(numerator, denominator) = stream.avg_frame_rate();
    (numerator, denominator)
}

fn frames_per_second((numerator, denominator): (i32, i32)) -> f64 {
    if denominator == 0 {
        return 0.0;
    }
    (f64::from(numerator) / f64::from(denominator) * 1000.0).round() / 1000.0
}

impl Selected {
    /// A decoder that refuses pictures above the limit and uses the threads this job may have.
    pub(crate) fn open_decoder(&self, input: &Input, limits: Limits, care: Care) -> Result<decoder::Opened, Failure> {
        let parameters = stream(input, self.index)?.parameters();
        let mut context =
            codec::Context::from_parameters(parameters).during("reading a stream's parameters")?.decoder();
        context.set_packet_time_base(self.time_base);
        let mut options = Dictionary::new();
        options.set("threads", &crate::encode::threads().to_string());
        options.set("max_pixels", &limits.max_pixels.to_string());
        options.set("codec_whitelist", allowed::DECODERS);
        if care == Care::Glance {
            options.set("skip_loop_filter", "all");
            options.set("skip_frame", "noref");
        }
        context.open_as_with(self.decoder, options).map_err(|error| match error {
            ffmpeg_next::Error::Other { errno: ffmpeg_next::error::ENOMEM } => {
                Failure::new(Cause::OutOfMemory, "opening a decoder")
            }
            _ => Failure::new(Cause::UnsupportedCodec, format!("{}: {error}", self.decoder.name())),
        })
    }

    /// Where this stream's clock stands when the outputs begin.
    pub(crate) fn start(&self, start_us: i64) -> i64 {
        start_us.rescale(TIME_BASE, self.time_base)
    }

    /// `pts` of this stream, counted from the outputs' zero, in milliseconds.
    pub(crate) fn to_ms(&self, pts: i64) -> i64 {
        pts.rescale(self.time_base, MILLISECONDS)
    }

    pub(crate) fn at_ms(&self, ms: i64) -> i64 {
        ms.rescale(MILLISECONDS, self.time_base)
    }
}
