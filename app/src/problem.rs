//! What may a person know about a failure, and in which words?

use content::{Error, Full, Why};

use crate::messages as m;
use crate::wire::{Lang, Problem};

impl From<content::ids::Language> for Lang {
    fn from(language: content::ids::Language) -> Self {
        match language {
            content::ids::Language::Zh => Self::Zh,
            content::ids::Language::Bo => Self::Bo,
            content::ids::Language::En => Self::En,
        }
    }
}

impl From<Lang> for content::ids::Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Zh => Self::Zh,
            Lang::Bo => Self::Bo,
            Lang::En => Self::En,
        }
    }
}

/// The failure as the reader may see it.
pub fn tell(error: &Error, lang: Lang, reference: &str) -> Problem {
    let (kind, message, field) = match error {
        Error::NotFound(_) => ("not_found", m::error_not_found(lang).to_owned(), None),
        Error::NotSignedIn => ("not_signed_in", m::error_not_signed_in(lang).to_owned(), None),
        Error::Forbidden => ("forbidden", m::error_forbidden(lang).to_owned(), None),
        Error::Invalid { field, why } => ("invalid", reason(*why, lang).to_owned(), Some((*field).to_owned())),
        Error::Conflict(why) => ("conflict", reason(*why, lang).to_owned(), None),
        Error::Full { of, most, left } => ("full", full(*of, *most, *left, lang), None),
        Error::TooMany { retry_after_s } => ("too_many", m::error_too_many(lang, (retry_after_s + 59) / 60), None),
        Error::LostRace(_) | Error::Busy(_) => ("busy", m::error_busy(lang).to_owned(), None),
        Error::ReportsBusy => ("busy", m::error_reports_busy(lang).to_owned(), None),
        Error::Internal(_) => ("internal", m::error_internal(lang, reference), None),
    };
    Problem { kind: kind.to_owned(), message, field, reference: reference.to_owned() }
}

/// What has no room left, with the figures.
fn full(of: Full, most: i64, left: i64, lang: Lang) -> String {
    let size = crate::parts::say::bytes;
    match of {
        Full::Disk => m::full_disk(lang, size(left)),
        Full::Person => m::full_person(lang, size(left), size(most)),
        Full::Unit => m::full_unit(lang, size(left), size(most)),
        Full::All => m::full_all(lang, size(left), size(most)),
        Full::Uploads => m::full_uploads(lang, most),
    }
}

/// Why something was refused, as a sentence.
pub fn reason(why: Why, lang: Lang) -> &'static str {
    match why {
        Why::Empty => m::why_empty(lang),
        Why::EmptyFile => m::why_empty_file(lang),
        Why::TooLong => m::why_too_long(lang),
        Why::TooShort => m::why_too_short(lang),
        Why::Unreadable => m::why_unreadable(lang),
        Why::UnknownValue => m::why_unknown_value(lang),
        Why::OutOfRange => m::why_out_of_range(lang),
        Why::Taken => m::why_taken(lang),
        Why::WrongCredentials => m::why_wrong_credentials(lang),
        Why::NoLessons => m::why_no_lessons(lang),
        Why::LessonNotPlayable => m::why_lesson_not_playable(lang),
        Why::FileGone => m::why_file_gone(lang),
        Why::ColumnGone => m::why_column_gone(lang),
        Why::HandoutFailed => m::why_handout_failed(lang),
        Why::NotPublished => m::why_not_published(lang),
        Why::NotWaiting => m::why_not_waiting(lang),
        Why::AlreadyFinished => m::why_already_finished(lang),
        Why::WrongOffset => m::why_wrong_offset(lang),
        Why::WrongChecksum => m::why_wrong_checksum(lang),
        Why::TooLarge => m::why_too_large(lang),
        Why::FormTooLarge => m::why_form_too_large(lang),
        Why::UnsupportedFile => m::why_unsupported_file(lang),
        Why::NotVideo => m::why_not_video(lang),
        Why::OtherCourse => m::why_other_course(lang),
        Why::FromTheFuture => m::why_from_the_future(lang),
        Why::FasterThanTheClock => m::why_faster_than_the_clock(lang),
        Why::OtherPersonsSession => m::why_other_persons_session(lang),
        Why::OtherPersonsEvent => m::why_other_persons_event(lang),
        Why::BadCaptions => m::why_bad_captions(lang),
        Why::DiskFull => m::why_disk_full(lang),
        Why::OriginalDropped => m::why_original_dropped(lang),
        Why::NoCaptionCommand => m::why_no_caption_command(lang),
        Why::InUse => m::why_in_use(lang),
        Why::NotKept => m::why_not_kept(lang),
        Why::TooMany => m::why_too_many(lang),
        Why::TooFew => m::why_too_few(lang),
        Why::InReview => m::why_in_review(lang),
        Why::ReviewNeeded => m::why_review_needed(lang),
        Why::NoReviewer => m::why_no_reviewer(lang),
        Why::OwnWork => m::why_own_work(lang),
        Why::NotInReview => m::why_not_in_review(lang),
        Why::NoChanges => m::why_no_changes(lang),
        Why::SentBefore => m::why_sent_before(lang),
        Why::Ambiguous => m::why_ambiguous(lang),
        Why::TooFinelyCut => m::why_too_finely_cut(lang),
        Why::LikeAnId => m::why_like_an_id(lang),
        Why::Changed => m::why_changed(lang),
        Why::TwoThings => m::why_two_things(lang),
        Why::JustMade => m::why_just_made(lang),
        Why::JustUsed => m::why_just_used(lang),
    }
}

/// Why something was set aside, as a sentence: a reason of ours, or what a job can fail of.
pub fn hindrance(code: &str, lang: Lang) -> &'static str {
    match (code, Why::from_code(code)) {
        ("gone", _) => m::why_file_gone(lang),
        (_, Some(why)) => reason(why, lang),
        _ => cause(code, lang),
    }
}

/// Why a job failed, as a sentence for whoever uploaded the file.
pub fn cause(code: &str, lang: Lang) -> &'static str {
    match code {
        "not_media" => m::cause_not_media(lang),
        "no_video" => m::cause_no_video(lang),
        "too_long" => m::cause_too_long(lang),
        "too_large" => m::cause_too_large(lang),
        "unsupported_codec" => m::cause_unsupported_codec(lang),
        "truncated" => m::cause_truncated(lang),
        "out_of_memory" => m::cause_out_of_memory(lang),
        "disk_full" => m::cause_disk_full(lang),
        "busy" => m::cause_busy(lang),
        "too_slow" => m::cause_too_slow(lang),
        "stalled" => m::cause_stalled(lang),
        "superseded" => m::cause_superseded(lang),
        "original_is_kept" => m::cause_original_is_kept(lang),
        "worker_died" => m::cause_worker_died(lang),
        "cancelled" => m::cause_cancelled(lang),
        "no_archive" => m::cause_no_archive(lang),
        "no_caption_command" => m::cause_no_caption_command(lang),
        "captions_failed" => m::cause_captions_failed(lang),
        "encrypted" => m::cause_encrypted(lang),
        "too_many_pages" => m::cause_too_many_pages(lang),
        "not_readable" => m::cause_not_readable(lang),
        "no_pages" => m::cause_no_pages(lang),
        "not_images" => m::cause_not_images(lang),
        "unsafe_file" => m::cause_unsafe_file(lang),
        "no_converter" => m::cause_no_converter(lang),
        "no_fence" => m::cause_no_fence(lang),
        "infected" => m::cause_infected(lang),
        "scan_failed" => m::cause_scan_failed(lang),
        _ => m::cause_internal(lang),
    }
}
