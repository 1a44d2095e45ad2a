//! Who has finished what? The pages of administrators and supervisors: everything under `/admin`.

mod address;
mod assignments;
mod choosing;
mod learner;
mod report;
mod report_learners;
mod report_parts;

pub use address::Which;
pub use assignments::assignments;
pub use choosing::course_named;
pub use learner::learner;
pub use report::{learners, report};
