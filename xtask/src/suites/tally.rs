//! How many tests of all suites passed and failed?

use std::fmt;
use std::ops::AddAssign;

/// Counts over any number of suites.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// Counts a closing line of a Rust test binary or of Node's test runner; any other line is
    /// passed over.
    pub(crate) fn read(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            self.passed += number_before(counts, " passed");
            self.failed += number_before(counts, " failed");
        } else if let Some(passed) = line.strip_prefix("# pass ") {
            self.passed += passed.trim().parse().unwrap_or(0);
        } else if let Some(failed) = line.strip_prefix("# fail ") {
            self.failed += failed.trim().parse().unwrap_or(0);
        }
    }

    /// Counts a check that is no test suite.
    pub(crate) fn note(&mut self, went_well: bool) {
        if went_well {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
    }
}

fn number_before(line: &str, word: &str) -> u64 {
    let before = line.split(word).next().filter(|before| before.len() < line.len());
    let digits = before.and_then(|before| before.rsplit(' ').next());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_both_runners_are_counted() {
        let mut tally = Tally::default();
        for line in [
            "running 7 tests",
            "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured",
            "# pass 4",
            "# fail 2",
            "# a test that says 9 passed",
        ] {
            tally.read(line);
        }
        assert_eq!(tally.to_string(), "21 passed, 5 failed");
    }
}
