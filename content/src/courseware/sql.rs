//! The courseware's SQL.

pub(super) const FIND_COURSEWARE: &str =
    "select format, pages, legacy_fonts, lacks_office from courseware where resource = $1";

pub(super) const SET_COURSEWARE: &str = "
    insert into courseware (resource, format, pages, legacy_fonts, lacks_office) values ($1, $2, $3, $4, $5)
    on conflict (resource) do update set format = excluded.format, pages = excluded.pages,
        legacy_fonts = excluded.legacy_fonts, lacks_office = excluded.lacks_office";

pub(super) const LIST_PAGES: &str = "
    select number, folder, width, height, avif, avif_bytes, webp, webp_bytes, body, is_legacy, starts_ms, reading_ms
    from courseware_page where resource = $1 order by number";

pub(super) const REMOVE_PAGES: &str = "delete from courseware_page where resource = $1";

pub(super) const ADD_PAGE: &str = "
    insert into courseware_page (resource, number, folder, width, height, avif, avif_bytes, webp, webp_bytes, body, is_legacy, starts_ms, reading_ms)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

pub(super) const LIST_FILES: &str = "
    select resource, folder, avif, avif_bytes, webp, webp_bytes from courseware_page
    where avif is not null order by resource, number";
