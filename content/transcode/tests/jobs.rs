//! Does the child keep its promises on real files?
//!
//! Clips are made with the ffmpeg command, and what the child makes is judged by ffprobe and ffmpeg.

#[path = "jobs/harness.rs"]
mod harness;
#[path = "jobs/pictures.rs"]
mod pictures;
#[path = "jobs/refusals.rs"]
mod refusals;

use std::fs;
use std::process::Command;

use harness::{Bench, by_hand, names, run, segments, span, start, tops};
use serde_json::json;

const LECTURE: &str = "-f lavfi -i testsrc2=s=1280x720:r=25:d=9 -f lavfi -i sine=d=9 -c:v libx264 -preset ultrafast \
                       -c:a aac -ac 2";

#[test]
fn a_lecture_becomes_every_rung_and_plays_whole() {
    let bench = Bench::new();
    let done = bench.transcode(&bench.clip("lecture.mp4", LECTURE));
    assert_eq!(names(&done), ["audio 0x0", "240p 426x240", "480p 854x480", "720p 1280x720"]);
    assert_eq!(done["duration_ms"].as_u64().unwrap().abs_diff(9000) / 90, 0);
    for rendition in done["renditions"].as_array().unwrap() {
        let file = bench.out(rendition["file"].as_str().unwrap());
        let (start, duration) = span(&file);
        assert!(start.abs() <= 0.025, "{file:?} starts at {start}");
        assert!((duration - 9.0).abs() <= 0.09, "{file:?} lasts {duration}");
        assert_eq!(rendition["size_bytes"], fs::metadata(&file).unwrap().len());
    }
    let master = bench.out("master.m3u8");
    harness::ffmpeg(&["-i", master.to_str().unwrap(), "-map", "0", "-f", "null", "-"]);
    let text = fs::read_to_string(master).unwrap();
    for line in [
        "CODECS=\"avc1.640015,mp4a.40.2\",RESOLUTION=426x240,FRAME-RATE=25.000,AUDIO=\"speech\"\n240p.m3u8",
        "CODECS=\"mp4a.40.2\",AUDIO=\"speech\"\naudio.m3u8",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn the_plain_file_loads_from_its_head_and_the_poster_is_small() {
    let bench = Bench::new();
    let done = bench.transcode(&bench.clip("lecture.mp4", LECTURE));
    let plain = bench.out("progressive.mp4");
    let kinds: Vec<String> = tops(&fs::read(&plain).unwrap()).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "moof").count(), 0);
    let place = |wanted: &str| kinds.iter().position(|kind| kind == wanted);
    assert!(place("moov").unwrap() < place("mdat").unwrap(), "{kinds:?}");
    assert_eq!(done["progressive"]["codecs"], "avc1.64001e,mp4a.40.2");
    assert_eq!(done["progressive"]["height"], 480);
    let streams = harness::ffprobe(&plain, &["-show_entries", "stream=codec_name,start_time,height"]);
    assert_eq!(streams["streams"][0]["height"], 480);
    assert_eq!(streams["streams"][1]["codec_name"], "aac");
    assert_eq!(streams["streams"][1]["start_time"], streams["streams"][0]["start_time"]);
    let poster = harness::ffprobe(&bench.out("poster.webp"), &["-show_entries", "stream=codec_name,width"]);
    assert_eq!(poster["streams"][0], json!({"codec_name": "webp", "width": 640}));
}

#[test]
fn segments_are_moof_and_mdat_and_start_at_key_frames_together_on_every_rung() {
    let bench = Bench::new();
    let done = bench.transcode(&bench.clip("lecture.mp4", LECTURE));
    for rendition in done["renditions"].as_array().unwrap() {
        let bytes = fs::read(bench.out(rendition["file"].as_str().unwrap())).unwrap();
        let init = usize::try_from(rendition["init_bytes"].as_u64().unwrap()).unwrap();
        let mut end = init;
        for [_, _, offset, length] in segments(rendition) {
            let (offset, length) = (usize::try_from(offset).unwrap(), usize::try_from(length).unwrap());
            assert_eq!(offset, end, "segments touch");
            end = offset + length;
            let inside = tops(&bytes[offset..end]);
            let kinds: Vec<&str> = inside.iter().map(|(kind, _)| kind.as_str()).collect();
            assert_eq!(kinds, ["moof", "mdat"]);
            assert_eq!(inside[0].1 + inside[1].1, length);
            let alone = bench.file("alone.mp4", &[&bytes[..init], &bytes[offset..end]].concat());
            let packets = harness::ffprobe(&alone, &["-show_entries", "packet=flags", "-read_intervals", "%+#1"]);
            assert_eq!(packets["packets"][0]["flags"], "K_");
        }
        assert_eq!(end, bytes.len(), "nothing follows the last segment");
        if rendition["kind"] == "video" {
            let times: Vec<[u64; 2]> = segments(rendition).into_iter().map(|[at, lasts, ..]| [at, lasts]).collect();
            assert_eq!(times, [[0, 4000], [4000, 4000], [8000, 1000]]);
        }
    }
}

#[test]
fn progress_rises_to_one_hundred_before_done() {
    let bench = Bench::new();
    let finished = run(&bench.job(&bench.clip("lecture.mp4", LECTURE)));
    let kinds: Vec<&str> = finished.events.iter().filter_map(|event| event["event"].as_str()).collect();
    assert_eq!(kinds[0], "probed");
    assert_eq!(kinds[kinds.len() - 2..], ["progress", "done"]);
    let percents: Vec<f64> = finished.events.iter().filter_map(|event| event["percent"].as_f64()).collect();
    assert!(percents.is_sorted() && percents.len() > 1, "{percents:?}");
    assert!(percents.last().is_some_and(|last| (*last - 100.0).abs() < f64::EPSILON));
}

#[test]
fn a_probe_says_what_the_file_is() {
    let bench = Bench::new();
    let source = bench.clip("lecture.mp4", LECTURE);
    let mut job = bench.job(&source);
    job["verb"] = json!("probe");
    let finished = run(&job);
    assert!(finished.status.success());
    let mut probed = finished.events[0].clone();
    assert!(probed["duration_ms"].as_u64().unwrap().abs_diff(9000) < 100);
    probed["duration_ms"] = json!(9000);
    assert_eq!(
        probed,
        json!({"event": "probed", "duration_ms": 9000, "width": 1280, "height": 720, "frames_per_second": 25.0,
               "video_codec": "h264", "audio_codec": "aac", "rotation": 0})
    );
    assert_eq!(bench.left_behind(), 0);
}

#[test]
fn a_child_whose_lifeline_is_cut_ends_without_being_done() {
    let bench = Bench::new();
    let long = LECTURE.replace("d=9", "d=40");
    let mut running = start(&bench.job(&bench.clip("long.mp4", &long)));
    while running.next().is_some_and(|event| event["event"] != "progress") {}
    drop(running.lifeline.take());
    let finished = running.finish();
    assert!(!finished.status.success());
    assert!(finished.events.iter().all(|event| event["event"] != "done"), "{:?}", finished.events);
}

#[test]
fn a_child_dies_with_a_parent_that_was_killed() {
    let bench = Bench::new();
    let job = bench.job(&bench.clip("long.mp4", &LECTURE.replace("d=9", "d=40")));
    let job = bench.file("job.json", format!("{job}\n").as_bytes());
    // The lifeline is held open by a pipe of this test's own, so that only the parent's death can end the child.
    let script = "menpa=$1; job=$2; exec 3<&0; { cat \"$job\"; cat <&3; } | \"$menpa\" --job";
    let mut shell = Command::new("bash")
        .args(["-c", script, "bash", env!("CARGO_BIN_EXE_menpa-transcode")])
        .arg(job)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let held = shell.stdin.take().unwrap();
    let mut lines = std::io::BufReader::new(shell.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("progress") {
        line.clear();
        assert_ne!(std::io::BufRead::read_line(&mut lines, &mut line).unwrap(), 0);
    }
    shell.kill().unwrap();
    shell.wait().unwrap();
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut lines, &mut rest).unwrap();
    assert!(!rest.contains("\"done\""), "{rest}");
    drop(held);
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let bench = Bench::new();
    fs::write(bench.out("240p.mp4"), "older").unwrap();
    let finished = run(&bench.job(&bench.clip("lecture.mp4", LECTURE)));
    assert_eq!(finished.status.code(), Some(1));
    assert_eq!(finished.events.last().unwrap()["cause"], "internal");
    assert_eq!(fs::read(bench.out("240p.mp4")).unwrap(), b"older");
}

#[test]
fn a_person_gets_a_table_or_a_sentence() {
    let bench = Bench::new();
    let small = "-f lavfi -i testsrc=s=320x240:r=10:d=2 -c:v mpeg4";
    let made = by_hand(&bench.clip("small.avi", small), &bench.path("new/deep"));
    let table = String::from_utf8(made.stdout).unwrap();
    assert!(made.status.success() && table.contains("240p.mp4"), "{table}");
    assert!(bench.path("new/deep/master.m3u8").is_file());
    let failed = by_hand(&bench.file("notes.mp4", b"not a video"), &bench.path("other"));
    assert_eq!(failed.status.code(), Some(1));
    let sentence = String::from_utf8(failed.stderr).unwrap();
    assert!(sentence.starts_with("The file is not a video"), "{sentence}");
}
