//! Which of the many files are meant? A table with filters, orders and saved views; rows are picked from page to page.

mod address;
mod bulk;
mod figures;
mod filters;
mod outcome;
mod rows;
mod sheet;

pub use address::{Act, Asked, Pairs, pairs_of, values_of};
pub use bulk::bulk;
pub use outcome::{done, preview};
pub use sheet::{Typed, sheet};

use content::holdings::{self, Cursor, figures::load_figures, selection, views};
use content::shelves::{self, Facet};
use content::{courses, media::uploads};
use leptos::prelude::*;

use crate::messages as m;
use crate::parts::button::{go, go_quiet};
use crate::parts::field::problem_of_form;
use crate::parts::tabs::{Tab, tabs};
use crate::view::{Form, Page, Programs, Viewer};
use filters::Choices;

/// The address of the table.
pub(super) const HERE: &str = "/studio/resources";

/// `form` is the name of a view that could not be saved.
///
/// # Errors
/// `NotSignedIn`, `Forbidden`.
pub async fn resources(viewer: &Viewer, asked: &Asked, form: &Form) -> content::Result<Page> {
    let (actor, library, lang) = (super::keeper(viewer)?, &viewer.library, viewer.lang);
    let after = Cursor::parse(&asked.after, asked.sort);
    let page = holdings::list_page(library, actor, &asked.filter, asked.sort, after.as_ref()).await?;
    let picked = selection::count_picked(library, actor).await?;
    let saved = views::list_views(library, actor).await?;
    let figures = load_figures(library, actor).await?;
    let unfinished = uploads::list_unfinished(library, actor).await?.len();
    let choices = Choices {
        columns: courses::list_columns(library).await?,
        aspects: shelves::list_terms(library, Facet::Aspect).await?,
        audiences: shelves::list_terms(library, Facet::Audience).await?,
    };
    let body = view! {
        <div class="page-head">
            <h1>{m::kept_title(lang)}</h1>
            <p class="actions">{go("/studio/upload", m::studio_upload(lang))}</p>
        </div>
        {super::sides(viewer)}
        {(unfinished > 0).then(|| view! {
            <p class="actions">{go_quiet("/studio/upload", m::studio_unfinished_go(lang))}</p>
        })}
        {figures::section(viewer, &figures)}
        {saved_views(viewer, asked, &saved)}
        {problem_of_form(form)}
        {filters::form(viewer, asked, &choices)}
        {filters::keeping(viewer, asked, &saved, form)}
        {rows::section(viewer, asked, &page, picked)}
    };
    let programs = Programs { picks: true, ..Programs::default() };
    Ok(Page { programs, ..Page::new(m::kept_title(lang), body) })
}

fn saved_views(viewer: &Viewer, asked: &Asked, saved: &[views::View]) -> Option<AnyView> {
    if saved.is_empty() {
        return None;
    }
    let lang = viewer.lang;
    let here = asked.query();
    let all = Tab::new(HERE, m::kept_view_all(lang), here.is_empty());
    let own = saved.iter().map(|view| {
        let href = if view.query.is_empty() { HERE.to_owned() } else { format!("{HERE}?{}", view.query) };
        Tab::new(href, view.name.clone(), !here.is_empty() && view.query == here)
    });
    Some(tabs(m::kept_views(lang), [all].into_iter().chain(own)))
}
