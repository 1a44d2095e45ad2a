//! What do harvesters get? OAI-PMH 2.0: the open courses in pages, and those that are gone as such.

mod records;
mod request;
mod token;

use app::messages as m;
use app::parts::linked::utc;
use app::wire::Lang;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use content::catalog::{self, Asked, Entry, Page};
use content::ids::CourseId;
use content::{Error, courses};

use self::request::{BAD_TOKEN, Fault, Format, Listing, NO_MATCH, UNKNOWN_ID, Verb};
use super::xml::Xml;
use super::{Refusal, base};
use crate::Platform;
use crate::guard::host_of;

const NAMESPACE: &str = "http://www.openarchives.org/OAI/2.0/";
const LOCATION: &str = "http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd";

/// Why a request is not answered with what it asks for.
enum Trouble {
    Fault(Fault),
    Inside(Error),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Inside(error)
    }
}

type Told = Result<Xml, Trouble>;

/// `GET /oai?verb=…`.
pub(super) async fn asked(State(platform): State<Platform>, RawQuery(query): RawQuery) -> Result<Response, Refusal> {
    answer(&platform, query.unwrap_or_default().as_bytes()).await
}

/// `POST /oai`, with the same in a form.
pub(super) async fn sent(State(platform): State<Platform>, form: Bytes) -> Result<Response, Refusal> {
    answer(&platform, &form).await
}

async fn answer(platform: &Platform, query: &[u8]) -> Result<Response, Refusal> {
    let now_ms = platform.library.clock.now_ms();
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(query).unwrap_or_default();
    let told = match request::read(&pairs, now_ms) {
        Ok(verb) => tell(platform, &verb).await,
        Err(fault) => Err(fault.into()),
    };
    let told = match told {
        Ok(piece) => Ok(piece),
        Err(Trouble::Fault(fault)) => Err(fault),
        Err(Trouble::Inside(error)) => return Err(error.into()),
    };
    let body = document(base(platform), &pairs, now_ms, told);
    let headers = [(header::CONTENT_TYPE, "text/xml; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, body).into_response())
}

/// What every answer has around it. A request that was not understood is not repeated.
fn document(base: &str, pairs: &[(String, String)], now_ms: i64, told: Result<Xml, Fault>) -> Vec<u8> {
    let is_understood = !matches!(&told, Err(fault) if ["badVerb", "badArgument"].contains(&fault.code));
    let repeated = pairs.iter().filter(|_| is_understood).map(|(name, value)| (name.as_str(), value.as_str()));
    let mut xml = Xml::document();
    let attributes = [
        ("xmlns", NAMESPACE),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xsi:schemaLocation", LOCATION),
    ];
    xml.open("OAI-PMH", &attributes);
    xml.leaf("responseDate", &[], &utc(now_ms));
    xml.leaf("request", &repeated.collect::<Vec<_>>(), &format!("{base}/oai"));
    match told {
        Ok(piece) => xml.add(piece),
        Err(fault) => xml.leaf("error", &[("code", fault.code)], fault.text),
    }
    xml.close("OAI-PMH");
    xml.finish()
}

async fn tell(platform: &Platform, verb: &Verb) -> Told {
    let mut xml = Xml::piece();
    xml.open(verb.name(), &[]);
    match verb {
        Verb::Identify => identify(platform, &mut xml).await?,
        Verb::ListMetadataFormats { identifier } => formats(platform, &mut xml, identifier.as_deref()).await?,
        Verb::ListSets => sets(platform, &mut xml).await?,
        Verb::ListIdentifiers(listing) => list(platform, &mut xml, verb.name(), listing, None).await?,
        Verb::ListRecords(listing) => list(platform, &mut xml, verb.name(), listing, Some(listing.format)).await?,
        Verb::GetRecord { identifier, format } => {
            let entry = find(platform, identifier).await?;
            write(platform, &mut xml, vec![entry], Some(*format)).await?;
        }
    }
    xml.close(verb.name());
    Ok(xml)
}

async fn identify(platform: &Platform, xml: &mut Xml) -> Result<(), Trouble> {
    let now_ms = platform.library.clock.now_ms();
    let earliest = catalog::find_span(&platform.library).await?.map_or(now_ms, |(first, _)| first);
    let contact = platform.contact.clone().unwrap_or_else(|| format!("postmaster@{}", host(platform)));
    xml.leaf("repositoryName", &[], m::brand(Lang::En));
    xml.leaf("baseURL", &[], &format!("{}/oai", base(platform)));
    xml.leaf("protocolVersion", &[], "2.0");
    xml.leaf("adminEmail", &[], &contact);
    xml.leaf("earliestDatestamp", &[], &utc(earliest));
    xml.leaf("deletedRecord", &[], "persistent");
    xml.leaf("granularity", &[], "YYYY-MM-DDThh:mm:ssZ");
    xml.leaf("compression", &[], "gzip");
    Ok(())
}

async fn formats(platform: &Platform, xml: &mut Xml, identifier: Option<&str>) -> Result<(), Trouble> {
    if let Some(identifier) = identifier {
        find(platform, identifier).await?;
    }
    for format in Format::ALL {
        xml.open("metadataFormat", &[]);
        xml.leaf("metadataPrefix", &[], format.prefix());
        xml.leaf("schema", &[], format.schema());
        xml.leaf("metadataNamespace", &[], format.namespace());
        xml.close("metadataFormat");
    }
    Ok(())
}

/// The columns. A set has one name, so it has all of its languages.
async fn sets(platform: &Platform, xml: &mut Xml) -> Result<(), Trouble> {
    for column in courses::list_columns(&platform.library).await? {
        let names: Vec<&str> = column.title.iter().map(|(_, name)| name).collect();
        xml.open("set", &[]);
        xml.leaf("setSpec", &[], &column.slug);
        xml.leaf("setName", &[], &names.join(" · "));
        xml.close("set");
    }
    Ok(())
}

async fn list(
    platform: &Platform,
    xml: &mut Xml,
    verb: &str,
    listing: &Listing,
    format: Option<Format>,
) -> Result<(), Trouble> {
    let asked = Asked {
        from: listing.from,
        before: Some(listing.before),
        column: listing.set.clone(),
        after: listing.after.clone(),
    };
    let Page { entries, next } = catalog::list_entries(&platform.library, &asked).await?;
    if entries.is_empty() {
        return Err(if listing.after.is_some() { BAD_TOKEN.into() } else { NO_MATCH.into() });
    }
    let told = listing.told + entries.len();
    write(platform, xml, entries, format).await?;
    let cursor = [("cursor", &*listing.told.to_string())];
    match next {
        Some(next) => xml.leaf("resumptionToken", &cursor, &token::write(verb, listing, &next, told)),
        // A list in several parts says where it ends.
        None if listing.after.is_some() => xml.mark("resumptionToken", &cursor),
        None => {}
    }
    Ok(())
}

/// Whole records in `format`, or their headers alone.
async fn write(platform: &Platform, xml: &mut Xml, entries: Vec<Entry>, format: Option<Format>) -> Result<(), Trouble> {
    let Some(format) = format else {
        for entry in &entries {
            header(platform, xml, entry, entry.is_open());
        }
        return Ok(());
    };
    let records = catalog::read_all(&platform.library, entries.clone()).await?;
    for entry in &entries {
        // What was withdrawn since the list was made has no record any more.
        let record = records.iter().find(|record| record.course.id == entry.course);
        xml.open("record", &[]);
        header(platform, xml, entry, record.is_some());
        if let Some(record) = record {
            xml.open("metadata", &[]);
            format.write(xml, record, base(platform));
            xml.close("metadata");
        }
        xml.close("record");
    }
    Ok(())
}

fn header(platform: &Platform, xml: &mut Xml, entry: &Entry, is_open: bool) {
    let gone: &[(&str, &str)] = if is_open { &[] } else { &[("status", "deleted")] };
    xml.open("header", gone);
    xml.leaf("identifier", &[], &format!("oai:{}:{}", host(platform), entry.course));
    xml.leaf("datestamp", &[], &utc(entry.modified_at));
    xml.leaf("setSpec", &[], &entry.slug);
    xml.close("header");
}

/// The entry behind an identifier that [`header()`] gave.
async fn find(platform: &Platform, identifier: &str) -> Result<Entry, Trouble> {
    let id = identifier.strip_prefix("oai:").and_then(|rest| rest.strip_prefix(host(platform))?.strip_prefix(':'));
    // An id is letters and digits; PostgreSQL would not even take a NUL.
    let id = id.filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    let course = CourseId::from(id.ok_or(UNKNOWN_ID)?);
    Ok(catalog::find_entry(&platform.library, &course).await?.ok_or(UNKNOWN_ID)?)
}

/// The public host, without a port: what identifiers begin with.
fn host(platform: &Platform) -> &str {
    let host = host_of(base(platform)).unwrap_or_default();
    host.rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(host, |(host, _)| host)
}
