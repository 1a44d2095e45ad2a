//! The importer's SQL.

pub(super) const COUNT_COLUMNS: &str = "
    select (select count(*) from library_column) + (select count(*) from person)";

pub(super) const LIST_KEPT_FILES: &str = "
    select r.id, r.sha256, r.filename from resource r
    where exists (select 1 from role_grant g where g.person = $1 and g.role = 'content-manager' and g.revoked_at is null
        and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = r.owner_unit) > 0))
    order by r.created_at, r.id";

pub(super) const LIST_KEYS: &str = "select kind, key, id from import_key where scope = $1";

pub(super) const SET_KEY: &str = "
    insert into import_key (scope, kind, key, id) values ($1, $2, $3, $4)
    on conflict (scope, kind, key) do update set id = excluded.id";

pub(super) const FIND_OPEN_RUN: &str = "
    select id, sheet, started_at, finished_at, undone_at from import_run
    where person = $1 and scope = $2 and sheet = $3 and finished_at is null and undone_at is null
    order by started_at desc limit 1";

pub(super) const ADD_RUN: &str =
    "insert into import_run (id, person, scope, sheet, started_at) values ($1, $2, $3, $4, $5)";

pub(super) const FINISH_RUN: &str = "update import_run set finished_at = $2 where id = $1";

pub(super) const FIND_RUN: &str = "
    select id, sheet, started_at, finished_at, undone_at from import_run where id = $1 and person = $2";

pub(super) const LIST_RUNS: &str = "
    select id, sheet, started_at, finished_at, undone_at from import_run
    where person = $1 and (started_at, id) < ($2, $3) order by started_at desc, id desc limit $4";

pub(super) const SET_UNDONE: &str = "update import_run set undone_at = $2 where id = $1";

pub(super) const ADD_STEP: &str = "
    insert into import_step (run, seq, thing, subject, before)
    select $1, (select coalesce(max(seq), 0) + 1 from import_step where run = $1), $2, $3, $4
    where not exists (select 1 from import_step where run = $1 and thing = $2 and subject = $3)";

pub(super) const LIST_STEPS: &str = "select thing, subject, before from import_step where run = $1 order by seq desc";

pub(super) const REMOVE_LESSON: &str = "
    delete from lesson where id = $1 and not exists (select 1 from ledger where lesson = $1)
        and not exists (select 1 from lesson_face where lesson = $1)";

pub(super) const COUNT_LEARNED: &str = "select count(*) from ledger where lesson = $1";

pub(super) const REMOVE_HANDOUT: &str = "delete from handout where course = $1 and resource = $2";

pub(super) const REMOVE_MODULE: &str = "
    delete from module where id = $1 and not exists (select 1 from lesson where module = $1)";

pub(super) const REMOVE_COURSE: &str = "
    delete from course where id = $1
        and not exists (select 1 from lesson where course = $1)
        and not exists (select 1 from handout where course = $1)
        and not exists (select 1 from module where course = $1)
        and not exists (select 1 from assignment where course = $1)
        and not exists (select 1 from course_completion where course = $1)";

pub(super) const FIND_PLACE_OF_LESSON: &str = "select course, resource from lesson where id = $1";

pub(super) const ADD_SHEET: &str = "
    insert into import_sheet (id, person, name, file, leaves_out_wrong, created_at, report) values ($1, $2, $3, $4, 0, $5, $6)";

pub(super) const FIND_SHEET: &str = "
    select id, name, file, leaves_out_wrong, created_at, report, loaded_at from import_sheet where id = $1 and person = $2";

pub(super) const ALLOW_SHEET: &str =
    "update import_sheet set leaves_out_wrong = $2 where id = $1 and loaded_at is null";

pub(super) const LIST_OLD_SHEETS: &str = "
    select s.id, s.file from import_sheet s
    where s.created_at <= $1 and (s.file = '' or (s.created_at <= $2 and coalesce(s.loaded_at, 0) <= $2))
        and not exists (select 1 from job j where j.subject = s.id and j.state in ('queued', 'running', 'paused'))
    order by s.created_at, s.id limit $3 offset $4";

pub(super) const LIST_WAITING_SHEETS: &str = "
    select s.id, s.file from import_sheet s
    where s.person = $1 and s.loaded_at is null
        and not exists (select 1 from job j where j.subject = s.id and j.state in ('queued', 'running', 'paused'))
    order by s.created_at desc, s.id desc limit 1000 offset $2";

pub(super) const REMOVE_SHEET: &str = "delete from import_sheet where id = $1";

pub(super) const SET_LOADED: &str = "update import_sheet set report = $2, loaded_at = $3 where id = $1";
