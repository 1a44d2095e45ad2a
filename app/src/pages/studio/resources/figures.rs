//! What do the files of each column take, what is used by nothing, and what is broken?

use content::holdings::figures::{Figures, Storage};
use leptos::prelude::*;

use super::HERE;
use crate::messages as m;
use crate::parts::chart::{Amount, amount_chart};
use crate::parts::said::said;
use crate::parts::say;
use crate::view::Viewer;
use crate::wire::Lang;

pub(super) fn section(viewer: &Viewer, figures: &Figures) -> AnyView {
    let (lang, totals) = (viewer.lang, &figures.totals);
    let unused = m::kept_figure_unused(lang, say::number(totals.unused));
    let broken = m::kept_figure_broken(lang, say::number(totals.broken));
    let all: i64 = figures.columns.iter().map(|column| column.originals + column.renditions).sum();
    view! {
        <p class="facts figures">
            <span><a href=format!("{HERE}?use=unused")>{unused}</a></span>
            <span><a href=format!("{HERE}?broken=1")>{broken}</a></span>
            <span>{m::kept_counted(lang, say::date_time(lang, figures.counted_at))}</span>
        </p>
        <details class="fold">
            <summary>{m::kept_storage(lang, say::bytes(all))}</summary>
            {amount_chart(m::kept_storage_caption(lang), amounts(lang, figures))}
        </details>
    }
    .into_any()
}

fn amounts(lang: Lang, figures: &Figures) -> Vec<Amount> {
    let totals = &figures.totals;
    let columns = figures.columns.iter().map(|column| {
        let name = view! { <a href=format!("{HERE}?column={}", column.slug)>{said(&column.title, lang)}</a> };
        amount(lang, name.into_any(), column)
    });
    let rest = (totals.unused_originals + totals.unused_renditions > 0).then(|| {
        let rest = Storage {
            slug: String::new(),
            title: content::texts::Texts::default(),
            files: totals.unused,
            originals: totals.unused_originals,
            renditions: totals.unused_renditions,
        };
        amount(lang, m::kept_no_column(lang).into_any(), &rest)
    });
    columns.chain(rest).collect()
}

fn amount(lang: Lang, name: AnyView, storage: &Storage) -> Amount {
    let parts = m::kept_storage_of(lang, say::bytes(storage.originals), say::bytes(storage.renditions));
    let name = view! { {name}<span class="under">{parts}</span> }.into_any();
    let whole = storage.originals + storage.renditions;
    Amount { name, amount: whole, said: say::bytes(whole) }
}
