-- The ledgers of a lesson, with what a report adds up. The person comes after the time: where she comes second, SQLite takes
-- this index for the ledgers of one person too, since it finds them as surely as the primary key; but there each of them lies
-- on a page of its own, and by the primary key side by side.
drop index ledger_report;
create index ledger_of_lesson on ledger (lesson, started_at, person, watched_ms, updated_at);
