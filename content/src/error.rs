//! What can go wrong, and is it the caller's fault?

/// Every failure the domain can answer with. The first five may be shown to the person; `Internal` never.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0} not found")]
    NotFound(&'static str),
    #[error("not signed in")]
    NotSignedIn,
    #[error("forbidden")]
    Forbidden,
    #[error("{field} is invalid: {why:?}")]
    Invalid { field: &'static str, why: Why },
    #[error("conflict: {0:?}")]
    Conflict(Why),
    #[error("too many attempts, again in {retry_after_s} s")]
    TooMany { retry_after_s: i64 },
    #[error("internal: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why something was refused: a closed list, so that each reason has a sentence in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    Empty,
    EmptyFile,
    TooLong,
    TooShort,
    Unreadable,
    UnknownValue,
    OutOfRange,
    Taken,
    WrongCredentials,
    NoLessons,
    LessonNotPlayable,
    NotPublished,
    NotWaiting,
    AlreadyFinished,
    WrongOffset,
    WrongChecksum,
    TooLarge,
    FormTooLarge,
    UnsupportedFile,
    NotVideo,
    OtherCourse,
    FromTheFuture,
    FasterThanTheClock,
    OtherPersonsSession,
    OtherPersonsEvent,
    BadCaptions,
    DiskFull,
    OriginalDropped,
    NoCaptionCommand,
    InUse,
    NotKept,
    TooMany,
    TooFew,
    InReview,
    ReviewNeeded,
    NoReviewer,
    OwnWork,
    NotInReview,
    NoChanges,
    SentBefore,
    Ambiguous,
}

impl Why {
    /// The stable word for programs; people read the message of their language.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::EmptyFile => "empty_file",
            Self::TooLong => "too_long",
            Self::TooShort => "too_short",
            Self::Unreadable => "unreadable",
            Self::UnknownValue => "unknown_value",
            Self::OutOfRange => "out_of_range",
            Self::Taken => "taken",
            Self::WrongCredentials => "wrong_credentials",
            Self::NoLessons => "no_lessons",
            Self::LessonNotPlayable => "lesson_not_playable",
            Self::NotPublished => "not_published",
            Self::NotWaiting => "not_waiting",
            Self::AlreadyFinished => "already_finished",
            Self::WrongOffset => "wrong_offset",
            Self::WrongChecksum => "wrong_checksum",
            Self::TooLarge => "too_large",
            Self::FormTooLarge => "form_too_large",
            Self::UnsupportedFile => "unsupported_file",
            Self::NotVideo => "not_video",
            Self::OtherCourse => "other_course",
            Self::FromTheFuture => "from_the_future",
            Self::FasterThanTheClock => "faster_than_the_clock",
            Self::OtherPersonsSession => "other_persons_session",
            Self::OtherPersonsEvent => "other_persons_event",
            Self::BadCaptions => "bad_captions",
            Self::DiskFull => "disk_full",
            Self::OriginalDropped => "original_dropped",
            Self::NoCaptionCommand => "no_caption_command",
            Self::InUse => "in_use",
            Self::NotKept => "not_kept",
            Self::TooMany => "too_many",
            Self::TooFew => "too_few",
            Self::InReview => "in_review",
            Self::ReviewNeeded => "review_needed",
            Self::NoReviewer => "no_reviewer",
            Self::OwnWork => "own_work",
            Self::NotInReview => "not_in_review",
            Self::NoChanges => "no_changes",
            Self::SentBefore => "sent_before",
            Self::Ambiguous => "ambiguous",
        }
    }

    /// All reasons, for the tests that hold every one to a message and to its code.
    pub const ALL: [Self; 41] = [
        Self::Empty,
        Self::EmptyFile,
        Self::TooLong,
        Self::TooShort,
        Self::Unreadable,
        Self::UnknownValue,
        Self::OutOfRange,
        Self::Taken,
        Self::WrongCredentials,
        Self::NoLessons,
        Self::LessonNotPlayable,
        Self::NotPublished,
        Self::NotWaiting,
        Self::AlreadyFinished,
        Self::WrongOffset,
        Self::WrongChecksum,
        Self::TooLarge,
        Self::FormTooLarge,
        Self::UnsupportedFile,
        Self::NotVideo,
        Self::OtherCourse,
        Self::FromTheFuture,
        Self::FasterThanTheClock,
        Self::OtherPersonsSession,
        Self::OtherPersonsEvent,
        Self::BadCaptions,
        Self::DiskFull,
        Self::OriginalDropped,
        Self::NoCaptionCommand,
        Self::InUse,
        Self::NotKept,
        Self::TooMany,
        Self::TooFew,
        Self::InReview,
        Self::ReviewNeeded,
        Self::NoReviewer,
        Self::OwnWork,
        Self::NotInReview,
        Self::NoChanges,
        Self::SentBefore,
        Self::Ambiguous,
    ];

    /// The reason behind a code that was stored, if it is one of ours.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    pub(crate) fn invalid(field: &'static str, why: Why) -> Self {
        Self::Invalid { field, why }
    }
}

macro_rules! internal_from {
    ($($source:ty),+ $(,)?) => {
        $(impl From<$source> for Error {
            fn from(source: $source) -> Self {
                Self::Internal(Box::new(source))
            }
        })+
    };
}

/// What PostgreSQL says of a text with a NUL in it, which it cannot keep (`character_not_in_repertoire`).
const UNREADABLE_TEXT: &str = "22021";

/// What SQLite and PostgreSQL say when there is no room for another row.
const SQLITE_FULL: &str = "13";
const POSTGRES_FULL: &str = "53100";

impl From<std::io::Error> for Error {
    /// Internal, but for a full disk, of which whoever waits should know.
    fn from(source: std::io::Error) -> Self {
        match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Conflict(Why::DiskFull),
            _ => Self::Internal(Box::new(source)),
        }
    }
}

impl From<sqlx::Error> for Error {
    /// Internal, but for a full disk and for a text that the database cannot read: whoever sent it can send another.
    fn from(source: sqlx::Error) -> Self {
        let code = source.as_database_error().and_then(|error| error.code());
        match code.as_deref() {
            Some(UNREADABLE_TEXT) => Self::invalid("text", Why::Unreadable),
            Some(SQLITE_FULL | POSTGRES_FULL) => Self::Conflict(Why::DiskFull),
            _ => Self::Internal(Box::new(source)),
        }
    }
}

internal_from!(
    sqlx::migrate::MigrateError,
    object_store::Error,
    serde_json::Error,
    tantivy::TantivyError,
    tokio::task::JoinError,
);
