//! Does the API answer whatever it is called with? Calls generated from its own OpenAPI document, in every role.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::chance::{seed, variable};
use crate::support::figures::{self, Served, Slowest};
use crate::support::{Person, Platform};

/// How many calls are made in each role on each database at least; `MENPA_CALLS` asks for more.
const CALLS: usize = 300;
/// What ends the session that the calls are made in, and what needs a body of bytes.
const LEFT_OUT: &str = "^/api/v1/(sign-out|uploads)";

/// Calls everything as this person, each operation that often, and holds each answer to the document.
async fn calls_everything(person: &Person, role: &str, times: usize, seed: usize, slowest: &mut Slowest) {
    let program = std::env::var("MENPA_SCHEMATHESIS")
        .expect("MENPA_SCHEMATHESIS names no schemathesis: run the stories with `cargo xtask test`, which brings it");
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("calls.har");
    let mut command = tokio::process::Command::new(program);
    command.current_dir(folder.path()).stdin(Stdio::null()).kill_on_drop(true);
    command.args(["run", &format!("{}/api/v1/openapi.json", person.address)]);
    command.args(["--header", &format!("Authorization: Bearer {}", person.token)]);
    command.args(["--checks", "not_a_server_error,content_type_conformance,response_schema_conformance"]);
    command.args(["--phases", "fuzzing", "--exclude-path-regex", LEFT_OUT, "--continue-on-failure"]);
    command.args(["--max-examples", &times.to_string(), "--seed", &seed.to_string()]);
    command.args(["--suppress-health-check", "all", "--warnings", "off", "--workers", "1"]);
    command.args(["--report", "har", "--report-har-path"]).arg(&report);
    let output = command.output().await.expect("schemathesis starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "as {role}:\n{said}");
    let before = slowest.count;
    read(&report, slowest);
    assert!(slowest.count > before, "as {role}, nothing was called:\n{said}");
}

/// How long each call took.
fn read(report: &Path, slowest: &mut Slowest) {
    let told: Value = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    for call in told["log"]["entries"].as_array().unwrap() {
        let took = Duration::from_secs_f64(call["time"].as_f64().unwrap() / 1000.0);
        let text = |name: &str| call["request"][name].as_str().unwrap_or_default().to_owned();
        // What was asked in it is of no use to anybody, and long.
        slowest.note(took, || format!("{} {}", text("method"), text("url").split('?').next().unwrap_or_default()));
    }
}

/// How often each operation is called, so that all of them come to that many calls.
async fn times_each(person: &Person, calls: usize) -> usize {
    let document = person.client.get(format!("{}/api/v1/openapi.json", person.address)).send().await.unwrap();
    let document: Value = document.json().await.unwrap();
    let operations: usize =
        document["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
    calls.div_ceil(operations)
}

/// Whoever was called with everything is still served.
async fn is_served(learner: &Person) {
    assert_eq!(learner.page("/").await.0, 200);
    let ready = learner.client.get(format!("{}/readyz", learner.address)).send().await.unwrap();
    assert_eq!(ready.status(), 200, "{}", ready.text().await.unwrap());
}

async fn everybody(platform: &Platform, address: &str, learner: &Person) -> Vec<(&'static str, Person)> {
    let mut all = vec![("learner", learner.clone())];
    for (login, role) in
        [("r", "reviewer"), ("s", "supervisor"), ("a", "administrator"), ("u", "auditor"), ("c", "content-manager")]
    {
        all.push((role, platform.with_role(login, role, &platform.prefecture).await.at(address)));
    }
    all
}

both! {
    async fn generated_calls_find_no_fault_in_any_role(platform) {
        platform.expects(&["cancelled"]);
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let mut served = Served::start(platform, |settings| settings).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await.at(&served.address);
        let calls = variable("MENPA_CALLS", CALLS);
        let times = times_each(&learner, calls).await;
        let mut slowest = Slowest::default();
        let everybody = everybody(platform, &served.address, &learner).await;
        served.watch_memory();
        for (role, person) in &everybody {
            let (most, mut seed) = (slowest.count + calls, seed());
            while slowest.count < most {
                calls_everything(person, role, times, seed, &mut slowest).await;
                seed += 1;
            }
            is_served(&learner).await;
        }
        let course = manager.get(&format!("/api/v1/courses/{}", taught.course)).await;
        assert!(course.status == 200 && course.body["id"] == json!(taught.course), "what was there is there: {:?}", course.body);
        let nobody = Person { token: String::new(), ..learner.clone() };
        assert_eq!(nobody.get("/api/v1/me").await.status, 401);
        figures::tell("calls", platform.engine(), &json!({"calls": slowest.count, "roles": everybody.len(),
            "slowest_s": slowest.time.as_secs_f64(), "slowest": slowest.of, "more_mb": served.more_mb()}));
    }
}
