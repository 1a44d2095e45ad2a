//! Who did what? One line for every deed that changes power or content, in the deed's own transaction.

mod sql;

use crate::Library;
use crate::db::{Tx, write};
use crate::error::Result;
use crate::ids::PersonId;

/// Notes `action` on `subject` by `actor` (`None` is the command line).
pub(crate) async fn note(
    library: &Library,
    tx: &mut Tx,
    actor: Option<&PersonId>,
    action: &str,
    subject: &str,
) -> Result<()> {
    let id = uuid::Uuid::now_v7().simple().to_string();
    write!(tx, sql::ADD_ENTRY, id, library.clock.now_ms(), actor, action, subject)?;
    Ok(())
}
