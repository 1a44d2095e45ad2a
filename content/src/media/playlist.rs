//! Which renditions may a stock player choose from? The master playlist (RFC 8216), made anew as renditions and captions
//! land; the playlists of single renditions lie beside their files and never change.

use std::fmt::Write as _;

use super::Rendition;
use super::captions::{Captions, cues};
use crate::ids::ResourceId;

/// The sound that each family's pictures are played with.
const AAC: &str = "aac-32k";
const OPUS: &str = "opus-16k";

/// The master playlist: the lowest picture first, since players start with what they read first; sound alone last.
pub fn master(resource: &ResourceId, renditions: &[Rendition], captions: &[Captions]) -> String {
    let mut text = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n".to_owned();
    let sound = |name: &str| renditions.iter().find(|each| each.name == name);
    for (group, name) in [("aac", AAC), ("opus", OPUS)] {
        // Other languages are named after the first.
        for each in renditions.iter().filter(|each| each.kind == "audio" && each.name.starts_with(name)) {
            let Some(address) = playlist_of(each) else { continue };
            let default = if each.name == name { "YES" } else { "NO" };
            let spoken = each.language.as_ref().map(|spoken| format!(",LANGUAGE=\"{spoken}\"")).unwrap_or_default();
            let _ = writeln!(
                text,
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"{group}\",NAME=\"{}\"{spoken},DEFAULT={default},AUTOSELECT=YES,CHANNELS=\"1\",URI=\"{address}\"",
                each.name
            );
        }
    }
    for each in captions {
        let language = each.language;
        let _ = writeln!(
            text,
            "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"captions\",NAME=\"{language}\",LANGUAGE=\"{language}\",DEFAULT=NO,AUTOSELECT=YES,URI=\"/media/{}/captions/{language}.m3u8\"",
            resource
        );
    }
    let subtitles = if captions.is_empty() { "" } else { ",SUBTITLES=\"captions\"" };
    for (family, group, name) in [("avc1", "aac", AAC), ("av01", "opus", OPUS)] {
        for video in renditions.iter().filter(|each| each.codecs.starts_with(family)) {
            let (width, height) = (video.width.unwrap_or(0), video.height.unwrap_or(0));
            let size = format!(",RESOLUTION={width}x{height},FRAME-RATE={:.3}", video.frames_per_second);
            text += &variant(video, sound(name), &format!("{size}{subtitles}"), group);
        }
    }
    for (group, name) in [("aac", AAC), ("opus", OPUS)] {
        if let Some(sound) = sound(name) {
            text += &variant(sound, None, &format!(",AUDIO=\"{group}\"{subtitles}"), "");
        }
    }
    text
}

fn variant(first: &Rendition, sound: Option<&Rendition>, more: &str, group: &str) -> String {
    let Some(address) = playlist_of(first) else { return String::new() };
    let parts: Vec<&Rendition> = [Some(first), sound].into_iter().flatten().collect();
    let sum = |bits: fn(&Rendition) -> i64| parts.iter().fold(0, |sum: i64, part| sum.saturating_add(bits(part)));
    let (peak, average) = (sum(|part| part.peak_bits_per_second), sum(|part| part.bits_per_second));
    let codecs: Vec<&str> = parts.iter().map(|part| part.codecs.as_str()).collect();
    let group = sound.map(|_| format!(",AUDIO=\"{group}\"")).unwrap_or_default();
    format!(
        "#EXT-X-STREAM-INF:BANDWIDTH={peak},AVERAGE-BANDWIDTH={average},CODECS=\"{}\"{more}{group}\n{address}\n",
        codecs.join(",")
    )
}

fn playlist_of(rendition: &Rendition) -> Option<String> {
    super::address_in(&rendition.folder, &rendition.playlist)
}

/// The playlist of one language's captions: one segment, as long as what is said.
pub fn captions(captions: &Captions, duration_ms: i64) -> String {
    let said_ms = cues(&captions.body).iter().map(|cue| cue.to_ms).max().unwrap_or(0);
    let length_ms = duration_ms.max(said_ms).max(1);
    format!(
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n\
         #EXTINF:{}.{:03},\n{}.vtt\n#EXT-X-ENDLIST\n",
        length_ms.unsigned_abs().div_ceil(1000),
        length_ms / 1000,
        length_ms % 1000,
        captions.language,
    )
}
