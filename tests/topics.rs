//! Courses stand together by topics, and lessons have other files for other languages: by hand and by a sheet.

use content::import::{self, Report, Thing};
use content::people;
use serde_json::{Value, json};

use crate::loading::{load_as, only_course, write_library};
use crate::support::both::both;
use crate::support::{Person, clips, person::id_of};

const ITEMS: &str = "\
file,title_zh,column,topic_zh,topic_en,course_zh,module_zh,face_bo,publish\n\
videos/one.mp4,量血压,common,心脏,Heart,高血压,第一章,bo.mp4,yes\n\
videos/two.mp4,用药,common,心脏,Heart,高血压,第一章,,yes\n";

async fn sends(person: &Person, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let answer = person.form(path, fields).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

fn topic_of(columns: &Value, at: usize) -> Vec<String> {
    let topics = columns["items"][at]["topics"].as_array().unwrap().iter();
    topics.map(|topic| topic["title"]["en"].as_str().unwrap().to_owned()).collect()
}

async fn items_in(folder: &std::path::Path, items: &str) {
    write_library(folder);
    std::fs::write(folder.join("bo.mp4"), clips::clip(9)).unwrap();
    std::fs::write(folder.join("items.csv"), items).unwrap();
}

both! {
    async fn courses_stand_together_by_topics(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let clerk = platform.with_role("clerk", "content-manager", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let base = format!("/api/v1/columns/{}/topics", taught.column);
        let mut topics = Vec::new();
        for title in ["Heart", "<Lungs>"] {
            topics.push(id_of(&manager.post(&base, &json!({"title": {"en": title}})).await.expect(201)));
        }
        clerk.post(&base, &json!({"title": "Mine"})).await.expect(403);
        manager.post("/api/v1/columns/none/topics", &json!({"title": "T"})).await.expect(404);
        manager.post(&base, &json!({"title": " "})).await.expect(422);
        let course = format!("/api/v1/courses/{}", taught.course);
        let put = |topic: &str| json!({"topic": topic, "significance": "same"});
        manager.patch(&course, &put("none")).await.expect(422);
        assert!(!learner.page(&format!("/columns/{}", taught.column)).await.1.contains("Lungs"), "empty topics are not shown");
        manager.patch(&course, &put(&topics[1])).await.expect(200);
        let page = learner.page(&format!("/columns/{}", taught.column)).await.1;
        assert!(page.contains(&format!("id=\"topic-{}\"", topics[1])) && page.contains("&lt;Lungs&gt;"), "{page}");

        let kept = format!("/studio/columns/{}/topics", taught.column);
        assert_eq!(sends(&manager, &format!("{kept}/{}/move", topics[1]), &[("by", "-1")]).await.0, 303);
        assert_eq!(sends(&clerk, &format!("{kept}/{}/move", topics[1]), &[("by", "1")]).await.0, 403);
        assert_eq!(sends(&manager, &format!("{kept}/{}", topics[0]), &[("title_en", "The heart")]).await.0, 303);
        let listed = learner.get("/api/v1/columns").await.expect(200);
        assert_eq!(topic_of(&listed, 0), ["<Lungs>", "The heart"]);
        let (status, page) = sends(&manager, &format!("{kept}/{}/remove", topics[1]), &[]).await;
        assert!(status == 409 && page.contains("still uses it"), "it comes back with the reason: {page}");
        assert_eq!(sends(&manager, &format!("{kept}/{}/remove", topics[0]), &[]).await.0, 303);
        manager.patch(&course, &put("")).await.expect(200);
        manager.delete(&format!("/api/v1/topics/{}", topics[1])).await.expect(204);
        manager.post(&format!("{course}/revisions/2/restore"), &json!({"significance": "same"})).await.expect(200);
        assert_eq!(manager.get(&course).await.expect(200)["topic"], Value::Null, "a topic that is gone is not missed");

        let more = manager.adds_course(&taught.column, "另一门").await;
        manager.adds_lesson(&more, "一", &taught.resource).await;
        manager.post(&format!("/api/v1/courses/{more}/publish"), &Value::Null).await.expect(200);
        let first = async || learner.get(&format!("/api/v1/courses?column={}", taught.column)).await.expect(200)["items"][0]["id"].clone();
        assert_eq!(first().await, json!(taught.course));
        let moves = format!("/studio/columns/{}/courses/{more}/move", taught.column);
        assert_eq!(sends(&manager, &moves, &[("by", "-1")]).await.0, 303);
        assert_eq!(first().await, json!(more), "courses stand in the order that their keepers want");
        clerk.post(&format!("/api/v1/courses/{more}/move"), &json!({"by": 1})).await.expect(403);
        manager.post(&format!("/api/v1/courses/{more}/retire"), &Value::Null).await.expect(200);
        manager.post(&format!("/api/v1/courses/{more}/move"), &json!({"by": 1})).await.expect(404);
        manager.patch(&format!("/api/v1/courses/{more}"), &json!({"column": "other-column"})).await.expect(422);

        let other = id_of(&manager.post("/api/v1/columns", &json!({"slug": "other", "title": "Other"})).await.expect(201));
        manager.patch(&course, &json!({"column": other, "significance": "same"})).await.expect(200);
        manager.delete("/api/v1/columns/other").await.expect(409);
        clerk.delete(&format!("/api/v1/columns/{}", taught.column)).await.expect(403);
        manager.patch(&format!("/api/v1/courses/{more}"), &json!({"column": other})).await.expect(200);
        manager.delete(&format!("/api/v1/columns/{}", taught.column)).await.expect(204);
        let term = json!({"facet": "aspect", "slug": "ethics", "title": {"en": "Ethics"}});
        let term = id_of(&manager.post("/api/v1/terms", &term).await.expect(201));
        let about = format!("/studio/resources/{}/about", taught.resource);
        assert_eq!(sends(&manager, &about, &[("aspect-ethics", "1")]).await.0, 303);
        assert_eq!(sends(&manager, &format!("/studio/terms/{term}/remove"), &[]).await.0, 409);
        assert_eq!(sends(&manager, &about, &[("author", "Li")]).await.0, 303);
        assert_eq!(sends(&manager, &format!("/studio/terms/{term}/remove"), &[]).await.0, 303);
    }

    async fn a_sheet_brings_topics_and_faces_and_moves_them(platform) {
        platform.manager().await;
        let folder = tempfile::tempdir().unwrap();
        items_in(folder.path(), ITEMS).await;
        let load = async || load_as(&platform.library, "manager", folder.path(), "items.csv", false).await;
        let first = load().await;
        let made = |report: &Report, thing| report.made.get(&thing).copied().unwrap_or_default();
        assert_eq!([Thing::Topic, Thing::CourseTopic, Thing::LessonFace, Thing::Resource].map(|thing| made(&first, thing)), [1, 1, 1, 3], "{first:?}");
        assert!(load().await.changes_nothing());
        platform.finish_work().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let course = only_course(platform).await;
        let lesson = course["modules"][0]["lessons"][0]["id"].as_str().unwrap();
        let page = format!("/courses/{}/lessons/{lesson}", course["id"].as_str().unwrap());
        let own = course["modules"][0]["lessons"][0]["resource"].as_str().unwrap().to_owned();
        assert!(!learner.page_in(&page, "bo").await.1.contains(&own), "she is shown the other file");
        let (_, told) = learner.page_in(&page, "zh").await;
        assert!(told.contains(&own) && told.contains("?in=bo"), "and may choose it in any language: {told}");
        assert!(!learner.page_in(&format!("{page}?in=bo"), "zh").await.1.contains(&own));

        let out = folder.path().join("out");
        let actor = people::act_as(&platform.library, "manager").await.unwrap();
        import::export(&platform.library, &actor, &out, &mut |_, _, _| {}).await.unwrap();
        let again = load_as(&platform.library, "manager", &out, "library.xlsx", false).await;
        assert!(again.changes_nothing(), "{:?}", again.made);
        import::undo(&platform.library, &actor, &first.run.unwrap()).await.unwrap();
        let manager = platform.sign_in("manager").await;
        assert_eq!(manager.get("/api/v1/columns").await.expect(200)["items"], json!([]), "topics go before their column");
        let back = load_as(&platform.library, "manager", &out, "library.xlsx", false).await;
        assert_eq!([Thing::Topic, Thing::LessonFace].map(|thing| made(&back, thing)), [1, 1], "{back:?}");
        let listed = manager.get("/api/v1/columns").await.expect(200);
        assert_eq!(listed["items"][0]["topics"][0]["title"], json!({"zh": "心脏", "en": "Heart"}));
    }

    async fn what_waits_for_a_reviewer_is_not_loaded_twice(platform) {
        platform.manager().await;
        let folder = tempfile::tempdir().unwrap();
        items_in(folder.path(), ITEMS).await;
        let load = async || load_as(&platform.library, "manager", folder.path(), "items.csv", false).await;
        load().await;
        platform.with_role("reviewer", "reviewer", &platform.prefecture).await;
        std::fs::write(folder.path().join("three.mp4"), clips::clip(5)).unwrap();
        let more = format!("{ITEMS}three.mp4,随访,common,,,高血压,第二章,,yes\n");
        std::fs::write(folder.path().join("items.csv"), &more).unwrap();
        let second = load().await;
        assert_eq!([Thing::Lesson, Thing::Module].map(|thing| second.made[&thing]), [1, 1]);
        let manager = platform.sign_in("manager").await;
        let id = only_course(platform).await["id"].as_str().unwrap().to_owned();
        let waiting = manager.get(&format!("/api/v1/courses/{id}/revisions")).await.expect(200);
        assert_eq!(waiting["items"][0]["state"], "open", "{waiting}");
        let third = load().await;
        assert!(third.changes_nothing(), "it is there, though nobody sees it yet: {:?}", third.made);
        std::fs::write(folder.path().join("items.csv"), more.replace("随访", "定期随访")).unwrap();
        assert_eq!(load().await.made[&Thing::LessonText], 1, "what is only proposed can be called otherwise");
    }

    async fn a_file_beyond_the_list_is_named(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let course = manager.adds_course(&taught.column, "新课程").await;
        let mut files = Vec::new();
        for (name, seconds) in [("first aid.mp4", 7), ("second aid.mp4", 8)] {
            files.push(manager.uploads(&clips::clip(seconds), name, "video/mp4").await);
        }
        let path = format!("/studio/courses/{course}/lessons");
        let form = |words: &'static str| [("form", "lesson"), ("title_zh", "急救"), ("resource", "none"), ("file_words", words)];
        let (status, page) = sends(&manager, &path, &form("nothing so called")).await;
        assert!(status == 422 && page.contains("nothing so called"), "{page}");
        let (status, page) = sends(&manager, &path, &form("aid")).await;
        assert!(status == 422 && page.contains("Several files fit"), "{page}");
        let listed = page.split("<select").find(|part| part.contains("id=\"lesson-resource\"")).unwrap().split("</select>").next().unwrap();
        assert!(files.iter().all(|file| listed.contains(file)) && !listed.contains(&taught.resource), "those that fit: {listed}");
        assert_eq!(sends(&manager, &path, &form("second aid.mp4")).await.0, 303);
        let made = manager.get(&format!("/api/v1/courses/{course}")).await.expect(200);
        assert_eq!(made["modules"][0]["lessons"][0]["resource"], json!(files[1]));
        let theirs = platform.with_role("theirs", "content-manager", &platform.far_county).await;
        let own = theirs.adds_course(&taught.column, "她的课程").await;
        let path = format!("/studio/courses/{own}/lessons");
        assert_eq!(sends(&theirs, &path, &form("second aid.mp4")).await.0, 422, "of another unit she finds nothing");
    }
}
