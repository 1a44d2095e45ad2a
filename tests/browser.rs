//! A real browser clicks through it: Debian's Chromium, driven by `playwright-core`, which needs no driver of its own
//! and can throttle, go offline and open several profiles at once.

use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;
use tokio::sync::watch;

use crate::support::both::both;
use crate::support::{Engine, PASSWORD, Platform, Taught, clips};

/// Runs `tests/browser/NAME.mjs` against the platform while its worker and its search follower run.
async fn click_through(platform: &Platform, name: &str, extra: &[(&str, &str)]) {
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(content::work::run(platform.library.clone(), stopped.clone()));
    let follower = tokio::spawn(content::search::run(platform.library.clone(), stopped));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut story = Command::new("node");
    story.arg(root.join("browser").join(format!("{name}.mjs"))).current_dir(root.join("../app"));
    story.env("MENPA_ADDRESS", &platform.address).env("MENPA_PASSWORD", PASSWORD);
    story.env("MENPA_SCRATCH", platform.folder.path());
    for (key, value) in extra {
        story.env(key, value);
    }
    let ran = story.stdin(Stdio::null()).output().await.expect("node is installed (cargo xtask setup)");
    stop.send_replace(true);
    let _ = tokio::join!(worker, follower);
    let told = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{told}");
}

both! {
    async fn upload_watching_and_report_by_clicks(platform) {
        platform.manager().await;
        platform.learner("dolma", &platform.near_clinic).await;
        platform.with_role("admin", "administrator", &platform.near_county).await;
        let clip = platform.folder.path().join("wash.mp4");
        std::fs::write(&clip, clips::clip(20)).unwrap();
        let captions = platform.folder.path().join("wash.vtt");
        std::fs::write(&captions, clips::captions(&["掌心相对揉搓", "手指交叉", "指背揉搓", "拇指旋转"])).unwrap();
        let paths = [("MENPA_CLIP", clip.to_str().unwrap()), ("MENPA_CAPTIONS", captions.to_str().unwrap())];
        click_through(platform, "main_job", &paths).await;
    }

    async fn the_learners_path_with_scripts_off(platform) {
        let manager = platform.manager().await;
        platform.published_lesson(&manager, 6).await;
        platform.learner("dolma", &platform.near_clinic).await;
        click_through(platform, "scripts_off", &[]).await;
    }
}

// What the pages show does not depend on the database, and these stories visit every page many times: once is enough.

/// A platform with a captioned lesson, its learner, and an administrator.
async fn furnished() -> (Platform, Taught) {
    let platform = Platform::start(Engine::Sqlite).await;
    let manager = platform.manager().await;
    let taught = platform.published_lesson(&manager, 6).await;
    let path = format!("/api/v1/resources/{}/captions/zh", taught.resource);
    let captions = manager.request(reqwest::Method::PUT, &path).body(clips::captions(&["袖带与心脏平齐", "血压"]));
    assert_eq!(captions.send().await.unwrap().status(), 204);
    platform.learner("dolma", &platform.near_clinic).await;
    platform.with_role("admin", "administrator", &platform.near_county).await;
    platform.finish_work().await;
    (platform, taught)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_accessible() {
    let (platform, _) = furnished().await;
    click_through(&platform, "accessible", &[]).await;
    platform.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_goes_by_keyboard_alone() {
    let (platform, taught) = furnished().await;
    let clip = platform.folder.path().join("wash.mp4");
    std::fs::write(&clip, clips::clip(6)).unwrap();
    let given = [("MENPA_CLIP", clip.to_str().unwrap()), ("MENPA_COURSE", taught.course.as_str())];
    // The administrator comes last, and assigns what is published: another course than the one taken back.
    let manager = platform.sign_in("manager").await;
    platform.published_lesson(&manager, 6).await;
    click_through(&platform, "keyboard", &given).await;
    platform.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lessons_are_moved_by_dragging_and_by_keys() {
    let platform = Platform::start(Engine::Sqlite).await;
    let manager = platform.manager().await;
    let taught = platform.published_lesson(&manager, 6).await;
    let course = manager.adds_course(&taught.column, "次序").await;
    for title in ["甲", "乙", "丙"] {
        manager.adds_lesson(&course, title, &taught.resource).await;
    }
    click_through(&platform, "order", &[("MENPA_COURSE", &course)]).await;
    platform.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn captions_are_mended_without_leaving_the_keyboard() {
    let (platform, taught) = furnished().await;
    click_through(&platform, "captions", &[("MENPA_RESOURCE", &taught.resource)]).await;
    platform.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_files_are_picked_changed_and_sent_together() {
    let (platform, _) = furnished().await;
    platform.expects(&["not_readable"]);
    let manager = platform.sign_in("manager").await;
    for number in 0..55 {
        manager.uploads(b"%PDF-1.7\n%%EOF\n", &format!("kept {number:02}.pdf"), "application/pdf").await;
    }
    click_through(&platform, "many", &[]).await;
    platform.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stock_player_plays_the_playlist() {
    let (platform, taught) = furnished().await;
    click_through(&platform, "stock", &[("MENPA_RESOURCE", &taught.resource)]).await;
    platform.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_costs_more_than_its_budget() {
    let (platform, _) = furnished().await;
    click_through(&platform, "budget", &[]).await;
    platform.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_network_a_page_says_so() {
    let (platform, taught) = furnished().await;
    click_through(&platform, "offline", &[("MENPA_RESOURCE", &taught.resource)]).await;
    platform.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tibetan_letters_come_where_the_system_has_none() {
    let (platform, _) = furnished().await;
    click_through(&platform, "letters", &[]).await;
    platform.end().await;
}
