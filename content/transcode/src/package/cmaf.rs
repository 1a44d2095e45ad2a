//! How is one rendition written? A fragmented MP4 with one track (ISO/IEC 14496-12, and CMAF, ISO/IEC 23000-19).
//!
//! `ftyp moov sidx (moof mdat)*`: a fragment lasts about two seconds, so that bytes play as they arrive; a segment, of
//! one or more fragments, begins with a key frame and is one entry of the index. Where pictures are decoded in another
//! order than they are shown in, decoding is moved up to start at zero, and an edit list takes the delay back: then
//! every player shows the first picture with the first sound.

use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::entry::Entry;

/// How long a fragment is, unless its segment ends before.
const FRAGMENT_MS: i64 = 2000;

/// Depends on other samples, is not a key frame.
const FLAGS_OF_OTHERS: u32 = 0x0101_0000;
/// Depends on no other sample.
const FLAGS_OF_A_KEY: u32 = 0x0200_0000;

/// One access unit; times in the track's timescale.
pub(crate) struct Sample {
    pub(crate) decoded: i64,
    pub(crate) shown: i64,
    pub(crate) duration: u32,
    pub(crate) is_key: bool,
    pub(crate) bytes: Vec<u8>,
}

/// What holds for the whole track.
pub(crate) struct Head {
    pub(crate) entry: Entry,
    pub(crate) timescale: u32,
}

/// Writes one file; it is there, and whole, only after [`Writer::finish`].
pub(crate) struct Writer {
    head: Head,
    path: PathBuf,
    /// The fragments, until the index before them is known.
    body: BufWriter<File>,
    fragment: Vec<Sample>,
    fragments: u32,
    segments: Vec<Written>,
    /// How much later than it is decoded the first picture is shown.
    delay: Option<i64>,
    /// Where the next fragment's decoding begins.
    reached: i64,
    begins_segment: bool,
}

/// One segment as the index names it.
struct Written {
    length_bytes: u32,
    duration: u32,
}

impl Writer {
    pub(crate) fn create(path: &Path, head: Head) -> io::Result<Self> {
        let body = BufWriter::new(File::options().read(true).write(true).create(true).truncate(true).open(part(path))?);
        Ok(Self {
            head,
            path: path.to_owned(),
            body,
            fragment: Vec::new(),
            fragments: 0,
            segments: Vec::new(),
            delay: None,
            reached: 0,
            begins_segment: true,
        })
    }

    /// Adds the next sample in decoding order; `begins_segment` only at a key frame.
    pub(crate) fn add(&mut self, mut sample: Sample, begins_segment: bool) -> io::Result<()> {
        let delay = *self.delay.get_or_insert(sample.shown - sample.decoded);
        sample.decoded += delay;
        sample.shown += delay;
        // A sample lasts until the next begins, whatever an encoder thought.
        if let Some(before) = self.fragment.last_mut() {
            before.duration = u32::try_from(sample.decoded - before.decoded).unwrap_or(before.duration);
        }
        let age = self.fragment.first().map_or(0, |first| sample.decoded - first.decoded);
        let most = FRAGMENT_MS * i64::from(self.head.timescale) / 1000;
        if begins_segment || age >= most {
            self.write_fragment()?;
            self.begins_segment |= begins_segment;
        }
        self.fragment.push(sample);
        Ok(())
    }

    /// Writes the last fragment, then the file: its head, its index, and the fragments after them.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.write_fragment()?;
        let mut file = BufWriter::new(File::create(&self.path)?);
        file.write_all(&self.head.boxes(self.delay.unwrap_or(0)))?;
        file.write_all(&self.index())?;
        self.body.flush()?;
        let body = self.body.get_mut();
        body.seek(SeekFrom::Start(0))?;
        io::copy(body, &mut file)?;
        file.flush()
    }

    fn write_fragment(&mut self) -> io::Result<()> {
        let (Some(first), Some(last)) = (self.fragment.first(), self.fragment.last()) else { return Ok(()) };
        let start = if self.fragments == 0 { first.decoded } else { self.reached };
        self.fragments += 1;
        let head = moof(self.fragments, start, &self.fragment);
        let payload: usize = self.fragment.iter().map(|sample| sample.bytes.len()).sum();
        self.body.write_all(&head)?;
        self.body.write_all(&u32::try_from(payload + 8).map_err(io::Error::other)?.to_be_bytes())?;
        self.body.write_all(b"mdat")?;
        for sample in &self.fragment {
            self.body.write_all(&sample.bytes)?;
        }
        let length_bytes = u32::try_from(head.len() + 8 + payload).map_err(io::Error::other)?;
        let reached = last.decoded + i64::from(last.duration);
        let duration = u32::try_from(reached - start).map_err(io::Error::other)?;
        self.reached = reached;
        match self.segments.last_mut().filter(|_| !self.begins_segment) {
            Some(segment) => {
                segment.length_bytes += length_bytes;
                segment.duration += duration;
            }
            None => self.segments.push(Written { length_bytes, duration }),
        }
        self.begins_segment = false;
        self.fragment.clear();
        Ok(())
    }

    /// `sidx`: one reference for each segment, each beginning with a key frame.
    fn index(&self) -> Vec<u8> {
        const STARTS_WITH_A_KEY: u32 = 0x9000_0000;
        full_box(b"sidx", 0, 0, |out| {
            put(out, &[1, self.head.timescale, 0, 0]);
            let count = u16::try_from(self.segments.len()).unwrap_or(u16::MAX);
            put(out, &[u32::from(count)]);
            for segment in self.segments.iter().take(usize::from(count)) {
                put(out, &[segment.length_bytes, segment.duration, STARTS_WITH_A_KEY]);
            }
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Of a job that failed, the whole folder goes.
        let _ = fs::remove_file(part(&self.path));
    }
}

fn part(path: &Path) -> PathBuf {
    path.with_extension("part")
}

fn moof(number: u32, start: i64, samples: &[Sample]) -> Vec<u8> {
    let duration = samples[0].duration;
    let has_durations = samples.iter().any(|sample| sample.duration != duration);
    let has_offsets = samples.iter().any(|sample| sample.shown != sample.decoded);
    let stride = 4 * (1 + usize::from(has_offsets) + usize::from(has_durations));
    let run_bytes = 24 + stride * samples.len();
    let (header, time) = (20, 20);
    let length = 8 + 16 + 8 + header + time + run_bytes;
    let moof = nested(b"moof", |moof| {
        moof.extend(full_box(b"mfhd", 0, 0, |out| put(out, &[number])));
        moof.extend(nested(b"traf", |traf| {
            // Default base is this `moof`; a duration for all samples.
            traf.extend(full_box(b"tfhd", 0, 0x2_0008, |out| put(out, &[1, duration])));
            traf.extend(full_box(b"tfdt", 1, 0, |out| out.extend(start.to_be_bytes())));
            let durations = if has_durations { 0x100 } else { 0 };
            let offsets = if has_offsets { 0x800 } else { 0 };
            let flags = 0x1 | 0x4 | 0x200 | durations | offsets;
            traf.extend(full_box(b"trun", 0, flags, |out| {
                let first = if samples[0].is_key { FLAGS_OF_A_KEY } else { FLAGS_OF_OTHERS };
                put(out, &[u32_of(samples.len()), u32_of(length + 8), first]);
                for sample in samples {
                    if has_durations {
                        put(out, &[sample.duration]);
                    }
                    put(out, &[u32_of(sample.bytes.len())]);
                    if has_offsets {
                        put(out, &[u32::try_from(sample.shown - sample.decoded).unwrap_or(0)]);
                    }
                }
            }));
        }));
    });
    debug_assert_eq!(moof.len(), length);
    moof
}

impl Head {
    /// `ftyp` and `moov`.
    fn boxes(&self, delay: i64) -> Vec<u8> {
        let mut out = nested(b"ftyp", |out| {
            out.extend(b"iso6");
            put(out, &[0]);
            out.extend(b"iso6cmfcmp41dash");
        });
        out.extend(nested(b"moov", |moov| {
            moov.extend(full_box(b"mvhd", 0, 0, |out| {
                put(out, &[0, 0, self.timescale, 0, 0x1_0000, 0x0100_0000, 0, 0]);
                put(out, &MATRIX);
                put(out, &[0, 0, 0, 0, 0, 0, 2]);
            }));
            moov.extend(nested(b"trak", |trak| self.track(trak, delay)));
            moov.extend(nested(b"mvex", |out| {
                let flags = if self.entry.is_sound() { FLAGS_OF_A_KEY } else { FLAGS_OF_OTHERS };
                out.extend(full_box(b"trex", 0, 0, |out| put(out, &[1, 1, 0, 0, flags])));
            }));
        }));
        out
    }

    fn track(&self, trak: &mut Vec<u8>, delay: i64) {
        let (width, height) = self.entry.size();
        trak.extend(full_box(b"tkhd", 0, 3, |out| {
            let volume = if self.entry.is_sound() { 0x0100_0000 } else { 0 };
            put(out, &[0, 0, 1, 0, 0, 0, 0, 0, volume]);
            put(out, &MATRIX);
            put(out, &[width << 16, height << 16]);
        }));
        if let Some(delay) = u32::try_from(delay).ok().filter(|delay| *delay > 0) {
            // One edit, to the end, beginning with the first picture that is shown.
            trak.extend(nested(b"edts", |out| {
                out.extend(full_box(b"elst", 0, 0, |out| put(out, &[1, 0, delay, 0x1_0000])));
            }));
        }
        trak.extend(nested(b"mdia", |mdia| {
            const UNDETERMINED: u32 = 0x55C4_0000;
            mdia.extend(full_box(b"mdhd", 0, 0, |out| put(out, &[0, 0, self.timescale, 0, UNDETERMINED])));
            mdia.extend(full_box(b"hdlr", 0, 0, |out| {
                put(out, &[0]);
                out.extend(if self.entry.is_sound() { b"soun" } else { b"vide" });
                put(out, &[0, 0, 0]);
                out.push(0);
            }));
            mdia.extend(nested(b"minf", |minf| {
                minf.extend(if self.entry.is_sound() {
                    full_box(b"smhd", 0, 0, |out| put(out, &[0]))
                } else {
                    full_box(b"vmhd", 0, 1, |out| put(out, &[0, 0]))
                });
                minf.extend(nested(b"dinf", |out| {
                    out.extend(full_box(b"dref", 0, 0, |out| {
                        put(out, &[1]);
                        out.extend(full_box(b"url ", 0, 1, |_| {}));
                    }));
                }));
                minf.extend(nested(b"stbl", |stbl| {
                    stbl.extend(full_box(b"stsd", 0, 0, |out| {
                        put(out, &[1]);
                        out.extend(self.entry.boxes());
                    }));
                    for (kind, zeros) in [(b"stts", 1), (b"stsc", 1), (b"stsz", 2), (b"stco", 1)] {
                        stbl.extend(full_box(kind, 0, 0, |out| put(out, &[0, 0][..zeros])));
                    }
                }));
            }));
        }));
    }
}

/// No turn, no shift.
const MATRIX: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

pub(super) fn put(out: &mut Vec<u8>, numbers: &[u32]) {
    for number in numbers {
        out.extend(number.to_be_bytes());
    }
}

/// A box and what it holds.
pub(super) fn nested(kind: &[u8; 4], fill: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = vec![0; 4];
    out.extend(kind);
    fill(&mut out);
    let length = u32_of(out.len());
    out[..4].copy_from_slice(&length.to_be_bytes());
    out
}

pub(super) fn full_box(kind: &[u8; 4], version: u8, flags: u32, fill: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    nested(kind, |out| {
        put(out, &[u32::from(version) << 24 | flags]);
        fill(out);
    })
}

fn u32_of(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
