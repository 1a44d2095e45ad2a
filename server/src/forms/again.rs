//! How does a form come back? With the problem beside its field, or after signing in anew: with all that was typed.

use app::pages as p;
use app::view::{Form, Page, Viewer};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use content::{Error, people};

use super::{Values, local, value};
use crate::failure::{Answer, status_of, tell};
use crate::pages::framed;

/// A field whose three languages are three inputs is shown its problem at the first of them.
pub(super) fn refused(viewer: &Viewer, values: Values, error: &Error) -> (StatusCode, Form) {
    let problem = tell(viewer, error);
    let field = problem.field.clone().map(|field| match field.as_str() {
        "title" | "summary" if values.contains_key(&format!("{field}_zh")) => format!("{field}_zh"),
        _ => field,
    });
    let problem = app::wire::Problem { field: field.clone(), ..problem };
    (status_of(error), Form { values, problem: Some(problem), field })
}

/// Whether the person can mend it in the form she sent.
pub(super) fn is_mendable(error: &Error) -> bool {
    matches!(error, Error::Invalid { .. } | Error::Conflict(_) | Error::TooMany { .. })
}

/// The fields in which a sign-in page carries a form along: where it was sent, and what was in it.
const KEPT_FOR: &str = "kept_for";
const KEPT: &str = "kept";

/// On to where the form leads; or its page again with the problem; or, when the session has ended, the sign-in page, which
/// carries the form along.
pub(super) async fn go_on(viewer: Viewer, done: content::Result<String>, values: Values) -> Answer<Response> {
    match done {
        Ok(next) => Ok(Redirect::to(&next).into_response()),
        Err(Error::NotSignedIn) => {
            let form = Form { values: carried(&viewer.here, &values), ..Form::default() };
            let page = p::sign_in::sign_in(&viewer, &form, home_of(&viewer.here)).await?;
            Ok((StatusCode::UNAUTHORIZED, framed(&viewer, page)).into_response())
        }
        Err(error) if is_mendable(&error) => {
            let (status, form) = refused(&viewer, values, &error);
            let action = viewer.here.clone();
            match shown_again(viewer, &action, &form).await? {
                Some(page) => Ok((status, page).into_response()),
                None => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

fn carried(action: &str, values: &Values) -> Values {
    let kept = serde_urlencoded::to_string(values).unwrap_or_default();
    [(KEPT_FOR.to_owned(), action.to_owned()), (KEPT.to_owned(), kept)].into()
}

/// The page of the form that a sign-in carried along, filled in, as whoever signed in now may see it.
pub(super) async fn kept_form(viewer: &Viewer, values: &Values, token: &str) -> Answer<Option<Html<String>>> {
    let action = local(value(values, KEPT_FOR));
    let Ok(kept) = serde_urlencoded::from_str::<Values>(value(values, KEPT)) else { return Ok(None) };
    if kept.is_empty() {
        return Ok(None);
    }
    let actor = people::find_actor(&viewer.library, token).await?;
    let lang = actor.as_ref().and_then(|actor| actor.language).map_or(viewer.lang, Into::into);
    let here = home_of(action).to_owned();
    let viewer = Viewer { actor, lang, here, ..viewer.clone() };
    let page = page_of(&viewer, action, &Form { values: kept, ..Form::default() }).await?;
    Ok(page.map(|page| framed(&viewer, p::sign_in::back_again(&viewer, page))))
}

/// The page that holds the form which is sent to `action`, with what was in it.
async fn shown_again(viewer: Viewer, action: &str, form: &Form) -> Answer<Option<Html<String>>> {
    let here = home_of(action).to_owned();
    let viewer = Viewer { here, ..viewer };
    let page = page_of(&viewer, action, form).await?;
    Ok(page.map(|page| framed(&viewer, page)))
}

async fn page_of(viewer: &Viewer, action: &str, form: &Form) -> content::Result<Option<Page>> {
    let page = match steps(action)[..] {
        ["studio", "columns"] => p::studio::columns(viewer, form).await,
        ["studio", "courses"] => p::studio::new_course(viewer, form).await,
        ["studio", "courses", id, _] => p::studio::course(viewer, &id.into(), form).await,
        ["studio", "resources", id, "captions"] => p::studio::resource(viewer, &id.into(), form).await,
        ["studio", "upload"] => p::studio::upload(viewer, form).await,
        ["admin", "assignments"] => {
            let unit = Some(form.value("unit")).filter(|unit| !unit.is_empty()).map(Into::into);
            p::admin::assignments(viewer, unit.as_ref(), form).await
        }
        _ => return Ok(None),
    };
    page.map(Some)
}

fn steps(address: &str) -> Vec<&str> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    path.split('/').filter(|step| !step.is_empty()).collect()
}

/// The page at which a form stands, where it is sent to another address: an address that only takes forms is no page.
pub(crate) fn home_of(action: &str) -> &str {
    match steps(action)[..] {
        ["studio", "courses"] => "/studio/courses/new",
        ["studio", "courses", _, verb] | ["studio", "resources", _, verb] => before(action, verb),
        ["studio", "resources", _, "captions", ..] => before(action, "captions"),
        ["studio", "jobs", ..] => "/studio/jobs",
        ["admin", "assignments", ..] => "/admin/assignments",
        ["sign-in"] => "/sign-in",
        ["sign-out" | "language" | "data-use"] => "/",
        _ => action,
    }
}

/// The address up to the last step `verb`.
fn before<'a>(address: &'a str, verb: &str) -> &'a str {
    address.find(&format!("/{verb}")).map_or(address, |at| &address[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_comes_back_at_an_address_that_is_a_page() {
        let cases = [
            ("/studio/courses", "/studio/courses/new"),
            ("/studio/courses/a1/lessons", "/studio/courses/a1"),
            ("/studio/courses/a1/publish?x=y", "/studio/courses/a1"),
            ("/studio/resources/b2/captions", "/studio/resources/b2"),
            ("/studio/resources/b2/captions/zh/remove", "/studio/resources/b2"),
            ("/studio/columns", "/studio/columns"),
            ("/studio/jobs/c3/retry", "/studio/jobs"),
            ("/admin/assignments/d4/revoke", "/admin/assignments"),
            ("/language", "/"),
        ];
        for (action, page) in cases {
            assert_eq!(home_of(action), page, "{action}");
        }
    }

    #[test]
    fn what_a_sign_in_carries_along_comes_back_as_it_was() {
        let values =
            Values::from([("title_zh".to_owned(), "量准 血压&=\"<b>".to_owned()), ("slug".into(), String::new())]);
        let carried = carried("/studio/columns", &values);
        assert_eq!(value(&carried, KEPT_FOR), "/studio/columns");
        assert_eq!(serde_urlencoded::from_str::<Values>(value(&carried, KEPT)).unwrap(), values);
    }
}
