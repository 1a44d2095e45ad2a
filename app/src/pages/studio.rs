//! How is content made? The pages of content managers: everything under `/studio`.

mod captions;
mod column;
mod course;
mod course_forms;
mod fields;
pub mod import;
mod jobs;
mod new_course;
mod overview;
mod parts;
pub mod resource;
mod resource_captions;
mod resource_class;
mod resource_pages;
mod resource_parts;
pub mod resources;
mod upload;

pub use captions::captions;
pub use column::columns;
pub use course::course;
pub use import::{explain, imports, sheet};
pub use jobs::jobs;
pub use new_course::new_course;
pub use overview::overview;
pub use parts::parts;
pub use resource::resource;
pub use upload::upload;

use content::people::{Actor, access};
use leptos::prelude::*;

use crate::messages as m;
use crate::parts::breadcrumb::Crumb;
use crate::parts::tabs::{Tab, tabs};
use crate::view::Viewer;

/// The viewer, if she keeps content.
///
/// # Errors
/// `NotSignedIn` or `Forbidden`.
fn keeper(viewer: &Viewer) -> content::Result<&Actor> {
    let actor = viewer.actor()?;
    access::may_keep_content(actor)?;
    Ok(actor)
}

/// What a content manager keeps, side by side.
fn sides(viewer: &Viewer) -> AnyView {
    let lang = viewer.lang;
    let sides = [
        ("/studio", m::studio_overview(lang)),
        ("/studio/resources", m::kept_way(lang)),
        ("/studio/columns", m::studio_columns(lang)),
        ("/studio/import", m::import_title(lang)),
        ("/studio/jobs", m::studio_jobs(lang)),
    ];
    tabs(m::studio_title(lang), sides.map(|(href, name)| Tab::new(href, name, href == viewer.path())))
}

/// The first crumb of every page below the overview.
fn top(viewer: &Viewer) -> Crumb {
    Crumb::new("/studio", m::studio_title(viewer.lang))
}
