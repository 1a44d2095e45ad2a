-- The words that resources are sorted by, beside their columns: what it is about, and for whom it is.
create table term (
  id text primary key,
  facet text not null check (facet in ('aspect', 'audience')),
  slug text not null,
  title text not null,
  position bigint not null,
  created_at bigint not null,
  unique (facet, slug)
);

create table resource_term (
  resource text not null references resource (id),
  term text not null references term (id),
  primary key (resource, term)
);
create index resource_term_term on resource_term (term, resource);

-- What is said of a resource, by whom it is, and until when its medicine is to be looked at again (null: no date).
create table resource_about (
  resource text primary key references resource (id),
  summary text not null,
  author text not null,
  institution text not null,
  disclosure text not null,
  license text not null,
  source text not null,
  review_by bigint,
  updated_at bigint not null
);
create index resource_about_review on resource_about (review_by) where review_by is not null;

-- The same bytes are the same resource.
create index resource_sha256 on resource (sha256);
