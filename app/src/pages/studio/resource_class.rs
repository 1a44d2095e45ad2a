//! What was it taken for, and why? The class of a video, what was measured, and another choice.

use content::media::{Class, Progress, Resource, Seen};
use leptos::prelude::*;

use crate::messages as m;
use crate::parts::button::submit_quiet;
use crate::parts::field::Field;
use crate::parts::say;
use crate::view::{Form, Viewer};
use crate::wire::Lang;

/// `ends`: when its original will be deleted, where that is to be.
pub(super) fn section(
    viewer: &Viewer,
    progress: &Progress,
    seen: Option<Seen>,
    ends: Option<i64>,
    form: &Form,
) -> Option<AnyView> {
    let (lang, resource) = (viewer.lang, &progress.resource);
    let seen = seen?;
    let share = format!("{:.1}", seen.moving_mostly * 100.0);
    let said = m::class_seen(lang, seen.changes.to_string(), name(seen.class, lang), share);
    let chosen = resource.class_chosen.clone().unwrap_or_default();
    let choice = Field::new(form, "class", m::class_title(lang)).or_value(chosen).hint(m::class_why(lang));
    let denoise = if resource.denoise() { "1" } else { "" };
    let denoise =
        Field::new(form, "denoise", m::class_denoise(lang)).or_value(denoise).hint(m::class_denoise_hint(lang));
    let sounds = [("", m::class_denoise_no(lang)), ("1", m::class_denoise_yes(lang))];
    let sounds = sounds.map(|(sent, called)| (sent.to_owned(), called.to_owned())).to_vec();
    let view = view! {
        <section class="section">
            <h2>{m::class_title(lang)}</h2>
            <p>{said}</p>
            {original(resource, lang)}
            {ends.map(|at| view! { <p class="notice">{m::original_ends(lang, say::date(lang, at))}</p> })}
            {resource.original_dropped_at.is_none().then(|| view! {
                <form class="form" method="post" action=format!("/studio/resources/{}/encode", resource.id)>
                    {choice.choice(choices(lang))}
                    {denoise.choice(sounds)}
                    <p class="actions">{submit_quiet(m::class_encode(lang))}</p>
                </form>
            })}
        </section>
    };
    Some(view.into_any())
}

/// Where its original is, when it is not where it was.
fn original(resource: &Resource, lang: Lang) -> Option<AnyView> {
    let told = match resource.original_dropped_at {
        Some(at) => m::original_dropped(lang, say::date(lang, at)),
        None if resource.original.starts_with("archive/") => m::original_moved(lang).to_owned(),
        None => return None,
    };
    Some(view! { <p class="soft">{told}</p> }.into_any())
}

/// What a video may be encoded as: what is sent, and how it is called.
pub(super) fn choices(lang: Lang) -> Vec<(String, String)> {
    let kinds = Class::ALL.iter().map(|class| (class.as_str().to_owned(), name(*class, lang).to_owned()));
    [(String::new(), m::class_as_seen(lang).to_owned())].into_iter().chain(kinds).collect()
}

fn name(class: Class, lang: Lang) -> &'static str {
    match class {
        Class::Slides => m::class_slides(lang),
        Class::Mixed => m::class_mixed(lang),
        Class::Natural => m::class_natural(lang),
    }
}
