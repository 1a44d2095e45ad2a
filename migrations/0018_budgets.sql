-- What one person has had written into the log of watching, as it stood at `spent_at` (ms since 1970 UTC); it comes back
-- within a day.
alter table receipt_book add column spent bigint not null default 0;
alter table receipt_book add column spent_at bigint not null default 0;

-- The node in whose scratch folder the bytes of an upload lie; '' for those from before.
alter table upload add column node text not null default '';
create index upload_open on upload (uploader) where completed_at is null;

-- What somebody, and what a unit, keeps on the disk.
create index resource_kept_by on resource (uploader, size_bytes) where original_dropped_at is null;
create index resource_kept_in on resource (owner_unit, size_bytes) where original_dropped_at is null;

-- One row: whoever promises room holds it, so that the same room is not promised twice.
create table room (
  id text primary key check (id = 'all'),
  promises bigint not null
);
insert into room (id, promises) values ('all', 0);

create index import_sheet_life on import_sheet (created_at);
