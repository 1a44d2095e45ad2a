//! Are unusual pictures and sounds made right?

use std::fs;

use serde_json::{Value, json};

use crate::harness::{self, Bench, brightness, ffprobe, first_bright, first_loud, names, patch, span};

fn rendition<'a>(done: &'a Value, name: &str) -> &'a Value {
    let renditions = done["renditions"].as_array().expect("renditions");
    renditions.iter().find(|made| made["name"] == name).expect("the rendition")
}

fn pictures(done: &Value) -> Vec<String> {
    names(done).into_iter().filter(|name| !name.ends_with(" 0x0")).collect()
}

#[test]
fn a_small_source_is_never_enlarged() {
    let bench = Bench::new();
    let clip = bench.clip("small.mp4", "-f lavfi -i testsrc=s=320x180:r=25:d=2 -f lavfi -i sine=d=2");
    let done = bench.part(&clip, "first", "natural", &[]);
    assert_eq!(pictures(&done), ["h264-180p 320x180"]);
    let said = ffprobe(&bench.out("h264-180p.mp4"), &["-show_entries", "stream=width,height"]);
    assert_eq!(said["streams"][0]["width"], 320);
    assert_eq!(done["poster"]["width"], 320);
}

#[test]
fn odd_and_upright_sizes_become_even_ones_of_the_same_shape() {
    for (size, expected) in [
        ("641x361", vec!["h264-240p 426x240", "h264-360p 640x360"]),
        ("361x641", vec!["h264-240p 240x426", "h264-360p 360x640"]),
        ("201x121", vec!["h264-120p 200x120"]),
    ] {
        let bench = Bench::new();
        let make = format!("-f lavfi -i testsrc=s={size}:r=10:d=1 -pix_fmt yuv444p -c:v ffv1");
        let done = bench.transcode(&bench.clip("odd.mkv", &make));
        assert_eq!(names(&done), expected);
        let width = rendition(&done, expected.last().unwrap().split(' ').next().unwrap())["width"].as_u64();
        let file = expected.last().unwrap().replace(' ', "-whole.mp4 ");
        let said = ffprobe(&bench.out(file.split(' ').next().unwrap()), &["-show_entries", "stream=width"]);
        assert_eq!(said["streams"][0]["width"].as_u64(), width);
    }
}

#[test]
fn pixels_that_are_not_square_are_made_square() {
    let bench = Bench::new();
    let make = "-f lavfi -i testsrc=s=720x576:r=10:d=1 -vf setsar=64/45 -c:v mpeg4";
    let done = bench.transcode(&bench.clip("disc.avi", make));
    assert_eq!(names(&done), ["h264-240p 426x240", "h264-360p 640x360", "h264-480p 854x480"]);
}

#[test]
fn a_turned_phone_video_stands_upright() {
    const TOP_WHITE: &str = "-f lavfi -i color=black:s=640x360:r=10:d=1,drawbox=w=320:c=white:t=fill -c:v libx264";
    const ONE: [u8; 4] = [0, 1, 0, 0];
    const MINUS_ONE: [u8; 4] = [0xff, 0xff, 0, 0];
    const NONE: [u8; 4] = [0; 4];
    let upright = [ONE, NONE, NONE, NONE, ONE].concat();
    for (matrix, degrees, sizes, brighter_above) in [
        ([NONE, ONE, NONE, MINUS_ONE, NONE], 90, ["h264-240p 240x426", "h264-360p 360x640"], true),
        ([NONE, MINUS_ONE, NONE, ONE, NONE], 270, ["h264-240p 240x426", "h264-360p 360x640"], false),
        ([MINUS_ONE, NONE, NONE, NONE, MINUS_ONE], 180, ["h264-240p 426x240", "h264-360p 640x360"], false),
    ] {
        let bench = Bench::new();
        let clip = bench.clip("phone.mp4", TOP_WHITE);
        // The movie's own matrix comes before the track's, and both are the same nine numbers.
        patch(&clip, &upright, &matrix.concat());
        let movie = fs::read(&clip).unwrap();
        let header = movie.windows(4).position(|four| four == b"mvhd").unwrap();
        let mut restored = movie;
        restored[header + 40..header + 60].copy_from_slice(&upright);
        fs::write(&clip, restored).unwrap();
        let done = bench.transcode(&clip);
        assert_eq!(names(&done), sizes, "{degrees}");
        let (above, below) = brightness(&bench.out("h264-240p.mp4"))[0];
        if degrees == 180 {
            assert!(above.abs_diff(below) < 8, "turned by half, left and right change places");
        } else {
            assert_eq!(above > below, brighter_above, "{degrees}: {above} {below}");
        }
    }
}

#[test]
fn a_silent_video_has_no_sound_anywhere() {
    let bench = Bench::new();
    let done = bench.transcode(&bench.clip("silent.webm", "-f lavfi -i testsrc=s=320x240:r=25:d=2 -c:v libvpx"));
    assert_eq!(names(&done), ["h264-240p 320x240"]);
    assert!(!bench.out("aac-32k.mp4").exists());
    let master = fs::read_to_string(bench.out("master.m3u8")).unwrap();
    assert!(!master.contains("AUDIO") && !master.contains("mp4a"), "{master}");
    let streams = ffprobe(&bench.out("h264-240p-whole.mp4"), &["-show_entries", "stream=codec_type"]);
    assert_eq!(streams["streams"].as_array().unwrap().len(), 1);
}

#[test]
fn a_flash_and_a_beep_stay_together() {
    let bench = Bench::new();
    let make = "-f lavfi -i color=black:s=320x240:r=25:d=4,drawbox=c=white:t=fill:enable=gte(t\\,2) \
                -f lavfi -i aevalsrc=gte(t\\,2)*sin(2764*t):d=4:s=44100 -c:v libx264 -c:a libmp3lame";
    let clip = bench.clip("flash.mkv", make);
    // At 25, 12.5 and 5 pictures a second, in both families, apart and joined.
    for class in ["natural", "mixed", "slides"] {
        let bench = Bench::new();
        for rendition in &bench.all_parts(&clip, class, &[2000]) {
            let file = bench.out(rendition["file"].as_str().unwrap());
            if rendition["kind"] == "audio" {
                let beep = first_loud(&file);
                assert!((beep - 2.0).abs() < 0.02, "{file:?}: {beep}");
                continue;
            }
            let plain = bench.out(rendition["plain"]["file"].as_str().unwrap());
            for file in [&file, &plain] {
                let flash = first_bright(file);
                assert!((flash - 2.0).abs() < 0.02, "{file:?}: {flash}");
            }
            let beep = first_loud(&plain);
            assert!((beep - 2.0).abs() < 0.02, "{plain:?}: {beep}");
        }
    }
}

#[test]
fn sound_that_comes_late_or_stops_early_keeps_its_place() {
    let bench = Bench::new();
    let make = "-f lavfi -i testsrc=s=320x240:r=25:d=5 -itsoffset 1.5 -f lavfi -i sine=d=2:b=4 -c:a flac";
    bench.transcode(&bench.clip("late.mkv", make));
    let (start, duration) = span(&bench.out("aac-32k.mp4"));
    assert!(start.abs() < 0.025 && (duration - 3.5).abs() < 0.05, "{start} {duration}");
    let loud = first_loud(&bench.out("aac-32k.mp4"));
    assert!((loud - 1.5).abs() < 0.03, "{loud}");
    bench.clear();
    let mut job = bench.job(&bench.path("late.mkv"));
    (job["look"], job["denoise"]) = (bench.look(&bench.path("late.mkv")), json!(true));
    bench.done(&job);
    let without_noise = first_loud(&bench.out("aac-32k.mp4"));
    assert!((without_noise - loud).abs() < 0.01, "{without_noise} {loud}");
}

#[test]
fn the_last_picture_stands_while_the_sound_goes_on() {
    let bench = Bench::new();
    let clip = bench.clip("short.mkv", "-f lavfi -i testsrc=s=320x240:r=5:d=1 -f lavfi -i sine=d=6");
    let done = bench.transcode(&clip);
    assert_eq!(brightness(&bench.out("h264-240p.mp4")).len(), 30);
    assert_eq!(rendition(&done, "h264-240p")["segments"][0][1], 6000);
    bench.clear();
    let small = bench.part(&clip, "small", "natural", &[]);
    assert_eq!(rendition(&small, "av1-240p")["segments"][0][1], 6000, "also where no sound is encoded");
}

#[test]
fn a_browser_recording_without_a_length_is_measured() {
    let bench = Bench::new();
    let bytes = harness::ffmpeg(
        &"-f lavfi -i testsrc=s=320x240:r=15:d=3 -f lavfi -i sine=d=3 -c:v libvpx -c:a libopus -f webm -"
            .split(' ')
            .collect::<Vec<_>>(),
    );
    let done = bench.transcode(&bench.file("call.webm", &bytes));
    assert!(done["duration_ms"].as_u64().unwrap().abs_diff(3000) <= 60, "{}", done["duration_ms"]);
    let said = ffprobe(&bench.out("h264-240p.mp4"), &["-show_entries", "stream=avg_frame_rate"]);
    assert_eq!(said["streams"][0]["avg_frame_rate"], "15/1");
}

#[test]
fn a_recording_that_changes_its_size_and_channels_midway_stays_whole() {
    let bench = Bench::new();
    let part = |name: &str, size: &str, channels: u32, offset: u32| {
        let make = format!(
            "-f lavfi -i testsrc=s={size}:r=25:d=2 -f lavfi -i sine=d=2 -ac {channels} -c:v mpeg2video -c:a mp2 \
             -output_ts_offset {offset} -muxdelay 0 -muxpreload 0"
        );
        fs::read(bench.clip(name, &make)).unwrap()
    };
    let both = [part("a.ts", "640x480", 1, 10), part("b.ts", "480x640", 2, 12)].concat();
    let done = bench.transcode(&bench.file("both.ts", &both));
    assert_eq!(pictures(&done), ["h264-240p 320x240", "h264-360p 480x360", "h264-480p 640x480"]);
    assert!(done["duration_ms"].as_u64().unwrap().abs_diff(4000) <= 60, "{}", done["duration_ms"]);
}

#[test]
fn every_language_of_ours_is_made_into_sound_of_its_own() {
    let bench = Bench::new();
    let tones = "-f lavfi -i testsrc=s=320x180:r=10:d=2 -f lavfi -i sine=f=300:d=2 -f lavfi -i sine=f=2000:d=2 \
                 -f lavfi -i sine=f=900:d=2 -map 0 -map 1 -map 2 -map 3 -metadata:s:a:0 language=chi \
                 -metadata:s:a:1 language=tib -metadata:s:a:2 language=fre";
    let tones = tones.split_whitespace().collect::<Vec<_>>().join(" ");
    let done = bench.part(&bench.clip("spoken.mkv", &tones), "first", "natural", &[]);
    let spoken = |name: &str| rendition(&done, name)["language"].clone();
    assert_eq!((spoken("opus-16k"), spoken("aac-32k"), spoken("h264-180p")), ("zh".into(), "zh".into(), Value::Null));
    assert_eq!((spoken("opus-16k-bo"), spoken("aac-32k-bo")), ("bo".into(), "bo".into()));
    assert_eq!(names(&done).len(), 9, "four voices in two languages, and one picture: nobody here speaks French");
    // Each is the tone that it was: crossings of zero in a second.
    for (name, hertz) in [("opus-16k", 300), ("opus-16k-bo", 2000), ("aac-32k", 300), ("aac-32k-bo", 2000)] {
        let heard = harness::ffmpeg(&[
            "-i",
            bench.out(&format!("{name}.mp4")).to_str().unwrap(),
            "-ss",
            "0.5",
            "-t",
            "1",
            "-ar",
            "16000",
            "-f",
            "s16le",
            "-",
        ]);
        let samples: Vec<i16> = heard.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect();
        let crossings = samples.windows(2).filter(|two| (two[0] < 0) != (two[1] < 0)).count();
        assert!(crossings.abs_diff(2 * hertz) < 40, "{name}: {crossings}");
    }
}
