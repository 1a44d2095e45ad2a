//! What happens when a form about many resources is sent? Picks, saved views, deeds to all that is picked, and the sheet.

use app::pages::studio::resources::{self as p, Asked, Typed, pairs_of, values_of};
use app::parts::toast::Done;
use app::view::{Form, Viewer};
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Redirect, Response};
use content::holdings::sheet::{Cell, LINES, Line};
use content::holdings::{selection, views};
use content::ids::{ResourceId, ViewId};

use super::again::go_on;
use super::amount::Sent;
use super::{local, value};
use crate::failure::Answer;
use crate::pages::framed;
use crate::session::Asking;

type Many = Vec<(String, String)>;

const TABLE: &str = "/studio/resources";
/// No page of the table shows more.
const MOST_SHOWN: usize = 200;
/// More characters than a cell may have are cut where they are pasted: a sheet comes back with what was typed.
const LONGEST_CELL: usize = 4000;

pub(crate) async fn table(Asking(viewer): Asking, Query(asked): Query<Many>) -> Answer<Html<String>> {
    let asked = Asked::read(&values_of(&asked));
    Ok(framed(&viewer, p::resources(&viewer, &asked, &Form::default()).await?))
}

/// Keeps the picks of the page that was shown, then goes on to where the pressed button leads. A script that keeps one
/// pick at once is told how many there are.
pub(crate) async fn pick(Asking(viewer): Asking, headers: HeaderMap, Sent(sent): Sent<Many>) -> Answer<Response> {
    let actor = viewer.actor()?;
    let ids = |name: &'static str| pairs_of(&sent, name).take(MOST_SHOWN).map(ResourceId::from).collect::<Vec<_>>();
    let values = values_of(&sent);
    selection::pick(&viewer.library, actor, &ids("shown"), &ids("pick")).await?;
    if headers.contains_key("x-menpa-script") {
        let count = selection::count_picked(&viewer.library, actor).await?;
        return Ok(count.to_string().into_response());
    }
    let asked = asked_in(value(&values, "query"));
    let next = match value(&values, "go") {
        "next" => local(value(&values, "next")).to_owned(),
        "first" => asked.first(),
        "selection" => format!("{TABLE}/selection"),
        "sheet" => {
            let here = local(value(&values, "here"));
            here.replacen(TABLE, &format!("{TABLE}/sheet"), 1)
        }
        "all" => pick_all(&viewer, &asked).await?,
        "none" => {
            selection::let_go(&viewer.library, actor).await?;
            Done::PicksLetGo.on(or_table(&values))
        }
        _ => Done::PicksKept.on(or_table(&values)),
    };
    Ok(Redirect::to(&next).into_response())
}

/// The page of the table that the form stood on, or its first.
fn or_table(values: &super::Values) -> &str {
    let here = local(value(values, "here"));
    if here.starts_with(TABLE) { here } else { TABLE }
}

async fn pick_all(viewer: &Viewer, asked: &Asked) -> content::Result<String> {
    let picked = selection::pick_all(&viewer.library, viewer.actor()?, &asked.filter).await?;
    let done = if picked.has_more { Done::PickedMost } else { Done::PickedAll };
    Ok(done.on(&asked.first()))
}

/// What a query of the table asks for; whatever else stands in it is left out.
fn asked_in(query: &str) -> Asked {
    Asked::read(&serde_urlencoded::from_str(query).unwrap_or_default())
}

pub(crate) async fn save_view(Asking(viewer): Asking, Sent(sent): Sent<Many>) -> Answer<Response> {
    let values = values_of(&sent);
    let asked = asked_in(value(&values, "query"));
    let done = async {
        views::save_view(&viewer.library, viewer.actor()?, value(&values, "name"), &asked.query()).await?;
        Ok(Done::ViewSaved.on(&asked.first()))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn remove_view(Asking(viewer): Asking, Path(id): Path<ViewId>) -> Answer<Redirect> {
    views::remove_view(&viewer.library, viewer.actor()?, &id).await?;
    Ok(Redirect::to(&Done::ViewRemoved.on(TABLE)))
}

pub(crate) async fn picked(Asking(viewer): Asking) -> Answer<Html<String>> {
    Ok(framed(&viewer, p::bulk(&viewer, &Form::default()).await?))
}

/// What a deed would do. What makes no deed leads back to the forms, with the reason.
pub(crate) async fn preview(Asking(viewer): Asking, Query(asked): Query<Many>) -> Answer<Response> {
    match p::preview(&viewer, &asked).await {
        Ok(page) => Ok(framed(&viewer, page).into_response()),
        Err(error) if super::is_mendable(&error) => {
            let values = super::kept::Returning::new(&viewer.here, values_of(&asked)).values;
            let (status, form) = super::again::refused(&viewer, values, &error);
            Ok((status, framed(&viewer, p::bulk(&viewer, &form).await?)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn act(Asking(viewer): Asking, Sent(sent): Sent<Many>) -> Answer<Html<String>> {
    // The page stands where only forms go: another language leads back to what is picked.
    let viewer = Viewer { here: format!("{TABLE}/selection"), ..viewer };
    Ok(framed(&viewer, p::done(&viewer, &sent).await?))
}

pub(crate) async fn sheet(Asking(viewer): Asking, Query(asked): Query<Many>) -> Answer<Html<String>> {
    let asked = Asked::read(&values_of(&asked));
    Ok(framed(&viewer, p::sheet(&viewer, &asked, None).await?))
}

pub(crate) async fn save_sheet(Asking(viewer): Asking, Sent(values): super::Fields) -> Answer<Response> {
    let mut lines = typed_lines(&values);
    paste(&mut lines, &values);
    // Pasting changes cells that have not been looked at: they are shown first.
    let is_done = value(&values, "step") == "save" && value(&values, "pasted").is_empty();
    match p::sheet(&viewer, &Asked::default(), Some(Typed { lines, is_done })).await {
        Ok(page) => Ok(framed(&viewer, page).into_response()),
        Err(error) => go_on(viewer, Err(error), values).await,
    }
}

/// The sheet in a form as it was sent.
pub(super) fn typed_lines(values: &super::Values) -> Vec<Line> {
    let line = |row: u32| {
        let id = value(values, &format!("id_{row}"));
        let cell = |cell: &Cell| value(values, &format!("c_{row}_{cell}")).replace("\r\n", "\n");
        let filename = value(values, &format!("file_{row}")).to_owned();
        (!id.is_empty()).then(|| Line { id: id.into(), filename, cells: Cell::ALL.iter().map(cell).collect() })
    };
    app::view::rows(values, &["id"]).into_iter().filter_map(line).take(LINES).collect()
}

/// Fills cells to the right and below from pasted text, as the script does in a cell.
fn paste(lines: &mut [Line], values: &super::Values) {
    let first = value(values, "from_row").parse::<usize>().unwrap_or(1).saturating_sub(1);
    let left = Cell::parse(value(values, "from_cell")).map_or(0, |cell| cell as usize);
    let pasted = value(values, "pasted").replace("\r\n", "\n");
    for (line, row) in lines.iter_mut().skip(first).zip(cells_of(&pasted)) {
        for (cell, text) in line.cells.iter_mut().skip(left).zip(row) {
            *cell = text.chars().take(LONGEST_CELL).collect();
        }
    }
}

/// Rows of cells as table programs copy them: a tab between cells; a cell with a line end stands in quotes.
fn cells_of(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut is_quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '"' if is_quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            '"' if cell.is_empty() => is_quoted = true,
            '\t' if !is_quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_text_is_cut_as_a_table_program_copied_it() {
        let cases: [(&str, &[&[&str]]); 5] = [
            ("a\tb\nc\t\n", &[&["a", "b"], &["c", ""]]),
            ("\"two\nlines\"\t\"say \"\"so\"\"\"", &[&["two\nlines", "say \"so\""]]),
            ("5\" cuff\tx", &[&["5\" cuff", "x"]]),
            ("", &[]),
            ("\"never closed\tx\n", &[&["never closed\tx\n"]]),
        ];
        for (text, expected) in cases {
            assert_eq!(cells_of(text), expected, "{text:?}");
        }
    }
}
