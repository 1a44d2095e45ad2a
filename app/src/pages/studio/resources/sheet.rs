//! What do many say of themselves, side by side? A sheet to type and to paste into: first what would change, then it is saved.

use content::holdings::sheet::{self, Cell, Change, LINES, Line, Outcome};
use content::holdings::{self, Cursor, selection};
use content::ids::{Language, ResourceId};
use content::shelves::{self, Facet};
use leptos::prelude::*;

use super::bulk::way;
use super::rows::count;
use super::{Asked, HERE};
use crate::messages as m;
use crate::parts::area::Area;
use crate::parts::breadcrumb::breadcrumb;
use crate::parts::button::{go, go_quiet};
use crate::parts::empty::empty;
use crate::parts::said::plain;
use crate::parts::say;
use crate::parts::table::{Head, table};
use crate::problem::reason;
use crate::view::{Page, Programs, Viewer};
use crate::wire::Lang;

/// A sheet as it was sent.
pub struct Typed {
    pub lines: Vec<Line>,
    /// Whether its right cells are to be saved.
    pub is_done: bool,
}

/// The picked, from `asked.after` on; or, where nothing is picked, the page of the table that was asked for.
///
/// # Errors
/// `NotSignedIn`, `Forbidden`, `NotFound`.
pub async fn sheet(viewer: &Viewer, asked: &Asked, typed: Option<Typed>) -> content::Result<Page> {
    let (actor, lang) = (super::super::keeper(viewer)?, viewer.lang);
    let (lines, outcome, is_done, next) = match typed {
        Some(typed) => {
            let outcome = sheet::save(&viewer.library, actor, &typed.lines, typed.is_done).await?;
            (typed.lines, outcome, typed.is_done, None)
        }
        None => {
            let (ids, next) = which(viewer, asked).await?;
            (sheet::load_lines(&viewer.library, actor, &ids).await?, Outcome::default(), false, next)
        }
    };
    let body = view! {
        {breadcrumb(lang, way(viewer))}
        <h1>{m::sheet_title(lang)}</h1>
        <p class="lead">{m::sheet_lead(lang)}</p>
        {terms(viewer).await?}
        {told(lang, &outcome, is_done)}
        {if lines.is_empty() {
            empty(m::bulk_none(lang), m::bulk_none_text(lang), Some(go(HERE, m::kept_title(lang))))
        } else {
            form(viewer, &lines, &outcome, is_done)
        }}
        {next.map(|next| view! { <p class="actions">{go_quiet(next, m::sheet_next(lang))}</p> })}
    };
    let programs = Programs { sheet: true, ..Programs::default() };
    Ok(Page { programs, ..Page::new(m::sheet_title(lang), body) })
}

/// Which resources stand in the sheet, and the address of those that follow.
async fn which(viewer: &Viewer, asked: &Asked) -> content::Result<(Vec<ResourceId>, Option<String>)> {
    let (actor, library) = (viewer.actor()?, &viewer.library);
    let after = Some(asked.after.as_str()).filter(|after| !after.is_empty()).map(ResourceId::from);
    let picked = selection::list_picked(library, actor, after.as_ref(), LINES + 1).await?;
    if !picked.is_empty() {
        let shown: Vec<ResourceId> = picked.iter().take(LINES).cloned().collect();
        let last = (picked.len() > LINES).then(|| shown.last()).flatten();
        let next = last.map(|last| format!("{HERE}/sheet?after={last}"));
        return Ok((shown, next));
    }
    let cursor = Cursor::parse(&asked.after, asked.sort);
    let page = holdings::list_page(library, actor, &asked.filter, asked.sort, cursor.as_ref()).await?;
    let next = page.next.as_ref().map(|cursor| asked.next(cursor).replacen(HERE, &format!("{HERE}/sheet"), 1));
    Ok((page.rows.into_iter().map(|row| row.id).collect(), next))
}

/// What may be written into the cells of aspects and audiences.
async fn terms(viewer: &Viewer) -> content::Result<AnyView> {
    let lang = viewer.lang;
    let mut said = Vec::new();
    for (facet, name) in [(Facet::Aspect, m::sheet_aspects(lang)), (Facet::Audience, m::sheet_audiences(lang))] {
        let terms = shelves::list_terms(&viewer.library, facet).await?;
        let items =
            terms.iter().map(|term| format!("{} ({})", term.slug, plain(&term.title, lang))).collect::<Vec<_>>();
        said.push(view! { <p class="soft"><strong>{name}</strong>": "{items.join(", ")}</p> });
    }
    Ok(view! { <details class="fold"><summary>{m::sheet_terms(lang)}</summary>{said}</details> }.into_any())
}

fn told(lang: Lang, outcome: &Outcome, is_done: bool) -> AnyView {
    let changes = say::number(count(outcome.changes.len()));
    let saved = (is_done && !outcome.changes.is_empty()).then(|| {
        view! { <p class="notice good" role="status">{m::sheet_saved(lang, &changes)}</p> }
    });
    let wrong = (!outcome.wrong.is_empty()).then(|| {
        view! { <p class="notice bad" role="alert">{m::sheet_wrong(lang, say::number(count(outcome.wrong.len())))}</p> }
    });
    let proposed = (!outcome.proposed.is_empty()).then(|| {
        let words = m::bulk_proposed(lang, say::number(count(outcome.proposed.len())));
        view! { <p class="notice" role="status">{words}" "{m::proposals_lead(lang)}</p> }
    });
    view! { {saved}{proposed}{wrong} }.into_any()
}

fn form(viewer: &Viewer, lines: &[Line], outcome: &Outcome, is_done: bool) -> AnyView {
    let lang = viewer.lang;
    let heads = Cell::ALL.iter().map(|cell| view! { <th scope="col">{name_of(*cell, lang)}</th> });
    let rows = lines.iter().enumerate().map(|(row, line)| row_of(lang, row, line, outcome)).collect_view();
    let changes = if is_done { &[] } else { outcome.changes.as_slice() };
    let save = (!changes.is_empty()).then(|| {
        let label = m::sheet_save(lang, say::number(count(changes.len())));
        view! { <button class="button" name="step" value="save">{label}</button> }
    });
    view! {
        <form id="sheet" method="post" action=format!("{HERE}/sheet")>
            <div class="cells" tabindex="0" role="region" aria-label=m::sheet_title(lang)>
                <table>
                    <thead><tr><th scope="col">{m::kept_file(lang)}</th>{heads.collect_view()}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {pasting(lang)}
            {difference(lang, lines, changes)}
            <div class="bar-below actions">
                <button class="button quiet" name="step" value="check">{m::sheet_check(lang)}</button>
                {save}
            </div>
        </form>
    }
    .into_any()
}

fn row_of(lang: Lang, row: usize, line: &Line, outcome: &Outcome) -> AnyView {
    let cells = Cell::ALL.iter().map(|cell| {
        let wrong = outcome.wrong.iter().find(|wrong| wrong.0 == line.id && wrong.1 == *cell).map(|wrong| wrong.2);
        let name = format!("c_{row}_{cell}");
        let problem = wrong
            .map(|why| view! { <span class="field-problem" id=format!("{name}-problem")>{reason(why, lang)}</span> });
        let label = m::sheet_cell(lang, name_of(*cell, lang), row + 1);
        let described = wrong.map(|_| format!("{name}-problem"));
        let area = Area {
            name,
            text: line.cell(*cell).to_owned(),
            rows: 2,
            lang: language_of(*cell).map(|language| Lang::from(language).tag()),
            label: Some(label),
            described_by: described,
            is_wrong: wrong.is_some(),
            ..Area::default()
        };
        view! { <td>{area.show()}{problem}</td> }
    });
    view! {
        <tr>
            <th scope="row">
                <input type="hidden" name=format!("id_{row}") value=line.id.to_string() />
                <input type="hidden" name=format!("file_{row}") value=line.filename.clone() />
                <a href=format!("{HERE}/{}", line.id)>{line.filename.clone()}</a>
            </th>
            {cells.collect_view()}
        </tr>
    }
    .into_any()
}

/// For browsers without scripts, where a cell takes no table.
fn pasting(lang: Lang) -> AnyView {
    let cells = Cell::ALL.iter().map(|cell| view! { <option value=cell.as_str()>{name_of(*cell, lang)}</option> });
    let area = Area {
        id: Some("pasted".into()),
        name: "pasted".into(),
        rows: 4,
        class: Some("input"),
        described_by: Some("pasted-hint".into()),
        ..Area::default()
    };
    view! {
        <details class="fold">
            <summary>{m::sheet_paste(lang)}</summary>
            <div class="filter">
                <div class="field">
                    <label for="paste-row">{m::sheet_paste_row(lang)}</label>
                    <input id="paste-row" class="input" name="from_row" type="number" min="1" max=LINES value="1" />
                </div>
                <div class="field">
                    <label for="paste-cell">{m::sheet_paste_cell(lang)}</label>
                    <select id="paste-cell" class="input" name="from_cell">{cells.collect_view()}</select>
                </div>
            </div>
            <div class="field">
                <label for="pasted">{m::sheet_pasted(lang)}</label>
                <p class="field-hint" id="pasted-hint">{m::sheet_paste_hint(lang)}</p>
                {area.show()}
            </div>
        </details>
    }
    .into_any()
}

fn difference(lang: Lang, lines: &[Line], changes: &[Change]) -> Option<AnyView> {
    if changes.is_empty() {
        return None;
    }
    let heads = [
        Head::text(m::kept_file(lang)),
        Head::text(m::sheet_column(lang)),
        Head::text(m::sheet_before(lang)),
        Head::text(m::sheet_after(lang)),
    ];
    let rows = changes.iter().map(|change| {
        let file = lines.iter().find(|line| line.id == change.id).map(|line| line.filename.clone());
        let cells = [file.unwrap_or_default(), name_of(change.cell, lang), change.before.clone(), change.after.clone()];
        cells.into_iter().map(IntoAny::into_any).collect()
    });
    Some(
        view! { <section class="section">{table(m::sheet_changes(lang), &heads, rows.collect())}</section> }.into_any(),
    )
}

fn language_of(cell: Cell) -> Option<Language> {
    match cell {
        Cell::TitleZh | Cell::SummaryZh => Some(Language::Zh),
        Cell::TitleBo | Cell::SummaryBo => Some(Language::Bo),
        Cell::TitleEn | Cell::SummaryEn => Some(Language::En),
        _ => None,
    }
}

fn name_of(cell: Cell, lang: Lang) -> String {
    let own = language_of(cell).map(|language| Lang::from(language).own_name()).unwrap_or_default();
    match cell {
        Cell::TitleZh | Cell::TitleBo | Cell::TitleEn => format!("{} {own}", m::studio_field_title(lang)),
        Cell::SummaryZh | Cell::SummaryBo | Cell::SummaryEn => format!("{} {own}", m::studio_field_summary(lang)),
        Cell::Author => m::sheet_author(lang).to_owned(),
        Cell::Institution => m::sheet_institution(lang).to_owned(),
        Cell::License => m::sheet_license(lang).to_owned(),
        Cell::Source => m::sheet_source(lang).to_owned(),
        Cell::Aspects => m::sheet_aspects(lang).to_owned(),
        Cell::Audiences => m::sheet_audiences(lang).to_owned(),
        Cell::ReviewBy => m::kept_review_by(lang).to_owned(),
    }
}
