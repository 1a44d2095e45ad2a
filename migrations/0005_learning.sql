-- One sitting on one device; its id is made by the device and belongs to the first person who used it.
create table learning_session (
  id text primary key,
  person text not null references person (id),
  created_at bigint not null
);

-- Every event ever answered, refused ones with their reason: the answer to a repeat, and the evidence.
create table watch_event (
  id text primary key,
  session text not null,
  person text not null references person (id),
  lesson text not null,
  intervals text not null,
  position_ms bigint not null,
  device_time bigint not null,
  rate double precision not null,
  received_at bigint not null,
  receipt bigint,
  refused text
);
create index watch_event_person on watch_event (person, received_at);

create table ledger (
  person text not null references person (id),
  lesson text not null references lesson (id),
  intervals text not null,
  watched_ms bigint not null,
  position_ms bigint not null,
  position_at bigint not null,
  started_at bigint not null,
  updated_at bigint not null,
  completed_at bigint,
  completion_receipt bigint,
  primary key (person, lesson)
);
create index ledger_lesson on ledger (lesson);
create index ledger_recent on ledger (person, updated_at);

create table course_completion (
  person text not null references person (id),
  course text not null references course (id),
  completed_at bigint not null,
  receipt bigint not null,
  primary key (person, course)
);
create index course_completion_course on course_completion (course);

-- The last receipt number given to a person, and when: the anchor of the clock rule. `unspent_ms` is what the time before
-- that moment would still have allowed, two days at most: learning done then, and reported later, fits into it.
create table receipt_book (
  person text primary key references person (id),
  last_receipt bigint not null,
  acknowledged_at bigint,
  unspent_ms bigint not null
);
