//! Which report is asked for, and at which address is it? The same filter in links between pages and in the exports of the
//! API.

use std::collections::HashMap;

use content::ids::UnitId;
use content::reports::Filter;

use crate::parts::address::with_query;

/// What the address of a report says.
#[derive(Debug, Clone, Default)]
pub struct Which {
    pub unit: Option<UnitId>,
    pub filter: Filter,
    /// Words of the title of a course.
    pub words: String,
    /// What the page before ended with.
    pub after: Option<String>,
}

impl Which {
    pub fn read(asked: &HashMap<String, String>) -> Self {
        let get = |name: &str| asked.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        let filter = Filter {
            course: get("course").map(Into::into),
            from: get("from").and_then(|text| text.parse().ok()),
            to: get("to").and_then(|text| text.parse().ok()),
        };
        Self {
            unit: get("unit").map(Into::into),
            filter,
            words: get("words").unwrap_or_default().chars().take(200).collect(),
            after: get("after").map(str::to_owned),
        }
    }
}

/// `path` with the unit and the filter as its query.
pub(super) fn address(path: &str, unit: Option<&UnitId>, filter: &Filter, more: &[(&str, &str)]) -> String {
    let said = |ms: Option<i64>| ms.map(|ms| ms.to_string()).unwrap_or_default();
    let (from, to) = (said(filter.from), said(filter.to));
    let mut pairs = vec![
        ("unit", unit.map_or("", UnitId::as_str)),
        ("course", filter.course.as_ref().map_or("", |course| course.as_str())),
        ("from", &from),
        ("to", &to),
    ];
    pairs.extend(more);
    with_query(path, &pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_carries_the_unit_and_the_filter_along() {
        let filter = Filter { course: Some("c1".into()), from: Some(5), to: None };
        let unit = UnitId::from("u1");
        let export = address("/api/v1/reports/completion", Some(&unit), &filter, &[("by", "unit"), ("format", "csv")]);
        assert_eq!(export, "/api/v1/reports/completion?unit=u1&course=c1&from=5&by=unit&format=csv");
        assert_eq!(address("/admin", None, &Filter::default(), &[]), "/admin");
    }

    #[test]
    fn nothing_in_an_address_ends_it_early() {
        let hostile = UnitId::from("a&b=\"><c");
        assert_eq!(address("/admin", Some(&hostile), &Filter::default(), &[]), "/admin?unit=a%26b%3D%22%3E%3Cc");
    }
}
