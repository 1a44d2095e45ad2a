-- What learners saw when a course was taken out of sight: while it is edited there unseen, a file that it lets go may come
-- back with other captions, so that a reviewer looks at those too. Forgotten when the course is shown again.
create table once_shown (
  resource text not null references resource (id) on delete cascade,
  course text not null references course (id) on delete cascade,
  primary key (resource, course)
);
create index once_shown_of on once_shown (course);
insert into once_shown (resource, course)
  select l.resource, c.id from lesson l join course c on c.id = l.course
    where c.state <> 'published' and c.published_at is not null
  union
  select f.resource, c.id from lesson_face f join lesson l on l.id = f.lesson join course c on c.id = l.course
    where c.state <> 'published' and c.published_at is not null
  union
  select h.resource, c.id from handout h join course c on c.id = h.course
    where c.state <> 'published' and c.published_at is not null;

drop view shown_use;
create view shown_use (resource, course, owner_unit) as
  select l.resource, c.id, c.owner_unit from lesson l join course c on c.id = l.course
    where l.retired_at is null and c.state in ('published', 'review', 'retired')
  union all
  select f.resource, c.id, c.owner_unit from lesson_face f join lesson l on l.id = f.lesson join course c on c.id = l.course
    where l.retired_at is null and c.state in ('published', 'review', 'retired')
  union all
  select h.resource, c.id, c.owner_unit from handout h join course c on c.id = h.course
    where c.state in ('published', 'review', 'retired')
  union all
  select o.resource, c.id, c.owner_unit from once_shown o join course c on c.id = o.course
  union all
  select r.id, c.id, c.owner_unit from revision v join course c on c.id = v.course
    join resource r on v.after like '%"' || r.id || '"%'
    where v.state in ('waiting', 'scheduled');
