//! How much may one person have written down in a day? Pure.
//! The log of what was reported is kept for ever, refused events too: nobody may fill the disk with it. A day of eight
//! hours with an event every ten seconds takes less than a tenth. What was spent comes back by and by, all of it in a day.

const DAY_MS: i64 = 24 * 3_600_000;
/// Events, and their stretches, that are written down in a day.
const A_DAY: i64 = 100_000;

#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    spent: i64,
}

impl Budget {
    /// `spent` as it was noted at `noted_at` (ms since 1970 UTC).
    pub(super) fn since(spent: i64, noted_at: i64, now: i64) -> Self {
        let back = i128::from((now - noted_at).clamp(0, DAY_MS)) * i128::from(A_DAY) / i128::from(DAY_MS);
        Self { spent: (spent - i64::try_from(back).unwrap_or(A_DAY)).max(0) }
    }

    /// Takes what an event of so many stretches costs. When there is not so much left: in how many seconds there is.
    pub(super) fn take(&mut self, stretches: usize) -> Result<(), i64> {
        let spent = self.spent.saturating_add(1 + i64::try_from(stretches).unwrap_or(A_DAY));
        if spent > A_DAY {
            return Err((spent - A_DAY).saturating_mul(DAY_MS / 1000) / A_DAY + 1);
        }
        self.spent = spent;
        Ok(())
    }

    pub(super) fn spent(self) -> i64 {
        self.spent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_an_end_and_comes_back_by_and_by() {
        let mut budget = Budget::since(0, 0, 0);
        for _ in 0..A_DAY / 1000 {
            assert_eq!(budget.take(999), Ok(()));
        }
        assert_eq!(budget.spent(), A_DAY);
        assert_eq!(budget.take(999), Err(864 + 1));
        let in_time = |ms: i64| Budget::since(A_DAY, 0, ms).take(999);
        assert_eq!(in_time(865_000), Ok(()));
        assert!(in_time(863_000).is_err());
        assert_eq!(Budget::since(A_DAY, 0, DAY_MS).spent(), 0);
        assert_eq!(Budget::since(A_DAY, 0, i64::MAX).spent(), 0);
        assert_eq!(Budget::since(7, 1_000, 0).spent(), 7, "a clock that was set back gives nothing");
    }
}
