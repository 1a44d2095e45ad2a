//! Slow and many: half-sent requests, crowds of one address, a second server, a farewell.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use server::serving::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::both::both;
use crate::support::person::client;
use crate::support::{Person, Platform};

/// A connection on which so much of a request has been sent.
async fn half_sent(address: &str, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address.trim_start_matches("http://")).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// Waits until the server has let go.
async fn is_let_go(mut stream: TcpStream) -> bool {
    let mut rest = Vec::new();
    // A reset is a farewell too.
    let _ = stream.read_to_end(&mut rest).await;
    true
}

/// A post of which only the beginning has come, as whoever is behind that address sends it.
async fn half_posted(platform: &Platform, address: &str, path: &str, from: &str) -> TcpStream {
    let learner = platform.sign_in("dolma").await;
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nx-forwarded-for: {from}\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: 1000\r\n\r\n{{",
        learner.token
    );
    half_sent(address, &head).await
}

async fn asks(address: &str, path: &str, from: &str) -> reqwest::Response {
    client().get(format!("{address}{path}")).header("x-forwarded-for", from).send().await.unwrap()
}

/// Asks until the server is as full as it should be.
async fn until_full(address: &str, from: &str) -> reqwest::Response {
    loop {
        let answer = asks(address, "/api/v1/me", from).await;
        if answer.status() == 503 {
            return answer;
        }
        tokio::task::yield_now().await;
    }
}

both! {
    async fn half_sent_requests_give_way_to_newcomers(platform) {
        // Nobody is let go for having waited long.
        let idle = Duration::from_secs(3600);
        let address = platform.serve_within(Limits { connections: 16, of_one: 8, idle, ..Limits::default() }).await;
        let mut held = Vec::new();
        for index in 0..60 {
            let text = ["", "G", "GET / HTTP/1.1\r\nhost: x\r\nx-a: "][index % 3];
            held.push(half_sent(&address, text).await);
        }
        for _ in 0..5 {
            assert_eq!(asks(&address, "/healthz", "10.0.0.1").await.status(), 200, "a newcomer is served");
        }
        assert!(is_let_go(held.swap_remove(0)).await, "whoever waited longest gave way");
    }

    async fn whoever_sends_nothing_or_stands_still_is_let_go(platform) {
        platform.learner("dolma", &platform.near_clinic).await;
        let limits = Limits { idle: Duration::from_millis(100), stall: Duration::from_millis(100), ..Limits::default() };
        let address = platform.serve_within(limits).await;
        let posted = half_posted(platform, &address, "/api/v1/watch", "10.0.0.1").await;
        for stream in [half_sent(&address, "").await, half_sent(&address, "GET / HT").await, posted] {
            assert!(is_let_go(stream).await);
        }
    }

    async fn nobody_takes_all_and_receipts_and_sign_ins_find_room(platform) {
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let limits = Limits { connections: 12, of_one: 3, behind_proxy: true, ..Limits::default() };
        let address = platform.serve_within(limits).await;
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(half_posted(platform, &address, "/api/v1/courses", "10.0.0.1").await);
        }
        let told = until_full(&address, "10.0.0.1").await;
        assert_eq!(told.headers()["retry-after"], "5");
        let words: serde_json::Value = told.json().await.unwrap();
        assert_eq!(words["kind"], "busy");
        assert!(words["message"].as_str().is_some_and(|message| !message.is_ascii()), "in Chinese: {words}");
        assert_eq!(asks(&address, "/api/v1/me", "10.0.0.2").await.status(), 401, "others are let in");
        for index in 0..6 {
            held.push(half_posted(platform, &address, "/api/v1/courses", &format!("10.0.1.{index}")).await);
        }
        let page = client().get(&address).header("accept-language", "en").header("x-forwarded-for", "10.0.0.9");
        until_full(&address, "10.0.0.9").await;
        let page = page.send().await.unwrap();
        assert_eq!((page.status().as_u16(), page.headers()["retry-after"].to_str().unwrap()), (503, "5"));
        assert!(page.text().await.unwrap().contains("try again"), "a sentence");
        let learner = learner.at(&address);
        let report = json!({"session": "tonight", "events": []});
        learner.post("/api/v1/watch", &report).await.expect(200);
        Person::sign_in(&platform.address, "dolma", crate::support::PASSWORD).await;
        let signing = json!({"login": "dolma", "password": crate::support::PASSWORD});
        learner.post("/api/v1/sign-in", &signing).await.expect(200);
        drop(held);
    }

    async fn a_farewell_is_short_though_somebody_still_sends(platform) {
        platform.learner("dolma", &platform.near_clinic).await;
        let server = platform.run_program().await;
        let _posted = half_posted(platform, &server.address, "/api/v1/watch", "10.0.0.1").await;
        let _silent = half_sent(&server.address, "GET / HT").await;
        assert_eq!(asks(&server.address, "/healthz", "10.0.0.1").await.status(), 200);
        assert!(server.end().await.success());
    }

    async fn a_second_server_on_one_folder_is_refused_and_other_commands_go_on(platform) {
        let server = platform.run_program().await;
        let second = platform.commands("serve").await;
        let words = String::from_utf8(second.stderr).unwrap();
        assert!(!second.status.success() && words.contains("serving") && words.contains("--data"), "{words}");
        assert!(platform.commands("migrate").await.status.success(), "other commands go on");
        assert_eq!(asks(&server.address, "/healthz", "10.0.0.1").await.status(), 200);
        server.kill().await;
        let next = platform.run_program().await;
        assert_eq!(asks(&next.address, "/healthz", "10.0.0.1").await.status(), 200, "a killed one holds nobody up");
        next.kill().await;
    }

    async fn what_the_server_keeps_is_for_nobody_else(platform) {
        let open = platform.data().join("files/originals/open");
        std::fs::create_dir_all(open.parent().unwrap()).unwrap();
        std::fs::write(&open, "as an older release left it").unwrap();
        std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o644)).unwrap();
        let server = platform.run_program().await;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let folders = ["", "files", "scratch", "index", "files/originals"].map(|name| platform.data().join(name));
        while mode(&open) != 0o600 || folders.iter().any(|folder| mode(folder) != 0o700) {
            tokio::task::yield_now().await;
        }
        let database = platform.folder.path().join("story.sqlite");
        if database.exists() {
            assert_eq!(mode(&database), 0o600);
        }
        // What is made from now on is closed from the beginning.
        platform.manager().await;
        let manager = Person::sign_in(&server.address, "manager", crate::support::PASSWORD).await;
        let whole = manager.uploads(b"hand washing, step by step", "steps.txt", "text/plain").await;
        let begun = manager.opens_upload(10, "talk.mp4", "video/mp4").await;
        let begun = platform.data().join("scratch/uploads").join(begun.rsplit('/').next().unwrap());
        for path in [&platform.data().join("files/originals").join(whole), &begun] {
            assert_eq!(mode(path), 0o600, "{}", path.display());
        }
        server.kill().await;
        // So is a store that lies elsewhere.
        let elsewhere = platform.folder.path().join("elsewhere");
        std::fs::create_dir(&elsewhere).unwrap();
        std::fs::write(elsewhere.join("old"), "open").unwrap();
        for (path, open) in [(elsewhere.clone(), 0o755), (elsewhere.join("old"), 0o644)] {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(open)).unwrap();
        }
        let files_url = Some(format!("file://{}", elsewhere.display()));
        let library = platform.under(|settings| content::Settings { files_url, ..settings }).await;
        library.close_to_others();
        assert_eq!((mode(&elsewhere), mode(&elsewhere.join("old"))), (0o700, 0o600));
        library.db().close().await;
    }
}
