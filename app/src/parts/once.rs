//! From which page was a form sent? A word in each form that makes something: sent twice from one page, it makes one thing.

use leptos::prelude::*;

/// The word of the page that is drawn under this owner.
#[derive(Debug, Clone)]
pub(crate) struct PageWord(pub(crate) String);

/// The same for a form that an island draws: it stands beside it, and is sent with the form of this id.
pub fn once_for(form: &'static str) -> Option<AnyView> {
    use_context::<PageWord>()
        .map(|word| view! { <input type="hidden" name="once" value=word.0 form=form /> }.into_any())
}

/// Stands in every form that makes something.
pub fn once() -> Option<AnyView> {
    use_context::<PageWord>().map(|word| view! { <input type="hidden" name="once" value=word.0 /> }.into_any())
}
