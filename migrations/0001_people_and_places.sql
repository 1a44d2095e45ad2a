-- Where people work: a dated tree. `org_unit_parent` is the truth, `org_unit_within` is today's closure of it (derived).
create table org_unit (
  id text primary key,
  kind text not null,
  name text not null,
  area_code text,
  created_at bigint not null
);
create index org_unit_name on org_unit (name, id);

create table org_unit_parent (
  unit text not null references org_unit (id),
  parent text references org_unit (id),
  valid_from bigint not null,
  valid_until bigint,
  primary key (unit, valid_from)
);

create table org_unit_within (
  ancestor text not null references org_unit (id),
  unit text not null references org_unit (id),
  depth bigint not null,
  primary key (ancestor, unit)
);
create index org_unit_within_unit on org_unit_within (unit, ancestor);

create table person (
  id text primary key,
  login text not null unique,
  name text not null,
  language text check (language in ('zh', 'bo', 'en')),
  -- What playing may cost; null: as much as the link carries.
  data_use text check (data_use in ('auto', 'low', 'sound')),
  password_hash text,
  created_at bigint not null,
  -- The first anchor of the clock rule: nothing can have been learned here before it.
  first_signed_in_at bigint,
  disabled_at bigint
);

create table membership (
  person text not null references person (id),
  unit text not null references org_unit (id),
  valid_from bigint not null,
  valid_until bigint,
  primary key (person, valid_from)
);
create unique index membership_current on membership (person) where valid_until is null;
create index membership_unit on membership (unit) where valid_until is null;

-- A grant without a unit reaches the whole tree.
create table role_grant (
  id text primary key,
  person text not null references person (id),
  role text not null check (role in ('learner', 'content-manager', 'reviewer', 'supervisor', 'administrator', 'auditor')),
  unit text references org_unit (id),
  created_at bigint not null,
  revoked_at bigint
);
create index role_grant_person on role_grant (person) where revoked_at is null;
create index role_grant_role on role_grant (role, unit) where revoked_at is null;

-- Only a hash of the token is kept: a stolen copy of the database signs nobody in.
create table session (
  token_hash text primary key,
  person text not null references person (id),
  created_at bigint not null,
  expires_at bigint not null
);
create index session_person on session (person);

-- `account` and `address` are hashes: a password typed into the login field must not be readable here.
create table sign_in_failure (
  id text primary key,
  account text not null,
  address text not null,
  at bigint not null
);
create index sign_in_failure_account on sign_in_failure (account, at);
create index sign_in_failure_address on sign_in_failure (address, at);

-- One row, locked while an attempt to sign in is counted: two at the same moment are not both the last one allowed.
create table sign_in_gate (
  name text primary key,
  attempts bigint not null
);
insert into sign_in_gate (name, attempts) values ('gate', 0);

create table audit (
  id text primary key,
  at bigint not null,
  actor text,
  action text not null,
  subject text not null
);
create index audit_at on audit (at);
