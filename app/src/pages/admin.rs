//! Who has finished what? The pages of administrators and supervisors: everything under `/admin`.

mod address;
mod assignments;
mod learner;
mod report;
mod report_learners;
mod report_parts;

pub use assignments::assignments;
pub use learner::learner;
pub use report::{learners, report};
