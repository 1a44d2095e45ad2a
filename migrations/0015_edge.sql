-- From where has somebody signed in before? `account` and `place` are hashes: of the login, and of an address or of what a
-- browser keeps. Whoever was there before is not kept out by those who guess.
create table known_place (
  account text not null,
  place text not null,
  at bigint not null,
  primary key (account, place)
);
create index known_place_at on known_place (at);

-- Signs of life: a row each kind, written again and again. A node is ready when it can write one.
create table node_sign (
  name text primary key,
  at bigint not null
);

-- What has run out is looked for by its age.
create index session_expires on session (expires_at);
create index sign_in_failure_at on sign_in_failure (at);
create index job_finished on job (finished_at);
create index learning_session_created on learning_session (created_at);
