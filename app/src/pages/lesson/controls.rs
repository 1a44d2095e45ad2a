//! How fast does it play, and which keys steer it? What scripts bring to life stays hidden without them.

use leptos::prelude::*;

use super::Lecture;
use crate::messages as m;
use crate::wire::Lang;

/// What is offered; the clock rule credits nothing faster.
const SPEEDS: [&str; 6] = ["0.5", "0.75", "1", "1.25", "1.5", "2"];

impl Lecture {
    pub(super) fn controls(&self) -> AnyView {
        let speeds = SPEEDS.iter().map(|&speed| {
            let is_usual = speed == "1";
            view! { <option value=speed selected=is_usual>{format!("{speed} ×")}</option> }
        });
        let view = view! {
            <div class="controls">
                <label class="speed" hidden>
                    <span>{m::lesson_speed(self.lang)}</span>
                    <select id="speed" class="input">{speeds.collect_view()}</select>
                </label>
                {keys(self.lang)}
            </div>
        };
        view.into_any()
    }
}

/// Each key alone, what it does, and how to be rid of them: who dictates, or presses keys by mistake, must not steer the
/// video (WCAG 2.1.4).
fn keys(lang: Lang) -> AnyView {
    let keys = [
        ("K", m::lesson_key_play(lang).to_owned()),
        (m::lesson_key_space(lang), m::lesson_key_play(lang).to_owned()),
        ("J", m::lesson_key_back(lang, 10)),
        ("L", m::lesson_key_on(lang, 10)),
        ("←", m::lesson_key_back(lang, 5)),
        ("→", m::lesson_key_on(lang, 5)),
        ("<", m::lesson_key_slower(lang).to_owned()),
        (">", m::lesson_key_faster(lang).to_owned()),
        ("M", m::lesson_key_mute(lang).to_owned()),
        ("F", m::lesson_key_full(lang).to_owned()),
        ("C", m::lesson_key_captions(lang).to_owned()),
    ];
    let keys = keys.into_iter().map(|(key, does)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div> });
    let view = view! {
        <details class="fold keys" id="lesson-keys" hidden>
            <summary>{m::lesson_keys(lang)}</summary>
            <label class="check"><input type="checkbox" checked />{m::lesson_keys_on(lang)}</label>
            <dl>{keys.collect_view()}</dl>
        </details>
    };
    view.into_any()
}
