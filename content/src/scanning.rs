//! Is there something harmful in it? The scanner that `MENPA_SCAN_COMMAND` names is given every upload before anything else
//! looks at it. What is infected is refused, and what has not been scanned is handed to nobody.

mod sql;

use std::path::Path;
use std::time::Duration;

use crate::Library;
use crate::db::{find, write};
use crate::error::Result;
use crate::ids::{ResourceId, words};
use crate::media::child::{self, WantedRun, Word};
use crate::media::transcoding::{self, Scratch};
use crate::media::{self, Resource, Stage};
use crate::queue::{self, Job, Trouble};

/// The largest upload takes clamav about a quarter of an hour.
const LONGEST: Duration = Duration::from_mins(30);
/// More than this it need not say.
const MOST_BYTES: u64 = 1 << 20;
/// How long work waits for a scanner that gave no answer.
const PAUSE_MS: i64 = 60_000;

words!(
    /// What a scanner said of an original.
    Verdict { Clean = "clean", Infected = "infected" }
);

/// Has an upload scanned, where there is a scanner. False when the job goes no further: it failed because the file is
/// infected, waits because the scanner gave no answer, or is no longer ours.
pub(crate) async fn is_clean(library: &Library, job: &Job, owner: &str) -> Result<bool> {
    let Some(program) = &library.settings.scan_command else { return Ok(true) };
    let resource = media::load_resource(library, &job.subject.as_str().into()).await?;
    let known = find_verdict(library, &resource.id).await?;
    if resource.original_dropped_at.is_some() || known == Some(Verdict::Clean) {
        return Ok(true);
    }
    match scan(library, program, job, owner, &resource).await? {
        None => Ok(false),
        Some(Word::Ran { code: Some(0), .. }) => {
            write_down(library, &resource.id, Verdict::Clean, "").await?;
            Ok(true)
        }
        Some(Word::Ran { code: Some(1), out, .. }) => {
            let found = out.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            let detail: String = found.chars().take(300).collect();
            write_down(library, &resource.id, Verdict::Infected, &detail).await?;
            let trouble = Trouble { cause: "infected".into(), detail, is_final: true };
            transcoding::fail(library, job, owner, &trouble).await?;
            Ok(false)
        }
        Some(other) => {
            tracing::error!(resource = %resource.id, answer = ?other, "the scanner gave no answer; the file waits");
            queue::postpone(library, job, owner, "scan_failed", PAUSE_MS).await?;
            Ok(false)
        }
    }
}

async fn scan(library: &Library, program: &Path, job: &Job, owner: &str, resource: &Resource) -> Result<Option<Word>> {
    let source = library.files.local_path(&resource.original)?;
    let scratch = Scratch::new(&library.files.scratch("transcode"), job).await?;
    let wanted = WantedRun {
        program,
        reach: &library.settings.scan_reach,
        arguments: vec![source.display().to_string()],
        source: &source,
        folder: scratch.path(),
        most: LONGEST,
        most_bytes: MOST_BYTES,
        keep_free_bytes: library.settings.keep_free_bytes,
    };
    let child = child::run(&library.settings.transcoder, &wanted).await?;
    transcoding::follow(library, job, owner, child, &mut |_| {}).await
}

/// Whether the file as it was uploaded may be given to whoever may see it. What was there before there was a scanner, may.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn may_hand_out(library: &Library, resource: &Resource) -> Result<bool> {
    let is_to_scan = library.settings.scan_command.is_some() && resource.stage != Stage::Ready;
    Ok(match find_verdict(library, &resource.id).await? {
        Some(Verdict::Clean) => true,
        Some(Verdict::Infected) => false,
        None => !is_to_scan,
    })
}

async fn find_verdict(library: &Library, id: &ResourceId) -> Result<Option<Verdict>> {
    let row = find!(&library.db, (String,), sql::FIND_VERDICT, id)?;
    Ok(row.and_then(|row| Verdict::parse(&row.0)))
}

async fn write_down(library: &Library, id: &ResourceId, verdict: Verdict, detail: &str) -> Result<()> {
    let mut tx = library.db.begin().await?;
    write!(&mut tx, sql::SET_VERDICT, id, verdict.as_str(), library.clock.now_ms(), detail)?;
    tx.commit().await
}
