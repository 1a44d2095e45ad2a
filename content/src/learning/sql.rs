//! The ledger's SQL.

pub(super) const ADD_SESSION: &str = "
    insert into learning_session (id, person, created_at) values ($1, $2, $3) on conflict (id) do nothing";

pub(super) const FIND_SESSION: &str = "select person from learning_session where id = $1";

pub(super) const FORGET_SESSIONS: &str = "
    delete from learning_session where id in (
        select id from learning_session where created_at <= $1 order by created_at limit $2)";

pub(super) const OPEN_BOOK: &str = "
    insert into receipt_book (person, last_receipt, unspent_ms) values ($1, 0, 0) on conflict (person) do nothing";

pub(super) const LOCK_BOOK: &str = "
    update receipt_book set last_receipt = last_receipt where person = $1
    returning last_receipt, acknowledged_at, unspent_ms, spent, spent_at";

pub(super) const SPEND_BUDGET: &str = "update receipt_book set spent = $2, spent_at = $3 where person = $1";

pub(super) const CLOSE_BOOK: &str = "
    update receipt_book set last_receipt = $2, acknowledged_at = $3, unspent_ms = $4 where person = $1";

pub(super) const FIND_EVENT: &str = "select person, receipt, refused from watch_event where id = $1";

pub(super) const ADD_EVENT: &str = "
    insert into watch_event (id, session, person, lesson, intervals, position_ms, device_time, rate, received_at, receipt, face)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (id) do nothing";

pub(super) const ADD_REFUSED_EVENT: &str = "
    insert into watch_event (id, session, person, lesson, intervals, position_ms, device_time, rate, received_at, refused)
    values ($1, '', $2, '', '', 0, 0, 1, $3, $4) on conflict (id) do nothing";

pub(super) const FIND_LEDGER: &str = "
    select intervals, watched_ms, position_ms, position_at, completed_at, completion_receipt
    from ledger where person = $1 and lesson = $2";

pub(super) const LIST_LEDGERS: &str = "
    select lesson, intervals, watched_ms, position_ms, position_at, completed_at, completion_receipt
    from ledger where person = $1 and lesson in ($2, $3)";

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
    "select completed_at, receipt from course_completion where person = $1 and course = $2";

pub(super) const LIST_COURSE_STANDINGS: &str = "
    select g.lesson, g.watched_ms, g.position_ms, g.updated_at, g.completed_at, g.completion_receipt
    from lesson l cross join ledger g
    where l.course = $2 and g.person = $1 and g.lesson = l.id";

// SQLite reads what `cross join` joins from left to right: a course's lessons, then hers of them, and never all she has.
// Of hidden lessons none counts.
pub(super) const LIST_PROGRESS: &str = "
    select p.course, p.completed - (
            select count(*) from lesson l cross join ledger g
            where l.course = p.course and l.retired_at is not null
                and g.person = p.person and g.lesson = l.id and g.completed_at is not null) as completed,
        p.watched_ms, p.touched_at
    from course_progress p where p.person = $1";

pub(super) const ADD_PROGRESS: &str = "
    insert into course_progress (person, course, completed, watched_ms, touched_at) values ($1, $2, $3, $4, $5)
    on conflict (person, course) do update set completed = course_progress.completed + excluded.completed,
        watched_ms = course_progress.watched_ms + excluded.watched_ms, touched_at = excluded.touched_at";

pub(super) const LIST_STANDINGS: &str = "
    select g.lesson, l.course, g.watched_ms, g.updated_at, g.completed_at, g.completion_receipt
    from lesson l cross join ledger g
    where l.course in ($2, $3, $4, $5) and g.person = $1 and g.lesson = l.id";

pub(super) const LIST_TOUCHED: &str = "
    select g.lesson, (select l.course from lesson l where l.id = g.lesson) as course,
        g.watched_ms, g.updated_at, g.completed_at, g.completion_receipt
    from ledger g where g.person = $1 and g.updated_at <= $2 and (g.updated_at < $2 or g.lesson > $3)
    order by g.updated_at desc, g.lesson limit $4";

pub(super) const LIST_COMPLETED_OF: &str = "
    select lesson from ledger where person = $1 and completed_at is not null and lesson in (
        $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
    union all
    select course from course_completion where person = $1 and course in (
        $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)";
