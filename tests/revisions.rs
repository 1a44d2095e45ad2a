//! What is published is edited by revisions: what was earned stands, and there is a way back.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::{Person, Taught, clips};

async fn watches_all(platform: &crate::support::Platform, person: &Person, lesson: &str) -> Value {
    person.watches(lesson, &[(0, 6)], platform.library.clock.now_ms()).await
}

async fn revisions(person: &Person, course: &str) -> Vec<Value> {
    let answer = person.get(&format!("/api/v1/courses/{course}/revisions")).await.expect(200);
    answer["items"].as_array().unwrap().clone()
}

fn lesson_at(taught: &Taught) -> String {
    format!("/api/v1/courses/{}/lessons/{}", taught.course, taught.lesson)
}

both! {
    async fn a_typo_changes_the_words_and_nobodys_completion(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        assert_eq!(watches_all(platform, &learner, &taught.lesson).await["completed"], true);
        let change = |significance: Option<&str>| json!({"title": {"zh": "量血压的方法"}, "significance": significance});
        assert_eq!(manager.patch(&lesson_at(&taught), &change(None)).await.expect(422)["field"], "significance");
        manager.patch(&lesson_at(&taught), &change(Some("huge"))).await.expect(422);
        let edited = manager.patch(&lesson_at(&taught), &change(Some("typo"))).await.expect(200);
        assert_eq!(edited["state"], "applied");
        assert_eq!(manager.patch(&lesson_at(&taught), &change(Some("typo"))).await.expect(200)["state"], "nothing");
        platform.finish_work().await;
        let found = learner.get("/api/v1/search?q=量血压的方法").await.expect(200);
        assert!(found["items"].as_array().unwrap().iter().any(|hit| hit["title"]["zh"] == "量血压的方法"), "{found}");
        let position = learner.get(&format!("/api/v1/lessons/{}/position", taught.lesson)).await.expect(200);
        assert_eq!(position["completed"], true);
        let page = learner.page(&format!("/courses/{}", taught.course)).await.1;
        assert!(page.contains("量血压的方法") && !page.contains("new learning"), "{page}");
        let all = revisions(&manager, &taught.course).await;
        assert_eq!((&all[0]["number"], &all[0]["differences"][0]["before"]["zh"]), (&json!(2), &json!("怎样量血压")));
        let page = manager.page(&format!("/studio/courses/{}/revisions", taught.course)).await.1;
        assert!(page.contains("<del>") && page.contains("<ins>"), "{page}");
    }

    async fn new_learning_invites_and_undoes_nothing(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let late = platform.learner("pema", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        watches_all(platform, &learner, &taught.lesson).await;
        platform.later(60);
        let second = manager.adds_lesson(&taught.course, "新的一课", &taught.resource).await;
        let summary = json!({"summary": {"zh": "另一种说法"}, "significance": "new", "note": "指南更新"});
        manager.patch(&lesson_at(&taught), &summary).await.expect(200);
        let page = async |person: &Person| person.page(&format!("/courses/{}", taught.course)).await.1;
        let told = page(&learner).await;
        assert!(told.contains("new learning since you completed"), "{told}");
        assert!(!page(&late).await.contains("new learning since"), "whoever has not completed it is not told");
        let position = learner.get(&format!("/api/v1/lessons/{}/position", taught.lesson)).await.expect(200);
        assert_eq!(position["completed"], true, "nobody is reset");
        let report = format!("/api/v1/reports/completion?unit={}&course={}", platform.prefecture, taught.course);
        let root = platform.sign_in("root").await;
        let completed = root.get(&report).await.expect(200);
        let sum: i64 = completed["rows"].as_array().unwrap().iter().filter_map(|row| row["completed"].as_i64()).sum();
        assert_eq!(sum, 1, "{completed}");
        platform.later(60);
        watches_all(platform, &learner, &second).await;
        assert!(page(&learner).await.contains("new learning since"), "the other lesson is new too");
        watches_all(platform, &learner, &taught.lesson).await;
        assert!(!page(&learner).await.contains("new learning since"), "she has looked");
    }

    async fn there_is_a_way_back(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let course = format!("/api/v1/courses/{}", taught.course);
        for title in ["第二版", "<i>第三版</i>"] {
            manager.patch(&course, &json!({"title": {"zh": title}, "significance": "same"})).await.expect(200);
        }
        let restore = async |number: i64, significance: &str| {
            let body = json!({"significance": significance});
            manager.post(&format!("{course}/revisions/{number}/restore"), &body).await
        };
        restore(9, "same").await.expect(404);
        restore(1, "").await.expect(422);
        assert_eq!(restore(1, "same").await.expect(200)["state"], "applied");
        assert_eq!(manager.get(&course).await.expect(200)["title"]["zh"], "测量血压");
        let all = revisions(&manager, &taught.course).await;
        assert_eq!(all.iter().map(|each| each["number"].as_i64().unwrap()).collect::<Vec<_>>(), [4, 3, 2, 1]);
        let page = manager.page(&format!("/studio/courses/{}/revisions", taught.course)).await.1;
        assert!(page.contains("&lt;i&gt;") && !page.contains("<i>"), "a title is text");
        let form = [("significance", "same"), ("form", "restore-2")];
        let sent = manager.form(&format!("/studio/courses/{}/revisions/2/restore", taught.course), &form).await;
        assert_eq!(sent.status(), 303);
        assert_eq!(manager.get(&course).await.expect(200)["title"]["zh"], "第二版");
    }

    async fn another_file_keeps_the_lesson_its_records_and_its_captions(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 12).await;
        let captions = clips::captions(&["袖带", "心脏"]);
        let put = manager.request(Method::PUT, &format!("/api/v1/resources/{}/captions/zh", taught.resource)).body(captions);
        assert_eq!(put.send().await.unwrap().status(), 204);
        learner.watches(&taught.lesson, &[(0, 9)], platform.library.clock.now_ms()).await;
        let new = manager.uploads(&clips::clip(8), "new.mp4", "video/mp4").await;
        let replace = format!("/api/v1/resources/{}/replace", taught.resource);
        let by = json!({"by": new, "significance": "same"});
        assert_eq!(manager.post(&replace, &by).await.expect(422)["field"], "resource", "nobody has looked at it yet");
        platform.finish_work().await;
        let theirs = platform.with_role("theirs", "content-manager", &platform.far_county).await;
        theirs.post(&replace, &by).await.expect(404);
        assert_eq!(manager.post(&replace, &by).await.expect(200)["courses"], json!([taught.course]));
        manager.post(&replace, &by).await.expect(409);
        platform.finish_work().await;
        let lesson = learner.get(&format!("/api/v1/lessons/{}", taught.lesson)).await.expect(200);
        assert_eq!(lesson["resource"], json!(new));
        let position = learner.get(&format!("/api/v1/lessons/{}/position", taught.lesson)).await.expect(200);
        assert_eq!((&position["watched_ms"], &position["completed"]), (&json!(9000), &json!(false)), "her records stand");
        let carried = manager.request(Method::GET, &format!("/media/{new}/captions/zh.vtt")).send().await.unwrap();
        let carried = carried.text().await.unwrap();
        assert!(carried.contains("袖带") && !carried.contains("心脏"), "what lies within its length: {carried}");
        assert!(manager.page(&format!("/studio/resources/{new}")).await.1.contains("please check"));
        let found = learner.get("/api/v1/search?q=袖带").await.expect(200);
        assert_eq!(found["items"][0]["lesson"], json!(taught.lesson), "{found}");
        let done = learner.watches(&taught.lesson, &[(7, 8)], platform.library.clock.now_ms()).await;
        assert_eq!(done["completed"], true, "of the new file she has seen all: {done}");
    }

    async fn what_another_course_shows_takes_nothing_over_from_a_draft(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        platform.with_role("reviewer", "reviewer", &platform.prefecture).await;
        let far = platform.with_role("far", "content-manager", &platform.far_county).await;
        let shown = format!("/media/{}/captions/zh.vtt", taught.resource);
        for (person, by_file) in [(&manager, false), (&far, false), (&manager, true)] {
            let forged = person.uploads(&clips::clip(6), "forged.mp4", "video/mp4").await;
            platform.finish_work().await;
            let put = person.request(Method::PUT, &format!("/api/v1/resources/{forged}/captions/zh"));
            assert_eq!(put.body(clips::captions(&["50 mg"])).send().await.unwrap().status(), 204, "nobody sees it yet");
            person.put(&format!("/api/v1/resources/{forged}/about"), &json!({"author": "forged"})).await.expect(204);
            let draft = person.adds_course(&taught.column, "草稿").await;
            let lesson = person.adds_lesson(&draft, "第一课", &forged).await;
            if by_file {
                let by = json!({"by": taught.resource, "significance": "same"});
                person.post(&format!("/api/v1/resources/{forged}/replace"), &by).await.expect(200);
            } else {
                let to = json!({"resource": taught.resource});
                person.patch(&format!("/api/v1/courses/{draft}/lessons/{lesson}"), &to).await.expect(200);
            }
            assert_eq!(manager.page(&shown).await.0, 404, "learners of the other course read none of it");
            let about = content::shelves::find_about(&platform.library, &taught.resource.as_str().into()).await.unwrap();
            assert_eq!(about.author, "");
        }
        // Of two courses that wait, both to show a new file in the place of the same, each is expected to.
        let new = manager.uploads(&clips::clip(6), "new.mp4", "video/mp4").await;
        let old = manager.uploads(&clips::clip(6), "old.mp4", "video/mp4").await;
        platform.finish_work().await;
        let put = manager.request(Method::PUT, &format!("/api/v1/resources/{old}/captions/zh"));
        assert_eq!(put.body(clips::captions(&["5 mg"])).send().await.unwrap().status(), 204);
        let reviewer = platform.sign_in("reviewer").await;
        let courses = [manager.adds_course(&taught.column, "一").await, manager.adds_course(&taught.column, "二").await];
        for course in &courses {
            manager.adds_lesson(course, "第一课", &old).await;
            manager.post(&format!("/api/v1/courses/{course}/submit"), &json!({})).await.expect(200);
            reviewer.post(&format!("/api/v1/courses/{course}/approve"), &json!({})).await.expect(200);
        }
        let by = json!({"by": new, "significance": "same"});
        manager.post(&format!("/api/v1/resources/{old}/replace"), &by).await.expect(200);
        for course in &courses {
            manager.post(&format!("/api/v1/courses/{course}/submit"), &json!({})).await.expect(200);
        }
        for course in &courses {
            reviewer.post(&format!("/api/v1/courses/{course}/approve"), &json!({})).await.expect(200);
            assert!(manager.page(&format!("/media/{new}/captions/zh.vtt")).await.1.contains("5 mg"));
        }
    }

    async fn a_lesson_with_records_is_hidden_and_its_records_stand(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let second = manager.adds_lesson(&taught.course, "第二课", &taught.resource).await;
        watches_all(platform, &learner, &taught.lesson).await;
        let course = format!("/api/v1/courses/{}", taught.course);
        assert_eq!(manager.delete(&format!("{course}/lessons/{second}")).await.expect(422)["field"], "significance");
        manager.delete(&format!("{course}/lessons/{second}?significance=same")).await.expect(200);
        let page = learner.page(&course.replace("/api/v1", "")).await.1;
        assert!(!page.contains("第二课"));
        let due = learner.page("/me").await.1;
        assert!(due.contains("测量血压"), "{due}");
        let report = format!("/api/v1/reports/completion?unit={}&course={}", platform.prefecture, taught.course);
        let root = platform.sign_in("root").await;
        let rows = root.get(&report).await.expect(200);
        let sum: i64 = rows["rows"].as_array().unwrap().iter().filter_map(|row| row["completed"].as_i64()).sum();
        assert_eq!(sum, 1, "all that is left of it she has completed: {rows}");

        manager.delete(&format!("{course}/lessons/{}?significance=same", taught.lesson)).await.expect(200);
        learner.get(&format!("/api/v1/lessons/{}", taught.lesson)).await.expect(404);
        let receipt = watches_all(platform, &learner, &taught.lesson).await;
        assert!(receipt["receipt"].is_number(), "what she learned offline counts: {receipt}");
        assert!(root.page(&format!("/admin/learners/{}", learner.id)).await.1.contains("怎样量血压"), "the record stands");
        let last = revisions(&manager, &taught.course).await;
        let before = last.iter().find(|each| each["number"] == 1).unwrap();
        assert_eq!(before["state"], "applied");
        manager.post(&format!("{course}/revisions/1/restore"), &json!({"significance": "same"})).await.expect(200);
        let position = learner.get(&format!("/api/v1/lessons/{}/position", taught.lesson)).await.expect(200);
        assert_eq!(position["completed"], true);
    }

    async fn faces_in_several_languages_are_one_lesson(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let face = manager.uploads(&clips::clip(12), "bo.mp4", "video/mp4").await;
        platform.finish_work().await;
        let path = |language: &str| format!("{}/faces/{language}", lesson_at(&taught));
        let body = json!({"resource": face, "significance": "same"});
        manager.put(&path("xx"), &body).await.expect(404);
        manager.put(&path("bo"), &json!({"resource": "none", "significance": "same"})).await.expect(422);
        manager.put(&path("bo"), &body).await.expect(200);
        learner.get(&format!("/api/v1/resources/{face}")).await.expect(200);
        let page = format!("/courses/{}/lessons/{}", taught.course, taught.lesson);
        assert!(learner.page_in(&page, "bo").await.1.contains(&face), "she is shown her face");
        assert!(!learner.page_in(&page, "en").await.1.contains(&face), "others are not");
        let in_bo = format!("{}.bo", taught.lesson);
        let now = platform.library.clock.now_ms();
        let half = learner.watches(&in_bo, &[(0, 6)], now).await;
        let told = half["watched_ms"].as_i64().unwrap();
        assert!((5990..=6000).contains(&told) && half["completed"] == false, "told in the time of her face: {half}");
        let position = learner.get(&format!("/api/v1/lessons/{}/position", taught.lesson)).await.expect(200);
        let watched = position["watched_ms"].as_i64().unwrap();
        assert!((2950..3050).contains(&watched), "half of one face is half of any: {position}");
        let whole = learner.watches(&taught.lesson, &[(3, 6)], now).await;
        assert_eq!(whole["completed"], true, "{whole}");
        let again = learner.watches(&in_bo, &[(6, 12)], now).await;
        assert_eq!(again["completed"], true, "one completion");
        manager.delete(&format!("{}?significance=same", path("bo"))).await.expect(200);
        assert!(!learner.page_in(&page, "bo").await.1.contains(&face));
    }

    async fn what_cannot_be_is_refused_and_nothing_is_lost(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let course = format!("/api/v1/courses/{}", taught.course);
        let before = manager.get(&course).await.expect(200);
        let refused = async |path: &str, body: Value, status: u16| {
            let answer = manager.patch(path, &body).await;
            assert_eq!(answer.status, status, "{path} {body}: {}", answer.body);
        };
        let said = |mut body: Value| {
            body["significance"] = json!("same");
            body
        };
        refused(&course, said(json!({"title": "T".repeat(201)})), 422).await;
        refused(&course, said(json!({"title": {"zh": " "}})), 422).await;
        refused(&course, said(json!({"title": "T", "note": "n".repeat(501)})), 422).await;
        refused(&course, said(json!({"column": "nowhere"})), 422).await;
        refused(&course, said(json!({"org_unit": "nowhere"})), 422).await;
        refused(&course, said(json!({"language": "xx"})), 422).await;
        refused(&lesson_at(&taught), said(json!({"threshold_percent": 0})), 422).await;
        refused(&lesson_at(&taught), said(json!({"resource": "none"})), 422).await;
        refused(&lesson_at(&taught), said(json!({"module": "none"})), 422).await;
        refused(&format!("{course}/lessons/none"), said(json!({"title": "T"})), 404).await;
        refused(&format!("{course}/modules/none"), said(json!({"title": "T"})), 404).await;
        let moves = format!("{}/move", lesson_at(&taught));
        manager.post(&moves, &json!({})).await.expect(422);
        manager.post(&moves, &json!({"by": i64::MIN})).await.expect(200);
        manager.post(&moves, &json!({"to": -1})).await.expect(422);
        let comments = format!("{course}/revisions/1/comments");
        manager.post(&comments, &json!({"comment": "c".repeat(2001)})).await.expect(422);
        manager.post(&format!("{course}/revisions/7/comments"), &json!({"comment": "c"})).await.expect(404);
        let form = [("significance", "same\u{0}"), ("title_zh", "T"), ("form", "course")];
        let sent = manager.form(&format!("/studio/courses/{}/edit", taught.course), &form).await;
        assert_eq!(sent.status(), 422, "and the page comes back");
        assert!(sent.text().await.unwrap().contains("value=\"T\""));
        let after = manager.get(&course).await.expect(200);
        assert_eq!((&after["title"], &after["modules"]), (&before["title"], &before["modules"]));
        assert_eq!(revisions(&manager, &taught.course).await.len(), 1);
    }
}
