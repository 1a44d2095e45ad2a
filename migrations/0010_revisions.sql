-- A change of a course: what was and what becomes of it (JSON outlines; before is null where nothing was before).
create table revision (
  id text primary key,
  course text not null references course (id),
  number bigint not null,
  author text not null references person (id),
  created_at bigint not null,
  significance text not null check (significance in ('typo', 'same', 'new')),
  note text not null,
  before text,
  after text not null,
  state text not null check (state in ('open', 'returned', 'waiting', 'scheduled', 'applied', 'withdrawn')),
  submitted_by text references person (id),
  submitted_at bigint,
  -- Not before this moment (null: at once).
  publish_at bigint,
  decided_by text references person (id),
  decided_at bigint,
  applied_at bigint,
  unique (course, number)
);
-- One at a time is put together or waits.
create unique index revision_unsettled on revision (course) where state in ('open', 'returned', 'waiting', 'scheduled');
create index revision_waiting on revision (submitted_at) where state = 'waiting';
create index revision_scheduled on revision (publish_at) where state = 'scheduled';

-- Everybody who had a hand in it: none of them reviews it.
create table revision_author (
  revision text not null references revision (id),
  person text not null references person (id),
  primary key (revision, person)
);

create table revision_comment (
  id text primary key,
  revision text not null references revision (id),
  author text not null references person (id),
  at bigint not null,
  verdict text not null check (verdict in ('comment', 'returned', 'approved')),
  body text not null
);
create index revision_comment_revision on revision_comment (revision, id);

-- 1 when they were carried over from another file, and a person should look whether they still fit.
alter table caption add column to_check bigint not null default 0 check (to_check in (0, 1));

-- Which face of the lesson was played (null: its own resource); the intervals are of that one.
alter table watch_event add column face text check (face in ('zh', 'bo', 'en'));
