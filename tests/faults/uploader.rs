//! Somebody who sends files in pieces, and asks where to go on whenever a piece was not acknowledged.

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::asking::{Tally, Unheard, look};
use super::writers::to_look_at;
use crate::support::chance::Chance;
use crate::support::{Person, clips};

pub(super) struct Uploader {
    pub(super) person: Person,
    pub(super) chance: Chance,
    number: usize,
    open: Option<Open>,
    /// Ids and numbers of what arrived whole.
    whole: Vec<(String, usize)>,
}

/// A file on its way.
struct Open {
    location: String,
    number: usize,
    acknowledged: usize,
    /// Something was sent since, and not answered.
    is_unsure: bool,
}

/// One file in so many is a video.
const VIDEOS: usize = 6;
const LONGEST_PIECE: usize = 12_000;

/// The bytes of a file: a small video, or a text that no other has.
fn file(number: usize) -> (Vec<u8>, &'static str, &'static str) {
    if number.is_multiple_of(VIDEOS) {
        return (clips::clip(6), "talk.mp4", "video/mp4");
    }
    let lines = (0..300).map(|line| format!("{number}.{line} 收缩压 > 140 时，隔五分钟再量一次，取平均值。\n"));
    (lines.collect::<String>().into_bytes(), "notes.txt", "text/plain")
}

impl Uploader {
    pub(super) fn new(person: Person, seed: u64) -> Self {
        Self { person, chance: Chance(seed), number: 0, open: None, whole: Vec::new() }
    }

    fn tus(&self, method: Method, path: &str) -> RequestBuilder {
        self.person.request(method, path).header("tus-resumable", "1.0.0")
    }

    pub(super) async fn step(&mut self, tally: &Tally) -> Result<usize, Unheard> {
        match self.open.take() {
            None => self.begin(tally).await,
            Some(open) => {
                let (open, done) = self.go_on(tally, open).await;
                let size = file(open.number).0.len();
                if open.acknowledged == size {
                    self.whole.push((open.location.rsplit('/').next().unwrap().to_owned(), open.number));
                } else {
                    self.open = Some(open);
                }
                done
            }
        }
    }

    async fn begin(&mut self, tally: &Tally) -> Result<usize, Unheard> {
        use base64::Engine;
        self.number += 1;
        let (bytes, name, kind) = file(self.number);
        let encoded = |text: &str| base64::prelude::BASE64_STANDARD.encode(text);
        let metadata = format!("filename {},filetype {}", encoded(name), encoded(kind));
        let request = self.tus(Method::POST, "/api/v1/uploads").header("upload-length", bytes.len());
        let heard = tally.ask(request.header("upload-metadata", metadata)).await?.expect(201);
        let location = heard.location.expect("an address");
        self.open = Some(Open { location, number: self.number, acknowledged: 0, is_unsure: false });
        Ok(1)
    }

    async fn go_on(&mut self, tally: &Tally, mut open: Open) -> (Open, Result<usize, Unheard>) {
        let bytes = file(open.number).0;
        if open.is_unsure {
            let heard = tally.ask(self.tus(Method::HEAD, &open.location)).await;
            if let Ok(heard) = &heard {
                let at = heard.offset.unwrap_or_else(|| panic!("an upload is gone: {} {heard:?}", open.location));
                assert!(
                    (open.acknowledged..=bytes.len()).contains(&at),
                    "{at}, {} were acknowledged",
                    open.acknowledged
                );
                (open.acknowledged, open.is_unsure) = (at, false);
            }
            return (open, heard.map(|_| 0));
        }
        let from = open.acknowledged;
        let until = bytes.len().min(from + 1 + self.chance.below(LONGEST_PIECE));
        open.is_unsure = true;
        let request = self.tus(Method::PATCH, &open.location).header("upload-offset", from);
        let request = request.header("content-type", "application/offset+octet-stream");
        match tally.ask(request.body(bytes[from..until].to_vec())).await {
            Ok(heard) => {
                assert_eq!(heard.expect(204).offset, Some(until), "all of it was sent");
                (open.acknowledged, open.is_unsure) = (until, false);
                (open, Ok(1))
            }
            Err(unheard) => (open, Err(unheard)),
        }
    }

    pub(super) async fn holds(&mut self, all: bool) {
        if let Some(open) = &self.open {
            let at = self.person.offset_of(&open.location).await;
            assert!(at.is_some_and(|at| at >= open.acknowledged), "{at:?}, {} were acknowledged", open.acknowledged);
        }
        for index in to_look_at(self.whole.len(), &mut self.chance, all) {
            let (id, number) = &self.whole[index];
            let original = self.person.request(Method::GET, &format!("/media/{id}/original")).send().await.unwrap();
            assert_eq!(original.status(), 200, "{id}");
            assert!(original.bytes().await.unwrap() == file(*number).0, "{id}: other bytes than were sent");
        }
    }

    /// What waits for another try is tried now; true when everything that arrived is ready.
    pub(super) async fn all_is_ready(&self) -> bool {
        let jobs = look(&self.person, "/api/v1/jobs?limit=200").await;
        for job in jobs["items"].as_array().unwrap().iter().filter(|job| job["cause"].is_string()) {
            let path = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
            if self.person.post(&format!("{path}/pause"), &Value::Null).await.status == 200 {
                self.person.post(&format!("{path}/retry"), &Value::Null).await;
            }
        }
        for (id, _) in &self.whole {
            let resource = look(&self.person, &format!("/api/v1/resources/{id}")).await;
            assert_ne!(resource["stage"], "failed", "{resource}");
            if resource["stage"] != "ready" {
                return false;
            }
        }
        true
    }
}
