//! Which words ask rather than say?

use super::super::words::{self, Script, Unit};

const HAN: &[&str] = &[
    "怎么办",
    "怎么治疗",
    "怎么处理",
    "怎么治",
    "怎么样",
    "怎么",
    "如何",
    "是什么",
    "为什么",
    "什么",
    "有哪些",
    "哪些",
    "怎样",
    "请问",
    "能不能",
    "可以",
    "应该",
    "多少",
    "吗",
    "呢",
    "的",
    "了",
    "是",
    "吧",
    "啊",
    "会",
    "要",
    "有",
    "我",
    "得",
];
const LATIN: &[&str] = &[
    "a",
    "about",
    "also",
    "am",
    "an",
    "and",
    "any",
    "are",
    "as",
    "at",
    "be",
    "been",
    "but",
    "by",
    "can",
    "could",
    "did",
    "do",
    "does",
    "for",
    "from",
    "get",
    "had",
    "has",
    "have",
    "he",
    "her",
    "his",
    "how",
    "i",
    "if",
    "in",
    "information",
    "is",
    "it",
    "know",
    "like",
    "me",
    "more",
    "my",
    "need",
    "not",
    "of",
    "on",
    "or",
    "please",
    "she",
    "should",
    "so",
    "some",
    "than",
    "that",
    "the",
    "there",
    "they",
    "this",
    "to",
    "want",
    "was",
    "we",
    "what",
    "when",
    "where",
    "which",
    "who",
    "why",
    "will",
    "with",
    "would",
    "you",
    "your",
];

/// Of each unit, whether it only asks. A question of nothing else is taken at its word.
pub(super) fn soften(units: &[Unit]) -> Vec<bool> {
    let mut soft = vec![false; units.len()];
    for (at, unit) in units.iter().enumerate() {
        match unit.script {
            Script::Han => {
                for word in HAN {
                    let count = word.chars().count();
                    if units.get(at..at + count).is_some_and(|some| words::joined(some) == **word) {
                        soft[at..at + count].fill(true);
                    }
                }
            }
            Script::Latin => soft[at] |= LATIN.contains(&unit.text.as_str()),
            Script::Tibetan => soft[at] |= words::is_particle(&unit.text),
        }
    }
    if soft.iter().all(|is_soft| *is_soft) {
        soft.fill(false);
    }
    soft
}
