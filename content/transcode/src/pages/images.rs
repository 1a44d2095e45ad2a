//! How do pictures become pages? One picture is one page; a zip of them is read in the order people count.

use std::cmp::Ordering;
use std::fs;
use std::path::Path;

use super::picture::{self, Drawn};
use super::{Job, MOST_PAGES, name_of, share, zipped};
use crate::job::{Cause, Failure, Format, Page, Paged, While};

/// What one picture of a zip may weigh, unfolded.
const MOST_IMAGE_BYTES: u64 = 200 << 20;
const ENDINGS: [&str; 8] = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff"];
/// Wide enough to read, and as long as a poster may be.
const MOST: (u32, u32) = (1280, 2560);

pub(super) fn page_of_one(job: &Job<'_>) -> Result<Paged, Failure> {
    let page = draw(job, job.source, 1)?;
    Ok(Paged { format: Format::Images, pages: vec![page], legacy_fonts: Vec::new(), lacks_office: false })
}

pub(super) fn pages_of_zip(job: &Job<'_>, progress: &mut dyn FnMut(f64)) -> Result<Paged, Failure> {
    let mut archive = zipped::open(job.source)?;
    let mut names: Vec<String> = zipped::names(&archive).into_iter().filter(|name| is_content(name)).collect();
    if let Some(other) = names.iter().find(|name| !is_image(name)) {
        return Err(Failure::new(Cause::NotImages, format!("it holds {other}")));
    }
    match names.len() {
        0 => return Err(Failure::new(Cause::NoPages, "an empty archive")),
        count if count > MOST_PAGES => return Err(Failure::new(Cause::TooManyPages, format!("{count} pictures"))),
        _ => {}
    }
    names.sort_by(|one, other| as_people_count(one, other));
    let unfolded = job.work.join("picture");
    let mut pages = Vec::with_capacity(names.len());
    for name in &names {
        let bytes = zipped::read(&mut archive, name, MOST_IMAGE_BYTES)?;
        fs::write(&unfolded, bytes).during("unfolding a picture")?;
        pages.push(draw(job, &unfolded, pages.len() + 1)?);
        progress(share(pages.len(), names.len()));
    }
    Ok(Paged { format: Format::Images, pages, legacy_fonts: Vec::new(), lacks_office: false })
}

fn draw(job: &Job<'_>, path: &Path, number: usize) -> Result<Page, Failure> {
    let (picture, turn) = picture::read(path, job.max_pixels)?;
    let drawn = picture::write(&picture, turn, &job.folder, &name_of(number), MOST)?;
    Ok(page_of(drawn))
}

pub(super) fn page_of(drawn: Drawn) -> Page {
    let Drawn { width, height, avif, webp } = drawn;
    Page { width, height, avif: Some(avif), webp: Some(webp), ..Page::default() }
}

/// Not what systems put into every archive.
fn is_content(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    let is_clutter =
        name.starts_with("__MACOSX/") || file.starts_with('.') || matches!(file, "Thumbs.db" | "desktop.ini");
    !file.is_empty() && !is_clutter
}

fn is_image(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending.to_lowercase().as_str()))
}

/// `page 9` before `page 10`: runs of digits are compared as numbers.
fn as_people_count(one: &str, other: &str) -> Ordering {
    let (one, other) = (pieces(one), pieces(other));
    one.cmp(&other)
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    /// By length without leading zeros, then by digits.
    Number(usize, String),
    Words(String),
}

fn pieces(name: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let is_number = first.is_ascii_digit();
        let end = rest.find(|char: char| char.is_ascii_digit() != is_number).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        let digits = piece.trim_start_matches('0');
        found.push(match is_number {
            true => Piece::Number(digits.len(), digits.to_owned()),
            false => Piece::Words(piece.to_lowercase()),
        });
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_ordered_as_people_count() {
        let check = |sorted: &[&str]| {
            let mut names: Vec<_> = sorted.iter().rev().copied().collect();
            names.sort_by(|one, other| as_people_count(one, other));
            assert_eq!(names, sorted);
        };
        check(&["1.png", "2.png", "10.png", "100.png"]);
        check(&["page 9.jpg", "page 10.jpg", "page 11.JPG"]);
        check(&["a/2.png", "a/10.png", "b/1.png"]);
        check(&["Slide1.PNG", "slide2.png", "Slide03.png", "slide12.png"]);
        check(&["幻灯片1.png", "幻灯片2.png", "幻灯片12.png"]);
        check(&["99999999999999999999998.png", "99999999999999999999999.png"]);
    }

    #[test]
    fn clutter_is_passed_over_and_other_files_are_not() {
        for (name, content, image) in [
            ("1.png", true, true),
            ("deck/", false, false),
            ("__MACOSX/._1.png", false, true),
            (".DS_Store", false, false),
            ("deck/Thumbs.db", false, false),
            ("run.exe", true, false),
            ("a.JPeG", true, true),
            ("png", true, false),
        ] {
            assert_eq!((is_content(name), is_image(name)), (content, image), "{name}");
        }
    }
}
