//! What does a question cost among a hundred thousand passages, and what one that means harm?

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use content::search::trial::Trial;

use super::{Outcome, Set, Text, size_bytes};

/// How many passages, and how long each is at most (characters).
const PASSAGES: usize = 100_000;
const LONGEST: usize = 400;

/// Passages put together from pieces of all texts: real words in real numbers, no two alike.
fn passages(sets: &[Set]) -> Vec<Text> {
    let all: Vec<&Text> = sets.iter().flat_map(|set| &set.texts).collect();
    let piece = |of: &Text, from: usize| of.body.chars().skip(from).take(LONGEST / 2).collect::<String>();
    let made = |number: usize| {
        let pick = |step: usize| all[number.wrapping_mul(step).wrapping_add(number / all.len()) % all.len()];
        let body = format!("{} {}", piece(pick(7_919), 0), piece(pick(104_729), LONGEST / 2));
        Text { id: number.to_string(), title: pick(1).title.clone(), body }
    };
    (0..PASSAGES).map(made).collect()
}

/// Questions that nobody asks in good faith.
fn hostile() -> Vec<String> {
    let mut all = vec![
        "压".repeat(10_000),
        "a ".repeat(5_000),
        "gaoxueya".repeat(1_250),
        "་".repeat(10_000),
        "\u{f71}\u{f72}\u{f74}".repeat(3_000),
        "\u{0}".repeat(10_000),
        "\u{202e}\u{2066}血压\u{2069}".repeat(1_000),
        "(a AND b) OR NOT \"c\"~3^2 [a TO z] {x} title:* + - && || ! \\ / ? ".repeat(150),
        "xian".repeat(2_500),
        "ཁྲག་ཤེད་".repeat(1_200),
        "\u{301}".repeat(10_000),
        "🏥".repeat(5_000),
        "hypertensoin diabeets pnuemonia tubercluosis ".repeat(220),
        "的 了 是 在 有 和 与".repeat(500),
        "'; drop table course; --".repeat(400),
    ];
    // Every letter of the alphabet, and every character one after the other.
    all.push(('a'..='z').map(String::from).collect::<Vec<_>>().join(" "));
    all.push(('\u{4e00}'..='\u{9fff}').take(10_000).collect());
    all
}

/// Builds that index and asks it everything.
pub(super) fn measure(sets: &[Set]) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let texts = passages(sets);
    let begun = Instant::now();
    let trial = Trial::build(folder.path(), &texts)?;
    let built_s = begun.elapsed().as_secs_f64();
    let ask = |question: &str| -> Outcome<f64> {
        let begun = Instant::now();
        trial.ask(question, true)?;
        Ok(begun.elapsed().as_secs_f64() * 1000.0)
    };
    let mut times_ms = Vec::new();
    for (_, question) in sets.iter().flat_map(|set| &set.questions) {
        times_ms.push(ask(question)?);
    }
    times_ms.sort_by(f64::total_cmp);
    let at = |part: usize| times_ms.get(times_ms.len().saturating_sub(1) * part / 100).copied().unwrap_or_default();
    let mut worst = (0.0, String::new());
    for question in hostile() {
        let took_ms = ask(&question)?;
        if took_ms > worst.0 {
            worst = (took_ms, question.chars().take(24).collect());
        }
    }
    let mut out = std::io::stdout();
    writeln!(
        out,
        "  {PASSAGES} passages: built in {built_s:.1} s, {} MiB; {} questions: p50 {:.2} ms, p99 {:.2} ms, longest {:.2} ms",
        size_bytes(folder.path()) >> 20,
        times_ms.len(),
        at(50),
        at(99),
        at(100),
    )?;
    writeln!(out, "  {} hostile questions: the longest {:.2} ms ({:?}…)", hostile().len(), worst.0, worst.1)?;
    writeln!(
        out,
        "  memory of this process with all of it: {} MiB",
        resident_bytes(Path::new("/proc/self/status")) >> 20
    )?;
    Ok(())
}

fn resident_bytes(status: &Path) -> u64 {
    let text = std::fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().split(' ').next().and_then(|number| number.parse::<u64>().ok()).unwrap_or_default() * 1024
}
