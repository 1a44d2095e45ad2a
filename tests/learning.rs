//! The watch ledger: receipts, completion, resuming, and what is refused.

use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::person::event;
use crate::support::{Person, Platform};

async fn position(person: &Person, lesson: &str) -> Value {
    person.get(&format!("/api/v1/lessons/{lesson}/position")).await.expect(200)
}

async fn report(person: &Person, session: &str, events: Vec<Value>) -> Vec<Value> {
    let answer = person.post("/api/v1/watch", &json!({"session": session, "events": events})).await.expect(200);
    answer["receipts"].as_array().unwrap().clone()
}

fn now(platform: &Platform) -> i64 {
    platform.library.clock.now_ms()
}

both! {
    async fn a_completed_course_stays_completed_when_lessons_are_added(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let receipt = learner.watches(&taught.lesson, &[(0, 6)], platform.library.clock.now_ms()).await;
        assert_eq!(receipt["completed"], true);
        manager.adds_lesson(&taught.course, "后来加的课", &taught.resource).await;
        let page = learner.page(&format!("/courses/{}", taught.course)).await.1;
        assert!(page.contains("You have completed this course") && page.contains("后来加的课"), "{page}");
    }

    async fn a_learner_watches_resumes_and_completes(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 20).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let lesson = &taught.lesson;
        platform.later(30);
        let first = learner.watches(lesson, &[(0, 10)], now(platform)).await;
        assert_eq!((first["receipt"].as_i64(), first["watched_ms"].as_i64()), (Some(1), Some(10_000)));
        assert_eq!(first["completed"], false);
        let again = platform.sign_in("dolma").await;
        assert_eq!(position(&again, lesson).await["position_ms"], 10_000, "on any device");
        platform.later(10);
        let seventeen = again.watches(lesson, &[(10, 17)], now(platform)).await;
        assert_eq!((seventeen["watched_ms"].as_i64(), seventeen["completed"].as_bool()), (Some(17_000), Some(false)));
        platform.later(10);
        let eighteen = again.watches(lesson, &[(17, 18)], now(platform)).await;
        assert_eq!((eighteen["receipt"].as_i64(), eighteen["completed"].as_bool()), (Some(3), Some(true)), "at 90 %");
        let known = position(&learner, lesson).await;
        assert_eq!((known["receipt"].as_i64(), known["intervals_ms"].clone()), (Some(3), json!([[0, 18_000]])));
        let course = learner.get(&format!("/api/v1/courses/{}", taught.course)).await.expect(200);
        assert_eq!(course["modules"][0]["lessons"][0]["progress"]["completed"], true);
    }

    async fn repeating_a_report_changes_nothing(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 20).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        platform.later(30);
        let events = vec![event("e1", &taught.lesson, &[(0, 5)], now(platform)), event("e2", &taught.lesson, &[(5, 9)], now(platform))];
        let first = report(&learner, "s1", events.clone()).await;
        let second = report(&learner, "s1", events.clone()).await;
        assert_eq!(first.iter().map(|each| each["receipt"].clone()).collect::<Vec<_>>(), [json!(1), json!(2)]);
        assert_eq!(second.iter().map(|each| each["receipt"].clone()).collect::<Vec<_>>(), [json!(1), json!(2)]);
        assert_eq!(position(&learner, &taught.lesson).await["watched_ms"], 9_000);
        let next = report(&learner, "s1", vec![event("e3", &taught.lesson, &[(0, 9)], now(platform))]).await;
        assert_eq!((next[0]["receipt"].as_i64(), next[0]["watched_ms"].as_i64()), (Some(3), Some(9_000)), "watching again adds nothing");
    }

    async fn many_at_once_are_each_answered_once(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 20).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        platform.later(600);
        let now = now(platform);
        let reports = (0..8).map(|index| {
            let events = vec![event(&format!("e{}", index / 2), &taught.lesson, &[(index, index + 1)], now)];
            let learner = &learner;
            async move { report(learner, "s1", events).await[0]["receipt"].as_i64().unwrap() }
        });
        let mut numbers = futures::future::join_all(reports).await;
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 1, 2, 2, 3, 3, 4, 4], "the same event has one number, no number is used twice");
    }

    async fn nobody_watches_faster_than_the_clock(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 40).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let at_once = learner.watches(&taught.lesson, &[(0, 40)], now(platform)).await;
        assert_eq!((at_once["refused"]["kind"].as_str(), at_once["watched_ms"].as_i64()), (Some("faster_than_the_clock"), Some(0)));
        assert!(at_once.get("receipt").is_none());
        let split = (0..8).map(|index| event(&format!("part{index}"), &taught.lesson, &[(index * 5, index * 5 + 5)], now(platform)));
        let split = report(&learner, "s1", split.collect()).await;
        let taken = split.iter().filter(|each| each.get("receipt").is_some()).count();
        // Two fit into the ten seconds that are always left, a third into what a slow machine needs to get here.
        assert!((2..=3).contains(&taken), "cutting it into pieces of one request does not help: {split:?}");
        platform.later(20);
        let fits = learner.watches(&taught.lesson, &[(0, 40)], now(platform)).await;
        assert_eq!((fits["completed"].as_bool(), fits["watched_ms"].as_i64()), (Some(true), Some(40_000)), "{fits}");
    }

    async fn a_day_offline_fits_by_itself(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 40).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let began = now(platform);
        platform.later(8 * 3600);
        let events: Vec<_> = (0..200)
            .map(|index| event(&format!("offline{index}"), &taught.lesson, &[(index % 40, index % 40 + 1)], began + index * 60_000))
            .collect();
        let receipts = report(&learner, "s1", events).await;
        assert!(receipts.iter().all(|each| each.get("receipt").is_some()), "{receipts:?}");
        assert_eq!(receipts.last().unwrap()["completed"], true);
    }

    async fn two_sittings_offline_both_count(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 40).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let began = now(platform);
        platform.later(3600);
        let first = report(&learner, "morning", vec![event("a", &taught.lesson, &[(0, 20)], began + 600_000)]).await;
        let second = report(&learner, "noon", vec![event("b", &taught.lesson, &[(20, 40)], began + 1_800_000)]).await;
        assert_eq!((first[0]["receipt"].as_i64(), second[0]["receipt"].as_i64()), (Some(1), Some(2)), "{second:?}");
        assert_eq!(second[0]["completed"], true);
        let more = report(&learner, "now", vec![event("c", &taught.lesson, &[(0, 40)], now(platform))]).await;
        assert_eq!(more[0]["refused"]["kind"], "faster_than_the_clock", "what is new is held to the clock");
    }

    async fn learning_of_an_earlier_evening_counts_after_signing_in_anew(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 40).await;
        platform.learner("dolma", &platform.near_clinic).await;
        let evening = now(platform);
        platform.later(12 * 3600);
        let morning = platform.sign_in("dolma").await;
        let receipts = report(&morning, "evening", vec![event("offline", &taught.lesson, &[(0, 40)], evening + 600_000)]).await;
        assert_eq!((receipts[0]["receipt"].as_i64(), receipts[0]["completed"].as_bool()), (Some(1), Some(true)), "{receipts:?}");
    }

    async fn nothing_was_learned_before_she_first_signed_in(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 20).await;
        let before = now(platform);
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let after = now(platform);
        platform.later(600);
        let kind = |receipts: &[Value]| receipts[0]["refused"]["kind"].as_str().unwrap_or("accepted").to_owned();
        let early = vec![event("early", &taught.lesson, &[(0, 5)], before - 121_000)];
        assert_eq!(kind(&report(&learner, "s1", early.clone()).await), "faster_than_the_clock");
        platform.sign_in("dolma").await;
        assert_eq!(kind(&report(&learner, "s1", early).await), "faster_than_the_clock", "it is kept as evidence");
        assert_eq!(position(&learner, &taught.lesson).await["watched_ms"], 0);
        let skewed = vec![event("skewed", &taught.lesson, &[(0, 5)], after - 119_000)];
        assert_eq!(kind(&report(&learner, "s1", skewed).await), "accepted", "a clock may be a little behind");
    }

    async fn another_persons_page_does_not_report_for_me(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 20).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let other = platform.learner("tashi", &platform.near_clinic).await;
        platform.later(60);
        let body = json!({"session": "s1", "events": [event("e", &taught.lesson, &[(0, 5)], now(platform))]});
        let request = learner.request(reqwest::Method::POST, "/api/v1/watch").header("menpa-person", &other.id);
        assert_eq!(request.json(&body).send().await.unwrap().status(), 401);
        assert_eq!(position(&learner, &taught.lesson).await["watched_ms"], 0);
    }

    async fn a_late_report_does_not_move_the_position_back(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 20).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        platform.later(60);
        let now = now(platform);
        report(&learner, "phone", vec![event("new", &taught.lesson, &[(10, 15)], now)]).await;
        report(&learner, "pc", vec![event("old", &taught.lesson, &[(0, 5)], now - 40_000)]).await;
        let known = position(&learner, &taught.lesson).await;
        assert_eq!((known["position_ms"].as_i64(), known["intervals_ms"].clone()), (Some(15_000), json!([[0, 5000], [10_000, 15_000]])));
    }

    async fn what_cannot_be_is_refused_with_a_reason(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 20).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let other = platform.learner("tashi", &platform.near_clinic).await;
        platform.later(600);
        let now = now(platform);
        let kind = |receipts: &[Value]| receipts[0]["refused"]["kind"].as_str().unwrap_or("accepted").to_owned();
        let future = report(&learner, "s1", vec![event("f", &taught.lesson, &[(0, 5)], now + 3_600_000)]).await;
        assert_eq!(kind(&future), "from_the_future");
        let repeated = report(&learner, "s1", vec![event("f", &taught.lesson, &[(0, 5)], now)]).await;
        assert_eq!(kind(&repeated), "from_the_future", "an answer is for ever");
        let theirs = report(&other, "s1", vec![event("t", &taught.lesson, &[(0, 5)], now)]).await;
        assert_eq!(kind(&theirs), "other_persons_session");
        report(&learner, "s1", vec![event("mine", &taught.lesson, &[(0, 5)], now)]).await;
        let stolen = report(&other, "s2", vec![event("mine", &taught.lesson, &[(0, 5)], now)]).await;
        assert_eq!(kind(&stolen), "other_persons_event");
        assert_eq!(kind(&report(&learner, "s1", vec![event("n", "no such lesson", &[(0, 5)], now)]).await), "not_published");
        let draft = manager.adds_course(&taught.column, "草稿").await;
        let hidden = manager.adds_lesson(&draft, "没有发布", &taught.resource).await;
        assert_eq!(kind(&report(&learner, "s1", vec![event("h", &hidden, &[(0, 5)], now)]).await), "not_published");
        assert_eq!(kind(&report(&manager, "s3", vec![event("m", &hidden, &[(0, 5)], now)]).await), "not_published", "nor for who made it");
        assert_eq!(position(&other, &taught.lesson).await["watched_ms"], 0);
    }

    async fn nonsense_is_refused_whole(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 20).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        platform.later(600);
        let good = event("good", &taught.lesson, &[(0, 5)], now(platform));
        let with = |key: &str, value: Value| {
            let mut bad = event("bad", &taught.lesson, &[(0, 5)], now(platform));
            bad[key] = value;
            bad
        };
        let bad = [
            with("intervals_ms", json!([[5000, 1000]])),
            with("intervals_ms", json!([[-5000, 1000]])),
            with("intervals_ms", json!("all of it")),
            with("rate", json!(0)),
            with("rate", json!(1000)),
            with("position_ms", json!(-1)),
            with("id", json!("")),
            with("id", json!("x".repeat(65))),
        ];
        for bad in bad {
            let body = json!({"session": "s1", "events": [good.clone(), bad.clone()]});
            let answer = learner.post("/api/v1/watch", &body).await;
            assert_eq!(answer.status, 422, "{bad}");
        }
        assert_eq!(position(&learner, &taught.lesson).await["watched_ms"], 0, "the good one of a bad request does not count either");
        let beyond = learner.watches(&taught.lesson, &[(10, 500)], now(platform)).await;
        assert!((10_000..10_050).contains(&beyond["watched_ms"].as_i64().unwrap()), "no lesson is longer than it is: {beyond}");
    }
}
