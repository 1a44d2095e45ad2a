//! The SQL of what is asked.

pub(super) const COUNT_ASKED: &str = "
    insert into asked (day, unit, question, times, found, opened, voices) values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (day, unit, question) do update set times = asked.times + excluded.times, found = excluded.found,
        opened = asked.opened + excluded.opened, voices = asked.voices | excluded.voices";

pub(super) const COUNT_OPENED: &str = "
    update asked set opened = opened + $3
    where unit = $1 and question = $2
        and day = (select max(day) from asked where unit = $1 and question = $2 and day >= $4)";

pub(super) const FORGET: &str = "delete from asked where day < $1";

pub(super) const LIST_OFTEN: &str = "
    select question, times, voices, day from asked
    where day >= $2 and found > 0 and (cast($1 as text) is null or unit = $1)
    order by times desc, day desc, question limit 500";

pub(super) const LIST_ASKED: &str = "
    select question, cast(sum(times) as bigint) as times, cast(sum(opened) as bigint) as opened, max(found) as found,
        max(day) as last_day
    from asked
    where day >= $2 and (cast($1 as text) is null
        or unit in (select w.unit from org_unit_within w where w.ancestor = $1))
    group by question
    having cast($3 as text) = 'all' or (cast($3 as text) = 'not-found' and max(found) = 0)
        or (cast($3 as text) = 'not-opened' and max(found) > 0 and max(opened) = 0)
    order by 2 desc, question limit $4 offset $5";

pub(super) const LIST_UNITS: &str = "
    select unit, cast(sum(times) as bigint) as times,
        cast(sum(case when found = 0 then times else 0 end) as bigint) as not_found
    from asked
    where day >= $2 and (cast($1 as text) is null
        or unit in (select w.unit from org_unit_within w where w.ancestor = $1))
    group by unit order by 2 desc, unit limit 100";
