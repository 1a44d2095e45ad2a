//! What learners see is of this moment, though lists are kept in memory: on this node and on another.

use content::courses::finding;
use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::{Person, Platform, Taught, person::id_of};

/// A further published course of one lesson, for the learners of `audience`, or for all.
async fn another(manager: &Person, taught: &Taught, title: &str, audience: Option<&str>) -> String {
    let course = manager.adds_course(&taught.column, title).await;
    manager.adds_lesson(&course, title, &taught.resource).await;
    if let Some(unit) = audience {
        let change = json!({"org_unit": unit, "significance": "same"});
        manager.patch(&format!("/api/v1/courses/{course}"), &change).await.expect(200);
    }
    manager.post(&format!("/api/v1/courses/{course}/publish"), &Value::Null).await.expect(200);
    course
}

async fn retires(manager: &Person, course: &str) {
    manager.post(&format!("/api/v1/courses/{course}/retire"), &Value::Null).await.expect(200);
}

/// The same learner at a further node of the same library.
async fn at_another_node(platform: &Platform, learner: &Person) -> Person {
    learner.at(&platform.serve(&platform.under(|settings| settings).await).await)
}

async fn home(learner: &Person) -> String {
    let (status, page) = learner.page("/").await;
    assert_eq!(status, 200, "{page}");
    page
}

/// Whole, watched and acknowledged.
async fn completes(platform: &Platform, learner: &Person, lesson: &str, length_ms: i64) {
    platform.later(600);
    let now = platform.library.clock.now_ms();
    let id = uuid::Uuid::new_v4().to_string();
    let event = json!({"id": id, "lesson": lesson, "intervals_ms": [[0, length_ms]], "position_ms": length_ms, "device_time": now, "rate": 1.0});
    let body = json!({"session": format!("s-{id}"), "events": [event]});
    let answer = learner.post("/api/v1/watch", &body).await.expect(200);
    assert_eq!(answer["receipts"][0]["completed"], json!(true), "{answer}");
}

both! {
    async fn of_hundreds_that_have_her_words_the_one_that_is_called_so_comes_first(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        another(&manager, &taught, "高血压与肾病", None).await;
        let meant = another(&manager, &taught, "高血压", None).await;
        let actor = content::people::act_as(&platform.library, "manager").await.unwrap();
        let found = finding::list_named(&platform.library, &actor, " 高血压 ", 1).await.unwrap();
        assert_eq!(found[0].id.as_str(), meant);
        assert_eq!(finding::list_named(&platform.library, &actor, "血压", 9).await.unwrap().len(), 3, "hers, and the first one");
        assert_eq!(finding::list_named(&platform.library, &actor, "", 2).await.unwrap().len(), 2);
    }

    async fn courses_that_are_read_together_are_each_shown_as_they_are(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let titles = ["甲", "乙", "丙", "丁", "戊", "己"];
        for title in titles {
            let course = manager.adds_course(&taught.column, title).await;
            let lesson = manager.adds_lesson(&course, &format!("{title}的课"), &taught.resource).await;
            manager.post(&format!("/api/v1/courses/{course}/publish"), &Value::Null).await.expect(200);
            platform.later(60);
            learner.watches(&lesson, &[(0, 1)], platform.library.clock.now_ms()).await;
        }
        let fresh = at_another_node(platform, &learner).await;
        let page = fresh.page("/me").await.1;
        for title in titles {
            assert!(page.contains(&format!("{title}的课")), "{title}: {page}");
        }
        let fresh = at_another_node(platform, &learner).await;
        assert!(home(&fresh).await.contains("己的课"), "what she left last");
    }

    async fn what_changed_is_on_the_next_page_on_every_node(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let there = at_another_node(platform, &learner).await;
        let both = [&learner, &there];
        for node in both {
            assert!(home(node).await.contains("测量血压"));
        }
        let second = another(&manager, &taught, "腹痛的鉴别", None).await;
        for node in both {
            let page = home(node).await;
            assert!(page.contains("腹痛的鉴别") && page.contains("2 courses"), "{page}");
        }
        let title = json!({"title": {"zh": "急腹症", "en": "Acute abdomen"}, "significance": "same"});
        manager.patch(&format!("/api/v1/courses/{second}"), &title).await.expect(200);
        let column = json!({"title": {"zh": "老年病", "en": "Old age"}});
        manager.patch(&format!("/api/v1/columns/{}", taught.column), &column).await.expect(204);
        for node in both {
            let page = home(node).await;
            assert!(page.contains("Acute abdomen") && page.contains("Old age"), "{page}");
            assert!(node.page(&format!("/courses/{second}")).await.1.contains("Acute abdomen"));
        }
        let moves = format!("/api/v1/courses/{second}/move");
        manager.post(&moves, &json!({"by": -1})).await.expect(204);
        for node in both {
            let page = node.page(&format!("/columns/{}", taught.column)).await.1;
            assert!(page.find("Acute abdomen") < page.find("测量血压"), "its keepers' order: {page}");
        }
        retires(&manager, &taught.course).await;
        for node in both {
            assert!(!home(node).await.contains("测量血压"));
            assert_eq!(node.page(&format!("/courses/{}", taught.course)).await.0, 404);
            assert_eq!(node.page(&format!("/courses/{}/lessons/{}", taught.course, taught.lesson)).await.0, 404);
        }
    }

    async fn the_next_step_is_of_this_moment_on_every_node(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let there = at_another_node(platform, &learner).await;
        let mut lessons = vec![taught.lesson.clone()];
        for title in ["第二课", "第三课"] {
            lessons.push(manager.adds_lesson(&taught.course, title, &taught.resource).await);
        }
        for pair in lessons.windows(2) {
            completes(platform, &learner, &pair[0], 6_000).await;
            for node in [&learner, &there, &learner] {
                let page = home(node).await;
                let step = page.split("next-step").nth(1).unwrap_or_default();
                let next = step.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
                assert!(next.ends_with(&pair[1]), "{next} after {}", pair[0]);
            }
        }
        let hidden = format!("/api/v1/courses/{}/lessons/{}?significance=same", taught.course, lessons[2]);
        manager.delete(&hidden).await.expect(200);
        for node in [&learner, &there] {
            assert!(!home(node).await.contains(&lessons[2]), "nothing is left of that course");
        }
    }

    async fn what_is_for_one_county_is_in_no_list_and_no_count_of_another(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let near = platform.learner("dolma", &platform.near_clinic).await;
        let far = platform.learner("tashi", &platform.far_clinic).await;
        let nowhere = platform.sign_in("root").await;
        let county = platform.near_county.clone();
        let only_near = another(&manager, &taught, "近县的课", Some(&county)).await;
        let column = format!("/columns/{}", taught.column);
        assert!(home(&near).await.contains("近县的课") && home(&near).await.contains("2 courses"));
        for stranger in [&far, &nowhere] {
            let page = home(stranger).await;
            assert!(!page.contains("近县的课") && !page.contains("2 courses"), "{page}");
            assert!(!stranger.page(&column).await.1.contains("近县的课"));
            assert_eq!(stranger.page(&format!("/courses/{only_near}")).await.0, 404);
        }
        // An outline that one of them opened is not for the other.
        assert_eq!(near.page(&format!("/courses/{only_near}")).await.0, 200);
        assert_eq!(far.page(&format!("/courses/{only_near}")).await.0, 404);
        let wider = json!({"org_unit": platform.prefecture, "significance": "same"});
        manager.patch(&format!("/api/v1/courses/{only_near}"), &wider).await.expect(200);
        assert!(home(&far).await.contains("近县的课"));
    }

    async fn a_hidden_lesson_counts_no_more_and_what_was_earned_stands(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let more = manager.adds_lesson(&taught.course, "第二课", &taught.resource).await;
        manager.adds_lesson(&taught.course, "第三课", &taught.resource).await;
        completes(platform, &learner, &taught.lesson, 6_000).await;
        completes(platform, &learner, &more, 6_000).await;
        let column = format!("/columns/{}", taught.column);
        assert!(learner.page(&column).await.1.contains("2 of 3"), "{}", learner.page(&column).await.1);
        manager.delete(&format!("/api/v1/courses/{}/lessons/{}?significance=same", taught.course, taught.lesson)).await.expect(200);
        assert!(learner.page(&column).await.1.contains("1 of 2"), "{}", learner.page(&column).await.1);
        let me = learner.page("/me").await.1;
        assert!(me.contains("第二课") && me.contains("1 lesson completed"), "{me}");
    }

    async fn a_long_column_and_a_long_history_come_in_pages(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let topic = json!({"title": {"zh": "心脏", "en": "Heart"}});
        let topic = id_of(&manager.post(&format!("/api/v1/columns/{}/topics", taught.column), &topic).await.expect(201));
        let mut courses = vec![taught.course.clone()];
        for number in 2..=26 {
            courses.push(another(&manager, &taught, &format!("课程{number}"), None).await);
        }
        let put = json!({"topic": topic, "significance": "same"});
        manager.patch(&format!("/api/v1/courses/{}", courses[25]), &put).await.expect(200);
        let address = format!("/columns/{}", taught.column);
        let shown = |page: &str| courses.iter().filter(|id| page.contains(&format!("class=\"card-title\"><a href=\"/courses/{id}\""))).count();
        let first = learner.page(&address).await.1;
        let next = format!("{address}?after={}", courses[22]);
        assert_eq!(shown(&first), 24);
        assert!(first.contains(&next), "the topic comes first, then the others in their order: {first}");
        assert_eq!(shown(&learner.page(&next).await.1), 2);
        assert_eq!(shown(&learner.page(&format!("{address}?topic={topic}")).await.1), 1);
        for nonsense in ["?after=none", "?after=%00", "?topic=&after=", "?topic=none"] {
            assert_eq!(learner.page(&format!("{address}{nonsense}")).await.0, 200, "{nonsense}");
        }
        for (at, course) in courses.iter().enumerate() {
            let outline = learner.get(&format!("/api/v1/courses/{course}")).await.expect(200);
            let lesson = outline["modules"][0]["lessons"][0]["id"].as_str().unwrap();
            completes(platform, &learner, lesson, 6_000).await;
            assert!(home(&learner).await.contains("26 courses"), "after {at}");
        }
        let me = learner.page("/me").await.1;
        assert!(me.contains("26 lessons completed"), "{me}");
        let rows = |page: &str| page.matches("class=\"row-title\"").count();
        let next = me.split("href=\"").filter_map(|part| part.split('"').next()).find(|href| href.starts_with("/me?before="));
        assert_eq!((rows(&me), rows(&learner.page(next.unwrap()).await.1)), (24, 2));
        for nonsense in ["?before=x", "?before=9.", "?before=99999999999999999999.a", "?show=due"] {
            assert_eq!(learner.page(&format!("/me{nonsense}")).await.0, 200, "{nonsense}");
        }
        assert!(home(&learner).await.contains("You have completed every course there is"));
    }
}
