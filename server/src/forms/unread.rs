//! What becomes of a body that nobody read to its end? It is read out, within limits: a connection that is closed over unread
//! bytes takes the answer with it, and whoever sent too much would never read why it was refused.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures::{Stream, StreamExt};

/// No more is read for that (bytes), and for no longer.
const MOST: usize = 8 << 20;
const LONGEST: Duration = Duration::from_secs(5);

/// A body that is shared with its reader.
#[derive(Clone)]
pub(super) struct Unread(Arc<Mutex<(BodyDataStream, bool)>>);

impl Unread {
    /// The body, and what may be left of it.
    pub(super) fn share(body: Body) -> (Body, Self) {
        let shared = Self(Arc::new(Mutex::new((body.into_data_stream(), false))));
        (Body::from_stream(shared.clone()), shared)
    }

    pub(super) async fn read_out(mut self) {
        let rest = async {
            let mut left = MOST;
            while let Some(Ok(bytes)) = self.next().await {
                left = left.saturating_sub(bytes.len());
                if left == 0 {
                    break;
                }
            }
        };
        // What is slower than that has been waited for long enough.
        let _ = tokio::time::timeout(LONGEST, rest).await;
    }
}

impl Stream for Unread {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (body, is_over) = &mut *shared;
        if *is_over {
            return Poll::Ready(None);
        }
        let polled = Pin::new(body).poll_next(context);
        *is_over = matches!(polled, Poll::Ready(None | Some(Err(_))));
        polled
    }
}
