//! The log of watching is bounded: what one report may hold, what a day may, what a ledger keeps; and nobody waits for it.

use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::person::event;
use crate::support::{Person, Platform};

async fn send(person: &Person, session: &str, events: &[Value]) -> (u16, Value) {
    let answer = person.post("/api/v1/watch", &json!({"session": session, "events": events})).await;
    (answer.status, answer.body)
}

fn receipts(body: &Value) -> Vec<Value> {
    body["receipts"].as_array().cloned().unwrap_or_default()
}

fn kind(receipt: &Value) -> &str {
    receipt["refused"]["kind"].as_str().unwrap_or("accepted")
}

/// An event of `count` stretches of one millisecond, every `step_ms` from `from_ms`.
fn slivers(id: &str, lesson: &str, (from_ms, step_ms, count): (i64, i64, i64), now: i64) -> Value {
    let cut: Vec<_> = (0..count).map(|index| from_ms + index * step_ms).map(|at| [at, at + 1]).collect();
    json!({"id": id, "lesson": lesson, "intervals_ms": cut, "position_ms": 0, "device_time": now})
}

async fn ledger(person: &Person, lesson: &str) -> Value {
    person.get(&format!("/api/v1/lessons/{lesson}/position")).await.expect(200)
}

/// How many bytes the database's files take, on SQLite.
fn database_bytes(platform: &Platform) -> u64 {
    let files = std::fs::read_dir(platform.folder.path())
        .unwrap()
        .chain(std::fs::read_dir(platform.folder.path().join("data")).unwrap());
    let files =
        files.map(|entry| entry.unwrap()).filter(|entry| entry.file_name().to_string_lossy().contains("sqlite"));
    files.map(|entry| entry.metadata().unwrap().len()).sum()
}

both! {
    async fn one_learners_slivers_are_refused_whole_and_cost_nobody_anything(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 20).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        platform.later(600);
        let now = platform.library.clock.now_ms();
        let events: Vec<_> =
            (0..2743).map(|index| slivers(&format!("e{index}"), &taught.lesson, (index % 240, 240, 80), now)).collect();
        let (status, told) = send(&learner, "s1", &events).await;
        assert_eq!((status, told["field"].as_str()), (413, Some("events")), "{told}");
        assert_eq!(ledger(&learner, &taught.lesson).await["watched_ms"], 0, "nothing of it was kept");
        let (status, _) = send(&learner, "s1", &events[..250]).await;
        assert_eq!(status, 200, "as many as a day offline makes are taken");
    }

    async fn a_ledger_is_not_cut_into_milliseconds(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 20).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        platform.later(24 * 3600);
        let now = platform.library.clock.now_ms();
        let events: Vec<_> =
            (0..20).map(|index| slivers(&format!("e{index}"), &taught.lesson, (index * 4, 80, 240), now)).collect();
        let mut watched = 0;
        for events in events.chunks(5) {
            let (status, told) = send(&learner, "s1", events).await;
            assert_eq!(status, 200, "{told}");
            for receipt in receipts(&told) {
                assert_eq!(kind(&receipt), "accepted", "{receipt}");
                assert!(receipt["watched_ms"].as_i64().unwrap() >= watched, "what was earned is not taken back");
                watched = receipt["watched_ms"].as_i64().unwrap();
            }
        }
        let kept = ledger(&learner, &taught.lesson).await;
        assert!(kept["intervals_ms"].as_array().unwrap().len() <= 1000, "{kept}");
        assert_eq!(kept["watched_ms"], watched);
        let (_, told) = send(&learner, "s1", &[event("all", &taught.lesson, &[(0, 20)], now)]).await;
        assert_eq!((kind(&receipts(&told)[0]), receipts(&told)[0]["completed"].as_bool()), ("accepted", Some(true)), "{told}");
    }

    async fn closing_gaps_gives_no_seconds_that_the_clock_does_not(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 40).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let now = platform.library.clock.now_ms();
        // Of forty seconds no more than some ten may be had at once, however they are cut.
        let events: Vec<_> =
            (0..12).map(|index| slivers(&format!("e{index}"), &taught.lesson, (index * 3, 39, 1000), now)).collect();
        let (status, told) = send(&learner, "s1", &events).await;
        assert_eq!(status, 200, "{told}");
        assert!(receipts(&told).iter().any(|each| kind(each) == "faster_than_the_clock"), "{told}");
        let watched = ledger(&learner, &taught.lesson).await["watched_ms"].as_i64().unwrap();
        assert!(watched <= 20_000, "{watched}");
    }

    async fn one_request_has_one_allowance_however_many_goes_it_takes(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 40).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let now = platform.library.clock.now_ms();
        let events: Vec<_> = (0..1000)
            .map(|index| json!({"id": format!("e{index:04}"), "lesson": taught.lesson, "intervals_ms": [[index * 40, index * 40 + 40]], "device_time": now}))
            .collect();
        let (_, told) = send(&learner, "s1", &events).await;
        let told = receipts(&told);
        let taken = told.iter().filter(|each| kind(each) == "accepted").count();
        // Ten seconds and twice what the machine needed to get here: 250 of 40 ms, and not ten seconds for every go.
        assert!((250..900).contains(&taken), "{taken}");
        let numbers: Vec<_> = told.iter().filter_map(|each| each["receipt"].as_i64()).collect();
        assert_eq!(numbers, (1..=i64::try_from(taken).unwrap()).collect::<Vec<_>>(), "numbered in the order that was sent");
        let (_, again) = send(&learner, "s1", &events).await;
        let again = receipts(&again);
        let answers = |told: &[Value]| told.iter().map(|each| (each["event"].clone(), each["receipt"].clone(), kind(each).to_owned())).collect::<Vec<_>>();
        assert_eq!(answers(&again), answers(&told), "asked again it answers the same");
    }

    async fn of_what_is_refused_only_its_id_and_the_reason_are_kept(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 20).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        platform.later(600);
        let later = platform.library.clock.now_ms() + 3_600_000;
        let before = database_bytes(platform);
        let refused: Vec<_> = (0..20).map(|index| slivers(&format!("e{index}"), &taught.lesson, (0, 2, 1000), later)).collect();
        for session in ["s1", "s2", "s3", "s4"] {
            let events: Vec<_> = refused.iter().map(|event| {
                let mut event = event.clone();
                event["id"] = json!(format!("{session} {}", event["id"]));
                event
            }).collect();
            let (status, told) = send(&learner, session, &events).await;
            assert_eq!(status, 200, "{told}");
            assert!(receipts(&told).iter().all(|each| kind(each) == "from_the_future"), "{told}");
            assert_eq!(send(&learner, session, &events).await.1, told, "the reason stands");
        }
        // Kept whole, eighty events of a thousand stretches took two megabytes.
        let grown = database_bytes(platform).saturating_sub(before);
        assert!(grown < 1_000_000, "{grown}");
    }

    async fn ids_of_any_length_are_refused(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 20).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let now = platform.library.clock.now_ms();
        let long = "x".repeat(200_000);
        let check = async |session: &str, event: Value, field: &str| {
            let (status, told) = send(&learner, session, &[event]).await;
            assert_eq!((status, told["field"].as_str()), (422, Some(field)));
        };
        check("s1", event("e", &long, &[], now), "lesson").await;
        check("s1", event(&long, &taught.lesson, &[], now), "id").await;
        check(&long, event("e", &taught.lesson, &[], now), "session").await;
        check("s1", event("e\0", &taught.lesson, &[], now), "id").await;
        let many: Vec<_> = (0..201).map(|index| event(&format!("e{index}"), &format!("lesson {index}"), &[], now)).collect();
        assert_eq!(send(&learner, "s1", &many).await.0, 413);
    }

    async fn a_day_has_a_budget_and_nothing_that_waits_is_lost(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 20).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let other = platform.learner("tashi", &platform.near_clinic).await;
        platform.later(600);
        let now = platform.library.clock.now_ms();
        let later = now + 3_600_000;
        let mut answered = 0;
        let mut last = Vec::new();
        for request in 0..6 {
            last = (0..20).map(|index| slivers(&format!("{request} {index}"), &taught.lesson, (0, 2, 999), later)).collect();
            let (status, told) = send(&learner, "s1", &last).await;
            assert!(status == 200 || (request == 5 && status == 429), "{told}");
            answered += receipts(&told).len();
        }
        assert_eq!(answered, 100, "a hundred thousand stretches a day");
        let stretches = vec![[0, 5000]; 100];
        let honest = json!({"id": "honest", "lesson": taught.lesson, "intervals_ms": stretches, "device_time": now});
        let body = json!({"session": "s1", "events": [honest]});
        let refused = learner.request(reqwest::Method::POST, "/api/v1/watch").json(&body).send().await.unwrap();
        assert_eq!(refused.status(), 429);
        let seconds: i64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=90).contains(&seconds), "{seconds}");
        assert_eq!(kind(&receipts(&send(&other, "s2", &[event("hers", &taught.lesson, &[(0, 5)], now)]).await.1)[0]), "accepted");
        platform.later(seconds + 5);
        let (status, told) = send(&learner, "s1", std::slice::from_ref(&honest)).await;
        assert_eq!((status, kind(&receipts(&told)[0])), (200, "accepted"), "{told}");
        platform.later(4 * 3600);
        let (_, told) = send(&learner, "s1", &last).await;
        assert_eq!(receipts(&told).len(), 16, "what comes back in four hours");
    }

    async fn two_people_with_the_same_ids_wait_for_each_other(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 20).await;
        let people = [platform.learner("dolma", &platform.near_clinic).await, platform.learner("tashi", &platform.near_clinic).await];
        platform.later(600);
        let now = platform.library.clock.now_ms();
        for round in 0..8 {
            let events: Vec<_> =
                (0..100).map(|index| event(&format!("{round} {index:03}"), &taught.lesson, &[(0, 1)], now)).collect();
            let backward: Vec<_> = events.iter().rev().cloned().collect();
            let (forth_in, back_in) = (format!("a{round}"), format!("b{round}"));
            let forth = send(&people[0], &forth_in, &events);
            let ((one, ours), (two, theirs)) = futures::join!(forth, send(&people[1], &back_in, &backward));
            assert_eq!((one, two), (200, 200), "{ours} {theirs}");
            let accepted = |told: &Value| receipts(told).iter().filter(|each| kind(each) == "accepted").count();
            assert_eq!(accepted(&ours) + accepted(&theirs), 100, "each event is one person's");
        }
    }

    async fn a_report_that_was_answered_writes_nothing_again(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 20).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        platform.later(600);
        let events = [event("e1", &taught.lesson, &[(0, 5)], platform.library.clock.now_ms())];
        let first = send(&learner, "s1", &events).await;
        // Another sitting's id would be written down if anything were.
        assert_eq!(send(&learner, "s2", &events).await, first);
        let other = platform.learner("tashi", &platform.near_clinic).await;
        let hers = send(&other, "s2", &[event("e2", &taught.lesson, &[(0, 5)], platform.library.clock.now_ms())]).await.1;
        assert_eq!(kind(&receipts(&hers)[0]), "accepted", "the sitting s2 is nobody's yet");
    }
}
