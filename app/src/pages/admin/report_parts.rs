//! How does a report look? The way up, the course asked about, the bars, and the exports.

use content::ids::UnitId;
use content::people::access;
use content::places::{OrgUnit, Scope};
use content::reports::{Filter, UnitRow};
use leptos::prelude::*;

use super::address::address;
use crate::messages as m;
use crate::parts::breadcrumb::{Crumb, breadcrumb};
use crate::parts::chart::{Bar, bar_chart};
use crate::parts::progress::percent_of;
use crate::parts::said::said;
use crate::parts::say;
use crate::parts::tabs::{Tab, tabs};
use crate::view::Viewer;
use crate::wire::Lang;

/// From the top of her scope down to the unit above this one; with `here`, down to this one.
pub(super) fn way(lang: Lang, units: &[OrgUnit], filter: &Filter, here: bool) -> AnyView {
    let shown = if here { units } else { units.split_last().map_or(units, |(_, above)| above) };
    let top = (here || !shown.is_empty()).then(|| Crumb::new("/admin", m::admin_title(lang)));
    let crumbs =
        shown.iter().map(|unit| Crumb::new(address("/admin", Some(&unit.id), filter, &[]), said(&unit.name, lang)));
    let crumbs: Vec<_> = top.into_iter().chain(crumbs).collect();
    if crumbs.is_empty() { ().into_any() } else { breadcrumb(lang, crumbs) }
}

/// By unit, by learner, and what has been assigned; `path` is the side that is shown.
pub(super) fn sides(viewer: &Viewer, scope: &Scope, filter: &Filter, path: &str) -> AnyView {
    let lang = viewer.lang;
    let tab = |at: &'static str, filter: &Filter, name: &'static str| {
        Tab::new(address(at, scope.root(), filter, &[]), name, path == at)
    };
    let mut all =
        vec![tab("/admin", filter, m::admin_by_unit(lang)), tab("/admin/learners", filter, m::admin_by_learner(lang))];
    if viewer.actor.as_ref().is_some_and(access::assigns) {
        all.push(tab("/admin/assignments", &Filter::default(), m::admin_assignments(lang)));
    }
    tabs(m::admin_title(lang), all)
}

/// The same rows as files for a spreadsheet.
pub(super) fn exports(lang: Lang, unit: Option<&UnitId>, filter: &Filter, by: &str) -> AnyView {
    let file = |format: &str| address("/api/v1/reports/completion", unit, filter, &[("by", by), ("format", format)]);
    view! {
        <p class="actions exports">
            <a class="button quiet" href=file("xlsx") download="">{m::admin_export_xlsx(lang)}</a>
            <a class="button quiet" href=file("csv") download="">{m::admin_export_csv(lang)}</a>
        </p>
    }
    .into_any()
}

/// Completions of a unit over all its rows.
struct Total<'a> {
    row: &'a UnitRow,
    completed: i64,
    of: i64,
}

/// In the order in which the units come first.
fn totals(rows: &[UnitRow]) -> Vec<Total<'_>> {
    let mut totals: Vec<Total<'_>> = Vec::new();
    for row in rows {
        match totals.iter_mut().find(|total| total.row.unit == row.unit) {
            Some(total) => {
                total.completed += row.completed;
                total.of += row.learners;
            }
            None => totals.push(Total { row, completed: row.completed, of: row.learners }),
        }
    }
    totals
}

/// How much of what could be completed is, unit by unit. The numbers stand in the table below.
pub(super) fn chart(lang: Lang, rows: &[UnitRow]) -> Option<AnyView> {
    let totals = totals(rows);
    if totals.len() < 2 {
        return None;
    }
    let bars = totals
        .iter()
        .map(|total| Bar { name: said(&total.row.unit_name, lang), percent: percent_of(total.completed, total.of) });
    Some(bar_chart(m::admin_chart(lang), bars))
}

/// `12 of 40 (30 %)`.
pub(super) fn share(lang: Lang, part: i64, whole: i64) -> String {
    m::admin_share(lang, say::number(part), percent_of(part, whole), say::number(whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use content::ids::Language;
    use content::texts::Texts;

    fn row(unit: &str, learners: i64, completed: i64) -> UnitRow {
        UnitRow {
            unit: unit.into(),
            unit_name: Texts::of(Language::En, unit),
            course: "c".into(),
            course_title: Texts::of(Language::En, "Course"),
            learners,
            started: completed,
            completed,
            watched_ms: 0,
        }
    }

    #[test]
    fn a_bar_adds_up_the_courses_of_a_unit() {
        let rows = [row("a", 10, 5), row("b", 4, 4), row("a", 10, 0)];
        let html = chart(Lang::En, &rows).map(|chart| chart.to_html()).unwrap_or_default();
        assert!(html.contains("width=\"25\"") && html.contains("width=\"100\""), "{html}");
    }

    #[test]
    fn one_unit_needs_no_chart() {
        assert!(chart(Lang::En, &[row("a", 10, 5), row("a", 10, 0)]).is_none());
    }
}
