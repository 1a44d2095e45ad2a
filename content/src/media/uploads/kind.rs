//! What is a file taken for? By name and type before its first byte, by its content after the last.

use crate::error::{Error, Result, Why};
use crate::media::ResourceKind;

const VIDEOS: [&str; 13] = ["mp4", "m4v", "mov", "mkv", "webm", "avi", "wmv", "flv", "mpg", "mpeg", "ts", "mts", "3gp"];
const COURSEWARE: [&str; 28] = [
    "pdf", "ppt", "pptx", "pps", "ppsx", "doc", "docx", "xls", "xlsx", "rtf", "odt", "odp", "ods", "odg", "ott", "otp",
    "png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff", "txt", "md", "markdown", "zip",
];
/// How far into a file a PDF may begin (ISO 32000-1, H.3.4.1).
pub(super) const START: usize = 1024;

/// # Errors
/// `Invalid` for what we can make nothing of.
pub(crate) fn by_name(filename: &str, content_type: &str) -> Result<ResourceKind> {
    let ending = filename.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let is_among = |endings: &[&str]| endings.contains(&ending.as_str());
    match content_type {
        _ if is_among(&COURSEWARE) => Ok(ResourceKind::Courseware),
        "application/pdf" => Ok(ResourceKind::Courseware),
        kind if kind.starts_with("video/") || is_among(&VIDEOS) => Ok(ResourceKind::Video),
        // Without a word about what it is, the check after the last byte decides.
        "" | "application/octet-stream" => Ok(ResourceKind::Video),
        _ => Err(Error::invalid("filetype", Why::UnsupportedFile)),
    }
}

/// What a file is that begins like this, where its beginning says so.
pub(super) fn by_content(start: &[u8]) -> Option<ResourceKind> {
    let is_webp = start.starts_with(b"RIFF") && start.get(8..12) == Some(b"WEBP");
    let starts: [&[u8]; 10] = [
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        b"{\\rtf",
        b"\x89PNG\r\n",
        b"\xFF\xD8\xFF",
        b"GIF8",
        b"BM",
        b"II*\0",
        b"MM\0*",
    ];
    let is_courseware = is_pdf(start) || is_webp || starts.iter().any(|magic| start.starts_with(magic));
    is_courseware.then_some(ResourceKind::Courseware)
}

pub(super) fn is_pdf(start: &[u8]) -> bool {
    start.windows(5).any(|bytes| bytes == b"%PDF-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_types_say_what_is_meant() {
        let check = |name: &str, kind: &str, expected: Option<ResourceKind>| {
            assert_eq!(by_name(name, kind).ok(), expected, "{name} {kind}");
        };
        for name in ["a.pdf", "A.PPTX", "课件.doc", "a.odp", "a.md", "scan.JPG", "cards.zip"] {
            check(name, "", Some(ResourceKind::Courseware));
            check(name, "application/octet-stream", Some(ResourceKind::Courseware));
        }
        check("a", "application/pdf", Some(ResourceKind::Courseware));
        check("a.mkv", "", Some(ResourceKind::Video));
        check("a", "video/mp4", Some(ResourceKind::Video));
        check("a", "", Some(ResourceKind::Video));
        check("a.exe", "application/x-msdownload", None);
        check("a.svg", "image/svg+xml", None);
    }

    #[test]
    fn the_content_overrules_a_name() {
        for start in
            [b"%PDF-1.4".as_slice(), b"junk\n%PDF-1.7", b"PK\x03\x04", b"\xff\xd8\xff\xe0", b"RIFF\0\0\0\0WEBP"]
        {
            assert_eq!(by_content(start), Some(ResourceKind::Courseware));
        }
        for start in [b"\0\0\0\x20ftypisom".as_slice(), b"RIFF\0\0\0\0AVI ", b"\x1aE\xdf\xa3", b"plain words", b""] {
            assert_eq!(by_content(start), None);
        }
    }
}
