//! Coming in and going out: guesses that keep nobody out, cookies, what a browser keeps, and what runs out.

use serde_json::json;

use crate::support::both::both;
use crate::support::databases::{count, does};
use crate::support::person::client;
use crate::support::{PASSWORD, PUBLIC, Person, Platform};

/// Tries a password from an address, with the cookies of a browser; gives status, wait in seconds, and the cookies set.
async fn tries(platform: &Platform, login: &str, password: &str, from: &str, cookies: &str) -> (u16, i64, Vec<String>) {
    let request = client().post(format!("{}/api/v1/sign-in", platform.address)).header("x-forwarded-for", from);
    let request = request.header("cookie", cookies).header("sec-fetch-site", "same-origin");
    let answer = request.json(&json!({"login": login, "password": password})).send().await.unwrap();
    let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().parse().unwrap());
    let wait = header("retry-after").unwrap_or_default();
    let set = answer.headers().get_all("set-cookie").iter().map(|each| each.to_str().unwrap().to_owned()).collect();
    (answer.status().as_u16(), wait, set)
}

/// `NAME=VALUE` of the cookie called so.
fn named<'a>(set: &'a [String], name: &str) -> &'a str {
    let cookie = set.iter().find(|each| each.starts_with(&format!("{name}="))).expect("the cookie is set");
    cookie.split(';').next().unwrap_or_default()
}

both! {
    async fn whoever_was_there_before_is_not_kept_out_by_those_who_guess(platform) {
        platform.learner("dolma", &platform.near_clinic).await;
        platform.learner("tashi", &platform.near_clinic).await;
        let (_, _, set) = tries(platform, "dolma", PASSWORD, "10.5.0.1", "").await;
        let device = named(&set, "menpa_device").to_owned();
        for index in 0..61 {
            tries(platform, &format!("guess{index}"), "wrong password", "10.5.0.1", "").await;
            tries(platform, "dolma", "wrong password", &format!("10.6.0.{index}"), "").await;
        }
        assert_eq!(tries(platform, "dolma", PASSWORD, "10.7.0.1", "").await.0, 429, "strangers wait");
        assert_eq!(tries(platform, "dolma", PASSWORD, "10.5.0.1", "").await.0, 200, "from where she signed in before");
        assert_eq!(tries(platform, "dolma", PASSWORD, "10.7.0.1", &device).await.0, 200, "at her own device, anywhere");
        assert_eq!(tries(platform, "dolma", "wrong password", "10.7.0.2", &device).await.0, 401, "and it has to be right");
        assert_eq!(tries(platform, "tashi", PASSWORD, "10.5.0.1", &device).await.0, 429, "her device speaks for her alone");
    }

    async fn wrong_passwords_slow_down_and_lock_nobody_out(platform) {
        platform.learner("dolma", &platform.near_clinic).await;
        let mut waits = Vec::new();
        for _ in 0..14 {
            let (status, wait, _) = tries(platform, "dolma", "wrong password", "10.0.0.1", "").await;
            if status == 429 {
                waits.push(wait);
                platform.later(wait);
            }
        }
        assert!(waits.len() >= 3 && waits.is_sorted() && waits[0] <= 5, "each wait is longer: {waits:?}");
        let (status, wait, _) = tries(platform, "dolma", PASSWORD, "10.0.0.1", "").await;
        assert!(status == 200 || wait <= 300, "minutes at most: {status} {wait}");
        platform.later(wait);
        assert_eq!(tries(platform, "dolma", PASSWORD, "10.0.0.1", "").await.0, 200);
        // By the form it is the same, and the page says when to come again.
        let by_form = async || {
            let request = client().post(format!("{}/sign-in", platform.address)).header("x-forwarded-for", "10.0.0.2");
            let request = request.header("sec-fetch-site", "same-origin").header("accept-language", "en");
            request.form(&[("login", "dolma"), ("password", "wrong password")]).send().await.unwrap()
        };
        let mut last = by_form().await;
        for _ in 0..8 {
            last = by_form().await;
        }
        assert_eq!(last.status(), 429);
        assert!(last.headers().contains_key("retry-after"));
        assert!(last.text().await.unwrap().contains("value=\"dolma\""), "what was typed is kept");
    }

    async fn a_64_of_ipv6_counts_as_one_address(platform) {
        platform.learner("dolma", &platform.near_clinic).await;
        for index in 0..8 {
            let from = format!("2001:db8:1:2::{index:x}");
            assert_eq!(tries(platform, "dolma", "wrong password", &from, "").await.0, 401);
        }
        assert_eq!(tries(platform, "dolma", PASSWORD, "2001:db8:1:2:ffff::1", "").await.0, 429);
        assert_eq!(tries(platform, "dolma", PASSWORD, "2001:db8:1:3::1", "").await.0, 200);
    }

    async fn who_has_to_wait_costs_no_hashing_and_is_not_counted(platform) {
        platform.learner("dolma", &platform.near_clinic).await;
        for _ in 0..8 {
            tries(platform, "dolma", "wrong password", "10.0.0.1", "").await;
        }
        let (_, wait, _) = tries(platform, "dolma", "wrong password", "10.0.0.1", "").await;
        for _ in 0..20 {
            let (status, again, _) = tries(platform, "dolma", "wrong password", "10.0.0.1", "").await;
            assert!(status == 429 && again <= wait, "{status}: {again} after {wait}");
        }
    }

    async fn a_new_sign_in_takes_the_place_of_the_old_one(platform) {
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let (_, _, set) = tries(platform, "dolma", PASSWORD, "10.0.0.1", "").await;
        let old = named(&set, "menpa_session").to_owned();
        let me = async |cookie: &str| {
            client().get(format!("{}/api/v1/me", platform.address)).header("cookie", cookie).send().await.unwrap().status()
        };
        assert_eq!(me(&old).await, 200);
        let (_, _, set) = tries(platform, "dolma", PASSWORD, "10.0.0.1", &old).await;
        assert_eq!((me(&old).await.as_u16(), me(named(&set, "menpa_session")).await.as_u16()), (401, 200));
        learner.get("/api/v1/me").await.expect(200);
        // By the form it is the same.
        let old = named(&set, "menpa_session").to_owned();
        let request = client().post(format!("{}/sign-in", platform.address)).header("cookie", &old);
        let request = request.header("sec-fetch-site", "same-origin").form(&[("login", "dolma"), ("password", PASSWORD)]);
        assert_eq!((request.send().await.unwrap().status().as_u16(), me(&old).await.as_u16()), (303, 401));
    }

    async fn over_https_the_cookie_is_the_hosts_own_and_nothing_else_will_do(platform) {
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let address = platform.serve_publicly().await;
        let request = client().post(format!("{address}/api/v1/sign-in")).header("origin", PUBLIC);
        let answer = request.json(&json!({"login": "dolma", "password": PASSWORD})).send().await.unwrap();
        assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
        let set: Vec<String> =
            answer.headers().get_all("set-cookie").iter().map(|each| each.to_str().unwrap().to_owned()).collect();
        for cookie in &set {
            assert!(cookie.contains("; Secure") && cookie.contains("Path=/") && !cookie.contains("Domain"), "{cookie}");
        }
        let kept = named(&set, "__Host-menpa_session").to_owned();
        let me = async |cookie: String| {
            client().get(format!("{address}/api/v1/me")).header("cookie", cookie).send().await.unwrap().status().as_u16()
        };
        assert_eq!(me(kept.clone()).await, 200);
        assert_eq!(me(kept.replace("__Host-", "")).await, 401, "any host and any path could have set that");
        let post = async |origin: &str| {
            let request = learner.at(&address).request(reqwest::Method::POST, "/language").header("origin", origin);
            request.form(&[("lang", "bo"), ("here", "/")]).send().await.unwrap().status().as_u16()
        };
        assert_eq!(post(PUBLIC).await, 303);
        assert_eq!(post(&PUBLIC.replace("https", "http")).await, 403, "the same host by another scheme");
        let plain = client().get(format!("{}/healthz", platform.address)).send().await.unwrap();
        assert!(plain.headers().get("strict-transport-security").is_none(), "without https nothing is promised");
    }

    async fn a_browser_that_says_nothing_may_not_post_with_a_cookie(platform) {
        platform.learner("dolma", &platform.near_clinic).await;
        let (_, _, set) = tries(platform, "dolma", PASSWORD, "10.0.0.1", "").await;
        let post = async |headers: &[(&str, &str)]| {
            let mut request = client().post(format!("{}/language", platform.address));
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            request.form(&[("lang", "bo"), ("here", "/")]).send().await.unwrap().status().as_u16()
        };
        let cookie = ("cookie", named(&set, "menpa_session"));
        let ours = format!("{}/me", platform.address);
        assert_eq!(post(&[cookie]).await, 403);
        assert_eq!(post(&[cookie, ("referer", &ours)]).await, 303);
        assert_eq!(post(&[cookie, ("referer", "http://evil.example/")]).await, 403);
        assert_eq!(post(&[]).await, 303, "who carries no cookie posts in nobody's name");
    }

    async fn what_was_played_is_kept_for_nobody_else(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let media = manager.resource(&taught.resource).await["progressive"].as_str().unwrap().to_owned();
        let get = async |path: &str, tag: Option<&str>| {
            let request = manager.request(reqwest::Method::GET, path);
            let request = tag.into_iter().fold(request, |request, tag| request.header("if-none-match", tag));
            request.send().await.unwrap()
        };
        let played = get(&media, None).await;
        let varies = played.headers()["vary"].to_str().unwrap().to_owned();
        assert!(varies.contains("cookie") && varies.contains("authorization"), "{varies}");
        let tag = played.headers()["etag"].to_str().unwrap().to_owned();
        let again = get(&media, Some(&format!("\"other\", {tag}"))).await;
        assert_eq!((again.status().as_u16(), again.headers().get("vary").is_some()), (304, true));
        let gone = format!("/media/{}/nothing/here.mp4", taught.resource);
        assert_eq!(get(&gone, Some("\"nothing-here.mp4\"")).await.status(), 404, "what is not there has not stayed the same");
        for path in ["a%0Ab/x.mp4", "%C3%A9/x.mp4", "a/x%7F.mp4", "%00/x.mp4"] {
            assert_eq!(get(&format!("/media/{}/{path}", taught.resource), None).await.status(), 404, "{path}");
        }
        for path in ["captions/a%0Ab.vtt", "captions/zh%0A.m3u8", "%0A/master.m3u8/x"] {
            assert_eq!(get(&format!("/media/{}/{path}", taught.resource), None).await.status(), 404, "{path}");
        }
        for path in ["/sign-out", "/api/v1/sign-out"] {
            let out = Person::unknown(&platform.address).form(path, &[]).await;
            let cleared = out.headers()["clear-site-data"].to_str().unwrap();
            assert!(cleared.contains("\"cache\""), "{path}: {cleared}");
            assert!(!cleared.contains("\"storage\"") && !cleared.contains('*'), "what is unsent stays: {cleared}");
        }
    }

    async fn what_has_run_out_is_taken_away_and_what_was_earned_is_not(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let receipt = learner.watches(&taught.lesson, &[(0, 6)], platform.library.clock.now_ms()).await;
        for index in 0..30 {
            tries(platform, &format!("guess{index}"), "wrong password", &format!("10.0.1.{index}"), "").await;
        }
        assert_eq!(content::work::purge(&platform.library).await.unwrap(), 0, "nothing has run out");
        let late = platform.under(|settings| content::Settings { folder: settings.folder.join("late"), ..settings }).await;
        content::search::catch_up(&late).await.unwrap();
        manager.publishes(&taught.column, "心电图", "怎样看心电图", &taught.resource).await;
        platform.later(40 * 24 * 3600);
        // One that cannot go keeps no other from it: something of the operator's own holds a session.
        does(&platform.library, "create table held (session text references session (token_hash)); \
            insert into held select token_hash from session limit 1").await;
        assert!(content::work::purge(&platform.library).await.is_err());
        for (what, sql) in [
            ("failures", "select count(*) from sign_in_failure"),
            ("changes", "select count(*) from change"),
            ("jobs", "select count(*) from job"),
        ] {
            assert_eq!(count(&platform.library, sql).await, 0, "{what}");
        }
        assert!(count(&platform.library, "select count(*) from session").await > 1);
        does(&platform.library, "drop table held").await;
        assert!(content::work::purge(&platform.library).await.unwrap() > 1);
        assert_eq!(count(&platform.library, "select count(*) from session").await, 0);
        assert_eq!(content::work::purge(&platform.library).await.unwrap(), 0, "once");
        let again = platform.sign_in("dolma").await;
        let position = again.get(&format!("/api/v1/lessons/{}/position", taught.lesson)).await.expect(200);
        assert_eq!((&position["receipt"], &position["completed"]), (&receipt["receipt"], &json!(true)));
        content::search::catch_up(&late).await.unwrap();
        let there = again.at(&platform.serve(&late).await);
        let found = there.get("/api/v1/search?q=%E5%BF%83%E7%94%B5%E5%9B%BE").await.expect(200);
        assert!(found["total"].as_i64() > Some(0), "an index that was away for longer is built anew: {found}");
        platform.later(800 * 24 * 3600);
        assert!(count(&platform.library, "select count(*) from learning_session").await > 0);
        assert!(count(&platform.library, "select count(*) from known_place").await > 0);
        content::work::purge(&platform.library).await.unwrap();
        let left = "select (select count(*) from learning_session) + (select count(*) from known_place)";
        assert_eq!(count(&platform.library, left).await, 0, "sittings and places, in the end");
        let again = platform.sign_in("dolma").await;
        let position = again.get(&format!("/api/v1/lessons/{}/position", taught.lesson)).await.expect(200);
        assert_eq!(position["receipt"], receipt["receipt"]);
    }

    async fn the_document_names_how_one_signs_in(platform) {
        let document: serde_json::Value =
            client().get(format!("{}/api/v1/openapi.json", platform.address)).send().await.unwrap().json().await.unwrap();
        let schemes = &document["components"]["securitySchemes"];
        assert_eq!((&schemes["token"]["type"], &schemes["token"]["scheme"]), (&json!("http"), &json!("bearer")));
        assert_eq!((&schemes["cookie"]["in"], &schemes["cookie"]["name"]), (&json!("cookie"), &json!("menpa_session")));
        assert!(document["security"].as_array().is_some_and(|ways| ways.len() == 3), "{}", document["security"]);
        assert_eq!(document["paths"]["/api/v1/sign-in"]["post"]["security"], json!([{}]), "signing in takes none");
    }
}
