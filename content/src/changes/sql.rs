//! The change log's SQL.

pub(super) const NEXT_NUMBER: &str = "update counter set value = value + 1 where name = 'change' returning value";

pub(super) const ADD_CHANGE: &str = "insert into change (seq, kind, subject, at) values ($1, $2, $3, $4)";

pub(super) const LIST_AFTER: &str = "select seq, kind, subject from change where seq > $1 order by seq limit $2";

pub(super) const NEWEST: &str = "select value from counter where name = 'change'";

pub(super) const OLDEST: &str = "select seq from change order by seq limit 1";

pub(super) const FORGET: &str =
    "delete from change where at <= $1 and seq in (select seq from change order by seq limit $2)";
