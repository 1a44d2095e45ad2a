//! Where does a segment lie, and when does it play?

use serde::{Deserialize, Serialize};

/// What begins with a key frame, one or more `moof` with their `mdat`, written as `[start_ms, duration_ms, offset_bytes, length_bytes]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "[u64; 4]", from = "[u64; 4]")]
pub(crate) struct Segment {
    pub(crate) start_ms: u64,
    pub(crate) duration_ms: u64,
    pub(crate) offset_bytes: u64,
    pub(crate) length_bytes: u64,
}

impl From<Segment> for [u64; 4] {
    fn from(segment: Segment) -> Self {
        [segment.start_ms, segment.duration_ms, segment.offset_bytes, segment.length_bytes]
    }
}

impl From<[u64; 4]> for Segment {
    fn from([start_ms, duration_ms, offset_bytes, length_bytes]: [u64; 4]) -> Self {
        Self { start_ms, duration_ms, offset_bytes, length_bytes }
    }
}
