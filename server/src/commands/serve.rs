//! How does it run? The web server, the worker and the search follower, until a signal ends them.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use content::{Library, pulse};
use server::serving::{GRACE, Limits};
use server::{Config, Platform, router, serving};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// After a signal, what has not ended by itself is ended.
const LAST_CALL: Duration = Duration::from_secs(12);

/// Whoever serves a data folder has this file in it.
const LOCK: &str = "serve.lock";

pub(crate) async fn serve(config: &Config, works: bool) -> Result<()> {
    config.catalog_address().map_err(anyhow::Error::msg)?;
    let _alone = lock(&config.data)?;
    let limits = Limits::of_this_process(config.behind_proxy);
    let library = super::open_migrated(config).await?;
    let stopped = stop_by_signal()?;
    tokio::task::spawn_blocking({
        let library = library.clone();
        move || library.close_to_others()
    });
    let mut tasks = vec![pulse::keep(&library, "search", stopped.clone(), content::search::run)];
    if works {
        check_transcoder(&library).await;
        tasks.push(pulse::keep(&library, "worker", stopped.clone(), content::work::run));
    }
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    super::say(&format!("Menpa listens on http://{address}"))?;
    let app = router(Platform::new(library, config).with_room(&limits));
    serving::serve(listener, app, limits, stopped).await;
    finish(tasks).await;
    Ok(())
}

pub(crate) async fn work(config: &Config) -> Result<()> {
    let library = super::open_migrated(config).await?;
    check_transcoder(&library).await;
    let mut stopped = stop_by_signal()?;
    let worker = pulse::keep(&library, "worker", stopped.clone(), content::work::run);
    super::say("Working on the queue.")?;
    let _ = stopped.wait_for(|stop| *stop).await;
    finish(vec![worker]).await;
    Ok(())
}

/// Does what is ready to be done, and ends.
pub(crate) async fn finish_work(config: &Config) -> Result<()> {
    let library = super::open_migrated(config).await?;
    check_transcoder(&library).await;
    let jobs = content::work::finish_work(&library).await.context("the queue cannot be worked on")?;
    super::say(&format!("{jobs} jobs are done."))
}

/// Keeps a second server off this folder: two would write into each other's uploads. Held until the process ends.
fn lock(data: &Path) -> Result<File> {
    std::fs::create_dir_all(data).with_context(|| format!("{} cannot be made", data.display()))?;
    let path = data.join(LOCK);
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.with_context(|| format!("{} cannot be opened", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => bail!(
            "another `menpa serve` is serving {} already; end it first, or give this one a folder of its own (--data)",
            data.display()
        ),
        Err(std::fs::TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", path.display()))
        }
    }
}

/// A missing transcoder is said at once, not at the first upload.
async fn check_transcoder(library: &Library) {
    match content::media::child::check(library.transcoder()).await {
        Ok(version) => {
            tracing::info!(version, "the transcoder is there");
            say_fence(library).await;
        }
        Err(error) => {
            tracing::error!(%error, program = %library.transcoder().display(), "the transcoder does not start; uploads will wait")
        }
    }
}

/// A kernel without Landlock cannot keep converters from the files of this machine.
async fn say_fence(library: &Library) {
    match (library.is_fenced().await, library.converts_unfenced()) {
        (Some(false), false) => tracing::warn!(
            "this kernel lacks Landlock: documents are not converted, because a hostile one could show what the server may \
             read; MENPA_UNFENCED_DOCUMENTS has them converted all the same"
        ),
        (Some(false), true) => tracing::warn!(
            "this kernel lacks Landlock, and MENPA_UNFENCED_DOCUMENTS is set: a hostile document could show what the server \
             may read"
        ),
        _ => {}
    }
}

/// Tells when a signal has come. It is heard on a thread of its own, which also ends the process if that does not end by
/// itself: a request that never lets its thread go would keep both the signal and the end from everybody else.
fn stop_by_signal() -> Result<watch::Receiver<bool>> {
    let (stop, stopped) = watch::channel(false);
    let (ready, is_ready) = std::sync::mpsc::channel();
    std::thread::Builder::new().name("signals".into()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => return drop(ready.send(Err(error))),
        };
        runtime.block_on(async {
            let signals = signal(SignalKind::terminate()).and_then(|end| Ok((end, signal(SignalKind::interrupt())?)));
            let (mut terminate, mut interrupt) = match signals {
                Ok(signals) => signals,
                Err(error) => return drop(ready.send(Err(error))),
            };
            let _ = ready.send(Ok(()));
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            stop.send_replace(true);
            tokio::time::sleep(LAST_CALL).await;
            tracing::error!("something did not end; the process is ended");
            std::process::exit(1);
        });
    })?;
    is_ready.recv().context("the thread for signals ended")??;
    Ok(stopped)
}

async fn finish(tasks: Vec<JoinHandle<()>>) {
    for task in tasks {
        let _ = tokio::time::timeout(GRACE, task).await;
    }
}
