//! Found by title, summary and spoken word, in three languages; never what is not published.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::{Person, Platform, Taught, clips};

async fn found(person: &Person, text: &str) -> Value {
    let query: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    person.get(&format!("/api/v1/search?q={query}")).await.expect(200)
}

async fn says(platform: &Platform, manager: &Person, taught: &Taught, language: &str, lines: &[&str]) {
    let path = format!("/api/v1/resources/{}/captions/{language}", taught.resource);
    let answer = manager.request(Method::PUT, &path).body(clips::captions(lines)).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    platform.finish_work().await;
}

both! {
    async fn a_spoken_word_is_found_at_its_second(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 12).await;
        says(platform, &manager, &taught, "zh", &["先休息五分钟", "袖带要与心脏平齐"]).await;
        says(platform, &manager, &taught, "bo", &["ངལ་གསོ་བྱེད།", "ཁྲག་ཤེད་འཇལ་བའི་སྔོན་ལ།"]).await;
        says(platform, &manager, &taught, "en", &["Rest for five minutes first", "The cuff is level with the heart"]).await;
        for (text, language) in [("袖带", "zh"), ("ཁྲག་ཤེད", "bo"), ("cuffs", "en")] {
            let answer = found(&learner, text).await;
            let hit = &answer["items"][0];
            assert_eq!((hit["kind"].as_str(), hit["lesson"].as_str()), (Some("lesson"), Some(taught.lesson.as_str())), "{text}: {answer}");
            assert_eq!((hit["at_ms"].as_i64(), hit["language"].as_str()), (Some(5000), Some(language)), "{text}");
            assert!(hit["snippet_html"].as_str().unwrap().contains("<mark>"), "{hit}");
        }
        let by_title = found(&learner, "测量血压").await;
        assert_eq!(by_title["items"][0]["kind"], "course");
        assert!(by_title["facets"]["kind"]["lesson"].as_i64().unwrap() >= 1);
        let only = learner.get("/api/v1/search?q=%E8%A1%80%E5%8E%8B&kind=course").await.expect(200);
        assert!(only["items"].as_array().unwrap().iter().all(|hit| hit["kind"] == "course") && only["total"] == 1);
    }

    async fn only_what_is_published_is_found(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let draft = manager.adds_course(&taught.column, "包虫病草稿").await;
        manager.adds_lesson(&draft, "包虫病", &taught.resource).await;
        platform.finish_work().await;
        assert_eq!(found(&learner, "包虫病").await["total"], 0);
        assert_eq!(found(&manager, "包虫病").await["total"], 0, "nor by who made it: search is what learners see");
        manager.post(&format!("/api/v1/courses/{draft}/publish"), &Value::Null).await.expect(200);
        platform.finish_work().await;
        assert_eq!(found(&learner, "包虫病").await["total"], 2);
        manager.post(&format!("/api/v1/courses/{draft}/retire"), &Value::Null).await.expect(200);
        platform.finish_work().await;
        assert_eq!(found(&learner, "包虫病").await["total"], 0);
    }

    async fn the_index_is_rebuilt_from_nothing(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        platform.published_lesson(&manager, 6).await;
        let before = found(&learner, "血压").await;
        assert!(before["total"].as_i64().unwrap() >= 2);
        assert_eq!(content::search::rebuild(&platform.library).await.unwrap(), 1);
        assert_eq!(found(&learner, "血压").await, before);
    }

    async fn hostile_questions_are_just_questions(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        platform.published_lesson(&manager, 6).await;
        let questions = [
            "\"", "a AND OR NOT (", "title:*", "\u{0}", "\u{202e}压血", "'; drop table course; --", "<script>alert(1)</script>",
            "་་་", "\u{f71}\u{f72}", &"压".repeat(5_000), "   ", "+-&&||!{}[]^~?:\\/",
        ];
        for question in questions {
            let answer = found(&learner, question).await;
            let text = answer.to_string();
            assert!(!text.contains("<script>"), "{question}: {text}");
            let query: String = question.chars().take(300).collect::<String>().bytes().map(|byte| format!("%{byte:02X}")).collect();
            let (status, html) = learner.page(&format!("/search?q={query}")).await;
            assert_eq!(status, 200);
            assert!(!html.contains("<script>alert"));
        }
        assert_eq!(found(&learner, "血压").await["items"][0]["course"], json!(found(&learner, "压").await["items"][0]["course"]));
    }

    async fn what_was_typed_wrong_or_otherwise_is_found(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let course = manager.adds_course(&taught.column, "高血压的基层管理").await;
        manager.adds_lesson(&course, "中风的识别", &taught.resource).await;
        manager.post(&format!("/api/v1/courses/{course}/publish"), &Value::Null).await.expect(200);
        platform.finish_work().await;
        for text in ["gaoxueya", "gao xue ya", "gxy", "高雪压", "高血壓", "hypertension", "ཁྲག་ཤེད་མཐོ་བ"] {
            let answer = found(&learner, text).await;
            assert_eq!(answer["items"][0]["course"], json!(course), "{text}: {answer}");
        }
        assert_eq!(found(&learner, "gaoxueya").await["meant"], "高血压");
        let answer = found(&learner, "脑卒中").await;
        assert_eq!(answer["items"][0]["title"]["zh"], "中风的识别", "{answer}");
        assert!(answer["also"].as_array().unwrap().iter().any(|name| name == "stroke"), "{answer}");
        let own = learner.get("/api/v1/search?q=hypertension&names=own").await.expect(200);
        assert_eq!((own["total"].as_i64(), own["also"].as_array().map(Vec::len)), (Some(0), Some(0)), "{own}");
        let (_, html) = learner.page("/search?q=%E8%84%91%E5%8D%92%E4%B8%AD").await;
        assert!(html.contains("stroke") && html.contains("names=own"), "{html}");
    }

    async fn what_is_for_others_is_in_no_count_and_no_suggestion(platform) {
        let manager = platform.manager().await;
        let near = platform.learner("dolma", &platform.near_clinic).await;
        let far = platform.learner("tashi", &platform.far_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let title = json!({"zh": "棘球蚴病筛查"});
        let body = json!({"column": taught.column, "title": title, "language": "zh", "org_unit": platform.near_county});
        let course = crate::support::person::id_of(&manager.post("/api/v1/courses", &body).await.expect(201));
        manager.adds_lesson(&course, "包虫病", &taught.resource).await;
        manager.post(&format!("/api/v1/courses/{course}/publish"), &Value::Null).await.expect(200);
        platform.finish_work().await;
        assert!(found(&near, "包虫病").await["total"].as_i64().unwrap() > 0);
        let answer = found(&far, "包虫病").await;
        assert_eq!((answer["total"].as_i64(), answer["facets"]["column"].to_string().as_str()), (Some(0), "{}"), "{answer}");
    }
}
