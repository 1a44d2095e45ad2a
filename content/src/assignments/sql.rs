//! The assignments' SQL.

pub(super) const ADD_ASSIGNMENT: &str = "
    insert into assignment (id, course, unit, due_at, created_by, created_at) values ($1, $2, $3, $4, $5, $6)
    on conflict do nothing";

pub(super) const FIND_SAME: &str = "
    select id from assignment where course = $1 and unit = $2 and due_at = $3 and revoked_at is null";

pub(super) const FIND_ASSIGNMENT: &str = "select unit from assignment where id = $1 and revoked_at is null";

pub(super) const REVOKE: &str = "update assignment set revoked_at = $2 where id = $1 and revoked_at is null";

pub(super) const LIST_DUE: &str = "
    select a.course, min(a.due_at) as due_at
    from assignment a
    join org_unit_within w on w.ancestor = a.unit and w.unit = $2
    join course c on c.id = a.course and c.state = 'published'
    where a.revoked_at is null
        and not exists (select 1 from course_completion done where done.person = $1 and done.course = a.course)
    group by a.course order by 2, 1 limit $3";

pub(super) const LIST_ASSIGNED: &str = "
    with seen as materialized (
        select id, course, unit, due_at, created_at from assignment
        where revoked_at is null and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $5)
    select a.id, a.course, c.title as course_title, a.unit, u.name as unit_name, a.due_at, a.created_at
    from seen a
    cross join course c
    cross join org_unit u
    where c.id = a.course and u.id = a.unit
        and (cast($1 as text) is null or (select count(*) from org_unit_within w where w.ancestor = $1 and w.unit = a.unit) > 0)
    order by a.created_at desc, a.id desc limit $4";

pub(super) const EDGE_OF_ASSIGNED: &str = "
    select created_at, id from assignment
    where revoked_at is null and (created_at, id) < ($1, $2) order by created_at desc, id desc limit 1 offset $3";
