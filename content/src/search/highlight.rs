//! Which line answers best, and what of it? The line with most of what was looked up, its words marked.

use std::collections::{HashMap, HashSet};

use super::plan::{Plan, Vocabulary};
use super::schema::Slot;
use super::words::{self, View};

/// How long a line is shown, in characters.
const SHOWN: usize = 120;
/// How much is shown before the first mark of a longer line.
const BEFORE: usize = 30;

/// Marks what was looked up.
pub(super) struct Marker {
    /// What is marked, and how much it says.
    marks: HashMap<(View, String), f32>,
}

/// The best line of a text: its number, and HTML with `<mark>` around what was looked up and everything else escaped.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub number: usize,
    pub html: String,
    pub is_marked: bool,
}

impl Marker {
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub(super) fn of(plan: &Plan, vocabulary: &dyn Vocabulary) -> Self {
        let all = vocabulary.all() as f32;
        let slot = |view| match view {
            View::Units => Slot::Units,
            View::Pairs => Slot::Pairs,
            View::Words => Slot::Words,
            View::Sounds | View::Initials => Slot::Sounds,
        };
        let rarity = |view, word: &str| (all / (vocabulary.count(slot(view), word) as f32 + 1.0)).ln_1p();
        Self { marks: plan.marks.iter().map(|(mark, part)| (mark.clone(), part * rarity(mark.0, &mark.1))).collect() }
    }

    /// The line of `text` that has most; the first where none has anything.
    pub(super) fn line(&self, text: &str) -> Line {
        let (mut best, mut number, mut shown, mut spans) =
            (0.0, 0, text.lines().next().unwrap_or_default(), Vec::new());
        for (at, line) in text.lines().enumerate() {
            let (worth, found) = self.find(line);
            if worth > best {
                (best, number, shown, spans) = (worth, at, line, found);
            }
        }
        Line { number, html: html(shown, &spans), is_marked: best > 0.0 }
    }

    /// How much a line has, and where, in bytes, in order and apart.
    fn find(&self, line: &str) -> (f32, Vec<(usize, usize)>) {
        let units = words::units(line);
        let (mut worth, mut seen, mut marked) = (0.0, HashSet::new(), vec![false; units.len()]);
        for view in [View::Units, View::Pairs, View::Words, View::Sounds] {
            for word in words::view(&units, view) {
                let key = (view, word.text);
                let Some(rarity) = self.marks.get(&key) else { continue };
                marked[word.first..=word.last].fill(true);
                worth += if seen.insert(key) { *rarity } else { 0.0 };
            }
        }
        let mut spans: Vec<(usize, usize)> = Vec::new();
        for (at, unit) in units.iter().enumerate().filter(|(at, _)| marked[*at]) {
            match spans.last_mut() {
                Some(last) if at > 0 && marked[at - 1] && unit.gap == words::Gap::None => last.1 = unit.to,
                _ => spans.push((unit.from, unit.to)),
            }
        }
        (worth, spans)
    }
}

fn html(line: &str, spans: &[(usize, usize)]) -> String {
    let (from, to) = window(line, spans.first().map_or(0, |first| first.0));
    let mut html = String::new();
    if from > 0 {
        html.push('…');
    }
    let mut at = from;
    for (start, end) in spans.iter().filter(|(start, end)| *start >= from && *end <= to) {
        escape(&line[at..*start], &mut html);
        html.push_str("<mark>");
        escape(&line[*start..*end], &mut html);
        html.push_str("</mark>");
        at = *end;
    }
    escape(&line[at..to], &mut html);
    if to < line.len() {
        html.push('…');
    }
    html.trim().to_owned()
}

/// What of a long line is shown, in bytes: a little before its first mark, and on from there.
fn window(line: &str, first: usize) -> (usize, usize) {
    let starts: Vec<usize> = line.char_indices().map(|(at, _)| at).collect();
    if starts.len() <= SHOWN {
        return (0, line.len());
    }
    let at = starts.partition_point(|start| *start < first);
    let from = at.saturating_sub(BEFORE).min(starts.len() - SHOWN);
    // A word or a syllable that is cut begins at its end.
    let is_gap = |at: &usize| line[*at..].starts_with([' ', '\u{f0b}', '，', '。', '、', '；']);
    let begin = if from == 0 { 0 } else { (from..at).find(|at| is_gap(&starts[*at])).map_or(from, |gap| gap + 1) };
    (starts[begin], starts.get(begin + SHOWN).copied().unwrap_or(line.len()))
}

fn escape(text: &str, html: &mut String) {
    for each in text.chars() {
        match each {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#x27;"),
            // What turns the direction of a line round, or is no text, is shown as what it is not: nothing.
            each if each.is_control() || matches!(each, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {
                html.push(' ');
            }
            each => html.push(each),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker(marks: &[(View, &str)]) -> Marker {
        Marker { marks: marks.iter().map(|(view, word)| ((*view, (*word).to_owned()), 1.0)).collect() }
    }

    #[test]
    fn the_line_with_most_is_shown() {
        let marker = marker(&[(View::Pairs, "血压"), (View::Words, "cuff"), (View::Pairs, "高血")]);
        let line = marker.line("先休息\n高血压的分级\n量血压");
        assert_eq!(line, Line { number: 1, html: "<mark>高血压</mark>的分级".into(), is_marked: true });
        assert_eq!(marker.line("Two cuffs & one <b>").html, "Two <mark>cuffs</mark> &amp; one &lt;b&gt;");
        assert_eq!(marker.line("别的\n没有"), Line { number: 0, html: "别的".into(), is_marked: false });
        assert_eq!(marker.line("").html, "");
    }

    #[test]
    fn of_a_long_line_what_is_around_the_mark_is_shown() {
        let line = format!("{}血压{}", "甲".repeat(200), "乙".repeat(200));
        let html = marker(&[(View::Pairs, "血压")]).line(&line).html;
        assert!(html.starts_with('…') && html.ends_with('…') && html.contains("<mark>血压</mark>"), "{html}");
        assert!(html.chars().count() <= SHOWN + 20);
    }
}
