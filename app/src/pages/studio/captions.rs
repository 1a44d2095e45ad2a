//! Is what it says what was said, and when? The captions of one language, mended beside the video.

use content::Result;
use content::ids::{Language, ResourceId};
use content::media::captions::write::{Cue, Script, time};
use content::media::{self, Resource, captions};
use leptos::prelude::*;

use crate::messages as m;
use crate::parts::area::Area;
use crate::parts::breadcrumb::{Crumb, breadcrumb};
use crate::parts::button::{submit, submit_quiet};
use crate::parts::field::{Field, problem_of_form};
use crate::parts::once::once;
use crate::parts::said::plain;
use crate::view::{Form, Page, Programs, Viewer, rows};
use crate::wire::Lang;

/// Empty rows at the end, for whoever adds lines without scripts.
const SPARE: usize = 3;

/// What is typed of a cue.
const TYPED: [&str; 3] = ["from", "to", "text"];

/// One cue as it stands in the form.
#[derive(Default)]
struct Row {
    from: String,
    to: String,
    text: String,
    settings: String,
    before: String,
    /// It came back because of its times.
    is_wrong: bool,
}

/// # Errors
/// `NotSignedIn`, `Forbidden`, `NotFound`.
pub async fn captions(viewer: &Viewer, id: &ResourceId, language: &str, form: &Form) -> Result<Page> {
    let (actor, lang) = (super::keeper(viewer)?, viewer.lang);
    let resource = media::load_for_editing(&viewer.library, actor, id).await?;
    let language = captions::language(language)?;
    let captions = captions::load_captions(&viewer.library, id, language).await?;
    let own = Lang::from(language);
    let title = m::captions_edit_title(lang, own.own_name());
    let is_back = !rows(&form.values, &TYPED).is_empty();
    let rows = if is_back { typed(form) } else { kept(&Script::parse(&captions.body)) };
    let here = format!("/studio/resources/{id}");
    let up = Crumb::new(format!("{here}#captions"), plain(&resource.title, lang));
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer), up])}
        <h1>{title.clone()}</h1>
        {captions.is_automatic().then(|| view! { <p class="notice">{m::captions_is_automatic(lang)}</p> })}
        <p class="lead">{m::captions_edit_lead(lang)}</p>
        <div class="beside">
            <div class="beside-video">
                {video(&resource, language)}
                {keys(lang)}
            </div>
            <div class="beside-rows">
                {problem_of_form(form)}
                <form id="cues" class="cues" method="post" action=format!("{here}/captions/{language}")>
                    <ol>{lines(&rows, own, lang)}</ol>
                    <p class="actions bar-below">{submit(m::captions_save(lang))}</p>
                </form>
                {shift(&format!("{here}/captions/{language}/shift"), lang, form)}
            </div>
        </div>
    };
    let programs = Programs { captions: true, ..Programs::default() };
    Ok(Page { programs, ..Page::new(title, body) })
}

fn video(resource: &Resource, language: Language) -> Option<AnyView> {
    let source = resource.progressive_address()?;
    let track = format!("/media/{}/captions/{language}.vtt", resource.id);
    let view = view! {
        <video id="video" controls preload="metadata" playsinline poster=resource.poster_address()
            width=resource.width height=resource.height>
            <source src=source type="video/mp4" />
            <track kind="captions" srclang=language.as_str() src=track default />
        </video>
    };
    Some(view.into_any())
}

fn keys(lang: Lang) -> AnyView {
    let keys = [
        ("Alt K", m::captions_key_play(lang)),
        ("Alt J", m::captions_key_back(lang)),
        ("Alt L", m::captions_key_on(lang)),
        ("Alt I", m::captions_key_from(lang)),
        ("Alt O", m::captions_key_to(lang)),
        ("Alt Enter", m::captions_key_new(lang)),
    ];
    let keys = keys.map(|(key, does)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div> });
    view! {
        <details class="fold keys" id="keys" hidden>
            <summary>{m::captions_keys(lang)}</summary>
            <dl>{keys.to_vec()}</dl>
        </details>
    }
    .into_any()
}

fn kept(script: &Script) -> Vec<Row> {
    let row = |cue: &Cue| Row {
        from: time(cue.from_ms),
        to: time(cue.to_ms),
        text: cue.text.clone(),
        settings: cue.settings.clone(),
        before: cue.before.clone(),
        is_wrong: false,
    };
    script.cues.iter().map(row).collect()
}

/// As it was sent, with what was wrong marked.
fn typed(form: &Form) -> Vec<Row> {
    let of = |name: &str, row: u32| form.value(&format!("{name}_{row}"));
    let rows = rows(&form.values, &TYPED).into_iter().map(|row| Row {
        is_wrong: Cue::typed(&of("from", row), &of("to", row), &of("text", row)).is_err(),
        from: of("from", row),
        to: of("to", row),
        text: of("text", row),
        settings: of("settings", row),
        before: of("before", row),
    });
    rows.filter(|row| [&row.from, &row.to, &row.text].iter().any(|typed| !typed.trim().is_empty())).collect()
}

fn lines(rows: &[Row], own: Lang, lang: Lang) -> AnyView {
    let spares: [Row; SPARE] = Default::default();
    let rows = rows.iter().chain(&spares).enumerate().map(|(index, row)| line(index, row, own, lang));
    rows.collect_view().into_any()
}

fn line(index: usize, row: &Row, own: Lang, lang: Lang) -> AnyView {
    let number = index + 1;
    let name = if row.text.is_empty() { m::captions_new_row(lang).to_owned() } else { m::captions_row(lang, number) };
    let label = |what: &str| format!("{name}: {what}");
    let hidden = |name: &str, value: &str| {
        let name = format!("{name}_{index}");
        (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value.to_owned() /> })
    };
    let invalid = row.is_wrong.then_some("true");
    let words = Area {
        name: format!("text_{index}"),
        text: row.text.clone(),
        rows: 2,
        class: Some("input"),
        lang: Some(own.tag()),
        label: Some(label(m::captions_words(lang))),
        ..Area::default()
    };
    view! {
        <li class="cue">
            <div class="cue-times">
            <input class="input" name=format!("from_{index}") value=row.from.clone() aria-label=label(m::captions_from(lang))
                aria-invalid=invalid inputmode="decimal" autocomplete="off" />
            <input class="input" name=format!("to_{index}") value=row.to.clone() aria-label=label(m::captions_to(lang))
                aria-invalid=invalid inputmode="decimal" autocomplete="off" />
            </div>
            {words.show()}
            {hidden("settings", &row.settings)}
            {hidden("before", &row.before)}
            {row.is_wrong.then(|| view! { <p class="field-problem">{m::captions_row_wrong(lang)}</p> })}
        </li>
    }
    .into_any()
}

fn shift(action: &str, lang: Lang, form: &Form) -> AnyView {
    let by = Field::new(form, "shift", m::captions_shift(lang)).hint(m::captions_shift_hint(lang));
    let from = Field::new(form, "shift_from", m::captions_shift_from(lang)).hint(m::captions_shift_from_hint(lang));
    let is_open = form.values.contains_key("shift");
    view! {
        <details class="fold panel" open=is_open>
            <summary>{m::captions_shift_title(lang)}</summary>
            <form class="form" method="post" action=action.to_owned()>
                {once()}
                {by.required().autocomplete("off").input()}
                {from.autocomplete("off").input()}
                <p class="actions">{submit_quiet(m::captions_shift_do(lang))}</p>
            </form>
        </details>
    }
    .into_any()
}
