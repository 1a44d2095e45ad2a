//! How does a video get in? The upload island over a plain form, and what is still unfinished.

use content::media::uploads;
use leptos::prelude::*;
use leptos::serde_json::json;

use crate::islands::upload::Upload;
use crate::messages as m;
use crate::parts::breadcrumb::breadcrumb;
use crate::parts::once::once_for;
use crate::parts::said::said;
use crate::parts::say;
use crate::view::{Form, Page, Programs, Viewer};
use crate::wire::Lang;

/// # Errors
/// `NotSignedIn`, `Forbidden`.
pub async fn upload(viewer: &Viewer, form: &Form) -> content::Result<Page> {
    let actor = super::keeper(viewer)?;
    let lang = viewer.lang;
    let unfinished = uploads::list_unfinished(&viewer.library, actor).await?;
    let language = Lang::parse(&form.value("language")).unwrap_or(lang);
    let problem = form.problem.as_ref().map(|problem| problem.message.clone());
    let without_scripts = format!(r#"<p class="notice">{}</p>"#, m::upload_without_scripts(lang));
    let body = view! {
        {breadcrumb(lang, vec![super::top(viewer)])}
        <h1>{m::upload_heading(lang)}</h1>
        <p class="lead">{m::upload_lead(lang)}</p>
        {(!unfinished.is_empty()).then(|| continue_these(viewer, &unfinished))}
        <div class="notice" id="queue-left" hidden><p>{m::queue_left(lang)}</p><ul></ul></div>
        {known(&unfinished)}
        <noscript inner_html=without_scripts></noscript>
        <div class="panel">
            {once_for("upload-form")}
            <Upload lang=lang title=form.value("title") language=language problem=problem />
        </div>
    };
    let programs = Programs { upload: true, islands: true, ..Programs::default() };
    Ok(Page { programs, ..Page::new(m::upload_heading(lang), body) })
}

/// For the upload program: what the server holds the beginning of.
fn known(unfinished: &[uploads::Upload]) -> AnyView {
    let of = |upload: &uploads::Upload| json!({"id": upload.id, "filename": upload.filename, "size_bytes": upload.size_bytes});
    let known: Vec<_> = unfinished.iter().map(of).collect();
    // Within a script element `<` could end it.
    let json = json!(known).to_string().replace('<', "\\u003c");
    view! { <script type="application/json" id="unfinished-uploads" inner_html=json></script> }.into_any()
}

fn continue_these(viewer: &Viewer, unfinished: &[uploads::Upload]) -> AnyView {
    let lang = viewer.lang;
    let items = unfinished.iter().map(|upload| {
        let amount = m::studio_received_of(lang, say::bytes(upload.size_bytes), say::bytes(upload.received_bytes));
        view! { <li><strong>{upload.filename.clone()}</strong>" · "{said(&upload.title, lang)}" · "{amount}</li> }
    });
    view! {
        <div class="notice">
            <p>{m::studio_unfinished_text(lang)}</p>
            <ul>{items.collect_view()}</ul>
        </div>
    }
    .into_any()
}
