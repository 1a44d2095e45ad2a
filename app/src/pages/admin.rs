//! Who has finished what? The pages of administrators and supervisors: everything under `/admin`.

mod address;
mod learner;
mod report;
mod report_learners;
mod report_parts;

pub use learner::learner;
pub use report::{learners, report};
