//! Which frames come out of a stream, and when are they due?

use std::ops::DerefMut;

use ffmpeg_next::format::context::Input;
use ffmpeg_next::{Error, Frame, Packet, decoder};

use super::graph::is_again;
use crate::job::{Cause, Failure, Limits, While};
use crate::probe::{Care, Selected, Source};

/// A stream whose clock steps back by more than this was glued together; its length cannot be trusted.
const MOST_STEP_BACK_MS: i64 = 1000;

/// A file with more unreadable packets than this is not worth publishing.
const MOST_DAMAGED: u32 = 200;

/// Hands over every packet that can be read, until the end or until `take` gives `None`; else it gives how much could
/// not be decoded so far.
///
/// # Errors
/// `Truncated` when too much cannot be read or decoded.
pub(crate) fn read_packets(
    input: &mut Input,
    mut take: impl FnMut(&Packet) -> Result<Option<u32>, Failure>,
) -> Result<(), Failure> {
    let (mut unreadable, mut undecoded) = (0, 0);
    loop {
        let mut packet = Packet::empty();
        match packet.read(input) {
            Ok(()) => match take(&packet)? {
                Some(damaged) => undecoded = damaged,
                None => return Ok(()),
            },
            Err(Error::Eof) => return Ok(()),
            Err(Error::InvalidData) => unreadable += 1,
            Err(error) => return Err(error).during("reading the source"),
        }
        hold(unreadable + undecoded)?;
    }
}

/// Fails where more is damaged than is worth publishing.
fn hold(damaged: u32) -> Result<(), Failure> {
    if damaged > MOST_DAMAGED {
        return Err(Failure::new(Cause::Truncated, format!("{damaged} unreadable packets")));
    }
    Ok(())
}

/// A decoder that knows where its stream stands on the outputs' clock.
pub(crate) struct Decoding {
    decoder: decoder::Opened,
    pub(crate) stream: Selected,
    start: i64,
    most_ms: i64,
    pub(crate) reached_ms: i64,
    /// Due time of a frame that does not say when it is due.
    expected: i64,
    pub(crate) damaged: u32,
}

impl Decoding {
    pub(crate) fn open(source: &Source, stream: &Selected, limits: Limits, care: Care) -> Result<Self, Failure> {
        let claimed_ms = i64::try_from(source.probed.duration_ms).unwrap_or(i64::MAX);
        Ok(Self {
            decoder: stream.open_decoder(&source.input, limits, care)?,
            start: stream.start(source.start_us),
            stream: stream.clone(),
            most_ms: claimed_ms + crate::tolerance_ms(claimed_ms),
            reached_ms: 0,
            expected: 0,
            damaged: 0,
        })
    }

    /// Decodes one packet, or what is left when there is none, and hands each frame over with its due time, counted
    /// from the outputs' zero in the stream's own time base.
    pub(crate) fn feed<F: DerefMut<Target = Frame>>(
        &mut self,
        packet: Option<&Packet>,
        frame: &mut F,
        mut take: impl FnMut(&mut F, i64) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let sent = match packet {
            Some(packet) => self.decoder.send_packet(packet),
            None => self.decoder.send_eof(),
        };
        self.forgive(sent)?;
        loop {
            match self.decoder.receive_frame(frame) {
                Ok(()) => {
                    let due = self.place(frame)?;
                    take(frame, due)?;
                }
                Err(error) if is_again(error) || error == Error::Eof => return Ok(()),
                error => self.forgive(error)?,
            }
        }
    }

    /// Counts damage and goes on while it is little; anything else ends the job.
    fn forgive(&mut self, result: Result<(), Error>) -> Result<(), Failure> {
        match result {
            Err(Error::Other { errno }) if errno == ffmpeg_next::error::ENOMEM => result.during("decoding"),
            Err(_) => {
                self.damaged += 1;
                hold(self.damaged)
            }
            Ok(()) => Ok(()),
        }
    }

    fn place(&mut self, frame: &Frame) -> Result<i64, Failure> {
        let due = frame.timestamp().map_or(self.expected, |time| time.saturating_sub(self.start));
        self.expected = due.saturating_add(frame.packet().duration.max(1));
        let due_ms = self.stream.to_ms(due);
        if due_ms > self.most_ms {
            return Err(Failure::new(Cause::Truncated, format!("a frame at {due_ms} ms, past the end")));
        }
        if due_ms < self.reached_ms - MOST_STEP_BACK_MS {
            return Err(Failure::new(
                Cause::Truncated,
                format!("the clock steps back from {} to {due_ms} ms", self.reached_ms),
            ));
        }
        self.reached_ms = self.reached_ms.max(self.stream.to_ms(self.expected));
        Ok(due)
    }
}
