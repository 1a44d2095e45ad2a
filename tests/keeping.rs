//! How the library is kept: encoded anew without a moment of absence, by the policy of its columns.

use content::Settings;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::{Person, Platform, faults};

async fn status(person: &Person, address: &str) -> u16 {
    person.request(Method::GET, address).send().await.unwrap().status().as_u16()
}

fn address(resource: &Value) -> &str {
    resource["progressive"].as_str().unwrap()
}

/// Seconds of a day.
const DAY_S: i64 = 24 * 3600;

/// How many files lie in a folder of the platform.
fn files_in(platform: &Platform, folder: &str) -> usize {
    std::fs::read_dir(platform.folder.path().join(folder)).map_or(0, Iterator::count)
}

both! {
    async fn the_library_is_encoded_anew_while_it_plays(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let before = manager.resource(&taught.resource).await;
        learner.post("/api/v1/queue/encode-all", &Value::Null).await.expect(403);
        assert_eq!(manager.post("/api/v1/queue/encode-all", &Value::Null).await.expect(202), json!({"videos": 1}));
        assert_eq!(manager.post("/api/v1/queue/encode-all", &Value::Null).await.expect(202), json!({"videos": 0}), "once");
        platform.a_worker_dies_at("small").await;
        let meanwhile = learner.resource(&taught.resource).await;
        assert_eq!(meanwhile["stage"], "ready", "nobody notices: {meanwhile}");
        for one in [&before, &meanwhile] {
            for rendition in one["renditions"].as_array().unwrap() {
                assert_eq!(status(&learner, rendition["address"].as_str().unwrap()).await, 200);
            }
        }
        platform.later(60);
        platform.finish_work().await;
        let after = learner.resource(&taught.resource).await;
        assert_ne!(address(&after), address(&before), "an address never changes what it means");
        assert_eq!(status(&learner, address(&before)).await, 200, "pages that are open play on");
        platform.later(25 * 3600);
        platform.finish_work().await;
        let learner = platform.sign_in("dolma").await;
        assert_eq!((status(&learner, address(&before)).await, status(&learner, address(&after)).await), (404, 200));
        assert_eq!(faults(&platform.library).await, Vec::<String>::new());
    }

    async fn a_column_says_what_its_videos_are(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let before = manager.resource(&taught.resource).await;
        let other = if before["class"] == "slides" { "natural" } else { "slides" };
        let path = format!("/api/v1/columns/{}/policy", taught.column);
        let clerk = platform.with_role("clerk", "content-manager", &platform.near_clinic).await;
        let policy = |class: Option<&str>| json!({"class": class, "originals": "keep"});
        clerk.put(&path, &policy(Some(other))).await.expect(403);
        manager.put(&path, &policy(Some("film"))).await.expect(422);
        manager.put("/api/v1/columns/nowhere/policy", &policy(None)).await.expect(404);
        manager.put(&path, &policy(Some(other))).await.expect(204);
        platform.finish_work().await;
        let made = manager.resource(&taught.resource).await;
        assert_eq!((made["class"].as_str(), made["stage"].as_str()), (Some(other), Some("ready")));
        assert_ne!(address(&made), address(&before));
        // What is chosen for the video itself goes before.
        let own = before["class"].as_str().unwrap();
        manager.post(&format!("/api/v1/resources/{}/encode", taught.resource), &json!({"class": own})).await.expect(204);
        platform.finish_work().await;
        manager.put(&path, &policy(Some(other))).await.expect(204);
        platform.finish_work().await;
        assert_eq!(manager.resource(&taught.resource).await["class"], own);
        let columns = manager.get("/api/v1/columns").await.expect(200);
        let column = columns["items"].as_array().unwrap().iter().find(|each| each["slug"] == taught.column.as_str()).unwrap().clone();
        assert_eq!((column["class"].as_str(), column["originals"].as_str()), (Some(other), Some("keep")));
    }

    async fn originals_go_where_their_column_says(platform) {
        platform.expects(&["no_archive"]);
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let policy = async |originals: &str| {
            let form = [("class", ""), ("originals", originals)];
            manager.form(&format!("/studio/columns/{}/policy", taught.column), &form).await.status().as_u16()
        };
        assert_eq!(files_in(platform, "data/files/originals"), 1);
        assert_eq!(policy("burn").await, 422);
        assert_eq!(policy("move").await, 303);
        platform.finish_work().await;
        let jobs = manager.get("/api/v1/jobs").await.expect(200);
        let job = jobs["items"].as_array().unwrap().iter().find(|job| job["kind"] == "shelve").unwrap().clone();
        assert_eq!((job["state"].as_str(), job["cause"].as_str()), (Some("failed"), Some("no_archive")), "{job}");
        assert_eq!(files_in(platform, "data/files/originals"), 1, "it stays");

        let url = format!("file://{}", platform.folder.path().join("shelf").display());
        let archive_url = Some(url.clone());
        let archived = platform.under(|settings| Settings { archive_url, ..settings }).await;
        manager.post(&format!("/api/v1/jobs/{}/retry", job["id"].as_str().unwrap()), &Value::Null).await.expect(200);
        let archive_url = Some(url.clone());
        let full = platform.under(|settings| Settings { archive_url, keep_free_bytes: u64::MAX, ..settings }).await;
        content::work::finish_work(&full).await.unwrap();
        full.db().close().await;
        let jobs = manager.get("/api/v1/jobs").await.expect(200);
        let waits = jobs["items"].as_array().unwrap().iter().find(|each| each["id"] == job["id"]).unwrap();
        assert_eq!((&waits["state"], &waits["cause"], &waits["attempts"]), (&json!("queued"), &json!("disk_full"), &json!(0)));
        platform.later(61);
        content::work::finish_work(&archived).await.unwrap();
        assert_eq!((files_in(platform, "data/files/originals"), files_in(platform, "shelf/archive")), (0, 1));
        assert_eq!(faults(&archived).await, Vec::<String>::new());
        let manager = manager.at(&platform.serve(&archived).await);
        let original = format!("/media/{}/original", taught.resource);
        assert_eq!(status(&manager, &original).await, 200, "it is still there for its keepers");
        let encode = format!("/api/v1/resources/{}/encode", taught.resource);
        manager.post(&encode, &json!({})).await.expect(204);
        content::work::finish_work(&archived).await.unwrap();
        assert_eq!(manager.resource(&taught.resource).await["stage"], "ready", "and can be encoded anew");

        assert_eq!(policy("drop").await, 303);
        content::work::finish_work(&archived).await.unwrap();
        assert_eq!(files_in(platform, "shelf/archive"), 1, "it is kept for seven days");
        archived.clock.advance_ms(6 * DAY_S * 1000);
        content::work::finish_work(&archived).await.unwrap();
        assert_eq!(files_in(platform, "shelf/archive"), 1, "and not a day less");
        archived.clock.advance_ms((DAY_S + 60) * 1000);
        content::work::finish_work(&archived).await.unwrap();
        assert_eq!(files_in(platform, "shelf/archive"), 0);
        assert_eq!(faults(&archived).await, Vec::<String>::new());
        manager.post(&encode, &json!({})).await.expect(409);
        assert_eq!(status(&manager, &original).await, 404);
        let page = manager.page(&format!("/studio/resources/{}", taught.resource)).await.1;
        assert!(page.contains("The original was deleted on"), "the page says so");
        assert_eq!(status(&manager, address(&manager.resource(&taught.resource).await)).await, 200, "what plays stays");
        archived.db().close().await;
    }
}
