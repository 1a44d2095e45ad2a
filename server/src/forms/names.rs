//! What happens when a form about other names is sent?

use app::parts::address::with_query;
use app::parts::toast::Done;
use app::view::Viewer;
use axum::response::Response;
use content::{names, search};

use super::again::go_on;
use super::{Fields, Sent, Values, value};
use crate::failure::Answer;
use crate::session::Asking;

pub(crate) async fn save(Asking(viewer): Asking, Sent(values): Fields) -> Answer<Response> {
    let lines: Vec<String> = value(&values, "names").lines().map(str::to_owned).collect();
    put(viewer, values, &lines).await
}

pub(crate) async fn leave_out(Asking(viewer): Asking, Sent(values): Fields) -> Answer<Response> {
    put(viewer, values, &[]).await
}

async fn put(viewer: Viewer, values: Values, lines: &[String]) -> Answer<Response> {
    let done =
        async { names::save_concept(&viewer.library, viewer.actor()?, value(&values, "key"), lines).await }.await;
    named(viewer, done, back(&values), values).await
}

pub(crate) async fn remove(Asking(viewer): Asking, Sent(values): Fields) -> Answer<Response> {
    let done = async { names::remove_concept(&viewer.library, viewer.actor()?, value(&values, "key")).await }.await;
    named(viewer, done, back(&values), values).await
}

/// Makes a question another name for what is called `known`.
pub(crate) async fn same(Asking(viewer): Asking, Sent(values): Fields) -> Answer<Response> {
    let (known, name) = (value(&values, "known"), value(&values, "name"));
    let done = async { names::call_too(&viewer.library, viewer.actor()?, known, name).await }.await;
    let here = [("lack", value(&values, "lack")), ("unit", value(&values, "unit"))];
    let here = with_query("/studio/asked", &here);
    named(viewer, done, here, values).await
}

/// Back to the names that were looked for.
fn back(values: &Values) -> String {
    with_query("/studio/names", &[("q", value(values, "q"))])
}

/// On to `next`, where this node knows the new names at once.
async fn named(viewer: Viewer, done: content::Result<()>, next: String, values: Values) -> Answer<Response> {
    let done = match done {
        Ok(()) => search::learn_names(&viewer.library).await.map(|()| Done::Named.on(&next)),
        Err(error) => Err(error),
    };
    go_on(viewer, done, values).await
}
