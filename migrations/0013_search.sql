-- What content managers change of the names that come with Menpa (`stands_for` is the first name of the concept, and no
-- names leave it out), and concepts of their own (null).
create table concept (
  id text primary key,
  names text not null,
  stands_for text unique,
  changed_at bigint not null
);

-- What was asked on a day in a county, and what came of it: no persons. `voices` has a bit for each of up to sixty-two
-- groups that askers fall into by a number that is nowhere kept; its bits say how many asked at least.
create table asked (
  day bigint not null,
  -- Never smaller than a county; '' for people without a unit.
  unit text not null,
  question text not null,
  times bigint not null,
  -- How many things the newest answer had.
  found bigint not null,
  opened bigint not null,
  voices bigint not null,
  primary key (day, unit, question)
);
create index asked_unit on asked (unit, day);
