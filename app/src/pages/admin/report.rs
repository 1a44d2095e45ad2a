//! Who has finished what, unit by unit, and learner by learner where the tree ends?

use content::courses::finding::{self, NamedCourse};
use content::people::{Actor, Role};
use content::places::{self, OrgUnit, Scope};
use content::reports::{self, Asked, Filter, PATIENCE, UnitRow};
use leptos::prelude::*;

use super::address::{Which, address};
use super::choosing::{choose_course, title_of};
use super::report_learners::learner_table;
use super::report_parts::{chart, exports, share, sides, way};
use crate::messages as m;
use crate::parts::empty::empty;
use crate::parts::pagination::pagination;
use crate::parts::said::{plain, said};
use crate::parts::say;
use crate::parts::table::{Head, table};
use crate::view::{Page, Viewer};
use crate::wire::Lang;

/// How many rows a page has, so that it weighs less than 60 KB.
const ROWS: usize = 40;
/// How many courses are offered where several are called so.
const OFFERED: usize = 20;

/// A report as it was asked for, and what stands around it.
struct Frame<'a> {
    viewer: &'a Viewer,
    actor: &'a Actor,
    scope: Scope,
    filter: Filter,
    after: Option<String>,
    /// What was typed to find a course by, and the courses that may be meant.
    words: String,
    found: Vec<NamedCourse>,
}

impl<'a> Frame<'a> {
    async fn of(viewer: &'a Viewer, which: Which) -> content::Result<Self> {
        let actor = viewer.actor()?;
        let scope = reports::scope(&viewer.library, actor, which.unit.as_ref()).await?;
        let Which { mut filter, words, after, .. } = which;
        let mut found = Vec::new();
        if !words.is_empty() {
            found = finding::list_named(&viewer.library, actor, &words, OFFERED).await?;
            if let Ok(meant) = finding::meant(&found, &words) {
                filter.course = Some(meant.clone());
                found = Vec::new();
            }
        }
        Ok(Self { viewer, actor, scope, filter, after, words, found })
    }

    fn asked(&self) -> Asked<'_> {
        Asked { after: self.after.as_deref(), limit: ROWS, patience: PATIENCE }
    }

    fn pages(&self, path: &str, next: Option<&str>) -> Option<AnyView> {
        let at = |more: &[(&str, &str)]| address(path, self.scope.root(), &self.filter, more);
        let first = self.after.as_ref().map(|_| at(&[]));
        pagination(self.viewer.lang, first, next.map(|next| at(&[("after", next)])))
    }

    async fn around(&self, path: &'static str, found: AnyView) -> content::Result<Page> {
        let (viewer, lang) = (self.viewer, self.viewer.lang);
        let units = reports::list_way(&viewer.library, self.actor, &self.scope).await?;
        let others = other_scopes(viewer, self.actor, &self.scope).await?;
        let chosen = title_of(viewer, self.filter.course.as_ref()).await?;
        let is_by_learner = path != "/admin";
        let (name, title) = match units.last() {
            Some(unit) => (said(&unit.name, lang), plain(&unit.name, lang)),
            None => (m::admin_everywhere(lang).into_any(), m::admin_everywhere(lang).to_owned()),
        };
        let lead = if is_by_learner { m::admin_learners_lead(lang) } else { m::admin_lead(lang) };
        let body = view! {
            {way(lang, &units, &self.filter, is_by_learner)}
            <h1>{name}</h1>
            <p class="lead">{lead}</p>
            {sides(viewer, &self.scope, &self.filter, path)}
            {others}
            {choose_course(lang, path, self.scope.root(), &self.filter, chosen, &self.words, &self.found)}
            {found}
        };
        Ok(Page::new(title, body))
    }
}

/// Completion by org unit and course below a unit (her whole scope without), page by page. Where nothing lies below: its
/// learners.
///
/// # Errors
/// `NotSignedIn`, or `Forbidden` outside her scope; `Invalid(after)`; `Busy`.
pub async fn report(viewer: &Viewer, which: Which) -> content::Result<Page> {
    let frame = Frame::of(viewer, which).await?;
    let library = &viewer.library;
    if !places::has_children(library, &frame.scope).await? {
        return by_learner(&frame).await;
    }
    let page = reports::completion_by_unit(library, &frame.scope, &frame.filter, &frame.asked()).await?;
    let (lang, filter, rows) = (viewer.lang, &frame.filter, &page.rows);
    // The bars add up all courses: they are shown where all of them are on this page.
    let is_whole = page.next.is_none() && frame.after.is_none();
    let found = if rows.is_empty() && frame.after.is_none() {
        empty(m::admin_nothing(lang), m::admin_nothing_text(lang), None)
    } else {
        view! {
            {is_whole.then(|| chart(lang, rows))}
            {by_unit(lang, &frame.scope, filter, rows)}
            {frame.pages("/admin", page.next.as_deref())}
            {exports(lang, frame.scope.root(), filter, "unit")}
        }
        .into_any()
    };
    frame.around("/admin", found).await
}

/// Completion by learner for everybody below a unit, page by page.
///
/// # Errors
/// As [`report`]; `Invalid` when the page begins after somebody who never worked there.
pub async fn learners(viewer: &Viewer, which: Which) -> content::Result<Page> {
    by_learner(&Frame::of(viewer, which).await?).await
}

async fn by_learner(frame: &Frame<'_>) -> content::Result<Page> {
    let (viewer, lang) = (frame.viewer, frame.viewer.lang);
    let page = reports::sums_by_learner(&viewer.library, &frame.scope, &frame.filter, &frame.asked()).await?;
    let course = title_of(viewer, frame.filter.course.as_ref()).await?;
    let found = if page.rows.is_empty() && frame.after.is_none() {
        empty(m::admin_nothing(lang), m::admin_nothing_text(lang), None)
    } else {
        view! {
            {learner_table(lang, &page.rows, course.as_ref())}
            {frame.pages("/admin/learners", page.next.as_ref().map(|last| last.as_str()))}
            {exports(lang, frame.scope.root(), &frame.filter, "learner")}
        }
        .into_any()
    };
    frame.around("/admin/learners", found).await
}

/// The other parts of the tree that somebody with several grants may look at.
async fn other_scopes(viewer: &Viewer, actor: &Actor, scope: &Scope) -> content::Result<Option<AnyView>> {
    let mut units: Vec<OrgUnit> = Vec::new();
    let grants = actor.grants.iter().filter(|grant| grant.role.can(Role::Supervisor));
    for grant in grants.take(OFFERED) {
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
