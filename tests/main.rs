//! The promises, as stories: each over HTTP against the real server, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a story that meets the unexpected has failed, and says where")]

mod support;

mod api;
mod assignments;
mod browser;
mod courses;
mod face;
mod import;
mod kills;
mod learning;
mod media;
mod pages;
mod people;
mod reports;
mod search;
mod statements;
mod tidy;
mod uploads;
