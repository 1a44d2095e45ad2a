//! From an upload to something that plays, and what happens when it does not.

use std::process::Command;

use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::{Person, Platform, clips, faults};

fn newest_job(jobs: &Value) -> (String, Value) {
    let job = &jobs["items"][0];
    (job["id"].as_str().unwrap().to_owned(), job.clone())
}

/// The bytes of the sound that most learners get.
async fn sound_of(person: &Person, resource: &Value) -> Vec<u8> {
    let sounds = resource["renditions"].as_array().unwrap().iter().filter(|each| each["name"] == "opus-16k");
    let address = sounds.map(|each| each["address"].as_str().unwrap().to_owned()).next().unwrap();
    let answer = person.request(Method::GET, &address).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.bytes().await.unwrap().to_vec()
}

async fn decodes(platform: &Platform, person: &Person, address: &str) -> bool {
    let header = format!("Authorization: Bearer {}\r\n", person.token);
    let url = format!("{}{address}", platform.address);
    let run = move || {
        let ran =
            Command::new("ffmpeg").args(["-v", "error", "-headers", &header, "-i", &url, "-f", "null", "-"]).output();
        let ran = ran.expect("ffmpeg is installed (cargo xtask setup)");
        ran.status.success() && ran.stderr.is_empty()
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

both! {
    async fn an_upload_becomes_playable(platform) {
        let manager = platform.manager().await;
        let id = manager.uploads(&clips::clip(12), "talk.mp4", "video/mp4").await;
        assert_eq!(manager.resource(&id).await["stage"], "received");
        platform.finish_work().await;
        let ready = manager.resource(&id).await;
        assert_eq!((ready["stage"].as_str(), ready["percent"].as_f64()), (Some("ready"), Some(100.0)), "{ready}");
        assert!((12_000..12_050).contains(&ready["duration_ms"].as_i64().unwrap()), "{ready}");
        let renditions = ready["renditions"].as_array().unwrap();
        let kinds: Vec<_> = renditions.iter().map(|each| each["kind"].as_str().unwrap()).collect();
        assert!(kinds.contains(&"audio") && kinds.contains(&"video"), "{kinds:?}");
        let families: Vec<_> = renditions.iter().map(|each| each["codecs"].as_str().unwrap().split('.').next().unwrap()).collect();
        assert!(["avc1", "av01", "mp4a", "opus"].iter().all(|family| families.contains(family)), "{families:?}");
        for rendition in renditions {
            assert_eq!(rendition["height"].is_null(), rendition["kind"] == "audio", "{rendition}");
            assert!(rendition["height"].as_i64().unwrap_or(0) <= 240, "never upscaled: {rendition}");
            let got = manager.request(Method::GET, rendition["address"].as_str().unwrap()).send().await.unwrap();
            assert_eq!(got.bytes().await.unwrap().len() as u64, rendition["size_bytes"].as_u64().unwrap());
        }
        assert!(decodes(platform, &manager, ready["hls"].as_str().unwrap()).await, "a stock player takes the playlist");
        assert!(decodes(platform, &manager, ready["progressive"].as_str().unwrap()).await);
        assert_eq!(manager.page(ready["poster"].as_str().unwrap()).await.0, 200);
    }

    async fn ranges_and_conditions_are_honored(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let address = manager.resource(&taught.resource).await["progressive"].as_str().unwrap().to_owned();
        let get = async |name: &'static str, value: &str| {
            manager.request(Method::GET, &address).header(name, value).send().await.unwrap()
        };
        let whole = manager.request(Method::GET, &address).send().await.unwrap();
        let tag = whole.headers()["etag"].to_str().unwrap().to_owned();
        assert!(whole.headers()["cache-control"].to_str().unwrap().starts_with("private"));
        let whole = whole.bytes().await.unwrap();
        let part = get("range", "bytes=10-19").await;
        assert_eq!(part.status(), 206);
        assert_eq!(part.headers()["content-range"].to_str().unwrap(), format!("bytes 10-19/{}", whole.len()));
        assert_eq!(part.bytes().await.unwrap(), whole[10..20]);
        assert_eq!(get("range", "bytes=-5").await.bytes().await.unwrap(), whole[whole.len() - 5..]);
        assert_eq!(get("range", &format!("bytes={}-", whole.len())).await.status(), 416);
        assert_eq!(get("if-none-match", &tag).await.status(), 304);
    }

    async fn files_are_open_to_those_who_may_see_the_course(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let address = manager.resource(&taught.resource).await["progressive"].as_str().unwrap().to_owned();
        assert_eq!(learner.request(Method::GET, &address).send().await.unwrap().status(), 200);
        let nobody = Person { token: String::new(), ..learner.clone() };
        assert_eq!(nobody.request(Method::GET, &address).send().await.unwrap().status(), 401);
        manager.post(&format!("/api/v1/courses/{}/retire", taught.course), &Value::Null).await.expect(200);
        assert_eq!(learner.request(Method::GET, &address).send().await.unwrap().status(), 404);
        let outside = address.replacen(&taught.resource, "..%2f..%2foriginals", 1);
        assert_eq!(manager.request(Method::GET, &outside).send().await.unwrap().status(), 404);
    }

    async fn a_file_that_is_no_video_fails_with_a_reason(platform) {
        platform.expects(&["not_media", "truncated"]);
        let manager = platform.manager().await;
        let id = manager.uploads(b"this is not a video at all", "talk.mp4", "video/mp4").await;
        platform.finish_work().await;
        let failed = manager.resource(&id).await;
        assert_eq!((failed["stage"].as_str(), failed["cause"].as_str()), (Some("failed"), Some("not_media")), "{failed}");
        let (_, job) = newest_job(&manager.get("/api/v1/jobs").await.expect(200));
        assert_eq!((job["state"].as_str(), job["attempts"].as_i64()), (Some("failed"), Some(1)), "it is not tried again");
        let page = manager.page(&format!("/studio/resources/{id}")).await;
        assert!(page.1.contains("not a video we can read"), "the page says why");
        let mut torn = clips::clip(12);
        torn.truncate(torn.len() / 2);
        let id = manager.uploads(&torn, "torn.mp4", "video/mp4").await;
        platform.finish_work().await;
        assert_eq!(manager.resource(&id).await["stage"], "failed");
    }

    async fn a_job_is_cancelled_and_retried(platform) {
        let manager = platform.manager().await;
        let id = manager.uploads(&clips::clip(6), "talk.mp4", "video/mp4").await;
        let (job, before) = newest_job(&manager.get("/api/v1/jobs").await.expect(200));
        assert_eq!((before["state"].as_str(), before["kind"].as_str()), (Some("queued"), Some("probe")));
        assert_eq!(manager.post(&format!("/api/v1/jobs/{job}/cancel"), &Value::Null).await.expect(200)["state"], "cancelled");
        platform.finish_work().await;
        assert_eq!(manager.resource(&id).await["cause"], "cancelled");
        manager.post(&format!("/api/v1/jobs/{job}/cancel"), &Value::Null).await.expect(409);
        manager.post(&format!("/api/v1/jobs/{job}/retry"), &Value::Null).await.expect(200);
        platform.finish_work().await;
        assert_eq!(manager.resource(&id).await["stage"], "ready");
        manager.post(&format!("/api/v1/jobs/{job}/retry"), &Value::Null).await.expect(409);
    }

    async fn a_dead_workers_job_is_taken_up_by_another(platform) {
        let manager = platform.manager().await;
        let id = manager.uploads(&clips::clip(6), "talk.mp4", "video/mp4").await;
        platform.a_worker_dies_at("transcode").await;
        assert_eq!(manager.resource(&id).await["stage"], "transcoding");
        assert_eq!(manager.resource(&id).await["renditions"], json!([]), "nothing half made is seen");
        platform.finish_work().await;
        assert_ne!(manager.resource(&id).await["stage"], "ready", "its lease still holds");
        platform.later(60);
        platform.finish_work().await;
        let ready = manager.resource(&id).await;
        assert_eq!(ready["stage"], "ready", "{ready}");
        assert_eq!(faults(&platform.library).await, Vec::<String>::new());
        let left = std::fs::read_dir(platform.folder.path().join("data/scratch/transcode")).unwrap().count();
        assert_eq!(left, 0, "no scratch is left behind");
    }

    async fn a_video_plays_before_all_of_it_is_made(platform) {
        let manager = platform.manager().await;
        let id = manager.uploads(&clips::clip(6), "talk.mp4", "video/mp4").await;
        platform.a_worker_dies_at("small").await;
        let early = manager.resource(&id).await;
        assert_eq!(early["stage"], "transcoding", "{early}");
        let percent = early["percent"].as_f64().unwrap();
        assert!((20.0..50.0).contains(&percent), "{percent}");
        let families = |resource: &Value| -> Vec<String> {
            let renditions = resource["renditions"].as_array().unwrap().clone();
            renditions.iter().map(|each| each["codecs"].as_str().unwrap()[..4].to_owned()).collect()
        };
        assert!(families(&early).contains(&"avc1".to_owned()) && !families(&early).contains(&"av01".to_owned()), "{early}");
        assert!(decodes(platform, &manager, early["hls"].as_str().unwrap()).await);
        assert!(decodes(platform, &manager, early["progressive"].as_str().unwrap()).await);
        platform.later(60);
        platform.finish_work().await;
        let ready = manager.resource(&id).await;
        assert_eq!(ready["stage"], "ready", "{ready}");
        assert!(families(&ready).contains(&"av01".to_owned()), "{ready}");
        assert_eq!(ready["progressive"], early["progressive"], "what is playing stays where it is");
        let plain = ready["renditions"].as_array().unwrap().iter().find(|each| each["codecs"].as_str().unwrap().starts_with("av01"));
        assert!(decodes(platform, &manager, plain.unwrap()["plain"].as_str().unwrap()).await, "for use offline");
    }

    async fn a_better_picture_that_fails_leaves_what_plays(platform) {
        platform.expects(&["worker_died"]);
        let manager = platform.manager().await;
        let id = manager.uploads(&clips::clip(6), "talk.mp4", "video/mp4").await;
        platform.every_worker_dies_at("small").await;
        platform.finish_work().await;
        let resource = manager.resource(&id).await;
        assert_eq!((resource["stage"].as_str(), resource["cause"].as_str()), (Some("ready"), None), "{resource}");
        let jobs = manager.get("/api/v1/jobs").await.expect(200);
        let failed = jobs["items"].as_array().unwrap().iter().find(|job| job["state"] == "failed").unwrap().clone();
        assert_eq!((failed["part"].as_str(), failed["cause"].as_str()), (Some("small"), Some("worker_died")));
    }

    async fn slides_and_speech_show_one_slide_and_fold_the_others(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let resource = manager.uploads(&clips::slides(), "slides.mp4", "video/mp4").await;
        platform.finish_work().await;
        assert_eq!(manager.resource(&resource).await["class"], "slides");
        let lesson = manager.adds_lesson(&taught.course, "幻灯片", &resource).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        learner.form("/data-use", &[("data_use", "sound"), ("here", "/")]).await;
        let page = format!("/courses/{}/lessons/{lesson}", taught.course);
        let slides = async |address: &str| {
            let html = learner.page(address).await.1;
            let (leading, after) = html.split_once("<div class=\"slides leading\">").unwrap().1.split_once("</div>").unwrap();
            let folded = after.split_once("<details class=\"transcript slides\">").unwrap().1.split_once("</details>").unwrap().0;
            [leading, folded].map(|part| part.split("<li").skip(1).map(str::to_owned).collect::<Vec<_>>())
        };
        let [leading, folded] = slides(&page).await;
        let shown = |slides: &[String]| slides.iter().position(|slide| slide.contains("aria-current=\"true\""));
        assert_eq!((leading.len(), folded.len()), (3, 3));
        assert_eq!((shown(&leading), shown(&folded)), (Some(0), None), "without scripts too, only one is shown");
        assert_eq!(shown(&slides(&format!("{page}?t=17")).await[0]), Some(2), "that which is spoken about");
        let avif = leading[0].split_once("srcset=\"").unwrap().1.split('"').next().unwrap();
        let answer = learner.request(Method::GET, avif).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.headers()["content-type"]), (200, &HeaderValue::from_static("image/avif")));
        let form = [("class", "natural"), ("denoise", "0")];
        manager.request(Method::POST, &format!("/studio/resources/{resource}/encode")).form(&form).send().await.unwrap();
        platform.finish_work().await;
        assert!(!learner.page(&page).await.1.contains("slides leading"), "a camera's picture has none");
        assert_eq!(faults(&platform.library).await, Vec::<String>::new());
    }

    async fn a_manager_says_what_kind_of_picture_it_is(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let before = manager.resource(&taught.resource).await;
        let other = if before["class"] == "slides" { "natural" } else { "slides" };
        let form = [("class", other), ("denoise", "1")];
        let address = format!("/studio/resources/{}/encode", taught.resource);
        let sound = sound_of(&manager, &before).await;
        let sent = learner.request(Method::POST, &address).form(&form).send().await.unwrap();
        assert_eq!(sent.status(), 403);
        manager.request(Method::POST, &address).form(&form).send().await.unwrap();
        let meanwhile = learner.request(Method::GET, before["progressive"].as_str().unwrap()).send().await.unwrap();
        assert_eq!(meanwhile.status(), 200, "what plays goes on playing");
        platform.finish_work().await;
        let after = manager.resource(&taught.resource).await;
        assert_eq!((after["class"].as_str(), after["stage"].as_str()), (Some(other), Some("ready")), "{after}");
        assert_ne!(after["progressive"], before["progressive"], "an address never changes what it means");
        assert_eq!((&before["denoise"], &after["denoise"]), (&json!(false), &json!(true)));
        assert!(sound_of(&manager, &after).await != sound, "its sound was made anew, without the noise");
        let page = manager.page(&format!("/studio/resources/{}", taught.resource)).await.1;
        assert!(page.contains("Taken for") && page.contains("Encode again"), "the page says what it was taken for");
        let said = ["“Slides”", "“Slides with a small moving picture”", "“Camera picture”"];
        assert!(said.iter().any(|class| page.contains(&format!("Taken for {class}: most of the time"))), "by its name");
        assert_eq!(faults(&platform.library).await, Vec::<String>::new());
    }

    async fn a_long_encoding_keeps_no_new_upload_unlooked_at(platform) {
        platform.expects(&["not_media"]);
        let manager = platform.manager().await;
        manager.uploads(&clips::clip(6), "long.mp4", "video/mp4").await;
        let (library, begun) = platform.stuck_at("transcode").await;
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let worker = tokio::spawn(content::work::run(library.clone(), stopped));
        while !begun.exists() {
            tokio::task::yield_now().await;
        }
        let id = manager.uploads(b"this is not a video at all", "talk.mp4", "video/mp4").await;
        while manager.resource(&id).await["stage"] != "failed" {
            assert!(!worker.is_finished());
            tokio::task::yield_now().await;
        }
        stop.send_replace(true);
        worker.await.unwrap();
        library.db().close().await;
    }

    async fn a_job_that_kills_every_worker_is_given_up(platform) {
        platform.expects(&["worker_died"]);
        let manager = platform.manager().await;
        let id = manager.uploads(&clips::clip(6), "talk.mp4", "video/mp4").await;
        platform.every_worker_dies_at("look").await;
        platform.finish_work().await;
        let failed = manager.resource(&id).await;
        assert_eq!((failed["stage"].as_str(), failed["cause"].as_str()), (Some("failed"), Some("worker_died")), "{failed}");
        let (job, _) = newest_job(&manager.get("/api/v1/jobs").await.expect(200));
        manager.post(&format!("/api/v1/jobs/{job}/retry"), &Value::Null).await.expect(200);
        platform.finish_work().await;
        assert_eq!(manager.resource(&id).await["stage"], "ready", "a person may try again");
    }

    async fn a_lesson_is_heard_in_the_language_she_reads(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let resource_id = manager.uploads(&clips::spoken_in(&["chi", "tib"]), "two.mkv", "video/x-matroska").await;
        platform.finish_work().await;
        let lesson = manager.adds_lesson(&taught.course, "两种语言", &resource_id).await;
        let page = |language: &str| format!("/courses/{}/lessons/{lesson}?sound={language}", taught.course);
        let sounds = async |address: &str, language: &str| {
            let page = learner.page_in(address, language).await.1;
            let facts = page.split("id=\"lesson-state\">").nth(1).unwrap().split("</script>").next().unwrap();
            let facts: Value = serde_json::from_str(facts).unwrap();
            let sounds = facts["renditions"].as_array().unwrap().iter().filter(|each| each["kind"] == "audio");
            let addresses: Vec<_> = sounds.map(|each| each["address"].as_str().unwrap().to_owned()).collect();
            assert!(!addresses.is_empty() && page.contains("?sound=bo"), "{facts}");
            addresses.iter().filter(|address| address.ends_with("-bo.mp4")).count() * 100 / addresses.len()
        };
        let bare = page("").replace("?sound=", "");
        assert_eq!((sounds(&bare, "bo").await, sounds(&bare, "zh").await), (100, 0), "percent of it in Tibetan");
        assert_eq!((sounds(&page("zh"), "bo").await, sounds(&page("bo"), "zh").await), (0, 100), "or in the one she asks for");
        assert_eq!(sounds(&page("en"), "en").await, 0, "what is not there is not missed");
        let playlist = manager.resource(&resource_id).await["hls"].as_str().unwrap().to_owned();
        let text = learner.page(&playlist).await.1;
        assert!(text.contains("NAME=\"aac-32k-bo\",LANGUAGE=\"bo\",DEFAULT=NO"), "{text}");
        assert!(decodes(platform, &learner, &playlist).await);
        let alone = learner.page(&format!("/courses/{}/lessons/{}", taught.course, taught.lesson)).await.1;
        assert!(!alone.contains("?sound="), "no choice where there is none");
    }

    async fn captions_are_kept_and_served(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 12).await;
        let put = async |language: &str, body: String| {
            let path = format!("/api/v1/resources/{}/captions/{language}", taught.resource);
            manager.request(Method::PUT, &path).body(body).send().await.unwrap().status().as_u16()
        };
        assert_eq!(put("zh", clips::captions(&["袖带与心脏平齐", "休息五分钟"])).await, 204);
        assert_eq!(put("zh", "not captions".into()).await, 422);
        assert_eq!(put("fr", clips::captions(&["x"])).await, 404);
        let (status, vtt) = learner.page(&format!("/media/{}/captions/zh.vtt", taught.resource)).await;
        assert_eq!(status, 200);
        assert!(vtt.starts_with("WEBVTT") && vtt.contains("袖带与心脏平齐"), "the refused ones changed nothing");
        assert_eq!(learner.page(&format!("/media/{}/captions/bo.vtt", taught.resource)).await.0, 404);
        let page = learner.page(&format!("/courses/{}/lessons/{}", taught.course, taught.lesson)).await.1;
        assert!(page.contains("<track") && page.contains("袖带与心脏平齐"), "as a track, and to read");
    }
}

#[test]
fn a_transcoder_ends_when_its_parent_does() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::Stdio;
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("clip.mp4");
    std::fs::write(&source, clips::clip(12)).unwrap();
    let out = folder.path().join("out");
    std::fs::create_dir(&out).unwrap();
    let program = crate::support::program("MENPA_TRANSCODE", "menpa-transcode");
    let mut child = Command::new(program).arg("--job").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let limits = json!({"memory_bytes": 4_294_967_296_u64, "max_duration_ms": 21_600_000, "max_pixels": 9_437_184});
    let look = json!({"class": "natural", "loudness_lufs": null});
    let job =
        json!({"verb": "transcode", "source": source, "folder": out, "limits": limits, "look": look, "part": "small"});
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{job}").unwrap();
    drop(stdin);
    let said: Vec<_> = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok).collect();
    assert!(!said.iter().any(|line| line.contains("\"done\"")), "{said:?}");
    assert!(!child.wait().unwrap().success());
}
