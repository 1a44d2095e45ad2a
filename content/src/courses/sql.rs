//! The courses' SQL.

pub(super) const LIST_COLUMNS: &str =
    "select id, slug, title, summary, class, originals from library_column order by position, id";

pub(super) const FIND_COLUMN_BY_SLUG: &str =
    "select id, slug, title, summary, class, originals from library_column where slug = $1";

pub(super) const FIND_COLUMN: &str =
    "select id, slug, title, summary, class, originals from library_column where id = $1 or slug = $1";

pub(super) const ADD_COLUMN: &str = "
    insert into library_column (id, slug, title, summary, position, created_at)
    values ($1, $2, $3, $4, (select coalesce(max(position), 0) + 1 from library_column), $5)";

pub(super) const LIST_COURSES: &str = "
    select c.id, c.library_column, c.title, c.summary, c.language, c.owner_unit, c.audience_unit, c.state, c.created_by, c.published_at,
        (select count(*) from lesson l where l.course = c.id) as lessons,
        (select cast(coalesce(sum(r.duration_ms), 0) as bigint) from lesson l join resource r on r.id = l.resource where l.course = c.id) as duration_ms,
        (select cast(coalesce(sum(r.progressive_bytes), 0) as bigint) from lesson l join resource r on r.id = l.resource where l.course = c.id) as size_bytes
    from course c
    where c.library_column = $1 and c.state = 'published'
        and (c.audience_unit is null or exists (select 1 from org_unit_within w where w.ancestor = c.audience_unit and w.unit = $2))
    order by c.position, c.id";

pub(super) const LIST_OPEN_COURSES: &str = "
    select c.id, c.library_column, c.title, c.summary, c.language, c.owner_unit, c.audience_unit, c.state, c.created_by, c.published_at,
        (select count(*) from lesson l where l.course = c.id) as lessons,
        (select cast(coalesce(sum(r.duration_ms), 0) as bigint) from lesson l join resource r on r.id = l.resource where l.course = c.id) as duration_ms,
        (select cast(coalesce(sum(r.progressive_bytes), 0) as bigint) from lesson l join resource r on r.id = l.resource where l.course = c.id) as size_bytes
    from course c join library_column k on k.id = c.library_column
    where c.state = 'published' and (c.audience_unit is null or exists (select 1 from org_unit_within w where w.ancestor = c.audience_unit and w.unit = $1))
    order by k.position, c.position, c.id";

pub(super) const LIST_KEPT_COURSES: &str = "
    select c.id, c.library_column, c.title, c.summary, c.language, c.owner_unit, c.audience_unit, c.state, c.created_by, c.published_at,
        (select count(*) from lesson l where l.course = c.id) as lessons,
        (select cast(coalesce(sum(r.duration_ms), 0) as bigint) from lesson l join resource r on r.id = l.resource where l.course = c.id) as duration_ms,
        (select cast(coalesce(sum(r.progressive_bytes), 0) as bigint) from lesson l join resource r on r.id = l.resource where l.course = c.id) as size_bytes
    from course c
    where exists (select 1 from role_grant g where g.person = $1 and g.role = 'content-manager' and g.revoked_at is null
        and (g.unit is null or exists (select 1 from org_unit_within w where w.ancestor = g.unit and w.unit = c.owner_unit)))
    order by c.created_at desc, c.id desc";

pub(super) const FIND_COURSE: &str = "
    select c.id, c.library_column, c.title, c.summary, c.language, c.owner_unit, c.audience_unit, c.state, c.created_by, c.published_at
    from course c where c.id = $1";

pub(super) const LIST_MODULES: &str = "select id, course, title from module where course = $1 order by position, id";

pub(super) const LIST_LESSONS: &str = "
    select l.id, l.course, l.module, l.title, l.summary, l.language, l.resource, l.threshold_percent, r.duration_ms, r.progressive_bytes as size_bytes,
        (select w.pages from courseware w where w.resource = r.id) as pages
    from lesson l join resource r on r.id = l.resource where l.course = $1 order by l.position, l.id";

pub(super) const FIND_LESSON: &str = "
    select l.id, l.course, l.module, l.title, l.summary, l.language, l.resource, l.threshold_percent, r.duration_ms, r.progressive_bytes as size_bytes,
        (select w.pages from courseware w where w.resource = r.id) as pages
    from lesson l join resource r on r.id = l.resource where l.id = $1";

pub(super) const SET_POLICY: &str = "update library_column set class = $2, originals = $3 where id = $1";

pub(super) const FIND_POLICY: &str = "
    select min(k.class), count(distinct k.class),
        cast(min(case k.originals when 'keep' then 0 when 'move' then 1 else 2 end) as bigint)
    from lesson l join course c on c.id = l.course join library_column k on k.id = c.library_column
    where l.resource = $1";

pub(super) const LIST_VIDEOS_OF_COLUMN: &str = "
    select r.id, r.kind, r.title, r.language, r.filename, r.content_type, r.size_bytes, r.sha256, r.original, r.original_dropped_at, r.stage, r.cause, r.uploader,
        r.owner_unit, r.created_at, r.duration_ms, r.width, r.height, r.class, r.class_chosen, r.denoise, r.class_used, r.folder, r.master, r.progressive, r.progressive_bytes, r.poster
    from resource r
    where r.kind = 'video'
        and r.id in (select l.resource from lesson l join course c on c.id = l.course where c.library_column = $1)
    order by r.created_at, r.id";

pub(super) const LIST_HANDOUTS: &str = "
    select r.id, r.kind, r.title, r.language, r.filename, r.content_type, r.size_bytes, r.sha256, r.original, r.original_dropped_at, r.stage, r.cause, r.uploader,
        r.owner_unit, r.created_at, r.duration_ms, r.width, r.height, r.class, r.class_chosen, r.denoise, r.class_used, r.folder, r.master, r.progressive, r.progressive_bytes, r.poster
    from handout h join resource r on r.id = h.resource where h.course = $1 order by h.position, r.id";

pub(super) const COUNT_OPEN_USES: &str = "
    select count(*) from course c
    where c.state = 'published' and (c.audience_unit is null or exists (select 1 from org_unit_within w where w.ancestor = c.audience_unit and w.unit = $2))
      and (exists (select 1 from lesson l where l.course = c.id and l.resource = $1)
        or exists (select 1 from handout h where h.course = c.id and h.resource = $1))";

pub(super) const LIST_USERS_OF: &str = "
    select course from lesson where resource = $1 union select course from handout where resource = $1";

pub(super) const LIST_PUBLISHED_IDS: &str = "select id from course where state = 'published' order by id";

pub(super) const ADD_COURSE: &str = "
    insert into course (id, library_column, title, summary, language, owner_unit, audience_unit, state, position, created_by, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, 'draft',
        (select coalesce(max(position), 0) + 1 from course where library_column = $2), $8, $9)";

pub(super) const ADD_MODULE: &str = "
    insert into module (id, course, title, position)
    values ($1, $2, $3, (select coalesce(max(position), 0) + 1 from module where course = $2))";

pub(super) const FIND_MODULE: &str = "select id, course, title from module where id = $1";

pub(super) const ADD_LESSON: &str = "
    insert into lesson (id, course, module, title, summary, language, resource, threshold_percent, position, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, (select coalesce(max(position), 0) + 1 from lesson where course = $2), $9)";

pub(super) const ADD_HANDOUT: &str = "
    insert into handout (course, resource, position)
    values ($1, $2, (select coalesce(max(position), 0) + 1 from handout where course = $1))";

pub(super) const COUNT_LESSONS: &str = "
    select count(*), count(case when r.stage in ('failed', 'received') then 1 end)
    from lesson l join resource r on r.id = l.resource where l.course = $1";

pub(super) const PUBLISH: &str = "
    update course set state = 'published', published_at = $2 where id = $1 and state <> 'published'";

pub(super) const RETIRE: &str = "update course set state = 'retired' where id = $1 and state = 'published'";

pub(super) const SAY_COURSE: &str = "update course set title = $2, summary = $3 where id = $1";

pub(super) const SAY_LESSON: &str = "update lesson set title = $2, summary = $3, threshold_percent = $4 where id = $1";

pub(super) const EXCHANGE_RESOURCE: &str = "update lesson set resource = $2 where id = $1";
