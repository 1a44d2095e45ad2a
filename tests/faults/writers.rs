//! Who writes when the server dies? Each does one thing after the other, remembers what was acknowledged, and looks
//! afterwards whether it is there, once.

use std::collections::{BTreeMap, BTreeSet};

use content::clock::Clock;
use reqwest::Method;
use serde_json::{Value, json};

use super::asking::{FULL, Tally, Unheard, look};
use super::uploader::Uploader;
use crate::support::Person;
use crate::support::chance::Chance;

pub(super) enum Writer {
    Watcher(Watcher),
    Editor(Editor),
    Publisher(Publisher),
    Uploader(Uploader),
}

impl Writer {
    /// The same at another server.
    pub(super) fn go_to(&mut self, address: &str) {
        let person = match self {
            Self::Watcher(watcher) => &mut watcher.person,
            Self::Editor(editor) => &mut editor.person,
            Self::Publisher(publisher) => &mut publisher.person,
            Self::Uploader(uploader) => &mut uploader.person,
        };
        *person = person.at(address);
    }

    /// Does the next thing; gives how many were acknowledged.
    pub(super) async fn step(&mut self, tally: &Tally) -> Result<usize, Unheard> {
        match self {
            Self::Watcher(watcher) => watcher.step(tally).await,
            Self::Editor(editor) => editor.step(tally).await,
            Self::Publisher(publisher) => publisher.step(tally).await,
            Self::Uploader(uploader) => uploader.step(tally).await,
        }
    }

    /// Everything that was acknowledged is there, once; `all`: also what was looked at before.
    pub(super) async fn holds(&mut self, all: bool) {
        match self {
            Self::Watcher(watcher) => watcher.holds(all).await,
            Self::Editor(editor) => editor.holds().await,
            Self::Publisher(publisher) => publisher.holds(all).await,
            Self::Uploader(uploader) => uploader.holds(all).await,
        }
    }
}

/// How many of what was looked at before are looked at again.
const AGAIN: usize = 3;

/// The newest of them, and some that chance names; or all.
pub(super) fn to_look_at(count: usize, chance: &mut Chance, all: bool) -> Vec<usize> {
    if all {
        return (0..count).collect();
    }
    let newest = count.saturating_sub(AGAIN)..count;
    newest.chain((0..AGAIN.min(count)).map(|_| chance.below(count))).collect()
}

/// A learner's device: it sends a report until that is answered, then the next.
pub(super) struct Watcher {
    pub(super) person: Person,
    pub(super) lesson: String,
    pub(super) clock: Clock,
    pub(super) chance: Chance,
    /// Reports, each with its receipts.
    answered: Vec<(Value, BTreeMap<String, i64>)>,
    receipts: BTreeSet<i64>,
    open: Option<Value>,
}

/// Stretches begin on a grid so wide that a ledger keeps them apart (ms).
const GRID_MS: usize = 8;
const LENGTH_MS: usize = 6000;

impl Watcher {
    pub(super) fn new(person: Person, lesson: &str, clock: Clock, seed: u64) -> Self {
        let (answered, receipts) = (Vec::new(), BTreeSet::new());
        Self { person, lesson: lesson.to_owned(), clock, chance: Chance(seed), answered, receipts, open: None }
    }

    fn report(&mut self) -> Value {
        let events = (0..1 + self.chance.below(3)).map(|_| {
            let from = self.chance.below(LENGTH_MS / GRID_MS) * GRID_MS;
            json!({"id": uuid::Uuid::new_v4().to_string(), "lesson": self.lesson, "device_time": self.clock.now_ms(),
                "intervals_ms": [[from, from + 1 + self.chance.below(4)]], "position_ms": from, "rate": 1.0})
        });
        let events: Vec<Value> = events.collect();
        json!({"session": format!("sitting of {}", self.person.id), "events": events})
    }

    async fn step(&mut self, tally: &Tally) -> Result<usize, Unheard> {
        let report = match self.open.take() {
            Some(report) => report,
            None => self.report(),
        };
        self.open = Some(report.clone());
        let heard = tally.ask(self.person.request(Method::POST, "/api/v1/watch").json(&report)).await?;
        let receipts = receipts_of(&heard.expect(200).json());
        for receipt in receipts.values() {
            assert!(self.receipts.insert(*receipt), "receipt {receipt} was given for two events: {report}");
        }
        let count = receipts.len();
        self.answered.push((report, receipts));
        self.open = None;
        Ok(count)
    }

    async fn holds(&mut self, all: bool) {
        let path = format!("/api/v1/lessons/{}/position", self.lesson);
        let position = look(&self.person, &path).await;
        let stored = moments(&position["intervals_ms"]);
        let watched = |report: &Value| -> BTreeSet<i64> {
            report["events"].as_array().unwrap().iter().flat_map(|event| moments(&event["intervals_ms"])).collect()
        };
        let kept: BTreeSet<i64> = self.answered.iter().flat_map(|(report, _)| watched(report)).collect();
        let lost: Vec<_> = kept.difference(&stored).collect();
        assert!(lost.is_empty(), "acknowledged and lost (ms): {lost:?}");
        let open = self.open.as_ref().map(watched).unwrap_or_default();
        let invented: Vec<_> = stored.difference(&kept).filter(|at| !open.contains(at)).collect();
        assert!(invented.is_empty(), "nobody watched these (ms): {invented:?}");
        for index in to_look_at(self.answered.len(), &mut self.chance, all) {
            let (report, receipts) = &self.answered[index];
            let again = self.person.request(Method::POST, "/api/v1/watch").json(report).send().await.unwrap();
            assert_eq!(&receipts_of(&again.json().await.unwrap()), receipts, "asked again, answered alike: {report}");
        }
    }
}

/// The number of each event; one that was refused has none.
fn receipts_of(answer: &Value) -> BTreeMap<String, i64> {
    let receipts = answer["receipts"].as_array().unwrap().iter();
    let numbered = receipts.map(|receipt| {
        let number = receipt["receipt"].as_i64().unwrap_or_else(|| panic!("no receipt: {answer}"));
        (receipt["event"].as_str().unwrap().to_owned(), number)
    });
    numbered.collect()
}

/// Each millisecond of some stretches.
fn moments(intervals: &Value) -> BTreeSet<i64> {
    let stretches = intervals.as_array().unwrap().iter();
    stretches.flat_map(|stretch| stretch[0].as_i64().unwrap()..stretch[1].as_i64().unwrap()).collect()
}

/// A content manager who saves a form and captions again and again.
pub(super) struct Editor {
    pub(super) person: Person,
    pub(super) course: String,
    pub(super) resource: String,
    /// What was sent last, and the last that was acknowledged: of the title, and of the captions.
    sent: [usize; 2],
    kept: [usize; 2],
    turn: usize,
}

impl Editor {
    pub(super) fn new(person: Person, course: String, resource: String) -> Self {
        Self { person, course, resource, sent: [0; 2], kept: [0; 2], turn: 0 }
    }

    async fn step(&mut self, tally: &Tally) -> Result<usize, Unheard> {
        self.turn = 1 - self.turn;
        self.sent[self.turn] += 1;
        let text = numbered(self.sent[self.turn]);
        if self.turn == 0 {
            let request = self.person.request(Method::POST, &format!("/studio/courses/{}/edit", self.course));
            let request = request.header("sec-fetch-site", "same-origin").form(&[("title_zh", text.as_str())]);
            tally.ask(request).await?.expect(303);
        } else {
            let path = format!("/api/v1/resources/{}/captions/zh", self.resource);
            let captions = format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n");
            tally.ask(self.person.request(Method::PUT, &path).body(captions)).await?.expect(204);
        }
        self.kept[self.turn] = self.sent[self.turn];
        Ok(1)
    }

    async fn holds(&mut self) {
        let course = look(&self.person, &format!("/api/v1/courses/{}", self.course)).await;
        let title = course["title"]["zh"].as_str().unwrap().to_owned();
        let captions = self.person.page(&format!("/media/{}/captions/zh.vtt", self.resource)).await.1;
        for (index, shown) in [title, captions].iter().enumerate() {
            // What was on its way may have arrived.
            let may = self.kept[index]..=self.sent[index];
            let is_there = may.clone().any(|number| shown.contains(&numbered(number)));
            assert!(is_there || self.kept[index] == 0, "one of {may:?} was saved, and there is {shown}");
        }
    }
}

fn numbered(number: usize) -> String {
    format!("第 {number} 次：SpO2 < 90%")
}

/// A content manager who makes courses and publishes them.
pub(super) struct Publisher {
    pub(super) person: Person,
    pub(super) column: String,
    pub(super) resource: String,
    pub(super) chance: Chance,
    number: usize,
    /// The course at hand, and whether it has its lesson.
    at: Option<(String, String, bool)>,
    /// Ids and titles of what is published.
    published: Vec<(String, String)>,
    /// Courses that were acknowledged, and then something happened.
    begun: Vec<String>,
    looked_at: usize,
}

impl Publisher {
    pub(super) fn new(person: Person, column: String, resource: String, seed: u64) -> Self {
        let (published, begun) = (Vec::new(), Vec::new());
        let chance = Chance(seed);
        Self { person, column, resource, chance, number: 0, at: None, published, begun, looked_at: 0 }
    }

    async fn step(&mut self, tally: &Tally) -> Result<usize, Unheard> {
        let done = self.try_step(tally).await;
        // Whoever was told that the disk is full knows that nothing of it happened, and goes on with the same.
        if done.as_ref().is_err_and(|unheard| *unheard != Unheard::Refused(FULL))
            && let Some((id, ..)) = self.at.take()
        {
            self.begun.push(id);
        }
        done
    }

    async fn try_step(&mut self, tally: &Tally) -> Result<usize, Unheard> {
        let Some((id, title, has_lesson)) = &mut self.at else {
            self.number += 1;
            let title = format!("测血压 kurs{}", self.number);
            let body =
                json!({"column": self.column, "title": {"zh": title}, "summary": {"zh": title}, "language": "zh"});
            let heard = tally.ask(self.person.request(Method::POST, "/api/v1/courses").json(&body)).await?.expect(201);
            self.at = Some((heard.json()["id"].as_str().unwrap().to_owned(), title, false));
            return Ok(1);
        };
        let path = format!("/api/v1/courses/{id}");
        if !*has_lesson {
            let body = json!({"title": {"zh": title}, "resource": self.resource});
            let request = self.person.request(Method::POST, &format!("{path}/lessons")).json(&body);
            tally.ask(request).await?.expect(201);
            *has_lesson = true;
            return Ok(1);
        }
        let request = self.person.request(Method::POST, &format!("{path}/publish")).json(&Value::Null);
        tally.ask(request).await?.expect(200);
        self.published.extend(self.at.take().map(|(id, title, _)| (id, title)));
        Ok(1)
    }

    async fn holds(&mut self, all: bool) {
        let new = std::mem::replace(&mut self.looked_at, self.published.len())..self.published.len();
        let again = to_look_at(self.published.len(), &mut self.chance, all);
        for index in new.chain(again) {
            let (id, title) = &self.published[index];
            let course = look(&self.person, &format!("/api/v1/courses/{id}")).await;
            assert_eq!((&course["state"], &course["title"]["zh"]), (&json!("published"), &json!(title)), "{course}");
            let lessons: usize = course["modules"]
                .as_array()
                .unwrap()
                .iter()
                .map(|module| module["lessons"].as_array().unwrap().len())
                .sum();
            assert_eq!(lessons, 1, "{course}");
        }
        let begun = to_look_at(self.begun.len(), &mut self.chance, all).into_iter().map(|index| &self.begun[index]);
        for id in begun.chain(self.at.as_ref().map(|(id, ..)| id)) {
            look(&self.person, &format!("/api/v1/courses/{id}")).await;
        }
        let shown = self.shown().await;
        let twice: Vec<_> = shown.iter().filter(|(_, count)| **count > 1).collect();
        let missing: Vec<_> = self.published.iter().filter(|(_, title)| !shown.contains_key(title)).collect();
        assert!(twice.is_empty() && missing.is_empty(), "twice: {twice:?}, missing: {missing:?}");
    }

    /// Whether learners find what was published last.
    pub(super) async fn newest_is_found(&self) -> bool {
        let Some((id, title)) = self.published.last() else { return true };
        let word = title.rsplit(' ').next().unwrap();
        let found = look(&self.person, &format!("/api/v1/search?q={word}")).await;
        found["items"].as_array().unwrap().iter().any(|hit| hit["course"] == json!(id))
    }

    /// How often each title is in its column.
    async fn shown(&self) -> BTreeMap<String, usize> {
        let (mut shown, mut after) = (BTreeMap::new(), String::new());
        loop {
            let path = format!("/api/v1/courses?column={}&limit=200&after={after}", self.column);
            let page = look(&self.person, &path).await;
            for course in page["items"].as_array().unwrap() {
                *shown.entry(course["title"]["zh"].as_str().unwrap().to_owned()).or_default() += 1;
            }
            match page["next"].as_str() {
                Some(next) => after = crate::support::person::escaped(next),
                None => return shown,
            }
        }
    }
}
