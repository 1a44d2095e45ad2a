//! Which seconds were truly played? The union of half-open intervals in milliseconds; pure.
//! A union is idempotent: late, repeated and out-of-order reports are harmless.

/// Sound outlasts its picture by up to a frame of its own, and players report whole frames: who has watched everything
/// that can be seen must not lack the last of these milliseconds.
const ROUNDING_MS: i64 = 100;

/// So many stretches are kept of one lesson. Somebody who leaps about for hours makes some hundred.
const MOST_STRETCHES: usize = 1000;
/// Where there are more, gaps shorter than this are closed: nobody has seen what was left out.
const SHORTEST_GAP_MS: i64 = 1000;

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
        cut.into_iter().for_each(|next| push(&mut union, next, 0));
        Self(union)
    }

    /// The union of both, in one walk along the two.
    pub fn with(&self, other: &Self) -> Self {
        let mut union = Vec::with_capacity(self.0.len() + other.0.len());
        let (mut ours, mut theirs) = (self.0.iter().peekable(), other.0.iter().peekable());
        loop {
            let is_ours = match (ours.peek(), theirs.peek()) {
                (Some(one), Some(other)) => one <= other,
                (one, _) => one.is_some(),
            };
            let Some(&next) = (if is_ours { ours.next() } else { theirs.next() }) else { return Self(union) };
            push(&mut union, next, 0);
        }
    }

    /// The union as it is entered in a ledger: exact, until it would be cut finer than a ledger keeps; then the shortest
    /// gaps are closed. `None` where that does not help: what was earned stands as it is.
    pub(super) fn entered(&self, played: &Self) -> Option<Self> {
        let union = self.with(played);
        let most = MOST_STRETCHES.max(self.0.len());
        if union.0.len() <= most {
            return Some(union);
        }
        let mut closed = Vec::with_capacity(most);
        union.0.into_iter().for_each(|next| push(&mut closed, next, SHORTEST_GAP_MS - 1));
        (closed.len() <= most).then_some(Self(closed))
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

/// Adds what begins no earlier than the last of them; gaps of up to `gap_ms` are closed.
fn push(union: &mut Vec<(i64, i64)>, (from, to): (i64, i64), gap_ms: i64) {
    match union.last_mut() {
        Some(last) if from <= last.1.saturating_add(gap_ms) => last.1 = last.1.max(to),
        _ => union.push((from, to)),
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

    /// Numbers that are the same in every run.
    fn numbers(seed: u64) -> impl FnMut(i64) -> i64 {
        let mut state = seed;
        move |below| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from(state >> 33).unwrap_or_default() % below
        }
    }

    #[test]
    fn what_an_honest_player_reports_is_entered_exactly() {
        for seed in 0..200 {
            let mut number = numbers(seed);
            let (mut ledger, mut naive) = (Intervals::default(), vec![false; 3_600]);
            for _ in 0..number(60) {
                let (from, length) = (number(3_600), 1 + number(15));
                let to = (from + length).min(3_600);
                let played = Intervals::of(&[(from * 1000, to * 1000)], 3_600_000);
                ledger = ledger.entered(&played).expect("it is far from its bound");
                (from..to).for_each(|second| naive[usize::try_from(second).unwrap()] = true);
            }
            let seconds = naive.iter().filter(|watched| **watched).count();
            assert_eq!(usize::try_from(ledger.covered_ms()).ok(), Some(seconds * 1000), "seed {seed}");
            let again = Intervals::of(ledger.as_slice(), i64::MAX);
            assert_eq!(again, ledger, "sorted, disjoint, not touching");
        }
    }

    #[test]
    fn however_it_is_cut_a_ledger_stays_small_and_loses_nothing() {
        for seed in 0..20 {
            let (mut number, mut ledger) = (numbers(seed), Intervals::default());
            for _ in 0..100 {
                let slivers: Vec<_> = (0..80).map(|_| number(20_000_000)).map(|from| (from, from + 1)).collect();
                let played = Intervals::of(&slivers, i64::MAX);
                let Some(entered) = ledger.entered(&played) else { continue };
                assert!(entered.as_slice().len() <= MOST_STRETCHES);
                assert_eq!(entered.with(&ledger), entered, "what was earned is not taken back");
                assert_eq!(entered.with(&played), entered, "what was reported counts");
                ledger = entered;
            }
            assert!(ledger.as_slice().len() > MOST_STRETCHES - 80, "it was filled");
        }
    }

    #[test]
    fn gaps_that_nobody_sees_are_closed_only_where_a_ledger_is_full() {
        let every = |step: i64, count: i64| {
            let raw: Vec<_> = (0..count).map(|index| (index * step, index * step + 1)).collect();
            Intervals::of(&raw, i64::MAX)
        };
        let full = every(2, 1000);
        assert_eq!(full.as_slice().len(), 1000);
        let one_more = full.entered(&Intervals::of(&[(5_000, 6_000)], 10_000)).expect("its gaps are short");
        assert_eq!(one_more.as_slice(), [(0, 1_999), (5_000, 6_000)]);
        let wide = every(1_001, 1000);
        assert_eq!(wide.entered(&Intervals::of(&[(500, 501)], 10_000)).expect("one gap").as_slice()[0], (0, 1_002));
        let wide = every(3_000, 1000);
        assert_eq!(wide.entered(&Intervals::of(&[(1_500, 1_501)], i64::MAX)), None);
        assert!(
            wide.entered(&Intervals::of(&[(0, 3_000)], i64::MAX)).is_some(),
            "what closes a gap itself always fits"
        );
        let older = every(3_000, 5_000);
        assert!(older.entered(&Intervals::of(&[(0, 3_000)], i64::MAX)).is_some(), "a ledger of before goes on");
        assert!(older.entered(&Intervals::of(&[(1_100, 1_200)], i64::MAX)).is_none());
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
