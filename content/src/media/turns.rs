//! Whose turn is it to write? One writer an upload on this node; a newcomer asks the writer before it to stop.
//! On a weak link the old connection may hang for minutes while the browser has long since opened a new one.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, OwnedMutexGuard};

use crate::ids::ResourceId;

#[derive(Debug, Clone, Default)]
pub(crate) struct Turns {
    queues: Arc<Mutex<HashMap<ResourceId, Arc<Queue>>>>,
}

#[derive(Debug, Default)]
struct Queue {
    place: Arc<tokio::sync::Mutex<()>>,
    waiting: AtomicUsize,
    arrived: Notify,
}

/// The right to write, until dropped.
pub(super) struct Turn {
    queue: Arc<Queue>,
    _place: OwnedMutexGuard<()>,
}

impl Turns {
    pub(super) async fn take(&self, id: &ResourceId) -> Turn {
        let queue = self.queues.lock().unwrap_or_else(PoisonError::into_inner).entry(id.clone()).or_default().clone();
        let waiting = Waiting::begin(&queue);
        queue.arrived.notify_waiters();
        let place = queue.place.clone().lock_owned().await;
        drop(waiting);
        Turn { queue, _place: place }
    }

    pub(super) fn forget(&self, id: &ResourceId) {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}

/// Counts one newcomer for as long as it waits, also when its request is dropped meanwhile.
struct Waiting<'a>(&'a Queue);

impl<'a> Waiting<'a> {
    fn begin(queue: &'a Queue) -> Self {
        queue.waiting.fetch_add(1, Ordering::SeqCst);
        Self(queue)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Turn {
    /// Runs `step` unless somebody else wants the turn: then `None`, at once.
    pub(super) async fn unless_asked<T>(&self, step: impl Future<Output = T>) -> Option<T> {
        let mut asked = std::pin::pin!(self.queue.arrived.notified());
        asked.as_mut().enable();
        if self.queue.waiting.load(Ordering::SeqCst) > 0 {
            return None;
        }
        tokio::select! {
            done = step => Some(done),
            () = asked => None,
        }
    }
}
