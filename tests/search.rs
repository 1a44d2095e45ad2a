//! Found by title, summary and spoken word, in three languages; never what is not published.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::databases::does;
use crate::support::person::{escaped, id_of};
use crate::support::{Person, Platform, Taught, clips};

async fn found(person: &Person, text: &str) -> Value {
    person.get(&format!("/api/v1/search?q={}", escaped(text))).await.expect(200)
}

async fn suggested_to(person: &Person, text: &str) -> Value {
    person.get(&format!("/api/v1/suggestions?q={}", escaped(text))).await.expect(200)
}

/// A course about 包虫病 that only the near county sees.
async fn for_the_near_county(platform: &Platform, manager: &Person, taught: &Taught, title: &str) {
    let body =
        json!({"column": taught.column, "title": {"zh": title}, "language": "zh", "org_unit": platform.near_county});
    let course = id_of(&manager.post("/api/v1/courses", &body).await.expect(201));
    manager.adds_lesson(&course, "包虫病", &taught.resource).await;
    manager.post(&format!("/api/v1/courses/{course}/publish"), &Value::Null).await.expect(200);
    platform.finish_work().await;
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
        let mut told = Vec::new();
        let mut look = |_, _| {
            let asked = found(&learner, "血压");
            told.push(tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(asked)));
        };
        assert_eq!(content::search::rebuild(&platform.library, &mut look).await.unwrap(), 1);
        assert!(told.iter().all(|answer| answer["building"]["of"] == 1 && answer["total"] == before["total"]), "{told:?}");
        assert!(!told.is_empty(), "what was there answers while it is built, and says so");
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
            let query = escaped(&question.chars().take(300).collect::<String>());
            let (status, html) = learner.page(&format!("/search?q={query}")).await;
            assert_eq!(status, 200);
            assert!(!html.contains("<script>alert"));
        }
        assert_eq!(found(&learner, "血压").await["items"][0]["course"], json!(found(&learner, "压").await["items"][0]["course"]));
    }

    async fn what_is_called_otherwise_is_not_read_again(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let term = manager.post("/api/v1/terms", &json!({"facet": "aspect", "slug": "pain", "title": "疼痛"})).await.expect(201);
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        // Whatever of the course is read from now on, is read so.
        does(&platform.library, "update lesson set title = '{\"zh\":\"飘飘操作\"}'").await;
        let found = async || {
            content::search::catch_up(&platform.library).await.unwrap();
            let found = learner.get(&format!("/api/v1/search?q={}", escaped("飘飘操作"))).await.expect(200);
            found["items"].to_string().contains("飘飘操作")
        };
        manager.patch(&format!("/api/v1/columns/{}", taught.column), &json!({"title": "别的名字"})).await.expect(204);
        manager.patch(&format!("/api/v1/terms/{}", term["id"].as_str().unwrap()), &json!({"title": "痛"})).await.expect(204);
        let topic = manager.post(&format!("/api/v1/columns/{}/topics", taught.column), &json!({"title": "专题"})).await.expect(201);
        manager.patch(&format!("/api/v1/topics/{}", topic["id"].as_str().unwrap()), &json!({"title": "又一个"})).await.expect(204);
        assert!(!found().await, "a column, a term and a topic have other names, and no course was read for it");
        manager.patch(&format!("/api/v1/courses/{}", taught.course), &json!({"summary": {"zh": "新的"}, "significance": "typo"})).await.expect(200);
        assert!(found().await, "the course itself was changed");
    }

    async fn what_was_typed_wrong_or_otherwise_is_found(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let course = manager.publishes(&taught.column, "高血压的基层管理", "中风的识别", &taught.resource).await;
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
        // Characters that stand somewhere, but nowhere together, are no answer.
        let scattered = found(&learner, "压识别管").await;
        assert_eq!((scattered["near"].as_bool(), scattered["total"].as_i64() > Some(0)), (Some(true), true), "{scattered}");
        assert_eq!(answer["near"], false, "{answer}");
        let (_, html) = learner.page("/search?q=%E8%84%91%E5%8D%92%E4%B8%AD").await;
        assert!(html.contains("stroke") && html.contains("names=own"), "{html}");
    }

    async fn what_is_for_others_is_in_no_count_and_no_suggestion(platform) {
        let manager = platform.manager().await;
        let near = platform.learner("dolma", &platform.near_clinic).await;
        let far = platform.learner("tashi", &platform.far_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        for_the_near_county(platform, &manager, &taught, "棘球蚴病筛查").await;
        assert!(found(&near, "包虫病").await["total"].as_i64().unwrap() > 0);
        let answer = found(&far, "包虫病").await;
        assert_eq!((answer["total"].as_i64(), answer["facets"]["column"].to_string().as_str()), (Some(0), "{}"), "{answer}");
    }

    async fn what_is_typed_so_far_is_answered_in_a_kilobyte(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        for title in ["高血压的基层管理", "高血压急症", "高血压用药", "高血压随访", "Hypertension in the village", "高原病"] {
            manager.publishes(&taught.column, title, &format!("{title}：{}", "很长的一个标题".repeat(20)), &taught.resource).await;
        }
        platform.finish_work().await;
        for (typed, suggested) in [("高血", "高血压"), ("gaoxuey", "高血压"), ("gxy", "高血压"), ("hyperten", "Hypertension")] {
            let answer = suggested_to(&learner, typed).await;
            let texts: Vec<&str> = answer["items"].as_array().unwrap().iter().filter_map(|item| item["text"].as_str()).collect();
            assert!(texts.iter().any(|text| text.starts_with(suggested)), "{typed}: {texts:?}");
            assert!(answer.to_string().len() <= 1024 && texts.len() <= 6, "{answer}");
            let opens = answer["items"].as_array().unwrap().iter().find_map(|item| item["at"].as_str());
            assert_eq!(learner.page(opens.expect("something can be opened at once")).await.0, 200);
        }
        for typed in ["", " ", "\u{0}", "\u{f71}", "zzzzqqqq", &"压".repeat(4_000), "\"(*", "\u{202e}"] {
            assert!(suggested_to(&learner, typed).await["items"].is_array(), "{typed}");
        }
    }

    async fn nothing_is_suggested_that_she_could_not_find(platform) {
        let manager = platform.manager().await;
        let near = platform.learner("dolma", &platform.near_clinic).await;
        let far = platform.learner("tashi", &platform.far_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        for_the_near_county(platform, &manager, &taught, "包虫病筛查").await;
        for typed in ["包虫", "baochong", "bcb"] {
            assert!(suggested_to(&near, typed).await["items"].as_array().unwrap().len() > 1, "{typed}");
            assert_eq!(suggested_to(&far, typed).await["items"], json!([]), "{typed}");
        }
    }

    async fn a_hit_is_filtered_by_whom_it_is_for_and_how_long_it_takes(platform) {
        let manager = platform.with_role("librarian", "content-manager", &platform.prefecture).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let term = json!({"facet": "audience", "slug": "village", "title": {"zh": "村医"}});
        manager.post("/api/v1/terms", &term).await.expect(201);
        let about = json!({"audiences": ["village"]});
        manager.put(&format!("/api/v1/resources/{}/about", taught.resource), &about).await.expect(204);
        platform.finish_work().await;
        let answer = found(&learner, "血压").await;
        assert_eq!(answer["facets"]["audience"], json!({"village": 2}), "{answer}");
        assert_eq!(answer["facets"]["length"], json!({"short": 2}), "{answer}");
        for (filter, total) in [("audience=village", 2), ("audience=county", 0), ("length=short", 2), ("length=long", 0)] {
            let answer = learner.get(&format!("/api/v1/search?q=%E8%A1%80%E5%8E%8B&{filter}")).await.expect(200);
            assert_eq!(answer["total"], total, "{filter}: {answer}");
        }
        let (_, html) = learner.page("/search?q=%E8%A1%80%E5%8E%8B&audience=village").await;
        assert!(html.contains("村医"), "{html}");
    }

    async fn what_she_has_completed_comes_after_what_is_as_good(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let course = manager.adds_course(&taught.column, "皮肤").await;
        let mut lessons = Vec::new();
        for _ in 0..2 {
            lessons.push(manager.adds_lesson(&course, "湿疹", &taught.resource).await);
        }
        manager.post(&format!("/api/v1/courses/{course}/publish"), &Value::Null).await.expect(200);
        platform.finish_work().await;
        let first = found(&learner, "湿疹").await["items"][0]["id"].as_str().unwrap().to_owned();
        platform.later(60);
        learner.watches(&first, &[(0, 6)], platform.library.clock.now_ms()).await;
        let answer = found(&learner, "湿疹").await;
        let order: Vec<&str> = answer["items"].as_array().unwrap().iter().filter_map(|hit| hit["id"].as_str()).collect();
        assert_eq!(order.iter().filter(|id| **id == first).count(), 1, "{answer}");
        assert_eq!(order.last(), Some(&first.as_str()), "{answer}");
    }

    async fn a_damaged_index_is_built_anew_while_the_site_stays_up(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        platform.published_lesson(&manager, 6).await;
        let before = found(&learner, "血压").await;
        let index = platform.folder.path().join("data/index");
        let folder = std::fs::read_dir(&index).unwrap().flatten().next().unwrap().path();
        // Somebody deletes it: what is open goes on answering, and the follower makes another.
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(learner.page("/search?q=%E8%A1%80%E5%8E%8B").await.0, 200);
        platform.finish_work().await;
        assert_eq!(found(&learner, "血压").await, before);
        // A disk turns bytes over: seen when it is opened again.
        let mut spoilt = 0;
        for file in std::fs::read_dir(&folder).unwrap().flatten().filter(|file| file.metadata().unwrap().len() > 200) {
            if file.path().extension().is_some_and(|end| ["term", "store", "idx"].iter().any(|each| end == *each)) {
                let mut bytes = std::fs::read(file.path()).unwrap();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 0xff;
                std::fs::write(file.path(), bytes).unwrap();
                spoilt += 1;
            }
        }
        assert!(spoilt > 0, "there are files to spoil");
        // And one of a layout that nobody knows any more lies beside it.
        std::fs::create_dir_all(index.join("v0")).unwrap();
        let again = platform.under(|settings| settings).await;
        let learner = learner.at(&platform.serve(&again).await);
        content::search::catch_up(&again).await.unwrap();
        assert_eq!(found(&learner, "血压").await, before);
        assert!(!index.join("v0").exists());
    }

    async fn another_node_follows_by_itself(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let data = platform.folder.path().join("another");
        let other = platform.under(|settings| content::Settings { folder: data, ..settings }).await;
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let follower = tokio::spawn(content::search::run(other.clone(), stopped));
        let there = learner.at(&platform.serve(&other).await);
        manager.publishes(&taught.column, "疟疾", "疟疾的识别", &taught.resource).await;
        while found(&there, "疟疾").await["total"] != 2 {
            tokio::task::yield_now().await;
        }
        manager.put("/api/v1/concepts", &json!({"names": ["疟疾", "打摆子热"]})).await.expect(204);
        while found(&there, "打摆子热").await["total"] == 0 {
            tokio::task::yield_now().await;
        }
        stop.send_replace(true);
        follower.await.unwrap();
    }
}
