//! How do connections come in? Each has limits for its headers, for standing still and for being idle, and there are only
//! so many of an address and in all: half-sent requests give way to newcomers. Slow is allowed, standing still is not.

mod connection;
mod room;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use content::Error;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

use app::wire::Lang;
pub(crate) use connection::Kept;
use connection::{Pulse, Waited, Watched};
use room::Room;

/// How long whoever sends a header, or nothing, keeps a connection.
const IDLE: Duration = Duration::from_secs(30);
/// Within this time at least so many bytes move where the other side is waited for: 2G brings a hundred times as many.
const STALL: Duration = Duration::from_secs(60);
const LEAST_BYTES: u64 = 1024;
/// No answer takes so long without a byte.
const SILENCE: Duration = Duration::from_secs(300);
/// How often connections are looked at.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// How long open requests may still take after a signal.
pub const GRACE: Duration = Duration::from_secs(5);
/// How many requests one HTTP/2 connection may have open.
const MOST_STREAMS: u32 = 32;

/// Files that the database, the store, the index and the converters need, whatever comes in.
const OWN_FILES: u64 = 300;
/// Each connection is a file, and what it asks for may be another.
const FILES_EACH: u64 = 2;
const MOST_FILES: u64 = 1 << 16;
/// A prefecture may come from one address; a browser that is not asking gives way to another of its own.
const MOST_OF_ONE: usize = 512;
/// What is kept of a header or a body before somebody reads it (bytes a connection).
const BUFFER_BYTES: usize = 64 << 10;

/// How much is let in at once.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections in all.
    pub connections: usize,
    /// Connections of one address, and requests of one asker.
    pub of_one: usize,
    /// Whether all connections come from our own proxy, whose address stands for everybody.
    pub behind_proxy: bool,
    pub idle: Duration,
    pub stall: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 4096, of_one: MOST_OF_ONE, behind_proxy: false, idle: IDLE, stall: STALL }
    }
}

impl Limits {
    /// What this process may open, raised to what the system allows it, decides how many are let in.
    pub fn of_this_process(behind_proxy: bool) -> Self {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let allowed = getrlimit(Resource::Nofile);
        let most = allowed.maximum.unwrap_or(MOST_FILES).min(MOST_FILES);
        let wanted = Rlimit { current: Some(most), maximum: allowed.maximum };
        let files = match setrlimit(Resource::Nofile, wanted) {
            Ok(()) => most,
            Err(_) => allowed.current.unwrap_or(MOST_FILES),
        };
        let connections = (files.saturating_sub(OWN_FILES) / FILES_EACH).clamp(64, 8192);
        let connections = usize::try_from(connections).unwrap_or(64);
        Self { connections, of_one: (connections / 4).clamp(48, MOST_OF_ONE), behind_proxy, ..Self::default() }
    }
}

/// Serves until `stop` says so, and then for as long as [`GRACE`] what has begun.
pub async fn serve(listener: TcpListener, app: Router, limits: Limits, mut stop: watch::Receiver<bool>) {
    let room = Arc::new(Room::new(limits));
    let mut tasks = JoinSet::new();
    let stopping = stop.clone();
    let mut look = tokio::time::interval(LOOK_AGAIN);
    loop {
        tokio::select! {
            come = listener.accept() => match come {
                Ok((stream, peer)) => take(&room, &mut tasks, &app, stream, peer, &stopping),
                Err(error) => {
                    // Too many open files, most of the time: whoever only waits makes room.
                    tracing::warn!(%error, "a connection could not be taken");
                    room.make_room();
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            },
            _ = look.tick() => room.look(),
            Some(_) = tasks.join_next() => {}
            () = told(&mut stop) => break,
        }
    }
    drop(listener);
    room.end_waiting();
    let _ = tokio::time::timeout(GRACE, async { while tasks.join_next().await.is_some() {} }).await;
    if !tasks.is_empty() {
        tracing::warn!(requests = tasks.len(), "some requests did not end in time");
    }
    tasks.shutdown().await;
}

/// Waits until it is time to end.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

fn take(
    room: &Arc<Room>,
    tasks: &mut JoinSet<()>,
    app: &Router,
    stream: TcpStream,
    peer: SocketAddr,
    stop: &watch::Receiver<bool>,
) {
    if !room.has_place(peer.ip()) {
        refuse(&stream);
        return;
    }
    let _ = stream.set_nodelay(true);
    let pulse = Arc::new(Pulse::new());
    let place = room.enter(peer.ip(), Arc::clone(&pulse));
    let id = place.id();
    let (app, stop) = (app.clone(), stop.clone());
    let idle = room.idle();
    let task = tasks.spawn(async move {
        answer(&app, stream, (peer, idle), &pulse, stop).await;
        drop(place);
    });
    room.may_end(id, task);
}

/// One connection, to its end.
async fn answer(
    app: &Router,
    stream: TcpStream,
    (peer, idle): (SocketAddr, Duration),
    pulse: &Arc<Pulse>,
    mut stop: watch::Receiver<bool>,
) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(idle).max_buf_size(BUFFER_BYTES);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(MOST_STREAMS);
    let io = TokioIo::new(Watched::new(stream, Arc::clone(pulse)));
    let service = hyper::service::service_fn(|request: hyper::Request<Incoming>| {
        let (app, open) = (app.clone(), pulse.begin());
        let mut request = request.map(|body| Body::new(Waited::new(body, Arc::clone(pulse))));
        request.extensions_mut().insert(ConnectInfo(peer));
        async move {
            let answer = app.oneshot(request).await?;
            Ok::<_, Infallible>(answer.map(|body| Kept::new(body, open)))
        }
    });
    let connection = builder.serve_connection(io, service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told(&mut stop) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}

/// Says why in all languages, as far as it is heard.
fn refuse(stream: &TcpStream) {
    let full = Error::busy("as many connections as there is room for");
    let words = [Lang::Zh, Lang::Bo, Lang::En].map(|lang| app::problem::tell(&full, lang, "").message);
    let text = format!("{}\n", words.join("\n"));
    let head = "HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\n\
                content-type: text/plain; charset=utf-8";
    let _ = stream.try_write(format!("{head}\r\ncontent-length: {}\r\n\r\n{text}", text.len()).as_bytes());
}
