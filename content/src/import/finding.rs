//! What is wrong with a sheet, or worth knowing? A closed list, so that each finding has a sentence and a remedy in every
//! language.

use crate::ids::words;

words!(
    /// What was found.
    Found {
        SheetUnreadable = "sheet_unreadable",
        SheetTooLarge = "sheet_too_large",
        NoItems = "no_items",
        ReadAs = "read_as",
        UnknownHeading = "unknown_heading",
        DoubleHeading = "double_heading",
        MergedCells = "merged_cells",
        NoFormulaValue = "no_formula_value",
        CellError = "cell_error",
        SuspiciousText = "suspicious_text",
        TooLong = "too_long",
        NoTitle = "no_title",
        NoFileName = "no_file_name",
        OutsideFolder = "outside_folder",
        MissingFile = "missing_file",
        EmptyFile = "empty_file",
        UnsupportedFile = "unsupported_file",
        Undecodable = "undecodable",
        SameBytes = "same_bytes",
        SameKey = "same_key",
        BadSlug = "bad_slug",
        NoColumn = "no_column",
        UnknownColumn = "unknown_column",
        UnknownAspect = "unknown_aspect",
        UnknownAudience = "unknown_audience",
        UnknownLanguage = "unknown_language",
        UnknownPlace = "unknown_place",
        NotYesOrNo = "not_yes_or_no",
        BadDate = "bad_date",
        BadNumber = "bad_number",
        BadCaptions = "bad_captions",
        NotForThisKind = "not_for_this_kind",
        OtherColumn = "other_column",
        Refused = "refused",
        Proposed = "proposed",
    }
);

impl Found {
    /// Whether the row can still be loaded.
    pub fn is_harmless(self) -> bool {
        matches!(
            self,
            Self::ReadAs
                | Self::UnknownHeading
                | Self::DoubleHeading
                | Self::MergedCells
                | Self::SuspiciousText
                | Self::SameBytes
                | Self::Proposed
        )
    }
}

/// One finding, with where it is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Finding {
    pub found: Found,
    /// The name of the sheet, or of the CSV file.
    pub sheet: String,
    /// The row as spreadsheets count, from 1; `None`: the whole sheet.
    pub row: Option<u32>,
    /// The heading of its column, as this platform writes it.
    pub heading: Option<String>,
    /// What stood there, or what there is instead.
    pub detail: String,
}
