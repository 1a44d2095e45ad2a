//! What does a harvester ask for, and is it asked as OAI-PMH 2.0 wants it?

use content::catalog::Place;
use time::{Date, Month, PrimitiveDateTime, Time};

use super::token;

/// An error of the protocol: it is told in a document like any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub code: &'static str,
    pub text: &'static str,
}

const fn fault(code: &'static str, text: &'static str) -> Fault {
    Fault { code, text }
}

pub(super) const BAD_VERB: Fault = fault("badVerb", "one verb of OAI-PMH 2.0 is wanted");
const UNKNOWN: Fault = fault("badArgument", "an argument that this verb does not know, or one given twice");
const MISSING: Fault = fault("badArgument", "an argument that this verb needs is missing");
const NOT_ALONE: Fault = fault("badArgument", "a resumptionToken stands alone");
const BAD_DATE: Fault = fault("badArgument", "a date is written as YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ, both alike");
const BACKWARDS: Fault = fault("badArgument", "until lies before from");
pub(super) const BAD_TOKEN: Fault = fault("badResumptionToken", "this token was not given for this verb");
pub(super) const NO_FORMAT: Fault = fault("cannotDisseminateFormat", "the formats are oai_dc and lom");
pub(super) const UNKNOWN_ID: Fault = fault("idDoesNotExist", "there is no such record");
pub(super) const NO_MATCH: Fault = fault("noRecordsMatch", "no record is like that");

/// In which words a record is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    DublinCore,
    Lom,
}

impl Format {
    pub(super) const ALL: [Self; 2] = [Self::DublinCore, Self::Lom];

    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::DublinCore => "oai_dc",
            Self::Lom => "lom",
        }
    }

    pub(super) fn parse(prefix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.prefix() == prefix)
    }
}

/// A list, or the rest of one. Times are ms since 1970 UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listing {
    pub format: Format,
    pub from: Option<i64>,
    /// What changes after the list was begun belongs to the next harvest.
    pub before: i64,
    pub set: Option<String>,
    pub after: Option<Place>,
    /// How many of it were told already.
    pub told: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verb {
    Identify,
    ListMetadataFormats { identifier: Option<String> },
    ListSets,
    ListIdentifiers(Listing),
    ListRecords(Listing),
    GetRecord { identifier: String, format: Format },
}

impl Verb {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Identify => "Identify",
            Self::ListMetadataFormats { .. } => "ListMetadataFormats",
            Self::ListSets => "ListSets",
            Self::ListIdentifiers(_) => "ListIdentifiers",
            Self::ListRecords(_) => "ListRecords",
            Self::GetRecord { .. } => "GetRecord",
        }
    }
}

/// The arguments of a request, its verb apart.
struct Arguments<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Arguments<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(other, _)| *other == name).map(|(_, value)| *value)
    }

    fn need(&self, name: &str) -> Result<&'a str, Fault> {
        self.get(name).ok_or(MISSING)
    }

    /// Only those, and each once.
    fn only(&self, known: &[&str]) -> Result<(), Fault> {
        let count = |name: &str| self.0.iter().filter(|(other, _)| *other == name).count();
        let is_right = self.0.iter().all(|(name, _)| known.contains(name) && count(name) == 1);
        if is_right { Ok(()) } else { Err(UNKNOWN) }
    }
}

/// # Errors
/// As the protocol says it.
pub(super) fn read(pairs: &[(String, String)], now_ms: i64) -> Result<Verb, Fault> {
    let (verbs, arguments): (Vec<_>, Vec<_>) =
        pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).partition(|(name, _)| *name == "verb");
    let [(_, verb)] = verbs[..] else { return Err(BAD_VERB) };
    let arguments = Arguments(arguments);
    match verb {
        "Identify" => arguments.only(&[]).map(|()| Verb::Identify),
        "ListMetadataFormats" => {
            arguments.only(&["identifier"])?;
            Ok(Verb::ListMetadataFormats { identifier: arguments.get("identifier").map(str::to_owned) })
        }
        "ListSets" => {
            arguments.only(&["resumptionToken"])?;
            // All sets fit into one answer: no such token was ever given.
            if arguments.get("resumptionToken").is_some() { Err(BAD_TOKEN) } else { Ok(Verb::ListSets) }
        }
        "ListIdentifiers" => listing("ListIdentifiers", &arguments, now_ms).map(Verb::ListIdentifiers),
        "ListRecords" => listing("ListRecords", &arguments, now_ms).map(Verb::ListRecords),
        "GetRecord" => {
            arguments.only(&["identifier", "metadataPrefix"])?;
            let identifier = arguments.need("identifier")?.to_owned();
            let format = Format::parse(arguments.need("metadataPrefix")?).ok_or(NO_FORMAT)?;
            Ok(Verb::GetRecord { identifier, format })
        }
        _ => Err(BAD_VERB),
    }
}

fn listing(verb: &str, arguments: &Arguments<'_>, now_ms: i64) -> Result<Listing, Fault> {
    arguments.only(&["metadataPrefix", "from", "until", "set", "resumptionToken"])?;
    if let Some(token) = arguments.get("resumptionToken") {
        return if arguments.0.len() > 1 { Err(NOT_ALONE) } else { token::read(verb, token).ok_or(BAD_TOKEN) };
    }
    let prefix = arguments.need("metadataPrefix")?;
    let date = |name: &str| arguments.get(name).map(|text| Span::read(text).ok_or(BAD_DATE)).transpose();
    let (from, until) = (date("from")?, date("until")?);
    if let (Some(from), Some(until)) = (from, until) {
        if from.is_day != until.is_day {
            return Err(BAD_DATE);
        }
        if until.first_ms < from.first_ms {
            return Err(BACKWARDS);
        }
    }
    let set = arguments.get("set");
    if set.is_some_and(|set| !token::is_word(set)) {
        return Err(NO_MATCH);
    }
    Ok(Listing {
        format: Format::parse(prefix).ok_or(NO_FORMAT)?,
        from: from.map(|from| from.first_ms),
        before: until.map_or(i64::MAX, |until| until.end_ms).min(now_ms + 1),
        set: set.map(str::to_owned),
        after: None,
        told: 0,
    })
}

/// The day or the second that a date names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    first_ms: i64,
    end_ms: i64,
    is_day: bool,
}

impl Span {
    fn read(text: &str) -> Option<Self> {
        let (day, time) = match text.split_once('T') {
            None => (text, None),
            Some((day, time)) => (day, Some(time.strip_suffix('Z')?)),
        };
        let [year, month, day] = digits(day, '-', [4, 2, 2])?;
        let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
        let date = Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()?;
        let [hour, minute, second] = time.map_or(Some([0, 0, 0]), |time| digits(time, ':', [2, 2, 2]))?;
        let [hour, minute, second] = [hour, minute, second].map(|part| u8::try_from(part).unwrap_or(u8::MAX));
        let at = PrimitiveDateTime::new(date, Time::from_hms(hour, minute, second).ok()?);
        let first_ms = at.assume_utc().unix_timestamp() * 1000;
        let length_ms = if time.is_none() { 86_400_000 } else { 1000 };
        Some(Self { first_ms, end_ms: first_ms + length_ms, is_day: time.is_none() })
    }
}

/// Three numbers of exactly so many digits.
fn digits(text: &str, between: char, lengths: [usize; 3]) -> Option<[u16; 3]> {
    let parts: Vec<&str> = text.split(between).collect();
    let is_plain =
        |(part, length): (&&str, usize)| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() != 3 || !parts.iter().zip(lengths).all(is_plain) {
        return None;
    }
    Some([parts[0].parse().ok()?, parts[1].parse().ok()?, parts[2].parse().ok()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(query: &str) -> &'static str {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
        read(&pairs, 1_800_000_000_000).map_or_else(|fault| fault.code, |verb| verb.name())
    }

    #[test]
    fn every_wrong_request_has_its_code() {
        let cases = [
            ("", "badVerb"),
            ("verb=", "badVerb"),
            ("verb=identify", "badVerb"),
            ("verb=Identify&verb=Identify", "badVerb"),
            ("verb=Identify", "Identify"),
            ("verb=Identify&set=a", "badArgument"),
            ("verb=ListSets", "ListSets"),
            ("verb=ListSets&resumptionToken=a", "badResumptionToken"),
            ("verb=ListMetadataFormats&identifier=a", "ListMetadataFormats"),
            ("verb=GetRecord&identifier=a", "badArgument"),
            ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
            ("verb=GetRecord&identifier=a&metadataPrefix=mods", "cannotDisseminateFormat"),
            ("verb=GetRecord&identifier=a&metadataPrefix=lom", "GetRecord"),
            ("verb=ListRecords", "badArgument"),
            ("verb=ListRecords&metadataPrefix=mods", "cannotDisseminateFormat"),
            ("verb=ListRecords&metadataPrefix=lom&metadataPrefix=lom", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-01-01", "ListRecords"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-02&until=2026-01-01", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-01-01&until=2026-01-02T00:00:00Z", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&until=2026-01-01T00:00Z", "badArgument"),
            ("verb=ListRecords&metadataPrefix=oai_dc&set=%00", "noRecordsMatch"),
            ("verb=ListIdentifiers&resumptionToken=a", "badResumptionToken"),
            ("verb=ListIdentifiers&resumptionToken=a&metadataPrefix=oai_dc", "badArgument"),
        ];
        for (query, expected) in cases {
            assert_eq!(code(query), expected, "{query}");
        }
    }

    #[test]
    fn a_date_is_a_whole_day_or_a_whole_second() {
        let day = Span { first_ms: 1_732_320_000_000, end_ms: 1_732_406_400_000, is_day: true };
        assert_eq!(Span::read("2024-11-23"), Some(day));
        let second = Span { first_ms: 1_732_373_999_000, end_ms: 1_732_374_000_000, is_day: false };
        assert_eq!(Span::read("2024-11-23T14:59:59Z"), Some(second));
        for text in [
            "",
            "T",
            "2024",
            "2024-1-1",
            "2024-11-23T24:00:00Z",
            "2024-11-23T14:59:59",
            "+024-11-23",
            "2024-11-23T1:2:3Z",
            "2024-11-23T999:00:00Z",
        ] {
            assert_eq!(Span::read(text), None, "{text:?}");
        }
    }
}
