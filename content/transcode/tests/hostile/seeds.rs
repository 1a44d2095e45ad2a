//! Which good files are spoilt? One second of a tiny picture in the containers and codings that people upload.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The name says the container; then what ffmpeg is told besides the test picture and the test tone.
const SEEDS: [(&str, &str); 19] = [
    ("h264.mp4", "-c:v libx264 -preset ultrafast -c:a aac"),
    ("in_front.mp4", "-c:v libx264 -c:a aac -movflags faststart"),
    ("fragments.mp4", "-c:v libx264 -preset ultrafast -c:a aac -movflags frag_keyframe+empty_moov -g 3"),
    ("hevc.mp4", "-c:v libx265 -preset ultrafast -x265-params log-level=none -tag:v hvc1 -c:a aac"),
    ("av1.mp4", "-c:v libaom-av1 -cpu-used 8 -c:a libopus"),
    ("phone.mov", "-c:v libx264 -preset ultrafast -c:a pcm_s16le"),
    ("prores.mov", "-c:v prores -c:a aac"),
    ("old.3gp", "-s 128x96 -c:v h263 -c:a aac"),
    ("h264.mkv", "-c:v libx264 -preset ultrafast -c:a flac"),
    ("vp9.mkv", "-c:v libvpx-vp9 -cpu-used 8 -c:a libopus"),
    ("vp8.webm", "-c:v libvpx -c:a libvorbis"),
    ("mpeg4.avi", "-c:v mpeg4 -c:a libmp3lame"),
    ("camera.avi", "-c:v mjpeg -pix_fmt yuvj420p -c:a pcm_s16le"),
    ("flash.flv", "-c:v flv -ar 22050 -c:a libmp3lame"),
    ("h264.ts", "-c:v libx264 -preset ultrafast -c:a aac"),
    ("disc.mpg", "-r 25 -c:v mpeg2video -c:a mp2"),
    ("windows.wmv", "-c:v wmv2 -c:a wmav2"),
    ("theora.ogv", "-c:v libtheora -c:a libvorbis"),
    ("studio.mxf", "-r 25 -c:v mpeg2video -c:a pcm_s16le"),
];

pub(crate) struct Seed {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// Makes every seed in `folder`.
pub(crate) fn make(folder: &Path) -> Vec<Seed> {
    SEEDS
        .iter()
        .map(|(name, options)| {
            let path = folder.join(name);
            let make = format!(
                "-f lavfi -i testsrc2=s=96x64:r=8:d=1 -f lavfi -i sine=d=1:r=48000 {options} -threads 1 -fflags +bitexact"
            );
            ffmpeg(&make, &path);
            Seed { name, bytes: fs::read(path).expect("a seed") }
        })
        .collect()
}

/// Runs the ffmpeg command; `arguments` are split at spaces.
pub(crate) fn ffmpeg(arguments: &str, target: &Path) {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y"])
        .args(arguments.split(' '))
        .arg(target)
        .output()
        .expect("the ffmpeg command");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && target.is_file(), "ffmpeg {arguments} {}: {said}", target.display());
}
