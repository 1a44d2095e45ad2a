//! How does somebody ask a server that may die, or be full, at any moment? Every answer is a yes, or a sentence.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder, Response};
use tokio::sync::watch;

use crate::support::Person;
use crate::support::figures::Slowest;

/// Whoever hears nothing for so long was not answered.
const SILENCE: Duration = Duration::from_secs(30);
/// What a server says that cannot now: come again, and no room.
const BUSY: u16 = 503;
pub(super) const FULL: u16 = 507;

/// Why nothing was acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unheard {
    /// The server said why it cannot.
    Refused(u16),
    /// It is gone.
    Gone,
}

/// An answer that is no refusal.
#[derive(Debug)]
pub(super) struct Heard {
    pub(super) status: u16,
    pub(super) offset: Option<usize>,
    pub(super) location: Option<String>,
    pub(super) body: Vec<u8>,
}

impl Heard {
    #[track_caller]
    pub(super) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("the answer is JSON")
    }
}

/// How much has been acknowledged so far, to whom, and how often something was refused.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub(super) kept: Vec<usize>,
    pub(super) refused: usize,
}

impl Counts {
    pub(super) fn kept(&self) -> usize {
        self.kept.iter().sum()
    }
}

/// What all are told, counted.
pub(super) struct Tally {
    pub(super) counts: watch::Sender<Counts>,
    pub(super) slowest: Mutex<Slowest>,
}

impl Tally {
    pub(super) fn of(writers: usize) -> Self {
        let counts = Counts { kept: vec![0; writers], refused: 0 };
        Self { counts: watch::Sender::new(counts), slowest: Mutex::default() }
    }

    pub(super) fn keep(&self, who: usize, count: usize) {
        self.counts.send_modify(|counts| counts.kept[who] += count);
    }

    /// Sends a request and hears the answer.
    ///
    /// # Panics
    /// Where there is silence, or the server says that something in it broke, or refuses without a sentence.
    pub(super) async fn ask(&self, request: RequestBuilder) -> Result<Heard, Unheard> {
        let begun = Instant::now();
        let (client, request) = request.timeout(SILENCE).build_split();
        let request = request.expect("a request");
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let answered = async { read(client.execute(request).await?).await }.await;
        let heard = answered.map_err(|error| {
            assert!(!error.is_timeout(), "{method} {path}: silence");
            Unheard::Gone
        })?;
        let mut slowest = self.slowest.lock().expect("nobody panics here");
        slowest.note(begun.elapsed(), || format!("{method} {path}: {}", heard.status));
        drop(slowest);
        if heard.status < 500 {
            return Ok(heard);
        }
        let said = String::from_utf8_lossy(&heard.body);
        assert!([BUSY, FULL].contains(&heard.status), "{method} {path}: {} {said}", heard.status);
        assert!(
            method == Method::HEAD || is_sentence(&said),
            "{method} {path}: {} without a sentence: {said}",
            heard.status
        );
        self.counts.send_modify(|counts| counts.refused += 1);
        Err(Unheard::Refused(heard.status))
    }
}

/// What is there. Here nobody holds it to the OpenAPI document, which takes longer than all else: other stories do.
pub(super) async fn look(person: &Person, path: &str) -> serde_json::Value {
    let heard = read(person.request(Method::GET, path).send().await.expect("it answers")).await.expect("to its end");
    heard.expect(200).json()
}

async fn read(response: Response) -> reqwest::Result<Heard> {
    let text = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (offset, location) = (text("upload-offset").and_then(|text| text.parse().ok()), text("location"));
    let status = response.status().as_u16();
    Ok(Heard { status, offset, location, body: response.bytes().await?.to_vec() })
}

/// What is said of a refusal: to programs with a word of its own, to people on a page.
fn is_sentence(said: &str) -> bool {
    match serde_json::from_str::<serde_json::Value>(said) {
        Ok(told) => ["kind", "message"].iter().all(|name| told[name].as_str().is_some_and(|text| !text.is_empty())),
        Err(_) => said.contains("<main"),
    }
}
