//! What happens when a form is sent? The domain's verb, then on to the next page; or the same page with the problem
//! beside its field and everything that was typed still there. Works without any script.

mod again;
pub(crate) mod amount;
pub(crate) mod columns;
pub(crate) mod editing;
pub(crate) mod holdings;
pub(crate) mod imports;
mod kept;
pub(crate) mod names;
mod once;
pub(crate) mod resources;
pub(crate) mod review;
mod sent_file;
pub(crate) mod shelves;
mod unread;

use std::collections::HashMap;

use app::pages as p;
use app::parts::toast::Done;
use app::view::Viewer;
use app::wire::Lang;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use content::assignments;
use content::courses::authoring::{self, NewCourse, NewLesson};
use content::courses::policy;
use content::holdings::meant::find_meant;
use content::ids::{AssignmentId, CourseId, Language, ResourceId};
use content::media::{Class, Originals};
use content::people::{self, DataUse};
use content::texts::Texts;
use content::{Error, Why};

use crate::Platform;
use crate::failure::Answer;
use crate::pages::framed;
use crate::session::{self, Asking};
pub(crate) use again::home_of;
use again::{go_on, is_mendable, refused};
use amount::Sent;
use kept::Returning;
use once::{once, once_named};

type Values = HashMap<String, String>;
type Fields = Sent<Values>;

/// A path of this site to go on to; anything else is the home page.
pub(crate) fn local(next: &str) -> &str {
    // Browsers read `\` as `/`, and drop tabs and line ends before they read anything.
    let bends = |char: char| char == '\\' || char.is_control();
    let plain = next.starts_with('/') && !next.starts_with("//") && !next.contains(bends);
    if plain { next } else { "/" }
}

fn value<'a>(values: &'a Values, name: &str) -> &'a str {
    values.get(name).map_or("", String::as_str)
}

fn texts(values: &Values, name: &str) -> Texts {
    let text = |language: &str| values.get(&format!("{name}_{language}")).cloned();
    Texts { zh: text("zh"), bo: text("bo"), en: text("en") }
}

pub(crate) async fn sign_in(
    State(platform): State<Platform>,
    Asking(viewer): Asking,
    ConnectInfo(peer): ConnectInfo<std::net::SocketAddr>,
    headers: HeaderMap,
    jar: CookieJar,
    Sent(mut values): Fields,
) -> Answer<Response> {
    let address = platform.address_of(peer, &headers);
    let signed_in =
        people::sign_in(&platform.library, value(&values, "login"), value(&values, "password"), &address).await;
    let next = local(value(&values, "next")).to_owned();
    values.remove("password");
    match signed_in {
        Ok(signed_in) => {
            let jar = jar.add(session::session_cookie(&platform, signed_in.token.clone()));
            let Some(kept) = Returning::along(&values) else { return Ok((jar, Redirect::to(&next)).into_response()) };
            // Whoever signed in may be somebody else, who may not see the form: she is signed in all the same.
            match again::back(&viewer, kept, &signed_in.token).await {
                Ok(Some(page)) => Ok((jar, page).into_response()),
                Ok(None) | Err(_) => Ok((jar, Redirect::to("/")).into_response()),
            }
        }
        Err(error) if is_mendable(&error) => {
            let viewer = match Returning::along(&values) {
                Some(Returning { kept, unkept, .. }) => Viewer { kept, unkept, ..viewer },
                None => viewer,
            };
            values.remove("kept");
            let (status, form) = refused(&viewer, Returning::new("/sign-in", values).values, &error);
            let page = p::sign_in::sign_in(&viewer, &form, &next).await?;
            Ok((status, framed(&viewer, page)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn sign_out(State(platform): State<Platform>, headers: HeaderMap, jar: CookieJar) -> Answer<Response> {
    if let Some(token) = session::token(&jar, &headers) {
        people::sign_out(&platform.library, &token).await?;
    }
    Ok((jar.add(session::no_session_cookie(&platform)), Redirect::to("/sign-in")).into_response())
}

/// Remembers the language for this browser, and for the person when somebody is signed in.
pub(crate) async fn language(
    State(platform): State<Platform>,
    Asking(viewer): Asking,
    jar: CookieJar,
    Sent(values): Fields,
) -> Answer<Response> {
    let lang = Lang::parse(value(&values, "lang"));
    let lang = lang.ok_or(Error::Invalid { field: "lang", why: Why::UnknownValue })?;
    if let Some(actor) = &viewer.actor {
        people::set_language(&platform.library, actor, lang.into()).await?;
    }
    let jar = jar.add(session::language_cookie(&platform, lang));
    if let Some(kept) = Returning::along(&values)
        && let Some(page) = again::retold(Viewer { lang, ..viewer }, kept).await?
    {
        return Ok((jar, page).into_response());
    }
    Ok((jar, Redirect::to(local(value(&values, "here")))).into_response())
}

pub(crate) async fn add_column(Asking(viewer): Asking, Sent(values): Fields) -> Answer<Response> {
    let done = once_named(&viewer, &values, |viewer, values| async move {
        let (title, summary) = (texts(&values, "title"), texts(&values, "summary"));
        authoring::add_column(&viewer.library, viewer.actor()?, value(&values, "slug"), title, summary).await?;
        Ok(Done::ColumnAdded.on("/studio/columns"))
    });
    let done = done.await;
    go_on(viewer, done, values).await
}

/// What a column's videos are encoded as, and what becomes of their originals.
pub(crate) async fn set_policy(
    Asking(viewer): Asking,
    Path(slug): Path<String>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = async {
        let originals = Originals::parse(value(&values, "originals"));
        let originals = originals.ok_or(Error::Invalid { field: "originals", why: Why::UnknownValue })?;
        let class = Class::parse(value(&values, "class"));
        policy::set_policy(&viewer.library, viewer.actor()?, &slug, class, originals).await?;
        Ok(Done::PolicySet.on("/studio/columns"))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn add_course(Asking(viewer): Asking, Sent(values): Fields) -> Answer<Response> {
    let done = once(&viewer, &values, |viewer, values| async move { try_add_course(&viewer, &values).await }).await;
    go_on(viewer, done, values).await
}

async fn try_add_course(viewer: &Viewer, values: &Values) -> content::Result<String> {
    let new = NewCourse {
        column: value(values, "column").to_owned(),
        title: texts(values, "title"),
        summary: texts(values, "summary"),
        language: language_of(values)?,
        audience_unit: None,
    };
    let id = authoring::add_course(&viewer.library, viewer.actor()?, new).await?;
    Ok(Done::CourseAdded.on(&format!("/studio/courses/{id}")))
}

fn language_of(values: &Values) -> content::Result<Language> {
    Language::parse(value(values, "language")).ok_or(Error::Invalid { field: "language", why: Why::UnknownValue })
}

/// What was done to one course, on its page.
fn on_course(id: &CourseId, done: Done) -> String {
    done.on(&format!("/studio/courses/{id}"))
}

pub(crate) async fn add_module(
    Asking(viewer): Asking,
    Path(id): Path<CourseId>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = once(&viewer, &values, |viewer, values| async move {
        authoring::add_module(&viewer.library, viewer.actor()?, &id, texts(&values, "title")).await?;
        Ok(on_course(&id, Done::ModuleAdded))
    });
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn add_lesson(
    Asking(viewer): Asking,
    Path(id): Path<CourseId>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = once(&viewer, &values, |viewer, values| async move {
        try_add_lesson(&viewer, &id, &values).await.map(|()| on_course(&id, Done::LessonAdded))
    });
    let done = done.await;
    go_on(viewer, done, values).await
}

/// The file in a field, or the one that is named beside its list.
pub(super) async fn file_named(viewer: &Viewer, values: &Values, field: &'static str) -> content::Result<ResourceId> {
    match value(values, "file_words").trim() {
        "" => Ok(value(values, field).into()),
        words => find_meant(&viewer.library, viewer.actor()?, field, None, words).await,
    }
}

async fn try_add_lesson(viewer: &Viewer, id: &CourseId, values: &Values) -> content::Result<()> {
    let threshold = match value(values, "threshold_percent").trim() {
        "" => None,
        text => Some(text.parse().map_err(|_| Error::Invalid { field: "threshold_percent", why: Why::OutOfRange })?),
    };
    let new = NewLesson {
        module: Some(value(values, "module")).filter(|module| !module.is_empty()).map(Into::into),
        title: texts(values, "title"),
        summary: texts(values, "summary"),
        language: None,
        resource: file_named(viewer, values, "resource").await?,
        threshold_percent: threshold,
    };
    authoring::add_lesson(&viewer.library, viewer.actor()?, id, new).await.map(drop)
}

pub(crate) async fn add_handout(
    Asking(viewer): Asking,
    Path(id): Path<CourseId>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = once_named(&viewer, &values, |viewer, values| async move {
        let resource = file_named(&viewer, &values, "resource").await?;
        authoring::add_handout(&viewer.library, viewer.actor()?, &id, &resource).await?;
        Ok(on_course(&id, Done::HandoutAdded))
    });
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn publish(Asking(viewer): Asking, Path(id): Path<CourseId>) -> Answer<Response> {
    let done = async {
        authoring::publish(&viewer.library, viewer.actor()?, &id).await?;
        Ok(on_course(&id, Done::Published))
    };
    let done = done.await;
    go_on(viewer, done, Values::new()).await
}

pub(crate) async fn retire(Asking(viewer): Asking, Path(id): Path<CourseId>) -> Answer<Response> {
    let done = async {
        authoring::retire(&viewer.library, viewer.actor()?, &id).await?;
        Ok(on_course(&id, Done::Retired))
    };
    let done = done.await;
    go_on(viewer, done, Values::new()).await
}

/// Asks a unit to complete a course.
pub(crate) async fn assign(Asking(viewer): Asking, Sent(values): Fields) -> Answer<Response> {
    let done = async {
        let due_at = content::clock::day::end_of(value(&values, "due"))
            .ok_or(Error::Invalid { field: "due", why: Why::Unreadable })?;
        let (course, unit) = (value(&values, "course").into(), value(&values, "unit").into());
        assignments::assign(&viewer.library, viewer.actor()?, &course, &unit, due_at).await?;
        Ok(Done::Assigned.on(&format!("/admin/assignments?unit={unit}")))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn revoke(
    Asking(viewer): Asking,
    Path(id): Path<AssignmentId>,
    Query(asked): Query<Values>,
) -> Answer<Response> {
    assignments::revoke(&viewer.library, viewer.actor()?, &id).await?;
    let unit = crate::failure::form_urlencoded(value(&asked, "unit"));
    let list =
        if unit.is_empty() { "/admin/assignments".to_owned() } else { format!("/admin/assignments?unit={unit}") };
    Ok(Redirect::to(&Done::Revoked.on(&list)).into_response())
}

/// Remembers what playing may cost this person, and shows the page again.
pub(crate) async fn data_use(Asking(viewer): Asking, Sent(values): Fields) -> Answer<Redirect> {
    let here = local(value(&values, "here"));
    if viewer.actor.is_none() {
        return Ok(Redirect::to(&format!("/sign-in?next={}", crate::failure::form_urlencoded(here))));
    }
    let data_use = DataUse::parse(value(&values, "data_use"));
    let data_use = data_use.ok_or(Error::Invalid { field: "data_use", why: Why::UnknownValue })?;
    people::set_data_use(&viewer.library, viewer.actor()?, data_use).await?;
    Ok(Redirect::to(here))
}

/// The sample question on the page of parts can be answered; nothing follows from it.
pub(crate) async fn stay_at_parts() -> Redirect {
    Redirect::to("/studio/parts")
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn only_a_path_of_this_site_is_gone_on_to() {
        for next in ["/", "/me", "/search?q=血压&kind=lesson", "/courses/a/lessons/b?t=15#video", "/a//b"] {
            assert_eq!(local(next), next);
        }
        let away = [
            "",
            "me",
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "/\t/evil.example/",
            "/\n/evil.example/",
            "/\r/evil.example/",
            "\t//evil.example/",
            "/\u{0}/evil.example/",
            "/\u{7f}/evil.example/",
        ];
        for next in away {
            assert_eq!(local(next), "/", "{next:?}");
        }
    }
}
