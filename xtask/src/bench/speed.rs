//! How fast do pages come, and does that follow the size of the library? Five hundred learners ask at random over 64
//! connections, while receipts are written and must be seen at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};

use super::client::{Asker, Client};
use super::learners::{self, Learner};
use super::library::Served;
use crate::postgres::Postgres;
use crate::seed::{self, Scale, Store};
use crate::{cargo, program, step};

/// How many ask at once.
const CONNECTIONS: usize = 64;
const RECEIPTS_A_SECOND: u32 = 20;
/// How many administrators ask while learners go on.
const ADMINISTRATORS: usize = 4;
/// How often an administrator's first page is asked for, to know the middle.
const TIMES: usize = 5;
/// Ticks of processor time in a second, as Linux tells them to programs.
const TICKS: f64 = 100.0;
const PAGES: [&str; 6] = ["home", "me", "column", "course", "lesson", "search"];
const QUESTIONS: [&str; 12] = [
    "高血压",
    "糖尿病",
    "肺炎",
    "腹泻",
    "高原病",
    "用药",
    "儿童发热",
    "blood pressure",
    "pneumonia",
    "ཁྲག་ཤེད།",
    "gaoxueya",
    "急救",
];

/// What `cargo xtask bench pages` may be told.
#[derive(Args)]
pub(super) struct Settings {
    /// Which libraries; each is made where it is not there yet
    #[arg(long, value_enum, num_args = 1.., default_values = ["sample", "day-one", "province"])]
    scale: Vec<Scale>,
    /// Which databases
    #[arg(long, value_enum, num_args = 1.., default_values = ["sqlite", "postgres"])]
    engine: Vec<Engine>,
    /// A PostgreSQL server that keeps its databases, so that the next run need not fill them again
    #[arg(long)]
    postgres: Option<String>,
    /// A program to measure that is there already, as one from before a change
    #[arg(long)]
    pub(super) menpa: Option<PathBuf>,
    /// How long to ask for each page, in seconds
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// Where the libraries are kept; by default where `cargo xtask seed` puts them
    #[arg(long)]
    seeds: Option<PathBuf>,
}

impl Settings {
    /// The sample library on SQLite alone.
    pub(super) fn of_the_sample(seconds: u32) -> Self {
        Self {
            scale: vec![Scale::Sample],
            engine: vec![Engine::Sqlite],
            postgres: None,
            menpa: None,
            seconds,
            seeds: None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// As the stories are called that run on it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// Measures each engine at each scale, then says how the scales compare.
pub(super) fn measure(root: &Path, menpa: &Path, settings: &Settings) -> Result<()> {
    let mut speeds: BTreeMap<(Engine, &str, &str), f64> = BTreeMap::new();
    let seeds = settings.seeds.clone().unwrap_or_else(|| cargo::target(root).join("seed"));
    for engine in &settings.engine {
        let private = match engine {
            Engine::Postgres if settings.postgres.is_none() => Some(Postgres::start()?),
            _ => None,
        };
        let server = settings.postgres.as_deref().or(private.as_ref().map(|server| server.url.as_str()));
        for scale in &settings.scale {
            let database = match (engine, server) {
                (Engine::Postgres, Some(server)) => Some(database_on(server, *scale)?),
                _ => None,
            };
            let name = scale.name();
            let data = seeds.join(if database.is_some() { format!("{name}-postgres") } else { name.to_owned() });
            if private.is_some() && data.exists() {
                // What was loaded into a server that is no more.
                std::fs::remove_dir_all(&data)?;
            }
            let store = Store { data: &data, database_url: database.as_deref() };
            seed::load_if_missing(root, menpa, *scale, &store)?;
            let served = Served::open(menpa, &store)?;
            for (page, speed) in one(&served, engine.name(), name, &data.join(seed::SIGN_INS), settings.seconds)? {
                speeds.insert((*engine, page, name), speed);
            }
        }
    }
    print_ratios(&speeds);
    Ok(())
}

/// The address of a database of that scale, which is made where it is missing.
fn database_on(server: &str, scale: Scale) -> Result<String> {
    let name = format!("menpa_{}", scale.name().replace('-', "_"));
    let psql = |sql: &str| program::read(Command::new("psql").args([server, "-qAtc", sql]));
    let there = psql(&format!("select 1 from pg_database where datname = '{name}'"))?;
    if there.trim().is_empty() {
        psql(&format!("create database {name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'"))?;
    }
    let (server, _) = server.rsplit_once('/').context("the address of PostgreSQL names no database")?;
    Ok(format!("{server}/{name}"))
}

/// One library on one engine: all pages, plain and as `br`, then administrators. Gives each page's requests a second.
fn one(served: &Served, engine: &str, scale: &str, sign_ins: &Path, seconds: u32) -> Result<Vec<(&'static str, f64)>> {
    let learners = step::quietly("signing in 500 learners", || learners::gather(&served.address, sign_ins))?;
    step::answer(format_args!(
        "\n{engine}, {scale}: {} learners at random, {CONNECTIONS} connections, {}",
        learners.len(),
        load()
    ));
    step::answer(
        "  page     requests/s      p50      p99  processor       KB  | as br: requests/s  processor       KB",
    );
    let stop = AtomicBool::new(false);
    let columns = columns(&served.address, &learners)?;
    let mut speeds = Vec::new();
    std::thread::scope(|scope| -> Result<()> {
        let watching = scope.spawn(|| learners::watch(&served.address, &learners, RECEIPTS_A_SECOND, &stop));
        let asked = PAGES.iter().try_for_each(|page| -> Result<()> {
            let path = |learner: &Learner, random: u64| path_of(page, learner, &columns, random);
            let plain = ask(served, &learners, &path, "identity", seconds)?;
            let br = ask(served, &learners, &path, "br", seconds.div_ceil(2))?;
            step::answer(format_args!(
                "  {page:8} {plain}  | {:>18.0} {:>8.2}ms {:>8.1}",
                br.each_second, br.processor_ms, br.kb
            ));
            speeds.push((*page, plain.each_second));
            ensure!(!watching.is_finished(), "nobody watches any more");
            Ok(())
        });
        stop.store(true, Ordering::Relaxed);
        let watched = watching.join().map_err(|_| anyhow::anyhow!("a thread broke"))??;
        asked?;
        let each_second = f64::from(watched.receipts) / watched.seconds;
        step::answer(format_args!(
            "  {} receipts, {each_second:.1} a second, each seen on the next home",
            watched.receipts
        ));
        Ok(())
    })?;
    administrators(served, &learners, sign_ins, seconds)?;
    step::answer(format_args!("  memory {} MB, {}", served.resident_mb()?, load()));
    Ok(speeds)
}

/// The slugs of all columns.
fn columns(address: &str, learners: &[Learner]) -> Result<Vec<String>> {
    let told = Client::connect(address)?.text("/api/v1/columns", &learners[0].asker)?;
    let told: serde_json::Value = serde_json::from_str(&told)?;
    let slugs = told["items"].as_array().into_iter().flatten().filter_map(|column| column["slug"].as_str());
    Ok(slugs.map(str::to_owned).collect())
}

fn path_of(page: &str, learner: &Learner, columns: &[String], random: u64) -> String {
    let one_of = |all: &[String]| all[usize::try_from(random).unwrap_or_default() % all.len()].clone();
    match page {
        "me" => "/me".to_owned(),
        "column" => format!("/columns/{}", one_of(columns)),
        "course" => one_of(&learner.courses),
        "lesson" => one_of(&learner.lessons),
        "search" => {
            format!("/search?q={}", escaped(QUESTIONS[usize::try_from(random).unwrap_or_default() % QUESTIONS.len()]))
        }
        _ => "/".to_owned(),
    }
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What asking for one kind of page came to.
struct Asked {
    each_second: f64,
    p50: Duration,
    p99: Duration,
    /// Of the server, a request.
    processor_ms: f64,
    kb: f64,
}

impl std::fmt::Display for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |time: Duration| time.as_secs_f64() * 1000.0;
        let (p50, p99) = (ms(self.p50), ms(self.p99));
        write!(f, "{:>10.0} {p50:>6.1}ms {p99:>6.1}ms {:>8.2}ms {:>8.1}", self.each_second, self.processor_ms, self.kb)
    }
}

/// Which page of its kind a learner asks for, by a number at random.
type Choice<'a> = &'a (dyn Fn(&Learner, u64) -> String + Sync);

/// Asks as fast as it comes for `seconds`, after a second that does not count.
fn ask(served: &Served, learners: &[Learner], path: Choice<'_>, encoding: &str, seconds: u32) -> Result<Asked> {
    drive(served, learners, path, encoding, Duration::from_secs(1))?;
    drive(served, learners, path, encoding, Duration::from_secs(seconds.into()))
}

fn drive(served: &Served, learners: &[Learner], path: Choice<'_>, encoding: &str, time: Duration) -> Result<Asked> {
    let (begun, before) = (Instant::now(), served.processor_ticks()?);
    let until = begun + time;
    let parts = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS as u64)
            .map(|seed| scope.spawn(move || one_connection(&served.address, learners, path, encoding, seed, until)))
            .collect();
        let joined = threads.into_iter().map(|thread| thread.join().map_err(|_| anyhow::anyhow!("a thread broke"))?);
        joined.collect::<Result<Vec<_>>>()
    })?;
    let took = begun.elapsed().as_secs_f64();
    let ticks = served.processor_ticks()? - before;
    let bytes: usize = parts.iter().map(|(_, bytes)| bytes).sum();
    let mut waits: Vec<Duration> = parts.into_iter().flat_map(|(waits, _)| waits).collect();
    waits.sort_unstable();
    ensure!(!waits.is_empty(), "nothing was answered in {time:?}");
    let count = waits.len() as f64;
    let at = |percent: usize| waits[(waits.len() * percent / 100).min(waits.len() - 1)];
    Ok(Asked {
        each_second: count / took,
        p50: at(50),
        p99: at(99),
        processor_ms: ticks as f64 / TICKS * 1000.0 / count,
        kb: bytes as f64 / count / 1000.0,
    })
}

/// How long each answer took, and the bytes of all.
fn one_connection(
    address: &str,
    learners: &[Learner],
    path: Choice<'_>,
    encoding: &str,
    seed: u64,
    until: Instant,
) -> Result<(Vec<Duration>, usize)> {
    let mut client = Client::connect(address)?;
    let (mut waits, mut bytes, mut random) = (Vec::new(), 0, seed * 7919 + 1);
    while Instant::now() < until {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let learner = &learners[usize::try_from(random >> 33).unwrap_or_default() % learners.len()];
        let path = path(learner, random >> 40);
        let begun = Instant::now();
        let status = client.get(&path, &learner.asker, encoding)?;
        waits.push(begun.elapsed());
        bytes += client.body.len();
        ensure!(status == 200, "{path} answered {status}");
    }
    Ok((waits, bytes))
}

/// How long an administrator of all waits for her first page, and whether learners wait for four of them.
fn administrators(served: &Served, learners: &[Learner], sign_ins: &Path, seconds: u32) -> Result<()> {
    let known = learners::sign_ins(sign_ins, "administrator")?;
    let (login, password) = known.iter().find(|(login, _)| login == "administrator").context("no administrator")?;
    let mut client = Client::connect(&served.address)?;
    let asker = learners::sign_in(&mut client, login, password, "10.200.0.1".into())?;
    let mut waits = Vec::new();
    for _ in 0..TIMES {
        let begun = Instant::now();
        client.text("/admin", &asker)?;
        waits.push(begun.elapsed());
    }
    waits.sort_unstable();
    let (p50, kb) = (waits[TIMES / 2].as_secs_f64() * 1000.0, client.body.len() as f64 / 1000.0);
    step::answer(format_args!("  an administrator's first page: p50 {p50:.0} ms, {kb:.1} KB"));
    let stop = AtomicBool::new(false);
    let (home, pages) = std::thread::scope(|scope| -> Result<_> {
        let asking: Vec<_> =
            (0..ADMINISTRATORS).map(|_| scope.spawn(|| keep_asking(&served.address, &asker, &stop))).collect();
        let home = drive(served, learners, &|_, _| "/".to_owned(), "identity", Duration::from_secs(seconds.into()));
        stop.store(true, Ordering::Relaxed);
        let mut pages = 0;
        for thread in asking {
            pages += thread.join().map_err(|_| anyhow::anyhow!("a thread broke"))??;
        }
        Ok((home?, pages))
    })?;
    step::answer(format_args!("  home while {ADMINISTRATORS} administrators ask ({pages} pages): {home}"));
    Ok(())
}

fn keep_asking(address: &str, asker: &Asker, stop: &AtomicBool) -> Result<u32> {
    let mut client = Client::connect(address)?;
    let mut pages = 0;
    while !stop.load(Ordering::Relaxed) {
        client.text("/admin", asker)?;
        pages += 1;
    }
    Ok(pages)
}

pub(super) fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!("load {}", load.split(' ').take(3).collect::<Vec<_>>().join(" "))
}

/// How many times slower each page is than with the first scale.
fn print_ratios(speeds: &BTreeMap<(Engine, &str, &str), f64>) {
    let sample = Scale::Sample.name();
    step::answer("\nRequests a second with the sample, as a multiple of those with more");
    for ((engine, page, scale), speed) in speeds {
        if let Some(first) = speeds.get(&(*engine, *page, sample)).filter(|_| *scale != sample) {
            step::answer(format_args!("  {:10} {page:8} {scale:10} {:.2}", engine.name(), first / speed));
        }
    }
}
