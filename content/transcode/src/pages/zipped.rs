//! What is in a zip, and is it safe to look? Nothing of it is ever written under the name that it has inside.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use super::kind::{Kind, Office};
use crate::job::{Cause, Failure, Format, While};

/// More files than a package of courseware has.
const MOST_ENTRIES: usize = 20_000;
/// What all of it may unfold to, and how much more than it weighs (bytes; a factor that only deliberate files reach).
const MOST_BYTES: u64 = 2 << 30;
const MOST_RATIO: u64 = 200;
/// Small files of zeros are compressed as well as bombs are.
const HARMLESS_BYTES: u64 = 16 << 20;

pub(super) type Archive = ZipArchive<BufReader<File>>;

/// Opens a zip, once its list of contents is found harmless.
///
/// # Errors
/// `Truncated`, `Encrypted`, `UnsafeFile`.
pub(super) fn open(path: &Path) -> Result<Archive, Failure> {
    let file = File::open(path).during("opening the source")?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(unreadable)?;
    if archive.len() > MOST_ENTRIES {
        return Err(bomb(format!("{} entries", archive.len())));
    }
    let mut all_bytes = 0_u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(unreadable)?;
        if entry.encrypted() {
            return Err(Failure::new(Cause::Encrypted, "a zip with a password"));
        }
        if entry.enclosed_name().is_none() || entry.is_symlink() {
            return Err(bomb("an entry leads out of the folder".to_owned()));
        }
        all_bytes = all_bytes.saturating_add(entry.size());
        let most = entry.compressed_size().saturating_mul(MOST_RATIO).max(HARMLESS_BYTES);
        if all_bytes > MOST_BYTES || entry.size() > most {
            return Err(bomb(format!("{} bytes unfold to {}", entry.compressed_size(), entry.size())));
        }
    }
    Ok(archive)
}

fn bomb(detail: String) -> Failure {
    Failure::new(Cause::UnsafeFile, detail)
}

fn unreadable(error: ZipError) -> Failure {
    match error {
        ZipError::UnsupportedArchive(what) if what == ZipError::PASSWORD_REQUIRED => {
            Failure::new(Cause::Encrypted, "a zip with a password")
        }
        // A zip's list of contents stands at its end.
        other => Failure::new(Cause::Truncated, other.to_string()),
    }
}

/// The names of all that is in it, in the order of its list of contents.
pub(super) fn names(archive: &Archive) -> Vec<String> {
    archive.file_names().filter_map(|name| name.ok().map(Cow::into_owned)).collect()
}

/// One file of the zip, never more of it than `most_bytes`, whatever its list of contents says.
pub(super) fn read(archive: &mut Archive, name: &str, most_bytes: u64) -> Result<Vec<u8>, Failure> {
    let entry = archive.by_name(name).map_err(unreadable)?;
    read_entry(entry, most_bytes)
}

pub(super) fn read_entry(entry: impl Read, most_bytes: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = entry.take(most_bytes + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::new(Cause::Truncated, format!("unfolding: {error}")))?;
    match bytes.len() as u64 > most_bytes {
        true => Err(bomb(format!("an entry unfolds to more than {most_bytes} bytes"))),
        false => Ok(bytes),
    }
}

/// What package it is: an office file by its parts, else pictures.
pub(super) fn kind_of(path: &Path) -> Result<Kind, Failure> {
    let mut archive = open(path)?;
    let names = names(&archive);
    let has = |start: &str| names.iter().any(|name| name.starts_with(start));
    let open_xml = [
        ("ppt/", Office::new(Format::Slides, "pptx", true)),
        ("word/", Office::new(Format::Document, "docx", true)),
        ("xl/", Office::new(Format::Sheet, "xlsx", true)),
    ];
    if has("[Content_Types].xml") {
        let found = open_xml.into_iter().find(|(part, _)| has(part));
        let unknown = || Failure::new(Cause::NotReadable, "an Open XML package of another kind");
        return found.map(|(_, office)| Kind::Office(office)).ok_or_else(unknown);
    }
    if !has("mimetype") {
        return Ok(Kind::Images);
    }
    let is_locked = read(&mut archive, "META-INF/manifest.xml", 4 << 20)
        .is_ok_and(|manifest| manifest.windows(15).any(|part| part == b"encryption-data"));
    if is_locked {
        return Err(Failure::new(Cause::Encrypted, "an ODF file with a password"));
    }
    let mimetype = read(&mut archive, "mimetype", 200)?;
    open_document(&String::from_utf8_lossy(&mimetype))
}

fn open_document(mimetype: &str) -> Result<Kind, Failure> {
    let office = match mimetype.trim().strip_prefix("application/vnd.oasis.opendocument.") {
        Some("text" | "text-template") => Office::new(Format::Document, "odt", true),
        Some("presentation" | "presentation-template") => Office::new(Format::Slides, "odp", true),
        Some("spreadsheet" | "spreadsheet-template") => Office::new(Format::Sheet, "ods", true),
        Some("graphics") => Office::new(Format::Slides, "odg", true),
        _ => return Err(Failure::new(Cause::NotReadable, format!("a package of {mimetype}"))),
    };
    Ok(Kind::Office(office))
}
