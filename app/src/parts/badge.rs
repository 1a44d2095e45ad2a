//! How is a state shown at a glance? Always a word, never a color alone.

use leptos::prelude::*;

/// What a state means for the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Calm,
    Good,
    Busy,
    Bad,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Calm => "badge",
            Self::Good => "badge good",
            Self::Busy => "badge busy",
            Self::Bad => "badge bad",
        }
    }
}

pub fn badge(tone: Tone, text: impl Into<String>) -> AnyView {
    view! { <span class=tone.class()>{text.into()}</span> }.into_any()
}
