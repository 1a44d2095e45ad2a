//! Does a connection live? What moves on it is counted, and whether it is the other side that is waited for.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// What is known of one connection from outside.
pub(super) struct Pulse {
    born: Instant,
    /// Requests that are being answered.
    open: AtomicUsize,
    /// Since when there is none, in milliseconds after `born`.
    idle_since_ms: AtomicU64,
    /// Bytes in and out.
    moved: AtomicU64,
    /// Bodies that whoever answers waits for.
    bodies: AtomicUsize,
    /// Whether the other side does not take what is sent.
    is_blocked: AtomicBool,
}

impl Pulse {
    pub(super) fn new() -> Self {
        Self {
            born: Instant::now(),
            open: AtomicUsize::new(0),
            idle_since_ms: AtomicU64::new(0),
            moved: AtomicU64::new(0),
            bodies: AtomicUsize::new(0),
            is_blocked: AtomicBool::new(false),
        }
    }

    fn age_ms(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// A request begins; it is open until what this gives is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Open {
        self.open.fetch_add(1, Relaxed);
        Open(Arc::clone(self))
    }

    /// For how long no request has been open; nothing while one is, or while the last of an answer still leaves.
    pub(super) fn idle(&self) -> Option<Duration> {
        let since = self.idle_since_ms.load(Relaxed);
        let is_idle = self.open.load(Relaxed) == 0 && !self.is_blocked();
        is_idle.then(|| Duration::from_millis(self.age_ms().saturating_sub(since)))
    }

    pub(super) fn moved(&self) -> u64 {
        self.moved.load(Relaxed)
    }

    /// Whether what should come is waited for.
    pub(super) fn is_waiting_for_body(&self) -> bool {
        self.bodies.load(Relaxed) > 0
    }

    /// Whether the other side does not take what is sent.
    pub(super) fn is_blocked(&self) -> bool {
        self.is_blocked.load(Relaxed)
    }
}

#[cfg(test)]
impl Pulse {
    pub(super) fn wait_for_body(&self) {
        self.bodies.fetch_add(1, Relaxed);
    }

    pub(super) fn block(&self) {
        self.is_blocked.store(true, Relaxed);
    }

    pub(super) fn move_bytes(&self, count: u64) {
        self.moved.fetch_add(count, Relaxed);
    }
}

/// One open request.
pub(super) struct Open(Arc<Pulse>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.idle_since_ms.store(self.0.age_ms(), Relaxed);
        self.0.open.fetch_sub(1, Relaxed);
    }
}

/// The socket, with what moves counted.
pub(super) struct Watched {
    stream: TcpStream,
    pulse: Arc<Pulse>,
}

impl Watched {
    pub(super) fn new(stream: TcpStream, pulse: Arc<Pulse>) -> Self {
        Self { stream, pulse }
    }

    fn wrote(&self, written: Poll<std::io::Result<usize>>) -> Poll<std::io::Result<usize>> {
        self.pulse.is_blocked.store(written.is_pending(), Relaxed);
        if let Poll::Ready(Ok(count)) = &written {
            self.pulse.moved.fetch_add(*count as u64, Relaxed);
        }
        written
    }
}

impl AsyncRead for Watched {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let this = self.get_mut();
        let before = into.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, into);
        this.pulse.moved.fetch_add((into.filled().len() - before) as u64, Relaxed);
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.wrote(written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, parts);
        this.wrote(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

/// A request's body, which tells when it is waited for.
pub(super) struct Waited<B> {
    body: B,
    pulse: Arc<Pulse>,
    is_waited_for: bool,
}

impl<B> Waited<B> {
    pub(super) fn new(body: B, pulse: Arc<Pulse>) -> Self {
        Self { body, pulse, is_waited_for: false }
    }

    fn set(&mut self, is_waited_for: bool) {
        if is_waited_for && !self.is_waited_for {
            self.pulse.bodies.fetch_add(1, Relaxed);
        } else if !is_waited_for && self.is_waited_for {
            self.pulse.bodies.fetch_sub(1, Relaxed);
        }
        self.is_waited_for = is_waited_for;
    }
}

impl<B> Drop for Waited<B> {
    fn drop(&mut self) {
        self.set(false);
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Waited<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.get_mut();
        let frame = Pin::new(&mut this.body).poll_frame(context);
        this.set(frame.is_pending());
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer's body, with what is kept until it has left.
pub(crate) struct Kept<T> {
    body: axum::body::Body,
    _until_it_has_left: T,
}

impl<T> Kept<T> {
    pub(crate) fn new(body: axum::body::Body, until_it_has_left: T) -> Self {
        Self { body, _until_it_has_left: until_it_has_left }
    }
}

impl<T: Unpin> Body for Kept<T> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
