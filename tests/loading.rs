//! A whole library by a sheet: checked before anything is written, loaded once however often it is asked, taken back, and
//! moved to another place.

use std::path::Path;

use content::import::{self, Fate, Found, Load, Report, Shelf, Thing};
use content::people::{self, NewPerson, Role};
use content::{Library, Settings};
use reqwest::Method;
use rust_xlsxwriter::{Workbook, Worksheet};
use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::{PASSWORD, Platform, clips, papers, program};

const COLUMNS: &str = "slug,title_zh,title_bo,title_en\ncommon,常见病,རྒྱུན་མཐོང་ནད།,Common diseases\n";
const ASPECTS: &str = "代号,标题\nchronic,慢病\nethics,医德\n";
const AUDIENCES: &str = "slug,title_zh\nvillage,村医\n";
const ITEMS: &str = "\
文件,中文标题,title_en,栏目,课程,课程编号,模块,内容方面,适用对象,作者,复审日期,字幕,发布\n\
videos/one.mp4,量血压,Taking blood pressure,常见病,高血压,bp,第一章,慢病；ethics,村医,卓玛,2027/5/1,one.srt,是\n\
videos/two.mp4,用药,,common,高血压,bp,第一章,慢病,,,,,是\n\
cards.pdf,随身卡片,,common,高血压,bp,,,,,,,是\n";

/// The folder of a small library.
pub(crate) fn write_library(folder: &Path) {
    std::fs::create_dir_all(folder.join("videos")).unwrap();
    std::fs::write(folder.join("videos/one.mp4"), clips::clip(6)).unwrap();
    std::fs::write(folder.join("videos/two.mp4"), clips::clip(7)).unwrap();
    std::fs::write(folder.join("cards.pdf"), papers::deck(&["Cards"], "Helvetica")).unwrap();
    let captions = "1\n00:00:01,000 --> 00:00:03,000\n袖带与心脏平齐\n";
    std::fs::write(folder.join("one.srt"), encoding_rs::GB18030.encode(captions).0).unwrap();
    std::fs::write(folder.join("columns.csv"), COLUMNS).unwrap();
    std::fs::write(folder.join("aspects.csv"), ASPECTS).unwrap();
    std::fs::write(folder.join("audiences.csv"), AUDIENCES).unwrap();
    std::fs::write(folder.join("items.csv"), ITEMS).unwrap();
}

pub(crate) async fn load_as(
    library: &Library,
    login: &str,
    folder: &Path,
    sheet: &str,
    leaves_out_wrong: bool,
) -> Report {
    let actor = people::act_as(library, login).await.unwrap();
    let path = folder.join(sheet);
    let load = Load { sheet: &path, name: sheet, shelf: Shelf::Folder(folder.to_owned()), leaves_out_wrong };
    import::load(library, &actor, &load, &mut |_, _, _| {}).await.unwrap()
}

fn settings_in(folder: &Path) -> Settings {
    let transcoder = program("MENPA_TRANSCODE", "menpa-transcode");
    Settings { folder: folder.to_owned(), transcoder, ..Settings::default() }
}

/// An empty library with one content manager, who keeps all of it.
async fn kept_library(folder: &Path) -> Library {
    let library = Library::open(settings_in(folder)).await.unwrap();
    library.db().migrate().await.unwrap();
    let keeper = NewPerson { login: "keeper", name: "Keeper", password: Some(PASSWORD), unit: None };
    people::add_from_command_line(&library, &keeper, Role::ContentManager).await.unwrap();
    library
}

fn fates(report: &Report) -> Vec<Fate> {
    report.lines.iter().map(|line| line.fate).collect()
}

fn found(report: &Report) -> Vec<(Option<u32>, Found)> {
    report.findings.iter().map(|finding| (finding.row, finding.found)).collect()
}

pub(crate) async fn only_course(platform: &Platform) -> Value {
    let manager = platform.sign_in("manager").await;
    let courses = manager.get("/api/v1/courses").await.expect(200);
    assert_eq!(courses["items"].as_array().map(Vec::len), Some(1), "{courses}");
    let id = courses["items"][0]["id"].as_str().unwrap().to_owned();
    manager.get(&format!("/api/v1/courses/{id}")).await.expect(200)
}

both! {
    async fn a_sheet_becomes_a_library_and_a_second_time_changes_nothing(platform) {
        platform.manager().await;
        let folder = tempfile::tempdir().unwrap();
        write_library(folder.path());
        let first = load_as(&platform.library, "manager", folder.path(), "items.csv", false).await;
        assert_eq!(found(&first), []);
        assert_eq!(fates(&first), [Fate::Made; 3]);
        let made = |thing| first.made.get(&thing).copied().unwrap_or_default();
        let things = [Thing::Column, Thing::Aspect, Thing::Audience, Thing::Course, Thing::Module, Thing::Lesson, Thing::Resource];
        assert_eq!(things.map(made), [1, 2, 1, 1, 1, 2, 3]);
        let course = only_course(platform).await;
        assert_eq!(course["state"], "published");
        let lessons = &course["modules"][0]["lessons"];
        assert_eq!((&lessons[0]["title"]["en"], &lessons[1]["title"]["zh"]), (&json!("Taking blood pressure"), &json!("用药")));
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        platform.finish_work().await;
        let hits = learner.get("/api/v1/search?q=袖带").await.expect(200);
        assert_eq!(hits["total"], 1, "captions in GB18030 are found: {hits}");

        let second = load_as(&platform.library, "manager", folder.path(), "items.csv", false).await;
        assert!(second.changes_nothing(), "{:?}", second.made);
        assert_eq!(fates(&second), [Fate::Same; 3]);

        let other = ITEMS.replace("用药", "合理用药").replace("cards.pdf,随身卡片", "cards.pdf,随身卡");
        std::fs::write(folder.path().join("items.csv"), other).unwrap();
        let third = load_as(&platform.library, "manager", folder.path(), "items.csv", false).await;
        assert_eq!(fates(&third), [Fate::Same, Fate::Changed, Fate::Changed]);
        let course = only_course(platform).await;
        assert_eq!(course["modules"][0]["lessons"][1]["title"]["zh"], "合理用药");
        let actor = people::act_as(&platform.library, "manager").await.unwrap();
        import::undo(&platform.library, &actor, &third.run.unwrap()).await.unwrap();
        assert_eq!(only_course(platform).await["modules"][0]["lessons"][1]["title"]["zh"], "用药", "as it was");
    }

    async fn each_wrong_row_is_told_and_nothing_is_loaded(platform) {
        platform.manager().await;
        let folder = tempfile::tempdir().unwrap();
        write_library(folder.path());
        std::fs::write(folder.path().join("torn.mp4"), b"this is no video").unwrap();
        std::fs::write(folder.path().join("empty.mp4"), b"").unwrap();
        std::fs::write(folder.path().join("notes.exe"), b"MZ").unwrap();
        std::fs::write(folder.path().join("none.srt"), b"nothing here").unwrap();
        let items = "key,file,title_zh,column,course_zh,aspects,captions_zh\n\
            a,videos/one.mp4,一,common,课,chronic,\n\
            b,missing.mp4,二,common,课,,\n\
            c,../secret.mp4,三,common,课,,\n\
            d,torn.mp4,四,common,课,,\n\
            e,empty.mp4,五,common,课,,\n\
            f,notes.exe,六,common,课,,\n\
            g,videos/two.mp4,七,nowhere,课,,\n\
            h,videos/two.mp4,八,common,课,unheard,\n\
            i,videos/two.mp4,九,common,课,,none.srt\n\
            a,videos/two.mp4,十,common,课,,\n\
            k,videos/two.mp4,,common,课,,\n\
            l,videos/one.mp4,十二,common,课二,,\n";
        std::fs::write(folder.path().join("wrong.csv"), items).unwrap();
        let report = load_as(&platform.library, "manager", folder.path(), "wrong.csv", false).await;
        let expected = [
            (12, Found::NoTitle), (3, Found::MissingFile), (4, Found::OutsideFolder), (5, Found::Undecodable),
            (6, Found::EmptyFile), (7, Found::UnsupportedFile), (8, Found::UnknownColumn), (9, Found::UnknownAspect),
            (10, Found::BadCaptions), (11, Found::SameKey), (13, Found::SameBytes),
        ];
        assert_eq!(found(&report), expected.map(|(row, found)| (Some(row), found)));
        assert!(report.run.is_none());
        let manager = platform.sign_in("manager").await;
        assert_eq!(manager.get("/api/v1/courses").await.expect(200)["items"], json!([]), "nothing is loaded");
        assert_eq!(manager.get("/api/v1/jobs").await.expect(200)["items"], json!([]));

        let report = load_as(&platform.library, "manager", folder.path(), "wrong.csv", true).await;
        assert_eq!((report.count(Fate::Made), report.count(Fate::Skipped)), (2, 10));
        assert_eq!(report.made[&Thing::Resource], 1, "the same bytes are kept once");
    }

    async fn what_was_loaded_is_taken_back_but_what_somebody_learned_stays(platform) {
        platform.manager().await;
        let folder = tempfile::tempdir().unwrap();
        write_library(folder.path());
        let report = load_as(&platform.library, "manager", folder.path(), "items.csv", false).await;
        platform.finish_work().await;
        let course = only_course(platform).await;
        let lesson = course["modules"][0]["lessons"][0]["id"].as_str().unwrap().to_owned();
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let watched = learner.watches(&lesson, &[(0, 3)], platform.library.clock.now_ms()).await;
        assert!(watched["receipt"].is_number(), "{watched}");
        let actor = people::act_as(&platform.library, "manager").await.unwrap();
        let run = report.run.unwrap();
        let undone = import::undo(&platform.library, &actor, &run).await.unwrap();
        assert!(undone.taken_back > 0 && undone.kept > 0, "{undone:?}");
        let manager = platform.sign_in("manager").await;
        let course = manager.get(&format!("/api/v1/courses/{}", course["id"].as_str().unwrap())).await.expect(200);
        assert_eq!(course["state"], "retired");
        let left: Vec<_> = course["modules"][0]["lessons"].as_array().unwrap().iter().map(|each| each["id"].clone()).collect();
        assert_eq!(left, [json!(lesson)], "the lesson she began stays");
        assert!(import::undo(&platform.library, &actor, &run).await.is_err(), "once only");
        platform.with_role("other", "content-manager", &platform.prefecture).await;
        let other = people::act_as(&platform.library, "other").await.unwrap();
        assert!(import::undo(&platform.library, &other, &run).await.is_err(), "another person's");
    }

    async fn another_file_in_a_row_keeps_its_lesson(platform) {
        platform.manager().await;
        let folder = tempfile::tempdir().unwrap();
        write_library(folder.path());
        load_as(&platform.library, "manager", folder.path(), "items.csv", false).await;
        let before = only_course(platform).await;
        std::fs::write(folder.path().join("videos/two.mp4"), clips::clip(8)).unwrap();
        let report = load_as(&platform.library, "manager", folder.path(), "items.csv", false).await;
        assert_eq!(fates(&report), [Fate::Same, Fate::Made, Fate::Same]);
        assert_eq!(report.made.get(&Thing::Lesson), None);
        let after = only_course(platform).await;
        let lesson = |course: &Value, what: &str| course["modules"][0]["lessons"][1][what].clone();
        assert_eq!(lesson(&before, "id"), lesson(&after, "id"));
        assert_ne!(lesson(&before, "resource"), lesson(&after, "resource"));
    }

    async fn a_library_moves_by_its_export(platform) {
        platform.manager().await;
        let folder = tempfile::tempdir().unwrap();
        write_library(folder.path());
        load_as(&platform.library, "manager", folder.path(), "items.csv", false).await;
        let out = folder.path().join("out");
        let actor = people::act_as(&platform.library, "manager").await.unwrap();
        let exported = import::export(&platform.library, &actor, &out, &mut |_, _, _| {}).await.unwrap();
        assert_eq!((exported.rows, exported.files), (3, 3));
        let again = load_as(&platform.library, "manager", &out, "library.xlsx", false).await;
        assert!(again.changes_nothing(), "{:?}", again.made);

        let elsewhere = kept_library(&folder.path().join("elsewhere")).await;
        let there = load_as(&elsewhere, "keeper", &out, "library.xlsx", false).await;
        assert_eq!((found(&there), fates(&there)), (vec![], vec![Fate::Made; 3]));
        let back = folder.path().join("back");
        let keeper = people::act_as(&elsewhere, "keeper").await.unwrap();
        import::export(&elsewhere, &keeper, &back, &mut |_, _, _| {}).await.unwrap();
        let home = load_as(&platform.library, "manager", &back, "library.xlsx", false).await;
        assert!(home.changes_nothing(), "nothing was lost on the way: {:?}", home.made);
    }

    async fn a_neighbors_files_are_not_mine_to_load(platform) {
        platform.with_role("mine", "content-manager", &platform.near_county).await;
        platform.with_role("theirs", "content-manager", &platform.far_county).await;
        platform.manager().await;
        let folder = tempfile::tempdir().unwrap();
        write_library(folder.path());
        let theirs = people::act_as(&platform.library, "theirs").await.unwrap();
        load_as(&platform.library, "manager", folder.path(), "items.csv", false).await;
        let path = folder.path().join("items.csv");
        let load = Load { sheet: &path, name: "items.csv", shelf: Shelf::Library, leaves_out_wrong: false };
        let report = import::check(&platform.library, &theirs, &load, &mut |_, _, _| {}).await.unwrap();
        assert_eq!(found(&report).iter().filter(|(_, found)| *found == Found::MissingFile).count(), 4, "{report:?}");
        let learner = people::act_as(&platform.library, "mine").await.unwrap();
        let nobody = people::Actor { grants: vec![], ..learner };
        assert!(import::load(&platform.library, &nobody, &load, &mut |_, _, _| {}).await.is_err());
    }

    async fn a_sheet_is_sent_to_the_studio_checked_loaded_and_taken_back(platform) {
        let manager = platform.manager().await;
        manager.post("/api/v1/columns", &json!({"slug": "common", "title": {"zh": "常见病"}})).await.expect(201);
        manager.uploads(&clips::clip(6), "one.mp4", "video/mp4").await;
        let send = async |name: &str, text: &str| {
            let file = reqwest::multipart::Part::bytes(text.as_bytes().to_vec()).file_name(name.to_owned());
            let form = reqwest::multipart::Form::new().part("file", file);
            manager.request(Method::POST, "/studio/import").multipart(form).send().await.unwrap()
        };
        let wrong = send("wrong.csv", "file,title_zh,column,course_zh\none.mp4,量血压,nowhere,课\n").await;
        let page = manager.page(&place_of(&wrong)).await.1;
        assert!(page.contains("nowhere"), "what is wrong is said: {page}");
        let sent = send("right.csv", "file,title_zh,title_en,column,course_zh,publish\none.mp4,量血压,Pressure,common,课,yes\n").await;
        let place = place_of(&sent);
        assert!(manager.page(&place).await.1.contains(&format!("{place}/load")));
        let load = format!("{place}/load");
        for _ in 0..2 {
            assert_eq!(manager.form(&load, &[("leaves_out_wrong", "")]).await.status(), 303, "pressed twice");
        }
        platform.finish_work().await;
        let course = only_course(platform).await;
        assert_eq!(course["modules"][0]["lessons"][0]["title"]["en"], "Pressure");
        assert_eq!(manager.form(&load, &[]).await.status(), 409, "loaded once");
        let others = platform.with_role("other", "content-manager", &platform.prefecture).await;
        assert_eq!(others.page(&place).await.0, 404);
        let page = manager.page("/studio/import").await.1;
        let undo = page.split("action=\"").find(|part| part.contains("/undo\"")).expect("it can be taken back");
        let undo = undo.split('"').next().unwrap();
        assert_eq!(others.form(undo, &[]).await.status(), 404);
        assert_eq!(manager.form(undo, &[]).await.status(), 303);
        assert_eq!(manager.get("/api/v1/courses").await.expect(200)["items"], json!([]), "the course is gone");
        let template = manager.request(Method::GET, "/studio/import/template.xlsx").send().await.unwrap();
        assert!(template.bytes().await.unwrap().starts_with(b"PK"));
        let nothing = send("empty.csv", "").await;
        assert_eq!(nothing.status(), 303);
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        assert_eq!(learner.page("/studio/import").await.0, 403);
    }
}

fn place_of(answer: &reqwest::Response) -> String {
    assert_eq!(answer.status(), 303);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_workbook_of_fifty_thousand_rows_merged_cells_and_formulas_is_read() {
    let mut sheet = Worksheet::new();
    sheet.write(0, 0, "玉拉州资源").unwrap();
    for (column, heading) in (0..).zip(["file", "title_zh", "column", "course_zh", "review_by"]) {
        sheet.write(1, column, heading).unwrap();
    }
    sheet.merge_range(2, 3, 5, 3, "高血压", &rust_xlsxwriter::Format::new()).unwrap();
    for row in 2..50_002u32 {
        sheet.write(row, 0, format!("{row}.mp4")).unwrap();
        sheet.write(row, 1, format!("第{row}讲")).unwrap();
        sheet.write(row, 2, "common").unwrap();
    }
    sheet.write_formula(2, 4, "=1/0").unwrap();
    // A cell at the end of the world must not make room for all before it.
    sheet.write(1_048_575, 16_383, "x").unwrap();
    let mut book = Workbook::new();
    book.push_worksheet(sheet);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.xlsx");
    book.save(&path).unwrap();
    let library = kept_library(&folder.path().join("data")).await;
    let report = load_as(&library, "keeper", folder.path(), "large.xlsx", true).await;
    assert_eq!(report.lines.len(), 50_000);
    let merged = report.findings.iter().filter(|finding| finding.found == Found::MergedCells).count();
    assert_eq!(merged, 1);
}

#[tokio::test]
async fn what_is_no_workbook_or_a_bomb_is_refused_before_it_is_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    let library = kept_library(&folder.path().join("data")).await;
    let check = async |name: &str, bytes: &[u8], expected: Found| {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let report = load_as(&library, "keeper", folder.path(), name, true).await;
        assert!(report.run.is_none() && report.is_hopeless(), "{name}: {report:?}");
        assert_eq!(report.findings.last().map(|finding| finding.found), Some(expected), "{name}");
    };
    check("torn.xlsx", b"PK\x03\x04 and no more", Found::SheetUnreadable).await;
    check("empty.csv", b"", Found::NoItems).await;
    check("picture.csv", &[0xff, 0x00, 0x81, 0x00, 0x00, 0xfe], Found::SheetUnreadable).await;
    check("other.csv", "日期,金额\n1,2\n".as_bytes(), Found::NoItems).await;
    check("bomb.xlsx", &packed("xl/worksheets/sheet1.xml", &vec![b' '; 600 << 20]), Found::SheetTooLarge).await;
    let claims = format!(r#"<?xml version="1.0"?><sst uniqueCount="{}"></sst>"#, u64::MAX / 4);
    check("claims.xlsx", &packed("xl/sharedStrings.xml", claims.as_bytes()), Found::SheetUnreadable).await;
}

fn packed(name: &str, bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(bytes).unwrap();
    zip.finish().unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loading_that_was_killed_goes_on_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("library");
    write_library(&files);
    let mut items = String::from("file,title_zh,column,course_zh,publish\n");
    for number in 0..40 {
        let mut clip = clips::clip(6);
        // Another length at the end of the file, so that no two have the same bytes.
        clip.extend([0, 0, 0, 12, b'f', b'r', b'e', b'e', 0, 0, 0, number]);
        std::fs::write(files.join(format!("{number}.mp4")), clip).unwrap();
        items.push_str(&format!("{number}.mp4,第{number}讲,common,课,yes\n"));
    }
    std::fs::write(files.join("many.csv"), items).unwrap();
    let settings = settings_in(&folder.path().join("data"));
    let library = kept_library(&settings.folder).await;
    let keeper = people::act_as(&library, "keeper").await.unwrap();
    let mut menpa = tokio::process::Command::new(program("MENPA_BIN", "menpa"));
    menpa.arg("import").arg(&files).arg("--sheet").arg(files.join("many.csv")).args(["--as", "keeper"]);
    menpa.env_clear().env("MENPA_DATA", &settings.folder).env("MENPA_TRANSCODE", &settings.transcoder);
    let mut child = menpa.stdout(std::process::Stdio::null()).kill_on_drop(true).spawn().unwrap();
    let count = async || content::media::list_resources(&library, &keeper).await.unwrap().len();
    while count().await < 5 {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it could be killed");
        tokio::task::yield_now().await;
    }
    child.kill().await.unwrap();
    assert!(count().await < 40);
    let report = load_as(&library, "keeper", &files, "many.csv", false).await;
    assert_eq!(found(&report), []);
    assert_eq!(count().await, 40);
    let courses = content::courses::list_all_courses(&library, &keeper).await.unwrap();
    assert_eq!(courses.iter().map(|card| card.lessons).collect::<Vec<_>>(), [40]);
    let newest = content::paging::Paging { after: None, limit: 20 };
    let runs = import::list_runs(&library, &keeper, newest).await.unwrap().items;
    assert_eq!(runs.len(), 1, "it went on with the run that was killed");
}
