//! Can so much have been watched in that time? The clock rule; pure.
//! A person cannot have watched more seconds than twice the time since her last acknowledged event (or, before the
//! first, since she first signed in), plus ten. What one request brings is acknowledged together, so it shares one
//! allowance. What happened before the last acknowledgement may use what that time left unspent: learning done offline in
//! several sittings fits, in whatever order they are reported. No more than two days are kept for that, and nothing can
//! have happened before she first signed in.

/// Twice real time (the fastest speed a player offers).
const FASTEST: i64 = 2;
/// Slack for clocks and rounding, in milliseconds.
const SLACK_MS: i64 = 10_000;
/// How far from the server's clock a device's may be, in milliseconds.
const SKEW_MS: i64 = 120_000;
/// The most that is kept unspent: two days of played time, in milliseconds.
const MOST_UNSPENT_MS: i64 = 2 * 24 * 3_600_000;

/// What may still be reported in this request, in milliseconds of played time.
#[derive(Debug, Clone)]
pub(super) struct Allowance {
    anchor_at: i64,
    /// For what was played since the anchor.
    left_ms: i64,
    /// For what was played before it.
    unspent_ms: i64,
}

impl Allowance {
    /// `anchor_at` is the last acknowledgement, before any the first sign-in; `unspent_ms` is what was left then.
    pub(super) fn since(anchor_at: i64, unspent_ms: i64, now: i64) -> Self {
        let left_ms = (now - anchor_at).max(0).saturating_mul(FASTEST).saturating_add(SLACK_MS);
        Self { anchor_at, left_ms, unspent_ms }
    }

    /// Spends `played_ms` of an event closed at `device_time` if that much is left.
    pub(super) fn spend(&mut self, played_ms: i64, device_time: i64) -> bool {
        let earlier_ms = if device_time <= self.anchor_at { self.unspent_ms.min(played_ms) } else { 0 };
        let fits = played_ms - earlier_ms <= self.left_ms;
        if fits {
            self.unspent_ms -= earlier_ms;
            self.left_ms -= played_ms - earlier_ms;
        }
        fits
    }

    /// What this acknowledgement leaves for reports of the time before it.
    pub(super) fn leave(&self) -> i64 {
        self.unspent_ms.saturating_add((self.left_ms - SLACK_MS).max(0)).min(MOST_UNSPENT_MS)
    }
}

/// Whether a device says it is later than it can be.
pub(super) fn is_future(device_time: i64, now: i64) -> bool {
    device_time > now + SKEW_MS
}

/// Whether a device says it was before its person had ever signed in.
pub(super) fn is_too_early(device_time: i64, first_signed_in_at: i64) -> bool {
    device_time < first_signed_in_at - SKEW_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_watches_faster_than_twice_the_clock() {
        let check = |elapsed_ms: i64, reports: &[i64], expected: &[bool]| {
            let now = 1_000 + elapsed_ms;
            let mut allowance = Allowance::since(1_000, 0, now);
            let taken: Vec<_> = reports.iter().map(|played| allowance.spend(*played, now)).collect();
            assert_eq!(taken, expected, "{elapsed_ms} ms");
        };
        check(0, &[10_000], &[true]);
        check(0, &[10_001], &[false]);
        check(30_000, &[70_000], &[true]);
        check(30_000, &[70_001, 70_000], &[false, true]);
        check(30_000, &[40_000, 40_000, 30_000], &[true, false, true]);
        check(-60_000, &[10_000, 1], &[true, false]);
        check(8 * 3_600_000, &[3_600_000; 17], &[[true; 16].as_slice(), &[false]].concat());
    }

    #[test]
    fn a_second_sitting_offline_fits_into_what_the_first_left() {
        let first = Allowance::since(0, 0, 3_600_000);
        let left = first.leave();
        assert_eq!(left, 7_200_000, "the slack is not saved up");
        let mut second = Allowance::since(3_600_000, left, 3_601_000);
        assert!(!second.spend(60_000, 3_601_000), "what is new has to fit the second that has passed");
        assert!(second.spend(60_000, 1_800_000), "what is older fits the hour before");
        assert_eq!(second.leave(), left - 60_000 + 2_000);
        assert!(!second.spend(8_000_000, 1_800_000), "but no more than that hour");
    }

    #[test]
    fn no_more_than_two_days_are_kept() {
        let check = |unspent_ms: i64, elapsed_ms: i64, played_ms: i64, expected: i64| {
            let mut allowance = Allowance::since(0, unspent_ms, elapsed_ms);
            assert!(allowance.spend(played_ms, elapsed_ms));
            assert_eq!(allowance.leave(), expected, "{unspent_ms} ms kept, {elapsed_ms} ms later, {played_ms} played");
        };
        let day_ms = 24 * 3_600_000;
        check(0, 3_600_000, 0, 7_200_000);
        check(0, day_ms, 0, MOST_UNSPENT_MS);
        check(0, 30 * day_ms, 3_600_000, MOST_UNSPENT_MS);
        check(MOST_UNSPENT_MS - 1_000, 0, 0, MOST_UNSPENT_MS - 1_000);
        check(MOST_UNSPENT_MS, 3_600_000, 3_600_000, MOST_UNSPENT_MS);
        check(0, i64::MAX, 0, MOST_UNSPENT_MS);
        let mut years_later = Allowance::since(0, Allowance::since(0, 0, 3_000 * day_ms).leave(), 1);
        assert!(!years_later.spend(MOST_UNSPENT_MS + SLACK_MS + 3, -1), "what years left unspent is not there at once");
        assert!(years_later.spend(MOST_UNSPENT_MS + SLACK_MS + 2, -1));
    }

    #[test]
    fn a_device_may_be_a_little_ahead_or_behind() {
        assert!(!is_future(1_000 + SKEW_MS, 1_000));
        assert!(is_future(1_001 + SKEW_MS, 1_000));
        assert!(!is_too_early(1_000 - SKEW_MS, 1_000));
        assert!(is_too_early(999 - SKEW_MS, 1_000));
    }
}
