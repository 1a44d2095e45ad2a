-- Where learners see a file, have seen it, or will when its day comes: in what is published, waits for a reviewer, is approved,
-- or was taken out of sight and may be shown again as it was.
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
  select r.id, c.id, c.owner_unit from revision v join course c on c.id = v.course
    join resource r on v.after like '%"' || r.id || '"%'
    where v.state in ('waiting', 'scheduled');

-- A change of a file that learners of a reviewed course see: it holds when a reviewer of each unit concerned has looked at it.
create table proposal (
  id text primary key,
  resource text not null references resource (id),
  kind text not null check (kind in ('title', 'language', 'about', 'captions')),
  -- Which language of captions; else empty.
  slot text not null,
  -- What stood there when it was proposed, and what is to stand there (null: nothing): JSON, a language, or WebVTT.
  before text,
  after text,
  -- 1 when a program wrote it.
  is_automatic bigint not null check (is_automatic in (0, 1)),
  author text not null references person (id),
  created_at bigint not null,
  state text not null check (state in ('waiting', 'returned', 'applied', 'withdrawn')),
  decided_by text references person (id),
  decided_at bigint,
  -- What the reviewer said.
  comment text not null
);
create unique index proposal_unsettled on proposal (resource, kind, slot) where state in ('waiting', 'returned');
create index proposal_resource on proposal (resource, id);
create index proposal_waiting on proposal (created_at) where state = 'waiting';

-- Everybody who had a hand in it: none of them decides.
create table proposal_author (
  proposal text not null references proposal (id),
  person text not null references person (id),
  primary key (proposal, person)
);

-- Who has approved it, where several units have to.
create table proposal_approval (
  proposal text not null references proposal (id),
  person text not null references person (id),
  at bigint not null,
  primary key (proposal, person)
);

-- How a column's videos are kept, by whose they are: a top of the tree speaks for what is owned below it ('' for all).
-- `library_column.class` and `.originals` are read no more.
create table column_policy (
  library_column text not null references library_column (id),
  unit text not null,
  class text check (class in ('slides', 'mixed', 'natural')),
  originals text not null check (originals in ('keep', 'move', 'drop')),
  -- Since when it says so: nothing is deleted for seven days.
  set_at bigint not null,
  primary key (library_column, unit)
);
insert into column_policy (library_column, unit, class, originals, set_at)
  select id, '', class, originals, 0 from library_column where class is not null or originals <> 'keep';
