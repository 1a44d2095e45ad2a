//! Can any numbers and names of renditions, which a transcoder says, break the playlists made of them?
#![no_main]

use content::ids::Language;
use content::media::captions::Captions;
use content::media::{Rendition, choose_language, playlist};
use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut given = Unstructured::new(bytes);
    let read = |given: &mut Unstructured<'_>| {
        let count = given.int_in_range(0..=20)?;
        (0..count).map(|_| rendition(given)).collect::<Result<Vec<_>>>()
    };
    let Ok(mut renditions) = read(&mut given) else { return };
    let captions = Captions {
        language: Language::Zh,
        body: given.arbitrary().unwrap_or_default(),
        is_automatic: 0,
        to_check: 0,
        updated_at: 0,
    };
    check(&playlist::captions(&captions, given.arbitrary().unwrap_or_default()));
    check(&playlist::master(&"r".into(), &renditions, &[captions]));
    let (known, chosen) = choose_language(&mut renditions, &[Language::Bo, Language::Zh]);
    assert!(known.len() != 1 && chosen.is_none_or(|one| known.contains(&one)));
});

/// Every line is a tag or an address.
fn check(playlist: &str) {
    assert!(playlist.starts_with("#EXTM3U\n") && playlist.ends_with('\n'), "{playlist:?}");
    assert!(playlist.lines().all(|line| !line.is_empty()), "{playlist:?}");
}

fn rendition(given: &mut Unstructured<'_>) -> Result<Rendition> {
    let one_of = |given: &mut Unstructured<'_>, words: &[&str]| given.choose(words).map(|word| (*word).to_owned());
    Ok(Rendition {
        part: "first".into(),
        folder: one_of(given, &["", "renditions/1/first"])?,
        name: one_of(given, &["av1-240p", "h264-240p", "opus-16k", "aac-32k", "opus-16k-bo"])?,
        kind: one_of(given, &["video", "audio"])?,
        language: given.arbitrary::<bool>()?.then(|| one_of(given, &["zh", "bo", "en", "xx"])).transpose()?,
        width: given.arbitrary()?,
        height: given.arbitrary()?,
        codecs: one_of(given, &["avc1.42C01E", "av01.0.04M.08", "opus", "mp4a.40.2", ""])?,
        bits_per_second: given.arbitrary()?,
        frames_per_second: given.arbitrary()?,
        peak_bits_per_second: given.arbitrary()?,
        size_bytes: given.arbitrary()?,
        file: "a.mp4".into(),
        playlist: "a.m3u8".into(),
        plain: None,
        plain_bytes: None,
        init_bytes: given.arbitrary()?,
        segments: "[]".into(),
    })
}
