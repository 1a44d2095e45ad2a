//! How do office files become pages? LibreOffice prints them to PDF; where it is absent, their text is pages.

use std::fs;
use std::path::{Path, PathBuf};

use super::kind::Office;
use super::{Job, fonts, of_texts, pdf, xml, zipped};
use crate::job::{Cause, Failure, Page, Paged, While};

/// Larger decks are films.
const MOST_BYTES: u64 = 1 << 30;
/// What LibreOffice ends with when it has made itself at home and wants to be started again.
const RESTART: i32 = 81;
/// LibreOffice's own fence: nothing that a document points to is fetched, and nothing in it is run.
const SETTINGS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>1</value></prop></item>
</oor:items>
"#;
/// What of the way LibreOffice takes.
const FIRST: f64 = 0.2;

pub(super) fn pages(job: &Job<'_>, office: Office, progress: &mut dyn FnMut(f64)) -> Result<Paged, Failure> {
    if office.is_zip {
        xml::refuse_entities(job.source)?;
    }
    let legacy = legacy_fonts(job, office)?;
    let Some(program) = job.office else {
        return without_office(job, office, legacy);
    };
    let printed = print(job, office, program)?;
    progress(FIRST);
    let mut paged = pdf::pages(job, &printed, &mut |share| progress(FIRST + share * (1.0 - FIRST)))?;
    paged.format = office.format;
    paged.legacy_fonts.extend(legacy);
    paged.legacy_fonts.sort();
    paged.legacy_fonts.dedup();
    if !paged.legacy_fonts.is_empty() {
        // LibreOffice prints with another font where this one is missing, so a page does not tell which it was set in.
        paged.pages.iter_mut().for_each(blank_nonsense);
    }
    Ok(paged)
}

fn blank_nonsense(page: &mut Page) {
    if fonts::is_nonsense(&page.text, false) {
        page.text.clear();
        page.is_legacy = true;
    }
}

fn print(job: &Job<'_>, office: Office, program: &Path) -> Result<PathBuf, Failure> {
    let size_bytes = fs::metadata(job.source).during("measuring the source")?.len();
    if size_bytes > MOST_BYTES {
        return Err(Failure::new(Cause::TooLarge, format!("{size_bytes} bytes")));
    }
    // LibreOffice goes by the ending, and lays its notes beside the file.
    let named = job.work.join(format!("source.{}", office.ending));
    fs::copy(job.source, &named).during("copying the source")?;
    let profile = job.work.join("profile");
    fs::create_dir_all(profile.join("user")).during("making LibreOffice's profile")?;
    fs::write(profile.join("user/registrymodifications.xcu"), SETTINGS).during("setting LibreOffice up")?;
    let profile = format!("-env:UserInstallation=file://{}", as_address(&profile));
    let arguments = [
        profile.as_str(),
        "--headless",
        "--norestore",
        "--nologo",
        "--nolockcheck",
        "--convert-to",
        "pdf",
        "--outdir",
        ".",
    ];
    let run = || {
        let arguments = arguments.map(Path::new).into_iter().chain([named.as_path()]);
        job.converters.run(&behind(program), arguments, job.patience, 1 << 20)
    };
    let mut said = run()?;
    if said.code == Some(RESTART) {
        said = run()?;
    }
    let printed = job.work.join("source.pdf");
    if !printed.is_file() {
        let detail = format!("LibreOffice printed nothing: {} {}", said.text().trim(), said.complaint.trim());
        return Err(Failure::new(Cause::NotReadable, detail));
    }
    Ok(printed)
}

/// The program itself: the one that people start looks for a neighbor in /tmp first, which is closed to it here.
fn behind(office: &Path) -> PathBuf {
    let real = office.canonicalize().unwrap_or_else(|_| office.to_owned());
    let itself = real.with_file_name("soffice.bin");
    if itself.is_file() { itself } else { real }
}

/// A path as a file address has it.
fn as_address(path: &Path) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    let bytes = path.as_os_str().as_encoded_bytes().iter();
    bytes.map(|byte| if is_plain(*byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// The text alone, of formats that are a zip of XML; of older ones nothing, and the original stays for download.
fn without_office(job: &Job<'_>, office: Office, legacy_fonts: Vec<String>) -> Result<Paged, Failure> {
    let texts = if office.is_zip { xml::texts(job.source, office.format)? } else { Vec::new() };
    let mut paged = of_texts(office.format, texts)?;
    if !legacy_fonts.is_empty() {
        paged.pages.iter_mut().for_each(blank_nonsense);
    }
    Ok(Paged { legacy_fonts, lacks_office: true, ..paged })
}

fn legacy_fonts(job: &Job<'_>, office: Office) -> Result<Vec<String>, Failure> {
    if office.is_zip {
        let mut archive = zipped::open(job.source)?;
        return xml::fonts(&mut archive).map(|names| fonts::legacy(names.iter().map(String::as_str)));
    }
    let size_bytes = fs::metadata(job.source).during("measuring the source")?.len();
    if size_bytes > MOST_BYTES {
        return Err(Failure::new(Cause::TooLarge, format!("{size_bytes} bytes")));
    }
    Ok(fonts::legacy_in_bytes(&fs::read(job.source).during("reading the source")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_an_address() {
        assert_eq!(as_address(Path::new("/srv/a b/课件#1")), "/srv/a%20b/%E8%AF%BE%E4%BB%B6%231");
    }
}
