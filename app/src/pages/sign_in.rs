//! Who are you? The form for account and password.

use leptos::prelude::*;

use crate::messages as m;
use crate::parts::field::{Field, alert};
use crate::parts::{button, top_bar};
use crate::view::{Form, Page, Viewer};

/// `next` is the page to come back to; the server decides whether it may be one.
pub async fn sign_in(viewer: &Viewer, form: &Form, next: &str) -> content::Result<Page> {
    let lang = viewer.lang;
    let login = Field::new(form, "login", m::sign_in_login(lang)).required().max_chars(60).autocomplete("username");
    let password = Field::new(form, "password", m::sign_in_password(lang))
        .kind("password")
        .required()
        .max_chars(200)
        .autocomplete("current-password");
    let body = view! {
        <div class="welcome">
            <h1>{m::sign_in_title(lang)}</h1>
            <p class="lead">{m::sign_in_lead(lang)}</p>
            {viewer.kept.is_some().then(|| view! { <p class="notice" role="alert">{m::sign_in_kept(lang)}</p> })}
            {problem(form)}
            <form id=top_bar::SIGN_IN method="post" action="/sign-in">
                <input type="hidden" name="next" value=next.to_owned() />
                {viewer.kept.as_ref().map(top_bar::kept)}
                {login.input()}
                {password.input()}
                {button::submit(m::sign_in_button(lang))}
            </form>
            <p class="soft">{m::sign_in_help(lang)}</p>
        </div>
    };
    Ok(Page::new(m::sign_in_title(lang), body))
}

/// The page of a form that a sign-in has carried along.
pub fn back_again(viewer: &Viewer, page: Page) -> Page {
    let body = view! { <p class="notice good" role="status">{m::form_kept(viewer.lang)}</p>{page.body} };
    Page { body: body.into_any(), ..page }
}

/// What is not about one of the two fields, such as too many attempts.
fn problem(form: &Form) -> Option<AnyView> {
    let problem = form.problem.as_ref()?;
    let is_shown = problem.field.as_deref().is_some_and(|field| field == "login" || field == "password");
    (!is_shown).then(|| alert(problem.message.clone()))
}
