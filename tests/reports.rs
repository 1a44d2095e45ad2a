//! Completion by org unit and course, for the administrator's scope and not one row more.

use std::collections::BTreeSet;
use std::time::Duration;

use content::db::readers::{Readers, Reading};
use content::ids::UnitId;
use content::people::{NewPerson, Role, add_from_command_line};
use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::person::id_of;
use crate::support::{Person, Platform, Taught};

/// A statement that never ends by itself.
const ENDLESS: &str = "with recursive number(i) as (select cast(1 as bigint) union all select i + 1 from number)
    select count(*) from number";

/// All the connections that reports are read with, taken.
async fn all_of(readers: &Readers) -> Vec<Reading> {
    let mut held = Vec::new();
    while let Ok(reading) = readers.begin(Duration::from_secs(2)).await {
        held.push(reading);
        assert!(held.len() < 100, "there is no end of them");
    }
    held
}

async fn completes(platform: &Platform, learner: &Person, taught: &Taught) {
    platform.later(60);
    let receipt = learner.watches(&taught.lesson, &[(0, 10)], platform.library.clock.now_ms()).await;
    assert_eq!(receipt["completed"], true, "{receipt}");
}

async fn rows(person: &Person, query: &str) -> Vec<Value> {
    let report = person.get(&format!("/api/v1/reports/completion{query}")).await.expect(200);
    report["rows"].as_array().unwrap().clone()
}

/// What is started, completed and watched in all rows together.
async fn totals(person: &Person, query: &str) -> (i64, i64, i64) {
    let rows = rows(person, query).await;
    let sum = |name: &str| -> i64 { rows.iter().map(|row| row[name].as_i64().unwrap()).sum() };
    (sum("started"), sum("completed"), sum("watched_ms"))
}

async fn export(person: &Person, query: &str) -> Vec<u8> {
    let request = person.request(reqwest::Method::GET, &format!("/api/v1/reports/completion?{query}"));
    let answer = request.header("accept-language", "zh").send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.bytes().await.unwrap().to_vec()
}

/// Adds a learner who never signs in, which is much quicker.
async fn adds_quietly(platform: &Platform, login: &str, name: &str, unit: &str) {
    let unit = UnitId::from(unit);
    let new = NewPerson { login, name, password: None, unit: Some(&unit) };
    add_from_command_line(&platform.library, &new, Role::Learner).await.unwrap();
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

    async fn a_course_counts_only_those_it_is_for(platform) {
        let manager = platform.manager().await;
        let everybodys = platform.published_lesson(&manager, 10).await;
        let near = platform.learner("one", &platform.near_clinic).await;
        platform.learner("two", &platform.near_clinic).await;
        platform.learner("three", &platform.far_clinic).await;
        let title = json!({"zh": "近县的课"});
        let body = json!({"column": everybodys.column, "title": title, "language": "zh", "org_unit": platform.near_county});
        let course = id_of(&manager.post("/api/v1/courses", &body).await.expect(201));
        let lesson = manager.adds_lesson(&course, "怎样洗手", &everybodys.resource).await;
        manager.post(&format!("/api/v1/courses/{course}/publish"), &Value::Null).await.expect(200);
        completes(platform, &near, &Taught { course: course.clone(), lesson, ..everybodys }).await;
        let root = platform.sign_in("root").await;
        let of_course = async |unit: &str, by: &str| -> Vec<(String, (i64, i64, i64))> {
            let rows = rows(&root, &format!("?course={course}&by={by}{unit}")).await;
            rows.iter().map(|row| (row["unit"].as_str().unwrap().to_owned(), numbers(row))).collect()
        };
        let below = |unit: &str| format!("&unit={unit}");
        assert_eq!(of_course("", "unit").await, [(platform.prefecture.clone(), (2, 1, 1))], "not the other county's, nor the manager");
        let counties = of_course(&below(&platform.prefecture), "unit").await;
        assert_eq!(counties, [(platform.near_county.clone(), (2, 1, 1))], "a unit outside has no row");
        assert_eq!(of_course(&below(&platform.near_county), "unit").await, [(platform.near_clinic.clone(), (2, 1, 1))]);
        assert!(of_course(&below(&platform.far_county), "unit").await.is_empty());
        let learners = of_course("", "learner").await;
        assert_eq!(learners, [(platform.near_clinic.clone(), (1, 1, 1)), (platform.near_clinic.clone(), (1, 0, 0))]);
    }

    async fn a_period_narrows_all_that_was_done(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 10).await;
        let learner = platform.learner("one", &platform.near_clinic).await;
        let looker = platform.learner("two", &platform.near_clinic).await;
        let root = platform.sign_in("root").await;
        platform.later(60);
        let began = platform.library.clock.now_ms();
        learner.watches(&taught.lesson, &[(0, 4)], began).await;
        let looked = looker.watches(&taught.lesson, &[], began).await;
        assert_eq!(looked["receipt"], 1, "{looked}");
        platform.later(24 * 3600);
        let ended = platform.library.clock.now_ms();
        let receipt = learner.watches(&taught.lesson, &[(4, 10)], ended).await;
        assert_eq!(receipt["completed"], true, "{receipt}");
        let hour_ms = 3_600_000;
        let cases = [
            (String::new(), (1, 1, 10_000)),
            (format!("&from={}&to={}", began - hour_ms, began + hour_ms), (1, 0, 10_000)),
            (format!("&from={}&to={}", began + hour_ms, ended - hour_ms), (0, 0, 0)),
            (format!("&from={}", ended - hour_ms), (0, 1, 10_000)),
            (format!("&to={}", began - hour_ms), (0, 0, 0)),
        ];
        for (period, expected) in cases {
            for by in ["unit", "learner"] {
                let query = format!("?unit={}&by={by}{period}", platform.near_county);
                assert_eq!(totals(&root, &query).await, expected, "{query}");
            }
        }
    }

    async fn learners_come_page_by_page(platform) {
        let manager = platform.manager().await;
        platform.published_lesson(&manager, 10).await;
        for index in 0..201 {
            adds_quietly(platform, &format!("crowd{index}"), &format!("Crowd {:03}", 200 - index), &platform.near_clinic).await;
        }
        let admin = platform.with_role("admin", "supervisor", &platform.near_county).await;
        let report = async |more: &str| admin.get(&format!("/api/v1/reports/completion?by=learner{more}")).await;
        let names = |page: &Value| -> Vec<String> {
            page["rows"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
        };
        let first = report("").await.expect(200);
        let expected: Vec<String> = (0..200).map(|index| format!("Crowd {index:03}")).collect();
        assert_eq!(names(&first), expected);
        let second = report(&format!("&after={}", first["next"].as_str().unwrap())).await.expect(200);
        assert_eq!((names(&second), &second["next"]), (vec!["Crowd 200".to_owned(), "Learner admin".to_owned()], &Value::Null));
        let csv = String::from_utf8(export(&admin, "format=csv&by=learner").await).unwrap();
        let lines: BTreeSet<&str> = csv.lines().collect();
        assert_eq!((lines.len(), csv.lines().count()), (203, 203), "headings, and each learner once");
        let stranger = platform.learner("stranger", &platform.far_clinic).await;
        for nobody in [stranger.id.as_str(), "nobody"] {
            assert_eq!(report(&format!("&after={nobody}")).await.expect(422)["field"], "after");
        }
    }

    async fn a_page_of_learners_leads_to_the_next(platform) {
        let manager = platform.manager().await;
        platform.published_lesson(&manager, 10).await;
        for index in 0..41 {
            adds_quietly(platform, &format!("crowd{index}"), &format!("Crowd {index:03}"), &platform.near_clinic).await;
        }
        let admin = platform.with_role("admin", "supervisor", &platform.near_county).await;
        let (status, first) = admin.page(&format!("/admin?unit={}", platform.near_clinic)).await;
        assert_eq!(status, 200);
        assert!(first.len() < 60_000, "{} bytes", first.len());
        assert!(first.contains("Crowd 039") && !first.contains("Crowd 040"));
        let next = |page: &str| -> Option<String> {
            let mut links = page.split("href=\"/admin/learners?").skip(1).filter_map(|rest| rest.split('"').next());
            let query = links.find(|query| query.contains("after="))?;
            Some(format!("/admin/learners?{}", query.replace("&amp;", "&")))
        };
        let (status, second) = admin.page(&next(&first).expect("a link to the next page")).await;
        assert_eq!(status, 200);
        assert!(second.contains("Crowd 040") && !second.contains("Crowd 039"));
        assert_eq!(next(&second), None, "it is the last");
    }

    async fn every_granted_unit_is_a_link(platform) {
        let admin = platform.with_role("admin", "supervisor", &platform.near_county).await;
        let root = platform.sign_in("root").await;
        let grant = json!({"person": admin.id, "role": "supervisor", "org_unit": platform.far_county});
        root.post("/api/v1/grants", &grant).await.expect(201);
        let far = format!("/admin?unit={}", platform.far_county);
        for (path, other) in [("/admin", &platform.far_county), (far.as_str(), &platform.near_county)] {
            let (status, page) = admin.page(path).await;
            assert_eq!(status, 200);
            assert!(page.contains(&format!("\"/admin?unit={other}\"")), "{path}: {page}");
        }
    }

    async fn no_name_is_run_by_a_spreadsheet(platform) {
        let manager = platform.manager().await;
        platform.published_lesson(&manager, 10).await;
        let signs = ["=", "+", "-", "@", "＝", "＋", "－", "＠"];
        for (index, sign) in signs.iter().enumerate() {
            adds_quietly(platform, &format!("sign{index}"), &format!("{sign}1+1"), &platform.near_clinic).await;
        }
        let admin = platform.with_role("admin", "supervisor", &platform.near_county).await;
        let csv = String::from_utf8(export(&admin, "format=csv&by=learner").await).unwrap();
        for sign in signs {
            assert!(csv.contains(&format!(",'{sign}1+1,")), "{sign}: {csv}");
        }
    }

    async fn a_report_opens_in_a_spreadsheet(platform) {
        let manager = platform.manager().await;
        platform.published_lesson(&manager, 10).await;
        platform.learner("one", &platform.near_clinic).await;
        let admin = platform.with_role("admin", "supervisor", &platform.near_county).await;
        let csv = export(&admin, "format=csv").await;
        assert_eq!(csv[..3], [0xEF, 0xBB, 0xBF], "Excel needs the byte-order mark");
        let text = String::from_utf8(csv[3..].to_vec()).unwrap();
        assert!(text.starts_with("机构,课程,") && text.contains("测量血压") && text.contains("\r\n"), "{text}");
        assert!(String::from_utf8(export(&admin, "format=csv&by=learner").await).unwrap().contains("Learner one"));
        assert_eq!(export(&admin, "format=xlsx").await[..2], *b"PK");
        assert_eq!(export(&admin, "format=xlsx&by=learner").await[..2], *b"PK");
        admin.get("/api/v1/reports/completion?format=pdf").await.expect(422);
        admin.get("/api/v1/reports/completion?by=moon").await.expect(422);
    }

    async fn reports_take_no_connection_that_learners_need(platform) {
        let learner = platform.learner("one", &platform.near_clinic).await;
        let admin = platform.with_role("admin", "supervisor", &platform.near_county).await;
        let readers = platform.library.readers();
        let held = all_of(readers).await;
        assert!((2..=8).contains(&held.len()), "{} readers", held.len());
        let busy = admin.get("/api/v1/reports/completion").await.expect(503);
        assert_eq!(busy["kind"], "busy");
        assert!(busy["message"].as_str().unwrap().contains("报表正忙"), "{busy}");
        let page = admin.request(reqwest::Method::GET, "/admin").header("accept-language", "zh").send().await.unwrap();
        assert_eq!((page.status().as_u16(), page.headers()["retry-after"].to_str().unwrap()), (503, "5"));
        assert!(page.text().await.unwrap().contains("请稍后再试"));
        for path in ["/", "/me"] {
            assert_eq!(learner.page(path).await.0, 200, "{path}");
        }
        drop(held);
        admin.get("/api/v1/reports/completion").await.expect(200);
        assert_eq!(admin.page("/admin").await.0, 200);
    }

    async fn a_report_that_nobody_waits_for_ends(platform) {
        let readers = platform.library.readers();
        let count = all_of(readers).await.len();
        let mut endless = Vec::new();
        for _ in 0..count {
            let mut reading = readers.begin(Duration::from_secs(5)).await.unwrap();
            endless.push(tokio::spawn(async move { reading.read_number(ENDLESS.to_owned()).await }));
        }
        assert!(readers.begin(Duration::from_millis(300)).await.is_err(), "all of them are at it");
        for asking in endless {
            asking.abort();
            assert!(asking.await.unwrap_err().is_cancelled());
        }
        let mut again = Vec::new();
        for _ in 0..count {
            let mut reading = readers.begin(Duration::from_secs(20)).await.unwrap();
            assert_eq!(reading.read_number("select cast(7 as bigint)".to_owned()).await.unwrap(), 7);
            again.push(reading);
        }
    }

    async fn a_report_that_takes_too_long_ends(platform) {
        let longest_report = Some(Duration::from_millis(200));
        let library = platform.under(|settings| content::Settings { longest_report, ..settings }).await;
        let mut reading = library.readers().begin(Duration::from_secs(5)).await.unwrap();
        let ended = reading.read_number(ENDLESS.to_owned()).await;
        assert!(matches!(ended, Err(content::Error::ReportsBusy)), "{ended:?}");
        drop(reading);
        let mut reading = library.readers().begin(Duration::from_secs(5)).await.unwrap();
        assert_eq!(reading.read_number("select cast(7 as bigint)".to_owned()).await.unwrap(), 7);
        drop(reading);
        library.db().close().await;
    }
}
