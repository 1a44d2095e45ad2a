//! The proposals' SQL.

pub(super) const LOCK_RESOURCE: &str = "update resource set stage = stage where id = $1";

// Courses of which somebody besides the author has to look at what is new in them.
pub(super) const COUNT_REVIEWED_USES: &str = "
    select count(*) from shown_use u
    where u.resource = $1 and exists (select 1 from role_grant g join person p on p.id = g.person and p.disabled_at is null
        where g.role = 'reviewer' and g.revoked_at is null and g.person <> $2
            and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = u.owner_unit) > 0))";

// Of those, the ones of whose units nobody has approved it yet.
pub(super) const COUNT_UNAPPROVED_USES: &str = "
    select count(*) from shown_use u
    where u.resource = $1
        and exists (select 1 from role_grant g join person p on p.id = g.person and p.disabled_at is null
            where g.role = 'reviewer' and g.revoked_at is null
                and not exists (select 1 from proposal_author a where a.proposal = $2 and a.person = g.person)
                and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = u.owner_unit) > 0))
        and not exists (select 1 from proposal_approval a
            join role_grant g on g.person = a.person and g.role = 'reviewer' and g.revoked_at is null
            where a.proposal = $2
                and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = u.owner_unit) > 0))";

pub(super) const COUNT_USES_SHE_REVIEWS: &str = "
    select count(*) from shown_use u
    where u.resource = $1 and exists (select 1 from role_grant g
        where g.person = $2 and g.role = 'reviewer' and g.revoked_at is null
            and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = u.owner_unit) > 0))";

pub(super) const COUNT_SHOWN_BESIDE: &str = "
    select count(*) from shown_use u
    where u.resource = $2 and u.course <> $3
        and (exists (select 1 from lesson l left join lesson_face f on f.lesson = l.id
                where l.course = u.course and (l.resource = $2 or f.resource = $2))
            or not exists (select 1 from lesson l left join lesson_face f on f.lesson = l.id
                where l.course = u.course and (l.resource = $1 or f.resource = $1)))";

pub(super) const FIND_UNSETTLED: &str = "
    select p.id, p.resource, r.title as resource_title, p.kind, p.slot, p.before, p.after, p.is_automatic, p.author, a.name as author_name,
        p.created_at, p.state, p.decided_at, p.comment
    from proposal p join resource r on r.id = p.resource join person a on a.id = p.author
    where p.resource = $1 and p.kind = $2 and p.slot = $3 and p.state in ('waiting', 'returned')";

pub(super) const FIND_PROPOSAL: &str = "
    select p.id, p.resource, r.title as resource_title, p.kind, p.slot, p.before, p.after, p.is_automatic, p.author, a.name as author_name,
        p.created_at, p.state, p.decided_at, p.comment
    from proposal p join resource r on r.id = p.resource join person a on a.id = p.author
    where p.id = $1";

pub(super) const LIST_UNSETTLED_OF: &str = "
    select p.id, p.resource, r.title as resource_title, p.kind, p.slot, p.before, p.after, p.is_automatic, p.author, a.name as author_name,
        p.created_at, p.state, p.decided_at, p.comment
    from proposal p join resource r on r.id = p.resource join person a on a.id = p.author
    where p.resource = $1 and p.state in ('waiting', 'returned') order by p.kind, p.slot";

pub(super) const LIST_WAITING: &str = "
    select p.id, p.resource, r.title as resource_title, p.kind, p.slot, p.before, p.after, p.is_automatic, p.author, a.name as author_name,
        p.created_at, p.state, p.decided_at, p.comment
    from proposal p join resource r on r.id = p.resource join person a on a.id = p.author
    where p.state = 'waiting'
        and not exists (select 1 from proposal_approval o where o.proposal = p.id and o.person = $1)
        and exists (select 1 from shown_use u join role_grant g on g.person = $1 and g.role = 'reviewer' and g.revoked_at is null
            where u.resource = p.resource
                and (g.unit is null or (select count(*) from org_unit_within w where w.ancestor = g.unit and w.unit = u.owner_unit) > 0))
        and p.created_at >= $2 and (p.created_at, p.id) > ($2, $3)
    order by p.created_at, p.id limit $4";

pub(super) const LIST_COURSES: &str = "
    select distinct c.id, c.title from shown_use u join course c on c.id = u.course where u.resource = $1 order by c.id limit 20";

pub(super) const ADD_PROPOSAL: &str = "
    insert into proposal (id, resource, kind, slot, before, after, is_automatic, author, created_at, state, comment)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', '')";

pub(super) const ADD_AUTHOR: &str = "
    insert into proposal_author (proposal, person) values ($1, $2) on conflict (proposal, person) do nothing";

pub(super) const TAKE_AUTHORS_OVER: &str = "
    insert into proposal_author (proposal, person) select $2, person from proposal_author where proposal = $1
    on conflict (proposal, person) do nothing";

pub(super) const COUNT_AUTHOR: &str = "
    select (select count(*) from proposal_author where proposal = $1 and person = $2)
        + (select count(*) from resource r join proposal p on p.resource = r.id where p.id = $1 and r.uploader = $2)";

pub(super) const ADD_APPROVAL: &str = "
    insert into proposal_approval (proposal, person, at) values ($1, $2, $3) on conflict (proposal, person) do nothing";

pub(super) const LAY_ASIDE: &str = "
    update proposal set state = 'withdrawn' where resource = $1 and kind = $2 and slot = $3 and state in ('waiting', 'returned')";

pub(super) const DECIDE: &str = "
    update proposal set state = $2, decided_by = $3, decided_at = $4, comment = $5 where id = $1 and state in ('waiting', 'returned')";

pub(super) const FORGET_APPROVALS: &str =
    "delete from proposal_approval where proposal in (select id from proposal where resource = $1)";

pub(super) const FORGET_AUTHORS: &str =
    "delete from proposal_author where proposal in (select id from proposal where resource = $1)";

pub(super) const FORGET_PROPOSALS: &str = "delete from proposal where resource = $1";
