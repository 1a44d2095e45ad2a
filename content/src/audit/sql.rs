//! The audit log's SQL.

pub(super) const ADD_ENTRY: &str = "insert into audit (id, at, actor, action, subject) values ($1, $2, $3, $4, $5)";
