//! The catalog's SQL. Which courses are for everybody is the view `open_course`, asked anew wherever their words are read.

pub(super) const FIND_POSITION: &str = "select value from counter where name = 'catalog'";

pub(super) const TAKE_TURN: &str = "update counter set value = value where name = 'catalog' returning value";

pub(super) const SET_POSITION: &str = "update counter set value = $1 where name = 'catalog'";

pub(super) const FOLLOW: &str = "
    insert into catalog_entry (course, slug, modified_at, is_open)
    select c.id, min(k.slug), max(t.at), max(case when exists (select 1 from open_course x where x.id = c.id) then 1 else 0 end)
    from (
        select ch.subject as course, ch.at from change ch where ch.kind = 'course' and ch.seq > $1 and ch.seq <= $2
        union all
        select l.course, ch.at from change ch join lesson l on l.resource = ch.subject
        where ch.kind = 'resource' and ch.seq > $1 and ch.seq <= $2
        union all
        select o.id, ch.at from change ch join course o on o.library_column = ch.subject
        where ch.kind = 'column' and ch.seq > $1 and ch.seq <= $2
        union all
        select l.course, ch.at from change ch join resource_term rt on rt.term = ch.subject
        join lesson l on l.resource = rt.resource
        where ch.kind = 'column' and ch.seq > $1 and ch.seq <= $2
        union all
        select o.id, ch.at from change ch join course o on o.audience_unit is not null
        where ch.kind = 'place' and ch.seq > $1 and ch.seq <= $2
    ) t join course c on c.id = t.course join library_column k on k.id = c.library_column
    where exists (select 1 from catalog_entry e where e.course = c.id)
        or exists (select 1 from open_course x where x.id = c.id)
    group by c.id
    on conflict (course) do update set slug = excluded.slug, is_open = excluded.is_open,
        modified_at = case when excluded.modified_at > catalog_entry.modified_at then excluded.modified_at else catalog_entry.modified_at end
    where excluded.is_open = 1 or catalog_entry.is_open = 1";

pub(super) const FOLLOW_GONE: &str = "
    update catalog_entry set is_open = 0,
        modified_at = (select max(ch.at) from change ch
            where ch.kind = 'course' and ch.subject = catalog_entry.course and ch.seq > $1 and ch.seq <= $2)
    where is_open = 1 and not exists (select 1 from course c where c.id = catalog_entry.course)
        and course in (select ch.subject from change ch where ch.kind = 'course' and ch.seq > $1 and ch.seq <= $2)";

pub(super) const LIST_ENTRIES: &str = "
    select e.course, e.slug, e.modified_at,
        cast(case when e.is_open = 1 and c.id is not null then 1 else 0 end as bigint) as is_open
    from catalog_entry e left join open_course c on c.id = e.course
    where e.modified_at >= $1 and e.modified_at < $2 and (e.modified_at > $1 or e.course > $3)
        and (cast($4 as text) is null or e.slug = $4)
    order by e.modified_at, e.course limit $5";

pub(super) const LIST_NEWEST: &str = "
    select e.course, e.slug, e.modified_at, e.is_open
    from catalog_entry e join open_course c on c.id = e.course
    where c.library_column = $1 and e.is_open = 1
    order by c.published_at desc, c.id desc limit $2";

pub(super) const FIND_ENTRY: &str = "
    select e.course, e.slug, e.modified_at,
        cast(case when e.is_open = 1 and c.id is not null then 1 else 0 end as bigint) as is_open
    from catalog_entry e left join open_course c on c.id = e.course
    where e.course = $1";

pub(super) const FIND_OPEN: &str = "
    select c.id, c.library_column, c.topic, c.title, c.summary, c.language, c.owner_unit, c.audience_unit, c.state, c.created_by, c.published_at
    from open_course c where c.id = $1";

pub(super) const LIST_PARTS: &str = "
    select l.id, l.title, l.summary, l.language, r.duration_ms, coalesce(a.author, '') as author,
        coalesce(a.institution, '') as institution, coalesce(a.license, '') as license, coalesce(a.source, '') as source
    from lesson l join resource r on r.id = l.resource
    left join resource_about a on a.resource = l.resource
    left join module m on m.id = l.module
    where l.course = $1 and l.retired_at is null
    order by case when l.module is null then 0 else 1 end, m.position, m.id, l.position, l.id";

pub(super) const LIST_TERMS: &str = "
    select l.id as lesson, t.id, t.facet, t.slug, t.title
    from lesson l join resource_term rt on rt.resource = l.resource join term t on t.id = rt.term
    where l.course = $1 and l.retired_at is null order by t.facet, t.position, t.id, l.id";

pub(super) const FIND_SPAN: &str =
    "select (select min(modified_at) from catalog_entry), (select max(modified_at) from catalog_entry)";
