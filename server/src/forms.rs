//! What happens when a form is sent? The domain's verb, then on to the next page; or the same page with the problem
//! beside its field and everything that was typed still there. Works without any script.

mod sent_file;

use std::collections::HashMap;

use app::pages as p;
use app::view::{Form, Page, Viewer};
use app::wire::Lang;
use axum::Form as Sent;
use axum::extract::{ConnectInfo, Multipart, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use content::courses::authoring::{self, NewCourse, NewLesson};
use content::ids::{CourseId, JobId, Language, ResourceId};
use content::media::uploads::{self, NewUpload};
use content::media::{captions, jobs};
use content::people;
use content::texts::Texts;
use content::{Error, Why};

use crate::Platform;
use crate::failure::{Answer, status_of, tell};
use crate::pages::framed;
use crate::session::{self, Asking};
use sent_file::SentFile;

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

/// A field whose three languages are three inputs is shown its problem at the first of them.
fn refused(viewer: &Viewer, values: Values, error: &Error) -> (StatusCode, Form) {
    let problem = tell(viewer, error);
    let field = problem.field.clone().map(|field| match field.as_str() {
        "title" | "summary" if values.contains_key(&format!("{field}_zh")) => format!("{field}_zh"),
        _ => field,
    });
    let problem = app::wire::Problem { field: field.clone(), ..problem };
    (status_of(error), Form { values, problem: Some(problem), field })
}

/// Whether the person can mend it in the form she sent.
fn is_mendable(error: &Error) -> bool {
    matches!(error, Error::Invalid { .. } | Error::Conflict(_) | Error::TooMany { .. })
}

/// On to `next`, or the page again with the problem.
async fn go_on<F: Future<Output = content::Result<Page>>>(
    viewer: &Viewer,
    done: content::Result<String>,
    values: Values,
    again: impl FnOnce(Form) -> F,
) -> Answer<Response> {
    match done {
        Ok(next) => Ok(Redirect::to(&next).into_response()),
        Err(error) if is_mendable(&error) => {
            let (status, form) = refused(viewer, values, &error);
            let page = again(form).await?;
            Ok((status, framed(viewer, page)).into_response())
        }
        Err(error) => Err(error.into()),
    }
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
            let jar = jar.add(session::session_cookie(&platform, signed_in.token));
            Ok((jar, Redirect::to(&next)).into_response())
        }
        Err(error) => {
            let again = async |form| p::sign_in::sign_in(&viewer, &form, &next).await;
            go_on(&viewer, Err(error), values, again).await
        }
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
    let next = local(value(&values, "here")).to_owned();
    Ok((jar.add(session::language_cookie(&platform, lang)), Redirect::to(&next)).into_response())
}

pub(crate) async fn add_column(Asking(viewer): Asking, Sent(values): Fields) -> Answer<Response> {
    let actor = viewer.actor()?;
    let (title, summary) = (texts(&values, "title"), texts(&values, "summary"));
    let done = authoring::add_column(&viewer.library, actor, value(&values, "slug"), title, summary).await;
    let done = done.map(|_| "/studio/columns".to_owned());
    go_on(&viewer, done, values, async |form| p::studio::columns(&viewer, &form).await).await
}

pub(crate) async fn add_course(Asking(viewer): Asking, Sent(values): Fields) -> Answer<Response> {
    let done = try_add_course(&viewer, &values).await;
    go_on(&viewer, done, values, async |form| p::studio::new_course(&viewer, &form).await).await
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
    Ok(format!("/studio/courses/{id}"))
}

fn language_of(values: &Values) -> content::Result<Language> {
    Language::parse(value(values, "language")).ok_or(Error::Invalid { field: "language", why: Why::UnknownValue })
}

/// A verb on one course, then back to its page.
async fn on_course(viewer: &Viewer, id: &CourseId, done: content::Result<()>, values: Values) -> Answer<Response> {
    let done = done.map(|()| format!("/studio/courses/{id}"));
    go_on(viewer, done, values, async |form| p::studio::course(viewer, id, &form).await).await
}

pub(crate) async fn add_module(
    Asking(viewer): Asking,
    Path(id): Path<CourseId>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = authoring::add_module(&viewer.library, viewer.actor()?, &id, texts(&values, "title")).await;
    on_course(&viewer, &id, done.map(drop), values).await
}

pub(crate) async fn add_lesson(
    Asking(viewer): Asking,
    Path(id): Path<CourseId>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = try_add_lesson(&viewer, &id, &values).await;
    on_course(&viewer, &id, done, values).await
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
        resource: value(values, "resource").into(),
        threshold_percent: threshold,
    };
    authoring::add_lesson(&viewer.library, viewer.actor()?, id, new).await.map(drop)
}

pub(crate) async fn add_handout(
    Asking(viewer): Asking,
    Path(id): Path<CourseId>,
    Sent(values): Fields,
) -> Answer<Response> {
    let resource = value(&values, "resource").into();
    let done = authoring::add_handout(&viewer.library, viewer.actor()?, &id, &resource).await;
    on_course(&viewer, &id, done, values).await
}

pub(crate) async fn publish(Asking(viewer): Asking, Path(id): Path<CourseId>) -> Answer<Response> {
    let done = authoring::publish(&viewer.library, viewer.actor()?, &id).await;
    on_course(&viewer, &id, done.map(drop), Values::new()).await
}

pub(crate) async fn retire(Asking(viewer): Asking, Path(id): Path<CourseId>) -> Answer<Response> {
    let done = authoring::retire(&viewer.library, viewer.actor()?, &id).await;
    on_course(&viewer, &id, done.map(drop), Values::new()).await
}

pub(crate) async fn retry(Asking(viewer): Asking, Path(id): Path<JobId>) -> Answer<Response> {
    let job = jobs::retry(&viewer.library, viewer.actor()?, &id).await?;
    Ok(Redirect::to(&format!("/studio/resources/{}", job.subject)).into_response())
}

pub(crate) async fn cancel(Asking(viewer): Asking, Path(id): Path<JobId>) -> Answer<Response> {
    let job = jobs::cancel(&viewer.library, viewer.actor()?, &id).await?;
    Ok(Redirect::to(&format!("/studio/resources/{}", job.subject)).into_response())
}

/// Captions as typed text or as a file.
pub(crate) async fn set_captions(
    Asking(viewer): Asking,
    Path(id): Path<ResourceId>,
    parts: Multipart,
) -> Answer<Response> {
    let mut values = read_text_parts(parts).await?;
    if let Some(file) = values.remove("file").filter(|file| !file.trim().is_empty()) {
        values.insert("captions".into(), file);
    }
    let done = async {
        let language = language_of(&values)?;
        captions::set_captions(&viewer.library, viewer.actor()?, &id, language, value(&values, "captions")).await?;
        Ok(format!("/studio/resources/{id}"))
    }
    .await;
    go_on(&viewer, done, values, async |form| p::studio::resource(&viewer, &id, &form).await).await
}

/// Stands for text in another encoding, which no captions can be read from.
const NOT_UTF8: &str = "\u{fffd}";

async fn read_text_parts(mut parts: Multipart) -> content::Result<Values> {
    let mut values = Values::new();
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(unreadable)?;
        // What is not UTF-8 is no captions: GBK read as if it were would be kept, and found, as nonsense.
        values.insert(name, String::from_utf8(bytes.into()).unwrap_or_else(|_| NOT_UTF8.to_owned()));
    }
    Ok(values)
}

fn unreadable(_: axum::extract::multipart::MultipartError) -> Error {
    Error::Invalid { field: "file", why: Why::Unreadable }
}

pub(crate) async fn remove_captions(
    Asking(viewer): Asking,
    Path((id, language)): Path<(ResourceId, String)>,
) -> Answer<Response> {
    let language = Language::parse(&language).ok_or(Error::NotFound("captions"))?;
    captions::remove_captions(&viewer.library, viewer.actor()?, &id, language).await?;
    Ok(Redirect::to(&format!("/studio/resources/{id}")).into_response())
}

/// An upload by a plain form, for browsers without scripts. It cannot be continued, but it is as good when it arrives.
pub(crate) async fn upload(Asking(viewer): Asking, parts: Multipart) -> Answer<Response> {
    let actor = viewer.actor()?;
    people::access::may_keep_content(actor)?;
    let folder = viewer.library.files().scratch("forms");
    let mut sent = SentFile::default();
    let done = match sent.receive(parts, &folder).await {
        Ok(()) => keep_upload(&viewer, &sent).await,
        Err(error) => Err(error),
    };
    let values = std::mem::take(&mut sent.values);
    go_on(&viewer, done, values, async |form| p::studio::upload(&viewer, &form).await).await
}

async fn keep_upload(viewer: &Viewer, sent: &SentFile) -> content::Result<String> {
    let path = sent.path.as_ref().ok_or(Error::Invalid { field: "file", why: Why::Empty })?;
    let new = NewUpload {
        filename: &sent.filename,
        content_type: &sent.content_type,
        title: value(&sent.values, "title"),
        language: language_of(&sent.values)?,
        size_bytes: sent.size_bytes,
    };
    let actor = viewer.actor()?;
    let upload = uploads::create(&viewer.library, actor, &new).await?;
    let file = tokio::fs::File::open(path).await?;
    let body = tokio_util::io::ReaderStream::new(file);
    uploads::append(&viewer.library, actor, &upload.id, 0, None, body).await?;
    Ok(format!("/studio/resources/{}", upload.id))
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
