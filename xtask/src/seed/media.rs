//! What is in the files? A few short videos and documents, and a mark at the end that makes each a file of its own.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::program;

/// How many videos and documents there are to share.
pub(super) const VIDEOS: usize = 24;
pub(super) const DOCUMENTS: usize = 12;

/// A video of a few seconds: bars that move, in a color and with a tone of their own.
pub(super) fn video(path: &Path, number: usize) -> Result<()> {
    let seconds = 4 + number % 5;
    let hue = number * 360 / VIDEOS;
    let picture = format!("testsrc2=size=640x360:rate=15:duration={seconds},hue=h={hue}");
    let sound = format!("sine=frequency={}:duration={seconds}", 220 + number * 20);
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-loglevel", "error", "-y", "-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", &sound]);
    ffmpeg.args(["-c:v", "libx264", "-preset", "veryfast", "-crf", "32", "-pix_fmt", "yuv420p"]);
    ffmpeg.args(["-c:a", "aac", "-b:a", "48k", "-fflags", "+bitexact", "-map_metadata", "-1", "-threads", "1"]);
    program::run(ffmpeg.arg(path)).context("ffmpeg makes the videos")
}

/// A PDF of a few pages with a sentence on each.
pub(super) fn document(number: usize) -> Vec<u8> {
    let pages = 2 + number % 4;
    let mut pdf = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut offsets = Vec::new();
    let mut object = |pdf: &mut Vec<u8>, text: String| {
        offsets.push(pdf.len());
        pdf.extend_from_slice(format!("{} 0 obj\n{text}\nendobj\n", offsets.len()).as_bytes());
    };
    let kids: Vec<String> = (0..pages).map(|page| format!("{} 0 R", 4 + page * 2)).collect();
    object(&mut pdf, "<< /Type /Catalog /Pages 2 0 R >>".into());
    object(&mut pdf, format!("<< /Type /Pages /Count {pages} /Kids [{}] >>", kids.join(" ")));
    object(&mut pdf, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".into());
    for page in 0..pages {
        let resources = "/Resources << /Font << /F1 3 0 R >> >> /MediaBox [0 0 720 405]";
        let body = 5 + page * 2;
        object(&mut pdf, format!("<< /Type /Page /Parent 2 0 R {resources} /Contents {body} 0 R >>"));
        let words = format!("BT /F1 28 Tf 60 220 Td (Courseware {number}, page {}) Tj ET", page + 1);
        object(&mut pdf, format!("<< /Length {} >>\nstream\n{words}\nendstream", words.len()));
    }
    let start = pdf.len();
    let lines: String = offsets.iter().map(|at| format!("{at:010} 00000 n \n")).collect();
    let count = offsets.len() + 1;
    let end = format!(
        "xref\n0 {count}\n0000000000 65535 f \n{lines}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    pdf.extend_from_slice(end.as_bytes());
    pdf
}

/// What is appended so that no two files have the same bytes, and both still play and open: an empty box, a remark.
pub(super) fn mark(is_video: bool, number: usize) -> Vec<u8> {
    if !is_video {
        return format!("% {number}\n").into_bytes();
    }
    let mut free = vec![0, 0, 0, 16];
    free.extend_from_slice(b"free");
    free.extend_from_slice(&(number as u64).to_be_bytes());
    free
}
