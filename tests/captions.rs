//! What is said in a video: captions from any file, mended beside it, or written by a program.

use content::Settings;
use reqwest::Method;
use reqwest::multipart::{Form, Part};

use crate::support::both::both;
use crate::support::{Person, Taught, clips};

/// "Rest for five minutes" in SubRip, encoded as GBK.
const GBK: &[u8] = b"1\r\n00:00:01,000 --> 00:00:02,500\r\n\xd0\xdd\xcf\xa2\xce\xe5\xb7\xd6\xd6\xd3\r\n";

async fn put(person: &Person, resource: &str, language: &str, body: &[u8]) -> u16 {
    let path = format!("/api/v1/resources/{resource}/captions/{language}");
    person.request(Method::PUT, &path).body(body.to_vec()).send().await.unwrap().status().as_u16()
}

async fn kept(person: &Person, resource: &str, language: &str) -> String {
    person.page(&format!("/media/{resource}/captions/{language}.vtt")).await.1
}

fn editor(taught: &Taught, language: &str) -> String {
    format!("/studio/resources/{}/captions/{language}", taught.resource)
}

both! {
    async fn captions_come_in_any_encoding(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        assert_eq!(put(&manager, &taught.resource, "zh", GBK).await, 204);
        let expected = "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n休息五分钟\n";
        assert_eq!(kept(&manager, &taught.resource, "zh").await, expected);
        let form = Form::new().text("language", "bo").text("captions", "");
        let form = form.part("file", Part::bytes(GBK).file_name("talk.srt"));
        let path = format!("/studio/resources/{}/captions", taught.resource);
        assert_eq!(manager.request(Method::POST, &path).multipart(form).send().await.unwrap().status(), 303);
        assert_eq!(kept(&manager, &taught.resource, "bo").await, expected);
        // Half a picture is no captions, whatever it is called.
        assert_eq!(put(&manager, &taught.resource, "zh", &[0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10]).await, 422);
        assert_eq!(kept(&manager, &taught.resource, "zh").await, expected);
    }

    async fn captions_are_mended_beside_the_video(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let vtt = "WEBVTT\n\nNOTE by Tashi\n\n00:00:01.000 --> 00:00:02.000 line:0\n袖带\n\n00:00:03.000 --> 00:00:04.000\n休息";
        assert_eq!(put(&manager, &taught.resource, "zh", vtt.as_bytes()).await, 204);
        let path = editor(&taught, "zh");
        assert_eq!(learner.page(&path).await.0, 403);
        assert_eq!(manager.page(&editor(&taught, "en")).await.0, 404);
        let page = manager.page(&path).await.1;
        assert!(page.contains("value=\"00:00:01.000\"") && page.contains("袖带") && page.contains("captions."), "{page}");
        let row = |from: &'static str| {
            [("rows", "3"), ("from_0", from), ("to_0", "0:02.5"), ("text_0", "袖带要合适"), ("settings_0", "line:0"),
                ("from_1", "3"), ("to_1", "4"), ("text_1", ""), ("from_2", "5,5"), ("to_2", "6"), ("text_2", "新的一句")]
        };
        let refused = manager.form(&path, &row("soon")).await;
        assert_eq!(refused.status(), 422);
        let page = refused.text().await.unwrap();
        assert!(page.contains("soon") && page.contains("新的一句"), "what was typed stays");
        assert!(page.contains("A time of this line cannot be read"), "and the line is named");
        assert!(kept(&manager, &taught.resource, "zh").await.contains("休息"), "nothing has changed yet");
        assert_eq!(learner.form(&path, &row("1")).await.status(), 403);
        assert_eq!(manager.form(&path, &row("1")).await.status(), 303);
        let expected = "WEBVTT\n\nNOTE by Tashi\n\n00:00:01.000 --> 00:00:02.500 line:0\n袖带要合适\n\n00:00:05.500 --> 00:00:06.000\n新的一句\n";
        assert_eq!(kept(&manager, &taught.resource, "zh").await, expected);
        let shift = format!("{path}/shift");
        assert_eq!(manager.form(&shift, &[("shift", "-0.5"), ("shift_from", "0:03")]).await.status(), 303);
        assert_eq!(kept(&manager, &taught.resource, "zh").await, expected.replace("05.500 --> 00:00:06.000", "05.000 --> 00:00:05.500"));
        for bad in ["-60", "soon", "1e9"] {
            assert_eq!(manager.form(&shift, &[("shift", bad)]).await.status(), 422, "{bad}");
        }
    }

    async fn a_program_writes_captions_where_one_is_named(platform) {
        platform.expects(&["captions_failed"]);
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let ask = async |manager: &Person, language: &str| {
            let path = format!("/api/v1/resources/{}/captions/{language}/automatic", taught.resource);
            manager.request(Method::POST, &path).send().await.unwrap().status().as_u16()
        };
        assert_eq!(ask(&manager, "zh").await, 409, "none is named");
        // It is told the language, and sees no secret of ours.
        let program = platform.script("captions.sh", "#!/bin/sh\ntest -s \"$1\" || exit 1\ntest \"$2\" = en && { echo no voice >&2; exit 3; }\n\
            printf 'WEBVTT\\n\\n00:01.000 --> 00:02.000\\nin %s, %s secrets\\n' \"$2\" \"$(env | grep -c MENPA)\"\n");
        let able = platform.under(|settings| Settings { caption_command: Some(program), ..settings }).await;
        let manager = manager.at(&platform.serve(&able).await);
        assert_eq!((ask(&manager, "bo").await, ask(&manager, "en").await, ask(&manager, "fr").await), (204, 204, 404));
        content::work::finish_work(&able).await.unwrap();
        assert!(kept(&manager, &taught.resource, "bo").await.contains("in bo, 0 secrets"));
        let page = manager.page(&format!("/studio/resources/{}", taught.resource)).await.1;
        assert!(page.contains("not yet read by a person"), "it says who wrote them");
        assert!(page.contains("The program wrote no captions"), "and why there are none in English");
        let jobs = manager.get("/api/v1/jobs").await.expect(200);
        let states = |state: &str| jobs["items"].as_array().unwrap().iter().filter(|job| job["kind"] == "caption" && job["state"] == state).count();
        assert_eq!((states("done"), states("failed")), (1, 1));
        assert_eq!(put(&manager, &taught.resource, "bo", clips::captions(&["by hand"]).as_bytes()).await, 204);
        assert_eq!(ask(&manager, "bo").await, 204);
        content::work::finish_work(&able).await.unwrap();
        assert!(kept(&manager, &taught.resource, "bo").await.contains("by hand"), "what a person wrote stays");
        able.db().close().await;
    }
}
