//! Does the API answer whatever it is called with? Calls generated from its own OpenAPI document, in every role.

use std::process::Stdio;

use serde_json::json;

use crate::support::both::both;
use crate::support::{Person, Platform};

/// The same calls each time; `MENPA_SEED` tries others.
const SEED: &str = "20261201";
/// How often each operation is called in each role on each database: with 77 operations, 300 calls a role in all.
const EXAMPLES: &str = "2";
/// What ends the session that the calls are made in, and what needs a body of bytes.
const LEFT_OUT: &str = "^/api/v1/(sign-out|uploads)";

fn setting(name: &str, otherwise: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| otherwise.to_owned())
}

/// Calls everything as this person, and holds each answer to the document.
async fn calls_everything(person: &Person, role: &str) {
    let program = std::env::var("MENPA_SCHEMATHESIS")
        .expect("MENPA_SCHEMATHESIS names no schemathesis: run the stories with `cargo xtask test`, which brings it");
    let folder = tempfile::tempdir().unwrap();
    let mut command = tokio::process::Command::new(program);
    command.current_dir(folder.path()).stdin(Stdio::null()).kill_on_drop(true);
    command.args(["run", &format!("{}/api/v1/openapi.json", person.address)]);
    command.args(["--header", &format!("Authorization: Bearer {}", person.token)]);
    command.args(["--checks", "not_a_server_error,content_type_conformance,response_schema_conformance"]);
    command.args(["--phases", "fuzzing", "--exclude-path-regex", LEFT_OUT, "--continue-on-failure"]);
    command.args(["--max-examples", &setting("MENPA_CALLS", EXAMPLES), "--seed", &setting("MENPA_SEED", SEED)]);
    command.args(["--suppress-health-check", "all", "--warnings", "off", "--workers", "1"]);
    let output = command.output().await.expect("schemathesis starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "as {role}:\n{said}");
    let called = said.lines().any(|line| line.contains(" generated, ") && !line.trim_start().starts_with("0 "));
    assert!(called, "as {role}, nothing was called:\n{said}");
}

/// Whoever was called with everything is still served.
async fn is_served(platform: &Platform, learner: &Person) {
    assert_eq!(learner.page("/").await.0, 200);
    let ready = learner.client.get(format!("{}/readyz", platform.address)).send().await.unwrap();
    assert_eq!(ready.status(), 200, "{}", ready.text().await.unwrap());
}

both! {
    async fn generated_calls_find_no_fault_in_any_role(platform) {
        platform.expects(&["cancelled"]);
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        calls_everything(&learner, "learner").await;
        for (login, role) in [
            ("r", "reviewer"), ("s", "supervisor"), ("a", "administrator"), ("u", "auditor"), ("c", "content-manager"),
        ] {
            let person = platform.with_role(login, role, &platform.prefecture).await;
            calls_everything(&person, role).await;
            is_served(platform, &learner).await;
        }
        let course = manager.get(&format!("/api/v1/courses/{}", taught.course)).await;
        assert!(course.status == 200 && course.body["id"] == json!(taught.course), "what was there is there: {:?}", course.body);
        let nobody = Person { token: String::new(), ..learner.clone() };
        assert_eq!(nobody.get("/api/v1/me").await.status, 401);
    }
}
