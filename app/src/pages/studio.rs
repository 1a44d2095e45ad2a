//! How is content made? The pages of content managers: everything under `/studio`.

mod column;
mod course;
mod course_forms;
mod fields;
mod jobs;
mod new_course;
mod overview;
pub mod resource;
mod resource_captions;
mod resource_parts;
mod upload;

pub use column::columns;
pub use course::course;
pub use jobs::jobs;
pub use new_course::new_course;
pub use overview::overview;
pub use resource::resource;
pub use upload::upload;

use content::people::{Actor, access};

use crate::messages as m;
use crate::parts::breadcrumb::Crumb;
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

/// The first crumb of every page below the overview.
fn top(viewer: &Viewer) -> Crumb {
    Crumb::new("/studio", m::studio_title(viewer.lang))
}
