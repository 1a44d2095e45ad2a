-- What of an edit reaches more than one transaction may hold: it is done in goes, each of which writes down how far it came.
create table in_goes (
  -- Who has completed what is left of a course; what a column says of its videos.
  chore text not null check (chore in ('complete', 'keep')),
  -- The course; or the column and the top of the tree that speaks ('' for all), a space between them.
  subject text not null,
  asked_at bigint not null,
  -- The last person; or the last course and its last video, a space between them.
  after text not null,
  primary key (chore, subject)
);
create index in_goes_asked on in_goes (chore, asked_at);
create index course_of_column on course (library_column, id);
create index course_in_order on course (library_column, state, position, id);

-- These two may be set aside as all chores may.
create table set_aside_of (
  chore text not null check (chore in ('upload', 'expire', 'give-up', 'remove', 'publish', 'encode-all', 'complete', 'keep')),
  subject text not null,
  cause text not null,
  detail text not null,
  tries bigint not null,
  since bigint not null,
  next_at bigint not null,
  primary key (chore, subject)
);
insert into set_aside_of (chore, subject, cause, detail, tries, since, next_at)
  select chore, subject, cause, detail, tries, since, next_at from set_aside;
drop table set_aside;
alter table set_aside_of rename to set_aside;

-- How many bytes of originals are kept, by a person, in a unit's name, and in all (''): derived from the resources, in the
-- transaction that writes them, so that what an upload costs does not grow with what is there.
create table kept_bytes (
  owner text primary key,
  bytes bigint not null
);
insert into kept_bytes (owner, bytes)
  select '', cast(coalesce(sum(size_bytes), 0) as bigint) from resource where original_dropped_at is null;
insert into kept_bytes (owner, bytes)
  select uploader, cast(sum(size_bytes) as bigint) from resource where original_dropped_at is null group by uploader;
insert into kept_bytes (owner, bytes)
  select owner_unit, cast(sum(size_bytes) as bigint) from resource
  where original_dropped_at is null and owner_unit is not null group by owner_unit;
create index upload_open_in on upload (owner_unit, expires_at) where completed_at is null;

-- Whose a session is: a browser's, or that of a program, which was given a token.
alter table session add column kind text not null default 'browser' check (kind in ('browser', 'program'));
create index session_newest on session (person, kind, created_at);
drop index session_person;
