//! What is another's is neither changed, nor taken, nor told: columns, names, old outlines, accounts.

use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::person::escaped;
use crate::support::{Person, Platform, clips};

fn at(course: &str, what: &str) -> String {
    format!("/api/v1/courses/{course}/{what}")
}

/// Another top of the tree beside the prefecture, and who keeps its content.
async fn another_top(platform: &Platform) -> Person {
    let root = platform.sign_in("root").await;
    let top = root.adds_unit("Elsewhere", "prefecture", None).await;
    platform.with_role("elsewhere", "content-manager", &top).await
}

async fn originals(platform: &Platform) -> usize {
    std::fs::read_dir(platform.folder.path().join("data/files/originals")).map_or(0, Iterator::count)
}

const DAY_S: i64 = 24 * 3600;

both! {
    async fn what_was_is_restored_only_as_it_could_be_edited(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let mine = platform.with_role("mine", "content-manager", &platform.near_county).await;
        let course = mine.adds_course(&taught.column, "县里的课").await;
        mine.adds_lesson(&course, "借来的课", &taught.resource).await;
        mine.post(&at(&course, "publish"), &Value::Null).await.expect(200);
        let edit = format!("/api/v1/courses/{course}");
        let wide = json!({"org_unit": platform.prefecture, "significance": "typo"});
        mine.patch(&edit, &wide).await.expect(403);
        manager.patch(&edit, &wide).await.expect(200);
        let narrow = json!({"org_unit": platform.near_county, "significance": "typo"});
        mine.patch(&edit, &narrow).await.expect(200);
        let far = platform.learner("tashi", &platform.far_clinic).await;
        far.get(&edit).await.expect(404);
        let all = mine.get(&at(&course, "revisions")).await.expect(200);
        let numbers: Vec<i64> = all["items"].as_array().unwrap().iter().map(|each| each["number"].as_i64().unwrap()).collect();
        assert_eq!(numbers, [3, 2, 1]);
        let restore = |number: i64| at(&course, &format!("revisions/{number}/restore"));
        let declared = json!({"significance": "typo"});
        mine.post(&restore(2), &declared).await.expect(403);
        let form = [("significance", "typo"), ("form", "restore-2")];
        let path = format!("/studio/courses/{course}/revisions/2/restore");
        assert_eq!(mine.form(&path, &form).await.status(), 403);
        far.get(&edit).await.expect(404);
        manager.post(&restore(2), &declared).await.expect(200);
        far.get(&edit).await.expect(200);

        // What the course showed once, and she may open no more.
        let own = mine.uploads(&clips::clip(7), "own.mp4", "video/mp4").await;
        platform.finish_work().await;
        let lesson = mine.get(&edit).await.expect(200)["modules"][0]["lessons"][0]["id"].as_str().unwrap().to_owned();
        let change = json!({"resource": own, "significance": "typo"});
        mine.patch(&at(&course, &format!("lessons/{lesson}")), &change).await.expect(200);
        manager.post(&at(&taught.course, "retire"), &Value::Null).await.expect(200);
        let refused = mine.post(&restore(3), &declared).await.expect(422);
        assert_eq!(refused["field"], "resource", "{refused}");
    }

    async fn what_is_anothers_answers_like_what_is_not_there(platform) {
        let mine = platform.with_role("mine", "content-manager", &platform.near_county).await;
        let theirs = platform.with_role("theirs", "content-manager", &platform.far_county).await;
        let manager = platform.manager().await;
        manager.post("/api/v1/columns", &json!({"slug": "common", "title": "常见病"})).await.expect(201);
        let resource = mine.uploads(&clips::clip(6), "talk.mp4", "video/mp4").await;
        let course = mine.adds_course("common", "县里的课").await;
        let lesson = mine.adds_lesson(&course, "第一课", &resource).await;
        let job = mine.get("/api/v1/jobs").await.expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
        let calls = [
            ("PATCH", "/api/v1/courses/C", json!({"title": "X"})),
            ("POST", "/api/v1/courses/C/modules", json!({"title": "X"})),
            ("POST", "/api/v1/courses/C/lessons", json!({"title": "X", "resource": "r"})),
            ("POST", "/api/v1/courses/C/handouts", json!({"resource": "r"})),
            ("POST", "/api/v1/courses/C/publish", Value::Null),
            ("POST", "/api/v1/courses/C/retire", Value::Null),
            ("POST", "/api/v1/courses/C/submit", json!({})),
            ("POST", "/api/v1/courses/C/withdraw", Value::Null),
            ("GET", "/api/v1/courses/C/revisions", Value::Null),
            ("POST", "/api/v1/courses/C/revisions/1/restore", json!({"significance": "typo"})),
            ("PATCH", "/api/v1/courses/C/lessons/L", json!({"title": "X", "significance": "typo"})),
            ("PUT", "/api/v1/resources/R/about", json!({"author": "X"})),
            ("POST", "/api/v1/resources/R/looked-at", json!({"review_by": 9_999_999_999_999_i64})),
            ("POST", "/api/v1/resources/R/encode", json!({})),
            ("POST", "/api/v1/resources/R/replace", json!({"by": "r", "significance": "typo"})),
            ("DELETE", "/api/v1/resources/R/captions/zh", Value::Null),
            ("GET", "/api/v1/resources/R", Value::Null),
            ("GET", "/api/v1/resources/R/proposals", Value::Null),
            ("POST", "/api/v1/jobs/J/retry", Value::Null),
            ("POST", "/api/v1/jobs/J/cancel", Value::Null),
            ("POST", "/api/v1/jobs/J/pause", Value::Null),
        ];
        for (method, path, body) in calls {
            let mut answers = Vec::new();
            for [c, r, j] in [[course.as_str(), &resource, &job], ["nothing", "nothing", "nothing"]] {
                let path = path.replace('C', c).replace('R', r).replace('J', j).replace('L', &lesson);
                let request = theirs.request(method.parse().unwrap(), &path).json(&body).header("accept-language", "en");
                let answer = request.send().await.unwrap();
                let status = answer.status().as_u16();
                let told: Value = answer.json().await.unwrap_or_default();
                answers.push((status, told["kind"].clone(), told["message"].clone()));
            }
            assert_eq!(answers[0], answers[1], "{method} {path}");
            assert_eq!(answers[0].0, 404, "{method} {path}");
        }
        for page in ["courses/C", "courses/C/edit", "courses/C/revisions", "courses/C/lessons/L", "resources/R", "resources/R/captions/zh"] {
            let path = format!("/studio/{}", page.replace('C', &course).replace('R', &resource).replace('L', &lesson));
            assert_eq!(theirs.page(&path).await.0, 404, "{path}");
        }
    }

    async fn names_change_for_everybody_by_who_keeps_everything(platform) {
        let manager = platform.manager().await;
        let county = platform.with_role("county", "content-manager", &platform.near_county).await;
        let names = json!({"key": "", "names": ["飘飘病", "高血压"]});
        county.put("/api/v1/concepts", &names).await.expect(403);
        county.put("/api/v1/concepts", &json!({"key": "高血压", "names": []})).await.expect(403);
        county.get("/api/v1/concepts?q=x").await.expect(200);
        for (path, fields) in [
            ("/studio/names", vec![("key", ""), ("names", "甲甲\n乙乙")]),
            ("/studio/names/leave-out", vec![("key", "高血压")]),
            ("/studio/names/remove", vec![("key", "高血压")]),
            ("/studio/names/same", vec![("known", "高血压"), ("name", "飘飘病")]),
        ] {
            assert_eq!(county.form(path, &fields).await.status(), 403, "{path}");
        }
        let (status, page) = county.page(&format!("/studio/names?q={}", escaped("高血压"))).await;
        assert!(status == 200 && page.contains("Names are the same for all"), "{page}");
        assert!(!page.contains("/studio/names/leave-out"), "she looks, and changes nothing");
        assert_eq!(county.page("/studio/names/same?name=a1&known=b1").await.0, 403);
        manager.put("/api/v1/concepts", &names).await.expect(204);
        let elsewhere = another_top(platform).await;
        elsewhere.put("/api/v1/concepts", &names).await.expect(403);
        manager.put("/api/v1/concepts", &names).await.expect(403);
    }

    async fn two_things_are_not_made_one(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        platform.published_lesson(&manager, 6).await;
        for question in ["抗高血压药", "降压药", "diarhoea", "飘飘病"] {
            learner.get(&format!("/api/v1/search?q={}", escaped(question))).await.expect(200);
        }
        content::asked::write_down(&platform.library).await.unwrap();
        let page = manager.page("/studio/asked?lack=all").await.1;
        assert!(page.contains("降压药") && page.contains("飘飘病"), "{page}");
        assert!(!page.contains("method=\"post\" action=\"/studio/names/same\""), "nothing is one press away: {page}");
        for class in ["钙通道阻滞剂", "血管紧张素转换酶抑制剂", "血管紧张素Ⅱ受体拮抗剂"] {
            assert!(!page.contains(class), "{class} is a kind of it, and not it");
        }
        assert!(page.contains("Is it “腹泻”?"), "a slip is offered: {page}");
        let both = |name: &str, known: &str| format!("/studio/names/same?name={}&known={}", escaped(name), escaped(known));
        let page = manager.page(&both("降压药", "ACE inhibitor")).await.1;
        assert!(page.contains("antihypertensive") && page.contains("ACEI") && page.contains("two different things"), "{page}");
        assert!(!page.contains("They are the same"), "it cannot be said: {page}");
        let page = manager.page(&both("飘飘病", "高血压")).await.1;
        assert!(page.contains("hypertension") && page.contains("They are the same") && page.contains("method=\"post\""), "{page}");
        for (known, name) in [("ACE inhibitor", "降压药"), ("低血压", "高血压"), ("hypotension", "hypertension")] {
            let sent = manager.form("/studio/names/same", &[("known", known), ("name", name)]).await;
            assert_eq!(sent.status(), 422, "{known} {name}");
            assert!(sent.text().await.unwrap().contains("two different things"));
        }
        for names in [["降压药", "ACEI"], ["hypertension", "hypotension"], ["antihypertensive", "ACE inhibitor"]] {
            let refused = manager.put("/api/v1/concepts", &json!({"key": "", "names": names})).await.expect(422);
            assert_eq!(refused["field"], "names", "{names:?}");
        }
        let sent = manager.form("/studio/names/same", &[("known", "高血压"), ("name", "飘飘病")]).await;
        assert_eq!(sent.status(), 303);
    }

    async fn a_column_says_nothing_of_anothers_videos(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let elsewhere = another_top(platform).await;
        let column = format!("/api/v1/columns/{}", taught.column);
        let kept = originals(platform).await;
        elsewhere.put(&format!("{column}/policy"), &json!({"originals": "drop"})).await.expect(204);
        platform.finish_work().await;
        platform.later(8 * DAY_S);
        platform.finish_work().await;
        assert_eq!(originals(platform).await, kept, "it is none of hers");
        let manager = platform.sign_in("manager").await;
        let elsewhere = platform.sign_in("elsewhere").await;
        let before = manager.resource(&taught.resource).await;
        let other = if before["class"] == "slides" { "natural" } else { "slides" };
        elsewhere.put(&format!("{column}/policy"), &json!({"class": other, "originals": "keep"})).await.expect(204);
        platform.finish_work().await;
        assert_eq!(manager.resource(&taught.resource).await["class"], before["class"]);
        manager.post(&format!("/api/v1/resources/{}/encode", taught.resource), &json!({})).await.expect(204);
        platform.finish_work().await;
        assert_eq!(manager.resource(&taught.resource).await["class"], before["class"]);
        for (path, body) in [("", json!({"title": "Mine"})), ("", json!({"languages": ["en"]}))] {
            elsewhere.patch(&format!("{column}{path}"), &body).await.expect(403);
        }
        elsewhere.post(&format!("{column}/move"), &json!({"by": -1})).await.expect(403);
        elsewhere.post(&format!("/api/v1/courses/{}/move", taught.course), &json!({"by": -1})).await.expect(403);
        let topic = manager.post(&format!("{column}/topics"), &json!({"title": "专题"})).await.expect(201);
        let topic = topic["id"].as_str().unwrap().to_owned();
        elsewhere.patch(&format!("/api/v1/topics/{topic}"), &json!({"title": "Mine"})).await.expect(403);
        elsewhere.delete(&format!("/api/v1/topics/{topic}")).await.expect(403);
        let removes = format!("/studio/columns/{}/topics/{topic}/remove", taught.column);
        assert_eq!(elsewhere.form(&removes, &[]).await.status(), 403);
        manager.delete(&format!("/api/v1/topics/{topic}")).await.expect(204);
        // The queue and the terms are the same for all.
        for person in [&elsewhere, &manager] {
            person.put("/api/v1/queue", &json!({"paused": true})).await.expect(403);
            person.post("/api/v1/queue/encode-all", &Value::Null).await.expect(403);
            assert!(!person.page("/studio/jobs").await.1.contains("/studio/queue/"), "and nobody is offered it");
        }
        let term = elsewhere.post("/api/v1/terms", &json!({"facet": "aspect", "slug": "pain", "title": "疼痛"})).await.expect(201);
        elsewhere.delete(&format!("/api/v1/terms/{}", term["id"].as_str().unwrap())).await.expect(403);
        // What nobody else uses is hers.
        let own = json!({"slug": "own", "title": "自己的"});
        elsewhere.post("/api/v1/columns", &own).await.expect(201);
        elsewhere.patch("/api/v1/columns/own", &json!({"title": "自己的栏目"})).await.expect(204);
        manager.patch(&column, &json!({"title": "常见病"})).await.expect(204);
    }

    async fn what_a_column_deletes_is_told_before_and_kept_for_seven_days(platform) {
        platform.expects(&["original_is_kept"]);
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let policy = format!("/api/v1/columns/{}/policy", taught.column);
        let told = manager.get(&format!("{policy}?originals=drop")).await.expect(200);
        assert_eq!((&told["videos"], &told["originals_gone"]), (&json!(1), &json!(1)), "{told}");
        let page = manager.page(&format!("/studio/columns/{}/policy?class=&originals=drop", taught.column)).await.1;
        assert!(page.contains("Originals deleted: 1, not before"), "{page}");
        assert_eq!(manager.get(&policy).await.expect(200)["originals"], "keep", "a look changes nothing");
        manager.put(&policy, &json!({"originals": "drop"})).await.expect(204);
        platform.finish_work().await;
        platform.later(6 * DAY_S);
        platform.finish_work().await;
        assert_eq!(originals(platform).await, 1);
        let manager = platform.sign_in("manager").await;
        let page = manager.page(&format!("/studio/resources/{}", taught.resource)).await.1;
        assert!(page.contains("will be deleted on"), "{page}");
        manager.put(&policy, &json!({"originals": "keep"})).await.expect(204);
        platform.later(2 * DAY_S);
        platform.finish_work().await;
        assert_eq!(originals(platform).await, 1, "it was said otherwise in time");
        let manager = platform.sign_in("manager").await;
        manager.put(&policy, &json!({"originals": "drop"})).await.expect(204);
        platform.later(6 * DAY_S);
        platform.finish_work().await;
        assert_eq!(originals(platform).await, 1, "the seven days begin anew");
        platform.later(DAY_S + 60);
        platform.finish_work().await;
        assert_eq!(originals(platform).await, 0);
    }

    async fn a_login_is_no_number_of_somebody_else(platform) {
        let manager = platform.manager().await;
        let root = platform.sign_in("root").await;
        let dashed = uuid::Uuid::parse_str(&manager.id).unwrap().hyphenated().to_string();
        for login in [manager.id.as_str(), &manager.id.to_uppercase(), &dashed, &format!("{{{dashed}}}"), &uuid::Uuid::new_v4().simple().to_string()] {
            let body = json!({"login": login, "name": "X", "org_unit": platform.near_clinic});
            let refused = root.post("/api/v1/people", &body).await.expect(422);
            assert_eq!(refused["field"], "login", "{login}");
        }
        assert!(content::people::act_as(&platform.library, &manager.id).await.is_err(), "an id is no login");
        let slug = json!({"slug": manager.id, "title": "X"});
        manager.post("/api/v1/columns", &slug).await.expect(422);
    }
}
