//! Where does a list go on? All of it stands in the token, so that the server remembers no harvester and a token never
//! expires. A forged one asks for nothing that could not be asked for without it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use content::catalog::Place;

use super::request::{Format, Listing};

/// Longer ones are not ours.
const MOST: usize = 400;

pub(super) fn write(verb: &str, listing: &Listing, next: &Place, told: usize) -> String {
    let Listing { format, from, before, set, .. } = listing;
    let (format, from, set) = (format.prefix(), from.map(|ms| ms.to_string()), set.as_deref().unwrap_or_default());
    let from = from.unwrap_or_default();
    let text = format!("1|{verb}|{format}|{from}|{before}|{set}|{}|{}|{told}", next.modified_at, next.course);
    BASE64_URL_SAFE_NO_PAD.encode(text)
}

/// The list that a token of this verb goes on with.
pub(super) fn read(verb: &str, token: &str) -> Option<Listing> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(Some(token).filter(|token| token.len() <= MOST)?).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let mut parts = text.split('|');
    let mut next = || parts.next();
    let (version, of, format, from, before) = (next()?, next()?, next()?, next()?, next()?);
    let (set, modified_at, course, told) = (next()?, next()?, next()?, next()?);
    if version != "1" || of != verb || next().is_some() || !is_word(course) {
        return None;
    }
    Some(Listing {
        format: Format::parse(format)?,
        from: if from.is_empty() { None } else { Some(number(from)?) },
        before: number(before)?,
        set: if set.is_empty() { None } else { Some(set.to_owned()).filter(|set| is_word(set)) },
        after: Some(Place { modified_at: number(modified_at)?, course: course.into() }),
        told: told.parse().ok().filter(|told| *told < 1_000_000_000)?,
    })
}

fn number(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number| *number >= 0)
}

/// The name of a set, or an id.
pub(super) fn is_word(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_brings_back_what_was_asked_and_where_the_list_stood() {
        let next = Place { modified_at: 7, course: "0198c0de".into() };
        for (from, set) in [(None, None), (Some(5), Some("common-diseases".to_owned()))] {
            let listing = Listing { format: Format::Lom, from, before: 9, set, after: None, told: 0 };
            let token = write("ListRecords", &listing, &next, 50);
            let expected = Listing { after: Some(next.clone()), told: 50, ..listing };
            assert_eq!(read("ListRecords", &token), Some(expected));
            assert_eq!(read("ListIdentifiers", &token), None);
        }
    }

    #[test]
    fn a_token_that_is_not_ours_is_none() {
        let check = |text: &str| assert_eq!(read("V", &BASE64_URL_SAFE_NO_PAD.encode(text)), None, "{text}");
        assert!(read("V", &BASE64_URL_SAFE_NO_PAD.encode("1|V|oai_dc||9||7|a|0")).is_some());
        check("2|V|oai_dc||9||7|a|0");
        check("1|V|mods||9||7|a|0");
        check("1|V|oai_dc|x|9||7|a|0");
        check("1|V|oai_dc||-9||7|a|0");
        check("1|V|oai_dc||9||7|a'|0");
        check("1|V|oai_dc||9||7||0");
        check("1|V|oai_dc||9||7|a|99999999999");
        check("1|V|oai_dc||9||7|a|0|");
        check("");
        for token in ["", "%", "====", &"A".repeat(MOST + 1)] {
            assert_eq!(read("V", token), None, "{token}");
        }
    }
}
