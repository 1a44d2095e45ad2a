//! At which address is a report? The same filter in links between pages and in the exports of the API.

use content::ids::UnitId;
use content::reports::Filter;

/// `path` with the unit and the filter as its query.
pub(super) fn address(path: &str, unit: Option<&UnitId>, filter: &Filter, more: &[(&str, &str)]) -> String {
    let own = [
        ("unit", unit.map(ToString::to_string)),
        ("course", filter.course.as_ref().map(ToString::to_string)),
        ("from", filter.from.map(|ms| ms.to_string())),
        ("to", filter.to.map(|ms| ms.to_string())),
    ];
    let own = own.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?)));
    let more = more.iter().map(|(name, value)| format!("{name}={value}"));
    let query: Vec<_> = own.chain(more).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
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
}
