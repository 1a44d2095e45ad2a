//! Which files are made to do harm? Each claims something that no honest file claims.

use std::fs;
use std::path::Path;

use super::seeds::ffmpeg;

/// A file, and how it may be answered: causes, or `looked` where nothing in it is believed.
pub(crate) struct Crafted {
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) answers: &'static [&'static str],
}

const PICTURE: &str = "-f lavfi -i testsrc2=s=96x64:r=8:d=1";

/// Makes them all; `folder` is for what ffmpeg writes.
pub(crate) fn all(folder: &Path) -> Vec<Crafted> {
    let mut all = texts();
    all.extend(lying_mp4s(&clip(
        folder,
        "plain.mp4",
        "-c:v libx264 -preset ultrafast -use_editlist 0 -video_track_timescale 80",
    )));
    let mut add = |name, bytes, answers| all.push(Crafted { name, bytes, answers });
    add("nothing at all", Vec::new(), &["not_media"]);
    add("an archive", archive(), &["not_media"]);
    add("a still picture of 60000 by 60000", still_picture(60_000), &["not_media"]);
    add("a thousand boxes in each other", nested_boxes(1000), &["not_media", "no_video", "truncated"]);
    add("a quarter of a million empty boxes", empty_boxes(250_000), &["not_media", "truncated"]);
    add("sound alone", clip_of(folder, "talk.wav", "-f lavfi -i sine=d=1"), &["no_video"]);
    add("a raw picture of 15000 by 15000", large_raw(folder, 15_000), &["too_large"]);
    add("a raw picture of 60000 by 60000", large_raw(folder, 60_000), &["too_large", "truncated"]);
    add("two hundred streams", many_streams(folder, "many.mkv"), &["unsupported_codec"]);
    add("two hundred tracks", many_streams(folder, "many.mp4"), &["unsupported_codec"]);
    add("one picture that lasts 30000 years", endless(folder), &["too_long"]);
    add("three hundred broken pictures", broken_pictures(folder), &["truncated"]);
    add("a coding nobody uploads", clip(folder, "odd.avi", "-c:v asv2"), &["unsupported_codec"]);
    all
}

/// Playlists and scripts name other files, which a server that read them would give away.
fn texts() -> Vec<Crafted> {
    [
        ("a playlist", "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"),
        ("a playlist of playlists", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nconcat:/etc/passwd|subfile,,start,0,end,9,,:/etc/passwd\n"),
        ("a script", "ffconcat version 1.0\nfile 'file:///etc/passwd'\nduration 1\n"),
        ("a script of another kind", "file '/etc/passwd'\nfile 'http://127.0.0.1/'\n"),
        ("a drawing", "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"file:///etc/passwd\"/></svg>"),
        ("a manifest", "<?xml version=\"1.0\"?><MPD><Period><AdaptationSet><Representation><BaseURL>file:///etc/passwd</BaseURL></Representation></AdaptationSet></Period></MPD>"),
        ("a session", "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n"),
    ]
    .map(|(name, text)| Crafted { name, bytes: text.as_bytes().to_vec(), answers: &["not_media"] })
    .into()
}

fn lying_mp4s(plain: &[u8]) -> Vec<Crafted> {
    let patched = |name, kind: &[u8; 4], at: usize, value: u32, answers| {
        let mut bytes = plain.to_vec();
        let body = find(&bytes, kind) + 4 + at;
        bytes[body..body + 4].copy_from_slice(&value.to_be_bytes());
        Crafted { name, bytes, answers }
    };
    vec![
        patched("a billion samples", b"stsz", 8, 1_000_000_000, &["not_media"]),
        patched("a billion times", b"stts", 4, 1_000_000_000, &["unsupported_codec"]),
        patched("samples that each last most of a year", b"stts", 12, 0x7FFF_FFFF, &["truncated"]),
        patched("a clock of one tick a second", b"mdhd", 12, 1, &["looked"]),
        patched("a clock of no ticks", b"mdhd", 12, 0, &["looked", "truncated"]),
        patched("samples far away", b"stco", 8, 0xFFFF_FFF0, &["truncated", "not_media"]),
        patched("no parameter sets", b"avcC", 4, 0xFFFF_FFFF, &["truncated", "unsupported_codec"]),
        Crafted { name: "media in another file", bytes: elsewhere(plain), answers: &["truncated", "looked"] },
    ]
}

fn clip(folder: &Path, name: &str, options: &str) -> Vec<u8> {
    clip_of(folder, name, &format!("{PICTURE} {options}"))
}

fn clip_of(folder: &Path, name: &str, arguments: &str) -> Vec<u8> {
    let path = folder.join(name);
    ffmpeg(arguments, &path);
    fs::read(path).expect("a clip")
}

fn find(bytes: &[u8], name: &[u8]) -> usize {
    bytes.windows(name.len()).position(|window| window == name).expect("something of that name")
}

fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 8).expect("a small box");
    [&length.to_be_bytes()[..], kind, body].concat()
}

/// An archive of nothing.
fn archive() -> Vec<u8> {
    let mut bytes = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0".to_vec();
    bytes.extend([0; 16]);
    bytes.extend(b"PK\x05\x06");
    bytes.extend([0; 18]);
    bytes
}

/// A PNG without pixels.
fn still_picture(side: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".to_vec();
    bytes.extend([side.to_be_bytes(), side.to_be_bytes()].concat());
    bytes.extend([8, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend(b"IDAT\0\0\0\0\0\0\0\0IEND\xAE\x42\x60\x82");
    bytes
}

fn nested_boxes(deep: usize) -> Vec<u8> {
    let moov = (0..deep).fold(Vec::new(), |inner, level| {
        boxed([b"trak", b"mdia", b"minf", b"stbl", b"udta", b"moov"][level % 6], &inner)
    });
    [boxed(b"ftyp", b"isom\0\0\0\0isom"), boxed(b"moov", &moov)].concat()
}

fn empty_boxes(many: usize) -> Vec<u8> {
    [boxed(b"ftyp", b"isom\0\0\0\0isom"), boxed(b"free", b"").repeat(many)].concat()
}

/// Uncompressed pictures whose head says more than their file could hold.
fn large_raw(folder: &Path, side: u32) -> Vec<u8> {
    let mut bytes = clip(folder, "raw.avi", "-c:v rawvideo -pix_fmt bgr24");
    let size = find(&bytes, b"strf") + 12;
    bytes[size..size + 8].copy_from_slice(&[side.to_le_bytes(), side.to_le_bytes()].concat());
    bytes
}

fn many_streams(folder: &Path, name: &str) -> Vec<u8> {
    let one = folder.join("one.mkv");
    ffmpeg(&format!("{PICTURE} -c:v mpeg4"), &one);
    let maps = " -map 0:0".repeat(200);
    clip_of(folder, name, &format!("-i {}{maps} -c copy", one.display()))
}

/// Matroska says its length as a floating point number of milliseconds.
fn endless(folder: &Path) -> Vec<u8> {
    let mut bytes = clip(folder, "endless.mkv", "-c:v mpeg4 -frames:v 1");
    let length = find(&bytes, &[0x44, 0x89, 0x88]) + 3;
    bytes[length..length + 8].copy_from_slice(&1e15_f64.to_be_bytes());
    let tags = find(&bytes, b"DURATION");
    bytes[tags..tags + 8].copy_from_slice(b"NOLENGTH");
    bytes
}

/// Every picture is there, and the length is right; most of them cannot be read.
fn broken_pictures(folder: &Path) -> Vec<u8> {
    let make = "-f lavfi -i testsrc2=s=96x64:r=250:d=2 -c:v mjpeg -pix_fmt yuvj420p";
    let mut bytes = clip_of(folder, "broken.avi", make);
    let pictures: Vec<usize> =
        bytes.windows(2).enumerate().filter(|(_, two)| *two == [0xFF, 0xC0]).map(|(at, _)| at).collect();
    assert!(pictures.len() >= 500, "{} pictures", pictures.len());
    for at in pictures.into_iter().skip(30).take(300) {
        bytes[at + 2..at + 12].fill(0xFF);
    }
    bytes
}

/// The samples are said to lie in another file: `dref` names it as an alias with a path, as cameras' editors do.
fn elsewhere(plain: &[u8]) -> Vec<u8> {
    let mut alias = vec![0; 4 + 6];
    alias.extend([0; 4 + 4 + 2]);
    alias.extend([0; 28 + 12 + 64 + 16 + 4 + 16]);
    let path = b"/etc/passwd\0";
    alias.extend([&18_u16.to_be_bytes()[..], &12_u16.to_be_bytes(), path, &[0xFF, 0xFF, 0, 0]].concat());
    let entry = [boxed(b"alis", &alias), boxed(b"url ", b"\0\0\0\0file:///etc/passwd\0")].concat();
    let mut bytes = plain.to_vec();
    let own = find(&bytes, b"url ") - 4;
    bytes.splice(own..own + 12, entry.iter().copied());
    let more = u32::try_from(entry.len()).expect("a small box") - 12;
    for kind in [b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"] {
        let at = find(&bytes, kind) - 4;
        let length = u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        bytes[at..at + 4].copy_from_slice(&(length + more).to_be_bytes());
    }
    let count = find(&bytes, b"dref") + 8;
    bytes[count..count + 4].copy_from_slice(&2_u32.to_be_bytes());
    bytes
}
