//! What do the HLS playlists say? Pure: renditions in, text out.

use std::fmt::Write as _;

use crate::encode::audio;
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

/// All renditions: the lowest picture first, since players start with what they read first; sound alone last. AAC goes
/// with H.264 and Opus with AV1, as in the plain files.
pub(super) fn master(renditions: &[Rendition]) -> String {
    let sounds = |is_opus: bool| {
        let wanted = if is_opus { audio::OPUS } else { audio::AAC };
        renditions.iter().find(|one| one.kind == Kind::Audio && one.name == wanted)
    };
    let mut text = HEAD.to_owned();
    for is_opus in [false, true] {
        if let Some(sound) = sounds(is_opus) {
            let _ = writeln!(
                text,
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"{}\",NAME=\"{}\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"1\",URI=\"{}\"",
                group(is_opus),
                sound.name,
                sound.playlist
            );
        }
    }
    for is_av1 in [false, true] {
        let pictures =
            renditions.iter().filter(|one| one.kind == Kind::Video && one.codecs.starts_with("av01") == is_av1);
        for video in pictures {
            let sound = sounds(is_av1);
            let parts: Vec<&Rendition> = std::iter::once(video).chain(sound).collect();
            let rate = video.frames_per_second;
            let size = format!(",RESOLUTION={}x{},FRAME-RATE={rate:.3}", video.width, video.height);
            text += &variant(&parts, &size, &video.playlist, sound.map(|_| group(is_av1)));
        }
    }
    for is_opus in [false, true] {
        if let Some(sound) = sounds(is_opus) {
            text += &variant(&[sound], "", &sound.playlist, Some(group(is_opus)));
        }
    }
    text
}

fn group(is_opus: bool) -> &'static str {
    if is_opus { "opus" } else { "aac" }
}

fn variant(parts: &[&Rendition], size: &str, playlist: &str, group: Option<&str>) -> String {
    let peak: u64 = parts.iter().map(|part| part.peak_bits_per_second).sum();
    let average: u64 = parts.iter().map(|part| part.bits_per_second).sum();
    let codecs: Vec<&str> = parts.iter().map(|part| part.codecs.as_str()).collect();
    let group = group.map(|group| format!(",AUDIO=\"{group}\"")).unwrap_or_default();
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
            frames_per_second: 25.0,
            plain: None,
            language: None,
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
    fn the_master_playlist_adds_each_familys_sound_to_its_pictures() {
        let renditions = [
            rendition("opus-16k", Kind::Audio, "opus"),
            rendition("aac-32k", Kind::Audio, "mp4a.40.2"),
            rendition("av1-240p", Kind::Video, "av01.0.00M.08"),
            rendition("h264-240p", Kind::Video, "avc1.640015"),
        ];
        assert_eq!(
            master(&renditions),
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n\
             #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"aac\",NAME=\"aac-32k\",DEFAULT=YES,AUTOSELECT=YES,\
             CHANNELS=\"1\",URI=\"aac-32k.m3u8\"\n\
             #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"opus\",NAME=\"opus-16k\",DEFAULT=YES,AUTOSELECT=YES,\
             CHANNELS=\"1\",URI=\"opus-16k.m3u8\"\n\
             #EXT-X-STREAM-INF:BANDWIDTH=100,AVERAGE-BANDWIDTH=80,CODECS=\"avc1.640015,mp4a.40.2\",\
             RESOLUTION=426x240,FRAME-RATE=25.000,AUDIO=\"aac\"\nh264-240p.m3u8\n\
             #EXT-X-STREAM-INF:BANDWIDTH=100,AVERAGE-BANDWIDTH=80,CODECS=\"av01.0.00M.08,opus\",\
             RESOLUTION=426x240,FRAME-RATE=25.000,AUDIO=\"opus\"\nav1-240p.m3u8\n\
             #EXT-X-STREAM-INF:BANDWIDTH=50,AVERAGE-BANDWIDTH=40,CODECS=\"mp4a.40.2\",AUDIO=\"aac\"\naac-32k.m3u8\n\
             #EXT-X-STREAM-INF:BANDWIDTH=50,AVERAGE-BANDWIDTH=40,CODECS=\"opus\",AUDIO=\"opus\"\nopus-16k.m3u8\n"
        );
    }

    #[test]
    fn a_silent_video_has_no_sound_group() {
        let text = master(&[rendition("240p", Kind::Video, "avc1.640015")]);
        assert!(!text.contains("AUDIO"), "{text}");
        assert!(text.contains("FRAME-RATE=25.000\n240p.m3u8\n"), "{text}");
    }
}
