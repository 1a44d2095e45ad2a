//! How is a coding described to a decoder? Sample entries and codec strings, from what an encoder says of itself.
//!
//! `avcC` and Annex B: ISO/IEC 14496-15 and ITU-T H.264; `av1C`: AV1 Codec ISO Media File Format Binding 1.2; `dOps`:
//! Encapsulation of Opus in ISO Base Media File Format 0.6.7; `esds`: ISO/IEC 14496-14.

use super::cmaf::{full_box, nested, put};

/// The description of every sample of a track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    Avc { width: u32, height: u32, settings: Vec<u8> },
    Av1 { width: u32, height: u32, settings: Vec<u8> },
    Opus,
    Aac { config: Vec<u8>, bits_per_second: u32 },
}

const RATE: u32 = 48_000;

impl Entry {
    /// From x264's parameter sets, in Annex B form.
    pub(crate) fn avc(width: u32, height: u32, parameter_sets: &[u8]) -> Option<Self> {
        let of = |kind: u8| units(parameter_sets).find(|unit| unit.first().is_some_and(|first| first & 31 == kind));
        let (sequence, picture) = (of(7)?, of(8)?);
        let [_, profile, constraints, level, ..] = *sequence else { return None };
        let mut settings = vec![1, profile, constraints, level, 0xFF, 0xE1];
        settings.extend(u16::try_from(sequence.len()).ok()?.to_be_bytes());
        settings.extend(sequence);
        settings.push(1);
        settings.extend(u16::try_from(picture.len()).ok()?.to_be_bytes());
        settings.extend(picture);
        // High profile says its chroma format and depths: 4:2:0, eight bits.
        if matches!(profile, 100 | 110 | 122 | 144) {
            settings.extend([0xFD, 0xF8, 0xF8, 0]);
        }
        Some(Self::Avc { width, height, settings })
    }

    /// From SVT-AV1's sequence header, an OBU with its size.
    pub(crate) fn av1(width: u32, height: u32, sequence_header: &[u8]) -> Option<Self> {
        let header = obus(sequence_header).find(|(kind, _)| *kind == SEQUENCE_HEADER)?.1;
        let sequence = Sequence::read(&header)?;
        let second = sequence.profile << 5 | sequence.level;
        let third = u8::from(sequence.is_high_tier) << 7 | 0b1100 | sequence.chroma_position;
        let mut settings = vec![0x81, second, third, 0];
        settings.extend(with_size(SEQUENCE_HEADER, &header));
        Some(Self::Av1 { width, height, settings })
    }

    pub(crate) fn aac(config: &[u8], bits_per_second: u32) -> Self {
        Self::Aac { config: config.to_vec(), bits_per_second }
    }

    pub(super) fn is_sound(&self) -> bool {
        matches!(self, Self::Opus | Self::Aac { .. })
    }

    pub(super) fn size(&self) -> (u32, u32) {
        match self {
            Self::Avc { width, height, .. } | Self::Av1 { width, height, .. } => (*width, *height),
            _ => (0, 0),
        }
    }

    pub(super) fn boxes(&self) -> Vec<u8> {
        match self {
            Self::Avc { settings, .. } => self.picture(b"avc1", b"avcC", settings),
            Self::Av1 { settings, .. } => self.picture(b"av01", b"av1C", settings),
            // Nothing is skipped: as much sound as the decoder needs to warm up was left out before it was encoded.
            Self::Opus => sound(b"Opus", |out| {
                out.extend(nested(b"dOps", |out| {
                    out.extend([0, 1, 0, 0]);
                    put(out, &[RATE]);
                    out.extend([0, 0, 0]);
                }));
            }),
            Self::Aac { config, bits_per_second } => sound(b"mp4a", |out| out.extend(esds(config, *bits_per_second))),
        }
    }

    fn picture(&self, kind: &[u8; 4], settings_kind: &[u8; 4], settings: &[u8]) -> Vec<u8> {
        let (width, height) = self.size();
        nested(kind, |out| {
            put(out, &[0, 1, 0, 0, 0, 0, width << 16 | height, 0x48_0000, 0x48_0000, 0]);
            out.extend(1_u16.to_be_bytes());
            out.extend([0; 32]);
            out.extend([0, 0x18, 0xFF, 0xFF]);
            out.extend(nested(settings_kind, |out| out.extend(settings)));
            // Pixels are square.
            out.extend(nested(b"pasp", |out| put(out, &[1, 1])));
        })
    }
}

fn sound(kind: &[u8; 4], fill: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    nested(kind, |out| {
        put(out, &[0, 1, 0, 0, 0x1_0010, 0, RATE << 16]);
        fill(out);
    })
}

fn esds(config: &[u8], bits_per_second: u32) -> Vec<u8> {
    let descriptor = |tag: u8, body: Vec<u8>| {
        let mut out = vec![tag, u8::try_from(body.len()).unwrap_or(u8::MAX)];
        out.extend(body);
        out
    };
    let specific = descriptor(5, config.to_vec());
    // MPEG-4 audio, an audio stream, no buffer size.
    let mut decoder = vec![0x40, 0x15, 0, 0, 0];
    put(&mut decoder, &[bits_per_second, bits_per_second]);
    decoder.extend(specific);
    let mut stream = vec![0, 1, 0];
    stream.extend(descriptor(4, decoder));
    stream.extend(descriptor(6, vec![2]));
    full_box(b"esds", 0, 0, |out| out.extend(descriptor(3, stream)))
}

/// An H.264 access unit with lengths instead of start codes, without what the sample entry says already.
pub(crate) fn with_lengths(annex_b: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(annex_b.len() + 16);
    for unit in units(annex_b) {
        let kind = unit.first().map_or(0, |first| first & 31);
        // Messages, parameter sets and delimiters.
        if !(6..=9).contains(&kind) {
            put(&mut out, &[u32::try_from(unit.len()).unwrap_or(0)]);
            out.extend(unit);
        }
    }
    out
}

/// The NAL units between start codes.
fn units(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let starts: Vec<usize> =
        bytes.windows(3).enumerate().filter(|(_, three)| *three == [0, 0, 1]).map(|(at, _)| at).collect();
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([bytes.len()]).collect();
    starts.into_iter().zip(ends).map(|(start, end)| {
        let unit = &bytes[start + 3..end];
        // The zero of a four-byte start code, or padding; no unit ends with one.
        let kept = unit.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        &unit[..kept]
    })
}

const SEQUENCE_HEADER: u8 = 1;
const TEMPORAL_DELIMITER: u8 = 2;

/// An AV1 temporal unit without its delimiter, which a container replaces.
pub(crate) fn without_delimiter(unit: &[u8]) -> Vec<u8> {
    obus(unit).filter(|(kind, _)| *kind != TEMPORAL_DELIMITER).flat_map(|(kind, body)| with_size(kind, &body)).collect()
}

fn with_size(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![kind << 3 | 2];
    let mut left = body.len();
    loop {
        let low = u8::try_from(left & 127).unwrap_or(0);
        left >>= 7;
        out.push(low | if left > 0 { 128 } else { 0 });
        if left == 0 {
            break;
        }
    }
    out.extend(body);
    out
}

/// Kind and body of each open bitstream unit (AV1 specification, 5.3); ends at the first that cannot be read.
fn obus(mut bytes: &[u8]) -> impl Iterator<Item = (u8, Vec<u8>)> {
    std::iter::from_fn(move || {
        let header = *bytes.first()?;
        let mut at = 1 + usize::from(header >> 2 & 1);
        let length = if header & 2 == 0 {
            bytes.len().checked_sub(at)?
        } else {
            let mut length = 0;
            for shift in (0..56).step_by(7) {
                let byte = *bytes.get(at)?;
                at += 1;
                length |= usize::from(byte & 127) << shift;
                if byte & 128 == 0 {
                    break;
                }
            }
            length
        };
        let body = bytes.get(at..at.checked_add(length)?)?.to_vec();
        bytes = &bytes[at + length..];
        Some((header >> 3 & 15, body))
    })
}

/// What `av1C` and the codec string say of a sequence (AV1 specification, 5.5).
struct Sequence {
    profile: u8,
    level: u8,
    is_high_tier: bool,
    chroma_position: u8,
}

impl Sequence {
    /// Reads as far as the level; `None` for kinds of sequences that SVT-AV1 does not write.
    fn read(header: &[u8]) -> Option<Self> {
        let mut bits = Bits { bytes: header, at: 0 };
        let profile = bits.take(3)?;
        let (_still, is_reduced, has_timing) = (bits.take(1)?, bits.take(1)?, bits.take(1)?);
        if is_reduced != 0 || has_timing != 0 {
            return None;
        }
        let _has_delays = bits.take(1)?;
        let _points = bits.take(5)?;
        bits.at += 12;
        let level = bits.take(5)?;
        let is_high_tier = level > 7 && bits.take(1)? != 0;
        Some(Self { profile, level, is_high_tier, chroma_position: 0 })
    }
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u8> {
        let mut value = 0;
        for _ in 0..count {
            let byte = *self.bytes.get(self.at / 8)?;
            value = value << 1 | byte >> (7 - self.at % 8) & 1;
            self.at += 1;
        }
        Some(value)
    }
}

/// The codec string of `av1C`'s contents (AV1 binding, 5).
pub(super) fn av1_codec(settings: &[u8]) -> Option<String> {
    let [_, second, third, ..] = *settings else { return None };
    let tier = if third & 128 == 0 { 'M' } else { 'H' };
    Some(format!("av01.{}.{:02}{tier}.08", second >> 5, second & 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_codes_become_lengths_and_parameter_sets_go() {
        let unit = [0, 0, 0, 1, 0x67, 1, 0, 0, 1, 0x68, 2, 0, 0, 1, 0x06, 5, 0, 0, 0, 1, 0x65, 7, 8];
        assert_eq!(with_lengths(&unit), [0, 0, 0, 3, 0x65, 7, 8]);
        assert!(with_lengths(&[]).is_empty());
    }

    #[test]
    fn a_delimiter_is_taken_away_and_sizes_stay() {
        let unit = [0x12, 0, 0x0A, 2, 9, 9, 0x32, 0x81, 0x01];
        let mut whole = unit.to_vec();
        whole.extend([7; 129]);
        let kept = without_delimiter(&whole);
        assert_eq!(kept[..7], [0x0A, 2, 9, 9, 0x32, 0x81, 0x01]);
        assert_eq!(kept.len(), whole.len() - 2);
        assert!(without_delimiter(&[0x32, 0xFF]).is_empty(), "what is cut off is not passed on");
    }

    #[test]
    fn parameter_sets_become_settings() {
        let sets = [0, 0, 0, 1, 0x67, 100, 0, 31, 9, 0, 0, 0, 1, 0x68, 1];
        let Some(Entry::Avc { settings, .. }) = Entry::avc(640, 360, &sets) else { panic!("an entry") };
        let expected = [1, 100, 0, 31, 0xFF, 0xE1, 0, 5, 0x67, 100, 0, 31, 9, 1, 0, 2, 0x68, 1, 0xFD, 0xF8, 0xF8, 0];
        assert_eq!(settings, expected);
        assert_eq!(Entry::avc(1, 1, &[0, 0, 1, 0x67]), None);
        assert_eq!(Entry::av1(1, 1, &[]), None);
    }
}
