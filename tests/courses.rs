//! From an empty column to a published course, and who may see it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::{Person, clips};

both! {
    async fn a_course_is_made_published_and_retired(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let title = json!({"zh": "常见病", "bo": "རྒྱུན་མཐོང་ནད།", "en": "Common diseases"});
        manager.post("/api/v1/columns", &json!({"slug": "common", "title": title})).await.expect(201);
        manager.post("/api/v1/columns", &json!({"slug": "common", "title": title})).await.expect(409);
        let course = manager.adds_course("common", "高血压").await;
        let publish = format!("/api/v1/courses/{course}/publish");
        manager.post(&publish, &Value::Null).await.expect(409);
        let resource = manager.uploads(&clips::clip(6), "talk.mp4", "video/mp4").await;
        platform.finish_work().await;
        let module = manager.post(&format!("/api/v1/courses/{course}/modules"), &json!({"title": "第一章"})).await.expect(201);
        let lesson = json!({"module": module["id"], "title": "量血压", "resource": resource, "threshold_percent": 80});
        let lesson = manager.post(&format!("/api/v1/courses/{course}/lessons"), &lesson).await.expect(201);
        learner.get(&format!("/api/v1/courses/{course}")).await.expect(404);
        learner.get(&format!("/api/v1/lessons/{}", lesson["id"].as_str().unwrap())).await.expect(404);
        learner.get(&format!("/api/v1/resources/{resource}")).await.expect(404);
        let published = manager.post(&publish, &Value::Null).await.expect(200);
        assert_eq!(published["state"], "published");
        assert_eq!(manager.post(&publish, &Value::Null).await.expect(200)["state"], "published", "twice changes nothing");
        let seen = learner.get(&format!("/api/v1/courses/{course}")).await.expect(200);
        assert_eq!(seen["modules"][0]["title"]["zh"], "第一章");
        assert_eq!(seen["modules"][0]["lessons"][0]["threshold_percent"], 80);
        let duration_ms = seen["modules"][0]["lessons"][0]["duration_ms"].as_i64().unwrap();
        assert!((6000..6050).contains(&duration_ms), "sound may outlast the picture by a frame: {duration_ms}");
        manager.post(&format!("/api/v1/courses/{course}/retire"), &Value::Null).await.expect(200);
        learner.get(&format!("/api/v1/courses/{course}")).await.expect(404);
    }

    async fn a_neighbor_cannot_edit_what_my_county_owns(platform) {
        let mine = platform.with_role("mine", "content-manager", &platform.near_county).await;
        let theirs = platform.with_role("theirs", "content-manager", &platform.far_county).await;
        let above = platform.with_role("above", "content-manager", &platform.prefecture).await;
        let column = json!({"slug": "common", "title": {"en": "Common"}});
        mine.post("/api/v1/columns", &column).await.expect(403);
        above.post("/api/v1/columns", &column).await.expect(201);
        let course = mine.adds_course("common", "我的课").await;
        let module = json!({"title": {"zh": "章"}});
        let modules = format!("/api/v1/courses/{course}/modules");
        theirs.post(&modules, &module).await.expect(404);
        mine.post(&modules, &module).await.expect(201);
        above.post(&modules, &module).await.expect(201);
    }

    async fn a_neighbor_cannot_touch_what_my_county_uploaded(platform) {
        let mine = platform.with_role("mine", "content-manager", &platform.near_county).await;
        let theirs = platform.with_role("theirs", "content-manager", &platform.far_county).await;
        let above = platform.with_role("above", "content-manager", &platform.prefecture).await;
        let (near, far) = (platform.learner("near", &platform.near_clinic).await, platform.learner("far", &platform.far_clinic).await);
        above.post("/api/v1/columns", &json!({"slug": "common", "title": {"en": "Common"}})).await.expect(201);
        let resource = mine.uploads(&clips::clip(6), "talk.mp4", "video/mp4").await;
        let job = mine.get("/api/v1/jobs").await.expect(200)["items"][0]["id"].as_str().unwrap().to_owned();
        let captions = async |person: &Person| {
            let path = format!("/api/v1/resources/{resource}/captions/zh");
            let request = person.request(Method::PUT, &path).body(clips::captions(&["袖带与心脏平齐"]));
            request.send().await.unwrap().status().as_u16()
        };
        assert_eq!((captions(&theirs).await, captions(&mine).await, captions(&above).await), (404, 204, 204));
        assert_eq!(theirs.get("/api/v1/jobs").await.expect(200)["items"], json!([]));
        theirs.post(&format!("/api/v1/jobs/{job}/cancel"), &Value::Null).await.expect(404);
        theirs.get(&format!("/api/v1/resources/{resource}")).await.expect(404);
        assert_eq!(theirs.page(&format!("/studio/resources/{resource}")).await.0, 404);
        assert!(!theirs.page("/studio").await.1.contains("talk.mp4"));
        platform.finish_work().await;
        let course = theirs.adds_course("common", "邻县的课").await;
        let lesson = json!({"title": "T", "resource": resource});
        theirs.post(&format!("/api/v1/courses/{course}/lessons"), &lesson).await.expect(422);
        mine.get(&format!("/api/v1/courses/{course}")).await.expect(404);
        let for_others = json!({"column": "common", "title": "T", "language": "zh", "org_unit": platform.far_county});
        mine.post("/api/v1/courses", &for_others).await.expect(403);

        let course = mine.adds_course("common", "我的课").await;
        let lesson = mine.adds_lesson(&course, "量血压", &resource).await;
        mine.post(&format!("/api/v1/courses/{course}/publish"), &Value::Null).await.expect(200);
        near.get(&format!("/api/v1/lessons/{lesson}")).await.expect(200);
        far.get(&format!("/api/v1/lessons/{lesson}")).await.expect(404);
        let original = format!("/media/{resource}/original");
        assert_eq!((near.page(&original).await.0, theirs.page(&original).await.0), (403, 404));
        assert_eq!(mine.request(Method::GET, &original).send().await.unwrap().status(), 200);
    }

    async fn a_course_for_one_county_is_seen_in_that_county_only(platform) {
        let manager = platform.manager().await;
        let near = platform.learner("near", &platform.near_clinic).await;
        let far = platform.learner("far", &platform.far_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let body = json!({"column": taught.column, "title": {"zh": "本县课程"}, "language": "zh", "org_unit": platform.near_county});
        let course = crate::support::person::id_of(&manager.post("/api/v1/courses", &body).await.expect(201));
        let lesson = manager.adds_lesson(&course, "只给本县", &taught.resource).await;
        manager.post(&format!("/api/v1/courses/{course}/publish"), &Value::Null).await.expect(200);
        platform.finish_work().await;
        near.get(&format!("/api/v1/lessons/{lesson}")).await.expect(200);
        far.get(&format!("/api/v1/lessons/{lesson}")).await.expect(404);
        assert_eq!(far.page(&format!("/courses/{course}")).await.0, 404);
        assert!(near.page(&format!("/columns/{}", taught.column)).await.1.contains("本县课程"));
        assert!(!far.page(&format!("/columns/{}", taught.column)).await.1.contains("本县课程"));
        let found = |answer: Value| answer["items"].as_array().unwrap().iter().any(|hit| hit["course"] == json!(course));
        assert!(found(near.get("/api/v1/search?q=本县课程").await.expect(200)));
        assert!(!found(far.get("/api/v1/search?q=本县课程").await.expect(200)));
    }

    async fn what_is_wrong_with_a_new_lesson_is_said(platform) {
        platform.expects(&["not_media"]);
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let unseen = manager.uploads(b"this is not a video at all", "talk.mp4", "video/mp4").await;
        let hasty = manager.adds_course(&taught.column, "太急").await;
        manager.adds_lesson(&hasty, "还没检查", &unseen).await;
        let publish = format!("/api/v1/courses/{hasty}/publish");
        manager.post(&publish, &Value::Null).await.expect(409);
        platform.finish_work().await;
        manager.post(&publish, &Value::Null).await.expect(409);
        let lessons = format!("/api/v1/courses/{}/lessons", taught.course);
        let other = manager.adds_course(&taught.column, "另一门").await;
        let module = manager.post(&format!("/api/v1/courses/{other}/modules"), &json!({"title": "M"})).await.expect(201);
        let refused = async |body: Value, field: &str| {
            assert_eq!(manager.post(&lessons, &body).await.expect(422)["field"], field);
        };
        refused(json!({"title": "T", "resource": "none"}), "resource").await;
        refused(json!({"title": " ", "resource": taught.resource}), "title").await;
        refused(json!({"title": "T".repeat(201), "resource": taught.resource}), "title").await;
        refused(json!({"title": "T", "resource": taught.resource, "threshold_percent": 0}), "threshold_percent").await;
        refused(json!({"title": "T", "resource": taught.resource, "module": module["id"]}), "module").await;
    }
}
