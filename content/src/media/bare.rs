//! What of a file is known where the file is not? Its titles and lengths, as a catalog tells them; nothing plays.

use super::{ResourceKind, named, sql};
use crate::Library;
use crate::db::{Tx, write};
use crate::error::Result;
use crate::ids::{Language, ResourceId};
use crate::people::Actor;
use crate::texts::Texts;

/// What a catalog says of a file.
#[derive(Debug, Clone)]
pub(crate) struct BareFile<'a> {
    pub kind: ResourceKind,
    pub title: &'a Texts,
    pub language: Language,
    pub filename: &'a str,
    pub size_bytes: i64,
    pub duration_ms: i64,
}

/// Writes a resource down whose original is gone, in the caller's transaction; she keeps it as if she had uploaded it.
pub(crate) async fn add(library: &Library, tx: &mut Tx, actor: &Actor, file: &BareFile<'_>) -> Result<ResourceId> {
    let (id, now, owner) = (ResourceId::new(), library.clock.now_ms(), crate::people::access::owner_unit(actor)?);
    let (kind, title, language) = (file.kind.as_str(), file.title.to_json(), file.language.as_str());
    let (size, length) = (file.size_bytes, file.duration_ms);
    write!(tx, sql::ADD_BARE, &id, kind, title, language, file.filename, size, &actor.person, owner, now, length)?;
    named::name(tx, &id, file.title, file.language, file.filename).await?;
    Ok(id)
}
