//! What did she watch just now? Reports come in, receipts go out: each event is answered once and for ever.

mod book;
mod bounds;
mod budget;
mod go;
mod taught;

use super::{Receipt, Report};
use crate::Library;
use crate::error::{Error, Result};
use crate::people::Actor;
use go::Sitting;

/// Writes a report into the ledger and answers its events, in their order, with numbered receipts or reasons.
/// It is written in bounded goes, each a transaction, so that nobody else waits for a long report. Repeating a request
/// gives the same answers and changes nothing.
///
/// When the day's budget of this person ends within a report, the events from there on are not answered, and nothing of
/// them is kept: the device sends them again.
///
/// # Errors
/// `Invalid` for a report that cannot be read at all; then nothing of it was kept. `TooMany` when not even the first of
/// its events fits the budget.
pub async fn record(library: &Library, actor: &Actor, report: &Report) -> Result<Vec<Receipt>> {
    bounds::check(report)?;
    let lessons = taught::load_all(library, actor, report).await?;
    let mut sitting = Sitting::new(library, actor, &report.session, &lessons);
    let mut receipts = Vec::with_capacity(report.events.len());
    for events in bounds::goes(&report.events) {
        let answers = sitting.answer(events).await?;
        receipts.extend(answers.receipts);
        match answers.retry_after_s {
            Some(retry_after_s) if receipts.is_empty() => return Err(Error::TooMany { retry_after_s }),
            Some(_) => break,
            None => {}
        }
    }
    Ok(receipts)
}
