//! The media's SQL.

pub(super) const ADD_UPLOAD: &str = "
    insert into upload (id, uploader, owner_unit, filename, content_type, title, language, size_bytes, received_bytes, created_at, expires_at, node)
    values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11)";

pub(super) const HOLD_ROOM: &str = "update room set promises = promises + 1 where id = 'all' returning promises";

pub(super) const SUM_OPEN_OF_PERSON: &str = "
    select count(*), cast(coalesce(sum(size_bytes), 0) as bigint) from upload
    where uploader = $1 and completed_at is null and expires_at > $2";

// What lies in the scratch folder of a node, and what will lie in the store.
pub(super) const SUM_PROMISED: &str = "
    select cast(coalesce(sum(case when node in ('', $1) then size_bytes - received_bytes else 0 end), 0) as bigint),
        cast(coalesce(sum(size_bytes), 0) as bigint)
    from upload where completed_at is null and expires_at > $2";

pub(super) const FIND_KEPT: &str = "select bytes from kept_bytes where owner = $1";

pub(super) const KEEP: &str = "
    insert into kept_bytes (owner, bytes) values ($1, $2)
    on conflict (owner) do update set bytes = kept_bytes.bytes + excluded.bytes";

pub(super) const SUM_OPEN_OF_UNIT: &str = "
    select cast(coalesce(sum(size_bytes), 0) as bigint) from upload
    where owner_unit = $1 and completed_at is null and expires_at > $2";

pub(super) const SUM_OPEN: &str = "
    select cast(coalesce(sum(size_bytes), 0) as bigint) from upload where completed_at is null and expires_at > $1";

pub(super) const FIND_UPLOAD: &str = "
    select id, uploader, owner_unit, filename, content_type, title, language, size_bytes, received_bytes, created_at, expires_at, completed_at
    from upload where id = $1";

pub(super) const LIST_UNFINISHED: &str = "
    select id, uploader, owner_unit, filename, content_type, title, language, size_bytes, received_bytes, created_at, expires_at, completed_at
    from upload where uploader = $1 and completed_at is null and expires_at > $2 order by created_at desc limit 50";

pub(super) const LIST_WHOLE: &str = "
    select u.id from upload u
    where u.completed_at is null and u.received_bytes = u.size_bytes
        and not exists (select 1 from set_aside s where s.chore = 'upload' and s.subject = u.id and s.next_at > $1)
    order by u.created_at, u.id limit 100";

// Each node forgets its own: elsewhere their bytes would stay.
pub(super) const LIST_EXPIRED: &str = "
    select u.id from upload u
    where u.completed_at is null and u.expires_at <= $1 and u.node in ('', $2)
        and not exists (select 1 from set_aside s where s.chore = 'expire' and s.subject = u.id and s.next_at > $1)
    order by u.expires_at, u.id limit 100";

pub(super) const SET_RECEIVED: &str =
    "update upload set received_bytes = $2, expires_at = $3 where id = $1 and completed_at is null";

pub(super) const COMPLETE_UPLOAD: &str = "update upload set completed_at = $2 where id = $1 and completed_at is null";

pub(super) const REMOVE_UPLOAD: &str = "delete from upload where id = $1 and completed_at is null";

pub(super) const REMOVE_EXPIRED: &str =
    "delete from upload where id = $1 and completed_at is null and expires_at <= $2";

pub(super) const ADD_RESOURCE: &str = "
    insert into resource (id, kind, title, language, filename, content_type, size_bytes, sha256, original, stage, cause, uploader, owner_unit, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

pub(super) const ADD_BARE: &str = "
    insert into resource (id, kind, title, language, filename, content_type, size_bytes, sha256, original, original_dropped_at,
        stage, uploader, owner_unit, created_at, duration_ms)
    values ($1, $2, $3, $4, $5, '', $6, '', '', $9, 'ready', $7, $8, $9, $10)";

pub(super) const FIND_RESOURCE: &str = "
    select id, kind, title, language, filename, content_type, size_bytes, sha256, original, original_dropped_at, stage, cause, uploader,
        owner_unit, created_at, duration_ms, width, height, class, class_chosen, denoise, class_used, folder, master, progressive, progressive_bytes, poster
    from resource where id = $1";

pub(super) const LIST_RESOURCES: &str = "
    select id, kind, title, language, filename, content_type, size_bytes, sha256, original, original_dropped_at, stage, cause, uploader,
        owner_unit, created_at, duration_ms, width, height, class, class_chosen, denoise, class_used, folder, master, progressive, progressive_bytes, poster
    from resource order by created_at desc, id desc limit $1";

pub(super) const LIST_REENCODABLE: &str = "
    select id, kind, title, language, filename, content_type, size_bytes, sha256, original, original_dropped_at, stage, cause, uploader,
        owner_unit, created_at, duration_ms, width, height, class, class_chosen, denoise, class_used, folder, master, progressive, progressive_bytes, poster
    from resource
    where id > $1 and kind = 'video' and stage = 'ready' and original_dropped_at is null and class is not null
    order by id limit $2";

pub(super) const COUNT_REENCODABLE: &str = "
    select count(*) from resource r
    where r.kind = 'video' and r.stage = 'ready' and r.original_dropped_at is null and r.class is not null
        and not exists (select 1 from job j where j.subject = r.id and j.kind in ('probe', 'transcode', 'pages')
            and j.state in ('queued', 'running', 'paused'))";

pub(super) const ASK_FOR_ALL: &str =
    "insert into encode_all (id, asked_by, asked_at, after) values (1, $1, $2, '') on conflict (id) do nothing";

pub(super) const FIND_ASKED: &str = "select after from encode_all";

pub(super) const LIST_UNASKED: &str = "
    select 'library' from encode_all
    where not exists (select 1 from set_aside s where s.chore = 'encode-all' and s.subject = 'library' and s.next_at > $1)";

pub(super) const SET_ASKED: &str = "update encode_all set after = $1 where id = 1";

pub(super) const FORGET_ASKED: &str = "delete from encode_all";

pub(super) const LIST_ASIDE: &str = "
    select chore, subject, cause, detail, tries, since, next_at from set_aside order by since desc, chore, subject limit $1";

pub(super) const LIST_KEPT_ASIDE: &str = "
    select s.chore, s.subject, s.cause, s.detail, s.tries, s.since, s.next_at
    from set_aside s
    where exists (select 1 from role_grant g where g.person = $1 and g.role = 'content-manager' and g.revoked_at is null
        and (g.unit is null or exists (select 1 from org_unit_within w where w.ancestor = g.unit and w.unit = coalesce(
            (select c.owner_unit from course c where c.id = s.subject),
            (select u.owner_unit from upload u where u.id = s.subject),
            (select r.owner_unit from resource r join job j on j.subject = r.id where j.id = s.subject)))))
    order by s.since desc, s.subject limit $2";

// Of the newest `$3`.
pub(super) const LIST_KEPT_RESOURCES: &str = "
    with seen as materialized (select id, created_at from resource order by created_at desc, id desc limit $3)
    select r.id, r.kind, r.title, r.language, r.filename, r.content_type, r.size_bytes, r.sha256, r.original, r.original_dropped_at, r.stage, r.cause, r.uploader,
        r.owner_unit, r.created_at, r.duration_ms, r.width, r.height, r.class, r.class_chosen, r.denoise, r.class_used, r.folder, r.master, r.progressive, r.progressive_bytes, r.poster
    from seen cross join resource r
    where r.id = seen.id
        and exists (select 1 from role_grant g where g.person = $1 and g.role = 'content-manager' and g.revoked_at is null
            and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = r.owner_unit) > 0))
    order by r.created_at desc, r.id desc limit $2";

// Of the next `$5`.
pub(super) const LIST_KEPT_JOBS: &str = "
    with seen as materialized (
        select id from job where (created_at, id) < ($2, $3) order by created_at desc, id desc limit $5)
    select j.id, j.kind, j.part, j.language, j.subject, j.plays_ms, j.state, j.priority, j.attempts, j.created_by, j.created_at, j.ready_at, j.started_at, j.finished_at,
        j.owner, j.lease_until, j.percent, j.cause, j.detail
    from seen cross join job j cross join resource r
    where j.id = seen.id and r.id = j.subject
        and exists (select 1 from role_grant g where g.person = $1 and g.role = 'content-manager' and g.revoked_at is null
            and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = r.owner_unit) > 0))
    order by j.created_at desc, j.id desc limit $4";

pub(super) const EDGE_OF_JOBS: &str = "
    select created_at, id from job where (created_at, id) < ($1, $2) order by created_at desc, id desc limit 1 offset $3";

pub(super) const LIST_RENDITIONS: &str = "
    select part, folder, name, kind, language, width, height, codecs, frames_per_second, bits_per_second, peak_bits_per_second,
        size_bytes, file, playlist, plain, plain_bytes, init_bytes, segments
    from rendition where resource = $1 order by kind, bits_per_second, name";

pub(super) const LIST_STILLS: &str = "
    select at_ms, folder, width, height, avif, avif_bytes, webp, webp_bytes, fine, fine_bytes
    from still where resource = $1 order by at_ms";

pub(super) const RENAME: &str = "update resource set title = $2 where id = $1";

pub(super) const SET_STAGE: &str = "update resource set stage = $2, cause = $3 where id = $1";

pub(super) const SET_TRANSCODING: &str =
    "update resource set stage = 'transcoding', cause = null where id = $1 and stage <> 'ready'";

pub(super) const SET_ORIGINAL: &str = "update resource set original = $2, original_dropped_at = $3 where id = $1";

pub(super) const LET_GO: &str = "insert into leaving (folder, since) values ($1, $2) on conflict (folder) do nothing";

pub(super) const LIST_LEFT: &str = "
    select l.folder from leaving l
    where l.since <= $1
        and not exists (select 1 from set_aside s where s.chore = 'remove' and s.subject = l.folder and s.next_at > $2)
    order by l.since, l.folder limit 100";

pub(super) const FORGET_LEFT: &str = "delete from leaving where folder = $1";

pub(super) const SET_LOOKED: &str = "
    update resource set stage = 'checked', cause = null, duration_ms = $2, width = $3, height = $4, class = $5, look = $6
    where id = $1";

pub(super) const FIND_LOOK: &str = "select look from resource where id = $1";

pub(super) const CHOOSE: &str = "update resource set class_chosen = $2, denoise = $3 where id = $1";

pub(super) const SET_PLAYABLE: &str = "
    update resource set duration_ms = $2, folder = $3, master = $4, progressive = $5, progressive_bytes = $6, poster = $7, class_used = $8
    where id = $1";

pub(super) const REMOVE_PART: &str = "delete from rendition where resource = $1 and part = $2";

pub(super) const REMOVE_RENDITION: &str = "delete from rendition where resource = $1 and name = $2";

pub(super) const REMOVE_STILLS: &str = "delete from still where resource = $1";

pub(super) const ADD_STILL: &str = "
    insert into still (resource, at_ms, folder, width, height, avif, avif_bytes, webp, webp_bytes, fine, fine_bytes)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

pub(super) const ADD_RENDITION: &str = "
    insert into rendition (resource, part, folder, name, kind, language, width, height, codecs, frames_per_second, bits_per_second,
        peak_bits_per_second, size_bytes, file, playlist, plain, plain_bytes, init_bytes, segments)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";

pub(super) const SET_CAPTIONS: &str = "
    insert into caption (resource, language, body, is_automatic, updated_at) values ($1, $2, $3, $4, $5)
    on conflict (resource, language)
    do update set body = excluded.body, is_automatic = excluded.is_automatic, to_check = 0, updated_at = excluded.updated_at";

pub(super) const CARRY_CAPTIONS: &str = "
    insert into caption (resource, language, body, is_automatic, to_check, updated_at) values ($1, $2, $3, $4, $5, $6)
    on conflict (resource, language) do nothing";

pub(super) const REMOVE_CAPTIONS: &str = "delete from caption where resource = $1 and language = $2";

pub(super) const LIST_CAPTIONS: &str =
    "select language, body, is_automatic, to_check, updated_at from caption where resource = $1 order by language";

pub(super) const FIND_CAPTIONS: &str =
    "select language, body, is_automatic, to_check, updated_at from caption where resource = $1 and language = $2";

pub(super) const NAME: &str = "
    insert into holding (resource, sort_title, said, uses) values ($1, $2, $3, 0)
    on conflict (resource) do update set sort_title = excluded.sort_title, said = excluded.said";

pub(super) const FIND_SAID: &str = "select said from holding where resource = $1";

pub(super) const ADD_WORDS: &str = "
    with recursive n (i) as (select cast(0 as bigint) union all select i + 1 from n where i + 1 < cast($3 as bigint))
    insert into resource_word (word, resource)
    select trim(substr($2, cast(i * 16 + 1 as integer), 16)), $1 from n where i < cast($3 as bigint)
    on conflict (word, resource) do nothing";

pub(super) const REMOVE_WORDS: &str = "
    delete from resource_word where resource = $1 and word in (
        with recursive n (i) as (select cast(0 as bigint) union all select i + 1 from n where i + 1 < cast($3 as bigint))
        select trim(substr($2, cast(i * 16 + 1 as integer), 16)) from n)";

pub(super) const RECOUNT_USES: &str = "
    update holding set uses =
        (select count(*) from lesson l where l.resource = $1) + (select count(*) from handout h where h.resource = $1)
        + (select count(*) from lesson_face f where f.resource = $1)
    where resource = $1";

pub(super) const LIST_UNNAMED: &str = "
    select r.id, r.title, r.language, r.filename from resource r
    where r.id > $1 and not exists (select 1 from holding h where h.resource = r.id) order by r.id limit $2";

pub(super) const FORGET_HOLDING: &str = "delete from holding where resource = $1";

pub(super) const COUNT_USES: &str = "
    select (select count(*) from lesson l where l.resource = $1) + (select count(*) from handout h where h.resource = $1)
        + (select count(*) from lesson_face f where f.resource = $1)
        + (select count(*) from library_column k where k.cover = $1)
        + (select count(*) from revision v where v.state in ('open', 'returned', 'waiting', 'scheduled') and v.after like '%' || $1 || '%')";

pub(super) const FORGET_PICKED: &str = "delete from selection where resource = $1";

pub(super) const FORGET_ABOUT: &str = "delete from resource_about where resource = $1";

pub(super) const FORGET_TERMS: &str = "delete from resource_term where resource = $1";

pub(super) const FORGET_CAPTIONS: &str = "delete from caption where resource = $1";

pub(super) const FORGET_RENDITIONS: &str = "delete from rendition where resource = $1";

pub(super) const FORGET_PAGES: &str = "delete from courseware_page where resource = $1";

pub(super) const FORGET_COURSEWARE: &str = "delete from courseware where resource = $1";

pub(super) const FORGET_UPLOAD: &str = "delete from upload where id = $1";

pub(super) const REMOVE_RESOURCE: &str = "delete from resource where id = $1";

pub(super) const SET_LANGUAGE: &str = "update resource set language = $2 where id = $1";

pub(super) const COUNT_PLAYABLE: &str = "
    select count(*) from resource r
    where r.id = $1 and (r.folder is not null or exists (select 1 from rendition e where e.resource = r.id))";

pub(super) const SET_READABLE: &str = "
    update resource set stage = 'ready', cause = null, duration_ms = $2, folder = $3, progressive_bytes = $4, poster = $5
    where id = $1";
