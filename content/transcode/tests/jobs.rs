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

use harness::{Bench, by_hand, names, names_of, run, segments, span, start, tops};
use serde_json::json;

const LECTURE: &str = "-f lavfi -i testsrc2=s=1280x720:r=25:d=9 -f lavfi -i sine=d=9 -c:v libx264 -preset ultrafast \
                       -c:a aac -ac 2";

#[test]
fn a_lecture_becomes_every_rung_and_plays_whole() {
    let bench = Bench::new();
    let clip = bench.clip("lecture.mp4", LECTURE);
    let renditions = bench.all_parts(&clip, "natural", &[]);
    let sounds = ["opus-12k 0x0", "opus-16k 0x0", "opus-24k 0x0", "aac-32k 0x0"];
    let h264 = ["h264-240p 426x240", "h264-360p 640x360", "h264-480p 854x480"];
    let av1 = ["av1-240p 426x240", "av1-360p 640x360", "av1-540p 960x540", "av1-720p 1280x720"];
    let (mut made, mut expected) = (names_of(&renditions), [&sounds[..], &h264, &av1].concat());
    made.sort();
    expected.sort();
    assert_eq!(made, expected);
    for rendition in &renditions {
        let file = bench.out(rendition["file"].as_str().unwrap());
        let (start, duration) = span(&file);
        assert!(start.abs() <= 0.025, "{file:?} starts at {start}");
        assert!((duration - 9.0).abs() <= 0.09, "{file:?} lasts {duration}");
        assert_eq!(rendition["size_bytes"], fs::metadata(&file).unwrap().len());
    }
    let by_hand = by_hand(&clip, &bench.path("by-hand"));
    assert!(by_hand.status.success(), "{}", String::from_utf8_lossy(&by_hand.stderr));
    let master = bench.path("by-hand/master.m3u8");
    harness::ffmpeg(&["-i", master.to_str().unwrap(), "-map", "0", "-f", "null", "-"]);
    let text = fs::read_to_string(master).unwrap();
    for line in [
        "CODECS=\"avc1.640015,mp4a.40.2\",RESOLUTION=426x240,FRAME-RATE=25.000,AUDIO=\"aac\"\nh264-240p.m3u8",
        "CODECS=\"av01.0.00M.08,opus\",RESOLUTION=426x240,FRAME-RATE=25.000,AUDIO=\"opus\"\nav1-240p.m3u8",
        "CODECS=\"mp4a.40.2\",AUDIO=\"aac\"\naac-32k.m3u8",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn a_plain_file_loads_from_its_head_and_the_poster_is_small() {
    let bench = Bench::new();
    let done = bench.part(&bench.clip("lecture.mp4", LECTURE), "first", "natural", &[]);
    let picture = done["renditions"].as_array().unwrap().iter().find(|each| each["kind"] == "video").unwrap();
    let plain = bench.out(picture["plain"]["file"].as_str().unwrap());
    assert_eq!(picture["plain"]["size_bytes"], fs::metadata(&plain).unwrap().len());
    let kinds: Vec<String> = tops(&fs::read(&plain).unwrap()).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "moof").count(), 0);
    let place = |wanted: &str| kinds.iter().position(|kind| kind == wanted);
    assert!(place("moov").unwrap() < place("mdat").unwrap(), "{kinds:?}");
    let streams = harness::ffprobe(&plain, &["-show_entries", "stream=codec_name,start_time,height"]);
    assert_eq!(streams["streams"][0]["height"], 240);
    assert_eq!(streams["streams"][1]["codec_name"], "aac");
    let poster = harness::ffprobe(&bench.out("poster.webp"), &["-show_entries", "stream=codec_name,width"]);
    assert_eq!(poster["streams"][0], json!({"codec_name": "webp", "width": 640}));
}

#[test]
fn a_later_part_joins_its_pictures_with_the_sound_of_the_first() {
    let bench = Bench::new();
    let clip = bench.clip("lecture.mp4", &LECTURE.replace("1280x720", "320x240").replace("d=9", "d=3"));
    bench.part(&clip, "first", "natural", &[]);
    let sounds = ["opus-16k.mp4", "aac-32k.mp4"].map(|name| {
        let kept = bench.path(name);
        fs::rename(bench.out(name), &kept).unwrap();
        kept
    });
    bench.clear();
    let mut job = bench.job(&clip);
    job["part"] = json!("small");
    job["sounds"] = json!(sounds);
    let done = bench.done(&job);
    assert_eq!(names(&done), ["av1-240p 320x240"], "no sound and no poster twice");
    assert!(done["poster"].is_null());
    let plain = bench.out(done["renditions"][0]["plain"]["file"].as_str().unwrap());
    let streams = harness::ffprobe(&plain, &["-show_entries", "stream=codec_name"]);
    assert_eq!(streams["streams"], json!([{"codec_name": "av1"}, {"codec_name": "opus"}]));
    bench.clear();
    let done = bench.part(&clip, "fine", "natural", &[]);
    assert_eq!(names(&done), Vec::<String>::new(), "so small a picture has nothing finer");
}

#[test]
fn segments_begin_with_key_frames_together_on_every_rung() {
    let bench = Bench::new();
    let clip = bench.clip("lecture.mp4", &LECTURE.replace("1280x720", "640x360"));
    for (class, expected) in [("slides", vec![[0, 3400], [3400, 3000], [6400, 2600]]), ("natural", vec![[0, 9000]])] {
        let bench = Bench::new();
        for rendition in &bench.all_parts(&clip, class, &[1000, 3400, 6400]) {
            let bytes = fs::read(bench.out(rendition["file"].as_str().unwrap())).unwrap();
            let init = usize::try_from(rendition["init_bytes"].as_u64().unwrap()).unwrap();
            let mut end = init;
            for [_, lasts_ms, offset, length] in segments(rendition) {
                let (offset, length) = (usize::try_from(offset).unwrap(), usize::try_from(length).unwrap());
                assert_eq!(offset, end, "segments touch");
                end = offset + length;
                let inside = tops(&bytes[offset..end]);
                assert!(inside.chunks(2).all(|pair| pair[0].0 == "moof" && pair[1].0 == "mdat"), "{inside:?}");
                let fragments = u64::try_from(inside.len() / 2).unwrap();
                assert_eq!(fragments, lasts_ms.div_ceil(2000).max(1), "of two seconds each, {rendition}");
                let alone = bench.file("alone.mp4", &[&bytes[..init], &bytes[offset..end]].concat());
                let packets = harness::ffprobe(&alone, &["-show_entries", "packet=flags", "-read_intervals", "%+#1"]);
                assert_eq!(packets["packets"][0]["flags"], "K_");
            }
            assert_eq!(end, bytes.len(), "nothing follows the last segment");
            if rendition["kind"] == "video" {
                let times: Vec<[u64; 2]> = segments(rendition).into_iter().map(|[at, lasts, ..]| [at, lasts]).collect();
                assert_eq!(times, expected, "{}", rendition["name"]);
            }
        }
    }
}

#[test]
fn slides_are_kept_as_pictures_when_they_change() {
    let bench = Bench::new();
    let make = "-f lavfi -i color=white:s=1280x720:r=5:d=24,drawbox=x=100:y=100:w=500:h=80:c=black:t=fill:enable=gte(t\\,8),\
                drawbox=x=100:y=300:w=500:h=80:c=navy:t=fill:enable=gte(t\\,16) -f lavfi -i sine=d=24 -c:v libx264";
    let clip = bench.clip("slides.mp4", make);
    let look = bench.look(&clip);
    assert_eq!(look["class"], "slides", "{look}");
    assert_eq!(look["changes_ms"], json!([8000, 16_000]));
    let loudness = look["loudness_lufs"].as_f64().unwrap();
    assert!((-30.0..-15.0).contains(&loudness), "{loudness}");
    let done = bench.part(&clip, "stills", "slides", &[8000, 16_000]);
    let stills = done["stills"].as_array().unwrap();
    assert_eq!(stills.iter().map(|still| still["at_ms"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 8000, 16_000]);
    for still in stills {
        for (kind, codec) in [("avif", "av1"), ("webp", "webp"), ("fine", "webp")] {
            let file = bench.out(still[kind]["file"].as_str().unwrap());
            assert_eq!(still[kind]["size_bytes"], fs::metadata(&file).unwrap().len());
            let said = harness::ffprobe(&file, &["-show_entries", "stream=codec_name,width,height"]);
            assert_eq!(said["streams"][0], json!({"codec_name": codec, "width": 1280, "height": 720}));
        }
    }
    let bars: Vec<_> = stills
        .iter()
        .map(|still| harness::brightness(&bench.out(still["fine"]["file"].as_str().unwrap()))[0].0)
        .collect();
    assert!(bars[0] > bars[1] && bars[1] > bars[2], "each shows its own slide: {bars:?}");
}

#[test]
fn quiet_speech_becomes_as_loud_as_the_rest() {
    let bench = Bench::new();
    let make = "-f lavfi -i testsrc=s=320x240:r=5:d=6 -f lavfi -i sine=d=6 -af volume=-8dB -c:a flac";
    let clip = bench.clip("quiet.mkv", make);
    let look = bench.look(&clip);
    let mut job = bench.job(&clip);
    job["look"] = look;
    bench.done(&job);
    let file = bench.out("aac-32k.mp4");
    let mut measured = Command::new("ffmpeg");
    measured.args(["-nostdin", "-hide_banner", "-i"]).arg(file).args(["-af", "ebur128", "-f", "null", "-"]);
    let said = String::from_utf8(measured.output().unwrap().stderr).unwrap();
    let summary = &said[said.rfind("Integrated loudness").unwrap()..];
    let loudness = summary.split_whitespace().find_map(|word| word.parse::<f64>().ok()).unwrap();
    assert!((loudness + 16.0).abs() < 1.5, "{summary}");
}

#[test]
fn steady_noise_is_taken_out_where_that_is_chosen() {
    let bench = Bench::new();
    // A voice that pauses for half of each second, in a room with a fan.
    let make = "-f lavfi -i testsrc=s=320x240:r=5:d=12 -f lavfi -i sine=f=300:d=12 -f lavfi -i anoisesrc=a=0.02:c=pink:d=12:seed=1 \
                -filter_complex [1]volume=0.8:enable=lt(mod(t\\,1)\\,0.5),volume=0:enable=gte(mod(t\\,1)\\,0.5)[v];[v][2]amix=normalize=0[a] \
                -map 0:v -map [a] -c:a flac";
    let clip = bench.clip("fan.mkv", make);
    let look = bench.look(&clip);
    let pauses_db = |denoise: bool| {
        let mut job = bench.job(&clip);
        job["look"] = look.clone();
        job["denoise"] = json!(denoise);
        bench.done(&job);
        let mut measured = Command::new("ffmpeg");
        measured.args(["-nostdin", "-hide_banner", "-ss", "8", "-i"]).arg(bench.out("aac-32k.mp4"));
        measured.args(["-af", "aselect=between(mod(t\\,1)\\,0.7\\,0.9),volumedetect", "-f", "null", "-"]);
        let said = String::from_utf8(measured.output().unwrap().stderr).unwrap();
        let mean = said.split("mean_volume: ").nth(1).unwrap().split_whitespace().next().unwrap();
        bench.clear();
        mean.parse::<f64>().unwrap()
    };
    let (kept, taken_out) = (pauses_db(false), pauses_db(true));
    assert!(taken_out < kept - 6.0, "pauses are quieter by half at least: {kept} dB, {taken_out} dB");
}

#[test]
fn progress_rises_to_one_hundred_before_done() {
    let bench = Bench::new();
    let finished = run(&bench.job(&bench.clip("lecture.mp4", LECTURE)));
    let kinds: Vec<&str> = finished.events.iter().filter_map(|event| event["event"].as_str()).collect();
    assert_eq!(kinds[kinds.len() - 2..], ["progress", "done"]);
    let percents: Vec<f64> = finished.events.iter().filter_map(|event| event["percent"].as_f64()).collect();
    assert!(percents.is_sorted() && percents.len() > 1, "{percents:?}");
    assert!(percents.last().is_some_and(|last| (*last - 100.0).abs() < f64::EPSILON));
}

#[test]
fn a_look_says_what_the_file_is() {
    let bench = Bench::new();
    let source = bench.clip("lecture.mp4", LECTURE);
    let finished = run(&bench.look_job(&source));
    assert!(finished.status.success());
    assert_eq!(finished.events.last().unwrap()["event"], "looked");
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
    assert!(made.status.success() && table.contains("h264-240p.mp4") && table.contains("av1-240p.mp4"), "{table}");
    assert!(bench.path("new/deep/master.m3u8").is_file());
    let failed = by_hand(&bench.file("notes.mp4", b"not a video"), &bench.path("other"));
    assert_eq!(failed.status.code(), Some(1));
    let sentence = String::from_utf8(failed.stderr).unwrap();
    assert!(sentence.starts_with("The file is not a video"), "{sentence}");
}
