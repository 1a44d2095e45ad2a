//! What kind of courseware is it? The content says so; only plain text is told by its name.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::zipped;
use crate::job::{Cause, Failure, Format, While};

/// How it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Pdf,
    Office(Office),
    /// A zip of pictures.
    Images,
    Image,
    Text,
}

/// A file that LibreOffice reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Office {
    pub(super) format: Format,
    /// What LibreOffice tells it by.
    pub(super) ending: &'static str,
    /// Whether it is a zip of XML, whose text can be read without LibreOffice.
    pub(super) is_zip: bool,
}

impl Office {
    pub(super) const fn new(format: Format, ending: &'static str, is_zip: bool) -> Self {
        Self { format, ending, is_zip }
    }
}

/// How far into a file a PDF may begin (ISO 32000-1, H.3.4.1).
const START: usize = 1024;
const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
/// The streams of an old office file are named at its end as often as at its start.
const MOST_OLE_BYTES: u64 = 256 << 20;

pub(super) fn of(path: &Path, name: &str) -> Result<Kind, Failure> {
    let mut start = vec![0; START];
    let mut file = File::open(path).during("opening the source")?;
    let read = read_up_to(&mut file, &mut start).during("reading the source")?;
    start.truncate(read);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    if start.windows(5).any(|bytes| bytes == b"%PDF-") {
        return Ok(Kind::Pdf);
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return zipped::kind_of(path);
    }
    if start.starts_with(OLE) {
        return ole(file).map(Kind::Office);
    }
    if start.starts_with(b"{\\rtf") {
        return Ok(Kind::Office(Office::new(Format::Document, "rtf", false)));
    }
    if is_image(&start) {
        return Ok(Kind::Image);
    }
    match ending.as_str() {
        "txt" | "md" | "markdown" | "text" => Ok(Kind::Text),
        _ => Err(Failure::new(Cause::NotReadable, format!("unknown content, called .{ending}"))),
    }
}

fn read_up_to(file: &mut File, into: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < into.len() {
        match file.read(&mut into[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

fn is_image(start: &[u8]) -> bool {
    let is_webp = start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP");
    let starts: [&[u8]; 6] = [b"\x89PNG\r\n", b"\xFF\xD8\xFF", b"GIF8", b"BM", b"II*\0", b"MM\0*"];
    is_webp || starts.iter().any(|magic| start.starts_with(magic))
}

/// Word, PowerPoint or Excel of before 2007, or a newer file that is locked: told by the names of its streams.
fn ole(mut file: File) -> Result<Office, Failure> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0)).during("reading the source")?;
    file.take(MOST_OLE_BYTES).read_to_end(&mut bytes).during("reading the source")?;
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).step_by(2).any(|part| part == wide)
    };
    let is_locked_word =
        bytes.get(512..514) == Some(&[0xEC, 0xA5]) && bytes.get(523).is_some_and(|flags| flags & 1 != 0);
    if has("EncryptedPackage") || has("EncryptedSummary") || is_locked_word {
        return Err(Failure::new(Cause::Encrypted, "an office file with a password"));
    }
    match () {
        () if has("WordDocument") => Ok(Office::new(Format::Document, "doc", false)),
        () if has("PowerPoint Document") => Ok(Office::new(Format::Slides, "ppt", false)),
        () if has("Workbook") => Ok(Office::new(Format::Sheet, "xls", false)),
        () => Err(Failure::new(Cause::NotReadable, "an OLE file of another program")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_says_what_it_is_and_the_name_only_of_text() {
        let folder = tempfile::tempdir().unwrap();
        let check = |bytes: &[u8], name: &str, expected: Result<Kind, Cause>| {
            let path = folder.path().join("source");
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(of(&path, name).map_err(|failure| failure.cause), expected, "{name}");
        };
        let wide = |name: &str| -> Vec<u8> {
            let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            [OLE, &[0; 504], &name].concat()
        };
        check(b"%PDF-1.4\n", "a.zip", Ok(Kind::Pdf));
        check(b"junk before\n%PDF-1.7", "a", Ok(Kind::Pdf));
        check(b"\x89PNG\r\n\x1a\n", "a.txt", Ok(Kind::Image));
        check(b"RIFF\0\0\0\0WEBPVP8 ", "a", Ok(Kind::Image));
        check(b"\xff\xd8\xff\xe0", "a.png", Ok(Kind::Image));
        check(b"# Title", "a.md", Ok(Kind::Text));
        check(b"# Title", "a.exe", Err(Cause::NotReadable));
        check(b"", "a.pdf", Err(Cause::NotReadable));
        check(b"{\\rtf1", "a.doc", Ok(Kind::Office(Office::new(Format::Document, "rtf", false))));
        check(&wide("WordDocument"), "a", Ok(Kind::Office(Office::new(Format::Document, "doc", false))));
        check(&wide("PowerPoint Document"), "a", Ok(Kind::Office(Office::new(Format::Slides, "ppt", false))));
        check(&wide("EncryptedPackage"), "a.docx", Err(Cause::Encrypted));
        check(&wide("Thumbs"), "a.doc", Err(Cause::NotReadable));
        check(b"PK\x03\x04 and then nothing", "a.docx", Err(Cause::Truncated));
    }
}
