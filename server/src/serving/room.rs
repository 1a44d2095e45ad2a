//! Who has a connection, and who gives way? Counted by address and in all; what only waits makes room for newcomers.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::AbortHandle;

use super::connection::Pulse;
use super::{LEAST_BYTES, Limits, SILENCE};
use crate::address::net_of;

/// All connections.
pub(super) struct Room {
    limits: Limits,
    guests: Mutex<Guests>,
}

#[derive(Default)]
struct Guests {
    next: u64,
    by_id: HashMap<u64, Guest>,
    by_net: HashMap<IpAddr, usize>,
}

struct Guest {
    net: IpAddr,
    pulse: Arc<Pulse>,
    task: Option<AbortHandle>,
    /// What had moved when it last went on, and when that was.
    seen: u64,
    seen_at: Instant,
}

impl Guest {
    fn end(&self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }

    /// Whether it has kept its connection for long enough without a use of it.
    fn is_over(&mut self, limits: &Limits, now: Instant) -> bool {
        if let Some(idle) = self.pulse.idle() {
            return idle >= limits.idle;
        }
        let moved = self.pulse.moved();
        let since = now.duration_since(self.seen_at);
        // The system takes much of an answer at once and then, where the link is slow, nothing for minutes.
        let (least, patience) = match (self.pulse.is_waiting_for_body(), self.pulse.is_blocked()) {
            (true, _) => (LEAST_BYTES, limits.stall),
            (false, true) => (LEAST_BYTES, SILENCE),
            (false, false) => (1, SILENCE),
        };
        if moved - self.seen >= least {
            (self.seen, self.seen_at) = (moved, now);
            return false;
        }
        since >= patience
    }
}

impl Guests {
    /// Ends whoever has waited longest without a request; with `of`, of that address. False where nobody only waits.
    fn make_room(&mut self, of: Option<IpAddr>) -> bool {
        let waiting = |(id, guest): (&u64, &Guest)| {
            let is_meant = of.is_none_or(|net| net == guest.net) && guest.task.is_some();
            let idle = guest.pulse.idle().filter(|_| is_meant)?;
            // Whoever has most connections gives way first.
            Some((self.by_net.get(&guest.net).copied().unwrap_or_default(), idle, *id))
        };
        let Some((.., id)) = self.by_id.iter().filter_map(waiting).max() else { return false };
        if let Some(guest) = self.by_id.get(&id) {
            guest.end();
        }
        self.leave(id);
        true
    }

    fn leave(&mut self, id: u64) {
        let Some(guest) = self.by_id.remove(&id) else { return };
        if let Some(count) = self.by_net.get_mut(&guest.net) {
            *count -= 1;
            if *count == 0 {
                self.by_net.remove(&guest.net);
            }
        }
    }
}

impl Room {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, guests: Mutex::default() }
    }

    /// How long whoever sends a header, or nothing, keeps a connection.
    pub(super) fn idle(&self) -> Duration {
        self.limits.idle
    }

    fn guests(&self) -> MutexGuard<'_, Guests> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether one more of this address may come, if need be in the place of somebody who only waits.
    pub(super) fn has_place(&self, address: IpAddr) -> bool {
        let net = net_of(address);
        let mut guests = self.guests();
        let of_one = guests.by_net.get(&net).copied().unwrap_or_default();
        if !self.limits.behind_proxy && of_one >= self.limits.of_one {
            return guests.make_room(Some(net));
        }
        guests.by_id.len() < self.limits.connections || guests.make_room(None)
    }

    pub(super) fn enter(self: &Arc<Self>, address: IpAddr, pulse: Arc<Pulse>) -> Place {
        let net = net_of(address);
        let mut guests = self.guests();
        guests.next += 1;
        let id = guests.next;
        guests.by_id.insert(id, Guest { net, pulse, task: None, seen: 0, seen_at: Instant::now() });
        *guests.by_net.entry(net).or_default() += 1;
        Place { id, room: Arc::clone(self) }
    }

    /// What ends the connection from now on.
    pub(super) fn may_end(&self, id: u64, task: AbortHandle) {
        if let Some(guest) = self.guests().by_id.get_mut(&id) {
            guest.task = Some(task);
        }
    }

    /// Ends somebody who only waits, whoever it is.
    pub(super) fn make_room(&self) {
        self.guests().make_room(None);
    }

    /// Ends what has stood still for too long.
    pub(super) fn look(&self) {
        let now = Instant::now();
        for guest in self.guests().by_id.values_mut() {
            if guest.is_over(&self.limits, now) {
                guest.end();
            }
        }
    }

    /// Ends all that has no request open.
    pub(super) fn end_waiting(&self) {
        for guest in self.guests().by_id.values() {
            if guest.pulse.idle().is_some_and(|idle| idle > Duration::ZERO) {
                guest.end();
            }
        }
    }
}

/// One connection's place in the room.
pub(super) struct Place {
    id: u64,
    room: Arc<Room>,
}

impl Place {
    pub(super) fn id(&self) -> u64 {
        self.id
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.guests().leave(self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comes(room: &Arc<Room>, address: &str) -> Option<(Place, Arc<Pulse>, tokio::task::JoinHandle<()>)> {
        let address = address.parse().unwrap();
        room.has_place(address).then(|| {
            let pulse = Arc::new(Pulse::new());
            let place = room.enter(address, Arc::clone(&pulse));
            let task = tokio::spawn(std::future::pending());
            room.may_end(place.id(), task.abort_handle());
            (place, pulse, task)
        })
    }

    #[tokio::test]
    async fn whoever_only_waits_gives_way_and_whoever_is_answered_does_not() {
        let room = Arc::new(Room::new(Limits { connections: 4, of_one: 2, ..Limits::default() }));
        let (_a, pulse, answered) = comes(&room, "10.0.0.1").unwrap();
        let open = pulse.begin();
        let (_b, _, waiting) = comes(&room, "10.0.0.1").unwrap();
        let (_c, other, third) = comes(&room, "10.0.0.1").unwrap();
        assert!(waiting.await.unwrap_err().is_cancelled(), "her own older connection made room for hers");
        let also_open = other.begin();
        assert!(comes(&room, "10.0.0.1").is_none(), "both are in use");
        let (_d, _, _) = comes(&room, "2001:db8:1:2::1").unwrap();
        let (_e, _, _) = comes(&room, "2001:db8:1:2::2").unwrap();
        let (_f, _, _) = comes(&room, "10.0.0.9").unwrap();
        assert_eq!(room.guests().by_id.len(), 4, "one of the /64 gave way");
        assert!(!answered.is_finished() && !third.is_finished());
        drop((open, also_open));
    }

    #[tokio::test]
    async fn a_proxys_own_address_has_no_share() {
        let room = Arc::new(Room::new(Limits { connections: 4, of_one: 1, behind_proxy: true, ..Limits::default() }));
        let guests: Vec<_> = (0..4).map(|_| comes(&room, "127.0.0.1").unwrap()).collect();
        let open: Vec<_> = guests.iter().map(|(_, pulse, _)| pulse.begin()).collect();
        assert!(comes(&room, "127.0.0.1").is_none());
        drop((guests, open));
        assert!(room.guests().by_net.is_empty());
    }

    #[test]
    fn slow_is_allowed_and_standing_still_is_not() {
        let limits = Limits { idle: Duration::from_secs(30), stall: Duration::from_secs(60), ..Limits::default() };
        let begun = Instant::now();
        let pulse = Arc::new(Pulse::new());
        let net = "10.0.0.1".parse().unwrap();
        let mut guest = Guest { net, pulse: Arc::clone(&pulse), task: None, seen: 0, seen_at: begun };
        assert!(!guest.is_over(&limits, begun), "it has just come");
        let _open = pulse.begin();
        let at = |seconds: u64| begun + Duration::from_secs(seconds);
        assert!(!guest.is_over(&limits, at(200)), "the answer is being thought about");
        pulse.wait_for_body();
        assert!(guest.is_over(&limits, at(200)), "no byte of the body has come");
        pulse.move_bytes(5_000);
        assert!(!guest.is_over(&limits, at(201)));
        pulse.move_bytes(1_023);
        assert!(!guest.is_over(&limits, at(260)));
        assert!(guest.is_over(&limits, at(261)), "too few in a minute");
        pulse.move_bytes(1);
        assert!(!guest.is_over(&limits, at(261)));
    }

    #[test]
    fn an_answer_that_nobody_takes_and_one_that_never_comes_are_given_up() {
        let begun = Instant::now();
        let net = "10.0.0.1".parse().unwrap();
        let at = |seconds: u64| begun + Duration::from_secs(seconds);
        for is_sent in [true, false] {
            let pulse = Arc::new(Pulse::new());
            let mut guest = Guest { net, pulse: Arc::clone(&pulse), task: None, seen: 0, seen_at: begun };
            // The last of an answer may still be on its way when nobody answers any more.
            let open = pulse.begin();
            if is_sent {
                pulse.block();
                drop(open);
            }
            pulse.move_bytes(LEAST_BYTES);
            assert!(!guest.is_over(&Limits::default(), at(10)), "it moves");
            assert!(
                !guest.is_over(&Limits::default(), at(309)),
                "a slow link takes much at once, and then nothing for minutes"
            );
            assert!(guest.is_over(&Limits::default(), at(310)));
        }
    }
}
