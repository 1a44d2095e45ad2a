//! May she come in? Wrong passwords slow an account and an address down; whoever was there before is not kept out by them.

use super::password::{self, fingerprint};
use super::{Account, SESSION_MS, SignIn, sql};
use crate::Library;
use crate::db::{again, find, find_in, write};
use crate::error::{Error, Result, Why};
use crate::ids::PersonId;

/// How far back failed sign-ins count.
pub(super) const FAILURE_WINDOW_MS: i64 = 10 * 60_000;
/// How long a place is known after somebody signed in there, in milliseconds (a year).
pub(super) const KNOWN_MS: i64 = 365 * 24 * 3_600_000;

/// Failed sign-ins after which the next has to wait, and by how many more the wait doubles.
struct Limit {
    most: i64,
    first_s: i64,
    doubles_after: i64,
    longest_s: i64,
}

/// Of one account at one place. At an address from which she has signed in before it takes many more, or whoever sits in
/// the same clinic could keep her out.
const PAIR: Limit = Limit { most: 8, first_s: 4, doubles_after: 1, longest_s: 300 };
const KNOWN_PAIR: Limit = Limit { most: 100, first_s: 2, doubles_after: 10, longest_s: 60 };
/// Of one account from wherever nobody has signed in to it before, and of an address, which a whole clinic may share.
const ACCOUNT: Limit = Limit { most: 60, first_s: 15, doubles_after: 10, longest_s: 60 };
const ADDRESS: Limit = Limit { most: 60, first_s: 15, doubles_after: 10, longest_s: 60 };

impl Limit {
    /// For how long the next try waits after that many failures, in milliseconds.
    fn pause_ms(&self, failures: i64) -> i64 {
        if failures < self.most {
            return 0;
        }
        let doublings = ((failures - self.most) / self.doubles_after).min(30);
        (self.first_s << doublings).min(self.longest_s) * 1000
    }
}

/// How many sessions of a kind one person has at a time; with another the oldest ends. So many programs keep a token each,
/// and so many browsers a cookie: neither drives out the other.
pub const MOST_SESSIONS: i64 = 50;

/// From where somebody signs in.
#[derive(Debug, Default)]
pub struct Coming<'a> {
    /// The address, by which failures are counted.
    pub address: &'a str,
    /// What this browser was given when somebody signed in to it before.
    pub device: Option<&'a str>,
    /// The session that this sign-in takes the place of.
    pub replaces: Option<&'a str>,
    /// Whether it is a program, which is given a token.
    pub is_program: bool,
}

/// Failed sign-ins of an account at a place, of the account, and of the place: how many, and when the last was.
#[derive(sqlx::FromRow)]
struct Failures {
    of_pair: i64,
    of_account: i64,
    of_place: i64,
    pair_at: Option<i64>,
    account_at: Option<i64>,
    place_at: Option<i64>,
}

/// Where a try is counted: at the device where it is known for this account, else at the address.
struct Gate {
    account: String,
    place: String,
    limits: &'static [Limit; 3],
}

impl Coming<'_> {
    fn kind(&self) -> &'static str {
        if self.is_program { "program" } else { "browser" }
    }
}

/// No limit.
const NONE: Limit = Limit { most: i64::MAX, first_s: 0, doubles_after: 1, longest_s: 0 };
const OF_STRANGERS: [Limit; 3] = [PAIR, ACCOUNT, ADDRESS];
const OF_THE_KNOWN: [Limit; 3] = [KNOWN_PAIR, NONE, NONE];
const OF_DEVICES: [Limit; 3] = [PAIR, NONE, NONE];

/// Whether somebody has signed in to this account there.
async fn is_known(library: &Library, account: &str, place: &str) -> Result<bool> {
    let since = library.clock.now_ms() - KNOWN_MS;
    Ok(find!(&library.db, (i64,), sql::FIND_KNOWN_PLACE, account, place, since)?.is_some())
}

impl Gate {
    async fn find(library: &Library, login: &str, coming: &Coming<'_>) -> Result<Self> {
        let (account, address) = (fingerprint(login), fingerprint(coming.address));
        let device = coming.device.map(fingerprint);
        if let Some(device) = device
            && is_known(library, &account, &device).await?
        {
            return Ok(Self { account, place: device, limits: &OF_DEVICES });
        }
        let limits = if is_known(library, &account, &address).await? { &OF_THE_KNOWN } else { &OF_STRANGERS };
        Ok(Self { account, place: address, limits })
    }

    /// # Errors
    /// `TooMany` where the next try has to wait.
    fn judge(&self, failures: &Failures, now: i64) -> Result<()> {
        let counted = [
            (failures.of_pair, failures.pair_at),
            (failures.of_account, failures.account_at),
            (failures.of_place, failures.place_at),
        ];
        // Below the limit nobody waits, though another try may have been counted a moment after this one looked.
        let until = self.limits.iter().zip(counted).filter_map(|(limit, (count, at))| {
            let pause_ms = limit.pause_ms(count);
            Some(at? + pause_ms).filter(|_| pause_ms > 0)
        });
        match until.max().filter(|until| *until > now) {
            Some(until) => Err(Error::TooMany { retry_after_s: (until - now) / 1000 + 1 }),
            None => Ok(()),
        }
    }

    /// Whether a try may be made now, asked before it costs anything.
    async fn ask(&self, library: &Library) -> Result<()> {
        let now = library.clock.now_ms();
        let (account, place) = (&self.account, &self.place);
        let failures = find!(&library.db, Failures, sql::COUNT_FAILURES, account, place, now - FAILURE_WINDOW_MS)?;
        failures.map_or(Ok(()), |failures| self.judge(&failures, now))
    }

    /// Counts a try as a failure, which it is until its password proves right; gives its id. The gate is locked until
    /// commit, so tries at the same moment count each other.
    async fn count(&self, library: &Library) -> Result<String> {
        let now = library.clock.now_ms();
        let (account, place) = (&self.account, &self.place);
        let mut tx = library.db.begin().await?;
        write!(&mut tx, sql::LOCK_GATE)?;
        let failures = find_in!(&mut tx, Failures, sql::COUNT_FAILURES, account, place, now - FAILURE_WINDOW_MS)?;
        if let Some(failures) = failures {
            self.judge(&failures, now)?;
        }
        let attempt = uuid::Uuid::now_v7().simple().to_string();
        write!(&mut tx, sql::ADD_FAILURE, &attempt, account, place, now)?;
        tx.commit().await?;
        Ok(attempt)
    }
}

/// Signs in. A wrong password and an unknown account answer alike, in words and in time.
///
/// # Errors
/// `Invalid(password, WrongCredentials)`; `TooMany` after too many failures of this account or address; `Busy` where too
/// many sign in at once.
pub async fn sign_in(library: &Library, login: &str, password: &str, coming: &Coming<'_>) -> Result<SignIn> {
    let login = login.trim().to_lowercase();
    let gate = Gate::find(library, &login, coming).await?;
    gate.ask(library).await?;
    // First the place, then the count: what still waits for a place is no failure that could keep others out.
    let place = library.passwords.place(coming.address).await?;
    let attempt = gate.count(library).await?;
    let account = find!(&library.db, Account, sql::FIND_ACCOUNT, &login)?;
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let right = place.verify(password.to_owned(), hash).await?;
    match account {
        Some(account) if right => {
            let device = match coming.device {
                Some(device) => device.to_owned(),
                None => password::new_token()?,
            };
            let token = password::new_token()?;
            let places = [fingerprint(coming.address), fingerprint(&device)];
            let opened = Opened {
                gate: &gate,
                attempt: &attempt,
                token: &token,
                replaces: coming.replaces,
                places,
                kind: coming.kind(),
            };
            again(|| open_session(library, &account.id, &opened)).await?;
            Ok(SignIn { token, device, person: account.id })
        }
        _ => Err(Error::invalid("password", Why::WrongCredentials)),
    }
}

struct Opened<'a> {
    gate: &'a Gate,
    attempt: &'a str,
    token: &'a str,
    replaces: Option<&'a str>,
    places: [String; 2],
    kind: &'static str,
}

/// The password was right: no failure, a session in the place of the one that was there, or of her oldest where she has
/// too many, and two places known.
async fn open_session(library: &Library, person: &PersonId, opened: &Opened<'_>) -> Result<()> {
    let now = library.clock.now_ms();
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::FORGET_FAILURE, opened.attempt)?;
    if let Some(replaced) = opened.replaces {
        write!(&mut tx, sql::END_SESSION, fingerprint(replaced))?;
    }
    write!(&mut tx, sql::ADD_SESSION, fingerprint(opened.token), person, opened.kind, now, now + SESSION_MS)?;
    write!(&mut tx, sql::END_OLDEST_SESSIONS, person, opened.kind, MOST_SESSIONS)?;
    write!(&mut tx, sql::SET_FIRST_SIGN_IN, person, now)?;
    for place in &opened.places {
        write!(&mut tx, sql::KNOW_PLACE, &opened.gate.account, place, now)?;
    }
    tx.commit().await
}

/// What runs out of signing in.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Expired {
    Sessions,
    Failures,
    /// Where somebody signed in.
    Places,
}

/// Takes away some of what has run out; gives how many rows went.
///
/// # Errors
/// `Busy` or `Internal` when the database cannot.
pub(crate) async fn forget_expired(library: &Library, what: Expired, most: i64) -> Result<u64> {
    let now = library.clock.now_ms();
    let mut tx = library.db.begin().await?;
    let gone = match what {
        Expired::Sessions => write!(&mut tx, sql::FORGET_SESSIONS, now, most)?,
        Expired::Failures => write!(&mut tx, sql::FORGET_FAILURES, now - FAILURE_WINDOW_MS, most)?,
        Expired::Places => write!(&mut tx, sql::FORGET_PLACES, now - KNOWN_MS, most)?,
    };
    tx.commit().await?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_slow_down_and_never_keep_out_for_long() {
        let check = |limit: &Limit, failures: i64, seconds: i64| {
            assert_eq!(limit.pause_ms(failures), seconds * 1000, "after {failures}");
        };
        check(&PAIR, 7, 0);
        check(&PAIR, 8, 4);
        check(&PAIR, 9, 8);
        check(&PAIR, 40, 300);
        check(&PAIR, i64::MAX, 300);
        check(&ACCOUNT, 59, 0);
        check(&ACCOUNT, 60, 15);
        check(&ACCOUNT, 70, 30);
        check(&ACCOUNT, 10_000, 60);
        check(&KNOWN_PAIR, 99, 0);
        check(&NONE, 1_000_000, 0);
    }
}
