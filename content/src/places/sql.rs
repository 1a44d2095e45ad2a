//! The org units' SQL.

pub(super) const FIND_WITHIN: &str = "select depth from org_unit_within where ancestor = $1 and unit = $2";

pub(super) const ADD_UNIT: &str = "insert into org_unit (id, kind, name, created_at) values ($1, $2, $3, $4)";

pub(super) const ADD_PARENT: &str = "insert into org_unit_parent (unit, parent, valid_from) values ($1, $2, $3)";

pub(super) const ADD_SELF: &str = "insert into org_unit_within (ancestor, unit, depth) values ($1, $1, 0)";

pub(super) const ADD_ANCESTORS: &str = "
    insert into org_unit_within (ancestor, unit, depth)
    select ancestor, $1, depth + 1 from org_unit_within where unit = $2";

pub(super) const FIND_UNIT: &str = "
    select u.id, u.kind, u.name, p.parent from org_unit u
    join org_unit_parent p on p.unit = u.id and p.valid_until is null
    where u.id = $1";

pub(super) const LIST_CHILDREN: &str = "
    select u.id, u.kind, u.name, p.parent from org_unit_parent p
    cross join org_unit u
    where p.valid_until is null and p.parent = $1 and u.id = p.unit
    order by u.name, u.id limit $2";

pub(super) const LIST_TOPS: &str = "
    select u.id, u.kind, u.name, p.parent from org_unit_parent p
    cross join org_unit u
    where p.valid_until is null and p.parent is null and u.id = p.unit
    order by u.name, u.id limit $1";

pub(super) const FIND_CHILD: &str =
    "select unit from org_unit_parent where valid_until is null and parent = $1 limit 1";

pub(super) const FIND_TOP: &str =
    "select unit from org_unit_parent where valid_until is null and parent is null limit 1";

pub(super) const PAGE_ALL: &str = "
    select u.id, u.kind, u.name, p.parent
    from org_unit u
    cross join org_unit_parent p
    where u.id > $1 and p.unit = u.id and p.valid_until is null
    order by u.id limit $2";

pub(super) const PAGE_WITHIN: &str = "
    select u.id, u.kind, u.name, p.parent
    from org_unit_within w
    cross join org_unit u
    cross join org_unit_parent p
    where w.ancestor = $1 and w.unit > $2 and u.id = w.unit and p.unit = u.id and p.valid_until is null
    order by w.unit limit $3";

// Of the first `$4` units of the scope: no index finds a word within a name.
pub(super) const LIST_NAMED: &str = "
    with seen as materialized (
        select w.unit from org_unit_within w where w.ancestor = $1 order by w.unit limit $4)
    select u.id, u.kind, u.name, p.parent
    from seen
    cross join org_unit u
    cross join org_unit_parent p
    where u.id = seen.unit and p.unit = u.id and p.valid_until is null and lower(u.name) like lower($2) escape '!'
    order by (select count(*) from org_unit_within w where w.unit = u.id), u.name, u.id limit $3";

pub(super) const LIST_NAMED_ANYWHERE: &str = "
    with seen as materialized (select id from org_unit order by id limit $3)
    select u.id, u.kind, u.name, p.parent
    from seen
    cross join org_unit u
    cross join org_unit_parent p
    where u.id = seen.id and p.unit = u.id and p.valid_until is null and lower(u.name) like lower($1) escape '!'
    order by (select count(*) from org_unit_within w where w.unit = u.id), u.name, u.id limit $2";

pub(super) const LIST_PATH: &str = "
    select u.id, u.kind, u.name, p.parent from org_unit_within w
    join org_unit u on u.id = w.ancestor
    join org_unit_parent p on p.unit = u.id and p.valid_until is null
    where w.unit = $1
    order by w.depth desc";
