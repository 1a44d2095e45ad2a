//! Nothing stops the queue: what cannot be done is set aside and says why, and no encoding keeps a publication, a document
//! or a restart waiting.

use std::path::Path;

use content::{Library, Settings};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::support::both::both;
use crate::support::{Person, Platform, clips, papers};

const HOUR_S: i64 = 3600;
const DAY_S: i64 = 24 * HOUR_S;

/// A worker with one hand for encodings, until it is told to stop.
struct Worker {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Worker {
    fn start(library: &Library) -> Self {
        let (stop, stopped) = watch::channel(false);
        Self { stop, task: tokio::spawn(content::work::run(library.clone(), stopped)) }
    }

    async fn stop(self) {
        self.stop.send_replace(true);
        self.task.await.unwrap();
    }

    async fn until(&self, mut is_so: impl AsyncFnMut() -> bool) {
        while !is_so().await {
            assert!(!self.task.is_finished(), "the worker goes on");
            tokio::task::yield_now().await;
        }
    }
}

async fn exists(path: &Path) -> bool {
    path.exists()
}

/// The newest job of a kind.
async fn job(manager: &Person, kind: &str) -> Value {
    let jobs = manager.get("/api/v1/jobs").await.expect(200);
    jobs["items"].as_array().unwrap().iter().find(|job| job["kind"] == kind).unwrap().clone()
}

async fn state(person: &Person, course: &str) -> Value {
    person.get(&format!("/api/v1/courses/{course}")).await.expect(200)["state"].clone()
}

/// A draft in `column` whose one lesson shows `resource`, to be shown in an hour; gives the course.
async fn scheduled(platform: &Platform, manager: &Person, column: &str, resource: &str) -> String {
    let course = manager.adds_course(column, "新课程").await;
    manager.adds_lesson(&course, "第一课", resource).await;
    let then = platform.library.clock.now_ms() + HOUR_S * 1000;
    manager.post(&format!("/api/v1/courses/{course}/schedule"), &json!({"at": then})).await.expect(200);
    course
}

both! {
    async fn what_a_proposal_uses_is_not_taken_from_under_it(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let moved = manager.publishes(&taught.column, "搬走的课", "第一课", &taught.resource).await;
        let reviewer = platform.with_role("reviewer", "reviewer", &platform.prefecture).await;
        let paper = manager.uploads(&papers::deck(&["card"], "Helvetica"), "card.pdf", "application/pdf").await;
        platform.finish_work().await;
        manager.post("/api/v1/columns", &json!({"slug": "new", "title": {"zh": "新栏目"}})).await.expect(201);
        let topic = manager.post("/api/v1/columns/new/topics", &json!({"title": {"zh": "专题"}})).await.expect(201)["id"].clone();
        let course = format!("/api/v1/courses/{}", taught.course);
        manager.post(&format!("{course}/handouts"), &json!({"resource": paper})).await.expect(201);
        manager.patch(&course, &json!({"column": "new", "topic": topic, "significance": "same"})).await.expect(200);
        let face = manager.uploads(&clips::clip(6), "face.mp4", "video/mp4").await;
        platform.finish_work().await;
        let change = json!({"resource": face, "significance": "same"});
        manager.put(&format!("{course}/lessons/{}/faces/bo", taught.lesson), &change).await.expect(200);
        let then = platform.library.clock.now_ms() + HOUR_S * 1000;
        manager.post(&format!("{course}/submit"), &json!({"publish_at": then})).await.expect(200);
        reviewer.post(&format!("{course}/approve"), &json!({})).await.expect(200);
        for file in [&paper, &face] {
            let pick = [("go", "stay"), ("shown", file.as_str()), ("pick", file.as_str())];
            manager.form("/studio/resources/selection", &pick).await;
            manager.form("/studio/resources/selection/do", &[("act", "remove")]).await;
            assert_eq!(manager.resource(file).await["stage"], "ready", "it is in use");
        }
        let term = manager.post("/api/v1/terms", &json!({"facet": "aspect", "slug": "pain", "title": "疼痛"})).await.expect(201);
        let about = json!({"author": "Pema", "aspects": ["pain"]});
        manager.put(&format!("/api/v1/resources/{}/about", taught.resource), &about).await.expect(202);
        manager.delete(&format!("/api/v1/terms/{}", term["id"].as_str().unwrap())).await.expect(409);
        manager.delete(&format!("/api/v1/topics/{}", topic.as_str().unwrap())).await.expect(409);
        manager.delete("/api/v1/columns/new").await.expect(409);
        // A column without topics, that another course is proposed to stand in.
        manager.post("/api/v1/columns", &json!({"slug": "bare", "title": {"zh": "空栏目"}})).await.expect(201);
        let change = json!({"column": "bare", "significance": "same"});
        manager.patch(&format!("/api/v1/courses/{moved}"), &change).await.expect(200);
        manager.delete("/api/v1/columns/bare").await.expect(409);
        platform.later(HOUR_S + 60);
        platform.finish_work().await;
        let shown = manager.get(&course).await.expect(200);
        assert_eq!((&shown["topic"], &shown["handouts"][0]["id"]), (&topic, &json!(paper)), "{shown}");
    }

    async fn what_cannot_be_shown_on_its_day_says_why_and_stops_nothing(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let late = manager.uploads(&clips::clip(6), "late.mp4", "video/mp4").await;
        platform.a_worker_dies_at("transcode").await;
        let course = scheduled(platform, &manager, &taught.column, &late).await;
        let fine = scheduled(platform, &manager, &taught.column, &taught.resource).await;
        let held = job(&manager, "transcode").await["id"].as_str().unwrap().to_owned();
        manager.post(&format!("/api/v1/jobs/{held}/cancel"), &Value::Null).await.expect(200);
        platform.later(HOUR_S + 60);
        let other = manager.uploads(&clips::clip(6), "other.mp4", "video/mp4").await;
        platform.finish_work().await;
        assert_eq!(manager.resource(&other).await["stage"], "ready", "the queue goes on");
        assert_eq!(state(&manager, &fine).await, "published");
        assert_ne!(state(&manager, &course).await, "published");
        let told = manager.page("/studio/jobs").await.1;
        assert!(told.contains("Set aside") && told.contains(&format!("/studio/courses/{course}")), "{told}");
        let told = manager.page(&format!("/studio/courses/{course}")).await.1;
        assert!(told.contains("It could not be shown yet"), "{told}");
        let far = platform.with_role("far", "content-manager", &platform.far_county).await;
        assert!(!far.page("/studio/jobs").await.1.contains("Set aside"), "it is none of hers");
        manager.post(&format!("/api/v1/jobs/{held}/retry"), &Value::Null).await.expect(200);
        platform.finish_work().await;
        assert_eq!(state(&manager, &course).await, "published", "as soon as it plays");
        assert!(!manager.page("/studio/jobs").await.1.contains("Set aside"), "and it is told no more");
    }

    async fn files_that_cannot_be_removed_stop_nothing(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let url = format!("file://{}", platform.folder.path().join("shelf").display());
        let archived = platform.under(|settings| Settings { archive_url: Some(url), ..settings }).await;
        let policy = [("class", ""), ("originals", "move")];
        manager.form(&format!("/studio/columns/{}/policy", taught.column), &policy).await;
        platform.later(8 * DAY_S);
        content::work::finish_work(&archived).await.unwrap();
        let policy = [("class", ""), ("originals", "drop")];
        manager.form(&format!("/studio/columns/{}/policy", taught.column), &policy).await;
        platform.later(8 * DAY_S);
        let other = manager.uploads(&clips::clip(6), "other.mp4", "video/mp4").await;
        // The archive is named no more.
        platform.finish_work().await;
        assert_eq!(manager.resource(&other).await["stage"], "ready", "the queue goes on");
        let told = manager.page("/studio/jobs").await.1;
        assert!(told.contains("Removing files") && told.contains(&format!("archive/{}", taught.resource)), "{told}");
        archived.db().close().await;
    }

    async fn no_encoding_delays_a_publication_or_a_document(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let course = scheduled(platform, &manager, &taught.column, &taught.resource).await;
        manager.uploads(&clips::clip(6), "long.mp4", "video/mp4").await;
        let (library, begun) = platform.stuck_at("transcode").await;
        let worker = Worker::start(&library);
        worker.until(async || exists(&begun).await).await;
        platform.later(HOUR_S + 60);
        let paper = manager.uploads(&papers::deck(&["card"], "Helvetica"), "card.pdf", "application/pdf").await;
        worker.until(async || state(&manager, &course).await == "published").await;
        worker.until(async || manager.resource(&paper).await["stage"] == "ready").await;
        worker.stop().await;
        library.db().close().await;
        platform.finish_work().await;
    }

    async fn restarts_are_no_failures_of_a_job(platform) {
        let manager = platform.manager().await;
        let id = manager.uploads(&clips::clip(6), "talk.mp4", "video/mp4").await;
        for _ in 0..6 {
            let (library, begun) = platform.stuck_at("transcode").await;
            let worker = Worker::start(&library);
            worker.until(async || exists(&begun).await).await;
            worker.stop().await;
            library.db().close().await;
            let job = job(&manager, "transcode").await;
            assert_eq!((&job["state"], &job["attempts"]), (&json!("queued"), &json!(0)), "{job}");
        }
        platform.finish_work().await;
        assert_eq!(manager.resource(&id).await["stage"], "ready", "at once, without waiting for a lease");
    }

    async fn kills_are_no_failures_of_a_job_until_they_are_many(platform) {
        let manager = platform.manager().await;
        let id = manager.uploads(&clips::clip(6), "talk.mp4", "video/mp4").await;
        for _ in 0..6 {
            platform.run_program_stuck_at("transcode").await.kill().await;
        }
        assert!(platform.run_program_stuck_at("transcode").await.end().await.success(), "it ends well");
        let job = job(&manager, "transcode").await;
        assert_eq!((&job["state"], &job["attempts"]), (&json!("queued"), &json!(0)), "{job}");
        platform.finish_work().await;
        assert_eq!(manager.resource(&id).await["stage"], "ready");
    }

    async fn an_idle_worker_asks_for_no_writer(platform) {
        let manager = platform.manager().await;
        platform.published_lesson(&manager, 6).await;
        // As long as this is held, whoever asked for SQLite's only writer would wait, and give up.
        let held = platform.library.db().begin().await.unwrap();
        assert_eq!(content::work::finish_work(&platform.library).await.unwrap(), 0);
        drop(held);
    }
}
