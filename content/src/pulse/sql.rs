//! The SQL of signs of life.

pub(super) const SIGN: &str =
    "insert into node_sign (name, at) values ($1, $2) on conflict (name) do update set at = excluded.at";

pub(super) const FIND_SIGN: &str = "select at from node_sign where name = $1";
