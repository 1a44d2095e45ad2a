//! What happens when a form about a column or its topics is sent?

use app::parts::toast::Done;
use app::view::Viewer;
use axum::extract::Path;
use axum::response::Response;
use content::courses::columns::{self, ColumnEdit};
use content::courses::topics;
use content::ids::{CourseId, Language, TopicId};

use super::again::go_on;
use super::editing::{place, sent, sent_texts};
use super::once::once;
use super::{Fields, Sent, Values, file_named, texts, value};
use crate::failure::Answer;
use crate::session::Asking;

pub(crate) async fn edit_column(
    Asking(viewer): Asking,
    Path(slug): Path<String>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = async {
        let change = column_edit(&viewer, &values).await?;
        columns::edit_column(&viewer.library, viewer.actor()?, &slug, change).await?;
        Ok(Done::Saved.on(&format!("/studio/columns#column-{slug}")))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}

async fn column_edit(viewer: &Viewer, values: &Values) -> content::Result<ColumnEdit> {
    let languages = Language::ALL.iter().filter(|each| !value(values, &format!("languages_{each}")).is_empty());
    let cover = file_named(viewer, values, "cover").await?;
    Ok(ColumnEdit {
        title: sent_texts(values, "title"),
        summary: sent_texts(values, "summary"),
        languages: Some(languages.copied().collect()),
        cover: sent(values, "cover").map(|_| Some(cover).filter(|id| !id.as_str().is_empty())),
    })
}

pub(crate) async fn move_column(
    Asking(viewer): Asking,
    Path(slug): Path<String>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = async {
        columns::move_column(&viewer.library, viewer.actor()?, &slug, place(&values)?).await?;
        Ok(Done::Saved.on(&format!("/studio/columns#column-{slug}")))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn remove_column(Asking(viewer): Asking, Path(slug): Path<String>) -> Answer<Response> {
    let done = async {
        columns::remove_column(&viewer.library, viewer.actor()?, &slug).await?;
        Ok(Done::Removed.on("/studio/columns"))
    };
    let done = done.await;
    go_on(viewer, done, Values::new()).await
}

pub(crate) async fn move_course(
    Asking(viewer): Asking,
    Path((slug, id)): Path<(String, CourseId)>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = async {
        columns::move_course(&viewer.library, viewer.actor()?, &id, place(&values)?).await?;
        Ok(Done::Saved.on(&format!("/studio/columns/{slug}/topics#course-{id}")))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn add_topic(
    Asking(viewer): Asking,
    Path(slug): Path<String>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = once(&viewer, &values, |viewer, values| async move {
        topics::add_topic(&viewer.library, viewer.actor()?, &slug, texts(&values, "title")).await?;
        Ok(Done::Saved.on(&format!("/studio/columns/{slug}/topics")))
    });
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn rename_topic(
    Asking(viewer): Asking,
    Path((slug, id)): Path<(String, TopicId)>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = async {
        topics::rename_topic(&viewer.library, viewer.actor()?, &id, texts(&values, "title")).await?;
        Ok(Done::Saved.on(&format!("/studio/columns/{slug}/topics#topic-{id}")))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn move_topic(
    Asking(viewer): Asking,
    Path((slug, id)): Path<(String, TopicId)>,
    Sent(values): Fields,
) -> Answer<Response> {
    let done = async {
        topics::move_topic(&viewer.library, viewer.actor()?, &id, place(&values)?).await?;
        Ok(Done::Saved.on(&format!("/studio/columns/{slug}/topics#topic-{id}")))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn remove_topic(
    Asking(viewer): Asking,
    Path((slug, id)): Path<(String, TopicId)>,
) -> Answer<Response> {
    let done = async {
        topics::remove_topic(&viewer.library, viewer.actor()?, &id).await?;
        Ok(Done::Removed.on(&format!("/studio/columns/{slug}/topics")))
    };
    let done = done.await;
    go_on(viewer, done, Values::new()).await
}
