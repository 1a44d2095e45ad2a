//! How does one rendition reach its file, and where is it cut?

use std::path::Path;

use ffmpeg_next::{Packet, Rational, codec, encoder};

use crate::job::{Failure, While};
use crate::package::cmaf::{Head, Sample, Writer};
use crate::package::entry::{self, Entry};
use crate::raw;

/// The times at which segments begin, in order.
#[derive(Debug, Clone)]
pub(crate) struct Cuts {
    at_ms: Vec<u64>,
    passed: usize,
}

impl Cuts {
    pub(crate) fn new(at_ms: Vec<u64>) -> Self {
        Self { at_ms, passed: 0 }
    }

    /// Sound may be cut anywhere: every ten seconds.
    pub(crate) fn of_sound(duration_ms: u64) -> Self {
        const EVERY_MS: u64 = 10_000;
        const SHORTEST_MS: u64 = 2000;
        let later = (1..).map(|each| each * EVERY_MS).take_while(|cut| cut + SHORTEST_MS <= duration_ms);
        Self::new([0].into_iter().chain(later).collect())
    }

    /// Whether what is shown at `pts` reaches the next cut.
    pub(crate) fn is_reached(&self, pts: i64, time_base: Rational) -> bool {
        let now = i128::from(pts) * i128::from(time_base.0) * 1000;
        self.at_ms.get(self.passed).is_some_and(|cut| now >= i128::from(*cut) * i128::from(time_base.1))
    }

    /// Passes every cut up to `pts`; true if there was one.
    pub(crate) fn pass(&mut self, pts: i64, time_base: Rational) -> bool {
        let before = self.passed;
        while self.is_reached(pts, time_base) {
            self.passed += 1;
        }
        self.passed > before
    }
}

/// A fragmented MP4 with one track.
pub(crate) struct Track {
    writer: Writer,
    cuts: Cuts,
    encoder_base: Rational,
    /// Ticks of the file's clock in one of the encoder's.
    ticks: i64,
    is_picture: bool,
    /// Samples of sound that an encoder puts before the first.
    padding: i64,
    into_sample: fn(&[u8]) -> Vec<u8>,
    pub(crate) packets: u64,
}

impl Track {
    /// The encoder must be open: its extradata describe the track.
    pub(crate) fn create(path: &Path, encoder: &codec::Context, entry: Entry, cuts: Cuts) -> Result<Self, Failure> {
        let encoder_base = encoder.time_base();
        let (timescale, ticks) = clock(encoder_base);
        let into_sample = match entry {
            Entry::Avc { .. } => entry::with_lengths,
            Entry::Av1 { .. } => entry::without_delimiter,
            Entry::Opus | Entry::Aac { .. } => |bytes: &[u8]| bytes.to_vec(),
        };
        let is_picture = matches!(entry, Entry::Avc { .. } | Entry::Av1 { .. });
        let writer = Writer::create(path, Head { entry, timescale }).during("creating a rendition's file")?;
        let padding = if is_picture { 0 } else { i64::from(raw::initial_padding(encoder)) };
        Ok(Self { writer, cuts, encoder_base, ticks, is_picture, padding, into_sample, packets: 0 })
    }

    /// Writes all packets the encoder has ready.
    pub(crate) fn write_from(&mut self, encoder: &mut encoder::Encoder) -> Result<(), Failure> {
        let mut packet = Packet::empty();
        loop {
            match encoder.receive_packet(&mut packet) {
                Ok(()) => self.write(&packet)?,
                Err(error) if super::graph::is_again(error) || error == ffmpeg_next::Error::Eof => {
                    return Ok(());
                }
                Err(error) => return Err(error).during("encoding"),
            }
        }
    }

    fn write(&mut self, packet: &Packet) -> Result<(), Failure> {
        let pts = packet.pts().ok_or_else(|| Failure::internal("an encoded packet without a time"))?;
        // An encoder of sound numbers what it plays in before zero; the sound itself was moved up by as much.
        let pts = pts + self.padding;
        let decoded = if self.is_picture { packet.dts().unwrap_or(pts) } else { pts };
        let is_key = packet.is_key() || !self.is_picture;
        if !is_key && self.cuts.is_reached(pts, self.encoder_base) {
            return Err(Failure::internal("a segment that does not begin with a key frame"));
        }
        let begins_segment = is_key && self.cuts.pass(pts, self.encoder_base);
        let length = if self.is_picture { 1 } else { packet.duration().max(1) };
        let sample = Sample {
            decoded: decoded * self.ticks,
            shown: pts * self.ticks,
            duration: u32::try_from(length * self.ticks).unwrap_or(1),
            is_key,
            bytes: (self.into_sample)(packet.data().unwrap_or_default()),
        };
        self.packets += 1;
        self.writer.add(sample, begins_segment).during("writing a rendition")
    }

    /// Ends the file; it is whole afterwards.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        self.writer.finish().during("ending a rendition's file")
    }
}

/// A clock of at least a thousand ticks a second in which every picture begins on a tick.
fn clock(Rational(numerator, denominator): Rational) -> (u32, i64) {
    let times = (1000 + denominator - 1) / denominator.max(1);
    (u32::try_from(denominator * times).unwrap_or(1000), i64::from(numerator * times))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_begin_with_the_first_picture_at_or_after_a_cut() {
        let mut cuts = Cuts::new(vec![0, 8008, 16_016]);
        let base = Rational(1001, 24000);
        let begun: Vec<i64> = (0..400).filter(|pts| cuts.pass(*pts, base)).collect();
        assert_eq!(begun, [0, 192, 384]);
        let mut cuts = Cuts::new(vec![0, 200, 1000]);
        let begun: Vec<i64> = (0..20).filter(|pts| cuts.pass(*pts, Rational(2, 25))).collect();
        assert_eq!(begun, [0, 3, 13], "at 240 and 1040 ms");
    }

    #[test]
    fn sound_is_cut_every_ten_seconds_and_ends_with_no_crumb() {
        assert_eq!(Cuts::of_sound(31_000).at_ms, [0, 10_000, 20_000]);
        assert_eq!(Cuts::of_sound(32_000).at_ms, [0, 10_000, 20_000, 30_000]);
        assert_eq!(Cuts::of_sound(0).at_ms, [0]);
    }

    #[test]
    fn pictures_begin_on_ticks() {
        assert_eq!(clock(Rational(1, 5)), (1000, 200));
        assert_eq!(clock(Rational(1001, 24000)), (24000, 1001));
        assert_eq!(clock(Rational(2, 25)), (1000, 80));
        assert_eq!(clock(Rational(1, 48000)), (48000, 1));
    }
}
