//! What a person meets on every page: a form that survives an expired session, an address that only takes forms, a page
//! for no network, a style sheet for old browsers, and what she has set for herself.

use std::collections::HashMap;

use crate::support::both::both;
use crate::support::person::client;
use crate::support::{PASSWORD, Person};

/// What a hidden field of the page holds.
fn hidden(html: &str, name: &str) -> String {
    let field = html.split("<input").find(|field| field.contains(&format!("name=\"{name}\"")));
    let field = field.unwrap_or_else(|| panic!("no field {name} in {html}"));
    let value = field.split_once("value=\"").and_then(|(_, rest)| rest.split_once('"')).unwrap().0;
    value.replace("&amp;", "&").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">")
}

both! {
    async fn a_form_sent_after_the_session_ended_comes_back_filled_in(platform) {
        platform.manager().await;
        platform.learner("dolma", &platform.near_clinic).await;
        let person = Person::unknown(&platform.address);
        let typed = [("form", "column"), ("slug", "skills"), ("title_zh", "基本 & \"技能\""), ("title_bo", "ལག་རྩལ")];
        let answer = person.form("/studio/columns", &typed).await;
        assert_eq!(answer.status(), 401);
        let html = answer.text().await.unwrap();
        let carried = HashMap::from([("kept_for", hidden(&html, "kept_for")), ("kept", hidden(&html, "kept")), ("next", hidden(&html, "next"))]);
        let carry = |login: &'static str, password: &'static str| {
            let mut fields: Vec<(&str, String)> = carried.iter().map(|(name, value)| (*name, value.clone())).collect();
            fields.extend([("login", login.to_owned()), ("password", password.to_owned())]);
            fields
        };
        let send = async |fields: Vec<(&str, String)>| {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            person.form("/sign-in", &fields).await
        };
        let wrong = send(carry("manager", "a wrong one")).await;
        assert_eq!(wrong.status(), 401);
        assert_eq!(hidden(&wrong.text().await.unwrap(), "kept"), carried["kept"], "a slip does not lose it");
        let other = send(carry("dolma", PASSWORD)).await;
        assert_eq!(other.headers()["location"], "/", "somebody else on the shared PC may not see the form");
        assert_eq!(person.page("/me").await.0, 200, "but she is signed in");
        person.form("/sign-out", &[]).await;
        let back = send(carry("manager", PASSWORD)).await;
        assert_eq!(back.status(), 200);
        let html = back.text().await.unwrap();
        assert!(html.contains("value=\"基本 &amp; &quot;技能&quot;\""), "{html}");
        assert!(html.contains("value=\"ལག་རྩལ\"") && html.contains("value=\"skills\""), "{html}");
        let (action, kept) = (hidden(&html, "kept_for"), hidden(&html, "kept"));
        let fields = [("lang", "bo"), ("here", "/studio/columns"), ("kept_for", &action), ("kept", &kept)];
        let html = person.form("/language", &fields).await.text().await.unwrap();
        assert!(html.contains("lang=\"bo-CN\"") && html.contains("value=\"skills\""), "another language keeps the form: {html}");
        assert!(!person.page("/studio/columns").await.1.contains("/columns/skills"), "nothing was sent by itself");
    }

    async fn an_address_that_only_takes_forms_leads_to_the_form(platform) {
        platform.manager().await;
        let person = Person::unknown(&platform.address);
        let cases = [("/studio/courses", "/studio/courses/new"), ("/studio/courses/a/lessons", "/studio/courses/a"),
            ("/language", "/"), ("/sign-out", "/"), ("/data-use", "/"), ("/admin/assignments/x/revoke", "/admin/assignments")];
        for (address, page) in cases {
            let answer = person.request(reqwest::Method::GET, address).send().await.unwrap();
            assert_eq!(answer.headers()["location"], page, "{address}");
        }
        let answer = person.request(reqwest::Method::GET, "/api/v1/sign-in").send().await.unwrap();
        assert!(!answer.status().is_redirection(), "programs are told what is wrong");
    }

    async fn what_was_just_done_is_said_once_named(platform) {
        let manager = platform.manager().await;
        let (_, html) = manager.page("/studio/columns?done=column").await;
        assert!(html.contains("class=\"toast\""), "{html}");
        for nonsense in ["/studio/columns", "/studio/columns?done=%3Cscript%3E", "/studio/columns?done=nothing"] {
            assert!(!manager.page(nonsense).await.1.contains("class=\"toast\""), "{nonsense}");
        }
    }

    async fn a_learner_sets_once_what_playing_may_cost(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let path = format!("/courses/{}/lessons/{}", taught.course, taught.lesson);
        let (_, html) = learner.page(&path).await;
        assert!(html.contains("\"data_use\":\"auto\""), "{html}");
        for word in ["low", "sound", "auto"] {
            assert!(html.contains(&format!("value=\"{word}\"")), "each way is offered: {word}");
            let answer = learner.form("/data-use", &[("data_use", word), ("here", &path)]).await;
            assert_eq!(answer.status(), 303);
            let again = Person::sign_in(&platform.address, "dolma", PASSWORD).await;
            let (_, html) = again.page(&path).await;
            assert!(html.contains(&format!("\"data_use\":\"{word}\"")), "{word} is kept on every device");
        }
        assert_eq!(learner.form("/data-use", &[("data_use", "free"), ("here", "/")]).await.status(), 422);
        assert_eq!(Person::unknown(&platform.address).form("/data-use", &[("data_use", "low"), ("here", "/")]).await.headers()["location"], "/sign-in?next=/");
    }

    async fn lessons_that_fit_into_the_minutes_are_offered(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let second = manager.adds_lesson(&taught.course, "第二课", &taught.resource).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let offered = async |query: &str| {
            let (status, html) = learner.page(&format!("/{query}")).await;
            assert_eq!(status, 200, "{query}");
            let fit = html.split_once("id=\"fit\"").map(|(_, rest)| rest.split("</section>").next().unwrap_or_default().to_owned());
            fit.unwrap_or_default()
        };
        let (first, second) = (format!("/lessons/{}", taught.lesson), format!("/lessons/{second}"));
        let html = offered("").await;
        assert!(html.contains(&first) && !html.contains(&second), "of a course only what comes next: {html}");
        for query in ["?minutes=3", "?minutes=999999999999", "?minutes=-1", "?minutes=six"] {
            assert!(offered(query).await.contains(&first), "{query}");
        }
        let now = platform.library.clock.now_ms();
        learner.watches(&taught.lesson, &[(0, 6)], now).await;
        let html = offered("").await;
        assert!(!html.contains(&first) && html.contains(&second), "{html}");
        // Lessons outside of modules come first, then module by module, whenever they were added.
        let module = async |title: &str| {
            let made = manager.post(&format!("/api/v1/courses/{}/modules", taught.course), &serde_json::json!({"title": title})).await.expect(201);
            made["id"].as_str().unwrap().to_owned()
        };
        let (early, late) = (module("甲").await, module("乙").await);
        let adds = async |title: &str, module: &str| {
            let lesson = serde_json::json!({"title": title, "resource": taught.resource, "module": module});
            let made = manager.post(&format!("/api/v1/courses/{}/lessons", taught.course), &lesson).await.expect(201);
            format!("/lessons/{}", made["id"].as_str().unwrap())
        };
        let (in_late, in_early) = (adds("乙一", &late).await, adds("甲一", &early).await);
        platform.later(60);
        learner.watches(second.trim_start_matches("/lessons/"), &[(0, 6)], platform.library.clock.now_ms()).await;
        let html = offered("").await;
        assert!(html.contains(&in_early) && !html.contains(&in_late), "{html}");
    }

    async fn the_offline_page_knows_nobody_and_speaks_three_languages(platform) {
        platform.learner("dolma", &platform.near_clinic).await;
        let learner = Person::sign_in(&platform.address, "dolma", PASSWORD).await;
        let (status, html) = learner.page("/offline").await;
        assert_eq!(status, 200);
        for lang in ["lang=\"zh-Hans-CN\"", "lang=\"bo-CN\"", "lang=\"en\""] {
            assert!(html.contains(lang), "{lang} in {html}");
        }
        assert!(!html.contains("dolma") && !html.contains("data-person") && !html.contains("/studio"), "{html}");
        let worker = client().get(format!("{}/sw.js", platform.address)).send().await.unwrap();
        assert_eq!(worker.headers()["cache-control"], "no-cache", "a new one rules at once");
        assert!(worker.headers()["content-type"].to_str().unwrap().starts_with("text/javascript"));
        let manifest = client().get(format!("{}/manifest.webmanifest", platform.address)).send().await.unwrap();
        assert_eq!(manifest.headers()["content-type"], "application/manifest+json");
        let manifest: serde_json::Value = manifest.json().await.unwrap();
        for icon in manifest["icons"].as_array().unwrap() {
            let icon = client().get(format!("{}{}", platform.address, icon["src"].as_str().unwrap())).send().await.unwrap();
            assert_eq!(icon.status(), 200);
            assert!(icon.headers()["content-type"].to_str().unwrap().starts_with("image/"));
        }
    }

    async fn the_style_sheet_says_nothing_that_old_browsers_skip(platform) {
        let (_, html) = Person::unknown(&platform.address).page("/sign-in").await;
        let address = html.split('"').find(|text| text.starts_with("/pkg/main.") && text.contains(".css")).unwrap();
        let sheet = client().get(format!("{}{address}", platform.address)).send().await.unwrap();
        assert!(sheet.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        let css = sheet.text().await.unwrap();
        // Chrome 64, Firefox 60, Safari 11.1: each of these came later, and a rule with an unknown selector is lost whole.
        for young in [":has(", ":is(", ":where(", "@container", "@layer", "@property", "clamp(", "aspect-ratio:", "inset:", "color-mix(", "oklch("] {
            assert!(!css.contains(young), "{young} in the style sheet");
        }
        assert!(!css.contains("{&") && !css.contains(";&"), "nesting in the style sheet");
        assert!(!css.contains("http"), "another host in the style sheet");
        let fonts: Vec<&str> = css.split("url(").skip(1).map(|rest| rest.split(')').next().unwrap().trim_matches('"')).collect();
        assert_eq!(fonts.len(), 3, "{fonts:?}");
        for font in fonts {
            let font = client().get(format!("{}/pkg/{font}", platform.address)).send().await.unwrap();
            assert_eq!((font.status().as_u16(), font.headers()["content-type"].to_str().unwrap()), (200, "font/woff2"));
        }
        assert_eq!(css.matches("font-display:swap").count(), 3, "text waits for no font");
    }

    async fn a_lesson_tells_in_app_browsers_to_leave_the_video_in_the_page(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let (_, html) = learner.page(&format!("/courses/{}/lessons/{}", taught.course, taught.lesson)).await;
        let video = html.split_once("<video").unwrap().1.split_once('>').unwrap().0.to_owned();
        for word in ["controls", "preload=\"none\"", "playsinline", "x5-playsinline", "x5-video-player-type=\"h5-page\"", "width=", "height="] {
            assert!(video.contains(word), "{word} in {video}");
        }
        let poster = video.split_once("poster=\"").unwrap().1.split_once('"').unwrap().0;
        let poster = learner.request(reqwest::Method::GET, poster).send().await.unwrap();
        assert_eq!(poster.headers()["content-type"], "image/webp");
    }
}
