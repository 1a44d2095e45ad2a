-- What a resource is sorted and found by: derived from its titles, its file name and what uses it.
create table holding (
  resource text primary key references resource (id),
  -- Its title in its own language, folded, cut to what decides an order.
  sort_title text not null,
  -- Titles and file name as words with a space before each; Han stays together.
  said text not null,
  -- How many lessons and handouts use it.
  uses bigint not null
);
create index holding_title on holding (sort_title, resource);
create index holding_unused on holding (resource) where uses = 0;

-- From which words on a resource is found (Han: pairs). Without a reference to the resource: looking that up from the
-- other side would take an index of its own; removing a resource removes its words.
create table resource_word (
  word text not null,
  resource text not null,
  primary key (word, resource)
);

-- One index for each order of the table, and for each filter that may leave few.
create index resource_size on resource (size_bytes, id);
create index resource_length on resource (duration_ms, id) where duration_ms is not null;
create index resource_owner on resource (owner_unit, id);
create index resource_stage on resource (stage, id);
create index resource_kind on resource (kind, id);
create index resource_language on resource (language, id);
create index resource_uploader on resource (uploader, id);
create index resource_review on resource_about (review_by, resource) where review_by is not null;

-- A filter and an order that somebody gave a name.
create table saved_view (
  id text primary key,
  person text not null references person (id),
  name text not null,
  -- As it stands in the address of the table.
  query text not null,
  created_at bigint not null,
  unique (person, name)
);

-- What somebody has picked, from page to page, until she lets go of it.
create table selection (
  person text not null references person (id),
  resource text not null references resource (id),
  primary key (person, resource)
);
create index selection_resource on selection (resource);

-- What was counted for the managers of the same units, and when: counting takes longer than a page may.
create table holding_figures (
  scope text primary key,
  told text not null,
  counted_at bigint not null
);
