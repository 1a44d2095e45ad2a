//! Courseware becomes pages that are read, counted and found; what is hostile ends with a reason.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::papers::{self, deck, document, zip, zip_claiming};
use crate::support::{Person, Platform, clips, faults};

/// Uploads a file and waits for its pages; gives the resource.
async fn made(platform: &Platform, manager: &Person, bytes: &[u8], name: &str) -> Value {
    let id = manager.uploads(bytes, name, "").await;
    platform.finish_work().await;
    manager.resource(&id).await
}

/// A published course with one lesson to read; gives course and lesson.
async fn taught(platform: &Platform, manager: &Person, resource: &str) -> (String, String) {
    let column = format!("column-{}", uuid::Uuid::new_v4().simple());
    manager.post("/api/v1/columns", &json!({"slug": column, "title": {"en": "Reading"}})).await.expect(201);
    let course = manager.adds_course(&column, "高原病").await;
    let lesson = manager.adds_lesson(&course, "高原病讲义", resource).await;
    manager.post(&format!("/api/v1/courses/{course}/publish"), &Value::Null).await.expect(200);
    platform.finish_work().await;
    (course, lesson)
}

fn id(resource: &Value) -> &str {
    resource["id"].as_str().unwrap()
}

async fn finds(person: &Person, text: &str) -> Value {
    person.get(&format!("/api/v1/search?q={text}")).await.expect(200)["items"][0].clone()
}

/// What the jobs left in the scratch folder.
fn left_behind(platform: &Platform) -> usize {
    let folder = platform.folder.path().join("data/scratch/transcode");
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

const PLAIN: &str = "Helvetica";
const SLIDES: [&str; 3] = ["Altitude sickness", "Give oxygen and descend", "Nifedipine if there is none"];

both! {
    async fn a_deck_becomes_pages_and_is_found_at_its_page(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let id = manager.uploads(&deck(&SLIDES, PLAIN), "deck.pdf", "application/pdf").await;
        assert_eq!(manager.resource(&id).await["stage"], "received");
        platform.finish_work().await;
        let ready = manager.resource(&id).await;
        assert_eq!((ready["stage"].as_str(), ready["duration_ms"].as_i64()), (Some("ready"), Some(12_000)), "{ready}");
        let pages = ready["pages"].as_array().unwrap();
        assert_eq!(pages.iter().map(|page| page["number"].as_i64().unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
        assert!(pages.iter().all(|page| page["size_bytes"].as_i64().unwrap() <= 50_000), "{ready}");
        assert_eq!((pages[1]["width"].as_i64(), pages[1]["height"].as_i64()), (Some(1280), Some(720)), "{ready}");
        let (course, lesson) = taught(platform, &manager, &id).await;
        for coding in ["avif", "webp"] {
            let answer = learner.request(Method::GET, pages[1][coding].as_str().unwrap()).send().await.unwrap();
            assert_eq!((answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()), (200, format!("image/{coding}").as_str()));
        }
        let hit = finds(&learner, "oxygen").await;
        assert_eq!((hit["lesson"].as_str(), hit["page"].as_i64()), (Some(lesson.as_str()), Some(2)), "{hit}");
        let place = format!("/courses/{course}/lessons/{lesson}?page=2#page-2");
        assert!(learner.page("/search?q=oxygen").await.1.contains(&place), "the result opens at the page");
        let html = learner.page(&format!("/courses/{course}/lessons/{lesson}")).await.1;
        for part in ["id=\"page-2\"", "loading=\"eager\"", "loading=\"lazy\"", "width=\"1280\"", "Give oxygen and descend", "3 pages", "/original", "reader"] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        assert_eq!(html.matches("loading=\"eager\"").count(), 1, "only the first page comes at once");
        assert_eq!(html.matches("<noscript class=\"sheet-waits\"><picture>").count(), 2, "and has the link to itself: {html}");
        assert!(learner.page(&format!("/courses/{course}")).await.1.contains("3 pages"));
        assert_eq!(faults(&platform.library).await, Vec::<String>::new());
        assert_eq!(left_behind(platform), 0);
    }

    async fn reading_is_counted_and_completes_with_a_receipt(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let resource = made(platform, &manager, &deck(&SLIDES, PLAIN), "deck.pdf").await;
        let (course, lesson) = taught(platform, &manager, id(&resource)).await;
        platform.later(60);
        let now = platform.library.clock.now_ms();
        let receipt = learner.watches(&lesson, &[(0, 4), (4, 6)], now).await;
        assert_eq!((receipt["watched_ms"].as_i64(), receipt["completed"].as_bool()), (Some(6_000), Some(false)), "{receipt}");
        let page = format!("/courses/{course}/lessons/{lesson}");
        let html = learner.page(&page).await.1;
        assert!(html.contains("2 seen") && html.contains("Page 2 of 3"), "{html}");
        let receipt = learner.watches(&lesson, &[(6, 12)], now).await;
        assert_eq!((receipt["watched_ms"].as_i64(), receipt["completed"].as_bool()), (Some(12_000), Some(true)), "{receipt}");
        let html = learner.page(&page).await.1;
        assert!(html.contains("3 seen") && html.contains(&format!("receipt {}", receipt["receipt"])), "{html}");
    }

    async fn what_cannot_be_read_yet_is_no_lesson(platform) {
        let manager = platform.manager().await;
        manager.post("/api/v1/columns", &json!({"slug": "reading", "title": {"en": "Reading"}})).await.expect(201);
        let course = manager.adds_course("reading", "高原病").await;
        let resource = manager.uploads(&deck(&SLIDES, PLAIN), "deck.pdf", "application/pdf").await;
        let lesson = json!({"title": "T", "resource": resource});
        let lessons = format!("/api/v1/courses/{course}/lessons");
        assert_eq!(manager.post(&lessons, &lesson).await.expect(422)["field"], "resource");
        platform.finish_work().await;
        manager.post(&lessons, &lesson).await.expect(201);
    }

    async fn a_handout_is_read_along_with_its_course(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let resource = made(platform, &manager, &deck(&SLIDES, PLAIN), "deck.pdf").await;
        let handouts = format!("/api/v1/courses/{}/handouts", taught.course);
        let page = format!("/courses/{}/handouts/{}", taught.course, id(&resource));
        assert_eq!(learner.page(&page).await.0, 404);
        manager.post(&handouts, &json!({"resource": id(&resource)})).await.expect(201);
        platform.finish_work().await;
        assert!(learner.page(&format!("/courses/{}", taught.course)).await.1.contains(&page));
        let (status, html) = learner.page(&page).await;
        assert!(status == 200 && html.contains("Nifedipine") && html.contains("id=\"page-3\""), "{html}");
        assert!(!html.contains("reading-state"), "nothing is counted");
        assert_eq!(finds(&learner, "nifedipine").await["page"], 3);
        assert!(learner.page("/search?q=nifedipine").await.1.contains(&format!("{page}?page=3#page-3")));
    }

    async fn office_files_are_drawn_where_libreoffice_is(platform) {
        let manager = platform.manager().await;
        let words = document(&["Descend at once", "量血压前先休息"], "");
        let without = platform.under(|settings| content::Settings { office: Some("/nowhere/soffice".into()), ..settings }).await;
        let id = manager.uploads(&words, "plan.docx", "").await;
        content::work::finish_work(&without).await.unwrap();
        let resource = manager.resource(&id).await;
        assert_eq!((resource["stage"].as_str(), resource["pages"][0]["avif"].as_str()), (Some("ready"), None), "{resource}");
        let studio = format!("/studio/resources/{id}");
        assert!(manager.page(&studio).await.1.contains("data-notice=\"no_office\""));
        assert_eq!(manager.request(Method::GET, &format!("/media/{id}/original")).send().await.unwrap().bytes().await.unwrap(), words);
        taught(platform, &manager, &id).await;
        assert_eq!(finds(&manager, "descend").await["page"], 1);
        assert_eq!(manager.form(&format!("{studio}/pages"), &[]).await.status(), 303);
        assert_eq!(manager.form(&format!("{studio}/pages"), &[]).await.status(), 409, "once is enough");
        assert_eq!(manager.resource(&id).await["stage"], "ready", "what is there stays until then");
        platform.finish_work().await;
        let drawn = manager.resource(&id).await;
        assert!(drawn["pages"][0]["avif"].is_string(), "{drawn}");
        assert!(!manager.page(&studio).await.1.contains("data-notice"));
        assert_eq!(finds(&manager, "descend").await["page"], 1);
        assert_eq!(faults(&platform.library).await, Vec::<String>::new());
    }

    async fn old_tibetan_fonts_are_told_and_not_indexed(platform) {
        let manager = platform.manager().await;
        let resource = made(platform, &manager, &deck(&["kluhgarbage dbyangs", "zzqxgarbage"], "TibetanMachineWeb1"), "old.pdf").await;
        assert_eq!((resource["stage"].as_str(), resource["pages"][0]["text_chars"].as_i64()), (Some("ready"), Some(0)), "{resource}");
        let html = manager.page(&format!("/studio/resources/{}", id(&resource))).await.1;
        assert!(html.contains("data-notice=\"legacy_tibetan\"") && html.contains("TibetanMachineWeb1"), "{html}");
        taught(platform, &manager, id(&resource)).await;
        assert!(finds(&manager, "kluhgarbage").await.is_null());
    }

    async fn text_and_pictures_are_pages_too(platform) {
        let manager = platform.manager().await;
        let chinese = encoding_rs::GB18030.encode("# 高原病\n先休息，再吸氧。").0.into_owned();
        let text = made(platform, &manager, &chinese, "notes.md").await;
        assert_eq!((text["stage"].as_str(), text["pages"][0]["avif"].as_str()), (Some("ready"), None), "{text}");
        let (course, lesson) = taught(platform, &manager, id(&text)).await;
        assert!(manager.page(&format!("/courses/{course}/lessons/{lesson}")).await.1.contains("先休息，再吸氧。"));
        let (wide, tall) = (clips::picture(320, 100), clips::picture(100, 320));
        let cards = made(platform, &manager, &zip(&[("card 10.png", &wide), ("card 2.png", &tall), ("__MACOSX/x", b"")]), "cards.zip").await;
        let sizes: Vec<_> = cards["pages"].as_array().unwrap().iter().map(|page| page["width"].as_i64().unwrap()).collect();
        assert_eq!(sizes, [100, 320], "as people count: {cards}");
        let one = made(platform, &manager, &tall, "scan.png").await;
        assert_eq!(one["pages"].as_array().unwrap().len(), 1, "{one}");
    }

    async fn a_worker_that_dies_leaves_nothing_half_done(platform) {
        let manager = platform.manager().await;
        let id = manager.uploads(&deck(&SLIDES, PLAIN), "deck.pdf", "application/pdf").await;
        platform.a_worker_dies_at("pages").await;
        assert_eq!(manager.resource(&id).await["pages"], json!([]));
        platform.later(60);
        platform.finish_work().await;
        assert_eq!(manager.resource(&id).await["pages"].as_array().unwrap().len(), 3);
        assert_eq!(left_behind(platform), 0);
    }

    async fn hostile_files_end_with_a_reason_and_the_server_goes_on(platform) {
        let manager = platform.manager().await;
        let whole = deck(&SLIDES, PLAIN);
        let entity = r#"<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>"#;
        let picture = clips::picture(64, 48);
        let mut vast = picture.clone();
        vast[16..24].copy_from_slice(&[0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50]);
        let files: [(&str, Vec<u8>, &str); 13] = [
            ("torn.pdf", whole[..whole.len() / 2].to_vec(), "truncated"),
            ("locked.pdf", papers::locked_deck(), "encrypted"),
            ("endless.pdf", papers::endless_deck(100_000), "too_many_pages"),
            ("fake.pdf", b"<html>".to_vec(), "not_readable"),
            ("escape.zip", zip(&[("../../evil.png", &picture)]), "unsafe_file"),
            ("bomb.zip", zip_claiming(&[("a.png", &picture, 3 << 30)]), "unsafe_file"),
            ("program.zip", zip(&[("run.exe", b"MZ")]), "not_images"),
            ("empty.zip", zip(&[("deck/", b"")]), "no_pages"),
            ("torn.docx", document(&["x"], "")[..300].to_vec(), "truncated"),
            ("entity.docx", document(&["&x;"], entity), "unsafe_file"),
            ("video.txt", clips::clip(6), "not_readable"),
            ("vast.png", vast, "too_large"),
            ("blank.txt", b" \n\n".to_vec(), "no_pages"),
        ];
        platform.expects(&files.each_ref().map(|(.., cause)| *cause));
        for (name, bytes, cause) in files {
            let resource = made(platform, &manager, &bytes, name).await;
            assert_eq!((resource["stage"].as_str(), resource["cause"].as_str()), (Some("failed"), Some(cause)), "{name}: {resource}");
            assert_eq!(manager.get("/api/v1/jobs").await.expect(200)["items"][0]["attempts"], 1, "{name} is not tried again");
            assert_eq!(manager.page(&format!("/studio/resources/{}", id(&resource))).await.0, 200);
            assert_eq!(left_behind(platform), 0, "{name}");
        }
        for (name, bytes) in [("deck.zip", whole), ("wall.pdf", papers::poster(50_000, 50_000))] {
            let resource = made(platform, &manager, &bytes, name).await;
            assert_eq!(resource["stage"], "ready", "{name}: {resource}");
            assert!(resource["pages"][0]["width"].as_i64().unwrap() <= 1280, "{resource}");
        }
    }
}
