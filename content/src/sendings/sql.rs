//! The sendings' SQL.

pub(super) const FORGET_OLD: &str = "
    delete from sending where (person, key) in (select person, key from sending where at <= $1 order by at limit 100)";

pub(super) const FORGET_TOO_MANY: &str = "
    delete from sending where person = $1 and key in (
        select key from sending where person = $1 and answer is not null order by at desc, key limit 100000 offset $2)";

pub(super) const FORGET_ANSWERED: &str =
    "delete from sending where person = $1 and key = $2 and answer is not null and at <= $3";

// What she did before she changed something may be meant again; what is not answered after so long never will be.
pub(super) const FORGET_UNKNOWN: &str = "
    delete from sending where person = $1 and key = $2 and ((answer is null and at <= $4)
        or (answer is not null and at <= (select c.at from sending c where c.person = $1 and c.key = $3)))";

pub(super) const NOTE_CHANGE: &str = "
    insert into sending (person, key, answer, at) values ($1, $2, '', $3)
    on conflict (person, key) do update set at = excluded.at";

pub(super) const BEGIN: &str = "
    insert into sending (person, key, at) values ($1, $2, $3) on conflict (person, key) do nothing";

pub(super) const FIND_ANSWER: &str = "select answer from sending where person = $1 and key = $2";

pub(super) const FINISH: &str = "update sending set answer = $3, at = $4 where person = $1 and key = $2";

pub(super) const FORGET: &str = "delete from sending where person = $1 and key = $2";
