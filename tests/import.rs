//! How does a library get in? The sample library, as `cargo xtask serve` loads it.

use std::path::Path;

use serde_json::Value;

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
