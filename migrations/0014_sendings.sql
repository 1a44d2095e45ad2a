-- What a form or a call led to, so that the same one sent again leads to the same and makes nothing twice.
create table sending (
  person text not null references person (id),
  -- A hash of what was sent.
  key text not null,
  -- Null while it is being done.
  answer text,
  at bigint not null,
  primary key (person, key)
);
create index sending_at on sending (at);

-- The same role over the same units is one grant; what was granted twice so far is taken back once.
update role_grant set revoked_at = created_at
where revoked_at is null and exists (
  select 1 from role_grant first
  where first.revoked_at is null and first.person = role_grant.person and first.role = role_grant.role
    and coalesce(first.unit, '') = coalesce(role_grant.unit, '') and first.id < role_grant.id);
create unique index role_grant_one on role_grant (person, role, coalesce(unit, '')) where revoked_at is null;

-- The same course asked of the same unit until the same day is one assignment.
update assignment set revoked_at = created_at
where revoked_at is null and exists (
  select 1 from assignment first
  where first.revoked_at is null and first.course = assignment.course and first.unit = assignment.unit
    and first.due_at = assignment.due_at and first.id < assignment.id);
create unique index assignment_one on assignment (course, unit, due_at) where revoked_at is null;
