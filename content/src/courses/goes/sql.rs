//! The SQL of goes.

pub(super) const BEGIN_GOES: &str = "
    insert into in_goes (chore, subject, asked_at, after) values ($1, $2, $3, '')
    on conflict (chore, subject) do update set asked_at = excluded.asked_at, after = ''";

pub(super) const FIND_REACHED: &str = "select asked_at, after from in_goes where chore = $1 and subject = $2";

pub(super) const SET_REACHED: &str = "update in_goes set after = $3 where chore = $1 and subject = $2";

pub(super) const FORGET_GOES: &str = "delete from in_goes where chore = $1 and subject = $2";

pub(super) const LIST_UNFINISHED: &str = "
    select i.subject from in_goes i
    where i.chore = $1
        and not exists (select 1 from set_aside s where s.chore = i.chore and s.subject = i.subject and s.next_at > $2)
    order by i.asked_at, i.subject limit $3";

pub(super) const FIND_FIRST_LEFT: &str = "select min(id) from lesson where course = $1 and retired_at is null";

pub(super) const FIND_LAST_OF_GO: &str = "
    select max(person), count(*) from (
        select person from ledger where lesson = $1 and person > $2 order by person limit $3) go";

// Whoever lacked only what is no longer asked has its last receipt for the whole.
pub(super) const COMPLETE_WHAT_IS_LEFT: &str = "
    insert into course_completion (person, course, completed_at, receipt)
    select p.person, $1, cast($2 as bigint),
        (select max(g.completion_receipt) from lesson o join ledger g on g.lesson = o.id and g.person = p.person
            where o.course = $1 and o.retired_at is null)
    from (select person from ledger where lesson = $3 and person > $4 order by person limit $5) p
    where not exists (select 1 from lesson o where o.course = $1 and o.retired_at is null
        and not exists (select 1 from ledger g where g.person = p.person and g.lesson = o.id and g.completed_at is not null))
    on conflict (person, course) do nothing";

pub(super) const FIND_NEXT_OF_COLUMN: &str =
    "select id from course where library_column = $1 and id > $2 order by id limit 1";

pub(super) const LIST_VIDEOS_OF_COURSE: &str = "
    select r.id, r.kind, r.title, r.language, r.filename, r.content_type, r.size_bytes, r.sha256, r.original, r.original_dropped_at, r.stage, r.cause, r.uploader,
        r.owner_unit, r.created_at, r.duration_ms, r.width, r.height, r.class, r.class_chosen, r.denoise, r.class_used, r.folder, r.master, r.progressive, r.progressive_bytes, r.poster
    from resource r
    where r.kind = 'video' and r.id > $2
        and r.id in (select l.resource from lesson l where l.course = $1
            union select f.resource from lesson_face f join lesson l on l.id = f.lesson where l.course = $1)
        and ($3 = '' or exists (select 1 from org_unit_within w where w.ancestor = $3 and w.unit = r.owner_unit))
    order by r.id limit $4";
