//! Sheets that were made to fill a memory, a disk or a day are refused in words, and none is kept for ever.

use std::io::{Cursor, Write};

use reqwest::Method;

use crate::support::both::both;
use crate::support::databases::does;
use crate::support::{PASSWORD, Person, Platform, clips};

/// A workbook of one sheet with these rows, merged areas and shared texts.
fn book(rows: &str, merged: &[&str], texts: &[&str]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, text: String| {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let ns = "http://schemas.openxmlformats.org";
    add(
        "_rels/.rels",
        format!(
            r#"<Relationships xmlns="{ns}/package/2006/relationships"><Relationship Id="rId1" Type="{ns}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
        ),
    );
    add("[Content_Types].xml", format!(r#"<Types xmlns="{ns}/package/2006/content-types"/>"#));
    let relations = format!("{ns}/officeDocument/2006/relationships");
    add(
        "xl/workbook.xml",
        format!(
            r#"<workbook xmlns="{ns}/spreadsheetml/2006/main" xmlns:r="{relations}"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>"#
        ),
    );
    add(
        "xl/_rels/workbook.xml.rels",
        format!(
            r#"<Relationships xmlns="{ns}/package/2006/relationships"><Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
        ),
    );
    let texts: String = texts.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    add("xl/sharedStrings.xml", format!(r#"<sst xmlns="{ns}/spreadsheetml/2006/main">{texts}</sst>"#));
    let areas: String = merged.iter().map(|area| format!(r#"<mergeCell ref="{area}"/>"#)).collect();
    let areas = if areas.is_empty() { areas } else { format!("<mergeCells>{areas}</mergeCells>") };
    add(
        "xl/worksheets/sheet1.xml",
        format!(r#"<worksheet xmlns="{ns}/spreadsheetml/2006/main"><sheetData>{rows}</sheetData>{areas}</worksheet>"#),
    );
    zip.finish().unwrap().into_inner()
}

fn text(at: &str, text: &str) -> String {
    format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

/// So many rows of one cell that all show the first shared text.
fn shared(count: u32) -> String {
    (1..=count).map(|row| format!(r#"<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>"#)).collect()
}

/// Sends a sheet to the studio; gives where its report is, and the report.
async fn send(person: &Person, name: &str, bytes: Vec<u8>) -> (String, String) {
    let file = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
    let form = reqwest::multipart::Form::new().part("file", file);
    let answer = person.request(Method::POST, "/studio/import").multipart(form).send().await.unwrap();
    assert_eq!(answer.status(), 303, "{name}");
    let place = answer.headers()["location"].to_str().unwrap().to_owned();
    let (status, page) = person.page(&place).await;
    assert_eq!(status, 200, "{name}");
    (place, page)
}

/// How many sheets lie in the store.
fn kept(platform: &Platform) -> usize {
    std::fs::read_dir(platform.folder.path().join("data/files/imports")).map_or(0, Iterator::count)
}

const RIGHT: &str = "file,title_zh,column,course_zh\none.mp4,量血压,common,课\n";

both! {
    async fn a_bomb_of_a_few_kilobytes_is_refused_and_the_server_keeps_its_memory(platform) {
        platform.manager().await;
        let running = platform.run_program().await;
        let manager = Person::sign_in(&running.address, "manager", PASSWORD).await;
        send(&manager, "right.csv", RIGHT.into()).await;
        let before = running.most_memory_kb();
        let long = "x".repeat(100_000);
        let wide = format!(r#"<row r="1">{}</row>{}"#, text("A1", &long), (2..300).map(|row| format!(r#"<row r="{row}">{}</row>"#, text(&format!("A{row}"), "x"))).collect::<String>());
        let bombs = [
            ("merged.xlsx", book(&wide, &["A1:GR300"], &[])),
            ("overlapping.xlsx", book(&wide, &["A1:GR300"; 500], &[])),
            ("shared.xlsx", book(&shared(20_000), &[], &[&long])),
            ("huge_text.xlsx", book(&shared(50), &[], &[&"x".repeat(20_000_000)])),
            ("huge_cell.xlsx", book(&format!(r#"<row r="1">{}</row>"#, text("A1", &"x".repeat(120 << 20))), &[], &[])),
        ];
        for (name, bytes) in bombs {
            assert!(bytes.len() < 400_000, "{name}: {} bytes", bytes.len());
            let (_, page) = send(&manager, name, bytes).await;
            assert!(page.contains("larger than can be read"), "{name}: {page}");
        }
        let (_, page) = send(&manager, "commas.csv", ",".repeat(16 << 20).into_bytes()).await;
        assert!(page.contains("larger than can be read"), "{page}");
        let grown = running.most_memory_kb() - before;
        assert!(grown < 150_000, "the server took {grown} KB more");
        assert_eq!(kept(platform), 1, "what nobody can load is not kept");
        running.kill().await;
    }

    async fn merged_cells_of_any_shape_are_answered(platform) {
        let manager = platform.manager().await;
        let rows = format!(r#"<row r="1">{}{}</row><row r="2">{}</row>"#, text("A1", "file"), text("B1", "title_zh"), text("A2", "one.mp4"));
        for area in ["C1:A1", "A2:A1", "A1:XFD1048576", "A1", "A1:B1:C1", "nonsense", "A0:B0", "ZZZZZZZZ1:A1"] {
            let (_, page) = send(&manager, "merged.xlsx", book(&rows, &[area, "A2:B2"], &[])).await;
            assert!(page.contains("merged.xlsx"), "{area}: {page}");
        }
    }

    async fn one_sheet_that_cannot_go_keeps_no_other(platform) {
        let manager = platform.manager().await;
        manager.post("/api/v1/columns", &serde_json::json!({"slug": "common", "title": {"zh": "常见病"}})).await.expect(201);
        manager.uploads(&clips::clip(6), "one.mp4", "video/mp4").await;
        platform.finish_work().await;
        let (stuck, _) = send(&manager, "right.csv", RIGHT.into()).await;
        // Where the store has no such place any more, nothing can be taken away.
        does(&platform.library, "update import_sheet set file = 'archive/' || id").await;
        let mut places = Vec::new();
        for index in 0..21 {
            places.push(send(&manager, "right.csv", format!("{RIGHT}# {index}\n").into()).await.0);
        }
        assert_eq!(manager.page(&places[20]).await.0, 200, "a new one is taken");
        assert_eq!(manager.page(&places[0]).await.0, 404, "and those that can go have gone");
        platform.later(31 * 24 * 3600);
        let manager = platform.sign_in("manager").await;
        platform.finish_work().await;
        assert_eq!((manager.page(&stuck).await.0, manager.page(&places[20]).await.0), (200, 404));
        let told = places.iter().map(|place| place.rsplit('/').next().unwrap()).filter(|id| {
            platform.folder.path().join("data/files/imports").join(id.split('?').next().unwrap()).exists()
        });
        assert_eq!(told.count(), 0, "their files are gone too");
    }

    async fn a_sheet_has_a_life_and_one_person_has_so_many(platform) {
        let manager = platform.manager().await;
        manager.post("/api/v1/columns", &serde_json::json!({"slug": "common", "title": {"zh": "常见病"}})).await.expect(201);
        manager.uploads(&clips::clip(6), "one.mp4", "video/mp4").await;
        platform.finish_work().await;
        let noise = (0..200_000u32).map(|index| index.wrapping_mul(2_654_435_761).to_be_bytes()[0]);
        let noise = b"PK\x03\x04".iter().copied().chain(noise).collect();
        let (nothing, page) = send(&manager, "noise.xlsx", noise).await;
        assert!(page.contains("cannot be read"), "{page}");
        assert_eq!(kept(platform), 0, "noise is not kept");
        assert_eq!(manager.form(&format!("{nothing}/load"), &[]).await.status(), 422);
        let (loaded, _) = send(&manager, "right.csv", RIGHT.into()).await;
        assert_eq!(manager.form(&format!("{loaded}/load"), &[]).await.status(), 303);
        platform.finish_work().await;
        let mut places = Vec::new();
        for index in 0..22 {
            // The same form twice is one.
            places.push(send(&manager, "right.csv", format!("{RIGHT}# {index}\n").into()).await.0);
        }
        assert_eq!(kept(platform), 21, "twenty that wait, and the one that was loaded");
        assert_eq!(manager.page(&places[0]).await.0, 404);
        platform.later(2 * 24 * 3600);
        platform.finish_work().await;
        let manager = platform.sign_in("manager").await;
        assert_eq!((manager.page(&nothing).await.0, manager.page(&places[21]).await.0), (404, 200));
        platform.later(29 * 24 * 3600);
        platform.finish_work().await;
        let manager = platform.sign_in("manager").await;
        assert_eq!((manager.page(&loaded).await.0, manager.page(&places[21]).await.0), (404, 404));
        assert_eq!(kept(platform), 0);
        assert!(manager.page("/studio/import").await.1.contains("/undo"), "what it brought can still be taken back");
    }
}
