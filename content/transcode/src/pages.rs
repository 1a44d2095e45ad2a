//! How does courseware become pages that a slow link carries? Each a small picture and its text.
//!
//! Poppler and LibreOffice do the reading, as programs of their own behind the same fence; only picture files are decoded
//! in this process.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ffmpeg_next::log::Level;

use crate::confine;
use crate::encode;
use crate::job::{Cause, Event, Failure, Format, Page, Paged, Pages, While};
use crate::package;

pub(crate) mod fence;
mod fonts;
mod images;
mod kind;
mod office;
mod pdf;
mod picture;
pub(crate) mod programs;
mod text;
mod tibetan;
mod xml;
mod zipped;

use fence::Reach;
use kind::Kind;
use programs::Converters;

/// More pages than the largest textbook has.
const MOST_PAGES: usize = 2000;
/// More text than this of one page, or of one file, serves nobody (characters).
const MOST_PAGE_CHARS: usize = 20_000;
const MOST_CHARS: usize = 4_000_000;
/// Processor seconds of one converter.
const MOST_CONVERTER_S: u64 = 1800;
/// Where the converters work, within the job's folder.
const WORK: &str = "work";

/// What the making of pages goes by.
struct Job<'a> {
    source: &'a Path,
    name: &'a str,
    office: Option<&'a Path>,
    folder: PathBuf,
    work: PathBuf,
    max_pixels: u64,
    patience: Duration,
    converters: Converters,
}

/// Shuts this process in and makes the pages.
pub(crate) fn run_confined(job: &Pages, say: &mut dyn FnMut(&Event)) -> Result<Event, Failure> {
    confine::outlive_parent()?;
    confine::limit_converters(job.limits, MOST_CONVERTER_S)?;
    // Asked before the fence, behind which the answer lies.
    encode::threads();
    let folder = crate::claim(&job.folder)?;
    let work = folder.join(WORK);
    fs::create_dir(&work).during("making room for the converters")?;
    let programs = job.office.as_deref().and_then(fence::home_of).into_iter().collect();
    let reach = Reach { source: &job.source, folder: &folder, programs, reads: &[], may_connect: false };
    let may_convert = fence::shut_in(&reach)? || job.unfenced;
    confine::hold(std::io::stdin())?;
    let made = crate::guard(|| make(job, &folder, &work, may_convert, say));
    let _ = fs::remove_dir_all(&work);
    match made {
        Ok(paged) => Ok(Event::Paged(Box::new(paged))),
        Err(failure) => {
            crate::empty(&folder);
            Err(failure)
        }
    }
}

fn make(
    job: &Pages,
    folder: &Path,
    work: &Path,
    may_convert: bool,
    say: &mut dyn FnMut(&Event),
) -> Result<Paged, Failure> {
    crate::start_ffmpeg(Level::Error)?;
    let job = Job {
        source: &job.source,
        name: &job.name,
        office: job.office.as_deref(),
        folder: folder.to_owned(),
        work: work.to_owned(),
        max_pixels: job.limits.max_pixels,
        patience: Duration::from_millis(job.patience_ms),
        converters: Converters::new(work),
    };
    let mut progress = |share: f64| say(&Event::Progress { percent: (share * 100.0).clamp(0.0, 99.0) });
    let mut paged = match kind::of(job.source, job.name)? {
        // A document may name files of this machine, and its converter would read them.
        Kind::Pdf | Kind::Office(_) if !may_convert => {
            return Err(Failure::new(Cause::NoFence, "the kernel does not fence files"));
        }
        Kind::Pdf => pdf::pages(&job, job.source, &mut progress)?,
        Kind::Office(office) => office::pages(&job, office, &mut progress)?,
        Kind::Images => images::pages_of_zip(&job, &mut progress)?,
        Kind::Image => images::page_of_one(&job)?,
        Kind::Text => text::pages(job.source)?,
    };
    bound_text(&mut paged.pages);
    package::sync(folder)?;
    Ok(paged)
}

/// What neither a reader nor the search can use is cut off.
fn bound_text(pages: &mut [Page]) {
    let mut left = MOST_CHARS;
    for page in pages {
        let text: String = page.text.chars().filter(is_kept).take(MOST_PAGE_CHARS.min(left)).collect();
        page.text = text.trim().to_owned();
        left -= page.text.chars().count();
    }
}

/// Line ends stay; whatever else steers a terminal goes.
fn is_kept(char: &char) -> bool {
    *char == '\n' || *char == '\t' || !char.is_control()
}

/// Pages of text alone.
fn of_texts(format: Format, texts: Vec<String>) -> Result<Paged, Failure> {
    if texts.len() > MOST_PAGES {
        return Err(Failure::new(Cause::TooManyPages, format!("{} pages of text", texts.len())));
    }
    let pages = texts.into_iter().map(|text| Page { text, ..Page::default() }).collect();
    Ok(Paged { format, pages, legacy_fonts: Vec::new(), lacks_office: false })
}

/// How a page's pictures are called.
fn name_of(number: usize) -> String {
    format!("page-{number:04}")
}

#[expect(clippy::cast_precision_loss, reason = "there are two thousand pages at most")]
fn share(done: usize, of: usize) -> f64 {
    done as f64 / of.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_serves_nobody_is_cut_off() {
        let mut pages = vec![
            Page { text: " a\u{0}b\u{7}\n".into(), ..Page::default() },
            Page { text: "x".repeat(MOST_PAGE_CHARS + 5), ..Page::default() },
        ];
        bound_text(&mut pages);
        assert_eq!(pages[0].text, "ab");
        assert_eq!(pages[1].text.len(), MOST_PAGE_CHARS);
    }
}
