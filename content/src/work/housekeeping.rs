//! What is done beside the jobs, by itself? Chores, each on a hand of its own; each thing of a chore by itself, and what
//! cannot be done now is set aside with its reason and stops nothing else.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use tokio::sync::watch;

use super::{LOOK_AGAIN, presence};
use crate::Library;
use crate::courses::{due, goes};
use crate::error::{Error, Result};
use crate::media::{encoding, leaving, transcoding, uploads};
use crate::queue::{self, Chore, Reason};

/// Does a chore whenever there is something to do, until `stop` says so. What is not due costs a look, and no write.
pub(super) async fn keep_doing(library: Library, chore: Chore, mut stop: watch::Receiver<bool>) {
    loop {
        let woken = library.changed.notified();
        tokio::select! {
            () = attend(&library, chore) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Does all of a chore that is due now.
pub(super) async fn attend(library: &Library, chore: Chore) {
    if chore == Chore::GiveUp
        && let Err(error) = presence::bury(library).await
    {
        tracing::warn!(%error, "jobs of workers that were killed wait for their leases");
    }
    let due = match list_due(library, chore).await {
        Ok(due) => due,
        Err(error) => return tracing::error!(%error, %chore, "what is due could not be listed"),
    };
    for subject in due {
        attend_to(library, chore, &subject).await;
    }
    if let Err(error) = queue::forget_settled(library, chore).await {
        tracing::error!(%error, %chore, "what was set aside could not be looked at");
    }
}

async fn attend_to(library: &Library, chore: Chore, subject: &str) {
    let doing = AssertUnwindSafe(do_one(library, chore, subject)).catch_unwind();
    let done = doing.await.unwrap_or_else(|_| Err(Error::internal("it panicked")));
    let Err(error) = done else { return };
    let reason = reason(&error);
    tracing::error!(%error, %chore, subject, "set aside, and tried again");
    if let Err(error) = queue::set_aside(library, chore, subject, &reason).await {
        tracing::error!(%error, %chore, subject, "it could not be set aside");
    }
}

fn reason(error: &Error) -> Reason {
    let cause = match error {
        Error::Conflict(why) | Error::Invalid { why, .. } => why.code(),
        Error::NotFound(_) => "gone",
        _ => "internal",
    };
    Reason { cause: cause.into(), detail: error.to_string() }
}

async fn list_due(library: &Library, chore: Chore) -> Result<Vec<String>> {
    match chore {
        Chore::Upload => uploads::list_whole(library).await,
        Chore::Expire => uploads::list_expired(library).await,
        Chore::GiveUp => queue::list_deadly(library).await,
        Chore::Remove => leaving::list_due(library).await,
        Chore::Publish => due::list_due(library).await,
        Chore::EncodeAll => encoding::list_unasked(library).await,
        Chore::Complete | Chore::Keep => goes::list_unfinished(library, chore).await,
    }
}

async fn do_one(library: &Library, chore: Chore, subject: &str) -> Result<()> {
    match chore {
        Chore::Upload => uploads::complete_in_turn(library, &subject.into()).await,
        Chore::Expire => uploads::forget_expired(library, &subject.into()).await,
        Chore::GiveUp => transcoding::give_up_the_deadly(library, &subject.into()).await,
        Chore::Remove => leaving::remove(library, subject).await,
        Chore::Publish => due::publish_due(library, &subject.into()).await,
        Chore::EncodeAll => encoding::ask_for_all(library).await,
        Chore::Complete | Chore::Keep => goes::go_on(library, chore, subject).await,
    }
}
