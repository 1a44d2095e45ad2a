//! Uploads by tus 1.0.0: pieces, lost links, damaged pieces, ends.

use base64::Engine;
use reqwest::Method;
use serde_json::json;
use sha1::Digest;

use crate::support::both::both;
use crate::support::{PASSWORD, Person, Platform, clips, papers};

async fn tus(person: &Person, method: Method, path: &str) -> reqwest::Response {
    person.request(method, path).header("tus-resumable", "1.0.0").send().await.unwrap()
}

async fn with_checksum(person: &Person, location: &str, offset: usize, bytes: &[u8], checksum: &str) -> u16 {
    let request = person.request(Method::PATCH, location).header("tus-resumable", "1.0.0");
    let request = request.header("content-type", "application/offset+octet-stream").header("upload-offset", offset);
    request.header("upload-checksum", checksum).body(bytes.to_vec()).send().await.unwrap().status().as_u16()
}

fn id_of(location: &str) -> &str {
    location.rsplit('/').next().unwrap()
}

/// Waits until so many bytes lie in the upload's file, whether they are written down or not.
async fn arrive(platform: &Platform, location: &str, bytes: u64) {
    let part = platform.folder.path().join("data/scratch/uploads").join(id_of(location));
    while std::fs::metadata(&part).map_or(0, |part| part.len()) < bytes {
        tokio::task::yield_now().await;
    }
}

/// How many bytes would count if the server died now. (Asking by `HEAD` would make it write them down.)
async fn written_down(platform: &Platform, location: &str) -> i64 {
    let signed_in =
        content::people::sign_in(&platform.library, "manager", PASSWORD, &Default::default()).await.unwrap();
    let actor = content::people::find_actor(&platform.library, &signed_in.token).await.unwrap().unwrap();
    let uploads = content::media::uploads::list_unfinished(&platform.library, &actor).await.unwrap();
    uploads.iter().find(|upload| upload.id.as_str() == id_of(location)).unwrap().received_bytes
}

both! {
    async fn a_file_arrives_in_pieces_and_becomes_a_resource(platform) {
        let manager = platform.manager().await;
        let clip = clips::clip(6);
        let location = manager.opens_upload(clip.len(), "talk.mp4", "video/mp4").await;
        let half = clip.len() / 2;
        let sent = manager.sends(&location, 0, &clip[..half]).await;
        assert_eq!((sent.status().as_u16(), sent.headers()["upload-offset"].to_str().unwrap()), (204, half.to_string().as_str()));
        assert!(sent.headers().contains_key("upload-expires"));
        assert_eq!(manager.sends(&location, 0, &clip[..half]).await.status(), 409, "that part is there already");
        assert_eq!(manager.offset_of(&location).await, Some(half));
        assert_eq!(manager.sends(&location, half, &clip[half..]).await.status(), 204);
        assert_eq!(manager.offset_of(&location).await, Some(clip.len()));
        let id = location.rsplit('/').next().unwrap();
        let resource = manager.get(&format!("/api/v1/resources/{id}")).await.expect(200);
        assert_eq!((resource["stage"].as_str(), resource["size_bytes"].as_u64()), (Some("received"), Some(clip.len() as u64)));
    }

    async fn what_arrived_before_a_lost_link_is_kept(platform) {
        let manager = platform.manager().await;
        let clip = clips::clip(6);
        let location = manager.opens_upload(clip.len(), "talk.mp4", "video/mp4").await;
        let (link, sending) = manager.sends_slowly(&location, 0);
        link.unbounded_send(Ok(clip[..1000].to_vec())).unwrap();
        arrive(platform, &location, 1000).await;
        link.unbounded_send(Err(std::io::Error::other("the link is lost"))).unwrap();
        assert!(sending.await.unwrap().is_err());
        let at = manager.offset_of(&location).await.unwrap();
        assert_eq!(at, 1000);
        assert_eq!(manager.sends(&location, at, &clip[at..]).await.status(), 204);
    }

    async fn a_damaged_piece_is_refused_and_can_be_sent_again(platform) {
        let manager = platform.manager().await;
        let clip = clips::clip(6);
        let location = manager.opens_upload(clip.len(), "talk.mp4", "video/mp4").await;
        let encode = |bytes: &[u8]| base64::prelude::BASE64_STANDARD.encode(bytes);
        let sha1 = format!("sha1 {}", encode(&sha1::Sha1::digest(&clip[..500])));
        let sha256 = format!("sha256 {}", encode(&sha2::Sha256::digest(&clip[500..900])));
        assert_eq!(with_checksum(&manager, &location, 0, &clip[1..501], &sha1).await, 460);
        assert_eq!(manager.offset_of(&location).await, Some(0), "nothing of it counts");
        assert_eq!(with_checksum(&manager, &location, 0, &clip[..500], &sha1).await, 204);
        assert_eq!(with_checksum(&manager, &location, 500, &clip[500..900], &sha256).await, 204);
        assert_eq!(with_checksum(&manager, &location, 900, &clip[900..901], "md5 AAAA").await, 400);
        assert_eq!(manager.sends(&location, 900, &clip[900..]).await.status(), 204);
    }

    async fn uploads_end_expire_and_stay_private(platform) {
        let manager = platform.manager().await;
        let other = platform.with_role("other", "content-manager", &platform.prefecture).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let location = manager.opens_upload(1000, "talk.mp4", "video/mp4").await;
        assert_eq!(other.offset_of(&location).await, None, "another person's upload is not there");
        assert_eq!(other.sends(&location, 0, b"x").await.status(), 404);
        assert_eq!(tus(&manager, Method::DELETE, &location).await.status(), 204);
        assert_eq!(tus(&manager, Method::HEAD, &location).await.status(), 404);
        let forgotten = manager.opens_upload(1000, "talk.mp4", "video/mp4").await;
        platform.later(8 * 24 * 3600);
        platform.finish_work().await;
        assert_eq!(tus(&manager, Method::HEAD, &forgotten).await.status(), 404);
        let request = learner.request(Method::POST, "/api/v1/uploads").header("tus-resumable", "1.0.0");
        assert_eq!(request.header("upload-length", 10).send().await.unwrap().status(), 403);
    }

    async fn room_is_promised_once_and_given_back(platform) {
        const GIB: u64 = 1 << 30;
        let manager = platform.manager().await;
        // Six GiB above what stays free, give or take what else this machine writes meanwhile.
        let free = platform.library.files().free_bytes().unwrap();
        assert!(free > 7 * GIB, "this story needs 7 GiB of free disk");
        let tight = platform.under(|settings| content::Settings { keep_free_bytes: free - 6 * GIB, ..settings }).await;
        let manager = manager.at(&platform.serve(&tight).await);
        let open = async |gib: u64| {
            let request = manager.request(Method::POST, "/api/v1/uploads").header("tus-resumable", "1.0.0");
            let request = request.header("accept-language", "en").header("upload-length", gib * GIB);
            let answer = request.header("upload-metadata", "filename dGFsay5tcDQ=").send().await.unwrap();
            let place = answer.headers().get("location").map(|place| place.to_str().unwrap().to_owned());
            (answer.status().as_u16(), place, answer.text().await.unwrap())
        };
        let (status, first, _) = open(4).await;
        assert_eq!(status, 201);
        let (status, _, told) = open(4).await;
        assert_eq!(status, 507, "the same room is not promised twice");
        assert!(told.contains("disk is full") && told.contains(" GB"), "it says how much is left: {told}");
        assert_eq!(open(1).await.0, 201, "what fits is taken");
        assert_eq!(tus(&manager, Method::DELETE, &first.unwrap()).await.status(), 204);
        assert_eq!(open(4).await.0, 201, "what was ended gives its room back");
        platform.later(2 * 24 * 3600);
        let manager = platform.sign_in("manager").await.at(&manager.address);
        let request = manager.request(Method::POST, "/api/v1/uploads").header("tus-resumable", "1.0.0");
        let answer = request.header("upload-length", 4 * GIB).header("upload-metadata", "filename dGFsay5tcDQ=").send().await.unwrap();
        assert_eq!(answer.status(), 201, "an upload that nobody continues keeps no room");
        tight.db().close().await;
    }

    async fn appending_asks_again_and_loses_nothing(platform) {
        let manager = platform.manager().await;
        let clip = clips::clip(6);
        let location = manager.opens_upload(clip.len(), "talk.mp4", "video/mp4").await;
        assert_eq!(manager.sends(&location, 0, &clip[..1000]).await.status(), 204);
        let full = platform.under(|settings| content::Settings { keep_free_bytes: u64::MAX, ..settings }).await;
        let there = manager.at(&platform.serve(&full).await);
        assert_eq!(there.sends(&location, 1000, &clip[1000..]).await.status(), 507);
        assert_eq!(manager.offset_of(&location).await, Some(1000), "what had arrived is there");
        assert_eq!(manager.sends(&location, 1000, &clip[1000..]).await.status(), 204);
        full.db().close().await;
    }

    async fn a_person_and_a_unit_keep_no_more_than_they_may(platform) {
        let manager = platform.manager().await;
        let colleague = platform.with_role("colleague", "content-manager", &platform.prefecture).await;
        let far = platform.with_role("far", "content-manager", &platform.far_county).await;
        manager.uploads(&clips::clip(6), "talk.mp4", "video/mp4").await;
        let kept = clips::clip(6).len() as u64;
        let quotas = content::media::uploads::Quotas { person_bytes: kept + 5000, unit_bytes: kept + 7000, all_bytes: Some(kept + 9000) };
        let bounded = platform.under(|settings| content::Settings { quotas, ..settings }).await;
        let address = platform.serve(&bounded).await;
        let open = async |person: &Person, bytes: u64| {
            let request = person.at(&address).request(Method::POST, "/api/v1/uploads").header("tus-resumable", "1.0.0");
            let request = request.header("accept-language", "en").header("upload-length", bytes);
            let answer = request.header("upload-metadata", "filename dGFsay5tcDQ=").send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        let (status, told) = open(&manager, 5001).await;
        assert!(status == 413 && told.contains("Your files") && told.contains("5 KB are left"), "{told}");
        assert_eq!(open(&manager, 4000).await.0, 201);
        assert_eq!(open(&manager, 1001).await.0, 413, "what is open counts");
        let (status, told) = open(&colleague, 3001).await;
        assert!(status == 413 && told.contains("institution") && told.contains("3 KB are left"), "{told}");
        assert_eq!(open(&colleague, 3000).await.0, 201);
        let (status, told) = open(&far, 2001).await;
        assert!(status == 413 && told.contains("platform") && told.contains("2 KB are left"), "{told}");
        assert_eq!(open(&far, 2000).await.0, 201);
        bounded.db().close().await;
    }

    async fn one_person_has_so_many_uploads_open(platform) {
        let manager = platform.manager().await;
        let first = manager.opens_upload(10, "talk.mp4", "video/mp4").await;
        for _ in 1..200 {
            manager.opens_upload(10, "talk.mp4", "video/mp4").await;
        }
        let request = manager.request(Method::POST, "/api/v1/uploads").header("tus-resumable", "1.0.0");
        let answer = request.header("upload-length", 10).header("accept-language", "en").header("upload-metadata", "filename dGFsay5tcDQ=").send().await.unwrap();
        assert_eq!(answer.status(), 429);
        assert!(answer.text().await.unwrap().contains("200 uploads open"));
        assert_eq!(tus(&manager, Method::DELETE, &first).await.status(), 204);
        manager.opens_upload(10, "talk.mp4", "video/mp4").await;
    }

    async fn the_protocol_is_held_to(platform) {
        let manager = platform.manager().await;
        let abilities = manager.request(Method::OPTIONS, "/api/v1/uploads").send().await.unwrap();
        assert_eq!(abilities.headers()["tus-extension"], "creation,termination,checksum,expiration");
        assert_eq!(abilities.headers()["tus-version"], "1.0.0");
        let document: serde_json::Value = manager.request(Method::GET, "/api/v1/openapi.json").send().await.unwrap().json().await.unwrap();
        let told = document["paths"]["/api/v1/uploads/{id}"].as_object().unwrap().keys().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(told, ["delete", "head", "patch"]);
        let unversioned = manager.request(Method::POST, "/api/v1/uploads").header("upload-length", 10).send().await.unwrap();
        assert_eq!(unversioned.status(), 412);
        let open = async |length: &str, metadata: &str| {
            let request = manager.request(Method::POST, "/api/v1/uploads").header("tus-resumable", "1.0.0");
            let answer = request.header("upload-length", length).header("upload-metadata", metadata).send().await.unwrap();
            assert_eq!(answer.headers()["tus-resumable"], "1.0.0");
            answer.status().as_u16()
        };
        let exe = base64::prelude::BASE64_STANDARD.encode("virus.exe");
        let named = format!("filename {exe},filetype {}", base64::prelude::BASE64_STANDARD.encode("application/x-dosexec"));
        assert_eq!(open("10", &named).await, 422);
        assert_eq!(open("0", "filename YS5tcDQ=").await, 422);
        assert_eq!(open("-5", "filename YS5tcDQ=").await, 422);
        assert_eq!(open("99999999999999", "filename YS5tcDQ=").await, 413);
        assert_eq!(open("ten", "filename YS5tcDQ=").await, 422);
        assert_eq!(open("10", "filename %%%").await, 422, "no readable name");
        let location = manager.opens_upload(10, "a.mp4", "video/mp4").await;
        assert_eq!(manager.sends(&location, 0, &[0; 11]).await.status(), 413, "more than announced");
        let request = manager.request(Method::PATCH, &location).header("tus-resumable", "1.0.0").header("upload-offset", 0);
        assert_eq!(request.body("x").send().await.unwrap().status(), 415);
        let request = manager.request(Method::POST, &location).header("tus-resumable", "1.0.0");
        let request = request.header("x-http-method-override", "DELETE");
        assert_eq!(request.send().await.unwrap().status(), 204);
    }

    async fn a_newcomer_takes_over_from_a_hanging_connection(platform) {
        let manager = platform.manager().await;
        let clip = clips::clip(6);
        let location = manager.opens_upload(clip.len(), "talk.mp4", "video/mp4").await;
        let (link, old) = manager.sends_slowly(&location, 0);
        link.unbounded_send(Ok(clip[..2000].to_vec())).unwrap();
        arrive(platform, &location, 2000).await;
        let at = manager.offset_of(&location).await.unwrap();
        assert_eq!(at, 2000, "what the hanging connection brought is counted");
        assert_eq!(manager.sends(&location, at, &clip[at..]).await.status(), 204);
        old.abort();
    }

    async fn on_a_slow_link_every_few_seconds_are_written_down(platform) {
        let manager = platform.manager().await;
        let location = manager.opens_upload(9000, "talk.mp4", "video/mp4").await;
        let (link, sending) = manager.sends_slowly(&location, 0);
        link.unbounded_send(Ok(vec![7; 1000])).unwrap();
        arrive(platform, &location, 1000).await;
        assert_eq!(written_down(platform, &location).await, 0, "not every few bytes");
        platform.later(4);
        link.unbounded_send(Ok(vec![7; 500])).unwrap();
        while written_down(platform, &location).await < 1500 {
            assert!(!sending.is_finished(), "the request goes on");
            tokio::task::yield_now().await;
        }
        sending.abort();
    }

    async fn courseware_is_open_to_its_course_and_nobody_else(platform) {
        platform.expects(&["not_readable"]);
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let pdf = manager.uploads(&papers::deck(&["card"], "Helvetica"), "卡片.pdf", "application/pdf").await;
        let fake = manager.uploads(b"<html>", "fake.pdf", "application/pdf").await;
        platform.finish_work().await;
        let stage = async |id: &str| manager.get(&format!("/api/v1/resources/{id}")).await.expect(200);
        assert_eq!(stage(&pdf).await["stage"], "ready");
        assert_eq!((stage(&fake).await["stage"].clone(), stage(&fake).await["cause"].clone()), (json!("failed"), json!("not_readable")));
        let handouts = format!("/api/v1/courses/{}/handouts", taught.course);
        manager.post(&handouts, &json!({"resource": fake})).await.expect(422);
        let address = format!("/media/{pdf}/original");
        assert_eq!(learner.page(&address).await.0, 404, "not yet part of a course");
        manager.post(&handouts, &json!({"resource": pdf})).await.expect(201);
        let got = learner.request(Method::GET, &address).send().await.unwrap();
        assert_eq!(got.headers()["content-type"], "application/pdf");
        assert_eq!(got.bytes().await.unwrap()[..5], *b"%PDF-");
    }
}
