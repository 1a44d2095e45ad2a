//! The shelves' SQL.

pub(super) const LIST_TERMS: &str = "select id, facet, slug, title from term where facet = $1 order by position, id";

pub(super) const LIST_ALL_TERMS: &str = "select id, facet, slug, title from term order by facet, position, id";

pub(super) const PAGE_TERMS: &str = "
    select id, facet, slug, title, position as place from term
    where (cast($1 as text) is null or facet = $1)
        and (case facet when 'aspect' then 0 else 1 end, position, id) > ($2, $3, $4)
    order by case facet when 'aspect' then 0 else 1 end, position, id limit $5";

pub(super) const ADD_TERM: &str = "
    insert into term (id, facet, slug, title, position, created_at)
    select $1, $2, $3, $4, coalesce(max(position), 0) + 1, cast($5 as bigint) from term where facet = $2
    having count(*) < $6";

pub(super) const LIST_TERMS_OF: &str = "
    select t.id, t.facet, t.slug, t.title from resource_term rt join term t on t.id = rt.term
    where rt.resource = $1 order by t.facet, t.position, t.id";

pub(super) const REMOVE_TERMS_OF: &str = "delete from resource_term where resource = $1";

pub(super) const ADD_TERM_TO: &str = "
    insert into resource_term (resource, term)
    select $1, id from term where facet = $2 and slug = $3 on conflict (resource, term) do nothing";

pub(super) const FIND_ABOUT: &str = "
    select summary, author, institution, disclosure, license, source, review_by from resource_about where resource = $1";

pub(super) const SET_ABOUT: &str = "
    insert into resource_about (resource, summary, author, institution, disclosure, license, source, review_by, updated_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (resource) do update set summary = excluded.summary, author = excluded.author,
        institution = excluded.institution, disclosure = excluded.disclosure, license = excluded.license,
        source = excluded.source, review_by = excluded.review_by, updated_at = excluded.updated_at";

pub(super) const RENAME_TERM: &str = "update term set title = $2 where id = $1";

pub(super) const FIND_TERM_BY_SLUG: &str = "select id from term where facet = $1 and slug = $2";

pub(super) const FIND_TERM: &str = "select id from term where id = $1";

pub(super) const REMOVE_TERM: &str = "
    delete from term where id = $1 and not exists (select 1 from resource_term where term = $1)
        and not exists (select 1 from proposal p where p.kind = 'about' and p.state in ('waiting', 'returned')
            and p.after like '%[\"' || term.facet || '\",\"' || term.slug || '\"]%')";

pub(super) const LOCK_TERMS: &str = "update term set position = position";

pub(super) const LIST_NEIGHBORS: &str = "
    select id from term where facet = (select facet from term where id = $1) order by position, id";

pub(super) const PLACE_TERM: &str = "update term set position = $2 where id = $1";

pub(super) const COPY_ABOUT: &str = "
    insert into resource_about (resource, summary, author, institution, disclosure, license, source, review_by, updated_at)
    select $2, summary, author, institution, disclosure, license, source, review_by, cast($3 as bigint)
    from resource_about where resource = $1
    on conflict (resource) do nothing";

pub(super) const COPY_TERMS: &str = "
    insert into resource_term (resource, term) select $2, term from resource_term where resource = $1
    on conflict (resource, term) do nothing";

pub(super) const LIST_DUE: &str = "
    with seen as materialized (
        select a.resource, a.author, a.review_by from resource_about a
        where a.review_by <= $2 and a.review_by >= $3 and (a.review_by, a.resource) > ($3, $4)
        order by a.review_by, a.resource limit $6)
    select r.id as resource, r.title, a.author, a.review_by
    from seen a cross join resource r
    where r.id = a.resource and exists (
        select 1 from role_grant g where g.person = $1 and g.role = 'content-manager' and g.revoked_at is null
            and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = r.owner_unit) > 0))
    order by a.review_by, a.resource limit $5";

pub(super) const EDGE_OF_DUE: &str = "
    select review_by, resource from resource_about
    where review_by <= $1 and review_by >= $2 and (review_by, resource) > ($2, $3)
    order by review_by, resource limit 1 offset $4";

pub(super) const COUNT_DUE: &str = "
    with seen as materialized (
        select resource from resource_about where review_by <= $2 order by review_by, resource limit $3)
    select count(*)
    from seen cross join resource r
    where r.id = seen.resource and exists (
        select 1 from role_grant g where g.person = $1 and g.role = 'content-manager' and g.revoked_at is null
            and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = r.owner_unit) > 0))";
