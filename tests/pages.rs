//! The learner's, the content manager's and the administrator's path with scripts off: links and forms alone.

use serde_json::json;

use crate::support::both::both;
use crate::support::person::client;
use crate::support::{PASSWORD, Person, Platform, clips};

/// Signs in through the form; the cookie is all she has.
async fn sign_in_by_form(platform: &Platform, login: &str) -> Person {
    let person = Person::unknown(&platform.address);
    let answer = person.form("/sign-in", &[("login", login), ("password", PASSWORD), ("next", "/")]).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (303, "/"));
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    person
}

/// The page a form leads to, without what its address says was done.
fn goes_to(answer: &reqwest::Response) -> String {
    assert_eq!(answer.status(), 303);
    let address = answer.headers()["location"].to_str().unwrap();
    address.split("?done=").next().unwrap_or_default().to_owned()
}

both! {
    async fn a_learner_gets_from_home_to_a_lesson_by_links(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        platform.learner("dolma", &platform.near_clinic).await;
        let learner = sign_in_by_form(platform, "dolma").await;
        let lesson = format!("/courses/{}/lessons/{}", taught.course, taught.lesson);
        for (path, link) in [
            ("/".to_owned(), format!("href=\"/columns/{}\"", taught.column)),
            (format!("/columns/{}", taught.column), format!("href=\"/courses/{}\"", taught.course)),
            (format!("/courses/{}", taught.course), format!("href=\"{lesson}\"")),
        ] {
            for language in ["zh", "bo", "en"] {
                let (status, html) = learner.page_in(&path, language).await;
                assert_eq!(status, 200, "{path}");
                assert!(html.contains(&link), "{path} in {language} has no {link}");
            }
        }
        let (status, html) = learner.page(&lesson).await;
        assert_eq!(status, 200);
        assert!(html.contains("<video") && html.contains("controls") && html.contains("-whole.mp4"), "it plays without a script");
        assert!(html.contains("x5-video-player-type=\"h5-page\""));
        for (language, speed, keys) in [
            ("zh", "播放速度", "使用这些快捷键"),
            ("bo", "གཏོང་བའི་མགྱོགས་ཚད།", "མྱུར་མཐེབ་འདི་དག་སྤྱོད།"),
            ("en", "Speed", "Use these keys"),
        ] {
            let (_, html) = learner.page_in(&lesson, language).await;
            assert!(html.contains("id=\"speed\"") && html.contains("id=\"lesson-keys\""), "{language}");
            assert!(html.contains(speed) && html.contains(keys), "{language} says {speed} and {keys}");
        }
        let (status, html) = learner.page("/search?q=血压").await;
        assert!(status == 200 && html.contains(&lesson), "search is a plain form");
        assert_eq!(learner.page("/me").await.0, 200);
        assert_eq!(goes_to(&learner.form("/sign-out", &[]).await), "/sign-in");
        assert!(learner.page("/me").await.0 == 303);
    }

    async fn a_page_asks_to_sign_in_and_comes_back(platform) {
        let nobody = Person { client: client(), address: platform.address.clone(), token: String::new(), id: String::new() };
        let answer = nobody.request(reqwest::Method::GET, "/courses/abc?x=1").send().await.unwrap();
        assert_eq!(goes_to(&answer), "/sign-in?next=/courses/abc%3Fx%3D1");
        platform.learner("dolma", &platform.near_clinic).await;
        let wrong = nobody.form("/sign-in", &[("login", "dolma"), ("password", "wrong one"), ("next", "/me")]).await;
        assert_eq!(wrong.status(), 401);
        let html = wrong.text().await.unwrap();
        assert!(html.contains("value=\"dolma\"") && html.contains("value=\"/me\""), "what was typed is kept");
        assert!(!html.contains("wrong one"), "but never the password");
        for next in ["//evil.example/", "/\t/evil.example/", "/\\evil.example/"] {
            let away = nobody.form("/sign-in", &[("login", "dolma"), ("password", PASSWORD), ("next", next)]).await;
            assert_eq!(goes_to(&away), "/", "never to another site: {next:?}");
        }
    }

    async fn the_language_is_switched_without_losing_the_page(platform) {
        platform.learner("dolma", &platform.near_clinic).await;
        let learner = sign_in_by_form(platform, "dolma").await;
        let answer = learner.form("/language", &[("lang", "bo"), ("here", "/search?q=x")]).await;
        assert_eq!(goes_to(&answer), "/search?q=x");
        let (_, html) = learner.page_in("/me", "zh").await;
        assert!(html.contains("lang=\"bo"), "her setting wins over the browser's");
    }

    async fn a_content_manager_publishes_by_forms(platform) {
        platform.manager().await;
        let manager = sign_in_by_form(platform, "manager").await;
        let column = [("slug", "skills"), ("title_zh", "技能"), ("title_bo", ""), ("title_en", "Skills")];
        assert_eq!(goes_to(&manager.form("/studio/columns", &column).await), "/studio/columns");
        let again = manager.form("/studio/columns", &column).await;
        assert_eq!(again.status(), 409);
        assert!(again.text().await.unwrap().contains("value=\"技能\""), "the text is kept");
        let course = [("column", "skills"), ("language", "zh"), ("title_zh", "洗手"), ("summary_zh", "六步洗手法")];
        let course = goes_to(&manager.form("/studio/courses", &course).await);
        let form = reqwest::multipart::Form::new()
            .text("title", "洗手示范")
            .text("language", "zh")
            .part("file", reqwest::multipart::Part::bytes(clips::clip(6)).file_name("wash.mp4").mime_str("video/mp4").unwrap());
        let upload = manager.request(reqwest::Method::POST, "/studio/upload").multipart(form).send().await.unwrap();
        let resource = goes_to(&upload);
        assert!(manager.page(&resource).await.1.contains("http-equiv=\"refresh\""), "the stages come without a script");
        platform.finish_work().await;
        let id = resource.rsplit('/').next().unwrap();
        let captions = reqwest::multipart::Form::new().text("language", "zh").text("captions", clips::captions(&["掌心相对"]));
        let captions = manager.request(reqwest::Method::POST, &format!("{resource}/captions")).multipart(captions).send().await.unwrap();
        assert_eq!(goes_to(&captions), resource);
        let gbk = reqwest::multipart::Part::bytes(b"WEBVTT\n\n00:00.000 --> 00:05.000\n\xb8\xdf\xd1\xaa\xd1\xb9\n".to_vec()).file_name("a.vtt");
        let gbk = reqwest::multipart::Form::new().text("language", "zh").part("file", gbk);
        let gbk = manager.request(reqwest::Method::POST, &format!("{resource}/captions")).multipart(gbk).send().await.unwrap();
        assert_eq!(goes_to(&gbk), resource);
        let kept = manager.page(&format!("/media/{id}/captions/zh.vtt")).await.1;
        assert!(kept.contains("高血压"), "another encoding is read as what it is: {kept}");
        assert_eq!(manager.form(&format!("{course}/publish"), &[]).await.status(), 409, "no lessons yet");
        let module = goes_to(&manager.form(&format!("{course}/modules"), &[("title_zh", "第一步")]).await);
        assert_eq!(module, course);
        let lesson = [("title_zh", "掌心"), ("resource", id), ("threshold_percent", "")];
        assert_eq!(goes_to(&manager.form(&format!("{course}/lessons"), &lesson).await), course);
        assert_eq!(goes_to(&manager.form(&format!("{course}/publish"), &[]).await), course);
        for page in ["/studio", "/studio/columns", "/studio/courses/new", "/studio/upload", "/studio/jobs", &course, &resource] {
            assert_eq!(manager.page(page).await.0, 200, "{page}");
        }
    }

    async fn an_upload_form_without_a_file_says_so(platform) {
        platform.manager().await;
        let manager = sign_in_by_form(platform, "manager").await;
        let form = reqwest::multipart::Form::new().text("title", "T").text("language", "zh");
        let answer = manager.request(reqwest::Method::POST, "/studio/upload").multipart(form).send().await.unwrap();
        assert_eq!(answer.status(), 422);
        assert!(answer.text().await.unwrap().contains("value=\"T\""));
        let answer = manager.request(reqwest::Method::POST, "/studio/upload").header("content-type", "multipart/form-data; boundary=x").body("--x nonsense").send().await.unwrap();
        assert_eq!(answer.status(), 422);
    }

    async fn hostile_text_is_shown_as_text(platform) {
        let manager = platform.manager().await;
        let nasty = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
        let title = json!({"zh": nasty});
        manager.post("/api/v1/columns", &json!({"slug": "nasty", "title": title, "summary": title})).await.expect(201);
        let course = manager.adds_course("nasty", nasty).await;
        let resource = manager.uploads(&clips::clip(6), "a.mp4", "video/mp4").await;
        platform.finish_work().await;
        let lesson = manager.adds_lesson(&course, nasty, &resource).await;
        manager.post(&format!("/api/v1/courses/{course}/publish"), &serde_json::Value::Null).await.expect(200);
        platform.finish_work().await;
        let pages = ["/".to_owned(), "/columns/nasty".into(), format!("/courses/{course}"), format!("/courses/{course}/lessons/{lesson}"),
            "/search?q=alert".into(), "/studio".into(), format!("/studio/courses/{course}")];
        for page in pages {
            let (status, html) = manager.page(&page).await;
            assert_eq!(status, 200, "{page}");
            assert!(!html.contains("<script>alert") && !html.contains("<img src=x"), "{page}");
        }
    }
}
