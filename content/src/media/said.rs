//! What of a file itself do learners read? Its title and its language: said at once, or proposed where somebody reviews.

use super::{Resource, load_for_editing, named, sql};
use crate::Library;
use crate::audit;
use crate::changes::{self, Changed};
use crate::db::{Tx, write};
use crate::error::Result;
use crate::ids::{Language, ResourceId};
use crate::people::Actor;
use crate::proposals::{self, Change, Kind, Said};
use crate::texts::Texts;

/// Gives a resource another title.
///
/// # Errors
/// `Forbidden`, `NotFound`, or `Invalid` for an empty or overlong title.
pub async fn rename(library: &Library, actor: &Actor, id: &ResourceId, title: Texts) -> Result<Said> {
    let resource = load_for_editing(library, actor, id).await?;
    let mut tx = library.db.begin().await?;
    let said = say_title(library, &mut tx, actor, &resource, title).await?;
    if said == Said::Applied {
        audit::note(library, &mut tx, Some(&actor.person), "resource.rename", id.as_str()).await?;
    }
    tx.commit().await?;
    Ok(said)
}

/// Makes it so in the caller's transaction, who has asked whether that may be.
pub(crate) async fn rename_in(library: &Library, tx: &mut Tx, resource: &Resource, title: Texts) -> Result<()> {
    let title = title.checked("title", true, 200)?;
    write!(tx, sql::RENAME, &resource.id, title.to_json())?;
    named::name(tx, &resource.id, &title, resource.language, &resource.filename).await?;
    changes::note(library, tx, Changed::Resource, resource.id.as_str()).await
}

/// Says in which language a resource is, in the caller's transaction, who has asked whether that may be.
pub(crate) async fn set_language_in(
    library: &Library,
    tx: &mut Tx,
    resource: &Resource,
    language: Language,
) -> Result<()> {
    write!(tx, sql::SET_LANGUAGE, &resource.id, language.as_str())?;
    named::name(tx, &resource.id, &resource.title, language, &resource.filename).await?;
    changes::note(library, tx, Changed::Resource, resource.id.as_str()).await
}

/// Gives a file another title in the caller's transaction, who has checked the right to.
///
/// # Errors
/// `Invalid(title)`.
pub(crate) async fn say_title(
    library: &Library,
    tx: &mut Tx,
    actor: &Actor,
    resource: &Resource,
    title: Texts,
) -> Result<Said> {
    let title = title.checked("title", true, 200)?;
    let (before, after) = (Some(resource.title.to_json()), Some(title.to_json()));
    let change = Change { resource: &resource.id, kind: Kind::Title, slot: "", before, after, is_automatic: false };
    let said = proposals::put(library, tx, &actor.person, &change).await?;
    if said == Said::Applied {
        rename_in(library, tx, resource, title).await?;
    }
    Ok(said)
}

/// Says in which language a file is, likewise.
pub(crate) async fn say_language(
    library: &Library,
    tx: &mut Tx,
    actor: &Actor,
    resource: &Resource,
    language: Language,
) -> Result<Said> {
    let (before, after) = (Some(resource.language.to_string()), Some(language.to_string()));
    let change = Change { resource: &resource.id, kind: Kind::Language, slot: "", before, after, is_automatic: false };
    let said = proposals::put(library, tx, &actor.person, &change).await?;
    if said == Said::Applied {
        set_language_in(library, tx, resource, language).await?;
    }
    Ok(said)
}

/// The title that whoever edits it goes on from: what is proposed, else what stands.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn find_working_title(library: &Library, resource: &Resource) -> Result<Texts> {
    let open = proposals::find_unsettled(library, &resource.id, Kind::Title, "").await?;
    let proposed = open.and_then(|open| Texts::try_from(open.after?).ok());
    Ok(proposed.unwrap_or_else(|| resource.title.clone()))
}

/// The same for its language.
pub(crate) async fn find_working_language(library: &Library, resource: &Resource) -> Result<Language> {
    let open = proposals::find_unsettled(library, &resource.id, Kind::Language, "").await?;
    Ok(open.and_then(|open| Language::parse(open.after.as_deref()?)).unwrap_or(resource.language))
}
