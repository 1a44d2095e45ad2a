//! The reports' SQL. Every statement takes the top of the scope as `$1` (null: the whole tree).

// A period is `$3` until before `$4`; without one they are the least and the greatest number. `audience` is the unit
// whose learners a course is for, '' for a course that is for everybody. What is `materialized` is added up once: the
// engines cannot know how many rows come out of the tree, and PostgreSQL would add it up again for each row.

// `place` maps every unit of the scope to the row it is counted in: the child of the top it hangs under, or the top.
// `size` counts, for each row and audience, the learners inside it: who is outside a course's audience counts in nothing.
pub(super) const COMPLETION_BY_UNIT: &str = "
    with place as (
        select w.unit, p.unit as shown
        from org_unit_parent p
        join org_unit_within w on w.ancestor = p.unit
        where p.valid_until is null and (p.parent = $1 or (cast($1 as text) is null and p.parent is null))
        union all
        select u.id, u.id from org_unit u where u.id = $1
    ), learner as (
        select distinct m.person, m.unit, place.shown
        from place
        join membership m on m.unit = place.unit and m.valid_until is null
        join role_grant g on g.person = m.person and g.role = 'learner' and g.revoked_at is null
    ), open_course as (
        select id, title, position, library_column, coalesce(audience_unit, '') as audience from course
        where state = 'published' and (cast($2 as text) is null or id = $2)
    ), size as materialized (
        select shown, '' as audience, count(*) as learners from learner group by shown
        union all
        select learner.shown, w.ancestor, count(*)
        from learner
        join org_unit_within w on w.unit = learner.unit
        where w.ancestor in (select audience from open_course)
        group by learner.shown, w.ancestor
    ), watched as materialized (
        select learner.shown, lesson.course,
            count(distinct case when ledger.watched_ms > 0 and ledger.started_at >= $3 and ledger.started_at < $4
                then ledger.person end) as started,
            cast(sum(case when (ledger.started_at >= $3 and ledger.started_at < $4)
                or (ledger.updated_at >= $3 and ledger.updated_at < $4) then ledger.watched_ms else 0 end) as bigint) as watched_ms
        from learner
        join ledger on ledger.person = learner.person
        join lesson on lesson.id = ledger.lesson
        join open_course c on c.id = lesson.course
        where c.audience = '' or exists (select 1 from org_unit_within w where w.ancestor = c.audience and w.unit = learner.unit)
        group by learner.shown, lesson.course
    ), finished as materialized (
        select learner.shown, done.course, count(*) as completed
        from learner
        join course_completion done on done.person = learner.person
        join open_course c on c.id = done.course
        where done.completed_at >= $3 and done.completed_at < $4
            and (c.audience = '' or exists (select 1 from org_unit_within w where w.ancestor = c.audience and w.unit = learner.unit))
        group by learner.shown, done.course
    )
    select u.id as unit, u.name as unit_name, c.id as course, c.title as course_title, size.learners,
        coalesce(watched.started, 0) as started, coalesce(finished.completed, 0) as completed,
        coalesce(watched.watched_ms, 0) as watched_ms
    from size
    join open_course c on c.audience = size.audience
    join org_unit u on u.id = size.shown
    join library_column k on k.id = c.library_column
    left join watched on watched.shown = size.shown and watched.course = c.id
    left join finished on finished.shown = size.shown and finished.course = c.id
    order by u.name, u.id, k.position, c.position, c.id";

// `page` is the first `$9` learners after the place `$5` to `$8` for whom any of the courses is; only then are the
// courses joined. SQLite reads what `cross join` joins from left to right: the units in the order of `org_unit_name`, then
// their people, then their ledgers. So a page costs what it holds, and not what the scope holds.
pub(super) const COMPLETION_BY_LEARNER: &str = "
    with open_course as (
        select id, title, position, library_column, coalesce(audience_unit, '') as audience from course
        where state = 'published' and (cast($2 as text) is null or id = $2)
    ), page as materialized (
        select p.id as person, p.name, u.id as unit, u.name as unit_name
        from org_unit u
        cross join membership m
        cross join person p
        where u.name >= $5 and (u.name, u.id, p.name, p.id) > ($5, $6, $7, $8)
            and m.unit = u.id and m.valid_until is null and p.id = m.person
            and (cast($1 as text) is null or exists (select 1 from org_unit_within w where w.ancestor = $1 and w.unit = u.id))
            and exists (select 1 from role_grant g where g.person = p.id and g.role = 'learner' and g.revoked_at is null)
            and ('' in (select audience from open_course) or exists (
                select 1 from org_unit_within w where w.unit = u.id and w.ancestor in (select audience from open_course)))
        order by u.name, u.id, p.name, p.id limit $9
    ), seen as materialized (
        select g.person, l.course,
            count(case when g.watched_ms > 0 and g.started_at >= $3 and g.started_at < $4 then 1 end) as lessons_started,
            count(case when g.completed_at >= $3 and g.completed_at < $4 and l.retired_at is null then 1 end) as lessons_completed,
            cast(sum(case when (g.started_at >= $3 and g.started_at < $4) or (g.updated_at >= $3 and g.updated_at < $4)
                then g.watched_ms else 0 end) as bigint) as watched_ms
        from page
        cross join ledger g
        join lesson l on l.id = g.lesson
        where g.person = page.person
        group by g.person, l.course
    )
    select page.person, page.name, page.unit, page.unit_name, c.id as course, c.title as course_title,
        (select count(*) from lesson l where l.course = c.id and l.retired_at is null) as lessons,
        coalesce(seen.lessons_started, 0) as lessons_started, coalesce(seen.lessons_completed, 0) as lessons_completed,
        coalesce(seen.watched_ms, 0) as watched_ms, done.completed_at
    from page
    cross join open_course c
    join library_column k on k.id = c.library_column
    left join seen on seen.person = page.person and seen.course = c.id
    left join course_completion done on done.person = page.person and done.course = c.id
        and done.completed_at >= $3 and done.completed_at < $4
    where c.audience = '' or exists (select 1 from org_unit_within w where w.ancestor = c.audience and w.unit = page.unit)
    order by page.unit_name, page.unit, page.name, page.person, k.position, c.position, c.id";

pub(super) const COUNT_BY_LEARNER: &str = "
    with working as (
        select m.unit, count(*) as learners
        from membership m
        where m.valid_until is null
            and (cast($1 as text) is null or exists (select 1 from org_unit_within w where w.ancestor = $1 and w.unit = m.unit))
            and exists (select 1 from role_grant g where g.person = m.person and g.role = 'learner' and g.revoked_at is null)
        group by m.unit
    )
    select cast(coalesce(sum(working.learners), 0) as bigint)
    from working
    cross join course c
    where c.state = 'published' and (cast($2 as text) is null or c.id = $2)
        and (c.audience_unit is null
            or exists (select 1 from org_unit_within w where w.ancestor = c.audience_unit and w.unit = working.unit))";

// Where a learner stands in the order of the pages, be it that she has left since: a page after her can still be asked for.
pub(super) const FIND_PLACE: &str = "
    select u.name, u.id, p.name, p.id
    from membership m
    join org_unit u on u.id = m.unit
    join person p on p.id = m.person
    where m.person = $2
        and (cast($1 as text) is null or exists (select 1 from org_unit_within w where w.ancestor = $1 and w.unit = m.unit))
    order by m.valid_from desc limit 1";

pub(super) const FIND_LEARNER: &str = "
    select p.id, p.name, m.unit from person p
    join membership m on m.person = p.id and m.valid_until is null
    where p.id = $2
        and (cast($1 as text) is null or exists (select 1 from org_unit_within w where w.ancestor = $1 and w.unit = m.unit))";

pub(super) const LIST_LESSONS_OF: &str = "
    select l.id as lesson, l.title as lesson_title, c.id as course, c.title as course_title, r.duration_ms,
        coalesce(g.watched_ms, 0) as watched_ms, g.completed_at, g.completion_receipt as receipt
    from person p
    join membership m on m.person = p.id and m.valid_until is null
    cross join lesson l
    join course c on c.id = l.course
    join library_column k on k.id = c.library_column
    join resource r on r.id = l.resource
    left join ledger g on g.lesson = l.id and g.person = p.id
    where p.id = $2 and (c.state = 'published' or g.person is not null) and (l.retired_at is null or g.person is not null)
        and (c.audience_unit is null or g.person is not null
            or exists (select 1 from org_unit_within w where w.ancestor = c.audience_unit and w.unit = m.unit))
        and (cast($1 as text) is null or exists (select 1 from org_unit_within w where w.ancestor = $1 and w.unit = m.unit))
    order by k.position, c.position, c.id, l.position, l.id";
