//! The ledger's SQL.

pub(super) const ADD_SESSION: &str = "
    insert into learning_session (id, person, created_at) values ($1, $2, $3) on conflict (id) do nothing";

pub(super) const FIND_SESSION: &str = "select person from learning_session where id = $1";

pub(super) const OPEN_BOOK: &str = "
    insert into receipt_book (person, last_receipt, unspent_ms) values ($1, 0, 0) on conflict (person) do nothing";

pub(super) const LOCK_BOOK: &str = "
    update receipt_book set last_receipt = last_receipt where person = $1 returning last_receipt, acknowledged_at, unspent_ms";

pub(super) const CLOSE_BOOK: &str = "
    update receipt_book set last_receipt = $2, acknowledged_at = $3, unspent_ms = $4 where person = $1";

pub(super) const FIND_EVENT: &str = "select person, receipt, refused from watch_event where id = $1";

pub(super) const ADD_EVENT: &str = "
    insert into watch_event (id, session, person, lesson, intervals, position_ms, device_time, rate, received_at, receipt, refused, face)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

pub(super) const FIND_LEDGER: &str = "
    select intervals, watched_ms, position_ms, position_at, completed_at, completion_receipt
    from ledger where person = $1 and lesson = $2";

pub(super) const SET_LEDGER: &str = "
    insert into ledger (person, lesson, intervals, watched_ms, position_ms, position_at, started_at, updated_at, completed_at, completion_receipt)
    values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)
    on conflict (person, lesson) do update set intervals = excluded.intervals, watched_ms = excluded.watched_ms,
        position_ms = excluded.position_ms, position_at = excluded.position_at, updated_at = excluded.updated_at,
        completed_at = excluded.completed_at, completion_receipt = excluded.completion_receipt";

pub(super) const COMPLETE_COURSE: &str = "
    insert into course_completion (person, course, completed_at, receipt)
    select cast($1 as text), cast($2 as text), cast($3 as bigint), cast($4 as bigint)
    where not exists (
        select 1 from lesson l
        left join ledger g on g.lesson = l.id and g.person = $1
        where l.course = $2 and l.retired_at is null and g.completed_at is null)
    on conflict (person, course) do nothing";

pub(super) const FIND_COURSE_COMPLETION: &str =
    "select receipt from course_completion where person = $1 and course = $2";

pub(super) const FIND_COURSE_COMPLETED_AT: &str =
    "select completed_at from course_completion where person = $1 and course = $2";

pub(super) const LIST_COURSE_STANDINGS: &str = "
    select g.lesson, g.watched_ms, g.position_ms, g.updated_at, g.completed_at, g.completion_receipt
    from ledger g join lesson l on l.id = g.lesson
    where g.person = $1 and l.course = $2";

pub(super) const COUNT_COMPLETED: &str = "
    select l.course, count(*) from ledger g join lesson l on l.id = g.lesson
    where g.person = $1 and g.completed_at is not null and l.retired_at is null group by l.course";

// What was begun first, then the order of the library; of each course only what comes next: lessons outside of modules,
// then module by module.
pub(super) const LIST_FITTING: &str = "
    select l.id, l.course, l.module, l.title, l.summary, l.language, l.resource, l.threshold_percent, r.duration_ms,
        r.progressive_bytes as size_bytes, (select w.pages from courseware w where w.resource = r.id) as pages, coalesce(g.watched_ms, 0) as watched_ms, coalesce(g.position_ms, 0) as position_ms,
        coalesce(g.updated_at, 0) as updated_at, g.completed_at, g.completion_receipt
    from lesson l
    join resource r on r.id = l.resource and r.folder is not null
    join course c on c.id = l.course and c.state = 'published'
    join library_column k on k.id = c.library_column
    left join module m on m.id = l.module
    left join ledger g on g.lesson = l.id and g.person = $1
    where (c.audience_unit is null or exists (select 1 from org_unit_within w where w.ancestor = c.audience_unit and w.unit = $2))
        and l.retired_at is null and g.completed_at is null and r.duration_ms - coalesce(g.watched_ms, 0) <= $3
        and not exists (
            select 1 from lesson before
            left join module earlier on earlier.id = before.module
            left join ledger done on done.lesson = before.id and done.person = $1
            where before.course = l.course and before.retired_at is null and done.completed_at is null
                and (coalesce(earlier.position, 0) < coalesce(m.position, 0)
                    or (coalesce(earlier.position, 0) = coalesce(m.position, 0)
                        and (before.position < l.position or (before.position = l.position and before.id < l.id)))))
    order by case when g.watched_ms > 0 then 0 else 1 end, k.position, c.position, l.id limit 4";

pub(super) const LIST_BEGUN: &str = "
    select l.id, l.course, l.module, l.title, l.summary, l.language, l.resource, l.threshold_percent, r.duration_ms,
        r.progressive_bytes as size_bytes, (select w.pages from courseware w where w.resource = r.id) as pages, g.watched_ms, g.position_ms, g.updated_at, g.completed_at, g.completion_receipt
    from ledger g
    join lesson l on l.id = g.lesson
    join resource r on r.id = l.resource
    join course c on c.id = l.course and c.state = 'published'
    where g.person = $1 and l.retired_at is null order by g.updated_at desc, l.id limit 50";

pub(super) const LIST_COMPLETED_LESSONS: &str = "
    select lesson from ledger where person = $1 and completed_at is not null";

pub(super) const LIST_COMPLETED_COURSES: &str = "select course from course_completion where person = $1";
