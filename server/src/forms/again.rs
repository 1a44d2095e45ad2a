//! How does a form come back? With the problem beside its field, or after signing in anew: with all that was typed.

use app::pages as p;
use app::view::{Form, Page, Viewer};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use content::{Error, people};

use super::Values;
use super::kept::Returning;
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

/// On to where the form leads; or its page again with the problem; or, when the session has ended, the sign-in page, which
/// carries the form along.
pub(super) async fn go_on(viewer: Viewer, done: content::Result<String>, values: Values) -> Answer<Response> {
    match done {
        Ok(next) => Ok(Redirect::to(&next).into_response()),
        Err(_) if viewer.actor.is_none() => {
            let returning = Returning::new(&viewer.here, values);
            sign_in_first(viewer, returning).await
        }
        Err(error) if is_mendable(&error) => {
            let returning = Returning::new(&viewer.here, values);
            let (status, form) = refused(&viewer, returning.values.clone(), &error);
            match filled(viewer, returning, &form).await? {
                Some((viewer, page)) => Ok((status, framed(&viewer, page)).into_response()),
                None => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

async fn sign_in_first(viewer: Viewer, returning: Returning) -> Answer<Response> {
    let next = home_of(&returning.action).to_owned();
    let viewer = Viewer { here: next.clone(), kept: returning.kept, unkept: returning.unkept, ..viewer };
    let page = p::sign_in::sign_in(&viewer, &Form::default(), &next).await?;
    Ok((StatusCode::UNAUTHORIZED, framed(&viewer, page)).into_response())
}

/// The page of a form that was carried along, filled in, as whoever signed in now may see it; nothing where it is gone.
pub(super) async fn back(viewer: &Viewer, returning: Returning, token: &str) -> Answer<Option<Html<String>>> {
    let actor = people::find_actor(&viewer.library, token).await?;
    let lang = actor.as_ref().and_then(|actor| actor.language).map_or(viewer.lang, Into::into);
    let form = returning.form();
    let found = filled(Viewer { actor, lang, ..viewer.clone() }, returning, &form).await?;
    Ok(found.map(|(viewer, page)| framed(&viewer, p::sign_in::back_again(&viewer, page))))
}

/// A page that came back with a form, in another language.
pub(super) async fn retold(viewer: Viewer, returning: Returning) -> Answer<Option<Response>> {
    if viewer.actor.is_none() {
        return sign_in_first(viewer, returning).await.map(Some);
    }
    let form = returning.form();
    let found = filled(viewer, returning, &form).await?;
    Ok(found.map(|(viewer, page)| framed(&viewer, page).into_response()))
}

/// The page that holds the form which came back, with what was in it, and its viewer, who is there now.
async fn filled(viewer: Viewer, returning: Returning, form: &Form) -> content::Result<Option<(Viewer, Page)>> {
    let Returning { action, kept, unkept, .. } = returning;
    let here = home_of(&action).to_owned();
    let viewer = Viewer { here, kept, unkept, ..viewer };
    Ok(page_of(&viewer, &action, form).await?.map(|page| (viewer, page)))
}

async fn page_of(viewer: &Viewer, action: &str, form: &Form) -> content::Result<Option<Page>> {
    let page = match steps(action)[..] {
        ["studio", "columns", slug, "topics" | "courses", ..] => p::studio::topics(viewer, slug, form).await,
        ["studio", "columns", ..] => p::studio::columns(viewer, form).await,
        ["studio", "courses"] => p::studio::new_course(viewer, form).await,
        ["studio", "courses", id, "edit"] => p::studio::edit_course(viewer, &id.into(), form).await,
        ["studio", "courses", id, "revisions", ..] => p::studio::revisions(viewer, &id.into(), form).await,
        ["studio", "courses", id, "lessons", lesson]
        | ["studio", "courses", id, "lessons", lesson, "remove"]
        | ["studio", "courses", id, "lessons", lesson, "faces", _] => {
            p::studio::edit_lesson(viewer, &id.into(), &lesson.into(), form).await
        }
        ["studio", "courses", id, "modules", module] | ["studio", "courses", id, "modules", module, "remove"] => {
            p::studio::edit_module(viewer, &id.into(), &module.into(), form).await
        }
        ["studio", "courses", id, "lessons" | "modules" | "handouts", _, "move" | "remove"] => {
            p::studio::course(viewer, &id.into(), &Form { values: Values::new(), ..form.clone() }).await
        }
        ["studio", "reviews", ..] => p::studio::reviews(viewer, form).await,
        ["studio", "terms", ..] => p::studio::terms(viewer, form).await,
        ["studio", "names", "same"] => p::studio::asked(viewer, &p::studio::Which::read(&form.values), form).await,
        ["studio", "names", ..] => p::studio::names(viewer, &form.value("q"), form).await,
        ["studio", "resources", _, "looked-at"] => p::studio::review_by(viewer, form).await,
        ["studio", "courses", id, _] => p::studio::course(viewer, &id.into(), form).await,
        ["studio", "resources", id, "captions", language]
        | ["studio", "resources", id, "captions", language, "shift"] => {
            p::studio::captions(viewer, &id.into(), language, form).await
        }
        ["studio", "resources", id, "captions" | "automatic" | "about" | "replace"] => {
            p::studio::resource(viewer, &id.into(), form).await
        }
        ["studio", "resources", "views"] => {
            let asked = serde_urlencoded::from_str(&form.value("query")).unwrap_or_default();
            p::studio::resources::resources(viewer, &p::studio::resources::Asked::read(&asked), form).await
        }
        ["studio", "resources", "sheet"] => {
            use p::studio::resources::{Asked, Typed, sheet};
            let lines = super::holdings::typed_lines(&form.values);
            sheet(viewer, &Asked::default(), Some(Typed { lines, is_done: false })).await
        }
        ["studio", "upload"] => p::studio::upload(viewer, form).await,
        ["studio", "import"] => p::studio::imports(viewer, form).await,
        ["admin", "assignments"] => {
            let unit = Some(form.value("unit")).filter(|unit| !unit.is_empty()).map(Into::into);
            p::admin::assignments(viewer, unit.as_ref(), form).await
        }
        _ => return Ok(None),
    };
    page.map(Some)
}

pub(super) fn steps(address: &str) -> Vec<&str> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    path.split('/').filter(|step| !step.is_empty()).collect()
}

/// The page at which a form stands, where it is sent to another address: an address that only takes forms is no page.
pub(crate) fn home_of(action: &str) -> &str {
    match steps(action)[..] {
        ["studio", "courses"] => "/studio/courses/new",
        ["studio", "resources", "views", ..] => "/studio/resources",
        ["studio", "resources", "selection", ..] => "/studio/resources/selection",
        ["studio", "resources", "sheet"] => action,
        ["studio", "courses", _, "edit"] => action,
        ["studio", "courses", _, "revisions", _, verb] => before(action, &format!("{}/{verb}", steps(action)[4])),
        ["studio", "courses", _, "lessons" | "modules", _, "remove"] => before(action, "remove"),
        ["studio", "courses", _, "lessons", _, "faces", _] => before(action, "faces"),
        ["studio", "courses", _, part @ ("lessons" | "modules" | "handouts"), _, "move" | "remove"] => {
            before(action, part)
        }
        ["studio", "reviews", ..] => "/studio/reviews",
        ["studio", "terms", ..] => "/studio/terms",
        ["studio", "names", "same"] => "/studio/asked",
        ["studio", "names", ..] => "/studio/names",
        ["studio", "resources", _, "looked-at"] => "/studio/review-by",
        ["studio", "courses", _, verb] | ["studio", "resources", _, verb] => before(action, verb),
        ["studio", "resources", _, "captions", _, "remove"] => before(action, "captions"),
        ["studio", "resources", _, "captions", _, verb] => before(action, verb),
        ["studio", "columns", _, "topics", ..] => up_to(action, "topics"),
        ["studio", "columns", _, "courses", ..] => before(action, "courses"),
        ["studio", "columns", ..] => "/studio/columns",
        ["studio", "import", "runs", ..] => "/studio/import",
        ["studio", "import", _, verb] => before(action, verb),
        ["studio", "jobs" | "queue", ..] => "/studio/jobs",
        ["admin", "assignments", ..] => "/admin/assignments",
        ["sign-in"] => "/sign-in",
        ["sign-out" | "language" | "data-use"] => "/",
        _ => action,
    }
}

/// The address up to and with the step `verb`.
fn up_to<'a>(address: &'a str, verb: &str) -> &'a str {
    let end = before(address, verb).len() + 1 + verb.len();
    address.get(..end).unwrap_or(address)
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
            ("/studio/resources/b2/captions/zh", "/studio/resources/b2/captions/zh"),
            ("/studio/resources/b2/captions/zh/shift", "/studio/resources/b2/captions/zh"),
            ("/studio/resources/b2/automatic", "/studio/resources/b2"),
            ("/studio/resources/views/a1/remove", "/studio/resources"),
            ("/studio/resources/selection/do", "/studio/resources/selection"),
            ("/studio/resources/sheet", "/studio/resources/sheet"),
            ("/studio/columns", "/studio/columns"),
            ("/studio/columns/skin/policy", "/studio/columns"),
            ("/studio/columns/skin/topics#new", "/studio/columns/skin/topics"),
            ("/studio/columns/skin/topics/t1/move", "/studio/columns/skin/topics"),
            ("/studio/import/e5/load", "/studio/import/e5"),
            ("/studio/import/runs/e5/undo", "/studio/import"),
            ("/studio/names/same", "/studio/asked"),
            ("/studio/names/remove", "/studio/names"),
            ("/studio/queue/pause", "/studio/jobs"),
            ("/studio/jobs/c3/retry", "/studio/jobs"),
            ("/admin/assignments/d4/revoke", "/admin/assignments"),
            ("/language", "/"),
        ];
        for (action, page) in cases {
            assert_eq!(home_of(action), page, "{action}");
        }
    }
}
