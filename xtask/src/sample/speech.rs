//! What is said, and at which millisecond?

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::program;

const LEAD_MS: u64 = 500;
const BETWEEN_SENTENCES_MS: u64 = 300;
const BETWEEN_SLIDES_MS: u64 = 700;
const TAIL_MS: u64 = 900;
/// What eSpeak NG always writes, checked on every recording.
const SAMPLES_PER_SECOND: u64 = 22_050;
const HEADER_BYTES: usize = 44;
/// Quieter than this is the synthesizer's own lead and tail.
const SILENCE: u16 = 160;

/// A machine voice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    Mandarin,
    English,
}

impl Voice {
    /// There is no synthetic Tibetan voice: Tibetan slides are spoken to in Mandarin.
    pub(super) fn for_slides_in(language: &str) -> Self {
        if language == "en" { Self::English } else { Self::Mandarin }
    }

    pub(super) fn language(self) -> &'static str {
        match self {
            Self::Mandarin => "zh",
            Self::English => "en",
        }
    }

    /// The plain `cmn` voice reads the pinyin it makes of Chinese as if it were English.
    fn name_and_pace(self) -> [&'static str; 4] {
        match self {
            Self::Mandarin => ["-v", "cmn-latn-pinyin", "-s", "198"],
            Self::English => ["-v", "en-us", "-s", "180"],
        }
    }
}

/// A sentence in every language, and how it is spoken.
pub(super) struct Sentence {
    pub(super) texts: BTreeMap<String, String>,
    pub(super) spoken: String,
}

impl Sentence {
    pub(super) fn text(&self, language: &str) -> &str {
        self.texts.get(language).map_or("", String::as_str)
    }
}

/// When one sentence is heard.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cue {
    pub(super) slide: usize,
    pub(super) sentence: usize,
    pub(super) from_ms: u64,
    pub(super) to_ms: u64,
}

/// A whole lesson, spoken.
pub(super) struct Take {
    pub(super) sound: PathBuf,
    pub(super) cues: Vec<Cue>,
    /// How long each slide is shown.
    pub(super) slides_ms: Vec<u64>,
}

/// Speaks the script into one file in `scratch`.
pub(super) fn record(script: &[Vec<Sentence>], voice: Voice, scratch: &Path) -> Result<Take> {
    let mut tape = Tape::default();
    let mut cues = Vec::new();
    let mut starts_ms = Vec::new();
    tape.pause(LEAD_MS);
    for (slide, sentences) in script.iter().enumerate() {
        starts_ms.push(if slide == 0 { 0 } else { tape.now_ms() - BETWEEN_SLIDES_MS / 2 });
        for (sentence, said) in sentences.iter().enumerate() {
            let from_ms = tape.now_ms();
            tape.add(trimmed(&speak(&said.spoken, voice, scratch)?));
            cues.push(Cue { slide, sentence, from_ms, to_ms: tape.now_ms() });
            let last = sentence + 1 == sentences.len();
            tape.pause(if last { BETWEEN_SLIDES_MS } else { BETWEEN_SENTENCES_MS });
        }
    }
    tape.pause(TAIL_MS);
    starts_ms.push(tape.now_ms());
    let slides_ms = starts_ms.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let sound = scratch.join("speech.s16le");
    fs::write(&sound, tape.bytes())?;
    Ok(Take { sound, cues, slides_ms })
}

fn speak(text: &str, voice: Voice, scratch: &Path) -> Result<Vec<i16>> {
    let file = scratch.join("sentence.wav");
    program::read(Command::new("espeak-ng").args(voice.name_and_pace()).arg("-w").arg(&file).arg(text))?;
    let wav = fs::read(&file)?;
    let sound = wav.get(HEADER_BYTES..).context("espeak-ng wrote no sound")?;
    let rate = wav[24..28].iter().rev().fold(0, |rate, byte| rate << 8 | u64::from(*byte));
    ensure!(rate == SAMPLES_PER_SECOND, "espeak-ng speaks at {rate} samples a second");
    Ok(sound.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect())
}

fn trimmed(samples: &[i16]) -> &[i16] {
    let heard = |sample: &i16| sample.unsigned_abs() > SILENCE;
    let from = samples.iter().position(heard).unwrap_or(0);
    let to = samples.iter().rposition(heard).map_or(0, |last| last + 1);
    &samples[from.min(to)..to]
}

/// The soundtrack so far.
#[derive(Default)]
struct Tape(Vec<i16>);

impl Tape {
    fn add(&mut self, samples: &[i16]) {
        self.0.extend_from_slice(samples);
    }

    fn pause(&mut self, ms: u64) {
        let samples = usize::try_from(ms * SAMPLES_PER_SECOND / 1_000).unwrap_or(usize::MAX);
        self.0.resize(self.0.len().saturating_add(samples), 0);
    }

    fn now_ms(&self) -> u64 {
        self.0.len() as u64 * 1_000 / SAMPLES_PER_SECOND
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|sample| sample.to_le_bytes()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Tape, trimmed};

    #[test]
    fn the_synthesizers_silence_is_cut_at_both_ends_only() {
        assert_eq!(trimmed(&[0, 3, 900, 0, -900, 5, 0]), [900, 0, -900]);
        assert_eq!(trimmed(&[0, 1, 0]), [0_i16; 0]);
    }

    #[test]
    fn the_tape_counts_milliseconds_from_samples() {
        let mut tape = Tape::default();
        tape.pause(1_500);
        tape.add(&[1; 2_205]);
        assert_eq!(tape.now_ms(), 1_600);
    }
}
