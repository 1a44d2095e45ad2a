//! Forms that were not made for us: longer than anybody types, counted wrongly, sent twice.

use futures::StreamExt;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::databases::{count, does};
use crate::support::html;
use crate::support::person::id_of;
use crate::support::{PASSWORD, Person, clips, papers};

/// No page that answers a refused form is longer (bytes).
const MOST_ANSWERED: usize = 60_000;

/// Sends a body as a form; gives status and page.
async fn sends_body(person: &Person, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> (u16, String) {
    let request = person.request(Method::POST, path).header("content-type", kind).header("accept-language", "en");
    let response = request.body(body).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn sends(person: &Person, path: &str, body: String) -> (u16, String) {
    sends_body(person, path, "application/x-www-form-urlencoded", body).await
}

/// Parts of a form, as a browser writes them.
fn parts(fields: impl Iterator<Item = (String, String)>) -> String {
    let part = |(name, value): (String, String)| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    fields.map(part).collect::<String>() + "--x--\r\n"
}

const PARTS: &str = "multipart/form-data; boundary=x";

/// Sends the same form at once, as often; gives where each led to.
async fn sends_at_once(person: &Person, times: usize, path: &str, fields: &[(&str, &str)]) -> Vec<(u16, String)> {
    let answers = join_all((0..times).map(|_| person.form(path, fields))).await;
    let led = |answer: &reqwest::Response| answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    answers.iter().map(|answer| (answer.status().as_u16(), led(answer).unwrap_or_default())).collect()
}

/// The word of a page, as its creating forms carry it.
async fn word(person: &Person, page: &str) -> String {
    let (status, text) = person.page(page).await;
    assert_eq!(status, 200, "{page}");
    let words = html::read(&text).forms.into_iter().find_map(|form| form.value("once").map(str::to_owned));
    words.unwrap_or_else(|| panic!("{page} has no form that makes something"))
}

both! {
    async fn how_many_rows_a_form_has_is_counted_and_not_believed(platform) {
        let manager = platform.manager().await;
        let resource = manager.uploads(&clips::clip(6), "a.mp4", "video/mp4").await;
        platform.finish_work().await;
        let vtt = "WEBVTT\n\nintro\n00:01.000 --> 00:02.000 line:0\n SpO2 < 90% 时吸氧 \n收缩压 > 140\n\n00:03.000 --> 00:04.000\n&lt;b&gt;\n\nNOTE end\n";
        let put = manager.request(Method::PUT, &format!("/api/v1/resources/{resource}/captions/zh"));
        assert_eq!(put.body(vtt).send().await.unwrap().status(), 204);
        let page = format!("/studio/resources/{resource}/captions/zh");
        for rows in ["18446744073709551615", "-1", "1e99", "0.5", "", "976611"] {
            let (status, answer) = sends(&manager, &page, format!("rows={rows}")).await;
            assert!(status == 422 && answer.len() < MOST_ANSWERED, "{rows}: {status}");
        }
        let carried = format!("lang=en&kept_for={page}&kept=rows%3D18446744073709551615%26text_4294967295%3Dx");
        let (status, answer) = sends(&manager, "/language", carried).await;
        assert!(status == 200 && answer.len() < MOST_ANSWERED, "{status}");
        let many = format!("rows=9{}", "&text_18446744073709551616=x&from_-1=1&text_1.5=y".repeat(1000));
        assert_eq!(sends(&manager, &page, many).await.0, 422);
        let too_many: String = (0..120_000).map(|row| format!("text_{row}=x&")).collect();
        let (status, answer) = sends(&manager, &page, too_many).await;
        assert!(status == 413 && answer.len() < MOST_ANSWERED, "{status}");

        // Nobody touches it: it stays as it is, whatever form a line has.
        let kept = async || manager.page(&format!("/media/{resource}/captions/zh.vtt")).await.1;
        assert_eq!(kept().await, vtt);
        let form = html::read(&manager.page(&page).await.1).forms.into_iter().find(|form| form.id == "cues").unwrap();
        assert_eq!(form.value("text_0"), Some(" SpO2 < 90% 时吸氧 \n收缩压 > 140"));
        let untouched = form.sent(0);
        let fields: Vec<(&str, &str)> = untouched.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(manager.form(&page, &fields).await.status(), 303);
        assert_eq!(kept().await, vtt);
        // Rows may be missing, and need not be in order.
        let fields = [("from_7", "5"), ("to_7", "6"), ("text_7", "later"), ("from_2", "1"), ("to_2", "2"), ("text_2", "sooner")];
        assert_eq!(manager.form(&page, &fields).await.status(), 303);
        assert!(kept().await.contains("sooner\n\n00:00:05.000 --> 00:00:06.000\nlater"), "{}", kept().await);
        let sheet = [("step", "check"), ("id_9", resource.as_str()), ("c_9_title_en", "Ninth"), ("from_row", "18446744073709551615")];
        let sheet = manager.form("/studio/resources/sheet", &sheet).await.text().await.unwrap();
        assert!(sheet.contains("Ninth"), "{sheet}");
    }

    async fn more_than_anybody_types_is_refused_in_a_sentence_and_never_echoed(platform) {
        platform.learner("dolma", &platform.near_clinic).await;
        let manager = platform.manager().await;
        manager.post("/api/v1/columns", &json!({"slug": "skills", "title": {"zh": "技能"}})).await.expect(201);
        let nobody = Person::unknown(&platform.address);
        let keys: String = (0..300_000).map(|key| format!("{key}=&")).collect();
        let quotes = "\"".repeat(60_000);
        for (who, path, body, statuses) in [
            (&nobody, "/language", keys.clone(), [413, 413]),
            (&nobody, "/language", "a=&".repeat(2000), [413, 413]),
            (&nobody, "/language", format!("lang=en&kept_for=/studio/courses&kept={}", "\"".repeat(300_000)), [413, 413]),
            (&nobody, "/language", format!("lang=en&kept_for=/studio/courses&kept=title_zh%3D{quotes}"), [401, 401]),
            (&manager, "/language", format!("lang=en&kept_for=/studio/courses&kept=title_zh%3D{quotes}"), [200, 200]),
            (&nobody, "/sign-in", format!("login={quotes}&password=x"), [401, 401]),
            (&nobody, "/sign-in", format!("login=dolma&password=x&kept_for=/studio/courses&kept=title_zh%3D{}", &quotes[..50_000]), [401, 401]),
            (&nobody, "/studio/courses", format!("title_zh={quotes}"), [401, 401]),
            (&manager, "/studio/courses", format!("title_zh={}", "\"".repeat(200_000)), [422, 422]),
            (&manager, "/studio/courses", format!("title_zh={}", "x".repeat(300_000)), [413, 413]),
            (&manager, "/studio/names", format!("names={}", "\"%0A".repeat(60_000)), [422, 422]),
            (&manager, "/admin/assignments", keys, [413, 413]),
        ] {
            let (status, answer) = sends(who, path, body).await;
            assert!(statuses.contains(&status), "{path}: {status} {}", &answer[..answer.len().min(400)]);
            assert!(answer.len() < MOST_ANSWERED, "{path}: {status}, {} bytes", answer.len());
            assert!(!answer.contains(&"&quot;".repeat(9000)), "{path}");
        }
        // What goes along stands on the page once, and a form of usual length does.
        let long = "ཁྲག་ཤེད".repeat(250);
        let (status, answer) = sends(&nobody, "/studio/courses", format!("title_zh=T&summary_bo={long}")).await;
        assert_eq!((status, answer.matches(long.as_str()).count()), (401, 1));
        let form = html::read(&answer).forms.into_iter().find(|form| form.id == "sign-in").unwrap();
        let mut fields = form.sent(9);
        fields.retain(|(name, _)| name != "login" && name != "password");
        fields.extend([("login".to_owned(), "manager".to_owned()), ("password".to_owned(), PASSWORD.to_owned())]);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let back = nobody.form("/sign-in", &fields).await.text().await.unwrap();
        let course = html::read(&back).forms.into_iter().find(|form| form.path() == "/studio/courses").unwrap();
        assert_eq!((course.value("title_zh"), course.value("summary_bo")), (Some("T"), Some(long.as_str())));
        // What is too long for that is said to be.
        let (status, answer) = sends(&manager, "/studio/courses", format!("summary_zh={}&title_zh=", "长".repeat(7500))).await;
        assert!(status == 422 && answer.contains("too long to be taken along"), "{answer}");
        let (status, answer) = sends(&manager, "/studio/courses", format!("summary_zh={}&title_en=Kept", "长".repeat(20_000))).await;
        assert!(status == 422 && answer.contains("Too long to be kept") && answer.contains("value=\"Kept\""), "{answer}");
    }

    async fn parts_of_a_form_are_counted_and_files_ask_for_room(platform) {
        let manager = platform.manager().await;
        let scratch = platform.folder.path().join("data");
        let named = |count: usize, length: usize| parts((0..count).map(move |number| (format!("f{number}"), "a".repeat(length))));
        for (what, body) in [
            ("much text", named(120, 65_000)),
            ("many parts", named(300, 1)),
            ("one long text", named(1, 3 << 20)),
            ("a long name", parts([("n".repeat(70_000), String::new())].into_iter())),
            ("many parts of one name", parts((0..300).map(|_| ("file".to_owned(), String::new())))),
        ] {
            for path in ["/studio/upload", "/studio/import"] {
                let (status, answer) = sends_body(&manager, path, PARTS, body.clone()).await;
                // A form without a file is 422.
                assert!(status == 413 && answer.len() < MOST_ANSWERED, "{what} at {path}: {status}, {}", answer.len());
            }
        }
        // A head without an end is given up before its end is waited for.
        let head = std::iter::once("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"".to_owned());
        let head = head.chain((0..64).map(|_| "a".repeat(64 << 10))).map(Ok::<_, std::io::Error>);
        let head = futures::stream::iter(head).chain(futures::stream::pending());
        let (status, answer) = sends_body(&manager, "/studio/upload", PARTS, reqwest::Body::wrap_stream(head)).await;
        assert!(status == 422 && answer.len() < MOST_ANSWERED, "a head without an end: {status}");

        let full = platform.under(|settings| content::Settings { keep_free_bytes: 1 << 60, ..settings }).await;
        let elsewhere = manager.at(&platform.serve(&full).await);
        let film = reqwest::multipart::Part::bytes(clips::clip(6)).file_name("a.mp4");
        let form = reqwest::multipart::Form::new().text("title", "量血压").text("language", "zh").part("file", film);
        let answer = elsewhere.request(Method::POST, "/studio/upload").multipart(form).send().await.unwrap();
        assert_eq!(answer.status(), 507);
        assert!(answer.text().await.unwrap().contains("value=\"量血压\""), "what was typed is kept");
        assert!(!scratch.join("scratch/forms").exists(), "it is refused before a byte of it is written");
        let left = walk(&scratch).into_iter().filter(|path| path.contains("/forms/")).collect::<Vec<_>>();
        assert!(left.is_empty(), "{left:?}");
        full.db().close().await;
    }

    async fn what_is_sent_twice_makes_one_thing(platform) {
        let manager = platform.manager().await;
        let root = platform.sign_in("root").await;
        let taught = platform.published_lesson(&manager, 6).await;
        let dolma = platform.learner("dolma", &platform.near_clinic).await;
        for unit in [json!(platform.near_county), Value::Null] {
            let grant = json!({"person": dolma.id, "role": "supervisor", "org_unit": unit});
            let answers = join_all((0..10).map(|_| root.post("/api/v1/grants", &grant))).await;
            let ids: Vec<String> = answers.into_iter().map(|answer| id_of(&answer.expect(201))).collect();
            assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        }
        assert_eq!(dolma.get("/api/v1/me").await.expect(200)["roles"].as_array().unwrap().len(), 3);
        assert_eq!(count(&platform.library, "select count(*) from audit where action = 'grant.add'").await, 3, "and the manager's");

        let due = content::clock::day::ending(platform.library.clock.now_ms() + 30 * 86_400_000);
        let asked = [("course", taught.course.as_str()), ("unit", platform.near_county.as_str()), ("due", due.as_str())];
        let admin = platform.with_role("admin", "administrator", &platform.near_county).await;
        let led = sends_at_once(&admin, 8, "/admin/assignments", &asked).await;
        assert!(led.iter().all(|each| each.0 == 303 && *each == led[0]), "{led:?}");
        assert_eq!(count(&platform.library, "select count(*) from assignment where revoked_at is null").await, 1);
        let names = json!({"key": "", "names": ["飘飘病", "飘病"]});
        for answer in join_all((0..8).map(|_| manager.put("/api/v1/concepts", &names))).await {
            answer.expect(204);
        }
        let same = [("known", "怪怪病"), ("name", "怪病"), ("lack", "not-found"), ("unit", "")];
        sends_at_once(&manager, 8, "/studio/names/same", &same).await;
        assert_eq!(count(&platform.library, "select count(*) from concept").await, 2);

        let (column, course) = (format!("/studio/columns/{}/topics", taught.column), manager.adds_course(&taught.column, "草稿").await);
        let here = format!("/studio/courses/{course}");
        let made = |title: &'static str| [("title_zh", title), ("resource", taught.resource.as_str()), ("column", taught.column.as_str()), ("language", "zh"), ("threshold_percent", "")];
        for (path, sql, before) in [
            (column.as_str(), "select count(*) from topic", 0),
            ("/studio/courses", "select count(*) from course", 2),
            (&format!("{here}/modules"), "select count(*) from module", 0),
            (&format!("{here}/lessons"), "select count(*) from lesson", 1),
        ] {
            assert_eq!(count(&platform.library, sql).await, before, "{path}");
            let led = sends_at_once(&manager, 6, path, &made("一")).await;
            assert!(led.iter().all(|each| each.0 == 303 && *each == led[0]), "{path}: {led:?}");
            assert_eq!(count(&platform.library, sql).await, before + 1, "{path}");
            // Another page, another form, though it says the same.
            platform.later(11);
            assert_eq!(sends_at_once(&manager, 1, path, &made("一")).await[0].0, 303);
            assert_eq!(count(&platform.library, sql).await, before + 2, "{path}");
        }
        let page = "/studio/terms";
        let once = word(&manager, page).await;
        let term = [("facet", "aspect"), ("slug", "pain"), ("title_zh", "疼痛"), ("once", once.as_str())];
        let led = sends_at_once(&manager, 6, page, &term).await;
        assert!(led.iter().all(|each| each.0 == 303 && *each == led[0]), "{led:?}");
        let other = [("facet", "aspect"), ("slug", "pain"), ("title_zh", "痛"), ("once", once.as_str())];
        assert_eq!(manager.form(page, &other).await.status(), 409, "it says something else: it is no double");
        platform.later(25 * 3600);
        assert_eq!(manager.form(page, &term).await.status(), 409, "a day later it is no double either");
        assert_eq!(manager.form(page, &term).await.status(), 409, "what was refused is refused again");
    }

    async fn an_upload_form_that_is_sent_twice_makes_one_resource(platform) {
        let manager = platform.manager().await;
        let once = word(&manager, "/studio/upload").await;
        let sends = |title: &'static str| {
            let paper = reqwest::multipart::Part::bytes(papers::deck(&["Cards"], "Helvetica")).file_name("cards.pdf");
            let form = reqwest::multipart::Form::new().text("title", title).text("language", "zh").text("once", once.clone());
            manager.request(Method::POST, "/studio/upload").multipart(form.part("file", paper)).send()
        };
        let answers = join_all((0..4).map(|_| sends("卡片"))).await;
        let led: Vec<String> = answers.into_iter().map(|answer| answer.unwrap().headers()["location"].to_str().unwrap().to_owned()).collect();
        assert!(led.iter().all(|each| *each == led[0]), "{led:?}");
        assert_eq!(count(&platform.library, "select count(*) from resource").await, 1);
        sends("别的").await.unwrap();
        assert_eq!(count(&platform.library, "select count(*) from resource").await, 2);
    }

    async fn a_call_with_a_key_of_its_own_is_answered_once(platform) {
        let root = platform.sign_in("root").await;
        let unit = json!({"name": {"en": "Ward"}, "kind": "ward", "parent": platform.near_clinic});
        let calls = |key: &'static str, body: &Value| {
            let request = root.request(Method::POST, "/api/v1/org-units").header("idempotency-key", key).json(body);
            async move {
                let response = request.send().await.unwrap();
                (response.status().as_u16(), response.text().await.unwrap())
            }
        };
        let answers = join_all((0..8).map(|_| calls("one", &unit))).await;
        assert!(answers.iter().all(|answer| answer.0 == 201 && *answer == answers[0]), "{answers:?}");
        assert_ne!(calls("two", &unit).await, answers[0]);
        let wrong = json!({"name": {"en": ""}, "kind": "ward", "parent": platform.near_clinic});
        assert_eq!(calls("one", &wrong).await.0, 422);
        assert_eq!(calls("one", &wrong).await.0, 422, "what was refused is asked anew");
        assert_eq!(count(&platform.library, "select count(*) from org_unit where kind = 'ward'").await, 2);
        let mine = platform.sign_in("root").await;
        let again = mine.request(Method::POST, "/api/v1/org-units").header("idempotency-key", "x".repeat(300)).json(&unit);
        assert_eq!(again.send().await.unwrap().status(), 422);
        // What is known takes no disk: receipts are the same by themselves, and of one person only so many answers are kept.
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        for key in ["one", "two"] {
            let report = json!({"session": "tonight", "events": []});
            let call = learner.request(Method::POST, "/api/v1/watch").header("idempotency-key", key).json(&report);
            assert_eq!(call.send().await.unwrap().status(), 200);
        }
        let of_hers = "select count(*) from sending s join person p on p.id = s.person where p.login = 'dolma'";
        assert_eq!(count(&platform.library, of_hers).await, 0);
        does(&platform.library, "with recursive n (i) as (select 1 union all select i + 1 from n where i < 1500) \
            insert into sending (person, key, at, answer) select p.id, 'old ' || n.i, 0, '' from n, person p where p.login = 'root'").await;
        assert_eq!(calls("three", &unit).await.0, 201);
        let of_roots = "select count(*) from sending s join person p on p.id = s.person where p.login = 'root'";
        let many = count(&platform.library, of_roots).await;
        assert!(many <= 1001, "{many}");
        let document = root.request(Method::GET, "/api/v1/openapi.json").send().await.unwrap();
        let document: Value = document.json().await.unwrap();
        assert!(document["paths"]["/api/v1/org-units"]["post"]["parameters"].to_string().contains("Idempotency-Key"));
    }
}

/// Every file below a folder.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path.display().to_string()) }
    }
    found
}
