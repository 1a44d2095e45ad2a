//! Which pages are there? One file a page; each asks the library and gives a [`crate::view::Page`].

pub mod admin;
pub mod column;
pub mod course;
pub mod home;
pub mod lesson;
pub mod me;
pub mod offline;
pub mod problem;
pub mod search;
pub mod shell;
pub mod sign_in;
pub mod studio;
