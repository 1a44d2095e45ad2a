//! Why did a job fail? Stable codes that the parent stores and explains to people.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Cause {
    NotMedia,
    NoVideo,
    TooLong,
    TooLarge,
    UnsupportedCodec,
    Truncated,
    OutOfMemory,
    DiskFull,
    Internal,
    Encrypted,
    TooManyPages,
    NotReadable,
    NoPages,
    NotImages,
    UnsafeFile,
    NoConverter,
    TooSlow,
    NoFence,
}

impl Cause {
    /// One English sentence for the person at the terminal.
    pub(crate) fn explain(self) -> &'static str {
        match self {
            Self::NotMedia => "The file is not a video this program knows.",
            Self::NoVideo => "The file holds no moving picture.",
            Self::TooLong => "The video is longer than allowed.",
            Self::TooLarge => "The picture is larger than allowed.",
            Self::UnsupportedCodec => "The video or sound is in a coding this program cannot read.",
            Self::Truncated => "The file is damaged or was cut off.",
            Self::OutOfMemory => "There was not enough memory.",
            Self::DiskFull => "The disk is full.",
            Self::Internal => "Transcoding failed inside this program.",
            Self::Encrypted => "The file is locked with a password.",
            Self::TooManyPages => "The file has more pages than allowed.",
            Self::NotReadable => "The file is none that this program can read as pages.",
            Self::NoPages => "There is nothing to read in the file.",
            Self::NotImages => "The archive holds something other than pictures.",
            Self::UnsafeFile => "The file is built to harm whoever opens it.",
            Self::NoConverter => "The programs that draw pages are missing.",
            Self::TooSlow => "A converter took longer than its limit.",
            Self::NoFence => "This kernel cannot shut converters in (it lacks Landlock).",
        }
    }
}
