//! Which page of a list is asked for? The same two words for every list.

use content::paging::Paging as Page;
use content::{Error, Why};
use serde::Deserialize;
use utoipa::IntoParams;

/// How many items a page holds unless it is said, and at most.
const USUAL: usize = 100;
const MOST: usize = 200;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// How many items the page holds at most, from 1 to 200; 100 where it is not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next` of the page before.
    after: Option<String>,
}

impl Paging {
    /// # Errors
    /// `Invalid(limit, OutOfRange)`.
    pub(crate) fn page(&self) -> content::Result<Page<'_>> {
        let after = self.after.as_deref().filter(|after| !after.is_empty());
        Ok(Page { after, limit: self.limit_or(USUAL)? })
    }

    /// As [`Paging::page`].
    pub(crate) fn limit_or(&self, usual: usize) -> content::Result<usize> {
        let Some(limit) = self.limit else { return Ok(usual) };
        let limit = usize::try_from(limit).ok().filter(|limit| (1..=MOST).contains(limit));
        limit.ok_or(Error::Invalid { field: "limit", why: Why::OutOfRange })
    }

    pub(crate) fn after(&self) -> Option<&str> {
        self.after.as_deref().filter(|after| !after.is_empty())
    }
}
