//! Where in an MP4 file does each segment lie? Walks boxes (ISO/IEC 14496-12) without FFmpeg.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use crate::job::Segment;

/// What a fragmented file with one track says about itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Index {
    pub(super) init_bytes: u64,
    pub(super) size_bytes: u64,
    /// As in RFC 6381.
    pub(super) codecs: String,
    pub(super) segments: Vec<Segment>,
}

/// A box that lies at the top of a file.
struct Top {
    kind: [u8; 4],
    offset: u64,
    length: u64,
}

/// Metadata boxes larger than this are not ours.
const MOST_METADATA_BYTES: u64 = 64 << 20;

/// Six hours in fragments of two seconds have fifty times fewer. A file of empty boxes must not fill the memory.
const MOST_BOXES: usize = 1 << 20;

/// A clock that has run for longer is not ours.
const MOST_TICKS: u64 = 1 << 50;

/// Reads the index of a file that is `ftyp moov sidx (moof mdat)*`; `None` if it is anything else, if the fragments do
/// not lie where `sidx` says, or if a segment does not begin with a key frame.
pub(super) fn read_index(file: &mut (impl Read + Seek)) -> io::Result<Option<Index>> {
    let (tops, size_bytes) = walk(file)?;
    let ([file_type, moov, sidx, fragments @ ..], true) = (&tops[..], is_whole(&tops, size_bytes)) else {
        return Ok(None);
    };
    if [&file_type.kind, &moov.kind, &sidx.kind] != [b"ftyp", b"moov", b"sidx"] {
        return Ok(None);
    }
    let Some(track) = Track::of(&body(file, moov)?) else { return Ok(None) };
    let Some(lengths) = segment_lengths(&body(file, sidx)?) else { return Ok(None) };
    let mut fragments = fragments.chunks(2);
    let mut segments = Vec::new();
    for length_bytes in lengths {
        let Some(segment) = read_segment(file, &mut fragments, length_bytes, &track)? else { return Ok(None) };
        segments.push(segment);
    }
    let is_complete = fragments.next().is_none();
    let init_bytes = sidx.offset + sidx.length;
    Ok(is_complete.then_some(Index { init_bytes, size_bytes, codecs: track.codecs, segments }))
}

/// The fragments that fill `length_bytes` exactly, as one segment.
fn read_segment<'a>(
    file: &mut (impl Read + Seek),
    fragments: &mut impl Iterator<Item = &'a [Top]>,
    length_bytes: u64,
    track: &Track,
) -> io::Result<Option<Segment>> {
    let (mut whole, mut read_bytes): (Option<(u64, Run)>, u64) = (None, 0);
    while read_bytes < length_bytes {
        let Some([moof, mdat]) = fragments.next() else { return Ok(None) };
        if [&moof.kind, &mdat.kind] != [b"moof", b"mdat"] {
            return Ok(None);
        }
        let Some(run) = Run::of(&body(file, moof)?, track) else { return Ok(None) };
        read_bytes += moof.length + mdat.length;
        match &mut whole {
            Some((_, first)) if first.start + first.duration == run.start => first.duration += run.duration,
            None if run.starts_with_key => whole = Some((moof.offset, run)),
            _ => return Ok(None),
        }
    }
    let whole = whole.filter(|_| read_bytes == length_bytes);
    Ok(whole.map(|(offset_bytes, run)| run.segment(track.timescale, offset_bytes, length_bytes)))
}

/// How many bytes each reference of a `sidx` of version 0 covers.
fn segment_lengths(sidx: &[u8]) -> Option<Vec<u64>> {
    let count = usize::from(u16::from_be_bytes(sidx.get(22..24)?.try_into().ok()?));
    (0..count).map(|each| u32_at(sidx, 24 + 12 * each).map(u64::from)).collect()
}

/// True for an MP4 file whose end, or whose `moov`, is missing: an upload or a recording that stopped early.
pub(crate) fn is_cut_off(path: &Path) -> bool {
    let walked = File::open(path).and_then(|mut file| walk(&mut file));
    walked.is_ok_and(|(tops, size_bytes)| {
        tops.first().is_some_and(|first| &first.kind == b"ftyp")
            && (!is_whole(&tops, size_bytes) || !tops.iter().any(|top| &top.kind == b"moov"))
    })
}

fn is_whole(tops: &[Top], size_bytes: u64) -> bool {
    tops.last().is_some_and(|last| last.offset.checked_add(last.length) == Some(size_bytes))
}

/// The boxes at the top of the file, up to the first that cannot be one or is one too many.
fn walk(file: &mut (impl Read + Seek)) -> io::Result<(Vec<Top>, u64)> {
    let size_bytes = file.seek(SeekFrom::End(0))?;
    let mut tops = Vec::new();
    let mut offset = 0;
    while offset < size_bytes && tops.len() < MOST_BOXES {
        let mut head = [0; 16];
        let available = usize::try_from(size_bytes - offset).unwrap_or(16).min(16);
        file.seek(SeekFrom::Start(offset))?;
        file.read_exact(&mut head[..available])?;
        let kind = [head[4], head[5], head[6], head[7]];
        let length = match u32_at(&head, 0) {
            Some(0) => size_bytes - offset,
            Some(1) => u64_at(&head, 8).unwrap_or(0),
            Some(length) => u64::from(length),
            None => 0,
        };
        if length < 8 || !kind.is_ascii() {
            break;
        }
        tops.push(Top { kind, offset, length });
        offset = offset.saturating_add(length);
    }
    Ok((tops, size_bytes))
}

fn body(file: &mut (impl Read + Seek), top: &Top) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(top.offset + 8))?;
    file.take((top.length - 8).min(MOST_METADATA_BYTES)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What holds for every fragment.
struct Track {
    timescale: u64,
    codecs: String,
    default_duration: u32,
    default_flags: u32,
}

impl Track {
    fn of(moov: &[u8]) -> Option<Self> {
        let media = find(moov, &[b"trak", b"mdia"])?;
        let header = find(media, &[b"mdhd"])?;
        let timescale_at = if *header.first()? == 1 { 20 } else { 12 };
        let defaults = find(moov, &[b"mvex", b"trex"])?;
        Some(Self {
            timescale: u64::from(u32_at(header, timescale_at)?).max(1),
            codecs: codecs(find(media, &[b"minf", b"stbl", b"stsd"])?)?,
            default_duration: u32_at(defaults, 12)?,
            default_flags: u32_at(defaults, 20)?,
        })
    }
}

/// The codec string of the first sample entry.
fn codecs(descriptions: &[u8]) -> Option<String> {
    const PICTURE_ENTRY_BYTES: usize = 78;
    let entries = descriptions.get(8..)?;
    let settings = |kind: &[u8; 4], settings: &[u8; 4]| {
        let entry = find(entries, &[kind])?;
        find(entry.get(PICTURE_ENTRY_BYTES..)?, &[settings])
    };
    if let Some(settings) = settings(b"avc1", b"avcC") {
        let [_, profile, constraints, level, ..] = settings else { return None };
        return Some(format!("avc1.{profile:02x}{constraints:02x}{level:02x}"));
    }
    if let Some(settings) = settings(b"av01", b"av1C") {
        return super::entry::av1_codec(settings);
    }
    if find(entries, &[b"Opus"]).is_some() {
        return Some("opus".to_owned());
    }
    // The encoder makes AAC-LC only, which is object type 2.
    find(entries, &[b"mp4a"]).map(|_| "mp4a.40.2".to_owned())
}

/// The samples of one fragment.
struct Run {
    start: u64,
    duration: u64,
    starts_with_key: bool,
}

impl Run {
    fn of(moof: &[u8], track: &Track) -> Option<Self> {
        let traf = find(moof, &[b"traf"])?;
        let (default_duration, default_flags) = fragment_defaults(find(traf, &[b"tfhd"])?, track)?;
        let time = find(traf, &[b"tfdt"])?;
        let start = if *time.first()? == 1 { u64_at(time, 4)? } else { u64::from(u32_at(time, 4)?) };
        let (duration, first_flags) = run_of(find(traf, &[b"trun"])?, default_duration, default_flags)?;
        start.checked_add(duration).filter(|end| *end <= MOST_TICKS)?;
        const NOT_A_KEY: u32 = 0x1_0000;
        Some(Self { start, duration, starts_with_key: first_flags & NOT_A_KEY == 0 })
    }

    fn segment(&self, timescale: u64, offset_bytes: u64, length_bytes: u64) -> Segment {
        let to_ms = |time: u64| (time * 1000 + timescale / 2) / timescale;
        Segment {
            start_ms: to_ms(self.start),
            // From rounded ends, so that segments touch.
            duration_ms: to_ms(self.start + self.duration) - to_ms(self.start),
            offset_bytes,
            length_bytes,
        }
    }
}

/// Default sample duration and flags of a fragment, from `tfhd` where it says so.
fn fragment_defaults(header: &[u8], track: &Track) -> Option<(u32, u32)> {
    let flags = u32_at(header, 0)?;
    let mut at = 8;
    let mut field = |bit: u32, bytes: usize| {
        let present = flags & bit != 0;
        let here = at;
        at += if present { bytes } else { 0 };
        present.then_some(here)
    };
    field(0x1, 8);
    field(0x2, 4);
    let duration = field(0x8, 4);
    field(0x10, 4);
    let sample_flags = field(0x20, 4);
    Some((
        duration.map_or(Some(track.default_duration), |at| u32_at(header, at))?,
        sample_flags.map_or(Some(track.default_flags), |at| u32_at(header, at))?,
    ))
}

/// Summed duration and the first sample's flags of a `trun`.
fn run_of(run: &[u8], default_duration: u32, default_flags: u32) -> Option<(u64, u32)> {
    let flags = u32_at(run, 0)?;
    let samples = u32_at(run, 4)? as usize;
    let has = |bit: u32| usize::from(flags & bit != 0);
    let first_flags_at = 8 + 4 * has(0x1);
    let samples_at = first_flags_at + 4 * has(0x4);
    let stride = 4 * (has(0x100) + has(0x200) + has(0x400) + has(0x800));
    let flags_at = samples_at + 4 * (has(0x100) + has(0x200));
    let first_flags = match (has(0x4), has(0x400)) {
        (1, _) => u32_at(run, first_flags_at)?,
        (_, 1) => u32_at(run, flags_at)?,
        _ => default_flags,
    };
    if has(0x100) == 0 {
        return Some((samples as u64 * u64::from(default_duration), first_flags));
    }
    let durations = (0..samples).map(|sample| u32_at(run, samples_at + sample * stride).map(u64::from));
    Some((durations.sum::<Option<u64>>()?, first_flags))
}

/// The body of the first box along `path`.
fn find<'a>(mut bytes: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    for kind in path {
        bytes = children(bytes).find(|(found, _)| found == *kind)?.1;
    }
    Some(bytes)
}

fn children(mut bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    std::iter::from_fn(move || {
        let length = u32_at(bytes, 0)? as usize;
        let kind = bytes.get(4..8)?;
        let body = bytes.get(8..length)?;
        bytes = &bytes[length..];
        Some((kind, body))
    })
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests;
