-- What is known of a file that people read, besides its pages.
create table courseware (
  resource text primary key references resource (id),
  format text not null check (format in ('pdf', 'slides', 'document', 'sheet', 'images', 'text')),
  pages bigint not null,
  -- JSON: the names of its fonts for Tibetan from before Unicode.
  legacy_fonts text not null,
  -- 1 when there was no LibreOffice to draw it.
  lacks_office bigint not null check (lacks_office in (0, 1))
);

-- A page without a picture is text. Its place on the time line of reading is what a ledger's intervals speak of.
create table courseware_page (
  resource text not null references resource (id),
  number bigint not null,
  folder text not null,
  width bigint,
  height bigint,
  avif text,
  avif_bytes bigint,
  webp text,
  webp_bytes bigint,
  body text not null,
  is_legacy bigint not null check (is_legacy in (0, 1)),
  starts_ms bigint not null,
  reading_ms bigint not null,
  primary key (resource, number)
);
