create table library_column (
  id text primary key,
  slug text not null unique,
  title text not null,
  summary text not null,
  position bigint not null,
  -- What its videos are encoded as (null: as each was seen), and what becomes of their originals afterwards.
  class text check (class in ('slides', 'mixed', 'natural')),
  originals text not null default 'keep' check (originals in ('keep', 'move', 'drop')),
  created_at bigint not null
);

-- `owner_unit` says whose managers may edit it (null: managers of the whole tree),
-- `audience_unit` whose learners may see it (null: everybody).
create table course (
  id text primary key,
  library_column text not null references library_column (id),
  title text not null,
  summary text not null,
  language text not null check (language in ('zh', 'bo', 'en')),
  owner_unit text references org_unit (id),
  audience_unit text references org_unit (id),
  state text not null check (state in ('draft', 'published', 'retired')),
  position bigint not null,
  created_by text not null references person (id),
  created_at bigint not null,
  published_at bigint
);
create index course_column on course (library_column, state, position);

create table module (
  id text primary key,
  course text not null references course (id),
  title text not null,
  position bigint not null
);
create index module_course on module (course, position);

create table lesson (
  id text primary key,
  course text not null references course (id),
  module text references module (id),
  title text not null,
  summary text not null,
  language text not null check (language in ('zh', 'bo', 'en')),
  resource text not null references resource (id),
  threshold_percent bigint not null check (threshold_percent between 1 and 100),
  position bigint not null,
  created_at bigint not null
);
create index lesson_course on lesson (course, position);
create index lesson_resource on lesson (resource);

create table handout (
  course text not null references course (id),
  resource text not null references resource (id),
  position bigint not null,
  primary key (course, resource)
);
create index handout_resource on handout (resource);
