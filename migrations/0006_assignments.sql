-- A course that the learners of a unit and below are to complete, and until when (ms since 1970 UTC, exclusive).
create table assignment (
  id text primary key,
  course text not null references course (id),
  unit text not null references org_unit (id),
  due_at bigint not null,
  created_by text not null references person (id),
  created_at bigint not null,
  revoked_at bigint
);
create index assignment_unit on assignment (unit) where revoked_at is null;
