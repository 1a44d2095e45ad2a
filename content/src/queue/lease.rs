//! Whose is a job while it is worked on? Its worker's, as long as it says that it lives.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::MissedTickBehavior;

use super::{Job, keep_alive};
use crate::Library;
use crate::error::Result;

/// How often a worker says that it lives, where nothing else is set.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// How far a job is, in percent: its work writes it, its heartbeat tells it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reached(Arc<AtomicU64>);

impl Reached {
    pub(crate) fn at(percent: f64) -> Self {
        Self(Arc::new(AtomicU64::new(percent.to_bits())))
    }

    pub(crate) fn set(&self, percent: f64) {
        self.0.store(percent.to_bits(), Ordering::Relaxed);
    }

    fn percent(&self) -> f64 {
        f64::from_bits(self.0.load(Ordering::Relaxed))
    }
}

/// Does `work` under a lease that is kept alive; `None` when the job is no longer ours (cancelled, or taken over).
///
/// The heartbeat waits for the database's only writer, which the work may hold: it beats in a task of its own, so that
/// the work goes on meanwhile and lets go of it.
pub(crate) async fn hold<T>(
    library: &Library,
    job: &Job,
    owner: &str,
    reached: &Reached,
    work: impl Future<Output = Result<T>>,
) -> Result<Option<T>> {
    let (lost, is_lost) = oneshot::channel();
    tokio::spawn(beat(library.clone(), job.clone(), owner.to_owned(), reached.clone(), lost));
    tokio::select! {
        biased;
        done = work => done.map(Some),
        Ok(()) = is_lost => Ok(None),
    }
}

/// Beats until the job is lost, or nobody works on it any more. A beat that fails is not the job's failure: the next one
/// may come through before the lease runs out, and whoever has lost it cannot end it.
async fn beat(library: Library, job: Job, owner: String, reached: Reached, mut lost: oneshot::Sender<()>) {
    let mut ticks = tokio::time::interval(library.settings.heartbeat.unwrap_or(HEARTBEAT));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = lost.closed() => return,
            _ = ticks.tick() => {}
        }
        match keep_alive(&library, &job, &owner, reached.percent()).await {
            Ok(true) => {}
            Ok(false) => {
                let _ = lost.send(());
                return;
            }
            Err(error) => tracing::warn!(%error, job.id = %job.id, "a sign of life was not written down"),
        }
    }
}
