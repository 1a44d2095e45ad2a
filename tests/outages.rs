//! What is when the disk is full, the database locked, lost or started anew? A sentence, and an end when it ends.

use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::disk::SmallPostgres;
use crate::support::outside::{self, Holding};
use crate::support::person::client;
use crate::support::{Engine, PASSWORD, Platform};

/// How long somebody waits at most to be told that the database is away, and how soon after its end that is over.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);
const OVER: std::time::Duration = std::time::Duration::from_secs(10);

async fn tries_to_sign_in(platform: &Platform) -> (u16, Option<String>, Value) {
    let request = client().post(format!("{}/api/v1/sign-in", platform.address));
    let answer = request.json(&json!({"login": "dolma", "password": PASSWORD})).send().await.unwrap();
    let again = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
    (answer.status().as_u16(), again, answer.json().await.unwrap())
}

async fn readiness(platform: &Platform) -> (u16, Value) {
    platform.later(2);
    let answer = client().get(format!("{}/readyz", platform.address)).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// A task that breaks off at once.
async fn breaks(_: content::Library, _: tokio::sync::watch::Receiver<bool>) {
    panic!("as a task may");
}

both! {
    async fn a_locked_database_is_said_and_over_when_it_ends(platform) {
        platform.learner("dolma", &platform.near_clinic).await;
        let (status, told) = readiness(platform).await;
        assert_eq!((status, &told["ready"], &told["database"]["writes"]), (200, &json!(true), &json!("ok")), "{told}");
        let holding = Holding::take(platform.database_url()).await;
        let (status, again, told) = tries_to_sign_in(platform).await;
        assert_eq!((status, again.as_deref(), &told["kind"]), (503, Some("5"), &json!("busy")), "{told}");
        assert!(told["message"].as_str().is_some_and(|message| !message.is_empty()), "{told}");
        let (status, told) = readiness(platform).await;
        assert_eq!((status, &told["ready"]), (503, &json!(false)), "{told}");
        assert_ne!(told["database"]["writes"], "ok", "{told}");
        holding.let_go().await;
        assert_eq!(tries_to_sign_in(platform).await.0, 200, "at once");
        assert_eq!(readiness(platform).await.0, 200);
    }

    async fn what_stops_no_learner_is_told_and_makes_no_node_unready(platform) {
        let (status, told) = readiness(platform).await;
        assert_eq!((status, &told["workers"]["ok"]), (200, &json!(false)), "nobody works here: {told}");
        assert_eq!((&told["disk"]["ok"], &told["index"]["ok"]), (&json!(true), &json!(true)), "{told}");
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let task = content::pulse::keep(&platform.library, "search", stopped, breaks);
        let told = loop {
            let (status, told) = readiness(platform).await;
            assert_eq!(status, 200, "{told}");
            if told["tasks"]["search"]["broke_off"].as_u64() > Some(0) {
                break told;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(told["tasks"]["search"]["runs"], false, "{told}");
        stop.send_replace(true);
        task.abort();
    }

    async fn events_of_two_people_in_opposite_order_are_all_answered(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let one = platform.learner("dolma", &platform.near_clinic).await;
        let other = platform.learner("tashi", &platform.near_clinic).await;
        let now_ms = platform.library.clock.now_ms();
        let report = |round: usize, backward: bool| {
            let mut events: Vec<Value> = (0..20)
                .map(|index| crate::support::person::event(&format!("{round}-{index}"), &taught.lesson, &[], now_ms))
                .collect();
            if backward {
                events.reverse();
            }
            json!({"session": format!("{round} {backward}"), "events": events})
        };
        for round in 0..8 {
            let (forward, backward) = (report(round, false), report(round, true));
            let both = futures::future::join(one.post("/api/v1/watch", &forward), other.post("/api/v1/watch", &backward));
            let (mine, theirs) = both.await;
            let (mine, theirs) = (mine.expect(200), theirs.expect(200));
            for (index, receipt) in mine["receipts"].as_array().unwrap().iter().enumerate() {
                let their = &theirs["receipts"][19 - index];
                let is_once = receipt["receipt"].is_null() != their["receipt"].is_null();
                assert!(is_once, "each event is somebody's: {receipt} {their}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_and_over_when_there_is_room_again() {
    let platform = Platform::start(Engine::Sqlite).await;
    platform.learner("dolma", &platform.near_clinic).await;
    outside::fill(&platform.library).await;
    let (mut full, mut last) = (0, 0);
    for _ in 0..200 {
        last = tries_to_sign_in(&platform).await.0;
        full += usize::from(last == 507);
        if full > 0 && last == 200 {
            break;
        }
        assert!(last == 200 || last == 507, "{last}");
    }
    assert_eq!((full, last), (1, 200), "full once, and then there is room again");
    assert_eq!(readiness(&platform).await.0, 200);
    platform.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgres_without_room_for_another_connection_is_away() {
    let postgres = SmallPostgres::start().await;
    let folder = tempfile::tempdir().unwrap();
    let opens = async || content::db::Db::open(Some(&postgres.url()), folder.path()).await;
    opens().await.unwrap().close().await;
    postgres.fill_before_another_connection();
    let refused = opens().await.unwrap_err();
    assert!(matches!(refused, content::Error::Busy(_)), "{refused:?}");
    postgres.disk.make_room();
    opens().await.unwrap().close().await;
    postgres.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restarted_postgres_is_found_again() {
    let platform = Platform::start(Engine::Postgres).await;
    platform.learner("dolma", &platform.near_clinic).await;
    for _ in 0..5 {
        outside::end_connections(platform.database_url()).await;
        // One that is still ending may be taken for whole once; nobody is told that something broke.
        loop {
            let (status, _, told) = tries_to_sign_in(&platform).await;
            assert!(status == 200 || status == 503, "{status} {told}");
            if status == 200 {
                break;
            }
        }
        assert_eq!(readiness(&platform).await.0, 200);
    }
    platform.end().await;
}

/// A database behind a network that is cut in the middle of what is asked of it, and mended.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_that_carries_nothing_is_over_when_it_carries_again() {
    let platform = Platform::start(Engine::Postgres).await;
    let dolma = platform.learner("dolma", &platform.near_clinic).await;
    let network = outside::Network::to(platform.database_url()).await;
    let library = platform.under(|settings| content::Settings { database_url: Some(network.url()), ..settings }).await;
    let address = platform.serve(&library).await;
    let dolma = dolma.at(&address);
    let asks = async |count: usize| {
        let asked = (0..count).map(|_| dolma.get("/api/v1/me"));
        futures::future::join_all(asked).await.into_iter().map(|answer| answer.status).collect::<Vec<_>>()
    };
    assert_eq!(asks(8).await, [200; 8], "every connection is open");
    let holding = Holding::take(platform.database_url()).await;
    let signing_in =
        client().post(format!("{address}/api/v1/sign-in")).json(&json!({"login": "dolma", "password": PASSWORD}));
    let signing_in = tokio::spawn(signing_in.send());
    while outside::count_waiting(platform.database_url()).await == 0 {
        assert!(!signing_in.is_finished(), "it waits for what is held");
    }
    network.cut();
    let told = tokio::time::timeout(PATIENCE, async { (asks(12).await, signing_in.await.unwrap().unwrap().status()) });
    let (asked, signed_in) = told.await.expect("nobody waits for ever");
    assert_eq!((asked, signed_in.as_u16()), (vec![503; 12], 503));
    holding.let_go().await;
    network.mend();
    let over = tokio::time::timeout(OVER, async { while asks(1).await != [200] {} });
    over.await.expect("over within ten seconds of its end");
    let signing_in =
        client().post(format!("{address}/api/v1/sign-in")).json(&json!({"login": "dolma", "password": PASSWORD}));
    assert_eq!(signing_in.send().await.unwrap().status(), 200, "and nothing is held by what was lost");
    assert_eq!(asks(12).await, [200; 12]);
    library.db().close().await;
    platform.end().await;
}
