//! Which renditions are worth keeping beside each other? Pure.

use super::Rendition;

/// A picture that saves less than this over the next better one of its family is not worth a place on the ladder.
const LEAST_SAVING_PERCENT: i64 = 15;

/// The names of those that the next better one makes superfluous. `renditions` are sorted by their bits.
pub(super) fn crowded(renditions: &[Rendition]) -> Vec<String> {
    let mut names = Vec::new();
    for family in ["avc1", "av01"] {
        let ladder: Vec<_> = renditions.iter().filter(|each| each.codecs.starts_with(family)).collect();
        for pair in ladder.windows(2) {
            if pair[1].bits_per_second * 100 <= pair[0].bits_per_second * (100 + LEAST_SAVING_PERCENT) {
                // The dearer one is the better one, unless it is the smaller picture.
                let worse = if pair[1].lines() >= pair[0].lines() { pair[0] } else { pair[1] };
                names.push(worse.name.clone());
            }
        }
    }
    names
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
}
