//! Who asks? Five hundred learners, each signed in once, with what she has begun; and while they ask, some of them watch.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::client::{Asker, Client};

/// How many learners ask.
const LEARNERS: usize = 500;
/// How many sign in at once: more only wait for each other.
const AT_ONCE: usize = 2;
/// How many of them watch at once: one alone would wait for her own pages most of the time.
const WATCHERS: usize = 10;
/// How many of a learner's courses are looked into.
const COURSES: usize = 3;

/// One of them, and where she may go.
#[derive(Debug, Clone)]
pub(super) struct Learner {
    pub(super) asker: Asker,
    pub(super) courses: Vec<String>,
    /// Pages of lessons in her courses.
    pub(super) lessons: Vec<String>,
    /// Lessons that she has not completed, as the API names them.
    open: Vec<String>,
}

/// Logins and passwords of a role.
pub(super) fn sign_ins(path: &Path, role: &str) -> Result<Vec<(String, String)>> {
    let told = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let lines = told.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let those = lines.filter_map(|fields| match fields[..] {
        [login, its, password] if its == role => Some((login.to_owned(), password.to_owned())),
        _ => None,
    });
    Ok(those.collect())
}

pub(super) fn sign_in(client: &mut Client, login: &str, password: &str, address: String) -> Result<Asker> {
    let nobody = Asker { token: String::new(), address };
    let status = client.post("/api/v1/sign-in", &nobody, &json!({"login": login, "password": password}).to_string())?;
    let told: Value = serde_json::from_slice(&client.body).unwrap_or_default();
    let token = told["token"].as_str().with_context(|| format!("signing in as {login} answered {status}"))?;
    Ok(Asker { token: token.to_owned(), ..nobody })
}

/// Signs them in, and sees what each has begun.
pub(super) fn gather(address: &str, sign_ins_file: &Path) -> Result<Vec<Learner>> {
    let mut known = sign_ins(sign_ins_file, "learner")?;
    known.retain(|(login, _)| login.starts_with("learner-"));
    ensure!(known.len() >= LEARNERS * 8 / 10, "only {} learners can sign in", known.len());
    known.truncate(LEARNERS);
    let gathered = Mutex::new(Vec::new());
    let shares: Vec<_> = known.chunks(known.len().div_ceil(AT_ONCE)).enumerate().collect();
    std::thread::scope(|scope| {
        let threads = shares.into_iter().map(|(share, known)| {
            let gathered = &gathered;
            scope.spawn(move || -> Result<()> {
                let mut client = Client::connect(address)?;
                for (index, (login, password)) in known.iter().enumerate() {
                    let asker =
                        sign_in(&mut client, login, password, format!("10.{share}.{}.{}", index / 250, index % 250))?;
                    let learner = look(&mut client, asker)?;
                    gathered.lock().unwrap_or_else(PoisonError::into_inner).push(learner);
                }
                Ok(())
            })
        });
        let threads: Vec<_> = threads.collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow::anyhow!("a thread broke"))?)
    })?;
    Ok(gathered.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn look(client: &mut Client, asker: Asker) -> Result<Learner> {
    let page = client.text("/me", &asker)?;
    let pages = page.split("href=\"/courses/").skip(1).filter_map(|rest| rest.split('"').next());
    let lessons: BTreeSet<&str> = pages.filter(|path| path.contains("/lessons/")).collect();
    let courses: BTreeSet<&str> = lessons.iter().filter_map(|path| path.split('/').next()).collect();
    ensure!(!courses.is_empty(), "a learner has begun nothing");
    let mut open = Vec::new();
    for course in courses.iter().take(COURSES) {
        let told: Value = serde_json::from_str(&client.text(&format!("/api/v1/courses/{course}"), &asker)?)?;
        let modules = told["modules"].as_array().into_iter().flatten();
        let lessons = modules.flat_map(|module| module["lessons"].as_array().into_iter().flatten());
        let left = lessons.filter(|lesson| lesson["progress"]["completed"] == false && lesson["duration_ms"].is_i64());
        open.extend(left.filter_map(|lesson| lesson["id"].as_str().map(str::to_owned)));
    }
    let path = |rest: &&str| format!("/courses/{rest}");
    Ok(Learner {
        courses: courses.iter().map(path).collect(),
        lessons: lessons.iter().map(path).collect(),
        open,
        asker,
    })
}

/// How many receipts were given and seen.
pub(super) struct Watched {
    pub(super) receipts: u32,
    pub(super) seconds: f64,
}

/// Until `stop`: `each_second` times a second one of them reports half a second of a lesson, and the next home that she is
/// shown must send her on to it.
pub(super) fn watch(address: &str, learners: &[Learner], each_second: u32, stop: &AtomicBool) -> Result<Watched> {
    let going: Vec<&Learner> = learners.iter().filter(|learner| learner.open.len() >= 2).collect();
    ensure!(going.len() >= WATCHERS, "hardly anybody has two lessons left to watch");
    let (begun, run) = (Instant::now(), now_ms()?);
    let between = Duration::from_secs(1) * u32::try_from(WATCHERS)? / each_second;
    let receipts = std::thread::scope(|scope| -> Result<u32> {
        let shares = going.chunks(going.len().div_ceil(WATCHERS)).enumerate();
        let threads: Vec<_> = shares
            .map(|(share, going)| {
                scope.spawn(move || watch_in_turn(address, going, &format!("{run}-{share}"), between, stop))
            })
            .collect();
        let mut receipts = 0;
        for thread in threads {
            receipts += thread.join().map_err(|_| anyhow::anyhow!("a thread broke"))??;
        }
        Ok(receipts)
    })?;
    Ok(Watched { receipts, seconds: begun.elapsed().as_secs_f64() })
}

fn watch_in_turn(address: &str, going: &[&Learner], run: &str, between: Duration, stop: &AtomicBool) -> Result<u32> {
    let mut client = Client::connect(address)?;
    let begun = Instant::now();
    let mut receipts = 0;
    while !stop.load(Ordering::Relaxed) {
        let learner = going[receipts as usize % going.len()];
        // Another one each time she comes round, so that her home has to change.
        let lesson = &learner.open[(receipts as usize / going.len()) % 2];
        let event = json!({"id": format!("bench-{run}-{receipts}"), "lesson": lesson, "intervals_ms": [[0, 500]],
            "position_ms": 500, "device_time": now_ms()?, "rate": 1.0});
        let report = json!({"session": format!("bench-{run}-{}", learner.asker.address), "events": [event]});
        let status = client.post("/api/v1/watch", &learner.asker, &report.to_string())?;
        let told: Value = serde_json::from_slice(&client.body).unwrap_or_default();
        ensure!(status == 200 && told["receipts"][0]["receipt"].is_i64(), "no receipt: {status} {told}");
        let home = client.text("/", &learner.asker)?;
        let next = home.split("next-step").nth(1).and_then(|rest| rest.split("href=\"").nth(1));
        let path = next.and_then(|next| next.split('"').next()).unwrap_or_default();
        ensure!(path.ends_with(lesson.as_str()), "the home after a receipt goes on with {path}, and not with {lesson}");
        receipts += 1;
        std::thread::sleep((begun + between * receipts).saturating_duration_since(Instant::now()));
    }
    Ok(receipts)
}

#[expect(clippy::disallowed_methods, reason = "the server beside it goes by the system clock too")]
fn now_ms() -> Result<u64> {
    Ok(u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?)
}
