//! The queue's SQL.

pub(super) const ADD_JOB: &str = "
    insert into job (id, kind, subject, priority, created_by, created_at, ready_at, part, language, plays_ms, state, attempts, percent)
    values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, 'queued', 0, 0.0)";

// A job whose workers keep dying under it is given up, so that it cannot take every worker down in turn.
pub(super) const LIST_DEADLY: &str = "
    select j.id from job j
    where j.state = 'running' and j.lease_until < $1 and j.attempts >= $2
        and not exists (select 1 from set_aside s where s.chore = 'give-up' and s.subject = j.id and s.next_at > $1)
    order by j.id limit 100";

pub(super) const GIVE_UP: &str = "
    update job set state = 'failed', finished_at = $1, cause = 'worker_died', detail = 'the worker ended without an answer'
    where id = $3 and state = 'running' and lease_until < $1 and attempts >= $2 returning subject";

// Among equals, whoever was served longest ago: a hundred uploads of one person do not keep another waiting.
pub(super) const FIND_NEXT: &str = "
    select j.id from job j
    where ((j.state = 'queued' and j.ready_at <= $1) or (j.state = 'running' and j.lease_until < $1))
        and (j.kind = 'probe' or not exists (select 1 from queue_pause))
    order by j.priority,
        (select coalesce(max(o.started_at), 0) from job o where o.created_by = j.created_by and o.kind = j.kind),
        j.created_at, j.id limit 1";

// The same of one kind: whoever waits for documents does not look through all that is to be encoded.
pub(super) const FIND_NEXT_OF: &str = "
    select j.id from job j
    where j.kind = $2 and ((j.state = 'queued' and j.ready_at <= $1) or (j.state = 'running' and j.lease_until < $1))
        and (j.kind = 'probe' or not exists (select 1 from queue_pause))
    order by j.priority,
        (select coalesce(max(o.started_at), 0) from job o where o.created_by = j.created_by and o.kind = j.kind),
        j.created_at, j.id limit 1";

pub(super) const CLAIM: &str = "
    update job set state = 'running', attempts = attempts + 1, owner = $2, lease_until = $3, started_at = $1, percent = 0.0
    where id = $4 and ((state = 'queued' and ready_at <= $1) or (state = 'running' and lease_until < $1))
    returning id, kind, part, language, subject, plays_ms, state, priority, attempts, created_by, created_at, ready_at, started_at, finished_at,
        owner, lease_until, percent, cause, detail";

pub(super) const GIVE_BACK: &str = "
    update job set state = 'queued', attempts = attempts - 1, ready_at = $3, owner = null, lease_until = null, percent = 0.0
    where id = $1 and owner = $2 and state = 'running'";

pub(super) const GIVE_BACK_OF: &str = "
    update job set state = 'queued', attempts = attempts - 1, interrupted = interrupted + 1, ready_at = $2, owner = null,
        lease_until = null, percent = 0.0
    where owner like $1 and state = 'running' and interrupted < $3";

pub(super) const LIST_TROUBLED: &str = "
    select id, kind, part, language, subject, plays_ms, state, priority, attempts, created_by, created_at, ready_at, started_at, finished_at,
        owner, lease_until, percent, cause, detail
    from job where state = 'failed' or (state = 'queued' and cause is not null) order by created_at, id limit 100";

pub(super) const SET_ASIDE: &str = "
    insert into set_aside (chore, subject, cause, detail, tries, since, next_at) values ($1, $2, $3, $4, 1, $5, $6)
    on conflict (chore, subject) do update set cause = excluded.cause, detail = excluded.detail,
        tries = set_aside.tries + 1, next_at = excluded.next_at";

pub(super) const FIND_ASIDE: &str = "
    select chore, subject, cause, detail, tries, since, next_at from set_aside where chore = $1 and subject = $2";

pub(super) const FORGET_ASIDE: &str = "delete from set_aside where chore = $1 and subject = $2";

pub(super) const LOOK_AGAIN: &str = "
    update set_aside set next_at = 0 where chore = 'publish' and cause in ('lesson_not_playable', 'handout_failed') and next_at > 0";

pub(super) const LIST_SETTLED: &str = "
    select s.subject from set_aside s
    where s.chore = $1 and not exists (
        select 1 from revision r where s.chore = 'publish' and r.course = s.subject and r.state = 'scheduled'
        union all select 1 from upload u where s.chore in ('upload', 'expire') and u.id = s.subject and u.completed_at is null
        union all select 1 from job j where s.chore = 'give-up' and j.id = s.subject and j.state = 'running'
        union all select 1 from leaving l where s.chore = 'remove' and l.folder = s.subject
        union all select 1 from encode_all e where s.chore = 'encode-all'
        union all select 1 from in_goes i where i.chore = s.chore and i.subject = s.subject)
    order by s.subject limit 100";

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
    select id, kind, part, language, subject, plays_ms, state, priority, attempts, created_by, created_at, ready_at, started_at, finished_at,
        owner, lease_until, percent, cause, detail
    from job where id = $1";

pub(super) const LIST_OF: &str = "
    select id, kind, part, language, subject, plays_ms, state, priority, attempts, created_by, created_at, ready_at, started_at, finished_at,
        owner, lease_until, percent, cause, detail
    from job where subject = $1 order by created_at desc, id desc limit 50";

pub(super) const CALL_OFF_WAITING: &str = "
    update job set state = 'cancelled', finished_at = $2, lease_until = null, cause = 'superseded', detail = null
    where subject = $1 and kind = 'transcode' and state in ('queued', 'running', 'paused')";

pub(super) const COUNT_OPEN: &str = "
    select count(*) from job
    where subject = $1 and kind in ('probe', 'transcode', 'pages') and state in ('queued', 'running', 'paused')";

pub(super) const COUNT_OPEN_OF_KIND: &str = "
    select count(*) from job
    where subject = $1 and kind = $2 and (cast($3 as text) is null or language = $3) and state in ('queued', 'running', 'paused')";

// What stands still for a reason outside itself has used up no try.
pub(super) const POSTPONE: &str = "
    update job set state = 'queued', attempts = attempts - 1, ready_at = $3, cause = $4, detail = null, owner = null, lease_until = null, percent = 0.0
    where id = $1 and owner = $2 and state = 'running'";

pub(super) const PAUSE: &str = "
    update job set state = 'paused', owner = null, lease_until = null, percent = 0.0, cause = null, detail = null
    where id = $1 and state in ('queued', 'running')";

pub(super) const PAUSE_QUEUE: &str =
    "insert into queue_pause (id, paused_by, paused_at) values (1, $1, $2) on conflict (id) do nothing";

pub(super) const RESUME_QUEUE: &str = "delete from queue_pause";

pub(super) const FIND_PAUSE: &str = "select paused_by, paused_at from queue_pause";

pub(super) const RETRY: &str = "
    update job set state = 'queued', attempts = 0, interrupted = 0, ready_at = $2, finished_at = null, owner = null, lease_until = null, percent = 0.0
    where id = $1 and state in ('failed', 'cancelled', 'paused')";

pub(super) const CANCEL: &str = "
    update job set state = 'cancelled', finished_at = $2, lease_until = null, cause = 'cancelled', detail = null
    where id = $1 and state in ('queued', 'running', 'paused')";

pub(super) const COUNT_BY_STATE: &str = "select state, count(*) from job group by state order by state";

pub(super) const FORGET_ENDED: &str = "
    delete from job where id in (
        select id from job
        where (finished_at <= $1 and state in ('done', 'cancelled')) or (finished_at <= $2 and state = 'failed')
        order by finished_at limit $3)";

pub(super) const FORGET: &str = "delete from job where subject = $1";
