//! A platform for one story: the real server on a free port, and one method for each thing a person does.

pub(crate) mod both;
pub(crate) mod chance;
pub(crate) mod clips;
pub(crate) mod databases;
pub(crate) mod disk;
pub(crate) mod document;
pub(crate) mod figures;
pub(crate) mod html;
pub(crate) mod outside;
pub(crate) mod papers;
pub(crate) mod person;
pub(crate) mod program;
pub(crate) mod reads;

use std::net::SocketAddr;
use std::sync::Mutex;

use content::people::{NewPerson, Role};
use content::{Library, Settings};
use serde_json::{Value, json};
use server::serving::Limits;
use server::{Config, Platform as Serving, router};

pub(crate) use databases::{Engine, Guard, fresh_databases};
pub(crate) use person::Person;
pub(crate) use program::program;

/// Everybody's password in the stories.
pub(crate) const PASSWORD: &str = "stories have long passwords";

/// Where people reach the platform whose catalog is public.
pub(crate) const PUBLIC: &str = "https://menpa.example";

/// One running platform with a small tree: a prefecture, two counties, a clinic in each.
pub(crate) struct Platform {
    pub(crate) library: Library,
    pub(crate) address: String,
    pub(crate) prefecture: String,
    pub(crate) near_county: String,
    pub(crate) near_clinic: String,
    pub(crate) far_county: String,
    pub(crate) far_clinic: String,
    pub(crate) folder: tempfile::TempDir,
    settings: Settings,
    expected: Mutex<Vec<String>>,
    guard: Guard,
}

impl Platform {
    pub(crate) async fn start(engine: Engine) -> Self {
        let mut platform = Self::start_empty(engine).await;
        platform.plant_tree().await;
        platform
    }

    /// A platform in which nobody and nothing is yet.
    pub(crate) async fn start_empty(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (url, guard) = databases::fresh(engine, folder.path()).await;
        Self::start_in(folder, url, guard).await
    }

    /// A platform whose database is on a disk that may be filled.
    pub(crate) async fn start_at(postgres: &disk::SmallPostgres) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut platform = Self::start_in(folder, postgres.url(), Guard::default()).await;
        platform.plant_tree().await;
        platform
    }

    async fn start_in(folder: tempfile::TempDir, url: String, guard: Guard) -> Self {
        let settings = Settings {
            folder: folder.path().join("data"),
            database_url: Some(url),
            transcoder: program("MENPA_TRANSCODE", "menpa-transcode"),
            effort: content::media::Effort::Quick,
            ..Settings::default()
        };
        let library = Library::open(settings.clone()).await.expect("the library opens");
        library.db().migrate().await.expect("it migrates");
        let address = serve(&library, &config(folder.path())).await;
        Self {
            library,
            settings,
            address,
            prefecture: String::new(),
            near_county: String::new(),
            near_clinic: String::new(),
            far_county: String::new(),
            far_clinic: String::new(),
            folder,
            expected: Mutex::default(),
            guard,
        }
    }

    async fn plant_tree(&mut self) {
        let root = NewPerson { login: "root", name: "Root", password: Some(PASSWORD), unit: None };
        content::people::add_from_command_line(&self.library, &root, Role::Administrator).await.expect("root");
        let root = self.sign_in("root").await;
        self.prefecture = root.adds_unit("Yulha", "prefecture", None).await;
        self.near_county = root.adds_unit("Near", "county", Some(&self.prefecture)).await;
        self.near_clinic = root.adds_unit("Near clinic", "clinic", Some(&self.near_county)).await;
        self.far_county = root.adds_unit("Far", "county", Some(&self.prefecture)).await;
        self.far_clinic = root.adds_unit("Far clinic", "clinic", Some(&self.far_county)).await;
    }

    pub(crate) async fn sign_in(&self, login: &str) -> Person {
        Person::sign_in(&self.address, login, PASSWORD).await
    }

    /// Adds a learner who works at `unit`, and signs her in.
    pub(crate) async fn learner(&self, login: &str, unit: &str) -> Person {
        let root = self.sign_in("root").await;
        let body = json!({"login": login, "name": format!("Learner {login}"), "password": PASSWORD, "org_unit": unit});
        root.post("/api/v1/people", &body).await.expect(201);
        self.sign_in(login).await
    }

    /// Adds somebody with one more role over `unit`, and signs her in.
    pub(crate) async fn with_role(&self, login: &str, role: &str, unit: &str) -> Person {
        let person = self.learner(login, unit).await;
        let root = self.sign_in("root").await;
        let body = json!({"person": person.id, "role": role, "org_unit": unit});
        root.post("/api/v1/grants", &body).await.expect(201);
        person
    }

    /// A content manager of the whole prefecture.
    pub(crate) async fn manager(&self) -> Person {
        self.with_role("manager", "content-manager", &self.prefecture).await
    }

    /// Runs everything that waits in the queue, then brings the search index up to date.
    pub(crate) async fn finish_work(&self) {
        Box::pin(content::work::finish_work(&self.library)).await.expect("the queue can be worked on");
        self.must_be_at_rest(&self.library).await;
        content::search::catch_up(&self.library).await.expect("the index follows");
        content::asked::write_down(&self.library).await.expect("what was asked is counted");
    }

    /// This story makes jobs fail, or wait for another try, of these causes; any other ends it.
    pub(crate) fn expects(&self, causes: &[&str]) {
        self.expected.lock().expect("no story panics here").extend(causes.iter().map(|cause| (*cause).to_owned()));
    }

    /// # Panics
    /// Where a job failed, or waits because its last try did, of a cause that the story did not expect.
    async fn must_be_at_rest(&self, library: &Library) {
        let troubled = content::queue::list_troubled(library).await.expect("the queue can be read");
        let expected = self.expected.lock().expect("no story panics here").clone();
        let is_expected = |job: &content::queue::Job| job.cause.as_ref().is_some_and(|cause| expected.contains(cause));
        let unexpected: Vec<_> = troubled.iter().filter(|job| !is_expected(job)).collect();
        let told = unexpected.iter().map(|job| {
            let (cause, detail) = (job.cause.as_deref().unwrap_or_default(), job.detail.as_deref().unwrap_or_default());
            format!("{} {} is {} after {} tries: {cause}: {detail}\n", job.kind, job.subject, job.state, job.attempts)
        });
        assert!(unexpected.is_empty(), "nobody expected this of the queue:\n{}", told.collect::<String>());
    }

    /// Starts a worker whose transcoder never finishes a job of `kind`, and kills it when the transcoder has begun one.
    pub(crate) async fn a_worker_dies_at(&self, kind: &str) {
        let (library, begun) = self.stuck_at(kind).await;
        let worker = tokio::spawn({
            let library = library.clone();
            async move { content::work::finish_work(&library).await }
        });
        while !begun.exists() {
            assert!(!worker.is_finished(), "there was no {kind} to begin");
            tokio::task::yield_now().await;
        }
        worker.abort();
        let _ = worker.await;
        library.db().close().await;
    }

    /// One worker after the other dies at a job of `kind`, as often as it is tried.
    pub(crate) async fn every_worker_dies_at(&self, kind: &str) {
        for _ in 1..=5 {
            self.a_worker_dies_at(kind).await;
            self.later(60);
        }
    }

    /// The same library with a transcoder that never finishes a job of `kind`, and the file it makes when it begins one.
    pub(crate) async fn stuck_at(&self, kind: &str) -> (Library, std::path::PathBuf) {
        let (transcoder, begun) = self.transcoder_stuck_at(kind);
        (self.under(|settings| Settings { transcoder, workers: Some(1), ..settings }).await, begun)
    }

    fn transcoder_stuck_at(&self, kind: &str) -> (std::path::PathBuf, std::path::PathBuf) {
        let begun = self.folder.path().join(format!("begun-{}", uuid::Uuid::new_v4().simple()));
        let real = self.settings.transcoder.display();
        let text = format!(
            "#!/bin/sh\nread -r job\ncase \"$job\" in\n*':\"{kind}\"'*) : >{begun}; exec /bin/cat ;;\n\
             *) {{ echo \"$job\"; /bin/cat; }} | {real} --job ;;\nesac\n",
            begun = begun.display(),
        );
        (self.script(&format!("stuck-at-{kind}-{}", uuid::Uuid::new_v4().simple()), &text), begun)
    }

    /// The same library under other settings.
    pub(crate) async fn under(&self, change: impl FnOnce(Settings) -> Settings) -> Library {
        Library::open(change(self.settings.clone())).await.expect("the library opens again")
    }

    /// Serves it too; gives its address.
    pub(crate) async fn serve(&self, library: &Library) -> String {
        serve(library, &config(self.folder.path())).await
    }

    /// Serves it so that only so much is let in; gives its address.
    pub(crate) async fn serve_within(&self, limits: Limits) -> String {
        serve_within(&self.library, &config(self.folder.path()), limits).await
    }

    /// Where its database is.
    pub(crate) fn database_url(&self) -> &str {
        self.settings.database_url.as_deref().expect("a story names its database")
    }

    pub(crate) fn engine(&self) -> Engine {
        if self.database_url().starts_with("sqlite") { Engine::Sqlite } else { Engine::Postgres }
    }

    /// Copies it to a disk that may be filled; the same library is served from there under these settings.
    pub(crate) async fn move_to(&self, disk: &disk::Disk) -> Settings {
        disk.bring(self.data()).await;
        let mut settings = Settings { folder: disk.path().join("data"), ..self.settings.clone() };
        if self.engine() == Engine::Sqlite {
            for name in ["story.sqlite", "story.sqlite-wal"] {
                disk.bring(&self.folder.path().join(name)).await;
            }
            settings.database_url = Some(format!("sqlite:{}", disk.path().join("story.sqlite").display()));
        }
        settings
    }

    /// The folder of this node.
    pub(crate) fn data(&self) -> &std::path::Path {
        &self.settings.folder
    }

    /// Runs one command of the program beside whatever serves its folder, to its end.
    pub(crate) async fn commands(&self, verb: &str) -> std::process::Output {
        program::menpa(&self.settings, verb).output().await.expect("menpa is built")
    }

    /// Serves this library so that everybody may read its catalog, which calls itself [`PUBLIC`]; gives the address.
    pub(crate) async fn serve_publicly(&self) -> String {
        let public_url = Some(PUBLIC.to_owned());
        serve(&self.library, &Config { public_catalog: true, public_url, ..config(self.folder.path()) }).await
    }

    /// A script in this platform's folder that may be run.
    pub(crate) fn script(&self, name: &str, text: &str) -> std::path::PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a script");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it may run");
        path
    }

    /// Starts the program `menpa` on this platform's library: what is killed is not this process.
    pub(crate) async fn run_program(&self) -> program::Running {
        program::Running::start(&self.settings).await
    }

    /// Starts it under other settings as another node of the same library, without its worker.
    pub(crate) async fn run_another_node(&self, change: impl FnOnce(Settings) -> Settings) -> program::Running {
        let files_url = Some(format!("file://{}", self.data().join("files").display()));
        let settings = Settings { folder: self.folder.path().join("other"), files_url, ..self.settings.clone() };
        program::Running::start_without_worker(&change(settings)).await
    }

    /// The same with a transcoder that never finishes a job of `kind`, once that has begun.
    pub(crate) async fn run_program_stuck_at(&self, kind: &str) -> program::Running {
        let (transcoder, begun) = self.transcoder_stuck_at(kind);
        let running = program::Running::start(&Settings { transcoder, ..self.settings.clone() }).await;
        while !begun.exists() {
            tokio::task::yield_now().await;
        }
        running
    }

    /// Kills `menpa reindex` after so many changes to the index; false when it was done before.
    pub(crate) async fn kill_reindex(&self, changes: usize) -> bool {
        program::kill_reindex(&self.settings, changes).await
    }

    /// Moves the platform's clock, which the clock rule, leases and expiries go by.
    pub(crate) fn later(&self, seconds: i64) {
        self.library.clock.advance_ms(seconds * 1000);
    }

    /// A published course with one lesson of `seconds`, its video encoded; gives course, lesson and resource.
    pub(crate) async fn published_lesson(&self, manager: &Person, seconds: u32) -> Taught {
        let column = format!("column-{}", uuid::Uuid::new_v4().simple());
        let title = json!({"zh": "常见病", "bo": "ནད་རིགས།", "en": "Common diseases"});
        manager.post("/api/v1/columns", &json!({"slug": column, "title": title})).await.expect(201);
        let resource = manager.uploads(&clips::clip(seconds), "clip.mp4", "video/mp4").await;
        self.finish_work().await;
        let course = manager.adds_course(&column, "测量血压").await;
        let lesson = manager.adds_lesson(&course, "怎样量血压", &resource).await;
        manager.post(&format!("/api/v1/courses/{course}/publish"), &Value::Null).await.expect(200);
        self.finish_work().await;
        Taught { column, course, lesson, resource }
    }

    /// Ends the story: nothing of it stays behind.
    pub(crate) async fn end(self) {
        // A story may have closed the database, to see what is said then.
        let library = self.under(|settings| settings).await;
        self.must_be_at_rest(&library).await;
        library.db().close().await;
        self.library.db().close().await;
        self.guard.remove().await;
    }
}

/// What is missing or too short among the files of a library.
pub(crate) async fn faults(library: &Library) -> Vec<String> {
    content::courseware::check::check(library, &mut |_, _| {}).await.expect("the files can be looked at").faults
}

/// What [`Platform::published_lesson`] made.
pub(crate) struct Taught {
    pub(crate) column: String,
    pub(crate) course: String,
    pub(crate) lesson: String,
    pub(crate) resource: String,
}

fn config(folder: &std::path::Path) -> Config {
    Config {
        data: folder.join("data"),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        database_url: None,
        files_url: None,
        archive_url: None,
        workers: None,
        keep_free: 0,
        quota_person: u64::MAX,
        quota_unit: u64::MAX,
        quota: None,
        caption_command: None,
        caption_reads: Vec::new(),
        caption_socket: None,
        scan_command: None,
        scan_reads: Vec::new(),
        scan_socket: None,
        unfenced_documents: false,
        public_url: None,
        public_catalog: false,
        contact: None,
        log: String::new(),
        transcoder: None,
        office: None,
        effort: content::media::Effort::Quick,
        behind_proxy: true,
    }
}

async fn serve(library: &Library, config: &Config) -> String {
    serve_within(library, config, Limits::default()).await
}

async fn serve_within(library: &Library, config: &Config, limits: Limits) -> String {
    let listener = tokio::net::TcpListener::bind(config.listen).await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("it has an address"));
    let app = router(Serving::new(library.clone(), config).with_room(&limits));
    tokio::spawn(async move {
        let (_never, stop) = tokio::sync::watch::channel(false);
        server::serving::serve(listener, app, limits, stop).await;
    });
    address
}
