//! Which one is meant by what was typed? Where a list of all would be too long, people name a file.

use super::{Filter, Sort, list_page};
use crate::Library;
use crate::error::{Error, Result, Why};
use crate::ids::ResourceId;
use crate::media::ResourceKind;
use crate::people::Actor;

/// The one resource of hers that is called so: by its title in any language or its file name, else the only one in whose
/// title or file name the words stand. `field` is where they were typed.
///
/// # Errors
/// `Forbidden` for people who keep no content; `Invalid`: `UnknownValue` where nothing fits, `Ambiguous` where several do.
pub async fn find_meant(
    library: &Library,
    actor: &Actor,
    field: &'static str,
    kind: Option<ResourceKind>,
    typed: &str,
) -> Result<ResourceId> {
    let filter = Filter { text: typed.trim().to_owned(), kind, ..Filter::default() };
    let page = list_page(library, actor, &filter, Sort::Newest, None).await?;
    let is_called_so =
        |title: &crate::texts::Texts, filename: &str| title.is_called(&filter.text) || filename == filter.text;
    let mut exact = page.rows.iter().filter(|row| is_called_so(&row.title, &row.filename));
    match (exact.next(), exact.next(), &page.rows[..]) {
        (Some(one), None, _) => Ok(one.id.clone()),
        (None, _, [one]) if page.next.is_none() => Ok(one.id.clone()),
        (None, _, []) => Err(Error::invalid(field, Why::UnknownValue)),
        _ => Err(Error::invalid(field, Why::Ambiguous)),
    }
}
