//! How far has this upload come? The four named stages, alive on the page while the server works.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::calls::stage_of;
use crate::messages as m;
use crate::wire::{Lang, StageNow};

/// The stages in order, as `StageNow::stage` names them.
const ORDER: [&str; 4] = ["received", "checked", "transcoding", "ready"];
const PAUSE: Duration = Duration::from_secs(2);
/// A tab that nobody looks at asks seldom.
const PAUSE_HIDDEN: Duration = Duration::from_secs(20);

/// Asks every two seconds until the end, then shows the page anew with what has been made.
/// `is_read` tells courseware from a video; `reached` counts the stages that are surely behind it, for a failure to stand at the right place.
#[island]
pub fn Stages(lang: Lang, resource: String, is_read: bool, reached: usize, now: StageNow) -> impl IntoView {
    let now = RwSignal::new(now);
    let reached = RwSignal::new(reached);
    let link_lost = RwSignal::new(false);
    Effect::new(move |_| ask_later(Asking { resource: resource.clone(), reached, now, link_lost }));
    // What is read is not checked first: its pages are made at once.
    let names = ORDER.into_iter().filter(|name| !is_read || *name != "checked");
    let items = names.map(|name| item(lang, (name, is_read), reached, now)).collect_view();
    view! {
        <ol class="stages">{items}</ol>
        <p class=move || if now.read().cause.is_some() { "stages-words bad" } else { "stages-words" } role="status">{move || words(lang, &now.read(), link_lost.get())}</p>
    }
}

fn item(
    lang: Lang,
    (name, is_read): (&'static str, bool),
    reached: RwSignal<usize>,
    now: RwSignal<StageNow>,
) -> AnyView {
    let standing = move || standing(name, reached.get(), &now.read());
    view! {
        <li
            class=move || format!("stage stage-{}", standing())
            aria-current=move || (standing() == "current").then_some("step")
        >
            <span class="stage-name">{step_name(lang, name, is_read)}</span>
            <span class="stage-note">{move || note(lang, standing(), &now.read())}</span>
            <progress class="bar" max="100" hidden=move || standing() != "current" || now.read().percent <= 0.0
                aria-label=step_name(lang, name, is_read) value=move || percent(&now.read())></progress>
        </li>
    }
    .into_any()
}

/// `done`, `current`, `failed` or `ahead`.
fn standing(name: &str, reached: usize, now: &StageNow) -> &'static str {
    let place = place(name).unwrap_or_default();
    match self::place(&now.stage) {
        Some(3) => "done",
        Some(at) if place <= at && place < 2 => "done",
        Some(at) if place == (at + 1).min(2) => "current",
        None if place < reached => "done",
        None if place == reached => "failed",
        _ => "ahead",
    }
}

fn place(name: &str) -> Option<usize> {
    ORDER.iter().position(|each| *each == name)
}

fn step_name(lang: Lang, name: &str, is_read: bool) -> &'static str {
    match name {
        "transcoding" if is_read => m::step_pages(lang),
        "received" => m::step_received(lang),
        "checked" => m::step_checked(lang),
        "transcoding" => m::step_transcoding(lang),
        _ => m::step_ready(lang),
    }
}

fn note(lang: Lang, standing: &str, now: &StageNow) -> String {
    match standing {
        "done" => m::stage_note_done(lang).to_owned(),
        "failed" => m::stage_note_failed(lang).to_owned(),
        "current" if now.percent > 0.0 => format!("{} %", percent(now)),
        "current" if now.stage == "transcoding" => m::stage_note_running(lang).to_owned(),
        "current" => m::stage_note_next(lang).to_owned(),
        _ => String::new(),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "0 to 100")]
fn percent(now: &StageNow) -> i32 {
    now.percent as i32
}

fn words(lang: Lang, now: &StageNow, link_lost: bool) -> String {
    match (&now.cause, now.stage.as_str()) {
        _ if link_lost => m::stages_link_lost(lang).to_owned(),
        (Some(cause), "failed") => (*cause).clone(),
        (Some(cause), _) => m::stages_trying_again(lang, cause),
        (None, "ready") => m::stages_ready(lang).to_owned(),
        (None, _) => m::stages_working(lang).to_owned(),
    }
}

#[derive(Clone)]
struct Asking {
    resource: String,
    reached: RwSignal<usize>,
    now: RwSignal<StageNow>,
    link_lost: RwSignal<bool>,
}

fn has_ended(now: &StageNow) -> bool {
    now.stage == "ready" || now.stage == "failed"
}

fn ask_later(asking: Asking) {
    if has_ended(&asking.now.read_untracked()) {
        return;
    }
    let pause = if document().hidden() { PAUSE_HIDDEN } else { PAUSE };
    set_timeout(move || spawn_local(ask(asking)), pause);
}

async fn ask(asking: Asking) {
    let answer = stage_of(asking.resource.clone()).await;
    asking.link_lost.set(answer.is_err());
    if let Ok(next) = answer {
        if let Some(place) = place(&next.stage) {
            asking.reached.set((place + 1).min(2));
        }
        let ended = has_ended(&next);
        if next != *asking.now.read_untracked() {
            asking.now.set(next);
        }
        if ended && !somebody_is_typing() {
            let _ = window().location().reload();
        }
    }
    ask_later(asking);
}

/// A page that reloads under her hands would take her words with it.
fn somebody_is_typing() -> bool {
    document().active_element().is_some_and(|element| {
        matches!(element.tag_name().to_ascii_lowercase().as_str(), "input" | "textarea" | "select")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stage_stands_where_the_server_says() {
        let check = |stage: &str, reached, expected: [&str; 4]| {
            let now = StageNow { stage: stage.into(), percent: 0.0, cause: None };
            assert_eq!(ORDER.map(|name| standing(name, reached, &now)), expected, "{stage}");
        };
        check("received", 1, ["done", "current", "ahead", "ahead"]);
        check("checked", 2, ["done", "done", "current", "ahead"]);
        check("transcoding", 2, ["done", "done", "current", "ahead"]);
        check("ready", 4, ["done", "done", "done", "done"]);
        check("failed", 1, ["done", "failed", "ahead", "ahead"]);
        check("failed", 2, ["done", "done", "failed", "ahead"]);
    }
}
