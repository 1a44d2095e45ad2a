//! Who is at work? Everybody at once, until somebody or something ends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::asking::{Counts, Tally, Unheard};
use super::uploader::Uploader;
use super::writers::{Editor, Publisher, Watcher, Writer};
use crate::support::chance::Chance;
use crate::support::{Engine, Person, Platform, Taught, figures};

/// How many learners watch.
const WATCHERS: [&str; 3] = ["dolma", "tashi", "pema"];

pub(super) struct Work {
    pub(super) taught: Taught,
    /// Somebody who only reads.
    pub(super) reader: Person,
    writers: Vec<(usize, Writer)>,
    at_work: Mutex<JoinSet<(usize, Writer)>>,
    tally: Arc<Tally>,
    stop: Arc<AtomicBool>,
}

impl Work {
    /// Everybody is there, and there is something to do.
    pub(super) async fn prepare(platform: &Platform, chance: &mut Chance) -> Self {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let reader = platform.learner("reader", &platform.near_clinic).await;
        let mut seed = || u64::try_from(chance.below(usize::MAX)).unwrap();
        let mut writers = Vec::new();
        for login in WATCHERS {
            let learner = platform.learner(login, &platform.near_clinic).await;
            let clock = platform.library.clock.clone();
            writers.push(Writer::Watcher(Watcher::new(learner, &taught.lesson, clock, seed())));
        }
        let draft = manager.adds_course(&taught.column, "草稿").await;
        writers.push(Writer::Editor(Editor::new(manager.clone(), draft, taught.resource.clone())));
        manager.post("/api/v1/columns", &json!({"slug": "made", "title": {"zh": "新课"}})).await.expect(201);
        let publisher = Publisher::new(manager.clone(), "made".into(), taught.resource.clone(), seed());
        writers.push(Writer::Publisher(publisher));
        writers.push(Writer::Uploader(Uploader::new(manager, seed())));
        let tally = Arc::new(Tally::of(writers.len()));
        let writers = writers.into_iter().enumerate().collect();
        Self { taught, reader, writers, at_work: Mutex::default(), tally, stop: Arc::default() }
    }

    pub(super) fn counts(&self) -> Counts {
        self.tally.counts.borrow().clone()
    }

    /// All go to work at this server, until it is gone or they are told to stop.
    pub(super) fn begins(&mut self, address: &str) {
        self.stop.store(false, Ordering::Relaxed);
        for (who, mut writer) in self.writers.drain(..) {
            writer.go_to(address);
            let (tally, stop) = (Arc::clone(&self.tally), Arc::clone(&self.stop));
            self.at_work.get_mut().spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    match writer.step(&tally).await {
                        Ok(count) => tally.keep(who, count),
                        Err(Unheard::Refused(_)) => {}
                        Err(Unheard::Gone) => break,
                    }
                }
                (who, writer)
            });
        }
    }

    /// So many more things are acknowledged.
    pub(super) async fn until_more_is_kept(&self, count: usize) {
        let mut counts = self.tally.counts.subscribe();
        let most = counts.borrow().kept() + count;
        tokio::select! {
            reached = counts.wait_for(|counts| counts.kept() >= most) => drop(reached.unwrap()),
            () = self.somebody_ended() => {}
        }
    }

    /// # Panics
    /// When somebody met what nobody should.
    pub(super) async fn must_go_on(&self) {
        tokio::select! {
            biased;
            () = self.somebody_ended() => {}
            () = tokio::task::yield_now() => {}
        }
    }

    async fn somebody_ended(&self) {
        let ended = self.at_work.lock().await.join_next().await;
        match ended.expect("somebody works") {
            Ok(_) => panic!("the server is gone, and nobody ended it"),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// Everybody has noticed that the server is gone.
    pub(super) async fn has_ended(&mut self) {
        while let Some(ended) = self.at_work.get_mut().join_next().await {
            self.writers.push(ended.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic())));
        }
    }

    /// Everybody ends what she is at.
    pub(super) async fn stops(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.has_ended().await;
    }

    /// Everything that was acknowledged is there, once.
    pub(super) async fn holds(&mut self, address: &str, all: bool) {
        for (_, writer) in &mut self.writers {
            writer.go_to(address);
            writer.holds(all).await;
        }
    }

    /// What was published is found: whoever follows the changes goes on.
    pub(super) async fn is_found(&self) {
        for (_, writer) in &self.writers {
            let Writer::Publisher(publisher) = writer else { continue };
            while !publisher.newest_is_found().await {
                tokio::task::yield_now().await;
            }
        }
    }

    /// The work that was left behind is done, and everything is there.
    pub(super) async fn is_done(&mut self, address: &str) {
        self.holds(address, true).await;
        self.is_found().await;
        for (_, writer) in &self.writers {
            let Writer::Uploader(uploader) = writer else { continue };
            while !uploader.all_is_ready().await {
                tokio::task::yield_now().await;
            }
        }
    }

    pub(super) fn tell(&self, story: &str, engine: Engine, figures: &Value) {
        let counts = self.counts();
        let slowest = self.tally.slowest.lock().expect("nobody panics here");
        let told = json!({"acknowledged": counts.kept(), "refused": counts.refused, "answers": slowest.count,
            "slowest_s": slowest.time.as_secs_f64(), "slowest": slowest.of, "of": figures});
        figures::tell(story, engine, &told);
    }
}
