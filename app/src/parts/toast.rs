//! What was just done? A few words after a form was sent, named in the address of the page that follows.

use leptos::prelude::*;

use super::address::value_of;
use crate::messages as m;
use crate::wire::Lang;

macro_rules! done {
    ($($name:ident = $word:literal => $said:path),+ $(,)?) => {
        /// What a form did.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Done { $($name),+ }

        impl Done {
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            fn word(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// What is said about it.
            pub fn said(self, lang: Lang) -> &'static str {
                match self { $(Self::$name => $said(lang)),+ }
            }
        }
    };
}

done! {
    ColumnAdded = "column" => m::done_column,
    CourseAdded = "course" => m::done_course,
    ModuleAdded = "module" => m::done_module,
    LessonAdded = "lesson" => m::done_lesson,
    HandoutAdded = "handout" => m::done_handout,
    Published = "published" => m::done_published,
    Retired = "retired" => m::done_retired,
    CaptionsSaved = "captions" => m::done_captions,
    CaptionsRemoved = "captions-removed" => m::done_captions_removed,
    PolicySet = "policy" => m::done_policy,
    EncodingAll = "encoding-all" => m::done_encoding_all,
    CaptionsAsked = "captions-asked" => m::done_captions_asked,
    Assigned = "assigned" => m::done_assigned,
    Revoked = "revoked" => m::done_revoked,
    PicksKept = "picks" => m::done_picks,
    PicksLetGo = "picks-let-go" => m::done_picks_let_go,
    PickedAll = "picked-all" => m::done_picked_all,
    PickedMost = "picked-most" => m::done_picked_most,
    ViewSaved = "view" => m::done_view,
    ViewRemoved = "view-removed" => m::done_view_removed,
    Saved = "saved" => m::done_saved,
    Revised = "revised" => m::done_revised,
    Proposed = "proposed" => m::done_proposed,
    Submitted = "submitted" => m::done_submitted,
    Scheduled = "scheduled" => m::done_scheduled,
    Withdrawn = "withdrawn" => m::done_withdrawn,
    Approved = "approved" => m::done_approved,
    SentBack = "sent-back" => m::done_sent_back,
    Said = "said" => m::done_said,
    LookedAt = "looked-at" => m::done_looked_at,
    Removed = "removed" => m::done_removed,
    Named = "named" => m::done_named,
    ChangeProposed = "change-proposed" => m::done_change_proposed,
    ApprovedInPart = "approved-in-part" => m::done_approved_in_part,
    Undone = "undone-import" => m::done_undone,
    UndoneInPart = "undone-in-part" => m::done_undone_in_part,
    UndoneProposed = "undone-proposed" => m::done_undone_proposed,
}

impl Done {
    /// `address` of the page that will say it.
    pub fn on(self, address: &str) -> String {
        let (path, place) = address.split_once('#').map_or((address, None), |(path, place)| (path, Some(place)));
        let joint = if path.contains('?') { '&' } else { '?' };
        let place = place.map(|place| format!("#{place}")).unwrap_or_default();
        format!("{path}{joint}done={}{place}", self.word())
    }

    /// What the address of a page says was done.
    fn of(here: &str) -> Option<Self> {
        let word = value_of(here, "done")?;
        Self::ALL.iter().copied().find(|done| done.word() == word)
    }
}

/// The words for the page at `here`, if something was just done.
pub fn toast(here: &str, lang: Lang) -> Option<AnyView> {
    Done::of(here).map(|done| show(done.said(lang)))
}

/// A toast with these words.
pub fn show(words: &'static str) -> AnyView {
    view! { <p class="toast" role="status">{words}</p> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_what_its_address_names_and_nothing_else() {
        for done in Done::ALL {
            assert_eq!(Done::of(&done.on("/studio?a=b")), Some(*done));
            assert_eq!(Done::of(&done.on("/studio")), Some(*done));
            assert!(done.on("/studio#here").ends_with("#here"));
            assert_eq!(Done::of(done.on("/studio#here").trim_end_matches("#here")), Some(*done));
        }
        for here in ["/studio", "/studio?done=", "/studio?done=<b>", "/studio?undone=course"] {
            assert!(toast(here, Lang::En).is_none(), "{here}");
        }
    }
}
