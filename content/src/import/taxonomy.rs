//! Which columns, aspects and audiences does a workbook bring along? Sheets of slugs with titles in three languages.

use super::finding::{Finding, Found};
use super::heading::{Headed, Heading};
use super::item::Reading;
use crate::shelves::{Facet, checked_slug};
use crate::texts::Texts;

/// What one sheet of a workbook holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Items,
    Columns,
    Terms(Facet),
}

/// A column, or a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Root {
    pub slug: String,
    pub title: Texts,
    pub summary: Texts,
}

/// By its name, else by its headings: rows that name files are items.
pub(super) fn holds(headed: &Headed) -> Option<Holds> {
    let name = headed.name.to_lowercase();
    match name.trim_end_matches(".csv") {
        "columns" | "栏目" => Some(Holds::Columns),
        "aspects" | "内容方面" => Some(Holds::Terms(Facet::Aspect)),
        "audiences" | "适用对象" => Some(Holds::Terms(Facet::Audience)),
        _ => headed.has(Heading::File).then_some(Holds::Items),
    }
}

pub(super) fn roots(headed: &Headed, findings: &mut Vec<Finding>) -> Vec<Root> {
    let mut roots = Vec::new();
    for row in &headed.rows {
        let mut reading = Reading { headed, row, findings };
        let title = reading.texts([Heading::TitleZh, Heading::TitleBo, Heading::TitleEn], 200);
        let summary = reading.texts([Heading::SummaryZh, Heading::SummaryBo, Heading::SummaryEn], 2000);
        let slug = headed.cell(row, Heading::Slug).unwrap_or_default();
        match checked_slug(slug) {
            Err(_) => reading.find(Found::BadSlug, Some(Heading::Slug), slug),
            Ok(_) if title.is_empty() => reading.find(Found::NoTitle, Some(Heading::TitleZh), slug),
            Ok(slug) => roots.push(Root { slug, title, summary }),
        }
    }
    roots
}
