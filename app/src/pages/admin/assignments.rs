//! What is asked of whom, and until when? The assignments of a scope, and the form for a new one.

use content::assignments::{self, Assigned};
use content::ids::UnitId;
use content::paging::Paging;
use content::people::{self, Role};
use content::places::Scope;
use content::reports::{self, Filter};
use leptos::prelude::*;

use super::address::address;
use super::choosing;
use super::report_parts::{sides, way};
use crate::messages as m;
use crate::pages::home::when;
use crate::parts::button::submit;
use crate::parts::dialog::{Question, asked_first};
use crate::parts::empty::empty;
use crate::parts::field::{Field, problem_of_form};
use crate::parts::once::once;
use crate::parts::pagination::pagination;
use crate::parts::said::said;
use crate::parts::table::{Head, table};
use crate::view::{Form, Page, Viewer};

/// How many assignments a page has.
const ROWS: usize = 20;

/// # Errors
/// `NotSignedIn`, or `Forbidden` outside her scope; `Invalid(after)`.
pub async fn assignments(
    viewer: &Viewer,
    unit: Option<&UnitId>,
    after: Option<&str>,
    form: &Form,
) -> content::Result<Page> {
    let (actor, lang, library) = (viewer.actor()?, viewer.lang, &viewer.library);
    let scope = people::scope_of(library, actor, Role::Administrator, unit).await?;
    let units = reports::list_way(library, actor, &scope).await?;
    let assigned = assignments::list_assigned(library, &scope, Paging { after, limit: ROWS }).await?;
    let at = |more: &[(&str, &str)]| address("/admin/assignments", scope.root(), &Filter::default(), more);
    let listed = match (assigned.items.as_slice(), &assigned.next) {
        ([], Some(_)) => view! { <p class="notice calm">{m::list_looked(lang)}</p> }.into_any(),
        (items, _) => list(viewer, &scope, items),
    };
    let next = assigned.next.as_ref().map(|next| at(&[("after", next)]));
    let pages = pagination(lang, after.map(|_| at(&[])), next);
    let name = units.last().map_or_else(|| m::admin_everywhere(lang).into_any(), |unit| said(&unit.name, lang));
    let body = view! {
        {way(lang, &units, &Filter::default(), true)}
        <h1>{name}</h1>
        <p class="lead">{m::admin_assignments_lead(lang)}</p>
        {sides(viewer, &scope, &Filter::default(), "/admin/assignments")}
        {new(viewer, &scope, form).await?}
        <section class="section">{listed}{pages}</section>
    };
    Ok(Page::new(m::admin_assignments(lang), body))
}

/// The whole tree is no unit that could be assigned to.
async fn new(viewer: &Viewer, scope: &Scope, form: &Form) -> content::Result<AnyView> {
    let lang = viewer.lang;
    let Some(unit) = scope.root() else {
        return Ok(view! { <p class="notice calm">{m::admin_choose_unit(lang)}</p> }.into_any());
    };
    let due = Field::new(form, "due", m::admin_due(lang)).kind("date").hint(m::admin_due_hint(lang)).required();
    let view = view! {
        <section class="panel" id="new">
            <h2>{m::admin_assign(lang)}</h2>
            {problem_of_form(form)}
            <form class="form" method="post" action="/admin/assignments#new">
                {once()}
                <input type="hidden" name="unit" value=unit.to_string() />
                {choosing::ask(viewer, form).await?}
                {due.input()}
                <p class="actions">{submit(m::admin_assign_button(lang))}</p>
            </form>
        </section>
    };
    Ok(view.into_any())
}

fn list(viewer: &Viewer, scope: &Scope, assigned: &[Assigned]) -> AnyView {
    let lang = viewer.lang;
    if assigned.is_empty() {
        return empty(m::admin_no_assignments(lang), m::admin_no_assignments_text(lang), None);
    }
    let heads = [
        Head::text(m::admin_course(lang)),
        Head::text(m::admin_unit(lang)),
        Head::text(m::admin_due(lang)),
        Head::text(m::jobs_action(lang)),
    ];
    let rows = assigned.iter().map(|each| row(viewer, scope, each)).collect();
    table(m::admin_assignments(lang), &heads, rows)
}

fn row(viewer: &Viewer, scope: &Scope, assigned: &Assigned) -> Vec<AnyView> {
    let lang = viewer.lang;
    let filter = Filter { course: Some(assigned.course.clone()), ..Filter::default() };
    let report = address("/admin", Some(&assigned.unit), &filter, &[]);
    let revoke = format!("/admin/assignments/{}/revoke", assigned.id);
    let question = Question {
        title: m::admin_revoke_question(lang).into(),
        text: m::admin_revoke_text(lang).into(),
        label: m::admin_revoke(lang).into(),
    };
    vec![
        view! { <a href=report>{said(&assigned.course_title, lang)}</a> }.into_any(),
        said(&assigned.unit_name, lang),
        when(assigned.due_at, viewer.library.clock.now_ms(), lang),
        asked_first(&address(&revoke, scope.root(), &Filter::default(), &[]), question, lang),
    ]
}
