-- What the public catalog tells of a course: the slug of its column, when it last changed, and whether it is still for
-- everybody (0: it was once, and harvesters are told that it is gone, even when the course itself is no more). Derived from
-- the change log, up to the counter `catalog`.
create table catalog_entry (
  course text primary key,
  slug text not null,
  modified_at bigint not null,
  is_open bigint not null check (is_open in (0, 1))
);
create index catalog_entry_modified on catalog_entry (modified_at, course);

-- Which courses of a column were published last?
create index course_published on course (library_column, state, published_at, id);

insert into counter (name, value) values ('catalog', 0);

-- Which units are tops of the tree?
create index org_unit_parent_top on org_unit_parent (unit) where parent is null and valid_until is null;

-- The courses that are for everybody: published for nobody in particular, or for the one top of the tree.
create view open_course as
select c.id, c.library_column, c.topic, c.title, c.summary, c.language, c.owner_unit, c.audience_unit, c.state, c.created_by, c.published_at
from course c
where c.state = 'published' and (c.audience_unit is null or c.audience_unit =
    (select case when count(*) = 1 then min(p.unit) end from org_unit_parent p where p.parent is null and p.valid_until is null));
