-- How far each person is in each course she has begun: derived from the ledger, in the transaction that writes it, so that
-- what a page costs does not grow with all she ever watched. `completed` counts every lesson she completed, hidden ones too.
create table course_progress (
  person text not null references person (id),
  course text not null references course (id),
  completed bigint not null,
  watched_ms bigint not null,
  touched_at bigint not null,
  primary key (person, course)
);

insert into course_progress (person, course, completed, watched_ms, touched_at)
select g.person, l.course, count(g.completed_at), cast(sum(g.watched_ms) as bigint), max(g.updated_at)
from ledger g join lesson l on l.id = g.lesson group by g.person, l.course;

create index lesson_retired on lesson (course) where retired_at is not null;
