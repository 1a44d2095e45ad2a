//! What can go wrong, and is it the caller's fault?

/// Every failure the domain can answer with. `LostRace`, `Busy` and `Internal` keep their cause to the log.
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
    #[error("full: {of:?}, {left} of {most} left")]
    Full { of: Full, most: i64, left: i64 },
    #[error("too many attempts, again in {retry_after_s} s")]
    TooMany { retry_after_s: i64 },
    /// Somebody else got in the way at the same moment; nothing of it happened, and the same may go well now.
    #[error("lost a race: {0}")]
    LostRace(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The database is locked, away or asked for by too many; nothing of it happened.
    #[error("busy: {0}")]
    Busy(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A report that has to wait too long, or takes too long.
    #[error("reports are busy")]
    ReportsBusy,
    #[error("internal: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What has no room left: bytes, but for the number of uploads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    Disk,
    Person,
    Unit,
    All,
    Uploads,
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
    FileGone,
    ColumnGone,
    HandoutFailed,
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
    TooFinelyCut,
    LikeAnId,
    Changed,
    TwoThings,
    JustMade,
    JustUsed,
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
            Self::FileGone => "file_gone",
            Self::ColumnGone => "column_gone",
            Self::HandoutFailed => "handout_failed",
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
            Self::TooFinelyCut => "too_finely_cut",
            Self::LikeAnId => "like_an_id",
            Self::Changed => "changed",
            Self::TwoThings => "two_things",
            Self::JustMade => "just_made",
            Self::JustUsed => "just_used",
        }
    }

    /// All reasons, for the tests that hold every one to a message and to its code.
    pub const ALL: [Self; 50] = [
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
        Self::FileGone,
        Self::ColumnGone,
        Self::HandoutFailed,
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
        Self::TooFinelyCut,
        Self::LikeAnId,
        Self::Changed,
        Self::TwoThings,
        Self::JustMade,
        Self::JustUsed,
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

    /// Too many ask at once.
    pub fn busy(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Busy(source.into())
    }

    /// What went wrong inside, for the log; nothing where it was the asker's doing.
    pub fn cause(&self) -> Option<&(dyn std::error::Error + Send + Sync)> {
        match self {
            Self::LostRace(source) | Self::Busy(source) | Self::Internal(source) => Some(&**source),
            _ => None,
        }
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
const SQLITE_FULL: i32 = 13;
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

/// SQLite's primary code of a failure; PostgreSQL's codes all have five characters, SQLite's numbers fewer.
pub(crate) fn sqlite_code(error: &sqlx::Error) -> Option<i32> {
    let code = error.as_database_error()?.code()?;
    code.parse::<i32>().ok().filter(|_| code.len() < 5).map(|code| code & 0xff)
}

/// What SQLite says of a database that somebody else holds, of a statement that was ended, and of a file that cannot be
/// reached: busy, locked, read-only (moved), interrupted, I/O, cannot open, locking protocol.
const SQLITE_AWAY: [i32; 7] = [5, 6, 8, 9, 10, 14, 15];

/// What PostgreSQL says when others were first: serialization failure, deadlock.
const POSTGRES_RACES: [&str; 2] = ["40001", "40P01"];

/// What PostgreSQL says when it cannot answer now: a lock that was not had in time, a statement that was ended, too many
/// connections, and all that begins with a class of connections (08) or of an operator's doing (57).
const POSTGRES_AWAY: [&str; 2] = ["55P03", "53300"];
const POSTGRES_AWAY_CLASSES: [&str; 2] = ["08", "57"];

/// What it says of itself, and not of what it was asked: no room, a failing disk, something it did not expect.
const POSTGRES_ITSELF: [&str; 3] = ["53", "58", "XX"];

/// PostgreSQL ended the connection itself: on a full disk it says of a new one "could not write init file", without a code
/// of its own.
fn is_hung_up(error: &sqlx::Error, code: &str) -> bool {
    use sqlx::postgres::PgDatabaseError;
    use sqlx::postgres::PgSeverity;
    let told = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
    told.is_some_and(|told| matches!(told.severity(), PgSeverity::Panic | PgSeverity::Fatal))
        && POSTGRES_ITSELF.iter().any(|class| code.starts_with(class))
}

impl From<sqlx::Error> for Error {
    /// Internal, but for a full disk, for a text that the database cannot read, which whoever sent it can send another of,
    /// for a database that is away or held by others, and for a row that is there already, or goes with another that is not
    /// there or is still used: verbs look first, so somebody was quicker. A verb that knows better what it means says so.
    fn from(source: sqlx::Error) -> Self {
        use sqlx::Error as E;
        if let Some(met) = source.as_database_error() {
            if met.is_unique_violation() {
                return Self::Conflict(Why::JustMade);
            }
            if met.is_foreign_key_violation() {
                return Self::Conflict(Why::JustUsed);
            }
        }
        if matches!(source, E::PoolTimedOut | E::Io(_) | E::WorkerCrashed | E::BeginFailed) {
            return Self::Busy(Box::new(source));
        }
        if let Some(code) = sqlite_code(&source) {
            return match code {
                SQLITE_FULL => Self::Conflict(Why::DiskFull),
                code if SQLITE_AWAY.contains(&code) => Self::Busy(Box::new(source)),
                _ => Self::Internal(Box::new(source)),
            };
        }
        let code = source.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned();
        match code.as_str() {
            UNREADABLE_TEXT => Self::invalid("text", Why::Unreadable),
            POSTGRES_FULL => Self::Conflict(Why::DiskFull),
            code if POSTGRES_RACES.contains(&code) => Self::LostRace(Box::new(source)),
            code if POSTGRES_AWAY.contains(&code) => Self::Busy(Box::new(source)),
            code if POSTGRES_AWAY_CLASSES.iter().any(|class| code.starts_with(class)) => Self::Busy(Box::new(source)),
            code if is_hung_up(&source, code) => Self::Busy(Box::new(source)),
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
