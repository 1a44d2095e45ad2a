//! Who is let in when many ask? Requests are counted by address and in all; receipts and sign-ins still find room when
//! everything else is full.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use content::Error;

use crate::Platform;
use crate::serving::{Kept, Limits};

/// How many requests are being answered, by whom they are asked.
#[derive(Clone)]
pub(crate) struct Admission {
    most: usize,
    most_of_first: usize,
    most_of_one: usize,
    open: Arc<Mutex<Open>>,
}

#[derive(Default)]
struct Open {
    all: usize,
    by_asker: HashMap<String, usize>,
}

/// One request's place, until its answer has left.
pub(crate) struct Place {
    asker: String,
    open: Arc<Mutex<Open>>,
}

impl Admission {
    /// A quarter of what there is room for is kept for what goes first.
    pub(crate) fn new(limits: &Limits) -> Self {
        let most = limits.connections - limits.connections / 4;
        Self { most, most_of_first: limits.connections, most_of_one: limits.of_one, open: Arc::default() }
    }

    /// A place for a request, where there is one.
    fn place(&self, asker: String, goes_first: bool) -> Option<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let most = if goes_first { self.most_of_first } else { self.most };
        let of_one = open.by_asker.get(&asker).copied().unwrap_or_default();
        if open.all >= most || of_one >= self.most_of_one {
            return None;
        }
        open.all += 1;
        *open.by_asker.entry(asker.clone()).or_default() += 1;
        Some(Place { asker, open: Arc::clone(&self.open) })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all -= 1;
        if let Some(count) = open.by_asker.get_mut(&self.asker) {
            *count -= 1;
            if *count == 0 {
                open.by_asker.remove(&self.asker);
            }
        }
    }
}

/// What has to be told though the server is full: what was learned, who comes in, whether it lives.
fn goes_first(method: &Method, path: &str) -> bool {
    match path {
        "/api/v1/watch" | "/api/v1/sign-in" => method == Method::POST,
        "/sign-in" | "/healthz" | "/readyz" => true,
        _ => false,
    }
}

/// Lets a request in, or tells it in words when to come again.
pub(crate) async fn admit(State(platform): State<Platform>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0);
    let Some(peer) = peer else { return next.run(request).await };
    let asker = platform.address_of(peer, request.headers());
    let place = platform.admission.place(asker, goes_first(request.method(), request.uri().path()));
    match place {
        Some(place) => next.run(request).await.map(|body| Body::new(Kept::new(body, place))),
        None => crate::session::turn_away(&platform, &request, &Error::busy("as many requests as there is room for")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_kept_for_receipts_and_sign_ins_and_nobody_takes_all() {
        let admission = Admission::new(&Limits { connections: 8, of_one: 3, ..Limits::default() });
        let ask = |asker: &str, first: bool| admission.place(asker.to_owned(), first);
        let one: Vec<_> = (0..3).map(|_| ask("one", false).unwrap()).collect();
        assert!(ask("one", false).is_none() && ask("one", true).is_none(), "that is her share");
        let others: Vec<_> = (0..3).map(|index| ask(&format!("other {index}"), false).unwrap()).collect();
        assert!(ask("late", false).is_none(), "all that is for everybody is taken");
        let first: Vec<_> = (0..2).map(|index| ask(&format!("first {index}"), true).unwrap()).collect();
        assert!(ask("late", true).is_none());
        drop((one, others, first));
        let open = admission.open.lock().unwrap();
        assert!(open.all == 0 && open.by_asker.is_empty(), "what has left takes no room");
    }

    #[test]
    fn what_goes_first_is_told_apart() {
        assert!(goes_first(&Method::POST, "/api/v1/watch") && goes_first(&Method::GET, "/sign-in"));
        assert!(!goes_first(&Method::GET, "/api/v1/watch") && !goes_first(&Method::POST, "/studio/upload"));
    }
}
