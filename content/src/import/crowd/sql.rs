//! The crowd's SQL: each statement makes many rows out of the numbers from `$2` until before `$3`, on either engine. An id is
//! `$1`, which says of what, and the number in twelve digits.

pub(super) const FIND_TOP: &str = "
    select min(unit) from org_unit_parent where parent is null and valid_until is null having count(*) = 1";

pub(super) const COUNT_LEARNED: &str = "select count(*) from (select person from receipt_book limit 1) begun";

pub(super) const COUNT_COURSES: &str = "select count(*) from course where state = 'published'";

pub(super) const ADD_UNITS: &str = "
    with recursive number (n) as (select cast($2 as bigint) union all select n + 1 from number where n + 1 < $3)
    insert into org_unit (id, kind, name, created_at)
    select $1 || substr('000000000000' || cast(n as text), length(cast(n as text)) + 1), $4,
        '{\"zh\":\"' || cast($5 as text) || cast(n + 1 as text) || '\",\"en\":\"' || cast($6 as text) || ' ' || cast(n + 1 as text) || '\"}', $7
    from number";

// Below each of the units from number `$5` on hang `$4`; below `$6` where there is no such level.
pub(super) const ADD_PARENTS: &str = "
    with recursive number (n) as (select cast($2 as bigint) union all select n + 1 from number where n + 1 < $3),
    above (n, m) as (select n, cast((n - $2) / $4 + $5 as text) from number)
    insert into org_unit_parent (unit, parent, valid_from)
    select $1 || substr('000000000000' || cast(n as text), length(cast(n as text)) + 1),
        coalesce($6, $1 || substr('000000000000' || m, length(m) + 1)), $7
    from above";

pub(super) const ADD_WITHIN: &str = "
    insert into org_unit_within (ancestor, unit, depth)
    select p.unit, p.unit, 0 from org_unit_parent p where p.unit >= $1 and p.unit < $2
    union all
    select w.ancestor, p.unit, w.depth + 1
    from org_unit_parent p join org_unit_within w on w.unit = p.parent
    where p.unit >= $1 and p.unit < $2";

// Those before number `$4` can sign in.
pub(super) const ADD_PEOPLE: &str = "
    with recursive number (n) as (select cast($2 as bigint) union all select n + 1 from number where n + 1 < $3)
    insert into person (id, login, name, password_hash, created_at, first_signed_in_at)
    select $1 || substr('000000000000' || cast(n as text), length(cast(n as text)) + 1), 'learner-' || cast(n as text),
        substr('卓玛扎西次仁央金索朗格桑李敏王海张雪陈立马文旦增', cast(1 + 2 * (n % 12) as integer), 2) || cast(n as text),
        case when n < $4 then cast($5 as text) end, $6, $6
    from number";

// One in four works above the villages, whose numbers go from `$5` until before `$6`.
pub(super) const ADD_MEMBERSHIPS: &str = "
    with recursive number (n) as (select cast($2 as bigint) union all select n + 1 from number where n + 1 < $3),
    place (n, m) as (
        select n, cast(case when n % 4 = 0 then (n / 4 * 7919) % $5 else $5 + (n * 7919) % ($6 - $5) end as text) from number)
    insert into membership (person, unit, valid_from)
    select $1 || substr('000000000000' || cast(n as text), length(cast(n as text)) + 1),
        cast($4 as text) || substr('000000000000' || m, length(m) + 1), $7
    from place";

pub(super) const ADD_LEARNERS: &str = "
    insert into role_grant (id, person, role, unit, created_at)
    select cast($3 as text) || substr(m.person, 21), m.person, 'learner', m.unit, $4
    from membership m where m.person >= $1 and m.person < $2";

// Who has the remainder `$8` of `$6` also has the role `$5`, for the unit of kind `$7` that she works in.
pub(super) const ADD_STAFF: &str = "
    insert into role_grant (id, person, role, unit, created_at)
    select cast($3 as text) || substr(m.person, 21), m.person, $5, u.id, $4
    from membership m
    join org_unit_within w on w.unit = m.unit
    join org_unit u on u.id = w.ancestor and u.kind = $7
    where m.person >= $1 and m.person < $2 and cast(substr(m.person, 21) as bigint) % $6 = $8";

// SQLite reads what `cross join` joins from left to right: person by person, as the ledger is sorted.
//
// Each has begun `$4` courses one after the other: of five she has completed three, half of the fourth, and opened the
// fifth. When she did is spread over the year before `$6`.
pub(super) const ADD_LEDGER: &str = "
    with recursive number (n) as (select cast($2 as bigint) union all select n + 1 from number where n + 1 < $3),
    pick (j) as (select cast(0 as bigint) union all select j + 1 from pick where j + 1 < $4),
    taught (k, course) as (select row_number() over (order by id) - 1, id from course where state = 'published'),
    begun (person, lesson, duration_ms, share, receipt, at) as (
        select $1 || substr('000000000000' || cast(n as text), length(cast(n as text)) + 1), l.id, coalesce(r.duration_ms, 0),
            case when (n + j) % 5 < 3 or ((n + j) % 5 = 3 and l.position % 2 = 0) then 1 else 2 + (n + j + l.position) % 7 end,
            j * 100 + l.position + 1, $6 - ((n * 7919 + j * 104729) % 525600) * 60000 + l.position * 1000
        from number
        cross join pick
        cross join taught t
        cross join lesson l
        cross join resource r
        where t.k = (n * 37 + j) % $5 and l.course = t.course and l.retired_at is null and r.id = l.resource)
    insert into ledger (person, lesson, intervals, watched_ms, position_ms, position_at, started_at, updated_at, completed_at, completion_receipt)
    select person, lesson, '[[0,' || cast(duration_ms / share as text) || ']]', duration_ms / share, duration_ms / share, at,
        at - 600000, at, case when share = 1 then at end, case when share = 1 then receipt end
    from begun";

// As the migrations made it: what is added person by person lies in it at random, and is sorted faster than it is spread.
pub(super) const DROP_LEDGER_OF_LESSON: &str = "drop index if exists ledger_of_lesson";

pub(super) const MAKE_LEDGER_OF_LESSON: &str = "
    create index if not exists ledger_of_lesson on ledger (lesson, started_at, person, watched_ms, updated_at)";

pub(super) const ADD_PROGRESS: &str = "
    insert into course_progress (person, course, completed, watched_ms, touched_at)
    select g.person, l.course, count(g.completed_at), cast(sum(g.watched_ms) as bigint), max(g.updated_at)
    from ledger g cross join lesson l
    where g.person >= $1 and g.person < $2 and l.id = g.lesson
    group by g.person, l.course";

pub(super) const ADD_COMPLETIONS: &str = "
    with recursive number (n) as (select cast($2 as bigint) union all select n + 1 from number where n + 1 < $3),
    pick (j) as (select cast(0 as bigint) union all select j + 1 from pick where j + 1 < $4),
    taught (k, course) as (select row_number() over (order by id) - 1, id from course where state = 'published'),
    finish (course, position) as (select course, max(position) from lesson where retired_at is null group by course)
    insert into course_completion (person, course, completed_at, receipt)
    select $1 || substr('000000000000' || cast(n as text), length(cast(n as text)) + 1), t.course,
        $6 - ((n * 7919 + j * 104729) % 525600) * 60000 + f.position * 1000, j * 100 + f.position + 1
    from number
    cross join pick
    cross join taught t
    cross join finish f
    where t.k = (n * 37 + j) % $5 and f.course = t.course and (n + j) % 5 < 3";

pub(super) const ADD_BOOKS: &str = "
    insert into receipt_book (person, last_receipt, acknowledged_at, unspent_ms)
    select p.id, $3, $4, 0 from person p where p.id >= $1 and p.id < $2";

// Each unit above the villages asks for `$5` courses, due between a month ago and five months from now.
pub(super) const ADD_ASSIGNMENTS: &str = "
    with recursive number (n) as (select cast($2 as bigint) union all select n + 1 from number where n + 1 < $3),
    pick (j) as (select cast(0 as bigint) union all select j + 1 from pick where j + 1 < $5),
    taught (k, course) as (select row_number() over (order by id) - 1, id from course where state = 'published'),
    asked (m, n, course, days) as (
        select cast(n * $5 + j as text), cast(n as text), t.course, (n * 7 + j * 61) % 180
        from number cross join pick cross join taught t where t.k = (n * 61 + j * 7) % $6)
    insert into assignment (id, course, unit, due_at, created_by, created_at)
    select cast($4 as text) || substr('000000000000' || m, length(m) + 1), course, $1 || substr('000000000000' || n, length(n) + 1),
        $7 + (days - 30) * 86400000, (select min(person) from role_grant where role = 'content-manager' and unit is not null), $7 - 2592000000
    from asked";

// The files that a catalog only tells of play as the first video that is here: their pages then cost as much as any.
pub(super) const FIND_PLAYING: &str = "
    select id from resource where kind = 'video' and stage = 'ready' and folder is not null order by id limit 1";

pub(super) const PLAY_RENDITIONS: &str = "
    insert into rendition (resource, part, folder, name, kind, language, width, height, codecs, frames_per_second, bits_per_second,
        peak_bits_per_second, size_bytes, file, playlist, plain, plain_bytes, init_bytes, segments)
    select r.id, m.part, m.folder, m.name, m.kind, m.language, m.width, m.height, m.codecs, m.frames_per_second, m.bits_per_second,
        m.peak_bits_per_second, m.size_bytes, m.file, m.playlist, m.plain, m.plain_bytes, m.init_bytes, m.segments
    from resource r join rendition m on m.resource = $1
    where r.kind = 'video' and r.stage = 'ready' and r.folder is null and r.original = ''";

pub(super) const PLAY_STILLS: &str = "
    insert into still (resource, at_ms, folder, width, height, avif, avif_bytes, webp, webp_bytes, fine, fine_bytes)
    select r.id, m.at_ms, m.folder, m.width, m.height, m.avif, m.avif_bytes, m.webp, m.webp_bytes, m.fine, m.fine_bytes
    from resource r join still m on m.resource = $1
    where r.kind = 'video' and r.stage = 'ready' and r.folder is null and r.original = ''";

pub(super) const PLAY: &str = "
    update resource set (folder, master, progressive, progressive_bytes, poster, duration_ms, width, height, class, class_used) =
        (select m.folder, m.master, m.progressive, m.progressive_bytes, m.poster, m.duration_ms, m.width, m.height, m.class, m.class_used
         from resource m where m.id = $1)
    where kind = 'video' and stage = 'ready' and folder is null and original = ''";

pub(super) const ANALYZE: &str = "analyze";
