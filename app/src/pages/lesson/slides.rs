//! What is shown in it, as pictures? Slides for whoever plays the speech alone, to look back at, and to look closely at.

use content::media::Still;
use content::people::DataUse;
use leptos::prelude::*;

use super::Lecture;
use crate::messages as m;
use crate::parts::lesson_row::address;
use crate::parts::say;
use crate::view::Viewer;

impl Lecture {
    /// Whether the slides stand in for the picture: she plays the speech alone.
    ///
    /// # Errors
    /// `NotSignedIn`.
    pub(super) fn leads_with_slides(&self, viewer: &Viewer) -> content::Result<bool> {
        Ok(viewer.actor()?.data_use == DataUse::Sound && !self.file.stills.is_empty())
    }

    /// Bytes of all slides, as most browsers fetch them.
    pub(super) fn slides_bytes(&self) -> i64 {
        self.file.stills.iter().map(|still| still.avif_bytes).sum()
    }

    /// In place of the picture: the slide that is being spoken about. The others are hidden from the first moment, or
    /// browsers would fetch them all at once before the speech.
    pub(super) fn leading_slides(&self) -> AnyView {
        let now = self.file.stills.iter().rposition(|still| still.at_ms <= self.start_ms).unwrap_or(0);
        view! { <div class="slides leading"><ol class="timed">{self.items(Some(now))}</ol></div> }.into_any()
    }

    /// Below, to be opened: closed, no slide is fetched.
    pub(super) fn slides_to_open(&self) -> Option<AnyView> {
        let count = i64::try_from(self.file.stills.len()).unwrap_or_default();
        let title = m::slides_title(self.lang, say::number(count), say::bytes(self.slides_bytes()));
        let view = view! {
            <details class="transcript slides">
                <summary>{title}</summary>
                <p class="soft">{m::slides_hint(self.lang)}</p>
                <ol class="timed">{self.items(None)}</ol>
            </details>
        };
        (!self.file.stills.is_empty()).then(|| view.into_any())
    }

    fn items(&self, now: Option<usize>) -> AnyView {
        let items = self.file.stills.iter().enumerate();
        items.filter_map(|(place, still)| self.item(place, still, now == Some(place))).collect_view().into_any()
    }

    fn item(&self, place: usize, still: &Still, is_now: bool) -> Option<AnyView> {
        let lang = self.lang;
        let (avif, webp, fine) =
            (still.address(&still.avif)?, still.address(&still.webp)?, still.address(&still.fine)?);
        let time = say::clock(still.at_ms);
        // The first picture at or after the change: a second earlier would show the slide before it.
        let second = (still.at_ms + 999) / 1000;
        let href = format!("{}?t={second}", address(&self.lesson));
        let name = m::slides_one(lang, (place + 1).to_string());
        let item = view! {
            <li aria-current=is_now.then_some("true")>
                <a class="slide" href=fine.clone()>
                    <picture>
                        <source type="image/avif" srcset=avif />
                        <img src=webp width=still.width height=still.height loading="lazy" alt=name />
                    </picture>
                </a>
                <p class="facts">
                    <a href=href data-at=second aria-label=m::lesson_play_from(lang, &time)>{time.clone()}</a>
                    <a href=fine>{m::slides_fine(lang, say::bytes(still.fine_bytes))}</a>
                </p>
            </li>
        };
        Some(item.into_any())
    }
}
