//! How do the targets get at the transcoder's readers? A program gives nothing to others: its files are read here again.

#[path = "../../transcode/src/job"]
mod job {
    mod segment;
    pub(crate) use segment::Segment;
}

#[expect(dead_code, reason = "only the readers are asked, not what writes")]
#[path = "../../transcode/src/package"]
mod package {
    mod boxes;
    mod cmaf;
    mod entry;

    /// The index of a file of ours; each segment begins where the one before it ends, and none behind the file's end.
    pub(crate) fn read_index(bytes: &[u8]) {
        let Ok(Some(index)) = boxes::read_index(&mut std::io::Cursor::new(bytes)) else { return };
        let mut end_bytes = index.init_bytes;
        for segment in &index.segments {
            assert_eq!(segment.offset_bytes, end_bytes, "{index:?}");
            end_bytes += segment.length_bytes;
        }
        assert!(end_bytes <= index.size_bytes, "{index:?}");
    }

    /// What an encoder is believed to say of itself.
    pub(crate) fn read_entry(bytes: &[u8]) {
        let written = entry::with_lengths(bytes);
        assert!(written.len() <= 2 * bytes.len() + 16, "what is written again grows by its lengths alone");
        let open = entry::without_delimiter(bytes);
        assert!(entry::without_delimiter(&open) == open, "there is one delimiter to take away, not two");
        for entry in [entry::Entry::avc(16, 16, bytes), entry::Entry::av1(16, 16, bytes)].into_iter().flatten() {
            assert!(!entry.boxes().is_empty());
        }
    }
}

/// Both readers of what encoders and the packager wrote.
pub fn cmaf(bytes: &[u8]) {
    package::read_index(bytes);
    package::read_entry(bytes);
}
