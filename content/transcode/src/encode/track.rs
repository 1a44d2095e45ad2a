//! How does one rendition reach its file, and where is it cut?
//!
//! One fragment is one segment: the muxer is told where to cut, so playlists need only read back what was written.

use std::path::Path;

use ffmpeg_next::format::context::Output;
use ffmpeg_next::{Dictionary, Packet, Rational, codec, encoder, format};

use crate::job::{Failure, While};
use crate::raw;

pub(crate) const SEGMENT_SECONDS: i64 = 4;

/// No trailer: its index would be bytes that belong to no segment.
const FLAGS: &str = "frag_custom+empty_moov+default_base_moof+cmaf+skip_trailer";

/// The segment in which `pts` falls; the same for every rung, since all count the same clock.
pub(super) fn segment_of(pts: i64, time_base: Rational) -> i64 {
    (pts * i64::from(time_base.0)).div_euclid(i64::from(time_base.1) * SEGMENT_SECONDS)
}

/// A fragmented MP4 with one stream.
pub(super) struct Track {
    output: Output,
    encoder_base: Rational,
    stream_base: Rational,
    segment: i64,
    pub(super) packets: u64,
}

impl Track {
    pub(super) fn create(path: &Path, encoder: &codec::Context) -> Result<Self, Failure> {
        let name = path.to_str().ok_or_else(|| Failure::internal("the folder's path is not UTF-8"))?;
        let mut output = format::output_as(&format!("file:{name}"), "mp4").during("creating a rendition's file")?;
        output.add_stream_with(encoder).during("adding a stream")?;
        let mut options = Dictionary::new();
        options.set("movflags", FLAGS);
        options.set("fflags", "+bitexact");
        raw::refuse_unused(&output.write_header_with(options).during("writing a file's head")?, "the MP4 muxer")?;
        // Known only now: the muxer replaces the stream's time base when it writes the header.
        let stream_base = output.stream(0).ok_or_else(|| Failure::internal("a file without its stream"))?.time_base();
        Ok(Self { output, encoder_base: encoder.time_base(), stream_base, segment: 0, packets: 0 })
    }

    /// Writes all packets the encoder has ready.
    pub(super) fn write_from(&mut self, encoder: &mut encoder::Encoder) -> Result<(), Failure> {
        let mut packet = Packet::empty();
        loop {
            match encoder.receive_packet(&mut packet) {
                Ok(()) => self.write(&mut packet)?,
                Err(error) if super::graph::is_again(error) || error == ffmpeg_next::Error::Eof => {
                    return Ok(());
                }
                Err(error) => return Err(error).during("encoding"),
            }
        }
    }

    fn write(&mut self, packet: &mut Packet) -> Result<(), Failure> {
        let pts = packet.pts().ok_or_else(|| Failure::internal("an encoded packet without a time"))?;
        let segment = segment_of(pts, self.encoder_base);
        if segment > self.segment && self.packets > 0 {
            if !packet.is_key() {
                return Err(Failure::internal("a segment that does not start at a key frame"));
            }
            raw::flush_fragment(&mut self.output)?;
        }
        self.segment = segment;
        if packet.duration() == 0 {
            packet.set_duration(1);
        }
        packet.rescale_ts(self.encoder_base, self.stream_base);
        packet.set_stream(0);
        packet.write(&mut self.output).during("writing a rendition")?;
        self.packets += 1;
        Ok(())
    }

    /// Ends the file; it is whole afterwards.
    pub(super) fn finish(&mut self) -> Result<(), Failure> {
        self.output.write_trailer().during("ending a rendition's file")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_four_seconds_on_every_clock() {
        for (pts, base, segment) in [
            (0, Rational(1, 25), 0),
            (99, Rational(1, 25), 0),
            (100, Rational(1, 25), 1),
            (95, Rational(1001, 24000), 0),
            (96, Rational(1001, 24000), 1),
            (191_999, Rational(1, 48000), 0),
            (192_000, Rational(1, 48000), 1),
        ] {
            assert_eq!(segment_of(pts, base), segment, "{pts} {base:?}");
        }
    }
}
