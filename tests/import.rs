//! How does a library get in? The sample library, as `cargo xtask serve` loads it.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Engine, Person, Platform};

async fn the_sample_library_is_there_to_learn_from_and_to_keep(engine: Engine) {
    let platform = Platform::start_empty(engine).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content/sample");
    let accounts = content::import::import(&platform.library, &folder, &mut |_, _, _| {}).await.unwrap();
    let sign_in = async |login: &str| {
        let account = accounts.iter().find(|account| account.login == login).unwrap();
        Person::sign_in(&platform.address, login, &account.password).await
    };
    let count = |list: &Value| list["items"].as_array().unwrap().len();
    let learner = sign_in("dolma").await;
    assert_eq!(count(&learner.get("/api/v1/columns").await.expect(200)), 2);
    let courses = learner.get("/api/v1/courses").await.expect(200);
    let lessons = courses["items"].as_array().unwrap().iter().map(|course| course["lessons"].as_i64().unwrap());
    assert_eq!((count(&courses), lessons.sum::<i64>()), (3, 6), "{courses}");
    let manager = sign_in("manager").await;
    assert_eq!(
        count(&manager.get("/api/v1/jobs").await.expect(200)),
        7,
        "each video and the cards wait to be looked at"
    );
    let course = courses["items"][0]["id"].as_str().unwrap();
    assert_eq!(manager.page(&format!("/studio/courses/{course}")).await.0, 200, "the manager may go on with it");
    content::search::catch_up(&platform.library).await.unwrap();
    for (word, language) in [("血压", "zh"), ("ཁྲག་ཤེད།", "bo"), ("blood pressure", "en")] {
        let found = learner.get(&format!("/api/v1/search?q={word}")).await.expect(200);
        assert!(found["total"].as_u64() > Some(0), "{language}: {found}");
    }
    assert!(content::import::import(&platform.library, &folder, &mut |_, _, _| {}).await.is_err(), "only once");
    platform.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite() {
    the_sample_library_is_there_to_learn_from_and_to_keep(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres() {
    the_sample_library_is_there_to_learn_from_and_to_keep(Engine::Postgres).await;
}

async fn a_catalog_without_files_is_there_to_be_found_and_kept(engine: Engine) {
    let platform = Platform::start_empty(engine).await;
    let folder = tempfile::tempdir().unwrap();
    let library = json!({
        "org_units": [{"key": "all", "kind": "province", "parent": null, "name": {"zh": "全省"}}],
        "people": [{"login": "manager", "name": "M", "unit": "all", "roles": [{"role": "content-manager", "unit": "all"}]}],
        "columns": [{"slug": "common", "title": {"zh": "常见病"}}], "courses": [],
        "aspects": [{"slug": "ethics", "title": {"zh": "伦理"}}], "audiences": [{"slug": "village", "title": {"zh": "村医"}}],
    });
    let item = |title: &str, filename: &str| {
        json!({"title": {"zh": title}, "summary": {"zh": "摘要"}, "language": "zh", "filename": filename, "size_bytes": 1000,
            "duration_ms": 60_000, "author": "Li", "institution": "H", "review_by": 1_900_000_000_000_i64,
            "aspects": ["ethics"], "audience": "village"})
    };
    let course = json!({"column": "common", "language": "zh", "title": {"zh": "高血压"}, "summary": {"zh": "简介"},
        "modules": [{"title": {"zh": "一"}, "lessons": [item("量血压", "one.mp4"), item("用药", "two.mp4")]}],
        "handouts": [item("卡片", "cards.pdf")]});
    std::fs::write(folder.path().join("library.json"), library.to_string()).unwrap();
    std::fs::write(folder.path().join("catalog.jsonl"), format!("{course}\n")).unwrap();
    let accounts = content::import::import(&platform.library, folder.path(), &mut |_, _, _| {}).await.unwrap();
    let manager = Person::sign_in(&platform.address, "manager", &accounts[0].password).await;
    let courses = manager.get("/api/v1/courses").await.expect(200);
    assert_eq!(
        (courses["items"][0]["lessons"].as_i64(), courses["items"][0]["duration_ms"].as_i64()),
        (Some(2), Some(120_000))
    );
    assert_eq!(manager.get("/api/v1/jobs").await.expect(200)["items"], json!([]), "there is nothing to look at");
    let page = manager.page("/studio/resources?aspect=ethics&q=two").await.1;
    assert!(page.contains("用药") && !page.contains("量血压"), "{page}");
    content::search::catch_up(&platform.library).await.unwrap();
    assert!(manager.get("/api/v1/search?q=用药").await.expect(200)["total"].as_u64() > Some(0));
    platform.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_catalog_on_sqlite() {
    a_catalog_without_files_is_there_to_be_found_and_kept(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_catalog_on_postgres() {
    a_catalog_without_files_is_there_to_be_found_and_kept(Engine::Postgres).await;
}

async fn a_crowd_works_and_has_learned_as_many_as_it_is_said_to_be(engine: Engine) {
    let platform = Platform::start_empty(engine).await;
    let folder = tempfile::tempdir().unwrap();
    let person = |login: &str, role: &str| json!({"login": login, "name": login, "unit": "all", "roles": [{"role": role, "unit": "all"}]});
    let library = json!({
        "org_units": [{"key": "all", "kind": "province", "parent": null, "name": {"zh": "全省"}}],
        "people": [person("manager", "content-manager"), person("inspector", "supervisor")],
        "columns": [{"slug": "common", "title": {"zh": "常见病"}}], "courses": [],
        "aspects": [{"slug": "ethics", "title": {"zh": "伦理"}}], "audiences": [{"slug": "village", "title": {"zh": "村医"}}],
    });
    let item = json!({"title": {"zh": "量血压"}, "summary": {}, "language": "zh", "filename": "one.mp4", "size_bytes": 1000,
        "duration_ms": 60_000, "author": "", "institution": "", "review_by": 1_900_000_000_000_i64, "aspects": ["ethics"],
        "audience": "village"});
    let course = json!({"column": "common", "language": "zh", "title": {"zh": "血压"}, "summary": {},
        "modules": [{"title": {"zh": "一"}, "lessons": [item, item]}], "handouts": []});
    let level = |kind: &str, each: i64| json!({"kind": kind, "each": each, "zh": kind, "en": kind});
    let crowd = json!({"levels": [level("county", 2), level("clinic", 3)], "people": 20, "sign_in": 6, "courses_each": 1,
        "assignments_each": 1, "staff": [{"role": "supervisor", "kind": "county", "every": 5, "at": 1}]});
    std::fs::write(folder.path().join("library.json"), library.to_string()).unwrap();
    std::fs::write(folder.path().join("catalog.jsonl"), format!("{course}\n")).unwrap();
    std::fs::write(folder.path().join("crowd.json"), crowd.to_string()).unwrap();
    let add = async || content::import::add_crowd(&platform.library, folder.path(), &mut |_, _, _| {}).await;
    assert!(add().await.is_err(), "there is nothing to learn, and nowhere to work");
    let known = content::import::import(&platform.library, folder.path(), &mut |_, _, _| {}).await.unwrap();
    let accounts = add().await.unwrap();
    assert_eq!((accounts.len(), accounts[1].role.as_str(), accounts[2].role.as_str()), (6, "supervisor", "learner"));
    let learner = Person::sign_in(&platform.address, "learner-0", &accounts[0].password).await;
    let courses = learner.get("/api/v1/courses").await.expect(200);
    let id = courses["items"][0]["id"].as_str().unwrap().to_owned();
    let told = learner.get(&format!("/api/v1/courses/{id}")).await.expect(200);
    let progress = |index: usize| told["modules"][0]["lessons"][index]["progress"].clone();
    assert_eq!((&progress(0)["watched_ms"], &progress(1)["completed"]), (&json!(60_000), &json!(true)), "{told}");
    assert_eq!(learner.page("/").await.0, 200);
    let inspector = Person::sign_in(&platform.address, "inspector", &known[1].password).await;
    let report = inspector.get("/api/v1/reports/completion?by=unit").await.expect(200);
    let sum = |what: &str| report["rows"].as_array().unwrap().iter().filter_map(|row| row[what].as_i64()).sum::<i64>();
    // Of five, three have completed their course, one half of it, and one has opened it.
    assert_eq!((sum("learners"), sum("started"), sum("completed")), (20, 20, 12), "{report}");
    assert!(add().await.is_err(), "only once");
    platform.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_on_sqlite() {
    a_crowd_works_and_has_learned_as_many_as_it_is_said_to_be(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_on_postgres() {
    a_crowd_works_and_has_learned_as_many_as_it_is_said_to_be(Engine::Postgres).await;
}
