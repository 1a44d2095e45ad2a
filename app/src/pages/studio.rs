//! How is content made? The pages of content managers: everything under `/studio`.

mod asked;
mod asked_same;
mod captions;
mod column;
mod column_edit;
mod course;
mod course_forms;
mod course_outline;
mod course_standing;
mod declared;
mod differences;
mod edit;
mod edit_faces;
mod fields;
pub mod import;
mod jobs;
mod kept;
mod names;
mod new_course;
mod overview;
mod parts;
mod picking;
mod policy;
mod proposals;
pub mod resource;
mod resource_about;
mod resource_captions;
mod resource_class;
mod resource_pages;
mod resource_parts;
pub mod resources;
mod review_by;
mod reviews;
mod revisions;
mod terms;
mod topics;
mod upload;

pub use asked::{Which, asked};
pub use asked_same::same_as;
pub use captions::captions;
pub use column::columns;
pub use course::course;
pub use edit::{edit_course, edit_lesson, edit_module};
pub use import::{explain, imports, sheet};
pub use jobs::jobs;
pub use names::names;
pub use new_course::new_course;
pub use overview::overview;
pub use parts::parts;
pub use policy::policy;
pub use proposals::proposal;
pub use resource::resource;
pub use review_by::review_by;
pub use reviews::reviews;
pub use revisions::revisions;
pub use terms::terms;
pub use topics::topics;
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

/// What a content manager keeps and a reviewer looks at, side by side.
fn sides(viewer: &Viewer) -> AnyView {
    let lang = viewer.lang;
    let actor = viewer.actor.as_ref();
    let mut sides = Vec::new();
    if actor.is_some_and(access::keeps_content) {
        sides.push(("/studio", m::studio_overview(lang)));
        sides.push(("/studio/resources", m::kept_way(lang)));
        sides.push(("/studio/columns", m::studio_columns(lang)));
        sides.push(("/studio/terms", m::terms_title(lang)));
        sides.push(("/studio/review-by", m::due_title(lang)));
        sides.push(("/studio/asked", m::asked_title(lang)));
        sides.push(("/studio/names", m::names_title(lang)));
        sides.push(("/studio/import", m::import_title(lang)));
        sides.push(("/studio/jobs", m::studio_jobs(lang)));
    }
    if actor.is_some_and(access::reviews_content) {
        sides.push(("/studio/reviews", m::reviews_title(lang)));
    }
    let sides = sides.into_iter().map(|(href, name)| Tab::new(href, name, href == viewer.path()));
    tabs(m::studio_title(lang), sides)
}

/// The first crumb of every page below the overview.
fn top(viewer: &Viewer) -> Crumb {
    Crumb::new("/studio", m::studio_title(viewer.lang))
}
