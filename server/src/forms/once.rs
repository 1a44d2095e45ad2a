//! Was this form sent twice? What makes something makes one thing, and the second is answered as the first.

use app::view::Viewer;
use content::sendings::{self, Begun, KNOWN_ANYWAY_MS, KNOWN_MS};
use sha2::{Digest, Sha256};
use tracing::Instrument;

use super::{Values, value};

/// Does what a form asks for, once: `work` gives the address that it leads to. A form is the same when its address, its
/// fields and the word of the page it was sent from are; without that word, from a program or an older page, for some
/// seconds. It goes on when whoever sent it does not wait for it: browsers
/// let go of the first when they send the second.
///
/// # Errors
/// Those of `work`; `Conflict(SentBefore)`.
pub(super) async fn once<Work, Done>(viewer: &Viewer, values: &Values, work: Work) -> content::Result<String>
where
    Work: FnOnce(Viewer, Values) -> Done,
    Done: Future<Output = content::Result<String>> + Send + 'static,
{
    let known_ms = if value(values, "once").is_empty() { KNOWN_ANYWAY_MS } else { KNOWN_MS };
    known(viewer, values, known_ms, work).await
}

/// The same for what has a name of its own, which says of a second by itself that it is taken: without the word of its page
/// every form is one of its own.
pub(super) async fn once_named<Work, Done>(viewer: &Viewer, values: &Values, work: Work) -> content::Result<String>
where
    Work: FnOnce(Viewer, Values) -> Done,
    Done: Future<Output = content::Result<String>> + Send + 'static,
{
    if value(values, "once").is_empty() {
        return work(viewer.clone(), values.clone()).await;
    }
    known(viewer, values, KNOWN_MS, work).await
}

async fn known<Work, Done>(viewer: &Viewer, values: &Values, known_ms: i64, work: Work) -> content::Result<String>
where
    Work: FnOnce(Viewer, Values) -> Done,
    Done: Future<Output = content::Result<String>> + Send + 'static,
{
    let library = viewer.library.clone();
    let key = key_of(viewer.path(), values);
    match sendings::begin(&library, viewer.actor()?, &key, known_ms).await? {
        Begun::Again(next) => Ok(next),
        Begun::First(sending) => {
            let work = work(viewer.clone(), values.clone());
            let whole = async move {
                let done = work.await;
                let told = match &done {
                    Ok(next) => sending.finish(&library, next).await,
                    Err(_) => sending.forget(&library).await,
                };
                if let Err(error) = told {
                    tracing::warn!(%error, "what a form led to could not be noted");
                }
                done
            };
            tokio::spawn(whole.in_current_span()).await?
        }
    }
}

/// What makes a form the same.
fn key_of(path: &str, values: &Values) -> String {
    let mut fields: Vec<_> = values.iter().collect();
    fields.sort();
    let mut hash = Sha256::new();
    for part in std::iter::once(path).chain(fields.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()])) {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
