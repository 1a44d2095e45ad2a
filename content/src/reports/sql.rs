//! The reports' SQL. Every statement takes the top of the scope as `$1` (null: the whole tree).

// A period is `$3` until before `$4`; without one they are the least and the greatest number. `audience` is the unit
// whose learners a course is for, '' for a course that is for everybody. SQLite reads what `cross join` joins from left to
// right: each statement names first what leaves least to be read.

// The units that have rows of their own: those directly below the top, and the top for the people who work there.
pub(super) const LIST_SHOWN: &str = "
    select u.id as unit, u.name
    from org_unit_parent p
    join org_unit u on u.id = p.unit
    where p.valid_until is null and (p.parent = $1 or (cast($1 as text) is null and p.parent is null))
    union all
    select u.id, u.name from org_unit u where u.id = $1
    order by 2, 1";

// How many learners work in each unit of the scope, and in which row they are counted.
pub(super) const LIST_WORKPLACES: &str = "
    with place as materialized (
        select w.unit, p.unit as shown
        from org_unit_parent p
        cross join org_unit_within w
        where p.valid_until is null and (p.parent = $1 or (cast($1 as text) is null and p.parent is null))
            and w.ancestor = p.unit
        union all
        select u.id, u.id from org_unit u where u.id = $1
    )
    select place.unit, place.shown, count(*) as learners
    from place
    cross join membership m
    where m.unit = place.unit and m.valid_until is null
        and exists (select 1 from role_grant g where g.person = m.person and g.role = 'learner' and g.revoked_at is null)
    group by place.unit, place.shown";

// The same for a scope of many units: who learns is told once for all, and not looked up for each.
pub(super) const LIST_MANY_WORKPLACES: &str = "
    with working as materialized (
        select m.unit, count(*) as learners
        from membership m
        where m.valid_until is null
            and m.person in (select person from role_grant where role = 'learner' and revoked_at is null)
        group by m.unit
    ), place as materialized (
        select w.unit, p.unit as shown
        from org_unit_parent p
        cross join org_unit_within w
        where p.valid_until is null and (p.parent = $1 or (cast($1 as text) is null and p.parent is null))
            and w.ancestor = p.unit
        union all
        select u.id, u.id from org_unit u where u.id = $1
    )
    select place.unit, place.shown, working.learners
    from place
    join working on working.unit = place.unit";

// How many units a scope with a top has, `$2` at most: they are not counted further.
pub(super) const COUNT_UNITS: &str = "
    select count(*) from (
        select 1 as one from org_unit_within w where w.ancestor = $1 limit $2
    ) as counted";

pub(super) const LIST_BELOW: &str = "select unit from org_unit_within where ancestor = $1";

// The published courses from a place in their order on, `$5` at most.
pub(super) const LIST_COURSES: &str = "
    select c.id, c.title, c.audience_unit as audience
    from library_column k
    cross join course c
    where c.library_column = k.id and c.state = 'published' and (cast($1 as text) is null or c.id = $1)
        and k.position >= $2 and (k.position, c.position, c.id) >= ($2, $3, $4)
    order by k.position, c.position, c.id limit $5";

pub(super) const FIND_COURSE_PLACE: &str = "
    select k.position, c.position, c.id from course c join library_column k on k.id = c.library_column where c.id = $1";

// What the learners of each unit did in one course. It goes along the ledgers of the course's lessons: for a scope with
// many people.
pub(super) const SUM_ALONG_LEDGERS: &str = "
    with seen as materialized (
        select g.person,
            max(case when g.watched_ms > 0 and g.started_at >= $3 and g.started_at < $4 then 1 else 0 end) as started,
            cast(sum(case when (g.started_at >= $3 and g.started_at < $4) or (g.updated_at >= $3 and g.updated_at < $4)
                then g.watched_ms else 0 end) as bigint) as watched_ms
        from lesson l
        cross join ledger g
        where l.course = $2 and g.lesson = l.id
        group by g.person
    )
    select m.unit, cast(sum(seen.started) as bigint) as started, cast(0 as bigint) as completed,
        cast(sum(seen.watched_ms) as bigint) as watched_ms
    from seen
    cross join membership m
    where m.person = seen.person and m.valid_until is null
        and (cast($1 as text) is null or exists (select 1 from org_unit_within w where w.ancestor = $1 and w.unit = m.unit))
        and (cast($5 as text) is null or exists (select 1 from org_unit_within w where w.ancestor = $5 and w.unit = m.unit))
        and exists (select 1 from role_grant r where r.person = seen.person and r.role = 'learner' and r.revoked_at is null)
    group by m.unit
    union all
    select m.unit, 0, count(*), 0
    from course_completion done
    cross join membership m
    where done.course = $2 and done.completed_at >= $3 and done.completed_at < $4
        and m.person = done.person and m.valid_until is null
        and (cast($1 as text) is null or exists (select 1 from org_unit_within w where w.ancestor = $1 and w.unit = m.unit))
        and (cast($5 as text) is null or exists (select 1 from org_unit_within w where w.ancestor = $5 and w.unit = m.unit))
        and exists (select 1 from role_grant r where r.person = done.person and r.role = 'learner' and r.revoked_at is null)
    group by m.unit";

// The same, along the people of the scope: for one with few of them.
pub(super) const SUM_ALONG_PEOPLE: &str = "
    with learner as materialized (
        select m.person, m.unit
        from org_unit_within at
        cross join membership m
        where at.ancestor = $1 and m.unit = at.unit and m.valid_until is null
            and (cast($5 as text) is null or exists (select 1 from org_unit_within w where w.ancestor = $5 and w.unit = m.unit))
            and exists (select 1 from role_grant r where r.person = m.person and r.role = 'learner' and r.revoked_at is null)
    )
    select learner.unit,
        count(distinct case when g.watched_ms > 0 and g.started_at >= $3 and g.started_at < $4 then g.person end) as started,
        cast(0 as bigint) as completed,
        cast(sum(case when (g.started_at >= $3 and g.started_at < $4) or (g.updated_at >= $3 and g.updated_at < $4)
            then g.watched_ms else 0 end) as bigint) as watched_ms
    from learner
    cross join lesson l
    cross join ledger g
    where l.course = $2 and g.person = learner.person and g.lesson = l.id
    group by learner.unit
    union all
    select learner.unit, 0, count(*), 0
    from learner
    cross join course_completion done
    where done.person = learner.person and done.course = $2 and done.completed_at >= $3 and done.completed_at < $4
    group by learner.unit";

// `page` is the first `$9` learners from the place `$5` to `$8` on for whom any of the courses is; only then are the
// courses joined, of the first learner those after the place `$10` to `$12`. SQLite goes along the units in the order of
// `org_unit_name`, then their people, then their ledgers. So a page costs what it holds, and not what the scope holds.
pub(super) const COMPLETION_BY_LEARNER: &str = "
    with open_course as (
        select id, title, position, library_column, coalesce(audience_unit, '') as audience from course
        where state = 'published' and (cast($2 as text) is null or id = $2)
    ), page as materialized (
        select p.id as person, p.name, u.id as unit, u.name as unit_name
        from org_unit u
        cross join membership m
        cross join person p
        where u.name >= $5 and (u.name, u.id, p.name, p.id) >= ($5, $6, $7, $8)
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
        coalesce(seen.lessons_started, 0) as lessons_started,
        coalesce(seen.watched_ms, 0) as watched_ms, done.completed_at
    from page
    cross join open_course c
    join library_column k on k.id = c.library_column
    left join seen on seen.person = page.person and seen.course = c.id
    left join course_completion done on done.person = page.person and done.course = c.id
        and done.completed_at >= $3 and done.completed_at < $4
    where (c.audience = '' or exists (select 1 from org_unit_within w where w.ancestor = c.audience and w.unit = page.unit))
        and (page.person <> $8 or (k.position, c.position, c.id) > ($10, $11, $12))
    order by page.unit_name, page.unit, page.name, page.person, k.position, c.position, c.id limit $13";

// All courses of each learner together, for the first `$9` learners after the place `$5` to `$8`.
pub(super) const SUMS_BY_LEARNER: &str = "
    with open_course as (
        select id, coalesce(audience_unit, '') as audience from course
        where state = 'published' and (cast($2 as text) is null or id = $2)
    ), offered as materialized (
        select c.audience, count(distinct c.id) as courses, count(l.id) as lessons
        from open_course c
        left join lesson l on l.course = c.id and l.retired_at is null
        group by c.audience
    ), page as materialized (
        select p.id as person, p.name, u.id as unit, u.name as unit_name
        from org_unit u
        cross join membership m
        cross join person p
        where u.name >= $5 and (u.name, u.id, p.name, p.id) > ($5, $6, $7, $8)
            and m.unit = u.id and m.valid_until is null and p.id = m.person
            and (cast($1 as text) is null or exists (select 1 from org_unit_within w where w.ancestor = $1 and w.unit = u.id))
            and exists (select 1 from role_grant g where g.person = p.id and g.role = 'learner' and g.revoked_at is null)
            and exists (select 1 from offered o where o.audience = ''
                or exists (select 1 from org_unit_within w where w.ancestor = o.audience and w.unit = u.id))
        order by u.name, u.id, p.name, p.id limit $9
    ), seen as materialized (
        select g.person,
            count(case when g.completed_at >= $3 and g.completed_at < $4 and l.retired_at is null then 1 end) as lessons_completed,
            cast(sum(case when (g.started_at >= $3 and g.started_at < $4) or (g.updated_at >= $3 and g.updated_at < $4)
                then g.watched_ms else 0 end) as bigint) as watched_ms
        from page
        cross join ledger g
        cross join lesson l
        cross join course c
        where g.person = page.person and l.id = g.lesson and c.id = l.course
            and c.state = 'published' and (cast($2 as text) is null or c.id = $2)
            and (c.audience_unit is null
                or exists (select 1 from org_unit_within w where w.ancestor = c.audience_unit and w.unit = page.unit))
        group by g.person
    ), finished as materialized (
        select done.person, count(*) as courses_completed, max(done.completed_at) as last_completed_at
        from page
        cross join course_completion done
        cross join course c
        where done.person = page.person and c.id = done.course
            and c.state = 'published' and (cast($2 as text) is null or c.id = $2)
            and (c.audience_unit is null
                or exists (select 1 from org_unit_within w where w.ancestor = c.audience_unit and w.unit = page.unit))
            and done.completed_at >= $3 and done.completed_at < $4
        group by done.person
    )
    select page.person, page.name, page.unit, page.unit_name,
        (select cast(coalesce(sum(o.courses), 0) as bigint) from offered o where o.audience = ''
            or exists (select 1 from org_unit_within w where w.ancestor = o.audience and w.unit = page.unit)) as courses,
        coalesce(finished.courses_completed, 0) as courses_completed,
        (select cast(coalesce(sum(o.lessons), 0) as bigint) from offered o where o.audience = ''
            or exists (select 1 from org_unit_within w where w.ancestor = o.audience and w.unit = page.unit)) as lessons,
        coalesce(seen.lessons_completed, 0) as lessons_completed,
        coalesce(seen.watched_ms, 0) as watched_ms, finished.last_completed_at
    from page
    left join seen on seen.person = page.person
    left join finished on finished.person = page.person
    order by page.unit_name, page.unit, page.name, page.person";

// How many rows completion by learner and course has, `$3` at most: it is not counted further.
pub(super) const COUNT_BY_LEARNER: &str = "
    select count(*) from (
        select 1 as one
        from membership m
        cross join course c
        where m.valid_until is null
            and (cast($1 as text) is null or exists (select 1 from org_unit_within w where w.ancestor = $1 and w.unit = m.unit))
            and exists (select 1 from role_grant g where g.person = m.person and g.role = 'learner' and g.revoked_at is null)
            and c.state = 'published' and (cast($2 as text) is null or c.id = $2)
            and (c.audience_unit is null
                or exists (select 1 from org_unit_within w where w.ancestor = c.audience_unit and w.unit = m.unit))
        limit $3
    ) as counted";

pub(super) const COUNT_PUBLISHED: &str = "
    select count(*) from course where state = 'published' and (cast($1 as text) is null or id = $1)";

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

pub(super) const FIND_LESSON_PLACE: &str = "
    select k.position, c.position, c.id, l.position, l.id
    from lesson l
    join course c on c.id = l.course
    join library_column k on k.id = c.library_column
    where l.id = $1";

pub(super) const LIST_LESSONS_OF: &str = "
    select l.id as lesson, l.title as lesson_title, c.id as course, c.title as course_title, r.duration_ms,
        coalesce(g.watched_ms, 0) as watched_ms, g.completed_at, g.completion_receipt as receipt
    from person p
    cross join membership m
    cross join library_column k
    cross join course c
    cross join lesson l
    join resource r on r.id = l.resource
    left join ledger g on g.lesson = l.id and g.person = p.id
    where p.id = $2 and m.person = p.id and m.valid_until is null and c.library_column = k.id and l.course = c.id
        and k.position >= $3 and (k.position, c.position, c.id, l.position, l.id) > ($3, $4, $5, $6, $7)
        and (c.state = 'published' or g.person is not null) and (l.retired_at is null or g.person is not null)
        and (c.audience_unit is null or g.person is not null
            or exists (select 1 from org_unit_within w where w.ancestor = c.audience_unit and w.unit = m.unit))
        and (cast($1 as text) is null or exists (select 1 from org_unit_within w where w.ancestor = $1 and w.unit = m.unit))
    order by k.position, c.position, c.id, l.position, l.id limit $8";

pub(super) const SUM_LESSONS_OF: &str = "
    select count(*) as lessons, count(g.completed_at) as completed, cast(coalesce(sum(g.watched_ms), 0) as bigint) as watched_ms
    from person p
    cross join membership m
    cross join course c
    cross join lesson l
    left join ledger g on g.lesson = l.id and g.person = p.id
    where p.id = $2 and m.person = p.id and m.valid_until is null and l.course = c.id
        and (c.state = 'published' or g.person is not null) and (l.retired_at is null or g.person is not null)
        and (c.audience_unit is null or g.person is not null
            or exists (select 1 from org_unit_within w where w.ancestor = c.audience_unit and w.unit = m.unit))
        and (cast($1 as text) is null or exists (select 1 from org_unit_within w where w.ancestor = $1 and w.unit = m.unit))";
