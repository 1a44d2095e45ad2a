//! What is asked and not found, by place and never by person; and how a manager gives things other names.

use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::person::escaped;
use crate::support::{Person, Platform};

async fn asks(platform: &Platform, person: &Person, text: &str) -> Value {
    let answer = person.get(&format!("/api/v1/search?q={}", escaped(text))).await.expect(200);
    content::asked::write_down(&platform.library).await.unwrap();
    answer
}

async fn listed(manager: &Person, query: &str) -> Vec<(String, i64, i64, i64)> {
    let answer = manager.get(&format!("/api/v1/questions?{query}")).await.expect(200);
    let number = |item: &Value, name: &str| item[name].as_i64().unwrap();
    let items = answer["items"].as_array().unwrap().iter();
    let row = |item: &Value| {
        let question = item["question"].as_str().unwrap().to_owned();
        (question, number(item, "times"), number(item, "found"), number(item, "opened"))
    };
    items.map(row).collect()
}

both! {
    async fn what_nobody_found_is_listed_and_named_with_one_press(platform) {
        let manager = platform.manager().await;
        let near = platform.learner("dolma", &platform.near_clinic).await;
        let far = platform.learner("tashi", &platform.far_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let course = manager.publishes(&taught.column, "高血压的基层管理", "随访", &taught.resource).await;
        platform.finish_work().await;
        for person in [&near, &near, &far] {
            assert_eq!(asks(platform, person, "飘飘病").await["total"], 0);
        }
        asks(platform, &near, "飘飘病 13800138000").await;
        assert_eq!(listed(&manager, "").await, [("飘飘病".to_owned(), 2, 0, 0)], "each person once, and no telephone numbers");
        let here = format!("unit={}", platform.near_county);
        assert_eq!(listed(&manager, &here).await, [("飘飘病".to_owned(), 1, 0, 0)]);
        let (status, html) = manager.page("/studio/asked").await;
        assert!(status == 200 && html.contains("飘飘病") && html.contains("/studio/names/same"), "{html}");
        assert_eq!(near.page("/studio/asked").await.0, 403);
        assert_eq!(near.get("/api/v1/questions").await.status, 403);
        let other = platform.with_role("keeper", "content-manager", &platform.far_county).await;
        assert_eq!(other.get(&format!("/api/v1/questions?{here}")).await.status, 403, "a neighbor's questions are hers alone");
        assert_eq!(listed(&other, "").await, [("飘飘病".to_owned(), 1, 0, 0)]);

        let press = [("name", "飘飘病"), ("known", "高血压"), ("lack", "not-found"), ("unit", "")];
        let answer = manager.form("/studio/names/same", &press).await;
        assert_eq!(answer.status(), 303, "{answer:?}");
        let answer = asks(platform, &near, "飘飘病").await;
        assert_eq!(answer["items"][0]["course"], json!(course), "{answer}");
        assert!(manager.page("/studio/asked").await.1.contains("飘飘病"), "it stays listed for what it was");
        let concept = manager.get(&format!("/api/v1/concepts?q={}", escaped("飘飘病"))).await.expect(200);
        assert_eq!((&concept["items"][0]["key"], &concept["items"][0]["origin"]), (&json!("高血压"), &json!("changed")));
    }

    async fn what_was_opened_is_counted_by_where_it_was_opened_from(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        asks(platform, &learner, "血压").await;
        assert_eq!(listed(&manager, "lack=not-opened").await, [("血压".to_owned(), 1, 2, 0)]);
        let from = format!("{}/search?q={}", learner.address, escaped("血压"));
        for _ in 0..2 {
            let path = format!("/courses/{}", taught.course);
            let answer = learner.request(reqwest::Method::GET, &path).header("referer", &from).send().await.unwrap();
            assert_eq!(answer.status(), 200);
        }
        content::asked::write_down(&platform.library).await.unwrap();
        assert_eq!(listed(&manager, "lack=not-opened").await, []);
        assert_eq!(listed(&manager, "lack=all").await, [("血压".to_owned(), 1, 2, 1)], "once a person");
    }

    async fn what_many_ask_is_suggested_and_what_few_ask_is_not(platform) {
        let manager = platform.manager().await;
        platform.published_lesson(&manager, 6).await;
        let mut people = Vec::new();
        for number in 0..12 {
            people.push(platform.learner(&format!("learner-{number}"), &platform.near_clinic).await);
        }
        for person in &people {
            asks(platform, person, "量血压").await;
        }
        for person in &people[..2] {
            asks(platform, person, "测量").await;
            asks(platform, person, "没有的病").await;
        }
        let html = people[11].page("/search").await.1;
        assert!(html.contains("量血压") && !html.contains("没有的病"), "{html}");
        assert!(!html.contains(">测量<"), "two are too few");
        let far = platform.learner("tashi", &platform.far_clinic).await;
        assert!(!far.page("/search").await.1.contains("量血压"), "another county asks other things");
    }

    async fn names_are_added_changed_left_out_and_given_back(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        manager.publishes(&taught.column, "高血压的基层管理", "随访", &taught.resource).await;
        platform.finish_work().await;
        let total = async |text: &str| asks(platform, &learner, text).await["total"].as_i64().unwrap();
        assert!(total("hypertension").await > 0);
        assert_eq!(manager.form("/studio/names/leave-out", &[("key", "高血压"), ("q", "")]).await.status(), 303);
        assert_eq!(total("hypertension").await, 0, "left out");
        assert!(manager.page("/studio/names").await.1.contains("高血压"));
        assert_eq!(manager.form("/studio/names/remove", &[("key", "高血压"), ("q", "")]).await.status(), 303);
        assert!(total("hypertension").await > 0, "given back");
        let added = manager.form("/studio/names", &[("key", ""), ("names", "高血压\n压力山大病"), ("form", "new-names")]).await;
        assert_eq!(added.status(), 303);
        assert!(total("压力山大病").await > 0);
        for names in ["", "只有一个", "a\nb", &format!("{}\n好名字", "长".repeat(61))] {
            let refused = manager.form("/studio/names", &[("key", ""), ("names", names), ("form", "new-names")]).await;
            assert_eq!(refused.status(), 422, "{names}");
            assert!(refused.text().await.unwrap().contains("field-problem"), "{names}");
        }
        let unknown = manager.form("/studio/names", &[("key", "nothing"), ("names", "甲甲\n乙乙")]).await;
        assert_eq!(unknown.status(), 404);
        assert_eq!(learner.form("/studio/names", &[("key", ""), ("names", "甲甲\n乙乙")]).await.status(), 403);
        assert_eq!(learner.put("/api/v1/concepts", &json!({"names": ["甲甲", "乙乙"]})).await.status, 403);
        assert_eq!(learner.get("/api/v1/concepts").await.status, 403);
    }
}
