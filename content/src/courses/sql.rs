//! The courses' SQL.

pub(super) const LIST_COLUMNS: &str =
    "select id, slug, title, summary, languages, cover from library_column order by position, id";

pub(super) const PAGE_COLUMNS: &str = "
    select id, slug, title, summary, class, originals, languages, cover, position as place from library_column
    where position >= $1 and (position, id) > ($1, $2) order by position, id limit $3";

pub(super) const FIND_COLUMN_BY_SLUG: &str =
    "select id, slug, title, summary, languages, cover from library_column where slug = $1";

pub(super) const FIND_COLUMN: &str =
    "select id, slug, title, summary, languages, cover from library_column where id = $1 or slug = $1";

pub(super) const FIND_COLUMN_SLUG: &str = "select slug from library_column where id = $1";

pub(super) const ADD_COLUMN: &str = "
    insert into library_column (id, slug, title, summary, position, created_at)
    select $1, $2, $3, $4, coalesce(max(position), 0) + 1, cast($5 as bigint) from library_column having count(*) < $6";

pub(super) const LIST_LISTED: &str = "
    select c.id, c.library_column, c.topic, c.title, c.summary, c.language, c.owner_unit, c.audience_unit, c.state, c.created_by, c.published_at,
        (select count(*) from lesson l where l.course = c.id and l.retired_at is null) as lessons,
        (select cast(coalesce(sum(r.duration_ms), 0) as bigint) from lesson l join resource r on r.id = l.resource where l.course = c.id and l.retired_at is null) as duration_ms,
        (select cast(coalesce(sum(r.progressive_bytes), 0) as bigint) from lesson l join resource r on r.id = l.resource where l.course = c.id and l.retired_at is null) as size_bytes,
        c.position,
        (select case when r.progressive_bytes is not null then r.duration_ms end
            from lesson l join resource r on r.id = l.resource left join module m on m.id = l.module
            where l.course = c.id and l.retired_at is null
            order by case when l.module is null then 0 else 1 end, m.position, m.id, l.position, l.id limit 1) as first_ms
    from course c where c.id >= $1 and c.id <= $2 and c.state = 'published' order by c.id limit $3";

pub(super) const LIST_KEPT_COURSES: &str = "
    select c.id, c.library_column, c.topic, c.title, c.summary, c.language, c.owner_unit, c.audience_unit, c.state, c.created_by, c.published_at,
        (select count(*) from lesson l where l.course = c.id and l.retired_at is null) as lessons,
        (select cast(coalesce(sum(r.duration_ms), 0) as bigint) from lesson l join resource r on r.id = l.resource where l.course = c.id and l.retired_at is null) as duration_ms,
        (select cast(coalesce(sum(r.progressive_bytes), 0) as bigint) from lesson l join resource r on r.id = l.resource where l.course = c.id and l.retired_at is null) as size_bytes
    from course c
    where exists (select 1 from role_grant g where g.person = $1 and g.role = 'content-manager' and g.revoked_at is null
        and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = c.owner_unit) > 0))
    order by c.created_at desc, c.id desc";

pub(super) const FIND_COURSE: &str = "
    select c.id, c.library_column, c.topic, c.title, c.summary, c.language, c.owner_unit, c.audience_unit, c.state, c.created_by, c.published_at
    from course c where c.id = $1";

pub(super) const LIST_MODULES: &str = "select id, course, title from module where course = $1 order by position, id";

pub(super) const LIST_LESSONS: &str = "
    select l.id, l.course, l.module, l.title, l.summary, l.language, l.resource, l.threshold_percent, r.duration_ms, r.progressive_bytes as size_bytes,
        (select w.pages from courseware w where w.resource = r.id) as pages
    from lesson l join resource r on r.id = l.resource where l.course = $1 and l.retired_at is null order by l.position, l.id";

pub(super) const LIST_MODULES_OF_SEVERAL: &str =
    "select id, course, title from module where course in ($1, $2, $3, $4) order by position, id";

pub(super) const LIST_LESSONS_OF_SEVERAL: &str = "
    select l.id, l.course, l.module, l.title, l.summary, l.language, l.resource, l.threshold_percent, r.duration_ms, r.progressive_bytes as size_bytes,
        (select w.pages from courseware w where w.resource = r.id) as pages
    from lesson l join resource r on r.id = l.resource
    where l.course in ($1, $2, $3, $4) and l.retired_at is null order by l.position, l.id";

pub(super) const LIST_FACES_OF_SEVERAL: &str = "
    select l.course, f.lesson, f.language, f.resource from lesson l join lesson_face f on f.lesson = l.id
    where l.course in ($1, $2, $3, $4) and l.retired_at is null order by f.lesson, f.language";

pub(super) const LIST_HANDOUTS_OF_SEVERAL: &str = "
    select h.course, r.id, r.kind, r.title, r.language, r.filename, r.content_type, r.size_bytes, r.sha256, r.original, r.original_dropped_at, r.stage, r.cause, r.uploader,
        r.owner_unit, r.created_at, r.duration_ms, r.width, r.height, r.class, r.class_chosen, r.denoise, r.class_used, r.folder, r.master, r.progressive, r.progressive_bytes, r.poster
    from handout h join resource r on r.id = h.resource where h.course in ($1, $2, $3, $4) order by h.position, r.id";

pub(super) const FIND_LESSON: &str = "
    select l.id, l.course, l.module, l.title, l.summary, l.language, l.resource, l.threshold_percent, r.duration_ms, r.progressive_bytes as size_bytes,
        (select w.pages from courseware w where w.resource = r.id) as pages
    from lesson l join resource r on r.id = l.resource where l.id = $1 and l.retired_at is null";

pub(super) const FIND_LESSON_EVER: &str = "
    select l.id, l.course, l.module, l.title, l.summary, l.language, l.resource, l.threshold_percent, r.duration_ms, r.progressive_bytes as size_bytes,
        (select w.pages from courseware w where w.resource = r.id) as pages
    from lesson l join resource r on r.id = l.resource where l.id = $1";

pub(super) const LIST_FACES: &str = "
    select f.lesson, f.language, f.resource from lesson_face f join lesson l on l.id = f.lesson
    where l.course = $1 and l.retired_at is null order by f.lesson, f.language";

pub(super) const FIND_FACE: &str = "select resource from lesson_face where lesson = $1 and language = $2";

pub(super) const LIST_FACES_OF: &str = "select language, resource from lesson_face where lesson = $1";

pub(super) const LIST_HANDOUT_IDS: &str = "select resource from handout where course = $1 order by position, resource";

pub(super) const LOCK_COURSE: &str = "
    update course set state = state where id = $1
    returning id, library_column, topic, title, summary, language, owner_unit, audience_unit, state, created_by, published_at";

pub(super) const SET_POLICY: &str = "
    insert into column_policy (library_column, unit, class, originals, set_at) values ($1, $2, $3, $4, $5)
    on conflict (library_column, unit) do update set class = excluded.class, originals = excluded.originals,
        set_at = case when column_policy.originals = excluded.originals then column_policy.set_at else excluded.set_at end";

pub(super) const FORGET_OTHER_POLICIES: &str = "delete from column_policy where library_column = $1 and unit <> ''";

pub(super) const FIND_COLUMN_POLICY: &str = "
    select class, originals from column_policy where library_column = $1 and unit in ($2, '') order by unit desc limit 1";

// What a column says of one video: the top of the tree that owns it goes before what is said for all.
pub(super) const FIND_POLICY_FOR: &str = "
    select p.class, p.originals from column_policy p join resource r on r.id = $2
    where p.library_column = $1
        and (p.unit = '' or exists (select 1 from org_unit_within w where w.ancestor = p.unit and w.unit = r.owner_unit))
    order by p.unit desc limit 1";

pub(super) const FIND_POLICY: &str = "
    select min(p.class), count(distinct p.class),
        cast(min(case coalesce(p.originals, 'keep') when 'keep' then 0 when 'move' then 1 else 2 end) as bigint), max(p.set_at)
    from (select distinct c.library_column from course c
        where c.id in (select l.course from lesson l where l.resource = $1
            union select l.course from lesson_face f join lesson l on l.id = f.lesson where f.resource = $1)) k
    left join column_policy p on p.library_column = k.library_column and p.unit = (
        select max(q.unit) from column_policy q join resource r on r.id = $1
        where q.library_column = k.library_column
            and (q.unit = '' or exists (select 1 from org_unit_within w where w.ancestor = q.unit and w.unit = r.owner_unit)))";

pub(super) const COUNT_VIDEOS_OF_COLUMN: &str = "
    select count(*) as videos,
        count(case when cast($3 as text) is not null and r.stage = 'ready' and r.class_chosen is null
            and coalesce(r.class_used, '') <> $3 then 1 end) as encoded,
        count(case when r.original_dropped_at is null then 1 end) as originals
    from resource r
    where r.kind = 'video'
        and r.id in (select l.resource from lesson l join course c on c.id = l.course where c.library_column = $1
            union select f.resource from lesson_face f join lesson l on l.id = f.lesson join course c on c.id = l.course
                where c.library_column = $1)
        and ($2 = '' or exists (select 1 from org_unit_within w where w.ancestor = $2 and w.unit = r.owner_unit))";

// Courses of a column that no grant of hers as content manager covers.
pub(super) const COUNT_COURSES_OF_OTHERS: &str = "
    select count(*) from (select c.id from course c
        where c.library_column = $1 and not exists (select 1 from role_grant g
            where g.person = $2 and g.role = 'content-manager' and g.revoked_at is null
                and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = c.owner_unit) > 0))
        limit 1) o";

pub(super) const LIST_HANDOUTS: &str = "
    select r.id, r.kind, r.title, r.language, r.filename, r.content_type, r.size_bytes, r.sha256, r.original, r.original_dropped_at, r.stage, r.cause, r.uploader,
        r.owner_unit, r.created_at, r.duration_ms, r.width, r.height, r.class, r.class_chosen, r.denoise, r.class_used, r.folder, r.master, r.progressive, r.progressive_bytes, r.poster
    from handout h join resource r on r.id = h.resource where h.course = $1 order by h.position, r.id";

pub(super) const COUNT_OPEN_USES: &str = "
    select count(*) from course c
    where c.state = 'published' and (c.audience_unit is null or exists (select 1 from org_unit_within w where w.ancestor = c.audience_unit and w.unit = $2))
      and (exists (select 1 from lesson l where l.course = c.id and l.resource = $1 and l.retired_at is null)
        or exists (select 1 from lesson_face f join lesson l on l.id = f.lesson
            where l.course = c.id and f.resource = $1 and l.retired_at is null)
        or exists (select 1 from handout h where h.course = c.id and h.resource = $1))";

pub(super) const LIST_USERS_OF: &str = "
    select course from lesson where resource = $1 union select course from handout where resource = $1
    union select l.course from lesson_face f join lesson l on l.id = f.lesson where f.resource = $1";

pub(super) const LIST_PUBLISHED_IDS: &str = "select id from course where state = 'published' order by id";

pub(super) const ADD_COURSE: &str = "
    insert into course (id, library_column, title, summary, language, owner_unit, audience_unit, state, position, created_by, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, 'draft',
        (select coalesce(max(position), 0) + 1 from course where library_column = $2), $8, $9)";

pub(super) const FIND_MODULE: &str = "select id, course, title from module where id = $1";

pub(super) const LAY_COURSE: &str = "
    update course set title = $2, summary = $3, language = $4, audience_unit = $5,
        topic = (select t.id from topic t where t.id = $6 and t.library_column = $7) where id = $1";

pub(super) const MOVE_COURSE: &str = "
    update course set library_column = $2,
        position = (select coalesce(max(position), 0) + 1 from course where library_column = $2) where id = $1";

pub(super) const LAY_MODULE: &str = "
    insert into module (id, course, title, position) values ($1, $2, $3, $4)
    on conflict (id) do update set title = excluded.title, position = excluded.position";

pub(super) const LAY_LESSON: &str = "
    insert into lesson (id, course, module, title, summary, language, resource, threshold_percent, position, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict (id) do update set module = excluded.module, title = excluded.title, summary = excluded.summary,
        language = excluded.language, resource = excluded.resource, threshold_percent = excluded.threshold_percent,
        position = excluded.position, retired_at = null";

pub(super) const REMOVE_FACES: &str = "delete from lesson_face where lesson = $1";

pub(super) const ADD_FACE: &str = "insert into lesson_face (lesson, language, resource) values ($1, $2, $3)";

pub(super) const HIDE_LESSON: &str = "update lesson set retired_at = $2 where id = $1 and retired_at is null";

pub(super) const REMOVE_LESSON: &str = "delete from lesson where id = $1";

pub(super) const EMPTY_MODULE: &str = "update lesson set module = null where module = $1";

pub(super) const REMOVE_MODULE: &str = "delete from module where id = $1";

pub(super) const REMOVE_HANDOUTS: &str = "delete from handout where course = $1";

pub(super) const LAY_HANDOUT: &str = "insert into handout (course, resource, position) values ($1, $2, $3)";

pub(super) const FIND_STAGE: &str = "select stage from resource where id = $1";

pub(super) const FIND_UPLOADER: &str = "select uploader from resource where id = $1";

pub(super) const SET_STATE: &str = "update course set state = $2 where id = $1";

pub(super) const FIND_UNSETTLED: &str = "
    select r.id, r.course, r.number, r.author, p.name as author_name, r.created_at, r.significance, r.note, r.before, r.after, r.state,
        r.submitted_by, r.submitted_at, r.publish_at, r.applied_at
    from revision r join person p on p.id = r.author
    where r.course = $1 and r.state in ('open', 'returned', 'waiting', 'scheduled')";

pub(super) const FIND_REVISION: &str = "
    select r.id, r.course, r.number, r.author, p.name as author_name, r.created_at, r.significance, r.note, r.before, r.after, r.state,
        r.submitted_by, r.submitted_at, r.publish_at, r.applied_at
    from revision r join person p on p.id = r.author where r.course = $1 and r.number = $2";

pub(super) const FIND_LAST_APPLIED: &str = "
    select r.id, r.course, r.number, r.author, p.name as author_name, r.created_at, r.significance, r.note, r.before, r.after, r.state,
        r.submitted_by, r.submitted_at, r.publish_at, r.applied_at
    from revision r join person p on p.id = r.author
    where r.course = $1 and r.state = 'applied' order by r.applied_at desc, r.number desc limit 1";

pub(super) const FIND_COURSE_PROPOSING: &str = "
    select course from revision
    where state in ('open', 'returned', 'waiting', 'scheduled') and after like '%\"' || $1 || '\"%' limit 1";

pub(super) const LIST_REVISIONS: &str = "
    select r.id, r.course, r.number, r.author, p.name as author_name, r.created_at, r.significance, r.note, r.before, r.after, r.state,
        r.submitted_by, r.submitted_at, r.publish_at, r.applied_at
    from revision r join person p on p.id = r.author where r.course = $1 and r.number < $2 order by r.number desc limit $3";

pub(super) const LIST_NEW_LEARNING: &str = "
    select r.id, r.course, r.number, r.author, p.name as author_name, r.created_at, r.significance, r.note, r.before, r.after, r.state,
        r.submitted_by, r.submitted_at, r.publish_at, r.applied_at
    from revision r join person p on p.id = r.author
    where r.course = $1 and r.state = 'applied' and r.significance = 'new' and r.applied_at > $2 order by r.applied_at limit 200";

pub(super) const LIST_WAITING: &str = "
    select r.id, r.course, r.number, r.author, p.name as author_name, r.created_at, r.significance, r.note, r.before, r.after, r.state,
        r.submitted_by, r.submitted_at, r.publish_at, r.applied_at, c.title as course_title
    from revision r join person p on p.id = r.author join course c on c.id = r.course
    where r.state = 'waiting' and exists (
        select 1 from role_grant g where g.person = $1 and g.role = 'reviewer' and g.revoked_at is null
            and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = c.owner_unit) > 0))
        and (r.submitted_at, r.id) > ($2, $3)
    order by r.submitted_at, r.id limit $4";

pub(super) const LIST_DUE: &str = "
    select r.course from revision r
    where r.state = 'scheduled' and r.publish_at <= $1
        and not exists (select 1 from set_aside s where s.chore = 'publish' and s.subject = r.course and s.next_at > $1)
    order by r.publish_at, r.id limit 50";

pub(super) const ADD_REVISION: &str = "
    insert into revision (id, course, number, author, created_at, significance, note, before, after, state, applied_at)
    values ($1, $2, (select coalesce(max(number), 0) + 1 from revision where course = $2), $3, $4, $5, $6, $7, $8, $9, $10)";

pub(super) const ADD_AUTHOR: &str = "
    insert into revision_author (revision, person) values ($1, $2) on conflict (revision, person) do nothing";

pub(super) const LIST_AUTHORS: &str = "select person from revision_author where revision = $1";

pub(super) const SET_PROPOSED: &str = "update revision set after = $2, significance = $3, note = $4 where id = $1";

pub(super) const SUBMIT: &str = "
    update revision set state = 'waiting', submitted_by = $2, submitted_at = $3, publish_at = $4 where id = $1";

pub(super) const DECIDE: &str = "update revision set state = $2, decided_by = $3, decided_at = $4 where id = $1";

pub(super) const SET_TIME: &str = "update revision set publish_at = $2 where id = $1";

pub(super) const REOPEN: &str = "update revision set state = 'open', publish_at = null where id = $1";

pub(super) const WITHDRAW: &str = "
    update revision set state = 'withdrawn'
    where course = $1 and state in ('open', 'returned', 'waiting', 'scheduled')";

pub(super) const APPLY_REVISION: &str = "update revision set state = 'applied', applied_at = $2 where id = $1";

pub(super) const ADD_COMMENT: &str = "
    insert into revision_comment (id, revision, author, at, verdict, body) values ($1, $2, $3, $4, $5, $6)";

pub(super) const LIST_COMMENTS: &str = "
    select r.number, p.name as author_name, c.at, c.verdict, c.body
    from revision_comment c join revision r on r.id = c.revision join person p on p.id = c.author
    where r.course = $1 and r.number >= $2 and r.number <= $3 order by c.id limit 500";

pub(super) const FORGET_COMMENTS: &str =
    "delete from revision_comment where revision in (select id from revision where course = $1)";

pub(super) const FORGET_AUTHORS: &str =
    "delete from revision_author where revision in (select id from revision where course = $1)";

pub(super) const FORGET_REVISIONS: &str = "delete from revision where course = $1";

pub(super) const EDIT_COLUMN: &str =
    "update library_column set title = $2, summary = $3, languages = $4, cover = $5 where id = $1";

pub(super) const LOCK_COLUMNS: &str = "update library_column set position = position";

pub(super) const PLACE_COLUMN: &str = "update library_column set position = $2 where id = $1";

pub(super) const LIST_SHOWN_PLACES: &str =
    "select id, position from course where library_column = $1 and state = 'published' order by position, id";

pub(super) const LOCK_COURSES_OF: &str = "update course set position = position where library_column = $1";

pub(super) const PLACE_COURSE: &str = "update course set position = $2 where id = $1";

pub(super) const LIST_SHOWN: &str = "
    select c.id, c.library_column, c.topic, c.title, c.summary, c.language, c.owner_unit, c.audience_unit, c.state, c.created_by, c.published_at,
        c.position as place
    from course c where c.library_column = $1 and c.state = 'published' and c.position >= $2 and (c.position, c.id) > ($2, $3)
    order by c.position, c.id limit $4";

pub(super) const LIST_USES: &str = "
    select u.resource, c.id, c.title from (
        select l.resource, l.course from lesson l where l.retired_at is null
        union select f.resource, l.course from lesson_face f join lesson l on l.id = f.lesson where l.retired_at is null
        union select h.resource, h.course from handout h) u
    join course c on c.id = u.course
    join resource_about a on a.resource = u.resource
    where a.review_by <= $1 and a.review_by >= $2 order by u.resource, c.id limit 500";

pub(super) const PUBLISH: &str = "
    update course set state = 'published', published_at = $2 where id = $1 and state <> 'published'";

pub(super) const RETIRE: &str = "update course set state = 'retired' where id = $1 and state = 'published'";

pub(super) const NOTE_SHOWN: &str = "
    insert into once_shown (resource, course)
    select l.resource, l.course from lesson l where l.course = $1 and l.retired_at is null
    union select f.resource, l.course from lesson_face f join lesson l on l.id = f.lesson where l.course = $1 and l.retired_at is null
    union select h.resource, h.course from handout h where h.course = $1
    on conflict (resource, course) do nothing";

pub(super) const FORGET_SHOWN: &str = "delete from once_shown where course = $1";

pub(super) const LIST_TOPICS: &str =
    "select id, library_column, title from topic order by library_column, position, id";

pub(super) const LIST_TOPICS_OF: &str =
    "select id, library_column, title from topic where library_column = $1 order by position, id";

pub(super) const PAGE_TOPICS: &str = "
    select id, library_column, title, position as place from topic
    where library_column = $1 and position >= $2 and (position, id) > ($2, $3) order by position, id limit $4";

pub(super) const FIND_TOPIC: &str = "select id, library_column, title from topic where id = $1";

pub(super) const ADD_TOPIC: &str = "
    insert into topic (id, library_column, title, position, created_at)
    select $1, $2, $3, coalesce(max(position), 0) + 1, cast($4 as bigint) from topic where library_column = $2
    having count(*) < $5";

pub(super) const RENAME_TOPIC: &str = "update topic set title = $2 where id = $1";

pub(super) const LOCK_TOPICS: &str = "update topic set position = position";

pub(super) const PLACE_TOPIC: &str = "update topic set position = $2 where id = $1";

pub(super) const REMOVE_TOPIC: &str =
    "delete from topic where id = $1 and not exists (select 1 from course where topic = $1)
        and not exists (select 1 from revision v where v.state in ('open', 'returned', 'waiting', 'scheduled') and v.after like '%' || $1 || '%')";

pub(super) const REMOVE_COLUMN: &str = "
    delete from library_column where id = $1 and not exists (select 1 from course where library_column = $1)
        and not exists (select 1 from topic where library_column = $1)
        and not exists (select 1 from revision v where v.state in ('open', 'returned', 'waiting', 'scheduled') and v.after like '%' || $1 || '%')";

pub(super) const FIND_COLUMN_ID: &str = "select id from library_column where id = $1";

pub(super) const FORGET_POLICIES: &str = "
    delete from column_policy where library_column = $1 and not exists (select 1 from course where library_column = $1)
        and not exists (select 1 from topic where library_column = $1)";
