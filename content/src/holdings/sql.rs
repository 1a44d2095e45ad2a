//! The holdings' SQL.
//!
//! Every statement that finds takes `$6` to `$18` as the manager and her filter; a null asks for nothing. A walk goes along
//! the index of one order from `($1, $2)`, exclusive, to `($3, $4)`, and `$5` is how many it finds at most.

pub(super) const WALK_NEWEST: &str = "
    select r.id, r.created_at as place from resource r
    where (r.created_at, r.id) < ($1, $2) and (r.created_at, r.id) >= ($3, $4)
      and (cast($7 as text) is null or r.kind = $7) and (cast($8 as text) is null or r.stage = $8)
      and (cast($9 as text) is null or r.language = $9) and (cast($10 as text) is null or r.uploader = $10)
      and exists (select 1 from role_grant g where g.person = $6 and g.role = 'content-manager' and g.revoked_at is null
        and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = r.owner_unit) > 0))
      and (cast($11 as text) is null or exists (select 1 from holding u where u.resource = r.id and (u.uses = 0) = ($11 = 'unused')))
      and (cast($12 as text) is null or exists (select 1 from resource_term t where t.resource = r.id and t.term = $12))
      and (cast($13 as text) is null or exists (select 1 from resource_term t where t.resource = r.id and t.term = $13))
      and (cast($14 as text) is null
        or exists (select 1 from lesson l cross join course c where l.resource = r.id and c.id = l.course and c.library_column = $14)
        or exists (select 1 from handout o cross join course c where o.resource = r.id and c.id = o.course and c.library_column = $14))
      and (cast($15 as bigint) is null or exists (select 1 from resource_about d where d.resource = r.id and d.review_by <= $15))
      and (cast($16 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $16))
      and (cast($17 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $17))
      and (cast($18 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $18))
    order by r.created_at desc, r.id desc limit $5";

pub(super) const WALK_OLDEST: &str = "
    select r.id, r.created_at as place from resource r
    where (r.created_at, r.id) > ($1, $2) and (r.created_at, r.id) <= ($3, $4)
      and (cast($7 as text) is null or r.kind = $7) and (cast($8 as text) is null or r.stage = $8)
      and (cast($9 as text) is null or r.language = $9) and (cast($10 as text) is null or r.uploader = $10)
      and exists (select 1 from role_grant g where g.person = $6 and g.role = 'content-manager' and g.revoked_at is null
        and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = r.owner_unit) > 0))
      and (cast($11 as text) is null or exists (select 1 from holding u where u.resource = r.id and (u.uses = 0) = ($11 = 'unused')))
      and (cast($12 as text) is null or exists (select 1 from resource_term t where t.resource = r.id and t.term = $12))
      and (cast($13 as text) is null or exists (select 1 from resource_term t where t.resource = r.id and t.term = $13))
      and (cast($14 as text) is null
        or exists (select 1 from lesson l cross join course c where l.resource = r.id and c.id = l.course and c.library_column = $14)
        or exists (select 1 from handout o cross join course c where o.resource = r.id and c.id = o.course and c.library_column = $14))
      and (cast($15 as bigint) is null or exists (select 1 from resource_about d where d.resource = r.id and d.review_by <= $15))
      and (cast($16 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $16))
      and (cast($17 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $17))
      and (cast($18 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $18))
    order by r.created_at, r.id limit $5";

pub(super) const WALK_LARGEST: &str = "
    select r.id, r.size_bytes as place from resource r
    where (r.size_bytes, r.id) < ($1, $2) and (r.size_bytes, r.id) >= ($3, $4)
      and (cast($7 as text) is null or r.kind = $7) and (cast($8 as text) is null or r.stage = $8)
      and (cast($9 as text) is null or r.language = $9) and (cast($10 as text) is null or r.uploader = $10)
      and exists (select 1 from role_grant g where g.person = $6 and g.role = 'content-manager' and g.revoked_at is null
        and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = r.owner_unit) > 0))
      and (cast($11 as text) is null or exists (select 1 from holding u where u.resource = r.id and (u.uses = 0) = ($11 = 'unused')))
      and (cast($12 as text) is null or exists (select 1 from resource_term t where t.resource = r.id and t.term = $12))
      and (cast($13 as text) is null or exists (select 1 from resource_term t where t.resource = r.id and t.term = $13))
      and (cast($14 as text) is null
        or exists (select 1 from lesson l cross join course c where l.resource = r.id and c.id = l.course and c.library_column = $14)
        or exists (select 1 from handout o cross join course c where o.resource = r.id and c.id = o.course and c.library_column = $14))
      and (cast($15 as bigint) is null or exists (select 1 from resource_about d where d.resource = r.id and d.review_by <= $15))
      and (cast($16 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $16))
      and (cast($17 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $17))
      and (cast($18 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $18))
    order by r.size_bytes desc, r.id desc limit $5";

pub(super) const WALK_LONGEST: &str = "
    select r.id, r.duration_ms as place from resource r
    where r.duration_ms is not null and (r.duration_ms, r.id) < ($1, $2) and (r.duration_ms, r.id) >= ($3, $4)
      and (cast($7 as text) is null or r.kind = $7) and (cast($8 as text) is null or r.stage = $8)
      and (cast($9 as text) is null or r.language = $9) and (cast($10 as text) is null or r.uploader = $10)
      and exists (select 1 from role_grant g where g.person = $6 and g.role = 'content-manager' and g.revoked_at is null
        and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = r.owner_unit) > 0))
      and (cast($11 as text) is null or exists (select 1 from holding u where u.resource = r.id and (u.uses = 0) = ($11 = 'unused')))
      and (cast($12 as text) is null or exists (select 1 from resource_term t where t.resource = r.id and t.term = $12))
      and (cast($13 as text) is null or exists (select 1 from resource_term t where t.resource = r.id and t.term = $13))
      and (cast($14 as text) is null
        or exists (select 1 from lesson l cross join course c where l.resource = r.id and c.id = l.course and c.library_column = $14)
        or exists (select 1 from handout o cross join course c where o.resource = r.id and c.id = o.course and c.library_column = $14))
      and (cast($15 as bigint) is null or exists (select 1 from resource_about d where d.resource = r.id and d.review_by <= $15))
      and (cast($16 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $16))
      and (cast($17 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $17))
      and (cast($18 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $18))
    order by r.duration_ms desc, r.id desc limit $5";

pub(super) const WALK_TITLE: &str = "
    select r.id, h.sort_title as place from holding h cross join resource r
    where r.id = h.resource and (h.sort_title, h.resource) > ($1, $2) and (h.sort_title, h.resource) <= ($3, $4)
      and (cast($7 as text) is null or r.kind = $7) and (cast($8 as text) is null or r.stage = $8)
      and (cast($9 as text) is null or r.language = $9) and (cast($10 as text) is null or r.uploader = $10)
      and exists (select 1 from role_grant g where g.person = $6 and g.role = 'content-manager' and g.revoked_at is null
        and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = r.owner_unit) > 0))
      and (cast($11 as text) is null or exists (select 1 from holding u where u.resource = r.id and (u.uses = 0) = ($11 = 'unused')))
      and (cast($12 as text) is null or exists (select 1 from resource_term t where t.resource = r.id and t.term = $12))
      and (cast($13 as text) is null or exists (select 1 from resource_term t where t.resource = r.id and t.term = $13))
      and (cast($14 as text) is null
        or exists (select 1 from lesson l cross join course c where l.resource = r.id and c.id = l.course and c.library_column = $14)
        or exists (select 1 from handout o cross join course c where o.resource = r.id and c.id = o.course and c.library_column = $14))
      and (cast($15 as bigint) is null or exists (select 1 from resource_about d where d.resource = r.id and d.review_by <= $15))
      and (cast($16 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $16))
      and (cast($17 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $17))
      and (cast($18 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $18))
    order by h.sort_title, h.resource limit $5";

pub(super) const WALK_REVIEW: &str = "
    select r.id, a.review_by as place from resource_about a cross join resource r
    where r.id = a.resource and a.review_by is not null and (a.review_by, a.resource) > ($1, $2) and (a.review_by, a.resource) <= ($3, $4)
      and (cast($7 as text) is null or r.kind = $7) and (cast($8 as text) is null or r.stage = $8)
      and (cast($9 as text) is null or r.language = $9) and (cast($10 as text) is null or r.uploader = $10)
      and exists (select 1 from role_grant g where g.person = $6 and g.role = 'content-manager' and g.revoked_at is null
        and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = r.owner_unit) > 0))
      and (cast($11 as text) is null or exists (select 1 from holding u where u.resource = r.id and (u.uses = 0) = ($11 = 'unused')))
      and (cast($12 as text) is null or exists (select 1 from resource_term t where t.resource = r.id and t.term = $12))
      and (cast($13 as text) is null or exists (select 1 from resource_term t where t.resource = r.id and t.term = $13))
      and (cast($14 as text) is null
        or exists (select 1 from lesson l cross join course c where l.resource = r.id and c.id = l.course and c.library_column = $14)
        or exists (select 1 from handout o cross join course c where o.resource = r.id and c.id = o.course and c.library_column = $14))
      and (cast($15 as bigint) is null or exists (select 1 from resource_about d where d.resource = r.id and d.review_by <= $15))
      and (cast($16 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $16))
      and (cast($17 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $17))
      and (cast($18 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $18))
    order by a.review_by, a.resource limit $5";

pub(super) const EDGE_NEWEST: &str = "
    select r.created_at as place, r.id as id from resource r where (r.created_at, r.id) < ($1, $2)
    order by r.created_at desc, r.id desc limit 1 offset $3";

pub(super) const EDGE_OLDEST: &str = "
    select r.created_at as place, r.id as id from resource r where (r.created_at, r.id) > ($1, $2)
    order by r.created_at, r.id limit 1 offset $3";

pub(super) const EDGE_LARGEST: &str = "
    select r.size_bytes as place, r.id as id from resource r where (r.size_bytes, r.id) < ($1, $2)
    order by r.size_bytes desc, r.id desc limit 1 offset $3";

pub(super) const EDGE_LONGEST: &str = "
    select r.duration_ms as place, r.id as id from resource r where r.duration_ms is not null and (r.duration_ms, r.id) < ($1, $2)
    order by r.duration_ms desc, r.id desc limit 1 offset $3";

pub(super) const EDGE_TITLE: &str = "
    select h.sort_title as place, h.resource as id from holding h where (h.sort_title, h.resource) > ($1, $2)
    order by h.sort_title, h.resource limit 1 offset $3";

pub(super) const EDGE_REVIEW: &str = "
    select a.review_by as place, a.resource as id from resource_about a where a.review_by is not null and (a.review_by, a.resource) > ($1, $2)
    order by a.review_by, a.resource limit 1 offset $3";

// Each side is bounded by itself: PostgreSQL else reads the whole of an index to take a few of it.
pub(super) const COUNT_SOURCE: &str = "
    select count(*) from (
        select id from (select w.resource as id from resource_word w where $1 = 'word' and w.word >= $2 and w.word < $3 limit $5) a
        union all select id from (select t.resource as id from resource_term t where $1 = 'term' and t.term = $2 limit $5) a
        union all select id from (select r.id as id from resource r where $1 = 'stage' and r.stage = $2 limit $5) a
        union all select id from (select r.id as id from resource r where $1 = 'kind' and r.kind = $2 limit $5) a
        union all select id from (select r.id as id from resource r where $1 = 'language' and r.language = $2 limit $5) a
        union all select id from (select r.id as id from resource r where $1 = 'uploader' and r.uploader = $2 limit $5) a
        union all select id from (select h.resource as id from holding h where $1 = 'unused' and h.uses = 0 limit $5) a
        union all select id from (select l.resource as id from course c join lesson l on l.course = c.id where $1 = 'column' and c.library_column = $2 limit $5) a
        union all select id from (select o.resource as id from course c join handout o on o.course = c.id where $1 = 'column' and c.library_column = $2 limit $5) a
        union all select id from (select d.resource as id from resource_about d where $1 = 'review' and d.review_by <= $4 limit $5) a
        union all select id from (select r.id as id from resource r where $1 = 'owner' and r.owner_unit = $2 limit $5) a
        limit $5) found";

pub(super) const COLLECT: &str = "
    select r.id, r.created_at, r.size_bytes, r.duration_ms, coalesce(h.sort_title, '') as sort_title,
        a.review_by
    from (select distinct id from (
        select id from (select w.resource as id from resource_word w where $1 = 'word' and w.word >= $2 and w.word < $3 limit $5) a
        union all select id from (select t.resource as id from resource_term t where $1 = 'term' and t.term = $2 limit $5) a
        union all select id from (select r.id as id from resource r where $1 = 'stage' and r.stage = $2 limit $5) a
        union all select id from (select r.id as id from resource r where $1 = 'kind' and r.kind = $2 limit $5) a
        union all select id from (select r.id as id from resource r where $1 = 'language' and r.language = $2 limit $5) a
        union all select id from (select r.id as id from resource r where $1 = 'uploader' and r.uploader = $2 limit $5) a
        union all select id from (select h.resource as id from holding h where $1 = 'unused' and h.uses = 0 limit $5) a
        union all select id from (select l.resource as id from course c join lesson l on l.course = c.id where $1 = 'column' and c.library_column = $2 limit $5) a
        union all select id from (select o.resource as id from course c join handout o on o.course = c.id where $1 = 'column' and c.library_column = $2 limit $5) a
        union all select id from (select d.resource as id from resource_about d where $1 = 'review' and d.review_by <= $4 limit $5) a
        union all select id from (select r.id as id from resource r where $1 = 'owner' and r.owner_unit = $2 limit $5) a
        limit $5) one) found
    join resource r on r.id = found.id
    left join holding h on h.resource = r.id left join resource_about a on a.resource = r.id
    where (cast($7 as text) is null or r.kind = $7) and (cast($8 as text) is null or r.stage = $8)
      and (cast($9 as text) is null or r.language = $9) and (cast($10 as text) is null or r.uploader = $10)
      and exists (select 1 from role_grant g where g.person = $6 and g.role = 'content-manager' and g.revoked_at is null
        and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = r.owner_unit) > 0))
      and (cast($11 as text) is null or exists (select 1 from holding u where u.resource = r.id and (u.uses = 0) = ($11 = 'unused')))
      and (cast($12 as text) is null or exists (select 1 from resource_term t where t.resource = r.id and t.term = $12))
      and (cast($13 as text) is null or exists (select 1 from resource_term t where t.resource = r.id and t.term = $13))
      and (cast($14 as text) is null
        or exists (select 1 from lesson l cross join course c where l.resource = r.id and c.id = l.course and c.library_column = $14)
        or exists (select 1 from handout o cross join course c where o.resource = r.id and c.id = o.course and c.library_column = $14))
      and (cast($15 as bigint) is null or exists (select 1 from resource_about d where d.resource = r.id and d.review_by <= $15))
      and (cast($16 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $16))
      and (cast($17 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $17))
      and (cast($18 as text) is null or exists (select 1 from holding s where s.resource = r.id and s.said like $18))";

pub(super) const LIST_ROWS: &str = "
    with recursive n (i) as (select cast(0 as bigint) union all select i + 1 from n where i + 1 < cast($2 as bigint))
    select r.id, r.kind, r.title, r.language, r.filename, r.size_bytes, r.stage, r.cause, r.created_at, r.duration_ms, r.folder, r.poster,
        (select count(*) from lesson l where l.resource = r.id) + (select count(*) from handout o where o.resource = r.id)
            + (select count(*) from lesson_face f where f.resource = r.id) as uses,
        k.id as course, k.title as course_title, a.review_by,
        (select count(*) from selection s where s.person = $3 and s.resource = r.id) as picked
    from n join resource r on r.id = substr($1, cast(n.i * 32 + 1 as integer), 32)
    left join resource_about a on a.resource = r.id
    left join course k on k.id = coalesce((select min(l.course) from lesson l where l.resource = r.id),
            (select min(o.course) from handout o where o.resource = r.id))
        and exists (select 1 from role_grant g where g.person = $3 and g.role = 'content-manager' and g.revoked_at is null
            and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = k.owner_unit) > 0))
    where n.i < cast($2 as bigint)
      and exists (select 1 from role_grant g where g.person = $3 and g.role = 'content-manager' and g.revoked_at is null
        and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = r.owner_unit) > 0))";

// From one owner to the next along their index: there are few, of however many resources.
pub(super) const LIST_OWNERS: &str = "
    with recursive owner (unit) as (
        select min(owner_unit) from resource
        union all select (select min(n.owner_unit) from resource n where n.owner_unit > owner.unit) from owner where owner.unit is not null)
    select owner.unit from owner
    where owner.unit is not null and exists (select 1 from role_grant g where g.person = $1 and g.role = 'content-manager' and g.revoked_at is null
        and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = owner.unit) > 0))
    limit $2";

pub(super) const FIND_TERM: &str = "
    select id from term where facet = $1 and slug = $2";

pub(super) const FIND_COLUMN: &str = "
    select id from library_column where slug = $1";

pub(super) const LIST_VIEWS: &str = "
    select id, name, query from saved_view where person = $1 order by created_at, id limit $2";

pub(super) const ADD_VIEW: &str = "
    insert into saved_view (id, person, name, query, created_at) values ($1, $2, $3, $4, $5)
    on conflict (person, name) do update set query = excluded.query";

pub(super) const REMOVE_VIEW: &str = "
    delete from saved_view where id = $1 and person = $2";

pub(super) const PICK: &str = "
    with recursive n (i) as (select cast(0 as bigint) union all select i + 1 from n where i + 1 < cast($2 as bigint))
    insert into selection (person, resource)
    select $3, r.id from n join resource r on r.id = substr($1, cast(n.i * 32 + 1 as integer), 32)
    where n.i < cast($2 as bigint)
      and exists (select 1 from role_grant g where g.person = $3 and g.role = 'content-manager' and g.revoked_at is null
        and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = r.owner_unit) > 0))
    on conflict (person, resource) do nothing";

pub(super) const UNPICK: &str = "
    delete from selection where person = $3 and resource in (
        with recursive n (i) as (select cast(0 as bigint) union all select i + 1 from n where i + 1 < cast($2 as bigint))
        select substr($1, cast(n.i * 32 + 1 as integer), 32) from n where n.i < cast($2 as bigint))";

pub(super) const UNPICK_ALL: &str = "
    delete from selection where person = $1";

pub(super) const COUNT_PICKED: &str = "
    select count(*) from selection where person = $1";

pub(super) const LIST_PICKED_IDS: &str = "
    select s.resource from selection s join resource r on r.id = s.resource
    where s.person = $1 and s.resource > $2
      and exists (select 1 from role_grant g where g.person = $1 and g.role = 'content-manager' and g.revoked_at is null
        and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = r.owner_unit) > 0))
    order by s.resource limit $3";

pub(super) const LIST_COURSES_OF_PICKED: &str = "
    select c.id, c.title, c.state, c.owner_unit,
        (select count(*) from role_grant g where g.person = $1 and g.role = 'content-manager' and g.revoked_at is null
          and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = c.owner_unit) > 0)) as may
    from course c
    where c.id in (select l.course from selection s join lesson l on l.resource = s.resource where s.person = $1
        union select o.course from selection s join handout o on o.resource = s.resource where s.person = $1)
    order by c.created_at desc, c.id desc limit $2";

pub(super) const LIST_STORAGE: &str = "
    select k.slug, k.title, count(*) as files,
        cast(coalesce(sum(case when r.original_dropped_at is null then r.size_bytes else 0 end), 0) as bigint) as originals,
        cast(coalesce(sum((select coalesce(sum(v.size_bytes + coalesce(v.plain_bytes, 0)), 0) from rendition v where v.resource = r.id)), 0) as bigint) as renditions
    from library_column k
    join (select c.library_column as place, l.resource as id from course c join lesson l on l.course = c.id
        union select c.library_column, o.resource from course c join handout o on o.course = c.id) u on u.place = k.id
    join resource r on r.id = u.id
    where exists (select 1 from role_grant g where g.person = $1 and g.role = 'content-manager' and g.revoked_at is null
        and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = r.owner_unit) > 0))
    group by k.slug, k.title, k.position order by k.position, k.slug";

pub(super) const FIND_TOTALS: &str = "
    select count(case when h.uses = 0 then 1 end) as unused, count(case when r.stage = 'failed' then 1 end) as broken,
        cast(coalesce(sum(case when h.uses = 0 and r.original_dropped_at is null then r.size_bytes else 0 end), 0) as bigint) as unused_originals,
        cast(coalesce(sum(case when h.uses = 0 then (select coalesce(sum(v.size_bytes + coalesce(v.plain_bytes, 0)), 0)
            from rendition v where v.resource = r.id) else 0 end), 0) as bigint) as unused_renditions
    from resource r left join holding h on h.resource = r.id
    where exists (select 1 from role_grant g where g.person = $1 and g.role = 'content-manager' and g.revoked_at is null
        and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = r.owner_unit) > 0))";

// What was counted as used otherwise than it is, by whoever did not say so.
pub(super) const LIST_DRIFTED: &str = "
    select h.resource from holding h
    where h.uses <> (select count(*) from lesson l where l.resource = h.resource)
        + (select count(*) from handout o where o.resource = h.resource)
        + (select count(*) from lesson_face f where f.resource = h.resource)
    limit 1000";

pub(super) const FIND_FIGURES: &str = "
    select told, counted_at from holding_figures where scope = $1";

pub(super) const SET_FIGURES: &str = "
    insert into holding_figures (scope, told, counted_at) values ($1, $2, $3)
    on conflict (scope) do update set told = excluded.told, counted_at = excluded.counted_at";

pub(super) const CLAIM_FIGURES: &str = "
    update holding_figures set counted_at = $3 where scope = $1 and counted_at = $2";

pub(super) const FORGET_FIGURES: &str = "
    delete from holding_figures";
