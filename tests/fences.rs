//! What a hostile file reaches: nothing of this machine, by way of a converter, a program that writes captions, or a scanner.

use std::path::Path;

use content::{Library, Reach, Settings};
use reqwest::Method;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::both::both;
use crate::support::papers::{self, linked_document, linked_word_document, zip};
use crate::support::{Person, Platform, clips};

async fn captions(person: &Person, resource: &str) -> String {
    person.page(&format!("/media/{resource}/captions/zh.vtt")).await.1
}

/// The newest job of a kind.
async fn job(manager: &Person, kind: &str) -> Value {
    let jobs = manager.get("/api/v1/jobs").await.expect(200);
    jobs["items"].as_array().unwrap().iter().find(|job| job["kind"] == kind).unwrap().clone()
}

async fn original(person: &Person, resource: &str) -> u16 {
    person.request(Method::GET, &format!("/media/{resource}/original")).send().await.unwrap().status().as_u16()
}

/// Works until nothing is left on a kernel that answers as one from before Landlock does.
fn finish_without_landlock(platform: &Platform, change: impl FnOnce(Settings) -> Settings + Send) {
    let work = || {
        let calls = [libc::SYS_landlock_create_ruleset, libc::SYS_landlock_add_rule, libc::SYS_landlock_restrict_self];
        let rules = calls.into_iter().map(|call| (call, Vec::new())).collect();
        let unknown = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
        let target = TargetArch::try_from(std::env::consts::ARCH).unwrap();
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, unknown, target).unwrap();
        let program: BpfProgram = filter.try_into().unwrap();
        seccompiler::apply_filter(&program).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let library = platform.under(change).await;
            content::work::finish_work(&library).await.unwrap();
            assert_eq!(library.is_fenced().await, Some(false));
            library.db().close().await;
        });
    };
    tokio::task::block_in_place(|| std::thread::scope(|scope| scope.spawn(work).join().unwrap()));
}

/// How many clearly red points the first page of a document has.
fn red(platform: &Platform, resource: &str) -> usize {
    let folders = platform.folder.path().join("data/files/renditions").join(resource);
    let mut pages = std::fs::read_dir(folders).unwrap().flatten().map(|folder| folder.path().join("page-0001.webp"));
    clips::pixels(&pages.find(|page| page.exists()).unwrap())
        .chunks_exact(3)
        .filter(|point| point[0] > 200 && point[1] < 60 && point[2] < 60)
        .count()
}

/// A scanner with a signature of our own for the harmless file that scanners are tried with.
fn scanner(platform: &Platform) -> (std::path::PathBuf, Reach) {
    let signatures = platform.folder.path().join("signatures");
    std::fs::create_dir_all(&signatures).unwrap();
    let sample = sample();
    let hash = Sha256::digest(&sample).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    std::fs::write(signatures.join("own.hsb"), format!("{hash}:{}:Own.Sample\n", sample.len())).unwrap();
    let text = format!("#!/bin/sh\nexec clamscan --no-summary -d {}/own.hsb \"$1\"\n", signatures.display());
    (platform.script("scan.sh", &text), Reach { reads: vec![signatures], socket: None })
}

/// Put together here, so that no scanner takes this source for it.
fn sample() -> Vec<u8> {
    ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTI", "VIRUS-TEST-FILE!$H+H*"].concat().into_bytes()
}

async fn scanned(platform: &Platform, program: &Path, reach: &Reach) -> Library {
    let (scan_command, scan_reach) = (Some(program.to_owned()), reach.clone());
    platform.under(|settings| Settings { scan_command, scan_reach, ..settings }).await
}

both! {
    async fn what_is_infected_is_refused_with_a_reason_and_handed_to_nobody(platform) {
        platform.expects(&["infected"]);
        let (program, reach) = scanner(platform);
        let library = scanned(platform, &program, &reach).await;
        let manager = platform.manager().await.at(&platform.serve(&library).await);
        let nested = zip(&[("word/vbaProject.bin", &zip(&[("inner.txt", &sample())]))]);
        let files = [("plain.txt", sample()), ("macros.docx", nested), ("film.mp4", sample())];
        for (name, bytes) in files {
            let id = manager.uploads(&bytes, name, "").await;
            assert_eq!(original(&manager, &id).await, 404, "{name}: nothing unscanned is handed out");
            content::work::finish_work(&library).await.unwrap();
            let refused = manager.resource(&id).await;
            assert_eq!((&refused["stage"], &refused["cause"]), (&json!("failed"), &json!("infected")), "{name}: {refused}");
            assert_eq!(original(&manager, &id).await, 404, "{name}");
            let page = manager.page(&format!("/studio/resources/{id}")).await.1;
            assert!(page.contains("found malware in this file"), "{name}: the uploader is told");
        }
        assert!(manager.page("/studio/jobs").await.1.contains("found malware in this file"));
        let clean = manager.uploads(&papers::deck(&["card"], "Helvetica"), "card.pdf", "application/pdf").await;
        content::work::finish_work(&library).await.unwrap();
        assert_eq!((&manager.resource(&clean).await["stage"], original(&manager, &clean).await), (&json!("ready"), 200));
        library.db().close().await;
    }

    async fn without_an_answer_of_the_scanner_an_upload_waits(platform) {
        let (program, reach) = scanner(platform);
        let broken = platform.script("broken.sh", "#!/bin/sh\nexit 2\n");
        let library = scanned(platform, &broken, &reach).await;
        let manager = platform.manager().await.at(&platform.serve(&library).await);
        let id = manager.uploads(b"hand washing, step by step", "steps.txt", "text/plain").await;
        content::work::finish_work(&library).await.unwrap();
        let waits = job(&manager, "pages").await;
        assert_eq!((&waits["state"], &waits["cause"]), (&json!("queued"), &json!("scan_failed")), "{waits}");
        assert_eq!((&waits["attempts"], original(&manager, &id).await), (&json!(0), 404), "no try is used up");
        library.db().close().await;
        platform.later(120);
        let library = scanned(platform, &program, &reach).await;
        let manager = manager.at(&platform.serve(&library).await);
        content::work::finish_work(&library).await.unwrap();
        assert_eq!((&manager.resource(&id).await["stage"], original(&manager, &id).await), (&json!("ready"), 200));
        library.db().close().await;
    }

    async fn a_program_that_writes_captions_reaches_what_is_named_and_nothing_else(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let (data, models) = (platform.folder.path().join("data"), platform.folder.path().join("models"));
        std::fs::create_dir(&models).unwrap();
        std::fs::write(models.join("small"), "a model").unwrap();
        let neighbor = platform.folder.path().join("neighbor");
        let other = platform.folder.path().join("other");
        let _listening = [&neighbor, &other].map(|path| std::os::unix::net::UnixListener::bind(path).unwrap());
        let text = format!(
            "#!/bin/sh\ncan() {{ if \"$@\" >/dev/null 2>&1; then printf 'yes '; else printf 'no '; fi; }}\n\
            printf 'WEBVTT\\n\\n00:01.000 --> 00:02.000\\n'\n\
            can cat {models}/small; can touch made; can cat {data}/menpa.sqlite; can ls {data}; can cat /etc/passwd\n\
            can sh -c ': >>{models}/small'; can ln -s /etc/passwd link; can kill -0 {id}\n\
            can perl -MSocket -e 'socket(S,AF_UNIX,SOCK_STREAM,0) && connect(S,sockaddr_un(\"{neighbor}\")) or exit 1'\n\
            can perl -MSocket -e 'socket(S,AF_UNIX,SOCK_STREAM,0) && connect(S,sockaddr_un(\"{other}\")) or exit 1'\n\
            can perl -MSocket -e 'socket(S,AF_INET,SOCK_STREAM,0) or exit 1'\n",
            models = models.display(),
            data = data.display(),
            neighbor = neighbor.display(),
            other = other.display(),
            id = std::process::id(),
        );
        let program = platform.script("captions.sh", &text);
        for (socket, expected) in [(None, "yes yes no no no no no no no no no"), (Some(neighbor.clone()), "yes yes no no no no no no yes no no")] {
            let caption_reach = Reach { reads: vec![models.clone()], socket };
            let caption_command = Some(program.clone());
            let able = platform.under(|settings| Settings { caption_command, caption_reach, ..settings }).await;
            let manager = manager.at(&platform.serve(&able).await);
            let ask = format!("/api/v1/resources/{}/captions/zh/automatic", taught.resource);
            assert_eq!(manager.request(Method::POST, &ask).send().await.unwrap().status(), 204);
            content::work::finish_work(&able).await.unwrap();
            let written = captions(&manager, &taught.resource).await;
            assert!(written.contains(expected), "{written}");
            able.db().close().await;
        }
    }

    async fn what_such_a_program_started_ends_with_its_job(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let nap = format!("98{}", uuid::Uuid::new_v4().as_u128() % 1_000_000);
        let program = platform.script("captions.sh", &format!("#!/bin/sh\nsleep {nap} &\nsleep {nap}\n"));
        let able = platform.under(|settings| Settings { caption_command: Some(program), ..settings }).await;
        let manager = manager.at(&platform.serve(&able).await);
        let ask = format!("/api/v1/resources/{}/captions/zh/automatic", taught.resource);
        assert_eq!(manager.request(Method::POST, &ask).send().await.unwrap().status(), 204);
        let worker = tokio::spawn({
            let able = able.clone();
            async move { content::work::finish_work(&able).await }
        });
        while sleepers(&nap) < 2 {
            assert!(!worker.is_finished(), "it naps");
            tokio::task::yield_now().await;
        }
        let id = job(&manager, "caption").await["id"].as_str().unwrap().to_owned();
        manager.post(&format!("/api/v1/jobs/{id}/cancel"), &Value::Null).await.expect(200);
        worker.await.unwrap().unwrap();
        while sleepers(&nap) > 0 {
            tokio::task::yield_now().await;
        }
        able.db().close().await;
    }

    async fn documents_are_not_converted_where_nothing_keeps_their_converters_in(platform) {
        platform.expects(&["no_fence"]);
        let manager = platform.manager().await;
        let secret = platform.folder.path().join("secret.png");
        std::fs::write(&secret, clips::red_picture()).unwrap();
        let document = linked_document(&secret);
        let id = manager.uploads(&document, "linked.odt", "").await;
        let text = manager.uploads(b"hand washing, step by step", "steps.txt", "text/plain").await;
        finish_without_landlock(platform, |settings| settings);
        let refused = manager.resource(&id).await;
        assert_eq!((&refused["stage"], &refused["cause"]), (&json!("failed"), &json!("no_fence")), "{refused}");
        assert_eq!(job(&manager, "pages").await["attempts"], 1);
        assert_eq!(manager.resource(&text).await["stage"], "ready", "what needs no converter is made");
        assert!(manager.page("/studio/jobs").await.1.contains("documents are not converted"), "everybody is told");
        // Where the operator wants it all the same, the converter's own settings block the link.
        let again = manager.uploads(&document, "linked.odt", "").await;
        let word = manager.uploads(&linked_word_document(&secret), "linked.docx", "").await;
        finish_without_landlock(platform, |settings| Settings { unfenced_documents: true, ..settings });
        for (id, name) in [(&again, "ODT"), (&word, "DOCX")] {
            assert_eq!((&manager.resource(id).await["stage"], red(platform, id)), (&json!("ready"), 0), "{name}");
        }
        let fenced = manager.uploads(&document, "linked.odt", "").await;
        platform.finish_work().await;
        assert_eq!((&manager.resource(&fenced).await["stage"], red(platform, &fenced)), (&json!("ready"), 0));
    }

    async fn what_a_converter_left_is_looked_at_before_it_is_kept(platform) {
        platform.expects(&["unsafe_file"]);
        let manager = platform.manager().await;
        let picture = |name: &str| json!({"file": name, "size_bytes": 5});
        let said = |name: &str| {
            let page = json!({"width": 9, "height": 9, "avif": picture("fine"), "webp": picture(name), "text": "", "is_legacy": false});
            json!({"event": "paged", "format": "pdf", "pages": [page], "legacy_fonts": [], "lacks_office": false}).to_string()
        };
        let hostile = [
            ("ln -s /etc/passwd page", "page"),
            ("mkfifo page", "page"),
            ("mkdir page", "page"),
            ("echo x >other; ln other page", "page"),
            ("echo x >page", "../page"),
            ("true", "page"),
        ];
        for (deed, name) in hostile {
            let text = format!(
                "#!/bin/sh\nread -r job\ncd \"$(printf %s \"$job\" | /bin/sed 's/.*\"folder\":\"\\([^\"]*\\)\".*/\\1/')\"\n\
                PATH=/bin:/usr/bin; echo fine >fine; {deed}\nprintf '%s\\n' '{}'\n",
                said(name)
            );
            let transcoder = platform.script("hostile.sh", &text);
            let taken_over = platform.under(|settings| Settings { transcoder, ..settings }).await;
            let id = manager.uploads(&papers::deck(&["card"], "Helvetica"), "card.pdf", "application/pdf").await;
            content::work::finish_work(&taken_over).await.unwrap();
            let resource = manager.resource(&id).await;
            assert_eq!((&resource["stage"], &resource["cause"]), (&json!("failed"), &json!("unsafe_file")), "{deed}: {resource}");
            taken_over.db().close().await;
        }
    }

    async fn a_converter_past_its_limit_is_not_tried_again(platform) {
        platform.expects(&["too_slow"]);
        let manager = platform.manager().await;
        let text = "#!/bin/sh\nread -r job\necho '{\"event\":\"failed\",\"cause\":\"too_slow\",\"detail\":\"LibreOffice\"}'\n";
        let transcoder = platform.script("slow.sh", text);
        let slow = platform.under(|settings| Settings { transcoder, ..settings }).await;
        let id = manager.uploads(&papers::deck(&["card"], "Helvetica"), "card.pdf", "application/pdf").await;
        content::work::finish_work(&slow).await.unwrap();
        let job = job(&manager, "pages").await;
        assert_eq!((&job["state"], &job["cause"], &job["attempts"]), (&json!("failed"), &json!("too_slow"), &json!(1)));
        assert!(manager.page(&format!("/studio/resources/{id}")).await.1.contains("longer than its limit"));
        slow.db().close().await;
    }
}

/// How many processes sleep so long.
fn sleepers(nap: &str) -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let lines = processes.filter_map(|each| std::fs::read_to_string(each.path().join("cmdline")).ok());
    lines.filter(|line| line.starts_with("sleep") && line.contains(nap)).count()
}
