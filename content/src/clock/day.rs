//! When is a day over? Days as people write them, in the time they keep.

use time::{Date, Month, OffsetDateTime, UtcOffset};

/// Everybody we serve keeps Beijing time.
const OFFSET_S: i32 = 8 * 3600;

/// A moment as clocks on the wall show it; `ms` since 1970 UTC.
pub fn local(ms: i64) -> OffsetDateTime {
    let offset = UtcOffset::from_whole_seconds(OFFSET_S).unwrap_or(UtcOffset::UTC);
    OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000)).unwrap_or(OffsetDateTime::UNIX_EPOCH).to_offset(offset)
}

/// The end of a day written year first (`2026-11-30`, `2026/11/30`, `2026.11.30`, `2026年11月30日`), in ms since 1970 UTC;
/// `None` for what is no day of the years 1900 to 2200.
pub fn end_of(text: &str) -> Option<i64> {
    let text = text.trim();
    let text = text.strip_suffix('日').unwrap_or(text);
    let mut parts = text.split(['-', '/', '.', '年', '月']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let year = year.parse().ok().filter(|year| parts.next().is_none() && (1900..=2200).contains(year))?;
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(year, month, day.parse().ok()?).ok()?;
    let offset = UtcOffset::from_whole_seconds(OFFSET_S).ok()?;
    Some(date.next_day()?.midnight().assume_offset(offset).unix_timestamp() * 1000)
}

/// The day that ends at a moment, as [`end_of`] reads it and as a date field writes it.
pub fn ending(end_ms: i64) -> String {
    let date = local(end_ms.saturating_sub(1)).date();
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_over_at_midnight_in_beijing() {
        assert_eq!(end_of("2024-11-23"), Some(1_732_377_600_000));
        assert_eq!(ending(1_732_377_600_000), "2024-11-23");
        assert_eq!(ending(1_732_377_600_001), "2024-11-24");
    }

    #[test]
    fn a_day_comes_back_as_it_was_written() {
        let cases = [
            ("2026-11-30", "2026-11-30"),
            (" 2028/2/29 ", "2028-02-29"),
            ("1999.1.1", "1999-01-01"),
            ("2027年5月1日", "2027-05-01"),
        ];
        for (typed, said) in cases {
            assert_eq!(end_of(typed).map(ending).as_deref(), Some(said), "{typed}");
        }
        let wrong = ["", "2026-02-30", "soon", "2024-11", "30.11.2026.1", "99999-1-1", "9999999-01-01", "=1+1", "日"];
        for text in wrong.into_iter().chain(["2024-11-23T00:00", "2024-11-23-", "1-2-3"]) {
            assert_eq!(end_of(text), None, "{text:?}");
        }
    }
}
