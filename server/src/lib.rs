//! How it is served: the router over the domain, for the commands and for the tests. Nothing here is global.

mod address;
mod admission;
mod again;
mod api;
mod asked;
mod assets;
mod catalog;
pub mod config;
mod failure;
mod forms;
mod guard;
mod health;
mod pages;
pub mod router;
pub mod serving;
mod session;
mod stream;
mod upload;

pub use config::Config;
pub use router::{Platform, router};
