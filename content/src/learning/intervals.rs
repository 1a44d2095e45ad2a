//! Which seconds were truly played? The union of half-open intervals in milliseconds; pure.
//! A union is idempotent: late, repeated and out-of-order reports are harmless.

/// Sound outlasts its picture by up to a frame of its own, and players report whole frames: who has watched everything
/// that can be seen must not lack the last of these milliseconds.
const ROUNDING_MS: i64 = 100;

/// Sorted, disjoint, non-empty intervals that do not touch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intervals(Vec<(i64, i64)>);

impl Intervals {
    /// The union of `raw`, cut to `0..length_ms`. Empty and backward intervals count for nothing.
    pub fn of(raw: &[(i64, i64)], length_ms: i64) -> Self {
        let cut = raw.iter().map(|&(from, to)| (from.clamp(0, length_ms), to.clamp(0, length_ms)));
        let mut cut: Vec<_> = cut.filter(|(from, to)| from < to).collect();
        cut.sort_unstable();
        let mut union: Vec<(i64, i64)> = Vec::with_capacity(cut.len());
        for (from, to) in cut {
            match union.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => union.push((from, to)),
            }
        }
        Self(union)
    }

    /// The union of both.
    pub fn with(&self, other: &Self) -> Self {
        let both: Vec<_> = self.0.iter().chain(&other.0).copied().collect();
        Self::of(&both, i64::MAX)
    }

    /// How much is covered, in milliseconds.
    pub fn covered_ms(&self) -> i64 {
        self.0.iter().map(|(from, to)| to - from).sum()
    }

    /// Whether at least `percent` of `length_ms` is covered, but for a tenth of a second of rounding.
    pub fn reach(&self, percent: i64, length_ms: i64) -> bool {
        let covered_ms = i128::from(self.covered_ms() + ROUNDING_MS);
        length_ms > 0 && covered_ms * 100 >= i128::from(length_ms) * i128::from(percent)
    }

    /// The same parts of a medium of `to_ms` that these are of one of `from_ms`.
    #[must_use]
    pub fn scaled(&self, from_ms: i64, to_ms: i64) -> Self {
        if from_ms == to_ms || from_ms <= 0 {
            return self.clone();
        }
        let raw: Vec<_> =
            self.0.iter().map(|(a, b)| (scaled(*a, from_ms, to_ms), scaled(*b, from_ms, to_ms))).collect();
        Self::of(&raw, i64::MAX)
    }

    /// What of them lies within `length_ms`.
    pub(super) fn within(&self, length_ms: i64) -> Self {
        Self::of(&self.0, length_ms)
    }

    pub fn as_slice(&self) -> &[(i64, i64)] {
        &self.0
    }

    pub(super) fn to_json(&self) -> String {
        serde_json::json!(self.0).to_string()
    }
}

/// The place in a medium of `to_ms` that `ms` is in one of `from_ms`.
pub(super) fn scaled(ms: i64, from_ms: i64, to_ms: i64) -> i64 {
    if from_ms <= 0 {
        return ms;
    }
    let exact = (i128::from(ms) * i128::from(to_ms) + i128::from(from_ms) / 2) / i128::from(from_ms);
    i64::try_from(exact).unwrap_or(i64::MAX)
}

impl TryFrom<String> for Intervals {
    type Error = serde_json::Error;

    fn try_from(json: String) -> Result<Self, Self::Error> {
        serde_json::from_str(&json).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_parts_of_a_longer_face_are_longer() {
        let check = |raw: &[(i64, i64)], from_ms: i64, to_ms: i64, expected: &[(i64, i64)]| {
            assert_eq!(Intervals::of(raw, i64::MAX).scaled(from_ms, to_ms).as_slice(), expected);
        };
        check(&[(0, 50), (60, 100)], 100, 200, &[(0, 100), (120, 200)]);
        check(&[(0, 33), (34, 100)], 100, 10, &[(0, 10)]);
        check(&[(0, 100)], 100, 100, &[(0, 100)]);
        check(&[(0, 100)], 0, 100, &[(0, 100)]);
        check(&[(0, i64::MAX)], i64::MAX, 7, &[(0, 7)]);
    }

    #[test]
    fn the_union_is_what_was_played() {
        let check = |raw: &[(i64, i64)], expected: &[(i64, i64)]| {
            assert_eq!(Intervals::of(raw, 100).as_slice(), expected, "{raw:?}");
        };
        check(&[], &[]);
        check(&[(0, 10), (10, 20)], &[(0, 20)]);
        check(&[(30, 40), (0, 10), (5, 12)], &[(0, 12), (30, 40)]);
        check(&[(20, 10), (5, 5), (-50, -10)], &[]);
        check(&[(-5, 5), (95, 500)], &[(0, 5), (95, 100)]);
        check(&[(i64::MIN, i64::MAX)], &[(0, 100)]);
    }

    #[test]
    fn repeating_and_reordering_reports_changes_nothing() {
        let parts = [[(0, 10), (40, 60)], [(5, 30), (90, 95)], [(58, 70), (0, 3)]];
        let merged = |order: &[usize]| {
            order.iter().fold(Intervals::default(), |sum, &index| sum.with(&Intervals::of(&parts[index], 100)))
        };
        let expected = merged(&[0, 1, 2]);
        for order in [&[2, 1, 0][..], &[0, 0, 2, 1, 2, 1], &[1, 2, 0, 1]] {
            assert_eq!(merged(order), expected, "{order:?}");
        }
    }

    #[test]
    fn completion_is_exact_at_the_threshold() {
        let watched = Intervals::of(&[(0, 90_000)], 100_000);
        assert!(watched.reach(90, 100_000));
        assert!(watched.reach(90, 100_000 + 111), "rounding is forgiven");
        assert!(!watched.reach(90, 100_000 + 112));
        assert!(!watched.reach(91, 100_000));
        assert!(!watched.reach(90, 0), "a lesson without a length cannot be completed");
    }
}
