create table library_column (
  id text primary key,
  slug text not null unique,
  title text not null,
  summary text not null,
  position bigint not null,
  -- What its videos are encoded as (null: as each was seen), and what becomes of their originals afterwards.
  class text check (class in ('slides', 'mixed', 'natural')),
  originals text not null default 'keep' check (originals in ('keep', 'move', 'drop')),
  -- In which languages it teaches (words apart by spaces; empty: not said), and the video whose poster is its cover.
  languages text not null default '',
  cover text references resource (id),
  created_at bigint not null
);

-- Courses of a column that stand together.
create table topic (
  id text primary key,
  library_column text not null references library_column (id),
  title text not null,
  position bigint not null,
  created_at bigint not null
);
create index topic_column on topic (library_column, position);

-- `owner_unit` says whose managers may edit it (null: managers of the whole tree),
-- `audience_unit` whose learners may see it (null: everybody).
create table course (
  id text primary key,
  library_column text not null references library_column (id),
  topic text references topic (id),
  title text not null,
  summary text not null,
  language text not null check (language in ('zh', 'bo', 'en')),
  owner_unit text references org_unit (id),
  audience_unit text references org_unit (id),
  state text not null check (state in ('draft', 'review', 'published', 'retired')),
  position bigint not null,
  created_by text not null references person (id),
  created_at bigint not null,
  published_at bigint
);
create index course_column on course (library_column, state, position);
create index course_topic on course (topic);

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
  created_at bigint not null,
  -- Since when nobody sees it; what was learned in it stands.
  retired_at bigint
);
create index lesson_course on lesson (course, position);
create index lesson_resource on lesson (resource);

-- What readers of a language are shown instead of the lesson's own resource.
create table lesson_face (
  lesson text not null references lesson (id),
  language text not null check (language in ('zh', 'bo', 'en')),
  resource text not null references resource (id),
  primary key (lesson, language)
);
create index lesson_face_resource on lesson_face (resource);

create table handout (
  course text not null references course (id),
  resource text not null references resource (id),
  position bigint not null,
  primary key (course, resource)
);
create index handout_resource on handout (resource);
