//! Does what a page reads follow the size of the library? Each is asked in two, the one three times as large as the other.
//!
//! A new page is added to [`HELD`]. What grows fails, and its name is told with both counts.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::person::{Person, id_of};
use crate::support::reads::Reads;
use crate::support::{Engine, Platform, clips, papers};

/// Who asks for what. In the addresses `{course}`, `{lesson}`, `{column}`, `{resource}`, `{unit}` and `{learner}` are of
/// things that are the same in both libraries; the learner has begun ten courses in each.
const HELD: &[(&str, &str)] = &[
    ("learner-0", "/"),
    ("learner-0", "/?minutes=20"),
    ("learner-0", "/me"),
    ("learner-0", "/me?show=due"),
    ("learner-0", "/columns/{column}"),
    ("learner-0", "/offline"),
    ("learner-0", "/courses/{course}"),
    ("learner-0", "/courses/{course}/lessons/{lesson}"),
    ("learner-0", "/search?q=血压"),
    ("learner-0", "/search?q=病"),
    ("learner-0", "/api/v1/me"),
    ("learner-0", "/api/v1/columns"),
    ("learner-0", "/api/v1/courses/{course}"),
    ("learner-0", "/api/v1/lessons/{lesson}"),
    ("learner-0", "/api/v1/lessons/{lesson}/position"),
    ("learner-0", "/api/v1/terms"),
    ("learner-0", "/api/v1/search?q=血压"),
    ("learner-0", "/api/v1/suggestions?q=血"),
    ("learner-0", "/courses/{course}/handouts/{paper}"),
    ("manager", "/studio"),
    ("learner-3", "/studio"),
    ("manager", "/studio/columns"),
    ("manager", "/studio/columns/{column}/topics"),
    ("manager", "/studio/courses/new"),
    ("manager", "/studio/courses/{course}"),
    ("manager", "/studio/courses/{course}/edit"),
    ("manager", "/studio/courses/{course}/modules/{module}"),
    ("manager", "/studio/courses/{course}/lessons/{lesson}"),
    ("manager", "/studio/courses/{course}/revisions"),
    ("manager", "/studio/upload"),
    ("manager", "/studio/resources"),
    ("learner-3", "/studio/resources"),
    ("manager", "/studio/resources?q=血压"),
    ("manager", "/studio/resources/selection"),
    ("manager", "/studio/resources/selection/preview?act=add&term=aspect:ethics"),
    ("manager", "/studio/resources/sheet"),
    ("manager", "/studio/resources/{resource}"),
    ("manager", "/studio/resources/{resource}/captions/{language}"),
    ("manager", "/studio/import"),
    ("manager", "/studio/asked"),
    ("manager", "/studio/names"),
    ("manager", "/studio/names/same?known=怪怪病&name=怪病"),
    ("manager", "/studio/parts"),
    ("manager", "/studio/terms"),
    ("manager", "/studio/jobs"),
    ("learner-3", "/studio/jobs"),
    ("manager", "/studio/review-by"),
    ("learner-3", "/studio/review-by"),
    ("learner-4", "/studio/reviews"),
    ("administrator", "/admin/assignments"),
    ("learner-2", "/admin/assignments"),
    ("administrator", "/api/v1/org-units?limit=20"),
    ("learner-1", "/api/v1/org-units?limit=20"),
    ("manager", "/api/v1/columns/{column}/topics"),
    ("learner-0", "/api/v1/courses?limit=20"),
    ("manager", "/api/v1/courses?limit=20&column={column}"),
    ("manager", "/api/v1/courses/{course}/revisions"),
    ("manager", "/api/v1/resources/{resource}"),
    ("manager", "/api/v1/resources/{resource}/proposals"),
    ("manager", "/api/v1/resources-due"),
    ("learner-3", "/api/v1/resources-due"),
    ("manager", "/api/v1/concepts"),
    ("manager", "/api/v1/questions"),
    ("manager", "/api/v1/jobs"),
    ("learner-3", "/api/v1/jobs"),
    ("learner-4", "/api/v1/reviews"),
    ("learner-4", "/api/v1/proposals"),
];

/// What is asked for and not counted, and why.
const NOT_COUNTED: &[(&str, &str)] = &[
    (
        "/admin",
        "reports add up what many did, for half a second at most, with connections of their own (`db::readers`)",
    ),
    ("/admin/learners", "the same"),
    ("/admin/learners/{id}", "the same, of one learner's courses"),
    ("/api/v1/reports/completion", "the same"),
    ("/studio/columns/{slug}/policy", "counts the videos that a policy would bind, before it is set"),
    ("/api/v1/columns/{slug}/policy", "the same"),
    ("/columns/{slug}/feed.atom", "fifty entries, for harvesters"),
    ("/catalog.jsonld", "fifty entries, for harvesters"),
    ("/oai", "fifty entries, for harvesters"),
    ("/sign-in", "reads nothing where nobody is known yet"),
    ("/pkg/{name}", "a file of the program"),
    ("/healthz", "says that it lives"),
    ("/readyz", "asked once a second at most, of one row"),
    ("/metrics", "asked by one watcher; counts the queue, which is purged of what ended"),
    ("/studio/import/template.xlsx", "made of the program's own words"),
    ("/studio/import/{id}", "a report of one sheet, within the bounds of a sheet"),
    ("/studio/proposals/{id}", "one proposal of one file"),
    ("/media/{id}/original", "bytes of one file"),
    ("/media/{id}/captions/{file}", "bytes of one file"),
    ("/media/{id}/{folder}/{file}", "bytes of one file"),
    ("/api/calls/{*name}", "what an island asks: one upload, one job, one resource"),
    ("/api/v1/openapi.json", "made of the handlers"),
];

/// More than this share more, and so many steps or rows besides, is growing: three times as much is far from it.
const MOST: f64 = 1.3;
const SLACK: u64 = 200;

/// A library of so many courses and people, and who can sign in.
struct Size {
    platform: Platform,
    reads: Reads,
    passwords: Vec<(String, String)>,
    places: Vec<(&'static str, String)>,
}

/// Every address that may be read, as the lists of routes name it.
fn addresses() -> BTreeSet<String> {
    let lists = [
        ("", include_str!("../server/src/router.rs")),
        ("/api/v1", include_str!("../server/src/api.rs")),
        ("", include_str!("../server/src/catalog.rs")),
    ];
    let mut found = BTreeSet::new();
    for (top, list) in lists {
        for route in list.split(".route(").skip(1) {
            let end = route.find(".route(").unwrap_or(route.len());
            let Some(path) = route[..end].trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) else {
                continue;
            };
            let handlers = route.split(';').next().unwrap_or_default();
            if handlers
                .split(|char: char| !char.is_alphanumeric() && char != '_' && char != ':')
                .any(|word| word == "get")
            {
                found.insert(format!("{top}{path}"));
            }
        }
    }
    found
}

/// Whether an address of [`HELD`] is of that route.
fn is_of(route: &str, held: &str) -> bool {
    let held = held.split('?').next().unwrap_or_default();
    let (route, held): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), held.split('/').collect());
    let fits = |(wanted, part): (&&str, &&str)| wanted == part || (wanted.starts_with('{') && part.starts_with('{'));
    route.len() == held.len() && route.iter().zip(&held).all(fits)
}

#[test]
fn every_address_that_is_read_is_counted_or_says_why_not() {
    let addresses = addresses();
    assert!(addresses.len() > 70, "{} addresses", addresses.len());
    let is_held = |route: &str| HELD.iter().any(|(_, held)| is_of(route, held));
    let is_excused = |route: &str| NOT_COUNTED.iter().any(|(excused, _)| *excused == route);
    let forgotten: Vec<_> = addresses.iter().filter(|route| !is_held(route) && !is_excused(route)).collect();
    assert!(forgotten.is_empty(), "does what these read follow the size of the library? {forgotten:#?}");
    let twice: Vec<_> = NOT_COUNTED.iter().filter(|(route, _)| is_held(route) || !addresses.contains(*route)).collect();
    assert!(twice.is_empty(), "counted, or no address at all: {twice:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_list_of_the_document_is_counted() {
    let platform = Platform::start(Engine::Sqlite).await;
    let document = platform.sign_in("root").await.request(reqwest::Method::GET, "/api/v1/openapi.json");
    let document: Value = document.send().await.unwrap().json().await.unwrap();
    let read = document["paths"].as_object().unwrap().iter().filter(|(_, verbs)| verbs.get("get").is_some());
    let is_excused = |path: &str| NOT_COUNTED.iter().any(|(excused, _)| *excused == path);
    let is_held = |path: &str| HELD.iter().any(|(_, held)| is_of(path, held));
    let forgotten: Vec<_> = read.map(|(path, _)| path).filter(|path| !is_held(path) && !is_excused(path)).collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
    platform.end().await;
}

fn item(title: &str, number: usize) -> Value {
    json!({"title": {"zh": format!("{title} {number}")}, "summary": {"zh": "摘要"}, "language": "zh",
        "filename": format!("one-{number}.mp4"), "size_bytes": 1000, "duration_ms": 60_000, "author": "Li",
        "institution": "H", "review_by": 1_900_000_000_000_i64, "aspects": ["ethics"], "audience": "village"})
}

/// Courses of four lessons in two columns: more than a page shows or looks through of any list, in the smaller library too.
fn write_library(folder: &Path, times: usize) {
    let person = |login: &str, role: &str| json!({"login": login, "name": login, "unit": "all", "roles": [{"role": role, "unit": "all"}]});
    let roles = [("manager", "content-manager"), ("administrator", "administrator"), ("inspector", "supervisor")];
    let library = json!({
        "org_units": [{"key": "all", "kind": "province", "parent": null, "name": {"zh": "全省"}}],
        "people": roles.map(|(login, role)| person(login, role)),
        "columns": [{"slug": "common", "title": {"zh": "常见病"}}, {"slug": "rare", "title": {"zh": "罕见病"}}],
        "aspects": [{"slug": "ethics", "title": {"zh": "伦理"}}], "audiences": [{"slug": "village", "title": {"zh": "村医"}}],
        "courses": [{"column": "common", "language": "zh", "title": {"zh": "血压"}, "modules": [
            {"title": {"zh": "一"}, "lessons": [{"title": {"zh": "量血压"}, "video": "clip.mp4"}]}]}],
    });
    std::fs::write(folder.join("clip.mp4"), clips::clip(2)).unwrap();
    std::fs::write(folder.join("library.json"), library.to_string()).unwrap();
    let mut catalog = String::new();
    for number in 0..200 * times {
        let lessons: Vec<Value> = (0..4).map(|lesson| item("血压管理", number * 4 + lesson)).collect();
        let column = ["common", "rare"][number % 2];
        let course = json!({"column": column, "language": "zh", "title": {"zh": format!("病 {number}")}, "summary": {"zh": "述"},
            "modules": [{"title": {"zh": "一"}, "lessons": lessons}], "handouts": []});
        writeln!(catalog, "{course}").unwrap();
    }
    std::fs::write(folder.join("catalog.jsonl"), catalog).unwrap();
    let level = |kind: &str, each: usize| json!({"kind": kind, "each": each, "zh": kind, "en": kind});
    let levels = [level("prefecture", 5), level("county", 6 * times), level("township", 3), level("clinic", 2)];
    let staff = [("supervisor", 1), ("administrator", 2), ("content-manager", 3), ("reviewer", 4)]
        .map(|(role, at)| json!({"role": role, "kind": "prefecture", "every": 10, "at": at}));
    let crowd = json!({"levels": levels, "people": 1000 * times, "sign_in": 60 * times, "courses_each": 10,
        "assignments_each": 3, "staff": staff});
    std::fs::write(folder.join("crowd.json"), crowd.to_string()).unwrap();
}

async fn add_module(manager: &Person, course: &str) -> String {
    let modules = format!("/api/v1/courses/{course}/modules");
    id_of(&manager.post(&modules, &json!({"title": "二"})).await.expect(201))
}

impl Size {
    async fn grow(engine: Engine, times: usize) -> Self {
        let platform = Platform::start_empty(engine).await;
        let folder = tempfile::tempdir().unwrap();
        write_library(folder.path(), times);
        let library = &platform.library;
        let mut accounts = content::import::import(library, folder.path(), &mut |_, _, _| {}).await.unwrap();
        platform.finish_work().await;
        accounts.extend(content::import::add_crowd(library, folder.path(), &mut |_, _, _| {}).await.unwrap());
        platform.finish_work().await;
        let passwords = accounts.into_iter().map(|account| (account.login, account.password)).collect();
        let reads = Reads::of(platform.library.db()).await;
        let mut size = Self { platform, reads, passwords, places: Vec::new() };
        size.places = size.find_places().await;
        size
    }

    async fn sign_in(&self, login: &str) -> Person {
        let (_, password) = self.passwords.iter().find(|(known, _)| known == login).unwrap();
        Person::sign_in(&self.platform.address, login, password).await
    }

    async fn find_places(&self) -> Vec<(&'static str, String)> {
        let (learner, manager) = (self.sign_in("learner-0").await, self.sign_in("manager").await);
        let lesson = learner.page("/me").await.1;
        let path = lesson.split("href=\"/courses/").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let (course, lesson) = path.split_once("/lessons/").unwrap();
        let told = learner.get(&format!("/api/v1/lessons/{lesson}")).await.expect(200);
        let resource = told["resource"].as_str().unwrap().to_owned();
        assert_eq!(manager.resource(&resource).await["stage"], "ready");
        let (module, paper) = (add_module(&manager, course).await, self.add_paper(&manager, course).await);
        let captions = manager.request(reqwest::Method::PUT, &format!("/api/v1/resources/{resource}/captions/zh"));
        captions.body("WEBVTT\n\n00:01.000 --> 00:02.000\n血压\n").send().await.unwrap();
        vec![
            ("{course}", course.to_owned()),
            ("{lesson}", lesson.to_owned()),
            ("{column}", "common".to_owned()),
            ("{resource}", resource),
            ("{unit}", "01900000000070008001000000000000".to_owned()),
            ("{learner}", learner.id.clone()),
            ("{paper}", paper),
            ("{module}", module),
            ("{language}", "zh".to_owned()),
        ]
    }

    async fn add_paper(&self, manager: &Person, course: &str) -> String {
        let paper = manager.uploads(&papers::deck(&["Cards"], "Helvetica"), "cards.pdf", "application/pdf").await;
        self.platform.finish_work().await;
        let handouts = format!("/api/v1/courses/{course}/handouts");
        manager.post(&handouts, &json!({"resource": paper})).await.expect(201);
        paper
    }

    /// Status of each of the pages, and what it reads when it is asked for a second time.
    async fn reads_of(&self, pages: &[(&str, &str)]) -> Vec<(u16, u64)> {
        let mut people: Vec<(&str, Person)> = Vec::new();
        let mut counts = Vec::new();
        for (login, path) in pages {
            if !people.iter().any(|(known, _)| known == login) {
                people.push((login, self.sign_in(login).await));
            }
            let person = &people.iter().find(|(known, _)| known == login).unwrap().1;
            let path = self.places.iter().fold((*path).to_owned(), |path, (name, id)| path.replace(name, id));
            person.page(&path).await;
            // Asking reads, too.
            let asked = self.reads.so_far().await;
            let before = self.reads.so_far().await;
            let status = person.page(&path).await.0;
            let read = self.reads.so_far().await - before;
            counts.push((status, read.saturating_sub(before - asked)));
        }
        counts
    }
}

async fn what_a_page_reads_does_not_follow_the_size_of_the_library(engine: Engine) {
    let (small, large) = (Size::grow(engine, 1).await, Size::grow(engine, 3).await);
    let mut grown = String::new();
    let (few, many) = (small.reads_of(HELD).await, large.reads_of(HELD).await);
    for ((who, path), ((status, few), (_, many))) in HELD.iter().zip(few.into_iter().zip(many)) {
        if many as f64 > few as f64 * MOST + SLACK as f64 || status != 200 || few == 0 {
            writeln!(grown, "  {status} {path} of {who}: {few}, then {many}").unwrap();
        }
    }
    assert!(grown.is_empty(), "these read more where there is more, or cannot be read\n{grown}");
    small.platform.end().await;
    large.platform.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_page_reads_on_sqlite() {
    what_a_page_reads_does_not_follow_the_size_of_the_library(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_page_reads_on_postgres() {
    what_a_page_reads_does_not_follow_the_size_of_the_library(Engine::Postgres).await;
}
