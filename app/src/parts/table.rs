//! How are rows shown? A table that becomes a list of cards on a narrow screen.

use leptos::prelude::*;

/// A column's heading.
#[derive(Debug, Clone)]
pub struct Head {
    label: String,
    is_number: bool,
}

impl Head {
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), is_number: false }
    }

    /// A column of numbers, set flush right.
    pub fn number(label: impl Into<String>) -> Self {
        Self { label: label.into(), is_number: true }
    }
}

/// A table with a caption; the first cell of each row names the row.
pub fn table(caption: impl Into<String>, heads: &[Head], rows: Vec<Vec<AnyView>>) -> AnyView {
    let names = heads.iter().map(|head| {
        view! { <th scope="col" class=number_class(head.is_number)>{head.label.clone()}</th> }
    });
    let names = names.collect_view();
    let rows = rows.into_iter().map(|cells| row(heads, cells)).collect_view();
    view! {
        <table class="table">
            <caption>{caption.into()}</caption>
            <thead><tr>{names}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// Explicit roles keep it a table for screen readers when the style sheet shows cards.
fn row(heads: &[Head], cells: Vec<AnyView>) -> AnyView {
    let cells = cells.into_iter().zip(heads).enumerate().map(|(index, (cell, head))| {
        let class = number_class(head.is_number);
        match index {
            0 => view! { <th scope="row" class=class>{cell}</th> }.into_any(),
            _ => view! { <td role="cell" class=class data-label=head.label.clone()>{cell}</td> }.into_any(),
        }
    });
    view! { <tr role="row">{cells.collect_view()}</tr> }.into_any()
}

fn number_class(is_number: bool) -> Option<&'static str> {
    is_number.then_some("number")
}
