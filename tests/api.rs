//! The API's document, and what the server says of itself.

use crate::support::both::both;
use crate::support::person::client;

both! {
    async fn the_document_describes_every_call(platform) {
        let document: serde_json::Value =
            client().get(format!("{}/api/v1/openapi.json", platform.address)).send().await.unwrap().json().await.unwrap();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
        let paths = document["paths"].as_object().unwrap();
        let expected = [
            "sign-in", "me", "org-units", "people", "grants", "columns", "courses", "courses/{id}", "courses/{id}/modules",
            "courses/{id}/lessons", "courses/{id}/publish", "resources/{id}", "lessons/{id}", "lessons/{id}/position", "search",
            "watch", "reports/completion", "jobs", "jobs/{id}/retry", "jobs/{id}/cancel",
        ];
        for call in expected {
            assert!(paths.contains_key(&format!("/api/v1/{call}")), "{call}");
        }
    }

    async fn what_no_handler_has_seen_is_told_in_the_readers_words(platform) {
        let root = platform.sign_in("root").await;
        let ask = async |path: &str| {
            let request = root.request(reqwest::Method::GET, path).header("accept-language", "zh");
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        let (status, told) = ask("/api/v1/reports/completion?from=abc").await;
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        assert_eq!((status, &told["kind"]), (400, &serde_json::json!("invalid")), "{told}");
        assert!(!told["message"].as_str().unwrap().is_ascii(), "in Chinese: {told}");
        let (status, page) = ask("/search/nowhere").await;
        assert!(status == 404 && page.contains("<h1") && page.contains("没有找到"), "an address that is nothing: {page}");
    }

    async fn watchers_are_told_how_it_is(platform) {
        let get = async |path: &str| {
            let answer = client().get(format!("{}{path}", platform.address)).send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        assert_eq!(get("/healthz").await.0, 200);
        assert_eq!(get("/readyz").await.0, 200);
        assert!(get("/metrics").await.1.contains("menpa_jobs"));
        assert_eq!(get("/api/v1/nothing").await.0, 404);
        assert_eq!(get("/nothing").await.0, 404);
        platform.library.db().close().await;
        platform.later(2);
        assert_eq!(get("/readyz").await.0, 503);
        let (status, words) = get("/sign-in").await;
        assert!(status == 200 || status == 500, "{words}");
    }
}
