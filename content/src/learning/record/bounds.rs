//! How much may one report hold, and how much of it is written at a time? Pure.

use std::collections::HashSet;

use crate::error::{Error, Result, Why};
use crate::learning::{Event, Report};

/// More than a day offline makes, even with one event every ten seconds of an eight-hour day.
const MOST_EVENTS: usize = 3000;
/// The longest id a device may name or make up, in bytes.
const LONGEST_ID: usize = 64;
/// Of one event, and of all events of a report: a player makes one stretch for each leap.
const MOST_STRETCHES: usize = 1000;
const MOST_STRETCHES_IN_ALL: usize = 20_000;
/// A sitting is one lesson, or the lessons of a few courses.
const MOST_LESSONS: usize = 200;

/// What one transaction writes: some 20 ms, at most 100 where the processor is slow and the ledgers are long.
const EVENTS_A_GO: usize = 200;
const STRETCHES_A_GO: usize = 4000;
const LESSONS_A_GO: usize = 20;

/// # Errors
/// `Invalid`: with a field for what is nonsense, `events` for more than a sitting can have made.
pub(super) fn check(report: &Report) -> Result<()> {
    check_id("session", report.session.as_str())?;
    let stretches: usize = report.events.iter().map(|event| event.intervals.len()).sum();
    if report.events.len() > MOST_EVENTS || stretches > MOST_STRETCHES_IN_ALL {
        return Err(Error::invalid("events", Why::TooLarge));
    }
    report.events.iter().try_for_each(check_event)?;
    let lessons: HashSet<_> = report.events.iter().map(|event| &event.lesson).collect();
    if lessons.len() > MOST_LESSONS { Err(Error::invalid("events", Why::TooLarge)) } else { Ok(()) }
}

fn check_event(event: &Event) -> Result<()> {
    check_id("id", event.id.as_str())?;
    check_id("lesson", event.lesson.as_str())?;
    let backward = event.intervals.iter().any(|(from, to)| from > to || *from < 0);
    if backward || event.intervals.len() > MOST_STRETCHES {
        return Err(Error::invalid("intervals_ms", Why::OutOfRange));
    }
    if !(event.rate > 0.0 && event.rate <= 16.0) || event.position_ms < 0 {
        return Err(Error::invalid("rate", Why::OutOfRange));
    }
    Ok(())
}

fn check_id(field: &'static str, id: &str) -> Result<()> {
    let bad = id.is_empty() || id.len() > LONGEST_ID || id.contains('\0');
    if bad { Err(Error::invalid(field, Why::Unreadable)) } else { Ok(()) }
}

/// The events in their order, cut where a transaction has enough.
pub(super) fn goes(events: &[Event]) -> impl Iterator<Item = &[Event]> {
    let mut rest = events;
    std::iter::from_fn(move || {
        let (go, after) = rest.split_at(go_of(rest));
        rest = after;
        (!go.is_empty()).then_some(go)
    })
}

fn go_of(events: &[Event]) -> usize {
    let (mut stretches, mut lessons) = (0, HashSet::new());
    for (index, event) in events.iter().enumerate().take(EVENTS_A_GO) {
        stretches += event.intervals.len();
        lessons.insert(&event.lesson);
        if index > 0 && (stretches > STRETCHES_A_GO || lessons.len() > LESSONS_A_GO) {
            return index;
        }
    }
    events.len().min(EVENTS_A_GO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(lesson: usize, stretches: usize) -> Event {
        Event {
            id: "e".into(),
            lesson: format!("l{lesson}").as_str().into(),
            face: None,
            intervals: vec![(0, 1); stretches],
            position_ms: 0,
            device_time: 0,
            rate: 1.0,
        }
    }

    #[test]
    fn a_report_is_cut_into_goes_of_bounded_work() {
        let check = |events: &[Event], expected: &[usize]| {
            assert_eq!(goes(events).map(<[Event]>::len).collect::<Vec<_>>(), expected);
        };
        check(&[], &[]);
        check(&vec![event(1, 1); 450], &[200, 200, 50]);
        check(&vec![event(1, 1000); 9], &[4, 4, 1]);
        check(&(0..45).map(|lesson| event(lesson, 1)).collect::<Vec<_>>(), &[20, 20, 5]);
        check(&[event(1, 9000), event(1, 1)], &[1, 1]);
    }

    #[test]
    fn no_number_of_a_report_is_unbounded() {
        let check = |events: Vec<Event>, field: Option<&str>| {
            let refused = super::check(&Report { session: "s".into(), events }).err();
            let told = refused.map(|error| match error {
                Error::Invalid { field, .. } => field,
                _ => "another error",
            });
            assert_eq!(told, field);
        };
        let named = |id: &str, lesson: &str| Event { id: id.into(), lesson: lesson.into(), ..event(1, 1) };
        check(vec![event(1, 1000); 20], None);
        check(vec![event(1, 1000); 21], Some("events"));
        check(vec![event(1, 1001)], Some("intervals_ms"));
        check(vec![event(1, 0); 3000], None);
        check(vec![event(1, 0); 3001], Some("events"));
        check((0..200).map(|lesson| event(lesson, 1)).collect(), None);
        check((0..201).map(|lesson| event(lesson, 1)).collect(), Some("events"));
        check(vec![named(&"x".repeat(65), "l")], Some("id"));
        check(vec![named("e", &"x".repeat(65))], Some("lesson"));
        check(vec![named("e", "")], Some("lesson"));
        check(vec![named("e\0", "l")], Some("id"));
    }
}
