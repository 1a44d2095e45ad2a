-- A job exists if and only if its cause was committed. A lease that ran out may be taken by any worker.
create table job (
  id text primary key,
  kind text not null check (kind in ('probe', 'transcode', 'pages', 'caption', 'shelve', 'import')),
  -- Which of the renditions a transcode makes.
  part text check (part in ('first', 'stills', 'small', 'fine', 'sharp')),
  -- Which language captions are made in.
  language text check (language in ('zh', 'bo', 'en')),
  subject text not null,
  -- How long the media plays that it goes through, where that is known.
  plays_ms bigint,
  state text not null check (state in ('queued', 'running', 'paused', 'done', 'failed', 'cancelled')),
  priority bigint not null,
  attempts bigint not null,
  created_by text,
  created_at bigint not null,
  ready_at bigint not null,
  started_at bigint,
  finished_at bigint,
  owner text,
  lease_until bigint,
  percent double precision not null,
  cause text,
  detail text
);
create index job_claim on job (state, priority, created_at);
create index job_subject on job (subject, created_at);
-- Who was served last?
create index job_turn on job (created_by, kind, started_at);

-- While a row is here, nobody takes up an encoding.
create table queue_pause (
  id bigint primary key check (id = 1),
  paused_by text not null,
  paused_at bigint not null
);

create table counter (
  name text primary key,
  value bigint not null
);
insert into counter (name, value) values ('change', 0);

-- What search must look at again, in commit order (the counter row serializes the writers).
create table change (
  seq bigint primary key,
  kind text not null check (kind in ('course', 'resource', 'column', 'place', 'names')),
  subject text not null,
  at bigint not null
);
