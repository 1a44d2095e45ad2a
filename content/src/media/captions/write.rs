//! How are captions edited? A script of cues that keeps what it does not understand, and is written back as WebVTT.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::time_ms;
use crate::error::{Error, Result, Why};

/// Captions as they are edited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// What stands before the first cue, with `WEBVTT`.
    pub head: String,
    pub cues: Vec<Cue>,
    /// What stands behind the last cue.
    pub tail: String,
}

/// One cue, in milliseconds from the start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Cue {
    pub from_ms: i64,
    pub to_ms: i64,
    /// What stands behind the times: where on the picture.
    pub settings: String,
    /// Notes and a name that stand before it, with their line ends.
    pub before: String,
    /// With its tags and line ends.
    pub text: String,
}

impl Script {
    /// Reads WebVTT as it is kept. Blocks that are no cues stay with the cue that follows them.
    pub fn parse(vtt: &str) -> Self {
        let mut script = Self::default();
        let mut before: Vec<&str> = Vec::new();
        for block in vtt.split("\n\n").map(|block| block.trim_matches('\n')).filter(|block| !block.is_empty()) {
            match cue(block) {
                Some(mut cue) => {
                    if script.cues.is_empty() {
                        script.head = before.join("\n\n");
                    } else {
                        let blocks: String = before.iter().map(|block| format!("{block}\n\n")).collect();
                        cue.before.insert_str(0, &blocks);
                    }
                    before.clear();
                    script.cues.push(cue);
                }
                None => before.push(block),
            }
        }
        script.tail = before.join("\n\n");
        script
    }

    /// Takes what was typed in place of its cues. A cue that came back as a form shows it keeps what no form can show
    /// (spaces and empty lines, an arrow), and one without words, which no form sends back, stays. False when nothing
    /// was changed.
    pub fn retype(&mut self, typed: Vec<Cue>) -> bool {
        let (said, silent): (Vec<Cue>, Vec<Cue>) =
            self.cues.drain(..).partition(|cue| !one_block(&cue.text).is_empty());
        let shown: Vec<Cue> = said.iter().map(Cue::as_shown).collect();
        let is_changed = shown != typed;
        let mut known: HashMap<Cue, Cue> = shown.into_iter().zip(said.iter().cloned()).collect();
        self.cues =
            if is_changed { typed.into_iter().map(|cue| known.remove(&cue).unwrap_or(cue)).collect() } else { said };
        self.cues.extend(silent);
        is_changed
    }

    /// WebVTT, cues in the order of their times.
    pub fn to_vtt(&self) -> String {
        let mut cues: Vec<&Cue> = self.cues.iter().collect();
        cues.sort_by_key(|cue| (cue.from_ms, cue.to_ms));
        let mut out = self.head.trim_end().to_owned();
        for cue in cues {
            out.push_str("\n\n");
            out.push_str(&cue.before);
            if !out.ends_with('\n') {
                out.push('\n');
            }
            let gap = if cue.settings.is_empty() { "" } else { " " };
            let (from, to) = (time(cue.from_ms), time(cue.to_ms));
            let _ = write!(out, "{from} --> {to}{gap}{}\n{}", cue.settings, cue.text);
        }
        if !self.tail.is_empty() {
            let _ = write!(out, "\n\n{}", self.tail);
        }
        out.push('\n');
        out
    }

    /// Says everything that begins at `from_ms` or later by `by_ms` later (earlier when it is negative); what would begin
    /// before the start begins there.
    ///
    /// # Errors
    /// `Invalid(shift)` when nothing would be left of a cue.
    pub fn shift(&mut self, by_ms: i64, from_ms: i64) -> Result<()> {
        for cue in self.cues.iter_mut().filter(|cue| cue.from_ms >= from_ms) {
            cue.from_ms = cue.from_ms.saturating_add(by_ms).max(0);
            cue.to_ms = cue.to_ms.saturating_add(by_ms);
            if cue.to_ms <= cue.from_ms || cue.to_ms > LAST_MS {
                return Err(Error::invalid("shift", Why::OutOfRange));
            }
        }
        Ok(())
    }
}

/// No captions are longer: a day.
const LAST_MS: i64 = 24 * 3_600_000;

impl Cue {
    /// A cue as it was typed; `None` where nothing was said.
    ///
    /// # Errors
    /// `Invalid(captions)`: `Unreadable` for a time that is none, `OutOfRange` for an end that is not after its start.
    pub fn typed(from: &str, to: &str, text: &str) -> Result<Option<Self>> {
        let text = one_block(text);
        if text.is_empty() {
            return Ok(None);
        }
        let time = |typed: &str| typed_ms(typed).ok_or(Error::invalid("captions", Why::Unreadable));
        let (from_ms, to_ms) = (time(from)?, time(to)?);
        if to_ms <= from_ms || to_ms > LAST_MS {
            return Err(Error::invalid("captions", Why::OutOfRange));
        }
        Ok(Some(Self { from_ms, to_ms, text, ..Self::default() }))
    }

    /// As it comes back from a form in which nobody touched it.
    fn as_shown(&self) -> Self {
        Self { text: one_block(&self.text), ..self.clone() }
    }
}

/// Text that ends no cue early: no empty lines, no arrow.
fn one_block(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n").replace("-->", "→").replace('\0', "")
}

/// `h:mm:ss.t`, `mm:ss,t` or seconds, as people type it, in milliseconds.
pub fn typed_ms(text: &str) -> Option<i64> {
    let text = text.trim().replace(',', ".");
    if text.contains(':') {
        // One or two digits behind the point are tenths and hundredths.
        let (clock, fraction) = text.split_once('.').unwrap_or((&text, "0"));
        return if fraction.is_empty() { None } else { time_ms(&format!("{clock}.{fraction:0<3}")) };
    }
    let seconds: f64 = text.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "held below a day of milliseconds")]
    (0.0..86_400.0).contains(&seconds).then(|| (seconds * 1000.0).round() as i64)
}

/// `hh:mm:ss.ttt`.
pub fn time(ms: i64) -> String {
    let (seconds, thousandths) = (ms / 1000, ms % 1000);
    format!("{:02}:{:02}:{:02}.{thousandths:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The cue that a block is, if it is one.
pub(super) fn cue(block: &str) -> Option<Cue> {
    let (before, rest) = match block.find("-->") {
        Some(arrow) => block.split_at(block[..arrow].rfind('\n').map_or(0, |end| end + 1)),
        None => return None,
    };
    let (times, text) = rest.split_once('\n').unwrap_or((rest, ""));
    let (from, behind) = times.split_once("-->")?;
    let (to, settings) = behind.trim_start().split_once(char::is_whitespace).unwrap_or((behind.trim(), ""));
    let cue = Cue {
        from_ms: time_ms(from.trim())?,
        to_ms: time_ms(to)?,
        settings: settings.trim().to_owned(),
        before: before.to_owned(),
        text: text.to_owned(),
    };
    (cue.from_ms < cue.to_ms).then_some(cue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_back_with_nothing_lost() {
        let vtt = "WEBVTT\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nfirst\n00:00:01.000 --> 00:00:02.000 line:0\n\
                   <i>one</i>\ntwo lines\n\nNOTE kept\n\n00:00:03.000 --> 00:00:04.500\nthree\n\nNOTE too\n\nname\n\
                   00:00:05.000 --> 00:00:06.000\nfour\n\nNOTE at the end\n";
        let script = Script::parse(vtt);
        assert_eq!(script.cues.len(), 3);
        assert_eq!(script.to_vtt(), vtt);
        assert_eq!(Script::parse(&script.to_vtt()), script);
    }

    #[test]
    fn a_cue_that_nobody_touched_is_kept_as_it_is() {
        let vtt = "WEBVTT\n\n00:03.000 --> 00:04.000\n  SpO2 < 90%  \n -- > > \n\n00:01.000 --> 00:02.000\n\n\n\
                   00:05.000 --> 00:06.000 line:0\nb --> c\n\nNOTE end";
        let known = Script::parse(vtt);
        let typed: Vec<Cue> = known
            .cues
            .iter()
            .filter_map(|cue| {
                let typed = Cue::typed(&time(cue.from_ms), &time(cue.to_ms), &cue.text).unwrap()?;
                Some(Cue { settings: cue.settings.clone(), before: cue.before.clone(), ..typed })
            })
            .collect();
        let retyped = |typed: Vec<Cue>| {
            let mut script = known.clone();
            (script.retype(typed), script)
        };
        let (is_changed, script) = retyped(typed.clone());
        assert!(!is_changed);
        assert_eq!(script.cues.len(), known.cues.len());
        let mut other = typed;
        other[1].text = "another".into();
        let (is_changed, script) = retyped(other);
        assert!(is_changed && script.cues.iter().any(|cue| cue.text == "another"));
        assert!(script.cues.contains(&known.cues[0]), "{script:?}");
        assert_eq!(script.tail, "NOTE end");
    }

    #[test]
    fn times_are_read_as_people_type_them() {
        let check = |typed: &str, expected: Option<i64>| assert_eq!(typed_ms(typed), expected, "{typed:?}");
        check("1:02.5", Some(62_500));
        check("00:01:02,500", Some(62_500));
        check("62.5", Some(62_500));
        check(" 0:05 ", Some(5_000));
        check("1:2:3.004", Some(3_723_004));
        check("", None);
        check("1:99", None);
        check("-1", None);
        check("NaN", None);
        check("1e9", None);
    }

    #[test]
    fn a_cue_is_refused_for_its_times_and_dropped_without_words() {
        assert_eq!(Cue::typed("x", "y", "  \n ").unwrap(), None);
        assert!(matches!(Cue::typed("x", "2", "a"), Err(Error::Invalid { why: Why::Unreadable, .. })));
        assert!(matches!(Cue::typed("2", "2", "a"), Err(Error::Invalid { why: Why::OutOfRange, .. })));
        let cue = Cue::typed("1", "2", "a\n\n 3 --> 4 ").unwrap().unwrap();
        assert_eq!(cue.text, "a\n3 → 4");
    }

    #[test]
    fn shifting_moves_what_follows_and_refuses_to_lose_a_cue() {
        let cue = |from_ms, to_ms| Cue { from_ms, to_ms, text: "x".into(), ..Cue::default() };
        let script =
            Script { head: "WEBVTT".into(), cues: vec![cue(1000, 2000), cue(5000, 6000)], ..Script::default() };
        let times = |by_ms, from_ms| {
            let mut moved = script.clone();
            moved
                .shift(by_ms, from_ms)
                .map(|()| moved.cues.iter().map(|cue| (cue.from_ms, cue.to_ms)).collect::<Vec<_>>())
        };
        assert_eq!(times(500, 0).unwrap(), [(1500, 2500), (5500, 6500)]);
        assert_eq!(times(-1500, 0).unwrap(), [(0, 500), (3500, 4500)]);
        assert_eq!(times(250, 3000).unwrap(), [(1000, 2000), (5250, 6250)]);
        assert!(times(-2000, 0).is_err());
    }
}
