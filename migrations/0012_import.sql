-- What a sheet calls things, so that the same row is the same thing the next time. `scope` is the unit that owns them, or ''.
create table import_key (
  scope text not null,
  kind text not null check (kind in ('course', 'item')),
  key text not null,
  -- The course, or the resource.
  id text not null,
  primary key (scope, kind, key)
);

-- One loading of a sheet: it may be stopped and go on, and it may be taken back.
create table import_run (
  id text primary key,
  person text not null references person (id),
  scope text not null,
  sheet text not null,
  started_at bigint not null,
  finished_at bigint,
  undone_at bigint
);
create index import_run_started on import_run (person, started_at);

-- What it made (`before` is null), and what it changed (`before` is what stood there).
create table import_step (
  run text not null references import_run (id),
  seq bigint not null,
  thing text not null check (thing in ('column', 'aspect', 'audience', 'resource', 'course', 'module', 'lesson', 'handout',
    'topic', 'resource_title', 'resource_about', 'captions', 'course_text', 'course_topic', 'lesson_text', 'lesson_resource',
    'lesson_face', 'published')),
  subject text not null,
  before text,
  primary key (run, seq)
);
create index import_step_subject on import_step (run, thing, subject);

-- A sheet that was sent to the studio, with what checking it, and then loading it, said.
create table import_sheet (
  id text primary key,
  person text not null references person (id),
  name text not null,
  file text not null,
  leaves_out_wrong bigint not null check (leaves_out_wrong in (0, 1)),
  created_at bigint not null,
  report text not null,
  loaded_at bigint
);
create index import_sheet_person on import_sheet (person, created_at);
