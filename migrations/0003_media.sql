-- An upload becomes a resource of the same id when its last byte is on disk.
create table upload (
  id text primary key,
  uploader text not null references person (id),
  owner_unit text references org_unit (id),
  filename text not null,
  content_type text not null,
  title text not null,
  language text not null check (language in ('zh', 'bo', 'en')),
  size_bytes bigint not null,
  received_bytes bigint not null,
  created_at bigint not null,
  expires_at bigint not null,
  completed_at bigint
);
create index upload_expiry on upload (expires_at) where completed_at is null;

create table resource (
  id text primary key,
  kind text not null check (kind in ('video', 'courseware')),
  title text not null,
  language text not null check (language in ('zh', 'bo', 'en')),
  filename text not null,
  content_type text not null,
  size_bytes bigint not null,
  sha256 text not null,
  original text not null,
  -- Since when the original is gone, by the policy of its column.
  original_dropped_at bigint,
  stage text not null check (stage in ('received', 'checked', 'transcoding', 'ready', 'failed')),
  cause text,
  uploader text not null references person (id),
  -- Whose managers may edit it (null: managers of the whole tree).
  owner_unit text references org_unit (id),
  created_at bigint not null,
  duration_ms bigint,
  width bigint,
  height bigint,
  -- What kind of picture it is, as it was seen, and as a person chose instead.
  class text check (class in ('slides', 'mixed', 'natural')),
  class_chosen text check (class_chosen in ('slides', 'mixed', 'natural')),
  -- 1 when steady noise is taken out of its sound.
  denoise bigint not null default 0 check (denoise in (0, 1)),
  -- What the renditions that play were made as.
  class_used text check (class_used in ('slides', 'mixed', 'natural')),
  -- JSON: what was seen before encoding; the transcoder's own words.
  look text,
  -- The folder in the file store that holds poster, stills and plain file.
  folder text,
  master text,
  progressive text,
  progressive_bytes bigint,
  poster text
);
create index resource_created on resource (created_at, id);

create table rendition (
  resource text not null references resource (id),
  part text not null check (part in ('first', 'stills', 'small', 'fine', 'sharp')),
  -- The folder in the file store that its files are in.
  folder text not null,
  name text not null,
  kind text not null check (kind in ('video', 'audio')),
  -- What it is spoken in, where the upload said so.
  language text check (language in ('zh', 'bo', 'en')),
  width bigint,
  height bigint,
  codecs text not null,
  frames_per_second double precision not null,
  bits_per_second bigint not null,
  peak_bits_per_second bigint not null,
  size_bytes bigint not null,
  file text not null,
  playlist text not null,
  -- Picture and sound in one ordinary file.
  plain text,
  plain_bytes bigint,
  init_bytes bigint not null,
  segments text not null,
  primary key (resource, name)
);

create table still (
  resource text not null references resource (id),
  at_ms bigint not null,
  folder text not null,
  width bigint not null,
  height bigint not null,
  avif text not null,
  avif_bytes bigint not null,
  webp text not null,
  webp_bytes bigint not null,
  -- Nearly without loss, for diagnosis.
  fine text not null,
  fine_bytes bigint not null,
  primary key (resource, at_ms)
);

create table caption (
  resource text not null references resource (id),
  language text not null check (language in ('zh', 'bo', 'en')),
  body text not null,
  -- Whether a program wrote it, and no person has read it since.
  is_automatic bigint not null check (is_automatic in (0, 1)),
  updated_at bigint not null,
  primary key (resource, language)
);

-- Folders of the file store that nothing lists any more: pages that were opened earlier may still play from them.
create table leaving (
  folder text primary key,
  since bigint not null
);
