//! Is what cannot be transcoded refused, with the right cause and nothing left behind?

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{Bench, cut, patch, run};

const PICTURES: &str = "-f lavfi -i testsrc2=s=640x360:r=25:d=8 -f lavfi -i sine=d=8 -c:v libx264 -preset ultrafast";

/// Runs a job that must fail and gives its cause.
fn cause(bench: &Bench, job: &Value) -> String {
    let finished = run(job);
    let last = finished.events.last().expect("an event");
    assert_eq!(last["event"], "failed", "{last}");
    assert!(!last["detail"].as_str().unwrap_or("").is_empty(), "{last}");
    assert!(finished.events.iter().all(|event| event["event"] != "done"));
    assert_eq!(finished.status.code(), Some(1));
    assert_eq!(bench.left_behind(), 0);
    last["cause"].as_str().expect("a cause").to_owned()
}

/// The same whether it is looked at or encoded.
fn cause_of(bench: &Bench, source: &Path) -> String {
    let seen = cause(bench, &bench.look_job(source));
    assert_eq!(cause(bench, &bench.job(source)), seen);
    seen
}

#[test]
fn what_is_no_video_is_told_so() {
    let bench = Bench::new();
    let noise: Vec<u8> = (0..200_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    let playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n/etc/passwd\n#EXT-X-ENDLIST\n";
    for (name, bytes) in [
        ("noise.mp4", &noise[..]),
        ("empty.mp4", b""),
        ("words.mp4", b"Take two tablets and call me in the morning."),
        ("list.mp4", playlist.as_bytes()),
        ("script.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n"),
    ] {
        assert_eq!(cause_of(&bench, &bench.file(name, bytes)), "not_media", "{name}");
    }
    let picture = bench.clip("picture.png", "-f lavfi -i testsrc=s=320x240:d=1 -frames:v 1");
    assert_eq!(cause_of(&bench, &picture), "not_media");
}

#[test]
fn sound_alone_is_no_video() {
    let bench = Bench::new();
    for name in ["talk.mp3", "talk.wav", "talk.m4a"] {
        let sound = bench.clip(name, "-f lavfi -i sine=d=2");
        assert_eq!(cause_of(&bench, &sound), "no_video", "{name}");
    }
}

#[test]
fn a_file_that_was_cut_off_is_never_done() {
    let bench = Bench::new();
    for (name, options, keep) in [
        ("index_at_the_end.mp4", "", 60),
        ("index_in_front.mp4", " -movflags faststart", 60),
        ("nearly_whole.mp4", " -movflags faststart", 90),
        ("cut.mkv", "", 50),
    ] {
        let clip = bench.clip(name, &format!("{PICTURES}{options}"));
        cut(&clip, keep);
        assert_eq!(cause_of(&bench, &clip), "truncated", "{name}");
    }
}

#[test]
fn recordings_glued_together_are_not_half_made() {
    let bench = Bench::new();
    let part = std::fs::read(bench.clip("part.ts", PICTURES)).unwrap();
    let glued = bench.file("glued.ts", &[&part[..], &part[..]].concat());
    assert_eq!(cause_of(&bench, &glued), "truncated");
}

#[test]
fn limits_are_kept() {
    let bench = Bench::new();
    let clip = bench.clip("clip.mp4", PICTURES);
    for (limit, most, expected) in [("max_duration_ms", 7_000_u64, "too_long"), ("max_pixels", 640 * 359, "too_large")]
    {
        let mut job = bench.job(&clip);
        job["limits"][limit] = json!(most);
        assert_eq!(cause(&bench, &job), expected);
        job["verb"] = json!("look");
        assert_eq!(cause(&bench, &job), expected);
    }
}

#[test]
fn too_little_memory_is_told_so() {
    let bench = Bench::new();
    let clip = bench.clip("large.mp4", &PICTURES.replace("640x360", "1920x1080"));
    for memory_bytes in [100 << 20, 400 << 20] {
        let mut job = bench.job(&clip);
        job["limits"]["memory_bytes"] = json!(memory_bytes);
        assert_eq!(cause(&bench, &job), "out_of_memory", "{memory_bytes}");
    }
}

#[test]
fn a_picture_that_grows_midway_is_still_held_to_the_limit() {
    let bench = Bench::new();
    let part = |name: &str, size: &str, offset: u32| {
        let make = format!(
            "-f lavfi -i testsrc=s={size}:r=25:d=1 -c:v mpeg2video -output_ts_offset {offset} -muxdelay 0 -muxpreload 0"
        );
        std::fs::read(bench.clip(name, &make)).unwrap()
    };
    let both = [part("a.ts", "320x240", 10), part("b.ts", "1280x720", 11)].concat();
    let mut job = bench.job(&bench.file("both.ts", &both));
    job["limits"]["max_pixels"] = json!(640 * 480);
    assert_eq!(cause(&bench, &job), "truncated");
}

#[test]
fn a_coding_nobody_knows_is_named() {
    let bench = Bench::new();
    let clip = bench.clip("strange.mp4", PICTURES);
    patch(&clip, b"avc1", b"zzzz");
    assert_eq!(cause_of(&bench, &clip), "unsupported_codec");
}

#[test]
fn a_job_that_cannot_be_read_or_found_is_a_failure_too() {
    let bench = Bench::new();
    assert_eq!(cause(&bench, &json!({"verb": "dance"})), "internal");
    assert_eq!(cause_of(&bench, &bench.path("nowhere.mp4")), "internal");
}

#[test]
fn a_converter_that_never_ends_is_ended_and_that_is_final() {
    let bench = Bench::new();
    let office = bench.file("soffice", b"#!/bin/sh\nexec sleep 600\n");
    fs::set_permissions(&office, PermissionsExt::from_mode(0o755)).expect("it may run");
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        ("word/document.xml", "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"/>"),
    ] {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("an entry");
        archive.write_all(text.as_bytes()).expect("its text");
    }
    let document = bench.file("endless.docx", archive.finish().expect("a zip").get_ref());
    let mut job = bench.job(&document);
    job["verb"] = json!("pages");
    job["name"] = json!("endless.docx");
    job["office"] = json!(office);
    job["patience_ms"] = json!(200);
    assert_eq!(cause(&bench, &job), "too_slow");
}
