//! The reports' SQL. Every statement takes the top of the scope as `$1` (null: the whole tree).

// `place` maps every unit of the scope to the row it is counted in: the child of the top it hangs under, or the top.
pub(super) const COMPLETION_BY_UNIT: &str = "
    with place as (
        select w.unit, p.unit as shown
        from org_unit_parent p
        join org_unit_within w on w.ancestor = p.unit
        where p.valid_until is null and (p.parent = $1 or (cast($1 as text) is null and p.parent is null))
        union all
        select u.id, u.id from org_unit u where u.id = $1
    ), learner as (
        select distinct m.person, place.shown
        from place
        join membership m on m.unit = place.unit and m.valid_until is null
        join role_grant g on g.person = m.person and g.role = 'learner' and g.revoked_at is null
    ), size as (
        select shown, count(*) as learners from learner group by shown
    ), open_course as (
        select id, title, position, library_column, audience_unit from course
        where state = 'published' and (cast($2 as text) is null or id = $2)
    ), watched as (
        select learner.shown, lesson.course, count(distinct ledger.person) as started, cast(sum(ledger.watched_ms) as bigint) as watched_ms
        from learner
        join ledger on ledger.person = learner.person
        join lesson on lesson.id = ledger.lesson
        join open_course on open_course.id = lesson.course
        group by learner.shown, lesson.course
    ), finished as (
        select learner.shown, done.course, count(*) as completed
        from learner
        join course_completion done on done.person = learner.person
        join open_course on open_course.id = done.course
        where (cast($3 as bigint) is null or done.completed_at >= $3) and (cast($4 as bigint) is null or done.completed_at < $4)
        group by learner.shown, done.course
    )
    select u.id as unit, u.name as unit_name, c.id as course, c.title as course_title, size.learners,
        coalesce(watched.started, 0) as started, coalesce(finished.completed, 0) as completed,
        cast(coalesce(watched.watched_ms, 0) as bigint) as watched_ms
    from size
    join org_unit u on u.id = size.shown
    cross join open_course c
    join library_column k on k.id = c.library_column
    left join watched on watched.shown = size.shown and watched.course = c.id
    left join finished on finished.shown = size.shown and finished.course = c.id
    where c.audience_unit is null
        or exists (select 1 from org_unit_within w where w.ancestor = c.audience_unit and w.unit = u.id)
        or exists (select 1 from org_unit_within w where w.ancestor = u.id and w.unit = c.audience_unit)
    order by u.name, u.id, k.position, c.position, c.id";

pub(super) const COMPLETION_BY_LEARNER: &str = "
    select p.id as person, p.name, u.id as unit, u.name as unit_name, c.id as course, c.title as course_title,
        (select count(*) from lesson l where l.course = c.id) as lessons,
        (select count(*) from ledger g join lesson l on l.id = g.lesson
         where g.person = p.id and l.course = c.id and g.completed_at is not null) as lessons_completed,
        (select cast(coalesce(sum(g.watched_ms), 0) as bigint) from ledger g join lesson l on l.id = g.lesson
         where g.person = p.id and l.course = c.id) as watched_ms,
        done.completed_at
    from person p
    join membership m on m.person = p.id and m.valid_until is null
    join org_unit u on u.id = m.unit
    cross join course c
    join library_column k on k.id = c.library_column
    left join course_completion done on done.person = p.id and done.course = c.id
        and (cast($3 as bigint) is null or done.completed_at >= $3) and (cast($4 as bigint) is null or done.completed_at < $4)
    where (cast($1 as text) is null or exists (select 1 from org_unit_within w where w.ancestor = $1 and w.unit = m.unit))
        and exists (select 1 from role_grant g where g.person = p.id and g.role = 'learner' and g.revoked_at is null)
        and c.state = 'published' and (cast($2 as text) is null or c.id = $2)
        and (c.audience_unit is null
            or exists (select 1 from org_unit_within w where w.ancestor = c.audience_unit and w.unit = m.unit))
    order by u.name, u.id, p.name, p.id, k.position, c.position, c.id";

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
    where p.id = $2 and (c.state = 'published' or g.person is not null)
        and (c.audience_unit is null or g.person is not null
            or exists (select 1 from org_unit_within w where w.ancestor = c.audience_unit and w.unit = m.unit))
        and (cast($1 as text) is null or exists (select 1 from org_unit_within w where w.ancestor = $1 and w.unit = m.unit))
    order by k.position, c.position, c.id, l.position, l.id";
