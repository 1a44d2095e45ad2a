//! What happens when a form about aspects, audiences, or what is said of a file is sent?

use app::parts::toast::Done;
use app::view::Viewer;
use axum::extract::Path;
use axum::response::Response;
use content::clock::day;
use content::ids::{ResourceId, TermId};
use content::shelves::{self, About, Facet, due};
use content::{Error, Why};

use super::again::go_on;
use super::editing::place;
use super::once::once_named;
use super::{Fields, Sent, Values, texts, value};
use crate::failure::Answer;
use crate::session::Asking;

pub(crate) async fn add_term(Asking(viewer): Asking, Sent(values): Fields) -> Answer<Response> {
    let done = once_named(&viewer, &values, |viewer, values| async move {
        let facet = Facet::parse(value(&values, "facet"));
        let facet = facet.ok_or(Error::Invalid { field: "facet", why: Why::UnknownValue })?;
        let (slug, title) = (value(&values, "slug"), texts(&values, "title"));
        shelves::add_term(&viewer.library, viewer.actor()?, facet, slug, title).await?;
        Ok(Done::Saved.on("/studio/terms"))
    });
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn rename_term(
    Asking(viewer): Asking,
    Path(id): Path<TermId>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = async {
        shelves::rename_term(&viewer.library, viewer.actor()?, &id, texts(&values, "title")).await?;
        Ok(Done::Saved.on(&format!("/studio/terms#term-{id}")))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn move_term(
    Asking(viewer): Asking,
    Path(id): Path<TermId>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = async {
        shelves::move_term(&viewer.library, viewer.actor()?, &id, place(&values)?).await?;
        Ok(Done::Saved.on(&format!("/studio/terms#term-{id}")))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn remove_term(Asking(viewer): Asking, Path(id): Path<TermId>) -> Answer<Response> {
    let done = async {
        shelves::remove_term(&viewer.library, viewer.actor()?, &id).await?;
        Ok(Done::Removed.on("/studio/terms"))
    };
    let done = done.await;
    go_on(viewer, done, Values::new()).await
}

pub(crate) async fn describe(
    Asking(viewer): Asking,
    Path(id): Path<ResourceId>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = try_describe(&viewer, &id, &values).await;
    let done = done.map(|()| Done::Saved.on(&format!("/studio/resources/{id}#about")));
    go_on(viewer, done, values).await
}

async fn try_describe(viewer: &Viewer, id: &ResourceId, values: &Values) -> content::Result<()> {
    let line = |name: &str| value(values, name).to_owned();
    // The form shows a day: a moment of it that a program said stays, where the day does.
    let was = shelves::find_about(&viewer.library, id).await?.review_by;
    let is_same = was.map(day::ending).is_some_and(|day| day == value(values, "review_by"));
    let about = About {
        summary: texts(values, "summary"),
        author: line("author"),
        institution: line("institution"),
        disclosure: line("disclosure"),
        license: line("license"),
        source: line("source"),
        review_by: if is_same { was } else { last_day(values)? },
    };
    let ticked = values.iter().filter(|(_, value)| !value.is_empty()).filter_map(|(name, _)| {
        let (facet, slug) = name.split_once('-')?;
        Some((Facet::parse(facet)?, slug.to_owned()))
    });
    let terms: Vec<_> = ticked.collect();
    shelves::describe(&viewer.library, viewer.actor()?, id, about, &terms).await
}

/// The end of the day in the field, if there is one.
fn last_day(values: &Values) -> content::Result<Option<i64>> {
    match value(values, "review_by") {
        "" => Ok(None),
        text => day::end_of(text).map(Some).ok_or(Error::Invalid { field: "review_by", why: Why::Unreadable }),
    }
}

pub(crate) async fn look_again(
    Asking(viewer): Asking,
    Path(id): Path<ResourceId>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = async {
        let until = last_day(&values)?.ok_or(Error::Invalid { field: "review_by", why: Why::Empty })?;
        due::look_again(&viewer.library, viewer.actor()?, &id, until).await?;
        Ok(Done::LookedAt.on("/studio/review-by"))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}
