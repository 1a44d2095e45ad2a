-- What reports and lists go along. An index that holds all that is asked of it spares the row, which lies elsewhere.

-- The ledgers of a course's lessons, with what a report adds up.
create index ledger_report on ledger (lesson, person, watched_ms, started_at, updated_at);
drop index ledger_lesson;
create index course_completion_report on course_completion (course, person, completed_at);
drop index course_completion_course;

-- Who works where, and whether she learns.
create index membership_of on membership (unit, person) where valid_until is null;
drop index membership_unit;
create index role_grant_of on role_grant (person, role, unit) where revoked_at is null;
drop index role_grant_person;
create index org_unit_parent_below on org_unit_parent (parent, unit) where valid_until is null;

-- The newest first: courses, those that somebody made, assignments, jobs.
create index course_newest on course (created_at, id);
create index course_made_by on course (created_by, created_at, id);
create index assignment_newest on assignment (created_at, id) where revoked_at is null;
create index job_newest on job (created_at, id);
