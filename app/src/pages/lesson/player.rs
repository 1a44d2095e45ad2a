//! What does the browser get to play? A plain video that needs no script, and the facts that the player reads.

use content::media::Rendition;
use content::people::DataUse;
use leptos::prelude::*;
use leptos::serde_json::{self, Value, json};

use super::Lecture;
use crate::messages as m;
use crate::parts::said::plain;
use crate::parts::say;
use crate::view::Viewer;
use crate::wire::Lang;

/// Who stopped this close to the end has seen it: it starts anew (as the player does).
const ALMOST_OVER_MS: i64 = 3000;

impl Lecture {
    /// # Errors
    /// `NotSignedIn`.
    pub(super) fn player(&self, viewer: &Viewer) -> content::Result<AnyView> {
        let resource = &self.file.resource;
        // What plays where Media Source does not: the sound's own file for whoever wants no more, else the whole.
        let is_sound = viewer.actor()?.data_use == DataUse::Sound;
        let sound = self.renditions.iter().filter(|each| is_sound && each.kind == "audio");
        let sound = sound.filter(|each| each.plays_everywhere()).find_map(Rendition::address);
        let hls = resource.hls().filter(|_| sound.is_none());
        let source = match sound {
            Some(address) => Some((address, "audio/mp4")),
            None => resource.progressive_address().map(|address| (address, "video/mp4")),
        };
        let source = source.map(|(address, kind)| view! { <source src=self.source_address(&address) type=kind /> });
        let download = resource.progressive_address().map(|address| {
            view! { <p>{m::lesson_no_video(self.lang)}" "<a href=address>{m::lesson_download(self.lang)}</a></p> }
        });
        let is_tall = resource.height > resource.width;
        let leads = self.leads_with_slides(viewer)?;
        let frame = match (leads, is_tall) {
            (true, _) => "player speech",
            (false, true) => "player tall",
            (false, false) => "player",
        };
        let without_scripts = format!(r#"<p class="notice">{}</p>"#, m::lesson_without_scripts(self.lang));
        let view = view! {
            {leads.then(|| self.leading_slides())}
            <div class=frame id="player" data-hls=hls>
                <video id="video" controls preload="none" playsinline webkit-playsinline="" x5-playsinline="" x5-video-player-type="h5-page"
                    poster=resource.poster_address().filter(|_| !leads) width=resource.width height=resource.height
                    aria-label=plain(&self.lesson.title, self.lang)>
                    {source}
                    {self.tracks()}
                    {download}
                </video>
            </div>
            <div class="states">
                <p id="receipt-state" role="status">{self.standing()}</p>
                <p id="play-state" role="status"></p>
                <noscript inner_html=without_scripts></noscript>
            </div>
            {self.controls()}
            <script type="application/json" id="lesson-state" inner_html=self.facts(viewer)?></script>
        };
        Ok(view.into_any())
    }

    /// Without scripts the browser itself begins where she left off (W3C Media Fragments).
    fn source_address(&self, address: &str) -> String {
        let is_over =
            self.file.resource.duration_ms.is_some_and(|length_ms| self.start_ms > length_ms - ALMOST_OVER_MS);
        match self.start_ms / 1000 {
            seconds if seconds > 0 && !is_over => format!("{address}#t={seconds}"),
            _ => address.to_owned(),
        }
    }

    fn tracks(&self) -> AnyView {
        let tracks = self.file.captions.iter().map(|captions| {
            let lang = Lang::from(captions.language);
            let address = format!("/media/{}/captions/{}.vtt", self.file.resource.id, lang.word());
            view! { <track kind="captions" srclang=lang.word() label=lang.own_name() src=address default=lang == self.lang /> }
        });
        tracks.collect_view().into_any()
    }

    /// What the server has acknowledged so far.
    pub(super) fn standing(&self) -> String {
        match (self.ledger.completed_at, self.ledger.completion_receipt) {
            (Some(_), Some(receipt)) => m::player_completed(self.lang, receipt),
            _ if self.ledger.watched_ms > 0 => m::player_recorded_before(self.lang, say::clock(self.ledger.watched_ms)),
            _ => String::new(),
        }
    }

    /// The JSON that the player reads; `<` is written so that no text can end the script.
    fn facts(&self, viewer: &Viewer) -> content::Result<String> {
        let (clocks, renditions) = self.renditions();
        let facts = json!({
            "lesson": self.key(),
            "person": viewer.actor()?.person,
            "now_ms": viewer.library.clock.now_ms(),
            "duration_ms": self.file.resource.duration_ms.unwrap_or_default(),
            "position_ms": self.start_ms,
            "intervals_ms": self.ledger.intervals.as_slice(),
            "watched_ms": self.ledger.watched_ms,
            "completed": self.ledger.completed_at.is_some(),
            "receipt": self.ledger.completion_receipt,
            "data_use": viewer.actor()?.data_use.as_str(),
            "threshold_percent": self.lesson.threshold_percent,
            "clocks": clocks,
            "renditions": renditions,
            "texts": texts(self.lang),
        });
        Ok(facts.to_string().replace('<', "\\u003c"))
    }

    /// When segments begin, in ms, written once for all renditions that share it; and each rendition with the lengths of
    /// its segments, which touch.
    fn renditions(&self) -> (Vec<Vec<i64>>, Vec<Value>) {
        let mut clocks: Vec<Vec<i64>> = Vec::new();
        let mut one = |rendition: &Rendition| {
            let address = rendition.address()?;
            // A picture is called by its lines, in every language alike.
            let sound = || m::studio_sound_only(self.lang).to_owned();
            let name = rendition.lines().map_or_else(sound, |lines| format!("{lines}p"));
            let segments: Vec<[i64; 4]> = serde_json::from_str(&rendition.segments).ok()?;
            let end = segments.last().map(|[start, lasts, ..]| start + lasts);
            let clock: Vec<i64> = segments.iter().map(|[start, ..]| *start).chain(end).collect();
            let place = clocks.iter().position(|known| *known == clock).unwrap_or_else(|| {
                clocks.push(clock);
                clocks.len() - 1
            });
            Some(json!({
                "name": name,
                "kind": rendition.kind,
                "codecs": rendition.codecs,
                "bits_per_second": rendition.bits_per_second,
                "size_bytes": rendition.size_bytes,
                "width": rendition.width,
                "height": rendition.height,
                "framerate": rendition.frames_per_second,
                "address": address,
                "init_bytes": rendition.init_bytes,
                "clock": place,
                "lengths": segments.iter().map(|[.., length]| *length).collect::<Vec<_>>(),
            }))
        };
        let renditions = self.renditions.iter().filter_map(&mut one).collect();
        (clocks, renditions)
    }
}

/// The player's words; it fills in what stands in braces.
pub(super) fn texts(lang: Lang) -> Value {
    json!({
        "unsent": m::player_unsent(lang, "{count}"),
        "recorded": m::player_recorded(lang, "{receipt}", "{watched}"),
        "completed": m::player_completed(lang, "{receipt}"),
        "refused": m::player_refused(lang, "{why}"),
        "stalled": m::player_stalled(lang, "{name}"),
        "lost": m::player_lost(lang),
        "playing": m::player_playing(lang, "{name}"),
        "signed_out": m::player_signed_out(lang),
    })
}
