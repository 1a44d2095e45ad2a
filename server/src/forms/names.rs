//! What happens when a form about other names is sent?

use app::parts::address::with_query;
use app::parts::toast::Done;
use axum::response::Response;
use content::{names, search};

use super::again::go_on;
use super::{Fields, Sent, Values, value};
use crate::failure::Answer;
use crate::session::Asking;

/// Back to the names that were looked for.
fn back(values: &Values) -> String {
    with_query("/studio/names", &[("q", value(values, "q"))])
}

pub(crate) async fn save(Asking(viewer): Asking, Sent(values): Fields) -> Answer<Response> {
    let lines: Vec<String> = value(&values, "names").lines().map(str::to_owned).collect();
    let done = async {
        names::save_concept(&viewer.library, viewer.actor()?, value(&values, "key"), &lines).await?;
        search::learn_names(&viewer.library).await?;
        Ok(Done::Named.on(&back(&values)))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn leave_out(Asking(viewer): Asking, Sent(values): Fields) -> Answer<Response> {
    let done = async {
        names::save_concept(&viewer.library, viewer.actor()?, value(&values, "key"), &[]).await?;
        search::learn_names(&viewer.library).await?;
        Ok(Done::Named.on(&back(&values)))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}

pub(crate) async fn remove(Asking(viewer): Asking, Sent(values): Fields) -> Answer<Response> {
    let done = async {
        names::remove_concept(&viewer.library, viewer.actor()?, value(&values, "key")).await?;
        search::learn_names(&viewer.library).await?;
        Ok(Done::Named.on(&back(&values)))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}

/// Makes a question another name for what is called `known`.
pub(crate) async fn same(Asking(viewer): Asking, Sent(values): Fields) -> Answer<Response> {
    let done = async {
        let (known, name) = (value(&values, "known"), value(&values, "name"));
        names::call_too(&viewer.library, viewer.actor()?, known, name).await?;
        search::learn_names(&viewer.library).await?;
        let here = [("lack", value(&values, "lack")), ("unit", value(&values, "unit"))];
        Ok(Done::Named.on(&with_query("/studio/asked", &here)))
    };
    let done = done.await;
    go_on(viewer, done, values).await
}
