//! The people's SQL.

pub(super) const FIND_ACCOUNT: &str = "select id, password_hash from person where login = $1 and disabled_at is null";

pub(super) const FIND_PERSON: &str = "select id from person where id = $1";

pub(super) const LOCK_GATE: &str = "update sign_in_gate set attempts = attempts + 1 where name = 'gate'";

pub(super) const COUNT_FAILURES: &str = "
    select count(case when account = $1 and address = $2 then 1 end) as of_pair,
        count(case when account = $1 then 1 end) as of_account,
        count(case when address = $2 then 1 end) as of_place,
        max(case when account = $1 and address = $2 then at end) as pair_at,
        max(case when account = $1 then at end) as account_at,
        max(case when address = $2 then at end) as place_at
    from sign_in_failure where (account = $1 and at > $3) or (address = $2 and at > $3)";

pub(super) const FORGET_FAILURES: &str =
    "delete from sign_in_failure where id in (select id from sign_in_failure where at <= $1 order by at limit $2)";

pub(super) const FORGET_SESSIONS: &str = "
    delete from session where token_hash in (
        select token_hash from session where expires_at <= $1 order by expires_at limit $2)";

pub(super) const FIND_KNOWN_PLACE: &str = "select at from known_place where account = $1 and place = $2 and at > $3";

pub(super) const KNOW_PLACE: &str = "
    insert into known_place (account, place, at) values ($1, $2, $3)
    on conflict (account, place) do update set at = excluded.at";

pub(super) const FORGET_PLACES: &str = "
    delete from known_place where at <= $1 and exists (
        select 1 from (select account, place from known_place where at <= $1 order by at limit $2) as old
        where old.account = known_place.account and old.place = known_place.place)";

pub(super) const FORGET_FAILURE: &str = "delete from sign_in_failure where id = $1";

pub(super) const ADD_FAILURE: &str = "insert into sign_in_failure (id, account, address, at) values ($1, $2, $3, $4)";

pub(super) const ADD_SESSION: &str =
    "insert into session (token_hash, person, kind, created_at, expires_at) values ($1, $2, $3, $4, $5)";

pub(super) const END_OLDEST_SESSIONS: &str = "
    delete from session where token_hash in (
        select token_hash from session where person = $1 and kind = $2 order by created_at desc, token_hash limit 100 offset $3)";

pub(super) const SET_FIRST_SIGN_IN: &str =
    "update person set first_signed_in_at = coalesce(first_signed_in_at, $2) where id = $1";

// One row a grant, the first that was given first; one without a role for whoever has none.
pub(super) const LIST_SIGNED_IN: &str = "
    select p.id, p.login, p.name, p.language, p.data_use, m.unit, p.first_signed_in_at,
        (select value from counter where name = 'change') as changes_seen, g.role, g.unit as granted
    from session s
    join person p on p.id = s.person and p.disabled_at is null
    left join membership m on m.person = p.id and m.valid_until is null
    left join role_grant g on g.person = p.id and g.revoked_at is null
    where s.token_hash = $1 and s.expires_at > $2 order by g.created_at, g.id";

pub(super) const LIST_BY_LOGIN: &str = "
    select p.id, p.login, p.name, p.language, p.data_use, m.unit, coalesce(p.first_signed_in_at, p.created_at) as first_signed_in_at,
        (select value from counter where name = 'change') as changes_seen, g.role, g.unit as granted
    from person p left join membership m on m.person = p.id and m.valid_until is null
    left join role_grant g on g.person = p.id and g.revoked_at is null
    where p.login = $1 and p.disabled_at is null order by g.created_at, g.id";

pub(super) const LIST_BY_ID: &str = "
    select p.id, p.login, p.name, p.language, p.data_use, m.unit, coalesce(p.first_signed_in_at, p.created_at) as first_signed_in_at,
        (select value from counter where name = 'change') as changes_seen, g.role, g.unit as granted
    from person p left join membership m on m.person = p.id and m.valid_until is null
    left join role_grant g on g.person = p.id and g.revoked_at is null
    where p.id = $1 and p.disabled_at is null order by g.created_at, g.id";

pub(super) const END_SESSION: &str = "delete from session where token_hash = $1";

pub(super) const END_SESSIONS: &str = "delete from session where person = $1";

pub(super) const SET_LANGUAGE: &str = "update person set language = $2 where id = $1";

pub(super) const SET_DATA_USE: &str = "update person set data_use = $2 where id = $1";

pub(super) const ADD_PERSON: &str =
    "insert into person (id, login, name, password_hash, created_at) values ($1, $2, $3, $4, $5)";

pub(super) const ADD_MEMBERSHIP: &str = "insert into membership (person, unit, valid_from) values ($1, $2, $3)";

pub(super) const ADD_GRANT: &str =
    "insert into role_grant (id, person, role, unit, created_at) values ($1, $2, $3, $4, $5) on conflict do nothing";

pub(super) const FIND_GRANT: &str = "
    select id from role_grant
    where person = $1 and role = $2 and coalesce(unit, '') = coalesce($3, '') and revoked_at is null";

pub(super) const SET_PASSWORD: &str = "update person set password_hash = $2 where id = $1";

// Tops of the tree that no grant of hers as content manager covers; none where one is over everything.
pub(super) const COUNT_OTHER_TOPS: &str = "
    select count(*) from org_unit_parent u
    where u.parent is null and u.valid_until is null and not exists (select 1 from role_grant g
        where g.person = $1 and g.role = 'content-manager' and g.revoked_at is null and (g.unit is null or g.unit = u.unit))";

pub(super) const COUNT_REVIEWERS: &str = "
    select count(*) from role_grant g join person p on p.id = g.person and p.disabled_at is null
    where g.role = 'reviewer' and g.revoked_at is null and g.person <> $2
        and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = $1) > 0)";
