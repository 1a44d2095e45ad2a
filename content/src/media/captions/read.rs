//! What did they mean by these bytes? WebVTT or SubRip, in whatever encoding, becomes WebVTT in UTF-8.

use sheets::decoded;

use super::write::{Cue, Script, typed_ms};
use crate::error::{Error, Result, Why};

/// Captions of a three-hour lecture take about 300 KB.
const MOST_BYTES: usize = 2 << 20;

/// WebVTT with `\n` line ends, no byte-order mark, and at least one cue.
///
/// # Errors
/// `Invalid(captions)`: `TooLarge`, or `BadCaptions` when no cue can be read.
pub fn read(bytes: &[u8]) -> Result<String> {
    if bytes.len() > MOST_BYTES {
        return Err(Error::invalid("captions", Why::TooLarge));
    }
    let refused = || Error::invalid("captions", Why::BadCaptions);
    let (text, _) = decoded(bytes).ok_or_else(refused)?;
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}");
    let vtt = if text.starts_with("WEBVTT") { text } else { from_srt(&text).ok_or_else(refused)? };
    if super::cues(&vtt).is_empty() { Err(refused()) } else { Ok(vtt) }
}

/// SubRip as WebVTT; `None` when it holds no cue. Numbers are passed over, and broken blocks as players pass them over.
fn from_srt(text: &str) -> Option<String> {
    let mut cues: Vec<Cue> = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((from_ms, to_ms)) = srt_times(line) else { continue };
        let mut said = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.trim().is_empty()) {
            // A block that forgot its empty line: this is the number of the next.
            let is_number = line.trim().bytes().all(|byte| byte.is_ascii_digit());
            if is_number && lines.peek().is_some_and(|next| srt_times(next).is_some()) {
                break;
            }
            said.push(plain(line));
        }
        let text = said.join("\n");
        if from_ms < to_ms && !text.trim().is_empty() {
            cues.push(Cue { from_ms, to_ms, text, ..Cue::default() });
        }
    }
    (!cues.is_empty()).then(|| Script { head: "WEBVTT".into(), cues, ..Script::default() }.to_vtt())
}

fn srt_times(line: &str) -> Option<(i64, i64)> {
    let (from, to) = line.split_once("-->")?;
    let time = |text: &str| typed_ms(text.split_whitespace().next().filter(|time| time.contains(':'))?);
    Some((time(from)?, time(to)?))
}

/// A line of SubRip for WebVTT: simple tags stay, others and positions go, what would be read as markup is written out.
fn plain(line: &str) -> String {
    let mut rest = line.trim();
    let mut out = String::new();
    while let Some(at) = rest.find(['<', '{', '&']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let closing = if from.starts_with('{') { "}" } else { ">" };
        let tag = from.find(closing).map_or("", |end| &from[..=end]);
        let is_kept = matches!(tag, "<i>" | "</i>" | "<b>" | "</b>" | "<u>" | "</u>");
        let is_dropped = tag.starts_with("<font") || tag.starts_with("</font") || tag.starts_with("{\\");
        match from.as_bytes().first() {
            _ if is_kept => out.push_str(tag),
            _ if is_dropped => {}
            Some(b'<') => out.push_str("&lt;"),
            Some(b'&') => out.push_str("&amp;"),
            _ => out.push('{'),
        }
        rest = if is_kept || is_dropped { &from[tag.len()..] } else { &from[1..] };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SRT: &str = "1\n00:00:01,000 --> 00:00:02,500\n测量血压\n\n2\n00:00:03,000 --> 00:00:04,000\n第二行";

    #[test]
    fn subrip_in_any_encoding_becomes_web_vtt() {
        let expected = "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n测量血压\n\n00:00:03.000 --> 00:00:04.000\n第二行\n";
        let wide = |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let gbk = encoding_rs::GB18030.encode(SRT).0.into_owned();
        let big5 = encoding_rs::BIG5.encode(&SRT.replace("测量血压", "測量血壓")).0.into_owned();
        assert_eq!(read(SRT.as_bytes()).unwrap(), expected);
        assert_eq!(read(&gbk).unwrap(), expected);
        assert_eq!(read(&big5).unwrap(), expected.replace("测量血压", "測量血壓"));
        assert_eq!(read(&wide(SRT, u16::to_le_bytes)).unwrap(), expected);
        assert_eq!(read(&wide(SRT, u16::to_be_bytes)).unwrap(), expected);
        assert_eq!(read(&wide(&format!("\u{feff}{SRT}"), u16::to_le_bytes)).unwrap(), expected);
        assert_eq!(read(SRT.replace('\n', "\r\n").as_bytes()).unwrap(), expected);
    }

    #[test]
    fn what_subrip_leaves_unclear_is_read_as_players_read_it() {
        let check = |srt: &str, expected: &str| {
            let vtt = read(srt.as_bytes()).unwrap();
            assert_eq!(vtt.split_once(" --> ").unwrap().1.split_once('\n').unwrap().1.trim_end(), expected, "{srt:?}");
        };
        check("1\n0:00:01,0 --> 0:00:02,50\nno padding", "no padding");
        check("1\n00:00:01.000 --> 00:00:02.000 X1:40 Y1:3\na point and a place", "a point and a place");
        check("1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<font color=red>red</font> <i>x</i>", "red <i>x</i>");
        check("1\n00:00:01,000 --> 00:00:02,000\nSpO2 < 90 & {x} > 1 <b", "SpO2 &lt; 90 &amp; {x} > 1 &lt;b");
        let two = read(b"1\n00:00:01,000 --> 00:00:02,000\none\n2\n00:00:03,000 --> 00:00:04,000\ntwo").unwrap();
        assert_eq!(super::super::cues(&two).len(), 2, "{two:?}");
    }

    #[test]
    fn what_is_not_captions_is_refused() {
        for bytes in [
            &b""[..],
            b"hello",
            b"WEBVTT\n\nno cue here",
            b"1\n00:00:02,000 --> 00:00:01,000\nback",
            &[0xff, 0xfe, 0x00, 0xd8],
        ] {
            assert!(read(bytes).is_err(), "{bytes:?}");
        }
        assert!(matches!(read(&vec![b' '; MOST_BYTES + 1]), Err(Error::Invalid { why: Why::TooLarge, .. })));
        let kept = read("\u{feff}WEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\nx\r\n".as_bytes()).unwrap();
        assert!(!kept.contains('\r') && kept.starts_with("WEBVTT"));
    }
}
