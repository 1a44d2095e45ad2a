//! Is nothing lost that was acknowledged, whatever happens? Kills and full disks at moments that chance names, while many
//! write. The same stories with larger numbers are `cargo xtask bench faults`.

mod asking;
mod uploader;
mod work;
mod writers;

use std::time::Instant;

use content::Settings;
use serde_json::json;

use crate::support::both::both;
use crate::support::chance::{Chance, variable};
use crate::support::disk::{Disk, SmallPostgres};
use crate::support::program::{Running, menpa_on};
use crate::support::{Engine, Person, Platform, faults};
use work::Work;

/// How often on each engine, unless the environment says otherwise (`MENPA_KILLS`, `MENPA_FULL_DISKS`).
const KILLS: usize = 5;
const FULL_DISKS: usize = 2;

both! {
    async fn no_kill_loses_what_was_acknowledged(platform) {
        let mut chance = Chance::seeded();
        let mut work = Work::prepare(platform, &mut chance).await;
        let mut server = platform.run_program().await;
        let kills = variable("MENPA_KILLS", KILLS);
        for _ in 0..kills {
            work.begins(&server.address);
            work.until_more_is_kept(20 + chance.below(120)).await;
            // Anywhere between two answers.
            for _ in 0..chance.below(2000) {
                tokio::task::yield_now().await;
            }
            server.kill().await;
            work.has_ended().await;
            server = platform.run_program().await;
            work.holds(&server.address, false).await;
        }
        work.is_done(&server.address).await;
        server.kill().await;
        assert_eq!(work.counts().refused, 0, "nobody was refused");
        assert_eq!(faults(&platform.library).await, Vec::<String>::new());
        work.tell("kills", platform.engine(), &json!({"kills": kills}));
    }
}

/// A library on a disk that may be filled, and its database on that or on another.
struct Place {
    files: Disk,
    settings: Settings,
    database: Option<SmallPostgres>,
}

impl Place {
    /// The disk that is filled in a round: where there are two, one after the other.
    fn disk(&self, round: usize) -> &Disk {
        let database = self.database.as_ref().filter(|_| round.is_multiple_of(2));
        database.map_or(&self.files, |postgres| &postgres.disk)
    }

    fn look_after_database(&mut self) {
        if let Some(postgres) = &mut self.database {
            postgres.look_after();
        }
    }
}

/// What a learner reads is there; where the database has a disk of its own that is full, it may be away, which is said.
async fn reads(work: &Work, reader: &Person, is_away: bool) {
    for path in [format!("/courses/{}/lessons/{}", work.taught.course, work.taught.lesson), "/".to_owned()] {
        let (status, page) = reader.page(&path).await;
        let is_said = is_away && status == 503 && page.contains("<main");
        assert!(status == 200 || is_said, "{path}: {status} {page}");
    }
}

async fn is_ready(reader: &Person) -> bool {
    let asked = reader.client.get(format!("{}/readyz", reader.address)).send().await;
    asked.unwrap().status() == 200
}

/// Full, and then there is room again; gives after how many seconds everybody's writes went well again.
async fn outage(work: &Work, place: &mut Place, reader: &Person, round: usize, chance: &mut Chance) -> f64 {
    work.until_more_is_kept(20 + chance.below(80)).await;
    let refused = work.counts().refused + 10 + chance.below(60);
    let is_away = place.database.is_some() && round.is_multiple_of(2);
    while work.counts().refused < refused {
        place.disk(round).fill();
        reads(work, reader, is_away).await;
        place.look_after_database();
        work.must_go_on().await;
    }
    place.disk(round).make_room();
    let begun = Instant::now();
    let before = work.counts();
    let is_over = || work.counts().kept.iter().zip(&before.kept).all(|(now, before)| now > before);
    while !(is_over() && is_ready(reader).await) {
        place.look_after_database();
        work.must_go_on().await;
        let refused = work.counts().refused - before.refused;
        assert!(refused < 5000, "there is room, and {refused} more were refused: {:?} {before:?}", work.counts());
    }
    begun.elapsed().as_secs_f64()
}

async fn no_full_disk_loses_what_was_acknowledged(platform: &Platform, database: Option<SmallPostgres>) {
    platform.expects(&["disk_full", "busy"]);
    let mut chance = Chance::seeded();
    let mut work = Work::prepare(platform, &mut chance).await;
    let files = Disk::make().await;
    let settings = platform.move_to(&files).await;
    let mut place = Place { files, settings, database };
    let mut server = Running::start_on(&place.files, &place.settings).await;
    let rounds = variable("MENPA_FULL_DISKS", FULL_DISKS);
    let mut longest = 0.0_f64;
    for round in 0..rounds {
        let reader = work.reader.at(&server.address);
        work.begins(&server.address);
        longest = longest.max(outage(&work, &mut place, &reader, round, &mut chance).await);
        work.stops().await;
        work.holds(&server.address, false).await;
    }
    work.is_found().await;
    // What a full disk made wait, waits for minutes; a killed worker's job is taken up at once.
    server.kill().await;
    server = Running::start_on(&place.files, &place.settings).await;
    work.is_done(&server.address).await;
    server.kill().await;
    let checked = menpa_on(&place.files, &place.settings, "check").output().await.unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    work.tell("full disks", platform.engine(), &json!({"full_disks": rounds, "longest_recovery_s": longest}));
    platform.library.db().close().await;
    if let Some(postgres) = place.database {
        postgres.end().await;
    }
}

mod no_full_disk_loses_what_was_acknowledged {
    use super::{Engine, Platform, SmallPostgres};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        let platform = Platform::start(Engine::Sqlite).await;
        super::no_full_disk_loses_what_was_acknowledged(&platform, None).await;
        platform.end().await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let postgres = SmallPostgres::start().await;
        let platform = Platform::start_at(&postgres).await;
        super::no_full_disk_loses_what_was_acknowledged(&platform, Some(postgres)).await;
    }
}
