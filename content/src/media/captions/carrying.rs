//! Do captions fit another file of the same lesson? What lies within its length is carried over.

use super::write::Script;
use super::{Captions, sql};
use crate::Library;
use crate::changes::{self, Changed};
use crate::db::{Tx, find_in, list_in, write};
use crate::error::Result;
use crate::ids::ResourceId;
use crate::media::Resource;

/// Files whose lengths differ by more percent than this were cut differently.
const SAME_PERCENT: i64 = 2;

/// Gives `to` the captions of `from` in each language it has none in: the cues that end within its length. Where the
/// lengths differ, or cues were left out, somebody should look at them. Nothing, while a length is not known.
pub(crate) async fn carry_over(library: &Library, tx: &mut Tx, from: &ResourceId, to: &ResourceId) -> Result<()> {
    let length = |resource: Option<Resource>| resource.and_then(|resource| resource.duration_ms);
    let was_ms = length(find_in!(tx, Resource, sql::FIND_RESOURCE, from)?);
    let now_ms = length(find_in!(tx, Resource, sql::FIND_RESOURCE, to)?);
    let Some((was_ms, now_ms)) = was_ms.zip(now_ms) else { return Ok(()) };
    for captions in list_in!(tx, Captions, sql::LIST_CAPTIONS, from)? {
        let Some((body, left_out)) = within(&captions.body, now_ms) else { continue };
        let to_check = i64::from(left_out || captions.is_to_check() || differ(was_ms, now_ms));
        let (language, now) = (captions.language.as_str(), library.clock.now_ms());
        write!(tx, sql::CARRY_CAPTIONS, to, language, body, captions.is_automatic, to_check, now)?;
    }
    changes::note(library, tx, Changed::Resource, to.as_str()).await
}

fn differ(one_ms: i64, other_ms: i64) -> bool {
    (one_ms - other_ms).abs() * 100 > one_ms * SAME_PERCENT
}

/// The captions up to a length, and whether any were left out; `None` when none remain.
fn within(body: &str, length_ms: i64) -> Option<(String, bool)> {
    let mut script = Script::parse(body);
    let all = script.cues.len();
    script.cues.retain(|cue| cue.to_ms <= length_ms);
    (!script.cues.is_empty()).then(|| (script.to_vtt(), script.cues.len() < all))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nOne\n\n00:00:08.000 --> 00:00:10.000\nTwo\n";

    #[test]
    fn what_lies_within_the_new_length_is_carried_over() {
        assert_eq!(within(TWO, 10_000), Some((TWO.to_owned(), false)));
        let (body, left_out) = within(TWO, 9_999).unwrap();
        assert!(left_out && body.contains("One") && !body.contains("Two"), "{body}");
        assert_eq!(within(TWO, 1_999), None);
    }

    #[test]
    fn more_than_two_percent_is_another_cut() {
        assert!(!differ(100_000, 102_000) && !differ(100_000, 98_000) && !differ(0, 0));
        assert!(differ(100_000, 102_001) && differ(100_000, 97_999));
    }
}
