//! Which renditions are worth keeping beside each other? Pure.

use super::Rendition;
use crate::ids::Language;

/// A picture that saves less than this over the next better one of its family is not worth a place on the ladder.
const LEAST_SAVING_PERCENT: i64 = 15;

/// The names of those that the next better one makes superfluous. `renditions` are sorted by their bits.
pub(super) fn crowded(renditions: &[Rendition]) -> Vec<String> {
    let mut names = Vec::new();
    for family in ["avc1", "av01"] {
        let ladder: Vec<_> = renditions.iter().filter(|each| each.codecs.starts_with(family)).collect();
        for pair in ladder.windows(2) {
            let saving = pair[1].bits_per_second.saturating_sub(pair[0].bits_per_second);
            if saving.saturating_mul(100) <= pair[0].bits_per_second.saturating_mul(LEAST_SAVING_PERCENT) {
                // The dearer one is the better one, unless it is the smaller picture.
                let worse = if pair[1].lines() >= pair[0].lines() { pair[0] } else { pair[1] };
                names.push(worse.name.clone());
            }
        }
    }
    names
}

/// Keeps the sound of one language where there are several: the `wanted` one, else that of the first sound track. Gives
/// the languages there are, and the one that was kept; nothing where there is no choice.
pub fn choose_language(renditions: &mut Vec<Rendition>, wanted: &[Language]) -> (Vec<Language>, Option<Language>) {
    let spoken = |each: &Rendition| each.language.as_deref().and_then(Language::parse);
    let mut known: Vec<Language> = renditions.iter().filter_map(spoken).collect();
    known.sort_unstable();
    known.dedup();
    if known.len() < 2 {
        return (Vec::new(), None);
    }
    // Those of other languages are called by them.
    let is_first =
        |each: &&Rendition| each.language.as_ref().is_some_and(|one| !each.name.ends_with(&format!("-{one}")));
    let first = renditions.iter().find(is_first).and_then(spoken);
    let chosen = wanted.iter().copied().find(|each| known.contains(each)).or(first);
    renditions.retain(|each| each.kind != "audio" || spoken(each) == chosen);
    (known, chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendition(name: &str, codecs: &str, height: i64, bits_per_second: i64) -> Rendition {
        Rendition {
            part: "first".into(),
            folder: String::new(),
            name: name.into(),
            kind: "video".into(),
            language: None,
            width: Some(height * 16 / 9),
            height: Some(height),
            codecs: codecs.into(),
            frames_per_second: 25.0,
            bits_per_second,
            peak_bits_per_second: bits_per_second,
            size_bytes: 1,
            file: String::new(),
            playlist: String::new(),
            plain: None,
            plain_bytes: None,
            init_bytes: 1,
            segments: "[]".into(),
        }
    }

    #[test]
    fn neighbors_that_cost_the_same_leave_the_better_one() {
        let check = |renditions: &[(&str, &str, i64, i64)], expected: &[&str]| {
            let made: Vec<_> =
                renditions.iter().map(|(name, codecs, height, bits)| rendition(name, codecs, *height, *bits)).collect();
            assert_eq!(crowded(&made), expected, "{renditions:?}");
        };
        check(&[("a", "av01.0", 240, 40), ("b", "av01.0", 360, 60), ("c", "av01.0", 480, 100)], &[]);
        check(&[("a", "av01.0", 240, 40), ("b", "av01.0", 360, 46)], &["a"]);
        check(&[("a", "av01.0", 240, 40), ("b", "av01.0", 360, 47)], &[]);
        check(&[("a", "av01.0", 360, 40), ("b", "av01.0", 240, 41)], &["b"]);
        check(&[("a", "avc1.6", 240, 40), ("b", "av01.0", 240, 40)], &[]);
    }

    #[test]
    fn one_language_is_heard_where_there_are_several() {
        let sound = |name: &str, language: Option<&str>| Rendition {
            kind: "audio".into(),
            language: language.map(Into::into),
            ..rendition(name, "opus", 0, 16_000)
        };
        let all = vec![
            rendition("av1-720p", "av01.0", 720, 20_000),
            sound("opus-16k", Some("zh")),
            sound("opus-16k-bo", Some("bo")),
            sound("opus-24k-bo", Some("bo")),
        ];
        let chosen = |wanted: &[Language]| {
            let mut kept = all.clone();
            let (known, chosen) = choose_language(&mut kept, wanted);
            (known.len(), chosen, kept.into_iter().map(|each| each.name).collect::<Vec<_>>())
        };
        let (tibetan, chinese) = (["av1-720p", "opus-16k-bo", "opus-24k-bo"], ["av1-720p", "opus-16k"]);
        assert_eq!(chosen(&[Language::En, Language::Bo]), (2, Some(Language::Bo), tibetan.map(String::from).to_vec()));
        assert_eq!(chosen(&[Language::En]), (2, Some(Language::Zh), chinese.map(String::from).to_vec()));
        let mut single = all[..2].to_vec();
        assert_eq!(choose_language(&mut single, &[Language::Bo]), (Vec::new(), None));
        assert_eq!(single.len(), 2, "the only sound there is stays");
    }
}
