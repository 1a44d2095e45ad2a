//! What happens by chance in a story, and happens again with the same seed.

/// The same run each time; `MENPA_SEED` tries others.
const SEED: usize = 20_261_201;

/// A small generator (splitmix64): a seed says all that a run does.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// From the seed of this run.
    pub(crate) fn seeded() -> Self {
        Self(u64::try_from(seed()).expect("it fits"))
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        usize::try_from(bits % u64::try_from(end.max(1)).expect("it fits")).expect("it fits")
    }

    pub(crate) fn one<'a>(&mut self, of: &'a [&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// `MENPA_SEED`, or the seed that the checks use.
pub(crate) fn seed() -> usize {
    variable("MENPA_SEED", SEED)
}

/// A number from the environment: how many of something a run does.
pub(crate) fn variable(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |value| value.parse().expect("a number"))
}
