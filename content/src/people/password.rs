//! Is this the right password? argon2id, and the tokens that stand for a password after sign-in.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use argon2::password_hash::SaltString;
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// Hashing takes 19 MiB each time, so only a few run at once, and of one asker one after the other: whoever asks a
/// hundred times at once keeps a place free for others. Only so many wait.
#[derive(Debug, Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    waiting: Arc<Mutex<Waiting>>,
}

/// How many wait, and of one asker: a class that comes in together fits.
const MOST_WAITING: usize = 400;
const MOST_WAITING_OF_ONE: usize = 120;

#[derive(Debug, Default)]
struct Waiting {
    all: usize,
    by_asker: HashMap<String, (usize, Arc<Semaphore>)>,
}

/// Whoever waits, until she has been answered or gives up.
#[derive(Debug)]
struct InLine {
    asker: String,
    waiting: Arc<Mutex<Waiting>>,
}

impl Drop for InLine {
    fn drop(&mut self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.all -= 1;
        if let Some((count, _)) = waiting.by_asker.get_mut(&self.asker) {
            *count -= 1;
            if *count == 0 {
                waiting.by_asker.remove(&self.asker);
            }
        }
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(2)), waiting: Arc::default() }
    }
}

/// One of the few places. The work it is given keeps it to the end, also when nobody waits for the result any more.
pub(crate) struct Place {
    _place: OwnedSemaphorePermit,
    /// Of whoever had to line up for it.
    _turn: Option<(OwnedSemaphorePermit, InLine)>,
}

/// Verified against when the account is unknown, so that the answer takes as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash("nobody has this password").unwrap_or_default());

impl Passwords {
    /// Waits for a place.
    ///
    /// # Errors
    /// `Busy` where too many wait already.
    pub(crate) async fn place(&self, asker: &str) -> Result<Place> {
        let (turn, in_line) = self.line_up(asker)?;
        let turn = turn.acquire_owned().await.map_err(Error::internal)?;
        Ok(Place { _place: self.any().await?, _turn: Some((turn, in_line)) })
    }

    async fn any(&self) -> Result<OwnedSemaphorePermit> {
        Arc::clone(&self.places).acquire_owned().await.map_err(Error::internal)
    }

    fn line_up(&self, asker: &str) -> Result<(Arc<Semaphore>, InLine)> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let of_one = waiting.by_asker.get(asker).map_or(0, |(count, _)| *count);
        if waiting.all >= MOST_WAITING || of_one >= MOST_WAITING_OF_ONE {
            return Err(Error::busy("too many sign in at once"));
        }
        waiting.all += 1;
        let one = waiting.by_asker.entry(asker.to_owned()).or_insert_with(|| (0, Arc::new(Semaphore::new(1))));
        one.0 += 1;
        let turn = Arc::clone(&one.1);
        Ok((turn, InLine { asker: asker.to_owned(), waiting: Arc::clone(&self.waiting) }))
    }

    pub(crate) async fn hash(&self, password: String) -> Result<String> {
        Place { _place: self.any().await?, _turn: None }.blocking(move || hash(&password)).await
    }
}

impl Place {
    /// False for a wrong password and for no hash at all; both take one full verification.
    pub(crate) async fn verify(self, password: String, stored: Option<String>) -> Result<bool> {
        self.blocking(move || {
            let known = stored.is_some();
            let stored = stored.unwrap_or_else(|| NOBODY.clone());
            let parsed = PasswordHash::new(&stored).map_err(|error| Error::internal(error.to_string()))?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
        })
        .await
    }

    async fn blocking<T: Send + 'static>(self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let in_place = move || {
            let _place = self;
            work()
        };
        tokio::task::spawn_blocking(in_place).await?
    }
}

fn hash(password: &str) -> Result<String> {
    let salt = SaltString::encode_b64(&random::<16>()?).map_err(|error| Error::internal(error.to_string()))?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    hash.map(|hash| hash.to_string()).map_err(|error| Error::internal(error.to_string()))
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::internal(error.to_string()))?;
    Ok(bytes)
}

/// 256 random bits as 64 hexadecimal digits.
pub(super) fn new_token() -> Result<String> {
    Ok(hex(&random::<32>()?))
}

/// SHA-256 in hexadecimal: enough for tokens, which are random; never used for passwords.
pub(super) fn fingerprint(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A password a person can copy from paper: four groups of four letters without look-alikes (about 77 bits).
pub fn readable_password() -> Result<String> {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let letters: String =
        random::<16>()?.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect();
    Ok(letters.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_passes() {
        let passwords = Passwords::default();
        let stored = passwords.hash("correct horse".into()).await.unwrap();
        let check = async |password: &str, stored: Option<&String>| {
            passwords.place("one").await.unwrap().verify(password.into(), stored.cloned()).await.unwrap()
        };
        assert!(check("correct horse", Some(&stored)).await);
        assert!(!check("wrong horse", Some(&stored)).await);
        assert!(!check("nobody has this password", None).await);
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_any_more_still_has_its_place() {
        let passwords = Passwords::default();
        let (begin, begun) = tokio::sync::oneshot::channel();
        let (end, ended) = std::sync::mpsc::channel();
        let work = move || {
            begin.send(()).unwrap();
            ended.recv().unwrap();
            Ok(())
        };
        let waiting = tokio::spawn(passwords.place("one").await.unwrap().blocking(work));
        begun.await.unwrap();
        waiting.abort();
        assert!(waiting.await.unwrap_err().is_cancelled());
        assert_eq!(passwords.places.available_permits(), 1, "it is still at work");
        end.send(()).unwrap();
        let _both = (passwords.place("one").await.unwrap(), passwords.place("other").await.unwrap());
    }

    #[tokio::test]
    async fn whoever_asks_a_hundred_times_leaves_a_place_to_others_and_only_so_many_wait() {
        let passwords = Passwords::default();
        let held = passwords.place("one").await.unwrap();
        let waiting: Vec<_> = (1..MOST_WAITING_OF_ONE).map(|_| passwords.line_up("one").unwrap()).collect();
        assert!(matches!(passwords.place("one").await, Err(Error::Busy(_))));
        drop(passwords.place("other").await.unwrap());
        drop((held, waiting));
        let waiting = passwords.waiting.lock().unwrap();
        assert!(waiting.all == 0 && waiting.by_asker.is_empty(), "whoever has left does not count");
    }
}
