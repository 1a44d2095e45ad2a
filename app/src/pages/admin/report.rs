//! Who has finished what, unit by unit, and learner by learner where the tree ends?

use content::courses;
use content::ids::{PersonId, UnitId};
use content::people::{Actor, Role};
use content::places::{self, OrgUnit, Scope};
use content::reports::{self, Filter, UnitRow};
use leptos::prelude::*;

use super::address::address;
use super::report_learners::learner_table;
use super::report_parts::{chart, choose_course, exports, share, sides, way};
use crate::messages as m;
use crate::parts::empty::empty;
use crate::parts::pagination::pagination;
use crate::parts::said::{plain, said};
use crate::parts::say;
use crate::parts::table::{Head, table};
use crate::view::{Page, Viewer};
use crate::wire::Lang;

/// Completion by org unit and course below `unit` (her whole scope without). Where nothing lies below: its learners.
///
/// # Errors
/// `NotSignedIn`, or `Forbidden` outside her scope.
pub async fn report(viewer: &Viewer, unit: Option<&UnitId>, filter: Filter) -> content::Result<Page> {
    let actor = viewer.actor()?;
    let scope = reports::scope(&viewer.library, actor, unit).await?;
    if places::list_children(&viewer.library, &scope).await?.is_empty() {
        return by_learner(viewer, actor, &scope, filter, None).await;
    }
    let rows = reports::completion_by_unit(&viewer.library, &scope, &filter).await?;
    let lang = viewer.lang;
    let found = if rows.is_empty() {
        empty(m::admin_nothing(lang), m::admin_nothing_text(lang), None)
    } else {
        view! {
            {chart(lang, &rows)}
            {by_unit(lang, &scope, &filter, &rows)}
            {exports(lang, scope.root(), &filter, "unit")}
        }
        .into_any()
    };
    framed(viewer, actor, &scope, &filter, "/admin", found).await
}

/// Completion by learner and course for everybody below `unit`, page by page: who comes `after` a learner.
///
/// # Errors
/// As [`report`]; `Invalid` when the page begins after somebody who never worked there.
pub async fn learners(
    viewer: &Viewer,
    unit: Option<&UnitId>,
    filter: Filter,
    after: Option<&PersonId>,
) -> content::Result<Page> {
    let actor = viewer.actor()?;
    let scope = reports::scope(&viewer.library, actor, unit).await?;
    by_learner(viewer, actor, &scope, filter, after).await
}

async fn by_learner(
    viewer: &Viewer,
    actor: &Actor,
    scope: &Scope,
    filter: Filter,
    after: Option<&PersonId>,
) -> content::Result<Page> {
    let page = reports::completion_by_learner(&viewer.library, scope, &filter, after).await?;
    let lang = viewer.lang;
    let found = if page.rows.is_empty() {
        empty(m::admin_nothing(lang), m::admin_nothing_text(lang), None)
    } else {
        let at = |more: &[(&str, &str)]| address("/admin/learners", scope.root(), &filter, more);
        let next = page.next.map(|last| at(&[("after", last.as_str())]));
        view! {
            {learner_table(lang, &page.rows, filter.course.is_some())}
            {pagination(lang, after.map(|_| at(&[])), next)}
            {exports(lang, scope.root(), &filter, "learner")}
        }
        .into_any()
    };
    framed(viewer, actor, scope, &filter, "/admin/learners", found).await
}

async fn framed(
    viewer: &Viewer,
    actor: &Actor,
    scope: &Scope,
    filter: &Filter,
    path: &'static str,
    found: AnyView,
) -> content::Result<Page> {
    let lang = viewer.lang;
    let units = reports::list_way(&viewer.library, actor, scope).await?;
    let courses = courses::list_open_courses(&viewer.library, actor).await?;
    let others = other_scopes(viewer, actor, scope).await?;
    let is_by_learner = path != "/admin";
    let (name, title) = match units.last() {
        Some(unit) => (said(&unit.name, lang), plain(&unit.name, lang)),
        None => (m::admin_everywhere(lang).into_any(), m::admin_everywhere(lang).to_owned()),
    };
    let lead = if is_by_learner { m::admin_learners_lead(lang) } else { m::admin_lead(lang) };
    let body = view! {
        {way(lang, &units, filter, is_by_learner)}
        <h1>{name}</h1>
        <p class="lead">{lead}</p>
        {sides(viewer, scope, filter, path)}
        {others}
        {choose_course(viewer, path, scope.root(), filter, &courses)}
        {found}
    };
    Ok(Page::new(title, body))
}

/// The other parts of the tree that somebody with several grants may look at.
async fn other_scopes(viewer: &Viewer, actor: &Actor, scope: &Scope) -> content::Result<Option<AnyView>> {
    let mut units: Vec<OrgUnit> = Vec::new();
    for grant in actor.grants.iter().filter(|grant| grant.role.can(Role::Supervisor)) {
        let Some(id) = grant.unit.as_ref().filter(|id| Some(*id) != scope.root()) else { continue };
        units.extend(
            places::find_unit(&viewer.library, id).await?.filter(|unit| units.iter().all(|each| each.id != unit.id)),
        );
    }
    if units.is_empty() || scope.root().is_none() {
        return Ok(None);
    }
    let lang = viewer.lang;
    let links = units.iter().map(|unit| {
        let href = address("/admin", Some(&unit.id), &Filter::default(), &[]);
        view! { <a href=href>{said(&unit.name, lang)}</a> }
    });
    let view = view! { <nav class="ways" aria-label=m::admin_other_scopes(lang)>{links.collect_view()}</nav> };
    Ok(Some(view.into_any()))
}

fn by_unit(lang: Lang, scope: &Scope, filter: &Filter, rows: &[UnitRow]) -> AnyView {
    let heads = [
        Head::text(m::admin_unit(lang)),
        Head::text(m::admin_course(lang)),
        Head::number(m::admin_learners(lang)),
        Head::number(m::admin_started(lang)),
        Head::number(m::admin_completed(lang)),
        Head::number(m::admin_watched(lang)),
    ];
    let rows = rows.iter().map(|row| unit_row(lang, scope, filter, row)).collect();
    table(m::admin_caption(lang), &heads, rows)
}

fn unit_row(lang: Lang, scope: &Scope, filter: &Filter, row: &UnitRow) -> Vec<AnyView> {
    let name = said(&row.unit_name, lang);
    let unit = if scope.root() == Some(&row.unit) {
        let href = address("/admin/learners", Some(&row.unit), filter, &[]);
        view! { <a href=href>{name}</a><span class="under">{m::admin_directly(lang)}</span> }.into_any()
    } else {
        view! { <a href=address("/admin", Some(&row.unit), filter, &[])>{name}</a> }.into_any()
    };
    vec![
        unit,
        said(&row.course_title, lang),
        say::number(row.learners).into_any(),
        share(lang, row.started, row.learners).into_any(),
        share(lang, row.completed, row.learners).into_any(),
        say::duration(lang, row.watched_ms).into_any(),
    ]
}
