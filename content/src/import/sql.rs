//! The importer's SQL.

pub(super) const COUNT_COLUMNS: &str = "
    select (select count(*) from library_column) + (select count(*) from person)";
