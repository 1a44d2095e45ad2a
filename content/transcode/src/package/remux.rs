//! How do separate picture and sound become one ordinary file?

use std::path::{Path, PathBuf};

use ffmpeg_next::format::context::{Input, Output};
use ffmpeg_next::rescale::{Rescale, TIME_BASE};
use ffmpeg_next::{Dictionary, Error, Packet, codec, encoder, format};

use super::address;
use crate::job::{Failure, While};
use crate::raw;

/// One input, its next packet, and nothing when it is used up.
struct Part {
    input: Input,
    next: Option<Packet>,
}

/// Copies the only stream of each input into one MP4 that plays while it loads.
pub(super) fn into_plain(inputs: &[PathBuf], target: &Path) -> Result<(), Failure> {
    let mut output = format::output_as(&address(target)?, "mp4").during("creating the plain file")?;
    let mut parts = Vec::new();
    for path in inputs {
        let input = format::input(&address(path)?).during("reading a rendition back")?;
        add_stream(&mut output, &input)?;
        let mut part = Part { input, next: None };
        part.advance()?;
        parts.push(part);
    }
    let mut options = Dictionary::new();
    options.set("movflags", "faststart");
    options.set("fflags", "+bitexact");
    raw::refuse_unused(&output.write_header_with(options).during("writing the plain file's head")?, "the MP4 muxer")?;
    while let Some(earliest) = earliest(&parts) {
        parts[earliest].copy_next(&mut output, earliest)?;
    }
    output.write_trailer().during("ending the plain file")
}

fn add_stream(output: &mut Output, input: &Input) -> Result<(), Failure> {
    let stream = input.stream(0).ok_or_else(|| Failure::internal("a rendition without its stream"))?;
    let mut added = output.add_stream(encoder::find(codec::Id::None)).during("adding a stream")?;
    added.set_parameters(stream.parameters());
    added.set_time_base(stream.time_base());
    Ok(())
}

fn earliest(parts: &[Part]) -> Option<usize> {
    parts.iter().enumerate().filter_map(|(index, part)| Some((part.next_us()?, index))).min().map(|(_, index)| index)
}

impl Part {
    fn base(&self) -> ffmpeg_next::Rational {
        self.input.stream(0).map_or(TIME_BASE, |stream| stream.time_base())
    }

    fn next_us(&self) -> Option<i64> {
        let packet = self.next.as_ref()?;
        Some(packet.dts().unwrap_or(0).rescale(self.base(), TIME_BASE))
    }

    fn advance(&mut self) -> Result<(), Failure> {
        let mut packet = Packet::empty();
        self.next = match packet.read(&mut self.input) {
            Ok(()) => Some(packet),
            Err(Error::Eof) => None,
            Err(error) => return Err(error).during("reading a rendition back"),
        };
        Ok(())
    }

    fn copy_next(&mut self, output: &mut Output, index: usize) -> Result<(), Failure> {
        if let Some(mut packet) = self.next.take() {
            let base = output.stream(index).map_or(TIME_BASE, |stream| stream.time_base());
            packet.rescale_ts(self.base(), base);
            packet.set_stream(index);
            packet.set_position(-1);
            packet.write_interleaved(output).during("writing the plain file")?;
        }
        self.advance()
    }
}
