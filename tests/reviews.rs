//! From a draft by way of a reviewer, who had no hand in it, to its day.

use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::{Person, Platform, Taught, clips};

const HOUR_S: i64 = 3600;

/// A published lesson, and a reviewer of the whole prefecture, who came after it was published.
async fn reviewed(platform: &Platform, manager: &Person) -> (Taught, Person) {
    let taught = platform.published_lesson(manager, 6).await;
    let reviewer = platform.with_role("reviewer", "reviewer", &platform.prefecture).await;
    (taught, reviewer)
}

/// A draft with one lesson, of the video of another course; gives the course.
async fn draft(manager: &Person, taught: &Taught) -> String {
    let course = manager.adds_course(&taught.column, "新课程").await;
    manager.adds_lesson(&course, "第一课", &taught.resource).await;
    course
}

fn at(course: &str, verb: &str) -> String {
    format!("/api/v1/courses/{course}/{verb}")
}

async fn status(person: &Person, course: &str) -> u16 {
    person.get(&format!("/api/v1/courses/{course}")).await.status
}

async fn revisions(person: &Person, course: &str) -> Vec<Value> {
    let answer = person.get(&at(course, "revisions")).await.expect(200);
    answer["items"].as_array().unwrap().clone()
}

both! {
    async fn a_reviewer_who_had_no_hand_in_it_lets_it_be_shown(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let (taught, reviewer) = reviewed(platform, &manager).await;
        let both = platform.with_role("both", "reviewer", &platform.prefecture).await;
        let root = platform.sign_in("root").await;
        let keeper = json!({"person": both.id, "role": "content-manager", "org_unit": platform.prefecture});
        root.post("/api/v1/grants", &keeper).await.expect(201);
        let course = manager.adds_course(&taught.column, "新课程").await;
        let uploaded = both.uploads(&clips::clip(6), "theirs.mp4", "video/mp4").await;
        platform.finish_work().await;
        manager.adds_lesson(&course, "第一课", &uploaded).await;

        let refused = manager.post(&at(&course, "publish"), &Value::Null).await.expect(409);
        assert!(refused["message"].as_str().unwrap().contains("submit it for review") || refused["kind"] == "conflict", "{refused}");
        assert_eq!(reviewer.post(&at(&course, "approve"), &json!({})).await.status, 409, "nothing waits yet");
        let submitted = manager.post(&at(&course, "submit"), &json!({"note": "请审核"})).await.expect(200);
        assert_eq!(submitted["state"], "proposed");
        assert_eq!(manager.get(&format!("/api/v1/courses/{course}")).await.expect(200)["state"], "review");
        assert_eq!(status(&learner, &course).await, 404);
        manager.patch(&format!("/api/v1/courses/{course}"), &json!({"title": "X"})).await.expect(409);
        assert_eq!(manager.post(&at(&course, "submit"), &json!({})).await.status, 409, "it waits already");

        manager.post(&at(&course, "approve"), &json!({})).await.expect(403);
        both.post(&at(&course, "approve"), &json!({})).await.expect(409);
        let waiting = reviewer.get("/api/v1/reviews").await.expect(200);
        assert_eq!(waiting["items"][0]["course"], json!(course), "{waiting}");
        let (code, page) = reviewer.page("/studio/reviews").await;
        assert!(code == 200 && page.contains("第一课") && page.contains("theirs.mp4"), "{page}");
        assert!(reviewer.page("/").await.1.contains("/studio/reviews"), "there is a way to it");
        let approved = reviewer.post(&at(&course, "approve"), &json!({"comment": "很好"})).await.expect(200);
        assert_eq!(approved["state"], "published");
        assert_eq!(status(&learner, &course).await, 200);
        assert_eq!(reviewer.get("/api/v1/reviews").await.expect(200)["items"], json!([]));
    }

    async fn what_is_sent_back_comes_with_its_reason(platform) {
        let manager = platform.manager().await;
        let (taught, reviewer) = reviewed(platform, &manager).await;
        let course = draft(&manager, &taught).await;
        manager.post(&at(&course, "submit"), &json!({})).await.expect(200);
        assert_eq!(reviewer.post(&at(&course, "send-back"), &json!({"comment": "  "})).await.expect(422)["field"], "comment");
        let sent = reviewer.form(&format!("/studio/reviews/{course}/send-back"), &[("comment", "<b>剂量</b>有误")]).await;
        assert_eq!(sent.status(), 303);
        assert_eq!(manager.get(&format!("/api/v1/courses/{course}")).await.expect(200)["state"], "draft");
        let page = manager.page(&format!("/studio/courses/{course}/revisions")).await.1;
        assert!(page.contains("&lt;b&gt;剂量&lt;/b&gt;有误") && page.contains("Sent back"), "{page}");
        manager.patch(&format!("/api/v1/courses/{course}"), &json!({"summary": {"zh": "改正了"}})).await.expect(200);
        manager.post(&at(&course, "submit"), &json!({})).await.expect(200);
        reviewer.post(&at(&course, "approve"), &json!({})).await.expect(200);
        let all = revisions(&manager, &course).await;
        assert_eq!((all.len(), &all[0]["state"], all[0]["comments"].as_array().unwrap().len()), (1, &json!("applied"), 2));
        assert_eq!(all[0]["comments"][0]["verdict"], "returned");
    }

    async fn what_is_scheduled_is_shown_when_its_time_comes(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let now = platform.library.clock.now_ms();
        let course = draft(&manager, &taught).await;
        manager.post(&at(&course, "schedule"), &json!({"at": now - 1})).await.expect(422);
        manager.post(&at(&course, "schedule"), &json!({"at": i64::MAX})).await.expect(422);
        manager.post(&at(&course, "schedule"), &json!({"at": now + HOUR_S * 1000})).await.expect(200);
        manager.patch(&format!("/api/v1/courses/{course}"), &json!({"title": "X"})).await.expect(409);
        platform.finish_work().await;
        assert_eq!(status(&learner, &course).await, 404);
        platform.later(HOUR_S + 60);
        platform.finish_work().await;
        assert_eq!(status(&learner, &course).await, 200);
        let found = learner.get("/api/v1/search?q=新课程").await.expect(200);
        assert!(found["items"].as_array().unwrap().iter().any(|hit| hit["course"] == json!(course)), "{found}");

        let reviewer = platform.with_role("reviewer", "reviewer", &platform.prefecture).await;
        let course = draft(&manager, &taught).await;
        let then = platform.library.clock.now_ms() + HOUR_S * 1000;
        assert_eq!(manager.post(&at(&course, "schedule"), &json!({"at": then})).await.status, 409, "nobody has looked");
        manager.post(&at(&course, "submit"), &json!({"publish_at": then})).await.expect(200);
        platform.later(HOUR_S + 60);
        platform.finish_work().await;
        assert_eq!(status(&learner, &course).await, 404, "what is not approved is not shown, whatever the time");
        let course = draft(&manager, &taught).await;
        let then = platform.library.clock.now_ms() + HOUR_S * 1000;
        manager.post(&at(&course, "submit"), &json!({"publish_at": then})).await.expect(200);
        assert_eq!(reviewer.post(&at(&course, "approve"), &json!({})).await.expect(200)["state"], "review");
        platform.finish_work().await;
        assert_eq!(status(&learner, &course).await, 404);
        platform.later(HOUR_S + 60);
        platform.finish_work().await;
        assert_eq!(status(&learner, &course).await, 200);
    }

    async fn what_is_published_changes_when_a_reviewer_has_seen_it(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let (taught, reviewer) = reviewed(platform, &manager).await;
        let lesson = format!("/api/v1/courses/{}/lessons/{}", taught.course, taught.lesson);
        let change = json!({"title": {"zh": "新的名字"}, "significance": "typo"});
        assert_eq!(manager.patch(&lesson, &change).await.expect(200)["state"], "proposed");
        let more = json!({"threshold_percent": 80, "significance": "same"});
        assert_eq!(manager.patch(&lesson, &more).await.expect(200)["state"], "proposed");
        manager.post(&at(&taught.course, "publish"), &Value::Null).await.expect(409);
        let seen = async || learner.get(&format!("/api/v1/lessons/{}", taught.lesson)).await.expect(200);
        assert_eq!((&seen().await["title"]["zh"], &seen().await["threshold_percent"]), (&json!("怎样量血压"), &json!(90)));
        assert!(manager.page(&format!("/studio/courses/{}", taught.course)).await.1.contains("新的名字"), "the studio goes on from it");
        manager.post(&at(&taught.course, "submit"), &json!({})).await.expect(200);
        manager.patch(&lesson, &more).await.expect(409);
        manager.post(&at(&taught.course, "withdraw"), &Value::Null).await.expect(200);
        manager.patch(&lesson, &json!({"threshold_percent": 70, "significance": "typo"})).await.expect(200);
        manager.post(&at(&taught.course, "submit"), &json!({})).await.expect(200);
        reviewer.post(&at(&taught.course, "approve"), &json!({})).await.expect(200);
        assert_eq!((&seen().await["title"]["zh"], &seen().await["threshold_percent"]), (&json!("新的名字"), &json!(70)));
        let all = revisions(&manager, &taught.course).await;
        assert_eq!((all.len(), &all[0]["significance"]), (2, &json!("same")), "one revision, as weighty as its weightiest part");
        let aspects: Vec<_> = all[0]["differences"].as_array().unwrap().iter().map(|each| each["aspect"].clone()).collect();
        assert_eq!(aspects, ["lesson-title", "lesson-threshold"]);

        manager.patch(&lesson, &json!({"title": {"zh": "不要了"}, "significance": "typo"})).await.expect(200);
        manager.post(&at(&taught.course, "withdraw"), &Value::Null).await.expect(200);
        assert_eq!(manager.post(&at(&taught.course, "submit"), &json!({})).await.status, 409, "nothing is left to submit");
        assert_eq!(seen().await["title"]["zh"], "新的名字");

        manager.post(&at(&taught.course, "retire"), &Value::Null).await.expect(200);
        manager.post(&at(&taught.course, "submit"), &json!({})).await.expect(200);
        let back = manager.post(&at(&taught.course, "withdraw"), &Value::Null).await.expect(200);
        assert_eq!(back["state"], "retired", "what was shown once is no draft: {back}");
    }

    async fn a_neighbor_neither_edits_nor_reviews_nor_sees(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let mine = platform.with_role("mine", "content-manager", &platform.near_county).await;
        let theirs = platform.with_role("theirs", "content-manager", &platform.far_county).await;
        let near = platform.with_role("near", "reviewer", &platform.near_county).await;
        let far = platform.with_role("far", "reviewer", &platform.far_county).await;
        let course = draft(&mine, &taught).await;
        let lessons = mine.get(&format!("/api/v1/courses/{course}")).await.expect(200);
        let lesson = lessons["modules"][0]["lessons"][0]["id"].as_str().unwrap().to_owned();
        mine.post(&at(&course, "submit"), &json!({})).await.expect(200);
        for verb in ["submit", "withdraw", "publish"] {
            theirs.post(&at(&course, verb), &json!({})).await.expect(404);
        }
        theirs.post(&at(&course, "schedule"), &json!({"at": platform.library.clock.now_ms() + 1000})).await.expect(404);
        theirs.patch(&format!("/api/v1/courses/{course}"), &json!({"title": "X"})).await.expect(404);
        theirs.delete(&format!("/api/v1/courses/{course}/lessons/{lesson}?significance=same")).await.expect(404);
        for person in [&theirs, &far] {
            person.get(&at(&course, "revisions")).await.expect(404);
            person.post(&at(&course, "approve"), &json!({})).await.expect(404);
            person.post(&at(&course, "send-back"), &json!({"comment": "no"})).await.expect(404);
            person.post(&at(&course, "revisions/1/comments"), &json!({"comment": "no"})).await.expect(404);
            assert_eq!(status(person, &course).await, 404);
        }
        for page in ["", "/edit", "/revisions", &format!("/lessons/{lesson}")] {
            assert_eq!(theirs.page(&format!("/studio/courses/{course}{page}")).await.0, 404, "{page}");
        }
        assert_eq!(far.get("/api/v1/reviews").await.expect(200)["items"], json!([]));
        assert!(!far.page("/studio/reviews").await.1.contains("新课程"));
        theirs.get("/api/v1/reviews").await.expect(403);
        assert_eq!(theirs.page("/studio/reviews").await.0, 403);
        // A reviewer keeps nothing, and one of the county does not look at what the prefecture owns.
        near.patch(&format!("/api/v1/courses/{course}"), &json!({"title": "X"})).await.expect(403);
        assert_eq!(near.page("/studio").await.0, 403);
        near.get(&at(&taught.course, "revisions")).await.expect(404);
        near.post(&at(&course, "approve"), &json!({})).await.expect(200);
    }
}
