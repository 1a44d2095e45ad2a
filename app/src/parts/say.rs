//! How are numbers, dates, lengths and sizes said in three languages?

use content::clock::day;
use time::Month;

use crate::messages as m;
use crate::wire::Lang;

/// `12,345` in all three languages.
pub fn number(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut said = String::from(if number < 0 { "-" } else { "" });
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    said
}

/// A length to plan by: seconds below a minute, else whole minutes, hours from sixty on.
pub fn duration(lang: Lang, ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    if seconds < 60 {
        return m::seconds(lang, seconds);
    }
    match (seconds + 30) / 60 {
        minutes @ ..60 => m::minutes(lang, minutes),
        minutes if minutes % 60 == 0 => m::hours(lang, minutes / 60),
        minutes => m::hours_minutes(lang, minutes / 60, minutes % 60),
    }
}

/// A place in a video, as the player says it: `03:20`, or `1:03:20` from an hour on.
pub fn clock(ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes:02}:{seconds:02}") }
}

/// A size as data plans count it (1 MB = 1,000,000 bytes): `640 KB`, `3.2 MB`, `45 MB`, `1.3 GB`.
pub fn bytes(bytes: i64) -> String {
    let tenths = |unit: i64| format!("{}.{}", (bytes + unit / 20) / unit, (bytes + unit / 20) % unit / (unit / 10));
    match bytes {
        ..1_000 => format!("{} B", bytes.max(0)),
        1_000..950_000 => format!("{} KB", (bytes + 500) / 1_000),
        950_000..9_950_000 => format!("{} MB", tenths(1_000_000)),
        9_950_000..950_000_000 => format!("{} MB", (bytes + 500_000) / 1_000_000),
        _ => format!("{} GB", tenths(1_000_000_000)),
    }
}

/// `bytes`, said as an estimate: what a play costs depends on the link.
pub fn about_bytes(lang: Lang, size_bytes: i64) -> String {
    m::about(lang, bytes(size_bytes))
}

/// A day; `ms` since 1970 UTC.
pub fn date(lang: Lang, ms: i64) -> String {
    let at = day::local(ms);
    m::date(lang, at.day(), month(lang, at.month()), at.year())
}

/// A day and the time of day; `ms` since 1970 UTC.
pub fn date_time(lang: Lang, ms: i64) -> String {
    let at = day::local(ms);
    m::date_time(lang, date(lang, ms), format!("{:02}:{:02}", at.hour(), at.minute()))
}

/// The `datetime` attribute of a `<time>`.
pub fn machine_date(ms: i64) -> String {
    let at = day::local(ms);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}+08:00", at.year(), u8::from(at.month()), at.day(), at.hour(), at.minute())
}

/// A day and a time as a field writes them (`2026-11-30T08:00`), in ms since 1970 UTC; `None` for what is none.
pub fn moment(text: &str) -> Option<i64> {
    let (day, time) = text.trim().split_once('T')?;
    let (hours, minutes) = time.get(..5)?.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let is_time = (0..24).contains(&hours) && (0..60).contains(&minutes);
    let end_ms = day::end_of(day).filter(|_| is_time)?;
    Some(end_ms - DAY_MS + (hours * 60 + minutes) * 60_000)
}

fn month(lang: Lang, month: Month) -> &'static str {
    let names = [
        m::month_1,
        m::month_2,
        m::month_3,
        m::month_4,
        m::month_5,
        m::month_6,
        m::month_7,
        m::month_8,
        m::month_9,
        m::month_10,
        m::month_11,
        m::month_12,
    ];
    names[usize::from(u8::from(month)) - 1](lang)
}

/// `2 lessons`.
pub fn lessons(lang: Lang, count: i64) -> String {
    if count == 1 { m::one_lesson(lang).to_owned() } else { m::lessons(lang, number(count)) }
}

/// `3 courses`.
pub fn courses(lang: Lang, count: i64) -> String {
    if count == 1 { m::one_course(lang).to_owned() } else { m::courses(lang, number(count)) }
}

const DAY_MS: i64 = 24 * 3_600_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (-12_345_678, "-12,345,678")];
        for (given, said) in cases {
            assert_eq!(number(given), said);
        }
    }

    #[test]
    fn a_length_is_said_as_one_plans_by_it() {
        let cases = [
            (40_000, "40 s"),
            (59_999, "59 s"),
            (60_000, "1 min"),
            (364_000, "6 min"),
            (3_590_000, "1 h"),
            (3_900_000, "1 h 5 min"),
            (-1, "0 s"),
        ];
        for (ms, said) in cases {
            assert_eq!(duration(Lang::En, ms), said, "{ms} ms");
        }
    }

    #[test]
    fn a_place_in_a_video_is_said_as_the_player_says_it() {
        assert_eq!([clock(200_000), clock(3_800_000), clock(0)], ["03:20", "1:03:20", "00:00"]);
    }

    #[test]
    fn sizes_are_said_in_at_most_three_digits() {
        let cases = [
            (0, "0 B"),
            (999, "999 B"),
            (640_400, "640 KB"),
            (949_999, "950 KB"),
            (950_000, "1.0 MB"),
            (3_249_999, "3.2 MB"),
            (9_949_999, "9.9 MB"),
            (9_950_000, "10 MB"),
            (45_400_000, "45 MB"),
            (1_300_000_000, "1.3 GB"),
        ];
        for (given, said) in cases {
            assert_eq!(bytes(given), said);
        }
    }

    #[test]
    fn a_day_is_the_day_in_beijing() {
        let ms = 1_732_373_999_000;
        assert_eq!(date(Lang::En, ms), "23 November 2024");
        assert_eq!(date(Lang::Zh, ms), "2024年11月23日");
        assert_eq!(date(Lang::Zh, ms + 1_000), "2024年11月23日");
        assert_eq!(date_time(Lang::En, ms), "23 November 2024, 22:59");
        assert_eq!(date(Lang::Zh, ms + 3_601_000), "2024年11月24日");
        assert_eq!(moment("2024-11-23T23:59"), Some(1_732_377_600_000 - 60_000));
        assert_eq!(moment("2024-11-23T00:00"), Some(1_732_377_600_000 - 24 * 3_600_000));
        for text in ["", "2024-11-23", "2024-11-23T24:00", "2024-11-23T8:00", "2024-11-23T-1:00"] {
            assert_eq!(moment(text), None, "{text:?}");
        }
        assert_eq!(machine_date(0), "1970-01-01T08:00+08:00");
    }
}
