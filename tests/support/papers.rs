//! Small courseware for stories, written by hand: PDFs, zips, and office files in them.

use std::fmt::Write;

/// A PDF with one page for each text, in this font (which is not embedded).
pub(crate) fn deck(texts: &[&str], font: &str) -> Vec<u8> {
    pdf(texts, font, (960, 540), "")
}

/// A PDF of one page this large, in points.
pub(crate) fn poster(width: u32, height: u32) -> Vec<u8> {
    pdf(&["poster"], "Helvetica", (width, height), "")
}

/// A PDF that opens with a password which nobody knows.
pub(crate) fn locked_deck() -> Vec<u8> {
    let secret = "a".repeat(64);
    let lock = format!(
        "/Encrypt << /Filter /Standard /V 1 /R 2 /O <{secret}> /U <{secret}> /P -4 >> /ID [<{secret}> <{secret}>]"
    );
    pdf(&["secret"], "Helvetica", (960, 540), &lock)
}

/// A PDF of so many pages with nothing on them.
pub(crate) fn endless_deck(pages: usize) -> Vec<u8> {
    let kids: String = (0..pages).fold(String::new(), |mut kids, page| {
        let _ = write!(kids, "{} 0 R ", page + 3);
        kids
    });
    let mut objects = vec!["<< /Type /Catalog /Pages 2 0 R >>".to_owned()];
    objects.push(format!("<< /Type /Pages /Count {pages} /MediaBox [0 0 9 9] /Kids [{kids}] >>"));
    objects.extend((0..pages).map(|_| "<< /Type /Page /Parent 2 0 R >>".to_owned()));
    file(&objects, "")
}

fn pdf(texts: &[&str], font: &str, (width, height): (u32, u32), trailer: &str) -> Vec<u8> {
    let number = |page: usize| 4 + page * 2;
    let kids: Vec<_> = (0..texts.len()).map(|page| format!("{} 0 R", number(page))).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Count {} /Kids [{}] >>", texts.len(), kids.join(" ")),
        format!("<< /Type /Font /Subtype /Type1 /BaseFont /{font} >>"),
    ];
    for (page, text) in texts.iter().enumerate() {
        let content = format!("BT /F1 40 Tf 60 {} Td ({text}) Tj ET", height / 2);
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Resources << /Font << /F1 3 0 R >> >> \
             /Contents {} 0 R >>",
            number(page) + 1
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
    }
    file(&objects, trailer)
}

fn file(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut out = "%PDF-1.4\n".to_owned();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (index, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", out.len());
        let _ = write!(out, "{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let (count, at) = (objects.len() + 1, out.len());
    let _ = write!(
        out,
        "xref\n0 {count}\n{table}trailer\n<< /Size {count} /Root 1 0 R {trailer} >>\nstartxref\n{at}\n%%EOF\n"
    );
    out.into_bytes()
}

/// A zip of these files, as they are.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let claims: Vec<_> = files.iter().map(|(name, bytes)| (*name, *bytes, bytes.len())).collect();
    zip_claiming(&claims)
}

/// A zip that claims of each file how long it is, unfolded.
pub(crate) fn zip_claiming(files: &[(&str, &[u8], usize)]) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for (name, bytes, claimed) in files {
        let number = |value: usize| u32::try_from(value).expect("small").to_le_bytes();
        let short = |value: usize| u16::try_from(value).expect("small").to_le_bytes();
        // Version, flags, method "stored", time and date, CRC-32, both sizes, lengths of name and extra field.
        let about = [
            &[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0][..],
            &crc32(bytes).to_le_bytes(),
            &number(bytes.len()),
            &number(*claimed),
            &short(name.len()),
            &[0, 0],
        ]
        .concat();
        let at = number(out.len());
        out.extend([b"PK\x03\x04", &about[..], name.as_bytes(), bytes].concat());
        list.extend([b"PK\x01\x02\x14\0", &about[..], &[0; 10], &at, name.as_bytes()].concat());
    }
    let count = u16::try_from(files.len()).expect("few").to_le_bytes();
    let sizes = [list.len(), out.len()].map(|size| u32::try_from(size).expect("small").to_le_bytes()).concat();
    let end = [b"PK\x05\x06\0\0\0\0", &count[..], &count, &sizes, &[0, 0]].concat();
    [out, list, end].concat()
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |mut crc: u32, byte: &u8| {
        crc ^= u32::from(*byte);
        (0..8).fold(crc, |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    };
    !bytes.iter().fold(!0, step)
}

/// A Word document with these paragraphs; `head` stands before its root.
pub(crate) fn document(paragraphs: &[&str], head: &str) -> Vec<u8> {
    let body: String = paragraphs.iter().map(|text| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")).collect();
    let space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
    let text =
        format!("<?xml version=\"1.0\"?>{head}<w:document xmlns:w=\"{space}\"><w:body>{body}</w:body></w:document>");
    word(&text, "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"/>")
}

/// A Word document with a picture that lies elsewhere on the machine that opens it.
pub(crate) fn linked_word_document(picture: &std::path::Path) -> Vec<u8> {
    let (of, space) = ("http://schemas.openxmlformats.org", "http://schemas.openxmlformats.org/drawingml/2006");
    let text = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"{of}/wordprocessingml/2006/main\" xmlns:a=\"{space}/main\" \
        xmlns:r=\"{of}/officeDocument/2006/relationships\" xmlns:wp=\"{space}/wordprocessingDrawing\" \
        xmlns:p=\"{space}/picture\"><w:body><w:p><w:r><w:drawing><wp:inline><wp:extent cx=\"2880000\" cy=\"2880000\"/>\
        <wp:docPr id=\"1\" name=\"1\"/><a:graphic><a:graphicData uri=\"{space}/picture\"><p:pic><p:nvPicPr>\
        <p:cNvPr id=\"1\" name=\"1\"/><p:cNvPicPr/></p:nvPicPr><p:blipFill><a:blip r:link=\"r9\"/><a:stretch>\
        <a:fillRect/></a:stretch></p:blipFill><p:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/>\
        <a:ext cx=\"2880000\" cy=\"2880000\"/></a:xfrm><a:prstGeom prst=\"rect\"/></p:spPr></p:pic></a:graphicData>\
        </a:graphic></wp:inline></w:drawing></w:r></w:p></w:body></w:document>"
    );
    let links = format!(
        "<?xml version=\"1.0\"?><Relationships xmlns=\"{of}/package/2006/relationships\"><Relationship Id=\"r9\" \
        Type=\"{of}/officeDocument/2006/relationships/image\" Target=\"file://{}\" TargetMode=\"External\"/></Relationships>",
        picture.display()
    );
    word(&text, &links)
}

/// The parts of a Word document around its text; `links` are its relations.
fn word(text: &str, links: &str) -> Vec<u8> {
    let types = "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
        <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
        <Override PartName=\"/word/document.xml\" \
        ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    let relations = "<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
        <Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
        Target=\"word/document.xml\"/></Relationships>";
    zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", relations.as_bytes()),
        ("word/document.xml", text.as_bytes()),
        ("word/_rels/document.xml.rels", links.as_bytes()),
    ])
}

/// An OpenDocument text with a picture that lies elsewhere on the machine that opens it.
pub(crate) fn linked_document(picture: &std::path::Path) -> Vec<u8> {
    let space = "urn:oasis:names:tc:opendocument:xmlns";
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content xmlns:office=\"{space}:office:1.0\" \
        xmlns:text=\"{space}:text:1.0\" xmlns:draw=\"{space}:drawing:1.0\" xmlns:svg=\"{space}:svg-compatible:1.0\" \
        xmlns:xlink=\"http://www.w3.org/1999/xlink\" office:version=\"1.2\"><office:body><office:text><text:p>hello\
        <draw:frame text:anchor-type=\"as-char\" svg:width=\"8cm\" svg:height=\"8cm\"><draw:image \
        xlink:href=\"file://{}\" xlink:type=\"simple\" xlink:show=\"embed\" xlink:actuate=\"onLoad\"/></draw:frame>\
        </text:p></office:text></office:body></office:document-content>",
        picture.display()
    );
    let kind = "application/vnd.oasis.opendocument.text";
    let list = format!(
        "<?xml version=\"1.0\"?><manifest:manifest xmlns:manifest=\"{space}:manifest:1.0\" manifest:version=\"1.2\">\
        <manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{kind}\"/>\
        <manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>"
    );
    zip(&[("mimetype", kind.as_bytes()), ("content.xml", text.as_bytes()), ("META-INF/manifest.xml", list.as_bytes())])
}
