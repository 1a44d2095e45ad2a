//! The SQL of the rival that is SQLite's own full-text search.

pub(super) const MAKE: &str = "create virtual table said using fts5 (id unindexed, text, tokenize = 'trigram')";
pub(super) const ADD: &str = "insert into said (id, text) values ($1, $2)";
pub(super) const FIND: &str = "select id from said where said match $1 order by rank limit 100";
