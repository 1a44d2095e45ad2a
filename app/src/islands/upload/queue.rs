//! How do many files leave this device? A list with the state of each, while the upload program sends two at a time.

use leptos::prelude::*;
use leptos::web_sys::HtmlInputElement;

use super::super::figures;
use super::{Doing, State, tus};
use crate::messages as m;
use crate::wire::Lang;

/// A file of the queue.
#[derive(Clone, PartialEq)]
pub(super) struct Row {
    name: String,
    size: i64,
    /// As the upload program says it.
    state: String,
    permille: i64,
    message: String,
}

/// The chosen files, all still waiting.
pub(super) fn rows_of(input: &HtmlInputElement) -> Vec<Row> {
    let row = |(name, size)| Row {
        name,
        size: super::whole(size),
        state: "waiting".to_owned(),
        permille: 0,
        message: String::new(),
    };
    tus::chosen(input).into_iter().map(row).collect()
}

pub(super) fn start(state: State, input: &HtmlInputElement) {
    state.queue.set(rows_of(input));
    state.doing.set(Doing::Queue);
    let item = move |index: f64, now: String, permille: f64, message: String| {
        state.queue.update(|rows| {
            let row = usize::try_from(super::whole(index)).ok().and_then(|index| rows.get_mut(index));
            if let Some(row) = row {
                row.permille = if permille < 0.0 { row.permille } else { super::whole(permille) };
                (row.state, row.message) = (now, message);
            }
        });
    };
    let done = move || state.doing.set(Doing::QueueDone);
    tus::queue(input, state.language.get_untracked().word(), Box::new(item), Box::new(done));
}

pub(super) fn show(state: State) -> AnyView {
    let lang = state.lang;
    let is_idle = move || !matches!(*state.doing.read(), Doing::Queue | Doing::QueueDone);
    let is_done = move || *state.doing.read() == Doing::QueueDone;
    view! {
        <div class="queue" hidden=is_idle>
            <p class="sending-words" role="status">{move || words(lang, &state.queue.read())}</p>
            <ul class="rows">{move || state.queue.read().iter().map(|row| line(lang, row)).collect_view()}</ul>
            <p class="field-hint" hidden=is_done>{m::upload_may_close(lang)}</p>
            <div class="actions">
                <button class="button danger" type="button" hidden=is_done on:click=move |_| super::cancel(state)>
                    {m::upload_cancel(lang)}
                </button>
                <a class="button" href="/studio/resources?mine=1" hidden=move || !is_done()>{m::queue_look(lang)}</a>
                <a class="button quiet" href="/studio/upload" hidden=move || !is_done()>{m::queue_more(lang)}</a>
            </div>
        </div>
    }
    .into_any()
}

fn words(lang: Lang, rows: &[Row]) -> String {
    let count = |state: &str| rows.iter().filter(|row| row.state == state).count();
    m::queue_words(lang, rows.len(), count("arrived"))
}

fn line(lang: Lang, row: &Row) -> AnyView {
    let said = match row.state.as_str() {
        "sending" => format!("{}%", row.permille / 10),
        "lost" if row.message.is_empty() => m::queue_lost(lang).to_owned(),
        "arrived" => m::queue_arrived(lang).to_owned(),
        "waiting" => m::queue_waiting(lang).to_owned(),
        "refused" if row.message.is_empty() => m::upload_failed(lang).to_owned(),
        _ => row.message.clone(),
    };
    let class = if row.state == "refused" { "row-body bad" } else { "row-body" };
    view! {
        <li class="row" data-state=row.state.clone()>
            <div class=class>
                <p class="queue-name">{row.name.clone()}</p>
                <p class="facts"><span>{figures::size(row.size)}</span><span>{said}</span></p>
                <progress class="bar" max="1000" value=row.permille aria-label=row.name.clone()></progress>
            </div>
        </li>
    }
    .into_any()
}
