//! What people see. The browser gets `islands` and what they need; pages never leave the server.

// A view's type nests as deep as the page it draws.
#![recursion_limit = "256"]

pub mod calls;
pub mod islands;
pub mod messages;
pub mod wire;

#[cfg(feature = "ssr")]
pub mod findings;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod parts;
#[cfg(feature = "ssr")]
pub mod problem;
#[cfg(feature = "ssr")]
pub mod view;
