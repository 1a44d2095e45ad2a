//! Columns, terms, modules and lessons in the order that people want, and medicine that is looked at again.

use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::{Person, person::id_of};

/// The titles of a course's lessons, module by module.
async fn outline(person: &Person, course: &str) -> Vec<Vec<String>> {
    let answer = person.get(&format!("/api/v1/courses/{course}")).await.expect(200);
    let of = |module: &Value| {
        let lessons = module["lessons"].as_array().unwrap().iter();
        lessons.map(|lesson| lesson["title"]["zh"].as_str().unwrap().to_owned()).collect()
    };
    answer["modules"].as_array().unwrap().iter().map(of).collect()
}

/// Sends a form, and gives where it leads; empty when it was refused.
async fn sends(person: &Person, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = person.form(path, fields).await;
    answer.headers().get("location").map(|place| place.to_str().unwrap().to_owned()).unwrap_or_default()
}

both! {
    async fn lessons_and_modules_are_moved_by_plain_forms(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let course = manager.adds_course(&taught.column, "次序").await;
        let modules = format!("/api/v1/courses/{course}/modules");
        let module = id_of(&manager.post(&modules, &json!({"title": {"zh": "章"}})).await.expect(201));
        let other = id_of(&manager.post(&modules, &json!({"title": {"zh": "节"}})).await.expect(201));
        let mut lessons = Vec::new();
        for title in ["甲", "乙"] {
            lessons.push(manager.adds_lesson(&course, title, &taught.resource).await);
        }
        let base = format!("/studio/courses/{course}");
        let lesson = |at: usize, verb: &str| format!("{base}/lessons/{}/{verb}", lessons[at]);
        let page = manager.page(&base).await.1;
        assert!(page.contains("Move up: 乙") && page.contains(&lesson(1, "move")), "buttons that are forms: {page}");
        let next = sends(&manager, &lesson(1, "move"), &[("by", "-1")]).await;
        assert!(next.starts_with(&base) && next.ends_with(&format!("#lesson-{}", lessons[1])), "{next}");
        assert_eq!(outline(&manager, &course).await, [vec!["乙", "甲"], vec![], vec![]]);
        sends(&manager, &lesson(0, "move"), &[("by", "1")]).await;
        assert_eq!(outline(&manager, &course).await, [vec!["乙"], vec!["甲"], vec![]], "on into the next module");
        sends(&manager, &lesson(1, "move"), &[("to", "0"), ("module", &module)]).await;
        assert_eq!(outline(&manager, &course).await, [vec!["乙", "甲"], vec![]], "to a place of a module");
        sends(&manager, &format!("{base}/modules/{other}/move"), &[("by", "-1")]).await;
        assert_eq!(outline(&manager, &course).await, [vec![], vec!["乙", "甲"]]);
        assert_eq!(sends(&manager, &lesson(0, "move"), &[("by", "up")]).await, "");
        assert_eq!(sends(&manager, &lesson(0, "move"), &[("to", "0"), ("module", "none")]).await, "");
        let theirs = platform.with_role("theirs", "content-manager", &platform.far_county).await;
        assert_eq!(sends(&theirs, &lesson(0, "move"), &[("by", "1")]).await, "");
        sends(&manager, &format!("{base}/modules/{module}/remove"), &[]).await;
        assert_eq!(outline(&manager, &course).await, [vec!["乙", "甲"]], "lessons outlive their module");
        sends(&manager, &lesson(1, "remove"), &[]).await;
        assert_eq!(outline(&manager, &course).await, [vec!["甲"]]);
        manager.get(&format!("/api/v1/lessons/{}", lessons[1])).await.expect(404);
        assert_eq!(manager.get(&format!("/api/v1/courses/{course}/revisions")).await.expect(200)["items"], json!([]));
    }

    async fn tidying_what_is_published_is_one_revision(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        for title in ["乙", "丙"] {
            manager.adds_lesson(&taught.course, title, &taught.resource).await;
        }
        let moves = format!("/api/v1/courses/{}/lessons/{}/move", taught.course, taught.lesson);
        for _ in 0..2 {
            manager.post(&moves, &json!({"by": 1})).await.expect(200);
        }
        assert_eq!(outline(&manager, &taught.course).await, [vec!["乙", "丙", "怎样量血压"]]);
        let path = format!("/api/v1/courses/{}/revisions", taught.course);
        let all = manager.get(&path).await.expect(200);
        assert_eq!(all["items"].as_array().unwrap().len(), 4, "published, two lessons, one tidying: {all}");
        let aspects: Vec<_> = all["items"][0]["differences"].as_array().unwrap().iter().map(|each| each["aspect"].clone()).collect();
        assert_eq!(aspects, ["lesson-moved"]);
    }

    async fn columns_and_terms_are_kept_in_order(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let clerk = platform.with_role("clerk", "content-manager", &platform.near_clinic).await;
        for slug in ["one", "two", "three"] {
            manager.post("/api/v1/columns", &json!({"slug": slug, "title": {"en": slug}})).await.expect(201);
        }
        let slugs = async || {
            let columns = manager.get("/api/v1/columns").await.expect(200);
            columns["items"].as_array().unwrap().iter().map(|each| each["slug"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert!(sends(&manager, "/studio/columns/three/move", &[("to", "0")]).await.contains("#column-three"));
        assert_eq!(slugs().await, ["three", "one", "two"]);
        manager.post("/api/v1/columns/two/move", &json!({"by": -1})).await.expect(204);
        assert_eq!(slugs().await, ["three", "two", "one"]);
        clerk.post("/api/v1/columns/two/move", &json!({"by": 1})).await.expect(403);
        manager.post("/api/v1/columns/none/move", &json!({"by": 1})).await.expect(404);
        let form = [("title_en", "Second"), ("summary_en", ""), ("languages_bo", "1"), ("cover", "")];
        assert!(sends(&manager, "/studio/columns/two", &form).await.contains("done=saved"));
        let page = learner.page("/columns/two").await.1;
        assert!(page.contains("Second") && page.contains("བོད་ཡིག"), "{page}");
        manager.patch("/api/v1/columns/two", &json!({"cover": "none"})).await.expect(422);
        manager.patch("/api/v1/columns/two", &json!({"languages": ["xx"]})).await.expect(422);
        clerk.patch("/api/v1/columns/two", &json!({"title": "Mine"})).await.expect(403);

        let mut terms = Vec::new();
        for slug in ["ethics", "skills"] {
            let form = json!({"facet": "aspect", "slug": slug, "title": {"en": slug}});
            terms.push(id_of(&manager.post("/api/v1/terms", &form).await.expect(201)));
        }
        let audience = json!({"facet": "audience", "slug": "village", "title": {"en": "Village"}});
        manager.post("/api/v1/terms", &audience).await.expect(201);
        manager.post("/api/v1/terms", &audience).await.expect(409);
        clerk.post("/api/v1/terms", &audience).await.expect(403);
        manager.post("/api/v1/terms", &json!({"facet": "mood", "slug": "x", "title": "X"})).await.expect(422);
        assert!(sends(&manager, &format!("/studio/terms/{}/move", terms[1]), &[("by", "-1")]).await.contains("#term-"));
        assert!(sends(&manager, &format!("/studio/terms/{}", terms[0]), &[("title_en", "<Ethics>")]).await.contains("#term-"));
        let listed = manager.get("/api/v1/terms?facet=aspect").await.expect(200);
        let listed: Vec<_> = listed["items"].as_array().unwrap().iter().map(|each| each["title"]["en"].clone()).collect();
        assert_eq!(listed, ["skills", "<Ethics>"]);
        assert!(manager.page("/studio/terms").await.1.contains("&lt;Ethics&gt;"));
        clerk.patch(&format!("/api/v1/terms/{}", terms[0]), &json!({"title": "Mine"})).await.expect(403);
        manager.patch("/api/v1/terms/none", &json!({"title": "T"})).await.expect(404);
    }

    async fn medicine_is_looked_at_again_before_its_date(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let term = json!({"facet": "aspect", "slug": "ethics", "title": {"en": "Ethics"}});
        manager.post("/api/v1/terms", &term).await.expect(201);
        let about = format!("/studio/resources/{}/about", taught.resource);
        let form = [("author", "Dr. <Li>"), ("license", "CC BY 4.0"), ("review_by", "2031-01-31"), ("aspect-ethics", "1")];
        assert!(sends(&manager, &about, &form).await.contains("#about"));
        let page = learner.page(&format!("/courses/{}/lessons/{}", taught.course, taught.lesson)).await.1;
        assert!(page.contains("Dr. &lt;Li&gt;") && page.contains("CC BY 4.0") && page.contains("31 January 2031"), "{page}");
        assert_eq!(sends(&manager, &about, &[("review_by", "soon")]).await, "");
        assert_eq!(sends(&manager, &about, &[("aspect-none", "1")]).await, "");
        assert!(manager.page(&format!("/studio/resources/{}", taught.resource)).await.1.contains("2031-01-31"));
        let due = async |person: &Person| person.get("/api/v1/resources-due").await.expect(200)["items"].clone();
        let put = async |review_by: i64| {
            let path = format!("/api/v1/resources/{}/about", taught.resource);
            manager.put(&path, &json!({"author": "Li", "review_by": review_by})).await.expect(204);
        };
        const DAY_MS: i64 = 24 * 3_600_000;
        let now = platform.library.clock.now_ms();
        put(now + 61 * DAY_MS).await;
        assert_eq!(due(&manager).await, json!([]), "sixty days ahead and not sooner");
        put(now + 59 * DAY_MS).await;
        assert_eq!(due(&manager).await[0]["urgency"], "soon");
        platform.later(60 * 24 * 3600);
        let manager = platform.sign_in("manager").await;
        assert_eq!(due(&manager).await[0]["urgency"], "overdue");
        assert!(manager.page("/studio").await.1.contains("/studio/review-by"));
        let page = manager.page("/studio/review-by").await.1;
        assert!(page.contains("测量血压") && page.contains("Overdue"), "with the courses that use it: {page}");
        let theirs = platform.with_role("theirs", "content-manager", &platform.far_county).await;
        assert_eq!(due(&theirs).await, json!([]));
        let again = format!("/api/v1/resources/{}/looked-at", taught.resource);
        let now = platform.library.clock.now_ms();
        theirs.post(&again, &json!({"review_by": now + DAY_MS})).await.expect(404);
        manager.post(&again, &json!({"review_by": now})).await.expect(422);
        manager.post(&again, &json!({"review_by": i64::MAX})).await.expect(422);
        manager.post(&again, &json!({"review_by": now + 365 * DAY_MS})).await.expect(204);
        assert_eq!(due(&manager).await, json!([]));
        learner.get("/api/v1/resources-due").await.expect(401);
    }
}
