//! Which filters does somebody use again and again? Each has a name of hers.

use super::sql;
use crate::Library;
use crate::db::{list, write};
use crate::error::{Error, Result, Why};
use crate::ids::ViewId;
use crate::people::{Actor, access};
use crate::texts::checked_line;

/// No more stand side by side as tabs.
const MOST: i64 = 20;

/// A filter and an order with a name.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct View {
    pub id: ViewId,
    pub name: String,
    /// As it stands in the address of the table; what it means is the page's.
    pub query: String,
}

/// Her own, in the order in which she saved them.
///
/// # Errors
/// `Forbidden` for people who keep no content.
pub async fn list_views(library: &Library, actor: &Actor) -> Result<Vec<View>> {
    access::may_keep_content(actor)?;
    list!(&library.db, View, sql::LIST_VIEWS, &actor.person, MOST)
}

/// Keeps one under a name; under the same name it replaces another.
///
/// # Errors
/// `Forbidden`; `Invalid` for a bad name, or when there are too many.
pub async fn save_view(library: &Library, actor: &Actor, name: &str, query: &str) -> Result<()> {
    let name = checked_line("name", name, 40)?;
    let query = if query.is_empty() { String::new() } else { checked_line("query", query, 2000)? };
    let views = list_views(library, actor).await?;
    let is_new = views.iter().all(|view| view.name != name);
    if is_new && i64::try_from(views.len()).is_ok_and(|count| count >= MOST) {
        return Err(Error::invalid("name", Why::TooMany));
    }
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::ADD_VIEW, ViewId::new(), &actor.person, name, query, library.clock.now_ms())?;
    tx.commit().await
}

/// Forgets one of hers; another's is not touched.
///
/// # Errors
/// `NotFound`.
pub async fn remove_view(library: &Library, actor: &Actor, id: &ViewId) -> Result<()> {
    let mut tx = library.db.begin().await?;
    if write!(&mut tx, sql::REMOVE_VIEW, id, &actor.person)? == 0 {
        return Err(Error::NotFound("view"));
    }
    tx.commit().await
}
