//! How does it run? The web server, the worker and the search follower, until a signal ends them.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use content::Library;
use server::{Config, Platform, router};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long open requests may still take after a signal.
const GRACE: Duration = Duration::from_secs(5);

pub(crate) async fn serve(config: &Config, works: bool) -> Result<()> {
    config.catalog_address().map_err(anyhow::Error::msg)?;
    let library = super::open_migrated(config).await?;
    let (stop, stopped) = watch::channel(false);
    let mut tasks = vec![follow(&library, &stopped)];
    if works {
        check_transcoder(&library).await;
        tasks.push(tokio::spawn(content::work::run(library.clone(), stopped.clone())));
    }
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
    let address = listener.local_addr()?;
    super::say(&format!("Menpa listens on http://{address}"))?;
    let app = router(Platform::new(library, config)).into_make_service_with_connect_info::<SocketAddr>();
    let mut quiet = stopped.clone();
    let serving = axum::serve(listener, app).with_graceful_shutdown(async move {
        let _ = quiet.wait_for(|stop| *stop).await;
    });
    let serving = tokio::spawn(async move { serving.await });
    wait_for_signal().await?;
    stop.send_replace(true);
    let _ = tokio::time::timeout(GRACE, serving).await;
    finish(tasks).await;
    Ok(())
}

pub(crate) async fn work(config: &Config) -> Result<()> {
    let library = super::open_migrated(config).await?;
    check_transcoder(&library).await;
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(content::work::run(library, stopped));
    super::say("Working on the queue.")?;
    wait_for_signal().await?;
    stop.send_replace(true);
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

fn follow(library: &Library, stopped: &watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(content::search::run(library.clone(), stopped.clone()))
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

async fn wait_for_signal() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        done = tokio::signal::ctrl_c() => done?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

async fn finish(tasks: Vec<JoinHandle<()>>) {
    for task in tasks {
        let _ = tokio::time::timeout(GRACE, task).await;
    }
}
