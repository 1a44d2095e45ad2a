//! What a program sends twice, because it did not hear the first answer, makes one thing: every call of the document that
//! makes something, with a key and without one.

use std::collections::BTreeSet;

use futures::future::join_all;
use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::databases::count;
use crate::support::person::id_of;
use crate::support::{PASSWORD, Person, Platform, clips, papers};

/// A call that makes something.
struct Making {
    /// As the document names it.
    route: &'static str,
    path: String,
    who: Person,
    body: Value,
    /// What it makes more of.
    count: &'static str,
    /// Whether the same asked for once more, on purpose, is another one.
    makes_another: bool,
    /// Whether it has a name of its own, which only one can have.
    is_named: bool,
}

/// Calls that are posted to and make nothing that could be there twice, and why not.
const MAKE_NOTHING_TWICE: &[(&str, &str)] = &[
    ("/sign-in", "each is a session of its own, and so many at most"),
    ("/sign-out", "ends"),
    ("/columns/{slug}/move", "another step each time"),
    ("/topics/{id}/move", "another step each time"),
    ("/terms/{id}/move", "another step each time"),
    ("/courses/{id}/move", "another step each time"),
    ("/courses/{id}/modules/{module}/move", "another step each time"),
    ("/courses/{id}/lessons/{lesson}/move", "another step each time"),
    ("/courses/{id}/publish", "it is published, or is not"),
    ("/courses/{id}/retire", "it is retired, or is not"),
    ("/courses/{id}/submit", "it waits, or does not"),
    ("/courses/{id}/approve", "the second finds nothing that waits"),
    ("/courses/{id}/send-back", "the second finds nothing that waits"),
    ("/courses/{id}/withdraw", "the second finds nothing to take back"),
    ("/courses/{id}/schedule", "it has one day"),
    ("/courses/{id}/revisions/{number}/restore", "the second finds nothing to change"),
    ("/proposals/{id}/approve", "the second finds nothing that waits"),
    ("/proposals/{id}/send-back", "the second finds nothing that waits"),
    ("/proposals/{id}/withdraw", "the second finds nothing to take back"),
    ("/resources/{id}/encode", "what is being encoded gives way"),
    ("/resources/{id}/captions/{language}/automatic", "asked for once, as long as it is not done"),
    ("/resources/{id}/looked-at", "a date, set again"),
    ("/resources/{id}/replace", "the second finds the file nowhere any more"),
    ("/jobs/{id}/retry", "it waits, or does not"),
    ("/jobs/{id}/cancel", "it is called off, or is not"),
    ("/jobs/{id}/pause", "it stands still, or does not"),
    ("/queue/encode-all", "asked for once, as long as it is not done"),
    ("/watch", "each event has an id of its own"),
    ("/uploads", "two files may be called alike and be of one length; one that nobody continues goes by itself"),
];

impl Making {
    /// Makes another each time.
    fn of(who: &Person, route: &'static str, body: Value, count: &'static str) -> Self {
        let is_named = ["/people", "/columns", "/terms"].contains(&route);
        Self { route, path: format!("/api/v1{route}"), who: who.clone(), body, count, makes_another: true, is_named }
    }

    fn at(self, path: String) -> Self {
        Self { path, ..self }
    }

    /// Makes one thing, however often it is sent.
    fn once(self) -> Self {
        Self { makes_another: false, ..self }
    }
}

async fn all_makings(platform: &Platform) -> Vec<Making> {
    let manager = platform.manager().await;
    manager.post("/api/v1/columns", &json!({"slug": "common", "title": "常见病"})).await.expect(201);
    let mut all = makings_in_the_tree(platform).await;
    all.extend(makings_in_the_library(platform, &manager).await);
    all.push(a_comment(platform, &manager).await);
    all
}

async fn makings_in_the_tree(platform: &Platform) -> Vec<Making> {
    let root = platform.sign_in("root").await;
    let dolma = platform.learner("dolma", &platform.near_clinic).await;
    let ward = json!({"name": "Ward", "kind": "ward", "parent": platform.near_clinic});
    let tashi = json!({"login": "tashi", "name": "Tashi", "password": PASSWORD, "org_unit": platform.near_clinic});
    let role = json!({"person": dolma.id, "role": "supervisor", "org_unit": platform.near_county});
    vec![
        Making::of(&root, "/org-units", ward, "select count(*) from org_unit"),
        Making::of(&root, "/people", tashi, "select count(*) from person").once(),
        Making::of(&root, "/grants", role, "select count(*) from role_grant").once(),
    ]
}

async fn makings_in_the_library(platform: &Platform, manager: &Person) -> Vec<Making> {
    let paper = papers::deck(&["Cards"], "Helvetica");
    let paper = manager.uploads(&paper, "cards.pdf", "application/pdf").await;
    let video = manager.uploads(&clips::clip(6), "clip.mp4", "video/mp4").await;
    platform.finish_work().await;
    let here = format!("/api/v1/courses/{}", manager.adds_course("common", "量血压").await);
    let column = json!({"slug": "rare", "title": "罕见病"});
    let course = json!({"column": "common", "title": "新课"});
    let lesson = json!({"title": "一", "resource": video});
    let term = json!({"facet": "aspect", "slug": "pain", "title": "疼痛"});
    let of = |route, body, count| Making::of(manager, route, body, count);
    vec![
        of("/columns", column, "select count(*) from library_column").once(),
        of("/columns/{slug}/topics", json!({"title": "心"}), "select count(*) from topic")
            .at("/api/v1/columns/common/topics".to_owned()),
        of("/courses", course, "select count(*) from course"),
        of("/courses/{id}/modules", json!({"title": "一"}), "select count(*) from module")
            .at(format!("{here}/modules")),
        of("/courses/{id}/lessons", lesson, "select count(*) from lesson").at(format!("{here}/lessons")),
        of("/courses/{id}/handouts", json!({"resource": paper}), "select count(*) from handout")
            .at(format!("{here}/handouts"))
            .once(),
        of("/terms", term, "select count(*) from term").once(),
    ]
}

async fn a_comment(platform: &Platform, manager: &Person) -> Making {
    let reviewer = platform.with_role("reviewer", "reviewer", &platform.prefecture).await;
    let video = manager.uploads(&clips::clip(7), "other.mp4", "video/mp4").await;
    platform.finish_work().await;
    let course = manager.adds_course("common", "量体温").await;
    manager.adds_lesson(&course, "怎样量", &video).await;
    manager.post(&format!("/api/v1/courses/{course}/submit"), &json!({})).await.expect(200);
    let route = "/courses/{id}/revisions/{number}/comments";
    Making::of(&reviewer, route, json!({"comment": "?"}), "select count(*) from revision_comment")
        .at(format!("/api/v1/courses/{course}/revisions/1/comments"))
}

/// Sends it so often at the same moment; what each is answered.
async fn sends(making: &Making, times: usize, key: Option<&str>) -> Vec<(u16, String)> {
    let sent = join_all((0..times).map(|_| {
        let request = making.who.request(reqwest::Method::POST, &making.path).json(&making.body);
        let request = key.into_iter().fold(request, |request, key| request.header("idempotency-key", key));
        async move {
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        }
    }));
    sent.await
}

async fn calls_posted_to(platform: &Platform) -> BTreeSet<String> {
    let document = platform.sign_in("root").await.request(reqwest::Method::GET, "/api/v1/openapi.json");
    let document: Value = document.send().await.unwrap().json().await.unwrap();
    let paths = document["paths"].as_object().unwrap();
    let posted = paths.iter().filter(|(_, verbs)| verbs.get("post").is_some());
    posted.map(|(path, _)| path.trim_start_matches("/api/v1").to_owned()).collect()
}

both! {
    async fn what_a_program_sends_twice_makes_one_thing(platform) {
        let makings = all_makings(platform).await;
        let told: BTreeSet<String> = makings.iter().map(|making| making.route)
            .chain(MAKE_NOTHING_TWICE.iter().map(|(route, _)| *route)).map(str::to_owned).collect();
        assert_eq!(calls_posted_to(platform).await, told, "each call that is posted to makes one thing, or says why it makes none");
        for making in &makings {
            let route = making.route;
            let before = count(&platform.library, making.count).await;
            let mut answers = sends(making, 6, None).await;
            answers.sort();
            if making.is_named {
                let statuses: Vec<u16> = answers.iter().map(|answer| answer.0).collect();
                assert_eq!(statuses, [201, 409, 409, 409, 409, 409], "{route}: the others are told that it is taken");
            } else {
                assert!(answers.iter().all(|answer| answer.0 < 300 && *answer == answers[0]), "{route}: {answers:?}");
                assert_eq!(sends(making, 1, None).await[0], answers[0], "{route}: and a moment later");
            }
            assert_eq!(count(&platform.library, making.count).await, before + 1, "{route}");
            platform.later(11);
            let later = sends(making, 1, None).await.remove(0);
            let more = i64::from(making.makes_another);
            assert_eq!(count(&platform.library, making.count).await, before + 1 + more, "{route}: asked for anew {later:?}");
            if !making.makes_another {
                assert!(later.0 == 409 || later.1 == answers[0].1, "{route}: {later:?}");
                continue;
            }
            let kept = sends(making, 4, Some("one")).await;
            assert!(kept.iter().all(|answer| answer.0 < 300 && *answer == kept[0]), "{route}: {kept:?}");
            sends(making, 1, Some("two")).await;
            platform.later(3600);
            assert_eq!(sends(making, 1, Some("one")).await[0], kept[0], "{route}: a key is known for a day");
            assert_eq!(count(&platform.library, making.count).await, before + 4, "{route}: each key makes one");
        }
    }

    async fn what_was_taken_away_or_changed_can_be_made_again_at_once(platform) {
        let manager = platform.manager().await;
        manager.post("/api/v1/columns", &json!({"slug": "common", "title": "常见病"})).await.expect(201);
        let course = manager.adds_course("common", "量血压").await;
        let modules = format!("/api/v1/courses/{course}/modules");
        let add = async || id_of(&manager.post(&modules, &json!({"title": "一"})).await.expect(201));
        let first = add().await;
        assert_eq!(add().await, first);
        manager.delete(&format!("{modules}/{first}")).await.expect(200);
        let second = add().await;
        assert_ne!(second, first, "the first is gone");
        manager.patch(&format!("{modules}/{second}"), &json!({"title": "二"})).await.expect(200);
        assert_ne!(add().await, second, "and the second is called otherwise");
        let other = platform.with_role("other", "content-manager", &platform.prefecture).await;
        let theirs = id_of(&other.post(&modules, &json!({"title": "一"})).await.expect(201));
        assert_ne!(theirs, add().await, "two people may mean two");
        assert_eq!(count(&platform.library, "select count(*) from module").await, 3);
    }

    async fn one_that_was_broken_off_keeps_nobody_waiting_for_long(platform) {
        let root = platform.sign_in("root").await;
        let unit = json!({"name": "Ward", "kind": "ward", "parent": platform.near_clinic});
        let first = id_of(&root.post("/api/v1/org-units", &unit).await.expect(201));
        crate::support::databases::does(&platform.library, "update sending set answer = null where key <> 'changed'").await;
        platform.later(61);
        assert_ne!(id_of(&root.post("/api/v1/org-units", &unit).await.expect(201)), first, "the process that began it is gone");
    }
}
