//! What is said in it? The captions as text, for reading instead of watching and for finding the place.

use content::ids::Language;
use content::media::captions::{Captions, Cue, cues};
use leptos::prelude::*;

use super::Lecture;
use crate::messages as m;
use crate::parts::lesson_row::address;
use crate::parts::said::mark;
use crate::parts::say;
use crate::wire::Lang;

/// A paragraph has at least this much speech: enough to read, and one link to press.
const PARAGRAPH_MS: i64 = 20_000;

/// A stretch of speech.
#[derive(Debug, PartialEq, Eq)]
struct Paragraph {
    from_ms: i64,
    text: String,
}

impl Lecture {
    pub(super) fn transcript(&self) -> Option<AnyView> {
        let captions = self.best_captions()?;
        let written_in = Lang::from(captions.language);
        let here = address(&self.lesson);
        let items = paragraphs(cues(&captions.body), captions.language).into_iter().map(|paragraph| {
            let time = say::clock(paragraph.from_ms);
            let href = format!("{here}?t={}", paragraph.from_ms / 1000);
            view! {
                <li><a href=href data-at=paragraph.from_ms / 1000 aria-label=m::lesson_play_from(self.lang, &time)>{time.clone()}</a><span>{paragraph.text}</span></li>
            }
        });
        let items = items.collect_view();
        let transcript = view! {
            <details class="transcript">
                <summary>{m::lesson_transcript(self.lang)}</summary>
                <p class="soft">{m::lesson_transcript_hint(self.lang)}</p>
                <ol class="timed" lang=mark(written_in, self.lang)>{items}</ol>
            </details>
        };
        Some(transcript.into_any())
    }

    /// Those in the reader's language, else in the lesson's, else any.
    fn best_captions(&self) -> Option<&Captions> {
        let of = |language: Language| self.file.captions.iter().find(|captions| captions.language == language);
        of(self.lang.into()).or_else(|| of(self.lesson.language)).or_else(|| self.file.captions.first())
    }
}

fn paragraphs(cues: Vec<Cue>, language: Language) -> Vec<Paragraph> {
    // Chinese sets no space between sentences.
    let between = if language == Language::Zh { "" } else { " " };
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    for cue in cues {
        match paragraphs.last_mut() {
            Some(last) if cue.from_ms - last.from_ms < PARAGRAPH_MS => {
                last.text.push_str(between);
                last.text.push_str(&cue.text);
            }
            _ => paragraphs.push(Paragraph { from_ms: cue.from_ms, text: cue.text }),
        }
    }
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_cues_become_paragraphs_that_keep_their_place() {
        let cue = |from_ms: i64, text: &str| Cue { from_ms, to_ms: from_ms + 4_000, text: text.into() };
        let cues = vec![cue(0, "one"), cue(5_000, "two"), cue(21_000, "three"), cue(40_000, "four")];
        let found = paragraphs(cues.clone(), Language::En);
        assert_eq!(found[0], Paragraph { from_ms: 0, text: "one two".into() });
        assert_eq!(found[1], Paragraph { from_ms: 21_000, text: "three four".into() });
        assert_eq!(paragraphs(cues, Language::Zh)[0].text, "onetwo");
    }
}
