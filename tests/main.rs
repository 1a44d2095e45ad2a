//! The promises, as stories: each over HTTP against the real server, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a story that meets the unexpected has failed, and says where")]

mod support;

mod api;
mod asked;
mod assignments;
mod bounds;
mod browser;
mod captions;
mod catalog;
mod connections;
mod courses;
mod courseware;
mod face;
mod faithful;
mod faults;
mod fences;
mod forms;
mod generated;
mod holdings;
mod housekeeping;
mod import;
mod keeping;
mod kills;
mod learning;
mod lists;
mod loading;
mod media;
mod order;
mod outages;
mod pages;
mod people;
mod proposals;
mod prospectus;
mod questions;
mod queue;
mod races;
mod reads;
mod reports;
mod reviews;
mod revisions;
mod scopes;
mod search;
mod sheets;
mod sign_in;
mod statements;
mod tidy;
mod topics;
mod twice;
mod uploads;
mod watch_log;
