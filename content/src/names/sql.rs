//! The concepts' SQL.

pub(super) const LIST_CONCEPTS: &str = "select id, names, stands_for from concept order by changed_at, id";

pub(super) const PUT_CHANGE: &str = "
    insert into concept (id, names, stands_for, changed_at) values ($1, $2, $3, $4)
    on conflict (stands_for) do update set names = excluded.names, changed_at = excluded.changed_at";

pub(super) const ADD_CONCEPT: &str = "
    insert into concept (id, names, stands_for, changed_at) values ($1, $2, null, $3)";

pub(super) const FIND_SAME: &str = "select id from concept where names = $1 and stands_for is null";

pub(super) const SET_NAMES: &str = "
    update concept set names = $2, changed_at = $3 where id = $1 and stands_for is null";

pub(super) const REMOVE_CONCEPT: &str = "delete from concept where stands_for = $1 or (id = $1 and stands_for is null)";
