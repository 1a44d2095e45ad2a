//! What one thing may take: sessions of a person, a transaction that reaches many, the disk while something is made.

use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::databases::{count, does};
use crate::support::person::client;
use crate::support::{PASSWORD, Person, Platform, clips, papers};

/// Four hundred and fifty people who have completed the first lesson of the one course.
const CROWD: [&str; 2] = [
    "insert into person (id, login, name, created_at)
     with recursive number (n) as (select cast(1 as bigint) union all select n + 1 from number where n < 450)
     select '0190000000007000900' || cast(10000 + n as text) || '00000000', 'crowd-' || cast(n as text), 'C', 0 from number",
    "insert into ledger (person, lesson, intervals, watched_ms, position_ms, position_at, started_at, updated_at, completed_at, completion_receipt)
     select p.id, l.id, '[]', 6000, 6000, 1, 1, 1, 1, 1 from person p, lesson l
     where p.login like 'crowd-%' and l.position = (select min(position) from lesson)",
];

/// Twenty-five more files like the one video there is, each a lesson of its own.
const VIDEOS: [&str; 2] = [
    "insert into resource (id, kind, title, language, filename, content_type, size_bytes, sha256, original, stage, uploader, owner_unit, created_at, duration_ms, class)
     with recursive number (n) as (select cast(1 as bigint) union all select n + 1 from number where n < 25)
     select '0190000000007000a00' || cast(10000 + n as text) || '00000000', r.kind, r.title, r.language, r.filename, r.content_type, r.size_bytes, r.sha256,
        r.original, 'ready', r.uploader, r.owner_unit, r.created_at, r.duration_ms, r.class
     from number, resource r where r.kind = 'video' and r.original <> ''",
    "insert into lesson (id, course, title, summary, language, resource, threshold_percent, position, created_at)
     select '0190000000007000b' || substr(r.id, 18), l.course, l.title, l.summary, l.language, r.id, l.threshold_percent, 10, 0
     from resource r, lesson l where r.id like '0190000000007000a%'",
];

async fn token(platform: &Platform) -> String {
    let request = client().post(format!("{}/api/v1/sign-in", platform.address));
    let told: Value =
        request.json(&json!({"login": "dolma", "password": PASSWORD})).send().await.unwrap().json().await.unwrap();
    told["token"].as_str().unwrap().to_owned()
}

async fn signs_in(browser: &Person) {
    let answer = browser.form("/sign-in", &[("login", "dolma"), ("password", PASSWORD), ("next", "/me")]).await;
    assert_eq!(answer.status(), 303);
}

/// The largest of the numbers that a program has written down, a line each; it may have been ended in the middle of one.
fn most_told(path: &std::path::Path) -> u64 {
    std::fs::read_to_string(path).unwrap().lines().filter_map(|line| line.parse().ok()).max().unwrap()
}

both! {
    async fn one_person_has_so_many_tokens_and_the_oldest_ends(platform) {
        let dolma = platform.learner("dolma", &platform.near_clinic).await;
        let browser = Person::unknown(&platform.address);
        signs_in(&browser).await;
        let with = |token: &str| Person { token: token.to_owned(), ..dolma.clone() };
        let mut tokens = vec![dolma.token.clone()];
        for _ in 1..content::people::MOST_SESSIONS {
            platform.later(1);
            tokens.push(token(platform).await);
        }
        assert_eq!(with(&tokens[0]).get("/api/v1/me").await.status, 200, "so many are hers");
        platform.later(1);
        tokens.push(token(platform).await);
        assert_eq!(with(&tokens[0]).get("/api/v1/me").await.status, 401, "the oldest has ended");
        assert_eq!(with(&tokens[1]).get("/api/v1/me").await.status, 200);
        assert_eq!(with(tokens.last().unwrap()).get("/api/v1/me").await.status, 200);
        assert_eq!(browser.page("/me").await.0, 200, "no program signs a browser out");
        for _ in 0..content::people::MOST_SESSIONS {
            platform.later(1);
            signs_in(&Person::unknown(&platform.address)).await;
        }
        assert_ne!(browser.page("/me").await.0, 200, "but other browsers do, in the end");
        assert_eq!(with(&tokens[1]).get("/api/v1/me").await.status, 200);
    }

    async fn what_reaches_many_people_is_done_in_goes(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let second = manager.adds_lesson(&taught.course, "再量一次", &taught.resource).await;
        for sql in CROWD {
            does(&platform.library, sql).await;
        }
        let completed = async || count(&platform.library, "select count(*) from course_completion").await;
        assert_eq!(completed().await, 0);
        manager.delete(&format!("/api/v1/courses/{}/lessons/{second}?significance=same", taught.course)).await.expect(200);
        assert_eq!(completed().await, 200, "not all of them while whoever else writes has to wait");
        platform.finish_work().await;
        assert_eq!(completed().await, 450);
        assert_eq!(count(&platform.library, "select count(*) from in_goes").await, 0);
        assert_eq!(count(&platform.library, "select count(distinct completed_at) from course_completion").await, 1, "all at the time of the edit");
    }

    async fn what_reaches_many_videos_is_done_in_goes(platform) {
        platform.expects(&["no_archive"]);
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        for sql in VIDEOS {
            does(&platform.library, sql).await;
        }
        let asked_for = async || count(&platform.library, "select count(*) from job where kind = 'shelve'").await;
        let policy = format!("/api/v1/columns/{}/policy", taught.column);
        manager.put(&policy, &json!({"class": null, "originals": "move"})).await.expect(204);
        let first = asked_for().await;
        assert!((1..=20).contains(&first), "{first} of 26");
        platform.finish_work().await;
        assert_eq!(asked_for().await, 26);
        assert_eq!(count(&platform.library, "select count(*) from in_goes").await, 0);
    }

    async fn what_is_kept_is_counted_as_it_is_kept(platform) {
        const RIGHT: &str = "
            select count(*) from (
                select '' as owner, cast(coalesce(sum(size_bytes), 0) as bigint) as bytes from resource where original_dropped_at is null
                union all select uploader, cast(sum(size_bytes) as bigint) from resource where original_dropped_at is null group by uploader
                union all select owner_unit, cast(sum(size_bytes) as bigint) from resource where original_dropped_at is null and owner_unit is not null group by owner_unit
            ) told where not exists (select 1 from kept_bytes k where k.owner = told.owner and k.bytes = told.bytes)";
        let manager = platform.manager().await;
        let far = platform.with_role("far", "content-manager", &platform.far_county).await;
        let wrong = async || count(&platform.library, RIGHT).await;
        let taught = platform.published_lesson(&manager, 6).await;
        let spare = manager.uploads(&papers::deck(&["Cards"], "Helvetica"), "cards.pdf", "application/pdf").await;
        far.uploads(&clips::clip(2), "far.mp4", "video/mp4").await;
        platform.finish_work().await;
        assert_eq!(wrong().await, 0, "what was uploaded");
        let column = format!("/api/v1/columns/{}/policy", taught.column);
        manager.put(&column, &json!({"class": null, "originals": "drop"})).await.expect(204);
        platform.later(8 * 24 * 3600);
        platform.finish_work().await;
        let manager = platform.sign_in("manager").await;
        assert_eq!(count(&platform.library, "select count(*) from resource where original_dropped_at is not null").await, 1);
        assert_eq!(wrong().await, 0, "what was dropped");
        let pick = [("go", "stay"), ("shown", spare.as_str()), ("pick", spare.as_str())];
        manager.form("/studio/resources/selection", &pick).await;
        let answer = manager.form("/studio/resources/selection/do", &[("act", "remove")]).await;
        assert!(answer.status().as_u16() < 400, "{answer:?}");
        assert_eq!(count(&platform.library, "select count(*) from resource").await, 2);
        assert_eq!(wrong().await, 0, "what was removed");
    }

    async fn a_transcoder_that_never_stops_talking_is_ended(platform) {
        platform.expects(&["worker_died"]);
        let manager = platform.manager().await;
        let clip = manager.uploads(&clips::clip(2), "clip.mp4", "video/mp4").await;
        let told = platform.folder.path().join("told");
        // It writes down how much was taken of it once nobody reads any more.
        let text = format!(
            "#!/bin/sh\nread -r job\nn=0\nwhile head -c 1048576 /dev/zero; do n=$((n + 1)); echo $n >> {}; done\n",
            told.display()
        );
        let talker = platform.script("talker", &text);
        let taken = platform.under(|settings| content::Settings { transcoder: talker, ..settings }).await;
        content::work::finish_work(&taken).await.unwrap();
        let told = most_told(&told);
        assert!((16..40).contains(&told), "{told} MiB were read");
        assert_ne!(manager.resource(&clip).await["stage"], "ready");
        taken.db().close().await;
    }

    async fn an_encoding_ends_where_what_has_to_stay_free_begins(platform) {
        platform.expects(&["disk_full"]);
        let manager = platform.manager().await;
        manager.uploads(&clips::clip(6), "clip.mp4", "video/mp4").await;
        // It takes sixteen megabytes more each time, to two gigabytes; what has to stay free begins after half a one.
        let real = crate::support::program("MENPA_TRANSCODE", "menpa-transcode");
        let text = format!(
            "#!/bin/sh\nread -r job\ncase \"$job\" in\n*':\"transcode\"'*)\nfolder=$(echo \"$job\" | sed 's/.*\"folder\":\"\\([^\"]*\\)\".*/\\1/')\n\
             size=0\nwhile [ $size -lt 2048 ]; do size=$((size + 16)); fallocate -l ${{size}}M \"$folder/filling\" || exit 1; echo $size >> {told}; sleep 0.02; done\n\
             exit 1 ;;\n*) {{ echo \"$job\"; /bin/cat; }} | {real} --job ;;\nesac\n",
            told = platform.folder.path().join("told").display(), real = real.display(),
        );
        let transcoder = platform.script("filling", &text);
        let free = platform.library.files().free_bytes().unwrap();
        assert!(free > 4 << 30, "this story needs 4 GiB of free disk");
        let tight = platform.under(|settings| content::Settings { transcoder, keep_free_bytes: free - (512 << 20), ..settings }).await;
        content::work::finish_work(&tight).await.unwrap();
        let told = most_told(&platform.folder.path().join("told"));
        assert!(told < 2048, "it was ended: {told} MiB");
        assert_eq!(count(&platform.library, "select count(*) from job where kind = 'transcode' and state = 'queued' and attempts = 0 and cause = 'disk_full'").await, 1);
        let scratch = std::fs::read_dir(platform.data().join("scratch/transcode")).into_iter().flatten().count();
        assert_eq!(scratch, 0, "and what it had made is gone");
        tight.db().close().await;
        platform.later(600);
        platform.finish_work().await;
        assert_eq!(count(&platform.library, "select count(*) from resource where stage = 'ready'").await, 1, "with room it goes on");
    }
}
