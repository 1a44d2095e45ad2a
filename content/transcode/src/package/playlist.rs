//! What do the HLS playlists say? Pure: renditions in, text out.

use std::fmt::Write as _;

use crate::job::{Kind, Rendition};

const HEAD: &str = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n";

/// One rendition, as byte ranges of its single file.
pub(super) fn media(rendition: &Rendition) -> String {
    let longest_ms = rendition.segments.iter().map(|segment| segment.duration_ms).max();
    let target = longest_ms.unwrap_or(0).div_ceil(1000).max(1);
    let file = &rendition.file;
    let mut text = format!(
        "{HEAD}#EXT-X-TARGETDURATION:{target}\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n\
         #EXT-X-MAP:URI=\"{file}\",BYTERANGE=\"{}@0\"\n",
        rendition.init_bytes
    );
    for segment in &rendition.segments {
        let _ = write!(
            text,
            "#EXTINF:{}.{:03},\n#EXT-X-BYTERANGE:{}@{}\n{file}\n",
            segment.duration_ms / 1000,
            segment.duration_ms % 1000,
            segment.length_bytes,
            segment.offset_bytes,
        );
    }
    text + "#EXT-X-ENDLIST\n"
}

/// All renditions: the lowest picture first, since players start with what they read first; sound alone last.
pub(super) fn master(renditions: &[Rendition], (numerator, denominator): (i32, i32)) -> String {
    let audio = renditions.iter().find(|rendition| rendition.kind == Kind::Audio);
    let mut text = HEAD.to_owned();
    if let Some(audio) = audio {
        let _ = writeln!(
            text,
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"speech\",NAME=\"speech\",DEFAULT=YES,AUTOSELECT=YES,\
             CHANNELS=\"1\",URI=\"{}\"",
            audio.playlist
        );
    }
    let rate = f64::from(numerator) / f64::from(denominator);
    for video in renditions.iter().filter(|rendition| rendition.kind == Kind::Video) {
        let parts: Vec<&Rendition> = std::iter::once(video).chain(audio).collect();
        let size = format!(",RESOLUTION={}x{},FRAME-RATE={rate:.3}", video.width, video.height);
        text += &variant(&parts, &size, &video.playlist);
    }
    if let Some(audio) = audio {
        text += &variant(&[audio], "", &audio.playlist);
    }
    text
}

fn variant(parts: &[&Rendition], size: &str, playlist: &str) -> String {
    let peak: u64 = parts.iter().map(|part| part.peak_bits_per_second).sum();
    let average: u64 = parts.iter().map(|part| part.bits_per_second).sum();
    let codecs: Vec<&str> = parts.iter().map(|part| part.codecs.as_str()).collect();
    let group = if parts.iter().any(|part| part.kind == Kind::Audio) { ",AUDIO=\"speech\"" } else { "" };
    format!(
        "#EXT-X-STREAM-INF:BANDWIDTH={peak},AVERAGE-BANDWIDTH={average},CODECS=\"{}\"{size}{group}\n{playlist}\n",
        codecs.join(",")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::Segment;

    fn rendition(name: &str, kind: Kind, codecs: &str) -> Rendition {
        let segment =
            |start_ms, duration_ms, offset_bytes| Segment { start_ms, duration_ms, offset_bytes, length_bytes: 100 };
        Rendition {
            name: name.to_owned(),
            kind,
            width: 426,
            height: 240,
            codecs: codecs.to_owned(),
            bits_per_second: 40,
            peak_bits_per_second: 50,
            size_bytes: 212,
            file: format!("{name}.mp4"),
            playlist: format!("{name}.m3u8"),
            init_bytes: 12,
            segments: vec![segment(0, 4000, 12), segment(4000, 1040, 112)],
        }
    }

    #[test]
    fn a_media_playlist_points_at_byte_ranges_of_one_file() {
        assert_eq!(
            media(&rendition("240p", Kind::Video, "avc1.640015")),
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-TARGETDURATION:4\n\
             #EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MAP:URI=\"240p.mp4\",BYTERANGE=\"12@0\"\n\
             #EXTINF:4.000,\n#EXT-X-BYTERANGE:100@12\n240p.mp4\n\
             #EXTINF:1.040,\n#EXT-X-BYTERANGE:100@112\n240p.mp4\n#EXT-X-ENDLIST\n"
        );
    }

    #[test]
    fn the_master_playlist_adds_the_sound_to_every_picture() {
        let audio = rendition("audio", Kind::Audio, "mp4a.40.2");
        let video = rendition("240p", Kind::Video, "avc1.640015");
        assert_eq!(
            master(&[audio, video], (25, 1)),
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n\
             #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"speech\",NAME=\"speech\",DEFAULT=YES,AUTOSELECT=YES,\
             CHANNELS=\"1\",URI=\"audio.m3u8\"\n\
             #EXT-X-STREAM-INF:BANDWIDTH=100,AVERAGE-BANDWIDTH=80,CODECS=\"avc1.640015,mp4a.40.2\",\
             RESOLUTION=426x240,FRAME-RATE=25.000,AUDIO=\"speech\"\n240p.m3u8\n\
             #EXT-X-STREAM-INF:BANDWIDTH=50,AVERAGE-BANDWIDTH=40,CODECS=\"mp4a.40.2\",AUDIO=\"speech\"\naudio.m3u8\n"
        );
    }

    #[test]
    fn a_silent_video_has_no_sound_group() {
        let text = master(&[rendition("240p", Kind::Video, "avc1.640015")], (24000, 1001));
        assert!(!text.contains("AUDIO"), "{text}");
        assert!(text.contains("FRAME-RATE=23.976\n240p.m3u8\n"), "{text}");
    }
}
