//! How does a PDF become pages? By poppler's programs: asked what it is, then drawn and read page by page.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

use super::fonts;
use super::images::page_of;
use super::picture;
use super::{Job, MOST_PAGES, name_of, share, tibetan};
use crate::job::{Cause, Failure, Format, Page, Paged, While};
use crate::turn::Turn;

/// The long side of a page, in pixels.
const LONG_SIDE: u32 = 1280;
const LOOKING: Duration = Duration::from_mins(1);
const READING: Duration = Duration::from_mins(3);
const DRAWING: Duration = Duration::from_secs(40);
/// A picture of that side, three bytes a pixel, and its head.
const MOST_PIXMAP_BYTES: u64 = 1280 * 1280 * 3 + 64;
const MOST_TEXT_BYTES: u64 = 64 << 20;

pub(super) fn pages(job: &Job<'_>, pdf: &Path, progress: &mut dyn FnMut(f64)) -> Result<Paged, Failure> {
    let count = count_pages(job, pdf)?;
    let texts = read_texts(job, pdf)?;
    let legacy = fonts_of(job, pdf, None)?;
    let mut paged = Paged { format: Format::Pdf, pages: Vec::new(), legacy_fonts: legacy, lacks_office: false };
    let mut drawn = 0;
    for number in 1..=count {
        let text = texts.get(number - 1).cloned().unwrap_or_default();
        // Only where the file has such a font is each page asked for its own.
        let is_legacy = !paged.legacy_fonts.is_empty()
            && fonts::is_nonsense(&text, true)
            && !fonts_of(job, pdf, Some(number))?.is_empty();
        let mut page = draw(job, pdf, number)?;
        drawn += usize::from(page.avif.is_some());
        page.is_legacy = is_legacy;
        page.text = if is_legacy { String::new() } else { text };
        paged.pages.push(page);
        progress(share(number, count));
    }
    if drawn == 0 {
        return Err(Failure::new(Cause::NotReadable, "no page of it can be drawn"));
    }
    Ok(paged)
}

/// How many pages there are, when it can be opened at all and is whole.
fn count_pages(job: &Job<'_>, pdf: &Path) -> Result<usize, Failure> {
    let said = job.converters.run(Path::new("pdfinfo"), [pdf], LOOKING, 1 << 20)?;
    let complaint = said.complaint.lines().next().unwrap_or_default().to_owned();
    if ["Incorrect password", "security handler"].iter().any(|words| said.complaint.contains(words)) {
        return Err(Failure::new(Cause::Encrypted, complaint));
    }
    if !said.complaint.is_empty() && !has_end(pdf)? {
        return Err(Failure::new(Cause::Truncated, complaint));
    }
    let text = said.text();
    let pages = text.lines().find_map(|line| line.strip_prefix("Pages:")).and_then(|count| count.trim().parse().ok());
    match pages.filter(|_| said.is_good) {
        None => Err(Failure::new(Cause::NotReadable, complaint)),
        Some(0) => Err(Failure::new(Cause::NoPages, "a PDF without pages")),
        Some(count) if count > MOST_PAGES => Err(Failure::new(Cause::TooManyPages, format!("{count} pages"))),
        Some(count) => Ok(count),
    }
}

/// Whether the file ends as a PDF does.
fn has_end(pdf: &Path) -> Result<bool, Failure> {
    const END: u64 = 2048;
    let mut file = File::open(pdf).during("opening the source")?;
    let length = file.metadata().during("measuring the source")?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(END))).during("reading the source")?;
    let mut end = Vec::new();
    file.take(END).read_to_end(&mut end).during("reading the source")?;
    Ok(end.windows(5).any(|part| part == b"%%EOF"))
}

/// The text of each page; a file whose text cannot be read has none.
fn read_texts(job: &Job<'_>, pdf: &Path) -> Result<Vec<String>, Failure> {
    // In the order of the file: laid out as on the page, syllables with vowels would be torn into several lines.
    let arguments = ["-raw", "-enc", "UTF-8", "-eol", "unix"].map(Path::new).into_iter().chain([pdf, Path::new("-")]);
    match job.converters.run(Path::new("pdftotext"), arguments, READING, MOST_TEXT_BYTES) {
        Ok(said) => Ok(said.text().split('\u{c}').map(tibetan::joined).collect()),
        Err(failure) if failure.cause == Cause::TooSlow => Ok(Vec::new()),
        Err(failure) => Err(failure),
    }
}

/// The old Tibetan fonts of the file, or of one page.
fn fonts_of(job: &Job<'_>, pdf: &Path, page: Option<usize>) -> Result<Vec<String>, Failure> {
    let number = page.map(|page| page.to_string());
    let only = number.iter().flat_map(|number| ["-f", number, "-l", number]).map(Path::new);
    match job.converters.run(Path::new("pdffonts"), only.chain([pdf]), LOOKING, 4 << 20) {
        Ok(said) => Ok(fonts::legacy(said.text().lines().skip(2).map(fonts::name_in_row))),
        Err(failure) if failure.cause == Cause::TooSlow => Ok(Vec::new()),
        Err(failure) => Err(failure),
    }
}

/// One page; without a picture where poppler cannot draw it, or not in time.
fn draw(job: &Job<'_>, pdf: &Path, number: usize) -> Result<Page, Failure> {
    let (place, side) = (number.to_string(), LONG_SIDE.to_string());
    let how = ["-f", &place, "-l", &place, "-singlefile", "-scale-to", &side].map(Path::new);
    let drawing = job.converters.run(Path::new("pdftoppm"), how.into_iter().chain([pdf]), DRAWING, MOST_PIXMAP_BYTES);
    let said = match drawing {
        Err(failure) if failure.cause == Cause::TooSlow => return Ok(Page::default()),
        other => other?,
    };
    match picture::of_pixmap(&said.out) {
        None => Ok(Page::default()),
        Some(pixmap) => {
            let most = (LONG_SIDE, LONG_SIDE);
            picture::write(&pixmap, Turn::default(), &job.folder, &name_of(number), most).map(page_of)
        }
    }
}
