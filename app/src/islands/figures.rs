//! How are bytes and waits written? Whole numbers only: printing floats would double the smallest island.

use crate::messages as m;
use crate::wire::Lang;

/// `870 KB`, `12.4 MB`, `1.6 GB`: decimal units, as data plans count.
pub fn size(bytes: i64) -> String {
    match bytes {
        ..1_000_000 => format!("{} KB", (bytes.max(0) + 999) / 1000),
        1_000_000..1_000_000_000 => format!("{} MB", tenths(bytes / 100_000)),
        _ => format!("{} GB", tenths(bytes / 100_000_000)),
    }
}

fn tenths(count: i64) -> String {
    if count >= 1000 { (count / 10).to_string() } else { format!("{}.{}", count / 10, count % 10) }
}

/// Minutes from two minutes on, seconds below.
pub fn wait(lang: Lang, seconds: i64) -> String {
    match seconds {
        ..120 => m::seconds(lang, seconds.max(1)),
        120..7200 => m::minutes(lang, (seconds + 59) / 60),
        _ => m::hours_minutes(lang, seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short_enough_to_read_at_a_glance() {
        let check = |bytes, expected: &str| assert_eq!(size(bytes), expected);
        check(0, "0 KB");
        check(1, "1 KB");
        check(999_000, "999 KB");
        check(1_000_000, "1.0 MB");
        check(12_449_999, "12.4 MB");
        check(640_000_000, "640 MB");
        check(1_650_000_000, "1.6 GB");
    }

    #[test]
    fn waits_are_told_in_the_unit_a_person_would_use() {
        let lang = Lang::En;
        assert_eq!(wait(lang, 0), m::seconds(lang, 1));
        assert_eq!(wait(lang, 119), m::seconds(lang, 119));
        assert_eq!(wait(lang, 121), m::minutes(lang, 3));
        assert_eq!(wait(lang, 9000), m::hours_minutes(lang, 2, 30));
    }
}
