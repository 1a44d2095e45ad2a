//! The promises, as stories: each over HTTP against the real server, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a story that meets the unexpected has failed, and says where")]

mod support;

mod api;
mod asked;
mod assignments;
mod browser;
mod captions;
mod catalog;
mod courses;
mod courseware;
mod face;
mod faithful;
mod forms;
mod holdings;
mod import;
mod keeping;
mod kills;
mod learning;
mod loading;
mod media;
mod order;
mod pages;
mod people;
mod prospectus;
mod questions;
mod queue;
mod reports;
mod reviews;
mod revisions;
mod search;
mod statements;
mod tidy;
mod topics;
mod uploads;
