//! Is it really meant? A button whose action asks first, where scripts run; without them it acts at once.

use leptos::prelude::*;

use super::button;
use crate::messages as m;
use crate::wire::Lang;

/// What is asked before something is taken away.
pub struct Question {
    pub title: String,
    /// What will happen, and what stays.
    pub text: String,
    /// The button that does it, on the page and in the dialog.
    pub label: String,
}

/// A form that posts to `action`, and the dialog that stands before it.
pub fn asked_first(action: &str, question: Question, lang: Lang) -> AnyView {
    let id = id_of(action);
    view! {
        <form method="post" action=action.to_owned() data-confirm=id.clone()>{button::submit_danger(question.label.clone())}</form>
        {dialog(&id, action, question, lang)}
    }
    .into_any()
}

fn dialog(id: &str, action: &str, question: Question, lang: Lang) -> AnyView {
    let title_id = format!("{id}-title");
    view! {
        <dialog class="dialog" id=id.to_owned() aria-labelledby=title_id>
            <h2 id=format!("{id}-title")>{question.title}</h2>
            <p>{question.text}</p>
            <div class="actions">
                <form method="dialog">{button::submit_quiet(m::dialog_keep(lang))}</form>
                <form method="post" action=action.to_owned()>{button::submit_danger(question.label)}</form>
            </div>
        </dialog>
    }
    .into_any()
}

/// One action stands once on a page, so its address makes an id.
fn id_of(action: &str) -> String {
    let plain = |char: char| if char.is_ascii_alphanumeric() { char } else { '-' };
    format!("ask{}", action.chars().map(plain).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_names_its_dialog_and_works_without_it() {
        let question = Question { title: "Sure?".into(), text: "It stays.".into(), label: "Retire".into() };
        let html = asked_first("/studio/courses/a1/retire", question, Lang::En).to_html();
        assert!(html.contains(r#"data-confirm="ask-studio-courses-a1-retire""#), "{html}");
        assert!(html.contains(r#"id="ask-studio-courses-a1-retire""#), "{html}");
        assert_eq!(html.matches(r#"action="/studio/courses/a1/retire""#).count(), 2, "{html}");
    }
}
