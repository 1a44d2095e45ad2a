//! Can a file that somebody calls captions harm their reader, and is what was read written back as it was?
#![no_main]

use content::media::captions::write::{self, Script};
use content::media::captions::{cues, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        typed(text);
    }
    let Ok(vtt) = read::read(bytes) else { return };
    assert!(!cues(&vtt).is_empty() && !vtt.contains('\r'), "{vtt:?}");
    let written = Script::parse(&vtt).to_vtt();
    let again = Script::parse(&written).to_vtt();
    assert_eq!(written, again, "what was written is read as it was");
    let mut said = [cues(&vtt), cues(&written)];
    said.iter_mut().for_each(|cues| cues.sort_by_key(|cue| (cue.from_ms, cue.to_ms)));
    assert_eq!(said[0], said[1], "every cue is kept: {vtt:?}");
});

/// What somebody types into the editor: three fields, by tabs.
fn typed(text: &str) {
    let mut fields = text.splitn(3, '\t');
    let (Some(from), Some(to), Some(said)) = (fields.next(), fields.next(), fields.next()) else { return };
    if let Ok(Some(cue)) = write::Cue::typed(from, to, said) {
        let vtt = Script { head: "WEBVTT".into(), cues: vec![cue.clone()], ..Script::default() }.to_vtt();
        assert_eq!(Script::parse(&vtt).cues, [cue], "{vtt:?}");
    }
}
