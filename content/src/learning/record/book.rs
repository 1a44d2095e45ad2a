//! Which number comes next, and how much does the clock still allow? The receipt book of one person, locked while a go is
//! written.

use super::budget::Budget;
use crate::Library;
use crate::db::{Tx, find_in, write};
use crate::error::{Error, Result};
use crate::learning::clock_rule::Allowance;
use crate::learning::sql;
use crate::people::Actor;

/// What one go leaves to the next of the same report: one request has one allowance.
#[derive(Debug, Clone)]
pub(super) struct Carried {
    last_receipt: i64,
    allowance: Allowance,
}

pub(super) struct Book {
    pub now: i64,
    pub allowance: Allowance,
    pub budget: Budget,
    last_receipt: i64,
    acknowledged: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    last_receipt: i64,
    acknowledged_at: Option<i64>,
    unspent_ms: i64,
    spent: i64,
    spent_at: i64,
}

impl Book {
    pub(super) async fn open(library: &Library, tx: &mut Tx, actor: &Actor, carried: Option<&Carried>) -> Result<Self> {
        let now = library.clock.now_ms();
        write!(tx, sql::OPEN_BOOK, &actor.person)?;
        // The update takes the row's lock on both engines: two requests of one person are answered one after the other.
        let row = find_in!(tx, Row, sql::LOCK_BOOK, &actor.person)?;
        let row = row.ok_or_else(|| Error::internal("the receipt book is gone"))?;
        // Another request of hers may have been answered between two goes: then the clock has moved on with it.
        let carried = carried.filter(|carried| carried.last_receipt == row.last_receipt);
        let anchor_at = row.acknowledged_at.unwrap_or(actor.first_signed_in_at);
        let since = || Allowance::since(anchor_at, row.unspent_ms, now);
        Ok(Self {
            now,
            allowance: carried.map_or_else(since, |carried| carried.allowance.clone()),
            budget: Budget::since(row.spent, row.spent_at, now),
            last_receipt: row.last_receipt,
            acknowledged: false,
        })
    }

    pub(super) fn next_receipt(&mut self) -> i64 {
        self.acknowledged = true;
        self.last_receipt += 1;
        self.last_receipt
    }

    pub(super) async fn close(&self, tx: &mut Tx, actor: &Actor) -> Result<()> {
        write!(tx, sql::SPEND_BUDGET, &actor.person, self.budget.spent(), self.now)?;
        if self.acknowledged {
            write!(tx, sql::CLOSE_BOOK, &actor.person, self.last_receipt, self.now, self.allowance.leave())?;
        }
        Ok(())
    }

    pub(super) fn carry(self) -> Carried {
        Carried { last_receipt: self.last_receipt, allowance: self.allowance }
    }
}
