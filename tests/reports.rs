//! Completion by org unit and course, for the administrator's scope and not one row more.

use serde_json::Value;

use crate::support::both::both;
use crate::support::{Person, Platform, Taught};

async fn completes(platform: &Platform, learner: &Person, taught: &Taught) {
    platform.later(60);
    let receipt = learner.watches(&taught.lesson, &[(0, 10)], platform.library.clock.now_ms()).await;
    assert_eq!(receipt["completed"], true, "{receipt}");
}

async fn rows(person: &Person, query: &str) -> Vec<Value> {
    let report = person.get(&format!("/api/v1/reports/completion{query}")).await.expect(200);
    report["rows"].as_array().unwrap().clone()
}

fn numbers(row: &Value) -> (i64, i64, i64) {
    let number = |name: &str| row[name].as_i64().unwrap();
    (number("learners"), number("started"), number("completed"))
}

both! {
    async fn a_neighbors_learners_cannot_appear(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 10).await;
        let near = platform.learner("nearlearner", &platform.near_clinic).await;
        let far = platform.learner("farlearner", &platform.far_clinic).await;
        completes(platform, &near, &taught).await;
        completes(platform, &far, &taught).await;
        let admin = platform.with_role("admin", "administrator", &platform.near_county).await;
        let far_ids = [&platform.far_county, &platform.far_clinic, &far.id];
        let queries = ["", "?by=learner", "?by=unit", &format!("?unit={}", platform.near_clinic), &format!("?unit={}&by=learner", platform.near_clinic)];
        for query in queries {
            let text = serde_json::to_string(&rows(&admin, query).await).unwrap();
            assert!(far_ids.iter().all(|id| !text.contains(id.as_str())) && !text.contains("farlearner"), "{query}: {text}");
            assert!(text.contains(&taught.course), "{query}: {text}");
        }
        for unit in [&platform.far_county, &platform.far_clinic, &platform.prefecture] {
            for by in ["unit", "learner"] {
                admin.get(&format!("/api/v1/reports/completion?unit={unit}&by={by}")).await.expect(403);
            }
            assert_eq!(admin.page(&format!("/admin?unit={unit}")).await.0, 403);
            assert_eq!(admin.page(&format!("/admin/learners?unit={unit}")).await.0, 403);
        }
        assert_eq!(admin.page(&format!("/admin/learners/{}", far.id)).await.0, 404, "not even that she exists");
        assert_eq!(admin.page(&format!("/admin/learners/{}", near.id)).await.0, 200);
        assert!(!admin.page("/admin").await.1.contains("Far clinic"));
    }

    async fn units_count_everybody_below_them(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 10).await;
        let one = platform.learner("one", &platform.near_clinic).await;
        let two = platform.learner("two", &platform.near_clinic).await;
        platform.learner("three", &platform.far_clinic).await;
        completes(platform, &one, &taught).await;
        platform.later(60);
        two.watches(&taught.lesson, &[(0, 4)], platform.library.clock.now_ms()).await;
        let root = platform.sign_in("root").await;
        let by_unit = |rows: &[Value], unit: &str| rows.iter().find(|row| row["unit"] == unit).map(numbers);
        let top = rows(&root, "").await;
        assert_eq!(by_unit(&top, &platform.prefecture), Some((4, 2, 1)), "the manager is a learner of the prefecture too");
        let counties = rows(&root, &format!("?unit={}", platform.prefecture)).await;
        assert_eq!(by_unit(&counties, &platform.near_county), Some((2, 2, 1)));
        assert_eq!(by_unit(&counties, &platform.far_county), Some((1, 0, 0)));
        let clinic = rows(&root, &format!("?unit={}&by=learner", platform.near_clinic)).await;
        let of = |person: &Person| clinic.iter().find(|row| row["person"] == person.id.as_str()).unwrap().clone();
        assert_eq!((of(&one)["completed"].as_i64(), of(&one)["watched_ms"].as_i64()), (Some(1), Some(10_000)));
        assert_eq!((of(&two)["completed"].as_i64(), of(&two)["watched_ms"].as_i64()), (Some(0), Some(4_000)));
        let page = root.page(&format!("/admin/learners/{}", one.id)).await.1;
        assert!(page.contains("怎样量血压"), "her lessons are listed");
    }

    async fn a_period_counts_only_what_was_completed_in_it(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 10).await;
        let learner = platform.learner("one", &platform.near_clinic).await;
        completes(platform, &learner, &taught).await;
        let root = platform.sign_in("root").await;
        let now = platform.library.clock.now_ms();
        let completed = async |query: String| -> i64 {
            let unit = format!("?unit={}{query}", platform.near_county);
            rows(&root, &unit).await.iter().map(|row| row["completed"].as_i64().unwrap()).sum()
        };
        assert_eq!(completed(format!("&from={}&to={}", now - 60_000, now + 1)).await, 1);
        assert_eq!(completed(format!("&to={}", now - 60_000)).await, 0);
        assert_eq!(completed(format!("&from={}", now + 1)).await, 0);
    }

    async fn a_report_opens_in_a_spreadsheet(platform) {
        let manager = platform.manager().await;
        platform.published_lesson(&manager, 10).await;
        platform.learner("one", &platform.near_clinic).await;
        let admin = platform.with_role("admin", "supervisor", &platform.near_county).await;
        let get = async |query: &str| {
            let request = admin.request(reqwest::Method::GET, &format!("/api/v1/reports/completion?{query}"));
            let answer = request.header("accept-language", "zh").send().await.unwrap();
            assert_eq!(answer.status(), 200);
            answer.bytes().await.unwrap()
        };
        let csv = get("format=csv").await;
        assert_eq!(csv[..3], [0xEF, 0xBB, 0xBF], "Excel needs the byte-order mark");
        let text = String::from_utf8(csv[3..].to_vec()).unwrap();
        assert!(text.starts_with("机构,课程,") && text.contains("测量血压") && text.contains("\r\n"), "{text}");
        assert!(String::from_utf8(get("format=csv&by=learner").await.to_vec()).unwrap().contains("Learner one"));
        assert_eq!(get("format=xlsx").await[..2], *b"PK");
        admin.get("/api/v1/reports/completion?format=pdf").await.expect(422);
        admin.get("/api/v1/reports/completion?by=moon").await.expect(422);
    }
}
