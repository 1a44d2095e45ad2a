//! Which pieces do pages share? Plain functions that give a view; their looks are in `app/style/parts.css`.

pub mod address;
pub mod area;
pub mod badge;
pub mod breadcrumb;
pub mod button;
pub mod chart;
pub mod course_card;
pub mod dialog;
pub mod empty;
pub mod field;
pub mod lesson_row;
pub mod linked;
pub mod once;
pub mod order;
pub mod pagination;
pub mod progress;
pub mod reader;
pub mod said;
pub mod say;
pub mod skeleton;
pub mod table;
pub mod tabs;
pub mod toast;
pub mod top_bar;
pub mod unkept;
