//! What does it cost to play, and which cost has she chosen? Said and chosen before a byte of the video is fetched.

use content::people::DataUse;
use leptos::prelude::*;

use super::Lecture;
use crate::messages as m;
use crate::parts::say;
use crate::view::Viewer;
use crate::wire::Lang;

/// One way to play: how it is called, and the bytes of the whole lesson that way.
struct Way {
    data_use: DataUse,
    bytes: i64,
    said: String,
}

impl Lecture {
    /// # Errors
    /// `NotSignedIn`.
    pub(super) fn cost(&self, viewer: &Viewer) -> content::Result<AnyView> {
        let (lang, chosen) = (self.lang, viewer.actor()?.data_use);
        let ways = self.ways();
        let current = ways.iter().find(|way| way.data_use == chosen).or(ways.first());
        let bytes = current.map_or_else(|| self.file.resource.progressive_bytes.unwrap_or_default(), |way| way.bytes);
        let buttons = ways.iter().map(|way| {
            let pressed = if way.data_use == chosen { "true" } else { "false" };
            view! {
                <button name="data_use" value=way.data_use.as_str() aria-pressed=pressed>
                    <span class="way-name">{name(way.data_use, !self.file.stills.is_empty(), lang)}</span>
                    <span class="way-cost">{way.said.clone()}</span>
                </button>
            }
        });
        let choice = (ways.len() > 1).then(|| {
            view! {
                <form class="ways-to-play" method="post" action="/data-use">
                    <input type="hidden" name="here" value=viewer.here.clone() />
                    <fieldset class="plain">
                        <legend>{m::lesson_data(lang)}</legend>
                        <div class="segments">{buttons.collect_view()}</div>
                    </fieldset>
                </form>
            }
        });
        let whole = (ways.len() < 2 && bytes > 0)
            .then(|| view! { <p class="facts"><span>{m::lesson_data_whole(lang, say::bytes(bytes))}</span></p> });
        let wait = view! {
            <p id="wait" class="soft" hidden data-bytes=bytes data-text=m::lesson_wait(lang, "{wait}")
                data-seconds=m::seconds(lang, "{count}") data-minutes=m::minutes(lang, "{count}")></p>
        };
        // Without scripts the whole file plays, whatever was chosen but the sound.
        let whole_bytes = self.file.resource.progressive_bytes.filter(|_| ways.len() > 1 && chosen != DataUse::Sound);
        let without_scripts = whole_bytes.map(|bytes| {
            let said = format!(r#"<p class="soft">{}</p>"#, m::lesson_data_whole(lang, say::bytes(bytes)));
            view! { <noscript inner_html=said></noscript> }
        });
        Ok(view! { {choice}{whole}{wait}{without_scripts} }.into_any())
    }

    /// Those that this video has, the dearest first. Short clips have a cheapest picture that is dearer than the whole
    /// file: what is said is what the renditions weigh.
    fn ways(&self) -> Vec<Way> {
        let of = |kind: &'static str| {
            self.renditions.iter().filter(move |each| each.kind == kind).map(|each| each.size_bytes)
        };
        let (sound_low, sound_high) = (of("audio").min(), of("audio").max());
        let mut ways = Vec::new();
        if let (Some(low), Some(high)) = (of("video").min(), of("video").max()) {
            let high = high + sound_high.unwrap_or_default();
            let most = m::at_most(self.lang, say::bytes(high));
            ways.push(Way { data_use: DataUse::Auto, bytes: high, said: most });
            let low = low + sound_low.unwrap_or_default();
            ways.push(Way { data_use: DataUse::Low, bytes: low, said: say::about_bytes(self.lang, low) });
        }
        if let Some(sound) = sound_low {
            let bytes = sound + self.slides_bytes();
            ways.push(Way { data_use: DataUse::Sound, bytes, said: say::about_bytes(self.lang, bytes) });
        }
        ways
    }
}

/// How a way to play is called.
fn name(data_use: DataUse, has_slides: bool, lang: Lang) -> &'static str {
    match data_use {
        DataUse::Auto => m::data_use_auto(lang),
        DataUse::Low => m::data_use_low(lang),
        DataUse::Sound if has_slides => m::data_use_slides(lang),
        DataUse::Sound => m::data_use_sound(lang),
    }
}
