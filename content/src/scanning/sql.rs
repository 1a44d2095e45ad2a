//! The scanner's SQL.

pub(super) const FIND_VERDICT: &str = "select verdict from scanned where resource = $1";

pub(super) const SET_VERDICT: &str = "
    insert into scanned (resource, verdict, at, detail) values ($1, $2, $3, $4)
    on conflict (resource) do update set verdict = excluded.verdict, at = excluded.at, detail = excluded.detail";
