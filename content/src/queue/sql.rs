//! The queue's SQL.

pub(super) const ADD_JOB: &str = "
    insert into job (id, kind, part, subject, state, priority, attempts, created_by, created_at, ready_at, percent)
    values ($1, $2, $7, $3, 'queued', $4, 0, $5, $6, $6, 0.0)";

// A job whose workers keep dying under it is given up, so that it cannot take every worker down in turn.
pub(super) const GIVE_UP: &str = "
    update job set state = 'failed', finished_at = $1, cause = 'worker_died', detail = 'the worker ended without an answer'
    where state = 'running' and lease_until < $1 and attempts >= $2 returning subject";

pub(super) const CLAIM: &str = "
    update job set state = 'running', attempts = attempts + 1, owner = $2, lease_until = $3, started_at = $1, percent = 0.0
    where id = (
        select id from job
        where ((state = 'queued' and ready_at <= $1) or (state = 'running' and lease_until < $1))
            and (cast($4 as text) is null or kind = $4)
        order by priority, created_at, id limit 1)
      and ((state = 'queued' and ready_at <= $1) or (state = 'running' and lease_until < $1))
    returning id, kind, part, subject, state, attempts, created_by, created_at, ready_at, started_at, finished_at,
        owner, lease_until, percent, cause, detail";

pub(super) const KEEP_ALIVE: &str =
    "update job set lease_until = $3, percent = $4 where id = $1 and owner = $2 and state = 'running'";

pub(super) const FINISH: &str = "
    update job set state = 'done', finished_at = $3, percent = 100.0, cause = null, detail = null, lease_until = null
    where id = $1 and owner = $2 and state = 'running'";

pub(super) const FAIL: &str = "
    update job set state = 'failed', finished_at = $3, cause = $4, detail = $5, lease_until = null
    where id = $1 and owner = $2 and state = 'running'";

pub(super) const TRY_AGAIN: &str = "
    update job set state = 'queued', ready_at = $3, cause = $4, detail = $5, owner = null, lease_until = null, percent = 0.0
    where id = $1 and owner = $2 and state = 'running'";

pub(super) const FIND_JOB: &str = "
    select id, kind, part, subject, state, attempts, created_by, created_at, ready_at, started_at, finished_at,
        owner, lease_until, percent, cause, detail
    from job where id = $1";

pub(super) const LIST_OF: &str = "
    select id, kind, part, subject, state, attempts, created_by, created_at, ready_at, started_at, finished_at,
        owner, lease_until, percent, cause, detail
    from job where subject = $1 order by created_at desc, id desc limit 50";

pub(super) const CALL_OFF_WAITING: &str = "
    update job set state = 'cancelled', finished_at = $2, lease_until = null, cause = 'superseded', detail = null
    where subject = $1 and kind = 'transcode' and state in ('queued', 'running')";

pub(super) const COUNT_OPEN: &str = "select count(*) from job where subject = $1 and state in ('queued', 'running')";

pub(super) const RETRY: &str = "
    update job set state = 'queued', attempts = 0, ready_at = $2, finished_at = null, owner = null, lease_until = null, percent = 0.0
    where id = $1 and state in ('failed', 'cancelled')";

pub(super) const CANCEL: &str = "
    update job set state = 'cancelled', finished_at = $2, lease_until = null, cause = 'cancelled', detail = null
    where id = $1 and state in ('queued', 'running')";

pub(super) const COUNT_BY_STATE: &str = "select state, count(*) from job group by state order by state";
