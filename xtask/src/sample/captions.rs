//! How are sentences written as WebVTT?

use std::fmt::Write;

use anyhow::Result;

use super::speech::Cue;

/// One cue a sentence, shown exactly while it is heard.
pub(super) fn vtt<'a>(cues: &[Cue], text_of: impl Fn(&Cue) -> &'a str) -> Result<String> {
    let mut vtt = String::from("WEBVTT\n");
    for cue in cues {
        let (from, to) = (clock(cue.from_ms), clock(cue.to_ms));
        write!(vtt, "\n{from} --> {to}\n{}\n", escaped(text_of(cue)))?;
    }
    Ok(vtt)
}

fn clock(ms: u64) -> String {
    format!("{:02}:{:02}.{:03}", ms / 60_000, ms / 1_000 % 60, ms % 1_000)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::{Cue, vtt};

    #[test]
    fn a_cue_carries_its_time_and_its_escaped_text() {
        let cues = [Cue { slide: 0, sentence: 0, from_ms: 500, to_ms: 61_250 }];
        let expected = "WEBVTT\n\n00:00.500 --> 01:01.250\nSpO₂ &lt; 90% &amp; falling\n";
        assert_eq!(vtt(&cues, |_| "SpO₂ < 90% & falling").expect("writes"), expected);
    }
}
