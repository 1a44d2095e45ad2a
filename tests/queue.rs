//! A queue one can trust: who is served next, what stands still and why, and what a full disk does.

use std::fmt::Write as _;
use std::time::Duration;

use content::Settings;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::{Person, clips, faults};

async fn jobs(person: &Person) -> Vec<Value> {
    person.get("/api/v1/jobs").await.expect(200)["items"].as_array().unwrap().clone()
}

/// The job of a resource that has this part, or none for the first look at it.
async fn job_of(person: &Person, resource: &str, part: Option<&str>) -> Value {
    let mut jobs = jobs(person).await.into_iter();
    jobs.find(|job| job["resource"] == resource && job["part"].as_str() == part).unwrap()
}

async fn stage(person: &Person, id: &str) -> String {
    person.resource(id).await["stage"].as_str().unwrap().to_owned()
}

both! {
    async fn uploaders_take_turns(platform) {
        let many = platform.manager().await;
        let other = platform.with_role("other", "content-manager", &platform.prefecture).await;
        let pause = async |paused: bool| many.put("/api/v1/queue", &json!({"paused": paused})).await.expect(204);
        pause(true).await;
        let mut ids = Vec::new();
        for person in [&many, &many, &many, &other] {
            ids.push(person.uploads(&clips::clip(6), "talk.mp4", "video/mp4").await);
        }
        platform.finish_work().await;
        pause(false).await;
        platform.a_worker_dies_at("transcode").await;
        platform.a_worker_dies_at("transcode").await;
        let mut states = Vec::new();
        for id in &ids {
            states.push(job_of(&many, id, Some("first")).await["state"].as_str().unwrap().to_owned());
        }
        assert_eq!(states, ["running", "queued", "queued", "running"], "one of hers, then his");
    }

    async fn a_heartbeat_never_waits_for_what_its_job_holds(platform) {
        let manager = platform.manager().await;
        manager.post("/api/v1/columns", &json!({"slug": "common", "title": {"zh": "常见病"}})).await.expect(201);
        manager.uploads(&clips::clip(6), "one.mp4", "video/mp4").await;
        platform.finish_work().await;
        let mut sheet = "key,file,title_zh,column,course_zh,publish\n".to_owned();
        for row in 0..60 {
            writeln!(sheet, "{row},one.mp4,量血压,common,第{row}课,yes").unwrap();
        }
        let file = reqwest::multipart::Part::bytes(sheet.into_bytes()).file_name("sheet.csv");
        let form = reqwest::multipart::Form::new().part("file", file);
        let sent = manager.request(Method::POST, "/studio/import").multipart(form).send().await.unwrap();
        let place = sent.headers()["location"].to_str().unwrap().to_owned();
        assert_eq!(manager.form(&format!("{}/load", place.split('?').next().unwrap()), &[]).await.status(), 303);
        let hasty = platform.under(|settings| Settings { heartbeat: Some(Duration::from_millis(1)), ..settings }).await;
        content::work::finish_work(&hasty).await.unwrap();
        hasty.db().close().await;
        let courses = manager.get("/api/v1/courses").await.expect(200)["items"].as_array().unwrap().len();
        assert_eq!(courses, 60, "the sheet is loaded by the first try");
    }

    async fn a_paused_queue_looks_at_uploads_and_encodes_nothing(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let clerk = platform.with_role("clerk", "content-manager", &platform.near_clinic).await;
        for person in [&learner, &clerk] {
            person.put("/api/v1/queue", &json!({"paused": true})).await.expect(403);
        }
        assert_eq!(manager.form("/studio/queue/pause", &[]).await.status(), 303);
        let id = manager.uploads(&clips::clip(6), "talk.mp4", "video/mp4").await;
        platform.finish_work().await;
        assert_eq!(stage(&manager, &id).await, "checked");
        assert!(manager.get("/api/v1/jobs").await.expect(200)["paused_at"].is_i64());
        for person in [&manager, &clerk] {
            assert!(person.page("/studio/jobs").await.1.contains("The queue has been paused since"), "everybody is told");
        }
        assert!(!clerk.page("/studio/jobs").await.1.contains("Continue the queue"));
        assert_eq!(manager.form("/studio/queue/resume", &[]).await.status(), 303);
        platform.finish_work().await;
        assert_eq!(stage(&manager, &id).await, "ready");
        let done = job_of(&manager, &id, Some("first")).await;
        assert!(done["speed"].as_f64().unwrap() > 0.0, "{done}");
        assert!(manager.page("/studio/jobs").await.1.contains("as fast as it plays"));
    }

    async fn a_paused_job_waits_until_it_is_put_back(platform) {
        let manager = platform.manager().await;
        let id = manager.uploads(&clips::clip(6), "talk.mp4", "video/mp4").await;
        platform.a_worker_dies_at("transcode").await;
        let job = job_of(&manager, &id, Some("first")).await["id"].as_str().unwrap().to_owned();
        let paused = manager.post(&format!("/api/v1/jobs/{job}/pause"), &Value::Null).await.expect(200);
        assert_eq!((paused["state"].as_str(), paused["owner"].as_str()), (Some("paused"), None), "{paused}");
        platform.later(60);
        platform.finish_work().await;
        assert_ne!(stage(&manager, &id).await, "ready");
        manager.post(&format!("/api/v1/jobs/{job}/pause"), &Value::Null).await.expect(409);
        assert!(manager.page("/studio/jobs").await.1.contains(&format!("/studio/jobs/{job}/retry")));
        assert_eq!(manager.form(&format!("/studio/jobs/{job}/retry"), &[]).await.status(), 303);
        platform.finish_work().await;
        assert_eq!(stage(&manager, &id).await, "ready");
    }

    async fn a_full_disk_stops_the_work_and_loses_nothing(platform) {
        platform.expects(&["disk_full"]);
        let manager = platform.manager().await;
        let id = manager.uploads(&clips::clip(6), "talk.mp4", "video/mp4").await;
        let full = platform.under(|settings| Settings { keep_free_bytes: u64::MAX, ..settings }).await;
        content::work::finish_work(&full).await.unwrap();
        let waiting = job_of(&manager, &id, Some("first")).await;
        assert_eq!((waiting["state"].as_str(), waiting["cause"].as_str()), (Some("queued"), Some("disk_full")), "{waiting}");
        assert_eq!(waiting["attempts"], 0, "no try is used up");
        assert!(waiting["next_try"].is_i64());
        let page = manager.page(&format!("/studio/resources/{id}")).await.1;
        assert!(page.contains("disk is full"), "the page says what it waits for");
        let address = platform.serve(&full).await;
        let request = manager.at(&address).request(Method::POST, "/api/v1/uploads").header("tus-resumable", "1.0.0");
        let request = request.header("accept-language", "en");
        let refused = request.header("upload-length", 1000).header("upload-metadata", "filename dGFsay5tcDQ=").send().await.unwrap();
        assert_eq!(refused.status(), 507);
        assert!(refused.text().await.unwrap().contains("disk is full"));
        full.db().close().await;
        platform.later(120);
        platform.finish_work().await;
        assert_eq!(stage(&manager, &id).await, "ready");
    }

    async fn damaged_uploads_leave_the_server_answering(platform) {
        platform.expects(&["not_media", "no_video", "truncated", "unsupported_codec", "too_large", "too_long"]);
        let manager = platform.manager().await;
        let whole = clips::clip(6);
        let mut ids = Vec::new();
        for (number, step) in [7_usize, 61, 311, 997, 2003, 4001].into_iter().enumerate() {
            let mut damaged = whole.clone();
            damaged.iter_mut().skip(number * 13).step_by(step).for_each(|byte| *byte ^= 0x5a);
            ids.push(manager.uploads(&damaged, "talk.mp4", "video/mp4").await);
            ids.push(manager.uploads(&whole[..whole.len() * (number + 1) / 8], "cut.mp4", "video/mp4").await);
        }
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let worker = tokio::spawn(content::work::run(platform.library.clone(), stopped));
        for id in &ids {
            while !["ready", "failed"].contains(&stage(&manager, id).await.as_str()) {
                assert!(!worker.is_finished());
                assert_eq!(manager.page("/readyz").await.0, 200, "it answers throughout");
                tokio::task::yield_now().await;
            }
        }
        stop.send_replace(true);
        worker.await.unwrap();
        let failed = jobs(&manager).await.into_iter().filter(|job| job["state"] == "failed");
        let causes: Vec<_> = failed.map(|job| job["cause"].as_str().unwrap().to_owned()).collect();
        assert!(causes.len() >= 6, "half a file is no video: {causes:?}");
        let known = ["not_media", "no_video", "truncated", "unsupported_codec", "too_large", "too_long"];
        assert!(causes.iter().all(|cause| known.contains(&cause.as_str())), "each with a reason: {causes:?}");
        assert_eq!(faults(&platform.library).await, Vec::<String>::new());
        let left = std::fs::read_dir(platform.folder.path().join("data/scratch/transcode")).map_or(0, Iterator::count);
        assert_eq!(left, 0, "no scratch is left behind");
    }
}
