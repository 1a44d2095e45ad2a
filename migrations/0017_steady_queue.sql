-- What housekeeping could not do now: set aside with its reason and tried again, so that it stops nothing else.
create table set_aside (
  chore text not null check (chore in ('upload', 'expire', 'give-up', 'remove', 'publish', 'encode-all')),
  -- The upload, job, folder of files or course that it is about.
  subject text not null,
  cause text not null,
  detail text not null,
  tries bigint not null,
  since bigint not null,
  next_at bigint not null,
  primary key (chore, subject)
);

-- How often a worker was killed from outside while it held the job: no failure of the job, up to a point.
alter table job add column interrupted bigint not null default 0;

create index job_of_kind on job (kind, state, priority, created_at);

-- How far encoding everything anew has been asked for: it is done in short goes.
create table encode_all (
  id bigint primary key check (id = 1),
  asked_by text,
  asked_at bigint not null,
  -- The last resource that was asked for.
  after text not null
);

-- What a scanner said of an original.
create table scanned (
  resource text primary key,
  verdict text not null check (verdict in ('clean', 'infected')),
  at bigint not null,
  detail text not null
);
