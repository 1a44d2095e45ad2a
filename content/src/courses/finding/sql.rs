//! The SQL of lists of courses.

// The columns from a place in their order on: there are few.
pub(super) const LIST_PLACES: &str = "
    select id, position from library_column
    where position >= $1 and (cast($2 as text) is null or id = $2) order by position, id";

// The page is chosen first: what a card adds up is added up for its courses alone.
pub(super) const PAGE_COURSES: &str = "
    with page as materialized (
        select c.id, c.position as place
        from course c
        where c.library_column = $2 and c.state = 'published' and c.position >= $3 and (c.position, c.id) > ($3, $4)
            and (c.audience_unit is null
                or (select count(*) from org_unit_within w where w.ancestor = c.audience_unit and w.unit = $1) > 0)
        order by c.position, c.id limit $5
    )
    select c.id, c.library_column, c.topic, c.title, c.summary, c.language, c.owner_unit, c.audience_unit, c.state, c.created_by, c.published_at,
        (select count(*) from lesson l where l.course = c.id and l.retired_at is null) as lessons,
        (select cast(coalesce(sum(r.duration_ms), 0) as bigint) from lesson l join resource r on r.id = l.resource where l.course = c.id and l.retired_at is null) as duration_ms,
        (select cast(coalesce(sum(r.progressive_bytes), 0) as bigint) from lesson l join resource r on r.id = l.resource where l.course = c.id and l.retired_at is null) as size_bytes,
        page.place
    from page join course c on c.id = page.id
    order by page.place, c.id";

pub(super) const PAGE_OWN_COURSES: &str = "
    with page as materialized (
        select c.id from course c
        where c.created_by = $1 and (c.created_at, c.id) < ($2, $3) and exists (
            select 1 from role_grant g where g.person = $1 and g.role = 'content-manager' and g.revoked_at is null
                and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = c.owner_unit) > 0))
        order by c.created_at desc, c.id desc limit $4
    )
    select c.id, c.library_column, c.topic, c.title, c.summary, c.language, c.owner_unit, c.audience_unit, c.state, c.created_by, c.published_at,
        (select count(*) from lesson l where l.course = c.id and l.retired_at is null) as lessons,
        (select cast(coalesce(sum(r.duration_ms), 0) as bigint) from lesson l join resource r on r.id = l.resource where l.course = c.id and l.retired_at is null) as duration_ms,
        (select cast(coalesce(sum(r.progressive_bytes), 0) as bigint) from lesson l join resource r on r.id = l.resource where l.course = c.id and l.retired_at is null) as size_bytes,
        c.created_at
    from page join course c on c.id = page.id
    order by c.created_at desc, c.id desc";

// Of those that others made, the first `$5` are looked through.
pub(super) const PAGE_OTHER_COURSES: &str = "
    with seen as materialized (
        select c.id, c.created_at, c.created_by, c.owner_unit from course c
        where (c.created_at, c.id) < ($2, $3) order by c.created_at desc, c.id desc limit $5
    ), page as materialized (
        select c.id from seen c
        where c.created_by <> $1 and exists (
            select 1 from role_grant g where g.person = $1 and g.role = 'content-manager' and g.revoked_at is null
                and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = c.owner_unit) > 0))
        order by c.created_at desc, c.id desc limit $4
    )
    select c.id, c.library_column, c.topic, c.title, c.summary, c.language, c.owner_unit, c.audience_unit, c.state, c.created_by, c.published_at,
        (select count(*) from lesson l where l.course = c.id and l.retired_at is null) as lessons,
        (select cast(coalesce(sum(r.duration_ms), 0) as bigint) from lesson l join resource r on r.id = l.resource where l.course = c.id and l.retired_at is null) as duration_ms,
        (select cast(coalesce(sum(r.progressive_bytes), 0) as bigint) from lesson l join resource r on r.id = l.resource where l.course = c.id and l.retired_at is null) as size_bytes,
        c.created_at
    from page join course c on c.id = page.id
    order by c.created_at desc, c.id desc";

pub(super) const EDGE_OF_COURSES: &str = "
    select created_at, id from course where (created_at, id) < ($1, $2) order by created_at desc, id desc limit 1 offset $3";
