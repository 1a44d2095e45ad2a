//! Signing in, and who may do what where.

use std::time::Instant;

use serde_json::json;

use crate::support::both::both;
use crate::support::person::client;
use crate::support::{PASSWORD, Person, Platform};

async fn try_sign_in(platform: &Platform, login: &str, password: &str, from: &str) -> (u16, serde_json::Value, f64) {
    let began = Instant::now();
    let request = client().post(format!("{}/api/v1/sign-in", platform.address)).header("x-forwarded-for", from);
    let answer = request.json(&json!({"login": login, "password": password})).send().await.unwrap();
    let status = answer.status().as_u16();
    let mut body: serde_json::Value = answer.json().await.unwrap();
    body["reference"] = json!(null);
    (status, body, began.elapsed().as_secs_f64())
}

both! {
    async fn a_wrong_password_and_an_unknown_account_answer_alike(platform) {
        platform.learner("dolma", &platform.near_clinic).await;
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for _ in 0..5 {
            let (status, words, took) = try_sign_in(platform, "dolma", "wrong password", "10.0.0.1").await;
            known.push(took);
            let (other_status, other_words, took) = try_sign_in(platform, "nobody", "wrong password", "10.0.0.1").await;
            unknown.push(took);
            assert_eq!((status, words), (other_status, other_words));
            assert_eq!(status, 401);
        }
        known.sort_by(f64::total_cmp);
        unknown.sort_by(f64::total_cmp);
        let ratio = known[2] / unknown[2];
        assert!((0.2..5.0).contains(&ratio), "an unknown account is told apart by time: {known:?} against {unknown:?}");
    }

    async fn too_many_wrong_passwords_have_to_wait(platform) {
        platform.learner("dolma", &platform.near_clinic).await;
        for _ in 0..8 {
            assert_eq!(try_sign_in(platform, "dolma", "wrong password", "10.0.0.1").await.0, 401);
        }
        assert_eq!(try_sign_in(platform, "DOLMA ", PASSWORD, "10.0.0.1").await.0, 429, "also with the right one");
        assert_eq!(try_sign_in(platform, "dolma", PASSWORD, "10.0.0.2").await.0, 200, "a stranger does not lock her out");
        platform.learner("tashi", &platform.near_clinic).await;
        assert_eq!(try_sign_in(platform, "tashi", PASSWORD, "10.0.0.1").await.0, 200, "nor her colleague beside her");
        platform.later(11 * 60);
        assert_eq!(try_sign_in(platform, "dolma", PASSWORD, "10.0.0.1").await.0, 200);
    }

    async fn one_account_cannot_be_tried_from_everywhere(platform) {
        platform.learner("dolma", &platform.near_clinic).await;
        for index in 0..60 {
            let from = format!("10.1.0.{}", index % 20);
            assert_eq!(try_sign_in(platform, "dolma", "wrong password", &from).await.0, 401, "{index}");
        }
        assert_eq!(try_sign_in(platform, "dolma", PASSWORD, "10.2.0.1").await.0, 429);
        platform.learner("tashi", &platform.near_clinic).await;
        assert_eq!(try_sign_in(platform, "tashi", PASSWORD, "10.1.0.1").await.0, 200);
    }

    async fn guesses_at_the_same_moment_are_all_counted(platform) {
        platform.learner("dolma", &platform.near_clinic).await;
        let guesses = (0..20).map(|_| try_sign_in(platform, "dolma", "wrong password", "10.0.0.1"));
        let answers: Vec<u16> = futures::future::join_all(guesses).await.into_iter().map(|answer| answer.0).collect();
        let count = |status: u16| answers.iter().filter(|answer| **answer == status).count();
        assert_eq!((count(401), count(429)), (8, 12), "{answers:?}");
    }

    async fn a_whole_class_signs_in_at_the_same_moment(platform) {
        platform.learner("dolma", &platform.near_clinic).await;
        let comers = (0..70).map(|_| try_sign_in(platform, "dolma", PASSWORD, "10.0.0.1"));
        for (status, words, _) in futures::future::join_all(comers).await {
            assert_eq!(status, 200, "{words}");
        }
    }

    async fn one_address_cannot_try_many_accounts(platform) {
        for index in 0..60 {
            assert_eq!(try_sign_in(platform, &format!("guess{index}"), "wrong password", "10.9.9.9").await.0, 401);
        }
        assert_eq!(try_sign_in(platform, "one more", "wrong password", "10.9.9.9").await.0, 429);
        assert_eq!(try_sign_in(platform, "one more", "wrong password", "10.9.9.8").await.0, 401, "others may still try");
    }

    async fn signing_out_ends_the_session(platform) {
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        learner.get("/api/v1/me").await.expect(200);
        assert_eq!(learner.post("/api/v1/sign-out", &json!(null)).await.status, 204);
        learner.get("/api/v1/me").await.expect(401);
    }

    async fn a_session_ends_after_its_time(platform) {
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        platform.later(31 * 24 * 3600);
        learner.get("/api/v1/me").await.expect(401);
    }

    async fn a_new_password_ends_every_session(platform) {
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        content::people::set_password(&platform.library, "dolma", "another long password").await.unwrap();
        learner.get("/api/v1/me").await.expect(401);
        Person::sign_in(&platform.address, "dolma", "another long password").await;
    }

    async fn posts_from_other_sites_are_refused(platform) {
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let post = |name: &'static str, value: String| {
            let request = learner.request(reqwest::Method::POST, "/language").header(name, value);
            request.form(&[("lang", "bo"), ("here", "/")]).send()
        };
        assert_eq!(post("origin", "https://evil.example".into()).await.unwrap().status(), 403);
        assert_eq!(post("sec-fetch-site", "cross-site".into()).await.unwrap().status(), 403);
        assert_eq!(learner.get("/api/v1/me").await.expect(200)["language"], "zh", "nothing happened");
        assert_eq!(post("origin", platform.address.clone()).await.unwrap().status(), 303);
        assert_eq!(learner.get("/api/v1/me").await.expect(200)["language"], "bo");
        let proxied = learner.request(reqwest::Method::POST, "/language").header("origin", "https://menpa.example");
        let proxied = proxied.header("sec-fetch-site", "same-origin").form(&[("lang", "en"), ("here", "/")]);
        assert_eq!(proxied.send().await.unwrap().status(), 303, "our own page, though a proxy changed the host");
    }

    async fn no_answer_goes_without_its_guards(platform) {
        let get = async |path: &str| client().get(format!("{}{path}", platform.address)).send().await.unwrap();
        let html = get("/sign-in").await.text().await.unwrap();
        let mut links = html.split("href=\"").filter_map(|rest| rest.split('"').next());
        let style = links.find(|link| link.starts_with("/pkg/")).unwrap();
        let foreign = client().post(format!("{}/sign-in", platform.address)).header("sec-fetch-site", "cross-site");
        let answers: [(&str, reqwest::Response, u16); 7] = [
            ("a style sheet", get(style).await, 200),
            ("no file", get("/pkg/nothing").await, 404),
            ("a mark", get("/mark.svg").await, 200),
            ("health", get("/healthz").await, 200),
            ("a page", get("/sign-in").await, 200),
            ("JSON", get("/api/v1/me").await, 401),
            ("a refusal", foreign.send().await.unwrap(), 403),
        ];
        for (what, answer, status) in &answers {
            let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            assert_eq!(answer.status(), *status, "{what}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
            assert_eq!(header("x-frame-options"), "DENY", "{what}");
            assert_eq!(header("referrer-policy"), "same-origin", "{what}");
            let policy = header("content-security-policy");
            assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
        }
        assert_eq!(answers[0].1.headers()["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(answers[2].1.headers()["cache-control"], "public, max-age=86400");
    }

    async fn a_failure_before_the_reader_is_known_is_guarded_too(platform) {
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        platform.library.db().close().await;
        let answer = learner.request(reqwest::Method::GET, "/me").send().await.unwrap();
        assert_eq!(answer.status(), 500);
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("'nonce-"), "{policy}");
        assert_eq!(answer.headers()["cache-control"], "private, no-store");
    }

    async fn every_page_allows_only_its_own_scripts(platform) {
        let policy = async || {
            let answer = client().get(format!("{}/sign-in", platform.address)).send().await.unwrap();
            let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
            assert_eq!(answer.headers()["cache-control"], "private, no-store");
            let html = answer.text().await.unwrap();
            let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
            for script in html.split("<script").skip(1) {
                let tag = script.split('>').next().unwrap();
                assert!(tag.contains(&nonce) || tag.contains("application/json"), "{tag}");
            }
            assert!(!html.contains(" style=\""), "no inline styles");
            nonce
        };
        assert_ne!(policy().await, policy().await, "the nonce is new each time");
    }

    async fn administrators_reach_their_own_subtree_and_no_further(platform) {
        let admin = platform.with_role("admin", "administrator", &platform.near_county).await;
        let person = |login: &str, unit: &str| json!({"login": login, "name": "N", "password": PASSWORD, "org_unit": unit});
        admin.post("/api/v1/people", &person("inside", &platform.near_clinic)).await.expect(201);
        admin.post("/api/v1/people", &person("outside", &platform.far_clinic)).await.expect(403);
        admin.post("/api/v1/people", &person("above", &platform.prefecture)).await.expect(403);
        let unit = |parent: Option<&str>| json!({"name": {"en": "X"}, "kind": "clinic", "parent": parent});
        admin.post("/api/v1/org-units", &unit(Some(&platform.near_county))).await.expect(201);
        admin.post("/api/v1/org-units", &unit(Some(&platform.far_county))).await.expect(403);
        admin.post("/api/v1/org-units", &unit(None)).await.expect(403);
        let grant = |unit: Option<&str>| json!({"person": admin.id, "role": "administrator", "org_unit": unit});
        admin.post("/api/v1/grants", &grant(Some(&platform.far_county))).await.expect(403);
        admin.post("/api/v1/grants", &grant(None)).await.expect(403);
        let units = admin.get("/api/v1/org-units").await.expect(200);
        let ids: Vec<_> = units["items"].as_array().unwrap().iter().map(|unit| unit["id"].clone()).collect();
        assert!(ids.contains(&json!(platform.near_clinic)) && !ids.contains(&json!(platform.far_clinic)));
    }

    async fn learners_may_administrate_nothing(platform) {
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let unit = json!({"name": {"en": "X"}, "kind": "clinic", "parent": platform.near_clinic});
        learner.post("/api/v1/org-units", &unit).await.expect(403);
        learner.post("/api/v1/columns", &json!({"slug": "x", "title": {"en": "X"}})).await.expect(403);
        learner.get("/api/v1/jobs").await.expect(403);
        learner.get("/api/v1/reports/completion").await.expect(403);
        assert_eq!(learner.page("/studio").await.0, 403);
        assert_eq!(learner.page("/admin").await.0, 403);
    }

    async fn bad_input_is_told_with_its_field_and_kept_out(platform) {
        let root = platform.sign_in("root").await;
        let refused = async |body: serde_json::Value, status: u16, field: &str| {
            let answer = root.post("/api/v1/people", &body).await.expect(status);
            assert_eq!(answer["field"], field, "{answer}");
            assert!(!answer["message"].as_str().unwrap().is_empty());
        };
        let unit = &platform.near_clinic;
        refused(json!({"login": " ", "name": "N", "org_unit": unit}), 422, "login").await;
        refused(json!({"login": "a b", "name": "N", "org_unit": unit}), 422, "login").await;
        refused(json!({"login": "a", "name": "\u{0}\n", "org_unit": unit}), 422, "name").await;
        refused(json!({"login": "a", "name": "N", "password": "short", "org_unit": unit}), 422, "password").await;
        refused(json!({"login": "a", "name": "N", "org_unit": "nowhere"}), 422, "org_unit").await;
        root.post("/api/v1/people", &json!({"login": "Twice", "name": "N", "org_unit": unit})).await.expect(201);
        root.post("/api/v1/people", &json!({"login": "twice", "name": "N", "org_unit": unit})).await.expect(409);
        let answer = root.request(reqwest::Method::POST, "/api/v1/people").body("{not json").send().await.unwrap();
        assert_eq!(answer.status(), 422);
    }

    async fn a_nul_in_a_text_is_the_senders_fault(platform) {
        let (status, words, _) = try_sign_in(platform, "a\u{0}", "wrong password", "10.0.0.1").await;
        assert!((400..500).contains(&status) && !words["message"].as_str().unwrap().is_empty(), "{status} {words}");
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        for path in ["/api/v1/courses/%00", "/api/v1/lessons/%00/position", "/courses/%00", "/columns/%00"] {
            let (status, words) = learner.page(path).await;
            assert!((400..500).contains(&status), "{path}: {status} {words}");
        }
    }
}

#[tokio::test]
async fn an_account_is_added_from_the_command_line() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    let add = |role: &str| {
        let mut child = Command::new(crate::support::program("MENPA_BIN", "menpa"))
            .args(["user", "add", "chief", "--name", "Chief", "--role", role, "--password-stdin", "--data"])
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(b"a long enough password\n").unwrap();
        child.wait_with_output().unwrap()
    };
    let refused = add("queen");
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("content-manager"));
    let added = add("administrator");
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    let twice = add("administrator");
    assert!(!twice.status.success(), "the login is taken");
    let settings = content::Settings { folder: folder.path().to_owned(), ..Default::default() };
    let library = content::Library::open(settings).await.unwrap();
    let signed_in =
        content::people::sign_in(&library, "chief", "a long enough password", &Default::default()).await.unwrap();
    let actor = content::people::find_actor(&library, &signed_in.token).await.unwrap().unwrap();
    assert_eq!(actor.grants.len(), 1);
    assert_eq!(actor.grants[0].unit, None, "without an org unit it reaches the whole tree");
}
