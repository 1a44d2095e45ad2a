//! What learners of a reviewed course see of its files changes when a reviewer has seen it: captions, titles, what is said of
//! them, whatever way it comes.

mod unseen;

use content::ids::Language;
use content::media::{self, captions};
use content::people;
use content::shelves::{self, Facet};
use content::texts::Texts;
use content::{Settings, import};
use reqwest::Method;
use reqwest::multipart::Form;
use serde_json::{Value, json};

use crate::loading::{load_as, only_course, write_library};
use crate::support::both::both;
use crate::support::person::{escaped, id_of};
use crate::support::{Person, Platform, Taught};

const DOSE: &str = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nGive 5 mg\n\n00:00:03.000 --> 00:00:04.000\nWait\n";

/// A published course with captions, and a reviewer who came after it was published.
async fn reviewed(platform: &Platform, manager: &Person) -> (Taught, Person) {
    let taught = platform.published_lesson(manager, 6).await;
    assert_eq!(captioned(manager, &taught.resource, "en", DOSE).await.status, 204);
    let reviewer = platform.with_role("reviewer", "reviewer", &platform.prefecture).await;
    (taught, reviewer)
}

struct Sent {
    status: u16,
    proposal: String,
}

async fn captioned(person: &Person, resource: &str, language: &str, body: &str) -> Sent {
    let path = format!("/api/v1/resources/{resource}/captions/{language}");
    let answer = person.request(Method::PUT, &path).body(body.to_owned()).send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default();
    Sent { status, proposal: body["proposal"].as_str().unwrap_or_default().to_owned() }
}

async fn read(person: &Person, resource: &str, language: &str) -> String {
    person.page(&format!("/media/{resource}/captions/{language}.vtt")).await.1
}

fn at(proposal: &str, verb: &str) -> String {
    format!("/api/v1/proposals/{proposal}/{verb}")
}

/// What waits for this reviewer.
async fn waiting(reviewer: &Person) -> Vec<Value> {
    reviewer.get("/api/v1/proposals").await.expect(200)["items"].as_array().unwrap().clone()
}

async fn approve_all(reviewer: &Person) -> usize {
    let all = waiting(reviewer).await;
    for each in &all {
        reviewer.post(&at(each["id"].as_str().unwrap(), "approve"), &json!({})).await.expect(200);
    }
    all.len()
}

fn about(author: &str) -> Value {
    json!({"author": author, "institution": "Ministry", "source": "x"})
}

async fn author_of(platform: &Platform, resource: &str) -> String {
    shelves::find_about(&platform.library, &resource.into()).await.unwrap().author
}

both! {
    async fn captions_of_a_reviewed_course_change_when_a_reviewer_has_read_them(platform) {
        let manager = platform.manager().await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let (taught, reviewer) = reviewed(platform, &manager).await;
        let seen = async || read(&learner, &taught.resource, "en").await;
        let editor = format!("/studio/resources/{}/captions/en", taught.resource);
        let row = [("rows", "2"), ("from_0", "1"), ("to_0", "2"), ("text_0", "Give 500 mg"), ("from_1", "3"), ("to_1", "4"), ("text_1", "Wait")];

        let by_api = captioned(&manager, &taught.resource, "en", &DOSE.replace("5 mg", "50 mg")).await;
        assert_eq!((by_api.status, seen().await.as_str()), (202, DOSE), "by the API");
        let form = Form::new().text("language", "en").text("captions", DOSE.replace("5 mg", "55 mg"));
        let path = format!("/studio/resources/{}/captions", taught.resource);
        let sent = manager.request(Method::POST, &path).multipart(form).send().await.unwrap();
        assert!(sent.headers()["location"].to_str().unwrap().contains("done=change-proposed"), "{sent:?}");
        assert_eq!(seen().await, DOSE, "by a form");
        assert_eq!(manager.form(&editor, &row).await.status(), 303);
        assert_eq!(seen().await, DOSE, "by the editor");
        assert_eq!(manager.form(&format!("{editor}/shift"), &[("shift", "1")]).await.status(), 303);
        assert_eq!(seen().await, DOSE, "shifted");
        let page = manager.page(&editor).await.1;
        assert!(page.contains("Give 500 mg") && page.contains("00:00:02.000") && page.contains("do not see it yet"), "{page}");
        let page = manager.page(&format!("/studio/resources/{}", taught.resource)).await.1;
        assert!(page.contains("Changes that wait for review") && page.contains("500"), "{page}");

        assert_eq!(waiting(&reviewer).await.len(), 1, "what is saved takes the place of what waited");
        assert_eq!(reviewer.post(&at(&by_api.proposal, "approve"), &json!({})).await.status, 409, "nobody approves what she has not read");
        let page = reviewer.page("/studio/reviews").await.1;
        assert!(page.contains("<ins>") && page.contains("500") && page.contains("/studio/proposals/"), "{page}");
        assert_eq!(approve_all(&reviewer).await, 1);
        assert!(seen().await.contains("00:00:02.000 --> 00:00:03.000\nGive 500 mg"), "{}", seen().await);

        for verb in ["remove", ""] {
            let gone = if verb.is_empty() {
                manager.delete(&format!("/api/v1/resources/{}/captions/en", taught.resource)).await.status
            } else {
                manager.form(&format!("{editor}/remove"), &[]).await.status().as_u16()
            };
            assert_eq!(gone, if verb.is_empty() { 202 } else { 303 });
            assert!(seen().await.contains("500 mg"), "they are only proposed to go");
        }
        let page = reviewer.page("/studio/reviews").await.1;
        assert!(page.contains("takes it away") && page.contains("<del>"), "{page}");
        assert_eq!(approve_all(&reviewer).await, 1);
        assert_eq!(learner.page(&format!("/media/{}/captions/en.vtt", taught.resource)).await.0, 404);
    }

    async fn whoever_had_a_hand_in_a_change_does_not_approve_it(platform) {
        let manager = platform.manager().await;
        let (taught, reviewer) = reviewed(platform, &manager).await;
        let root = platform.sign_in("root").await;
        let also = async |person: &Person, role: &str| {
            let grant = json!({"person": person.id, "role": role, "org_unit": platform.prefecture});
            root.post("/api/v1/grants", &grant).await.expect(201);
        };
        let both = platform.with_role("both", "reviewer", &platform.prefecture).await;
        also(&both, "content-manager").await;
        also(&manager, "reviewer").await;
        let first = captioned(&both, &taught.resource, "en", &DOSE.replace("5 mg", "50 mg")).await;
        assert_eq!(first.status, 202);
        both.post(&at(&first.proposal, "approve"), &json!({})).await.expect(409);
        manager.post(&at(&first.proposal, "approve"), &json!({})).await.expect(409);
        assert_eq!(read(&reviewer, &taught.resource, "en").await, DOSE, "nor does who uploaded the file");
        let second = captioned(&manager, &taught.resource, "en", &DOSE.replace("5 mg", "51 mg")).await;
        for person in [&both, &manager] {
            person.post(&at(&second.proposal, "approve"), &json!({})).await.expect(409);
            person.post(&at(&second.proposal, "send-back"), &json!({"comment": "no"})).await.expect(409);
        }
        let far = platform.with_role("far", "reviewer", &platform.far_county).await;
        for verb in ["approve", "send-back", "withdraw"] {
            let status = far.post(&at(&second.proposal, verb), &json!({"comment": "x"})).await.status;
            assert!(status == 404 || (verb == "withdraw" && status == 403), "{verb}: {status}");
            let nothing = far.post(&at("nothing", verb), &json!({"comment": "x"})).await.status;
            assert_eq!(nothing, status, "{verb}: what is not hers is not there");
        }
        assert_eq!(waiting(&far).await, Vec::<Value>::new());
        reviewer.post(&at(&second.proposal, "approve"), &json!({"comment": "51 is right"})).await.expect(200);
        assert!(read(&reviewer, &taught.resource, "en").await.contains("51 mg"));
        reviewer.post(&at(&second.proposal, "approve"), &json!({})).await.expect(409);
    }

    async fn what_is_sent_back_or_withdrawn_is_not_shown_and_not_lost(platform) {
        let manager = platform.manager().await;
        let (taught, reviewer) = reviewed(platform, &manager).await;
        let editor = format!("/studio/resources/{}/captions/en", taught.resource);
        let sent = captioned(&manager, &taught.resource, "en", &DOSE.replace("5 mg", "50 mg")).await;
        let back = format!("/studio/proposals/{}/send-back", sent.proposal);
        let refused = reviewer.form(&back, &[("comment", " "), ("form", &sent.proposal)]).await;
        assert_eq!(refused.status(), 422);
        assert!(refused.text().await.unwrap().contains("field-problem"), "the page comes back");
        assert_eq!(reviewer.form(&back, &[("comment", "<b>5</b>!"), ("form", &sent.proposal)]).await.status(), 303);
        assert_eq!(waiting(&reviewer).await, Vec::<Value>::new());
        let page = manager.page(&editor).await.1;
        assert!(page.contains("Give 50 mg") && page.contains("&lt;b&gt;5&lt;/b&gt;!") && page.contains("was sent back"), "{page}");
        let again = captioned(&manager, &taught.resource, "en", &DOSE.replace("Wait", "Wait 5 minutes")).await;
        assert_eq!((again.status, waiting(&reviewer).await.len()), (202, 1));
        let own = manager.get(&format!("/api/v1/resources/{}/proposals", taught.resource)).await.expect(200);
        assert_eq!((own["items"].as_array().unwrap().len(), &own["items"][0]["state"]), (1, &json!("waiting")), "{own}");
        manager.post(&at(&again.proposal, "withdraw"), &Value::Null).await.expect(200);
        reviewer.post(&at(&again.proposal, "approve"), &json!({})).await.expect(409);
        assert_eq!(read(&manager, &taught.resource, "en").await, DOSE);
        let same = captioned(&manager, &taught.resource, "en", DOSE).await;
        assert_eq!((same.status, waiting(&reviewer).await.len()), (204, 0), "what stands needs no review");
    }

    async fn what_is_said_of_a_file_waits_whatever_way_it_comes(platform) {
        let manager = platform.manager().await;
        let (taught, reviewer) = reviewed(platform, &manager).await;
        let (resource, library) = (taught.resource.clone(), &platform.library);
        let actor = people::act_as(library, "manager").await.unwrap();
        shelves::add_term(library, &actor, Facet::Aspect, "skin", Texts::of(Language::Zh, "皮肤")).await.unwrap();
        let unchanged = async |way: &str| {
            let said = shelves::find_about(library, &resource.as_str().into()).await.unwrap();
            let terms = shelves::list_terms_of(library, &resource.as_str().into()).await.unwrap();
            let file = media::load_resource(library, &resource.as_str().into()).await.unwrap();
            assert_eq!((said.author.as_str(), said.license.as_str(), said.review_by, terms.len()), ("", "", None, 0), "{way}");
            assert_eq!((file.title.zh.as_deref(), file.language), (Some("clip.mp4"), Language::Zh), "{way}");
        };
        let api = format!("/api/v1/resources/{resource}");
        assert_eq!(manager.put(&format!("{api}/about"), &about("forged")).await.status, 202);
        unchanged("the API").await;
        let form = [("author", "forged by form"), ("license", "CC0"), ("aspect-skin", "1"), ("form", "about")];
        assert_eq!(manager.form(&format!("/studio/resources/{resource}/about"), &form).await.status(), 303);
        unchanged("a form").await;
        let page = manager.page(&format!("/studio/resources/{resource}")).await.1;
        assert!(page.contains("value=\"forged by form\""), "she goes on from what she typed: {page}");
        let until = library.clock.now_ms() + 86_400_000;
        assert_eq!(manager.post(&format!("{api}/looked-at"), &json!({"review_by": until})).await.status, 202);
        unchanged("looked at again").await;
        let pick = [("go", "stay"), ("shown", resource.as_str()), ("pick", resource.as_str())];
        manager.form("/studio/resources/selection", &pick).await;
        for deed in [
            &[("act", "line"), ("line", "source"), ("value", "bulk")][..],
            &[("act", "review"), ("day", "2030-01-31")],
            &[("act", "add"), ("term", "aspect:skin")],
            &[("act", "language"), ("language", "bo")],
        ] {
            let query: Vec<_> = deed.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
            let preview = manager.page(&format!("/studio/resources/selection/preview?{}", query.join("&"))).await.1;
            let done = manager.form("/studio/resources/selection/do", deed).await.text().await.unwrap();
            if deed != [("act", "add"), ("term", "aspect:skin")] {
                assert!(preview.contains("1 wait for review") && done.contains("1 wait for review"), "{deed:?} {preview} {done}");
            }
            unchanged(&format!("{deed:?}")).await;
        }
        let sheet = [("id_0", resource.as_str()), ("file_0", "clip.mp4"), ("c_0_title_zh", "伪造的标题"), ("c_0_author", "by sheet"), ("step", "save")];
        let html = manager.form("/studio/resources/sheet", &sheet).await.text().await.unwrap();
        assert!(html.contains("wait for review"), "{html}");
        unchanged("the sheet").await;
        media::rename(library, &actor, &resource.as_str().into(), Texts::of(Language::Zh, "又一个")).await.unwrap();
        unchanged("renamed").await;

        let kinds: Vec<_> = waiting(&reviewer).await.iter().map(|each| each["kind"].as_str().unwrap().to_owned()).collect();
        assert!(kinds.contains(&"about".to_owned()) && kinds.contains(&"title".to_owned()), "{kinds:?}");
        let page = reviewer.page("/studio/reviews").await.1;
        assert!(page.contains("by sheet") && page.contains("又一个"), "{page}");
        assert_eq!(approve_all(&reviewer).await, kinds.len());
        assert_eq!(author_of(platform, &resource).await, "by sheet");
        assert_eq!(media::load_resource(library, &resource.as_str().into()).await.unwrap().title.zh.as_deref(), Some("又一个"));
    }

    async fn each_unit_whose_course_shows_it_has_to_agree(platform) {
        let manager = platform.manager().await;
        let mine = platform.with_role("mine", "content-manager", &platform.near_county).await;
        let (taught, reviewer) = reviewed(platform, &manager).await;
        mine.publishes_unreviewed(platform, &taught).await;
        let near = platform.with_role("near", "reviewer", &platform.near_county).await;
        let far = platform.with_role("far", "reviewer", &platform.far_county).await;
        let sent = captioned(&manager, &taught.resource, "en", &DOSE.replace("5 mg", "50 mg")).await;
        far.post(&at(&sent.proposal, "approve"), &json!({})).await.expect(404);
        let first = near.post(&at(&sent.proposal, "approve"), &json!({})).await.expect(200);
        assert_eq!(first["state"], "waiting", "the prefecture has not looked: {first}");
        assert_eq!(waiting(&near).await, Vec::<Value>::new(), "she is asked once");
        assert_eq!(read(&near, &taught.resource, "en").await, DOSE);
        let last = reviewer.post(&at(&sent.proposal, "approve"), &json!({})).await.expect(200);
        assert_eq!(last["state"], "applied", "{last}");
        assert!(read(&near, &taught.resource, "en").await.contains("50 mg"));
    }

    async fn what_a_program_writes_for_a_reviewed_course_waits_too(platform) {
        let manager = platform.manager().await;
        let (taught, reviewer) = reviewed(platform, &manager).await;
        let program = platform.script("captions.sh", "#!/bin/sh\nprintf 'WEBVTT\\n\\n00:01.000 --> 00:02.000\\nby a program\\n'\n");
        let able = platform.under(|settings| Settings { caption_command: Some(program), ..settings }).await;
        let there = manager.at(&platform.serve(&able).await);
        let ask = format!("/api/v1/resources/{}/captions/zh/automatic", taught.resource);
        assert_eq!(there.request(Method::POST, &ask).send().await.unwrap().status(), 204);
        content::work::finish_work(&able).await.unwrap();
        let kept = captions::list_captions(&platform.library, &taught.resource.as_str().into()).await.unwrap();
        assert_eq!(kept.len(), 1, "learners see none of it");
        let all = waiting(&reviewer).await;
        assert_eq!((all.len(), &all[0]["is_automatic"]), (1, &json!(true)), "{all:?}");
        assert_eq!(approve_all(&reviewer).await, 1);
        assert!(read(&reviewer, &taught.resource, "zh").await.contains("by a program"));
        able.db().close().await;
    }

    async fn a_sheet_proposes_what_a_reviewed_course_shows(platform) {
        platform.manager().await;
        let folder = tempfile::tempdir().unwrap();
        write_library(folder.path());
        load_as(&platform.library, "manager", folder.path(), "items.csv", false).await;
        platform.finish_work().await;
        let reviewer = platform.with_role("reviewer", "reviewer", &platform.prefecture).await;
        let sheet = std::fs::read_to_string(folder.path().join("items.csv")).unwrap();
        std::fs::write(folder.path().join("items.csv"), sheet.replace("卓玛", "forged").replace("随身卡片", "伪造的卡片")).unwrap();
        std::fs::write(folder.path().join("one.srt"), "1\n00:00:01,000 --> 00:00:03,000\n50 mg\n").unwrap();
        let report = load_as(&platform.library, "manager", folder.path(), "items.csv", false).await;
        let told = report.findings.iter().filter(|each| each.found == import::Found::Proposed).count();
        assert_eq!(told, 3, "the report says so: {:?}", report.findings);
        let again = load_as(&platform.library, "manager", folder.path(), "items.csv", false).await;
        assert!(again.changes_nothing(), "{:?}", again.made);
        let course = only_course(platform).await;
        let resource = course["modules"][0]["lessons"][0]["resource"].as_str().unwrap().to_owned();
        assert_eq!(author_of(platform, &resource).await, "卓玛");
        assert!(!read(&reviewer, &resource, "zh").await.contains("50 mg"));
        assert_eq!(waiting(&reviewer).await.len(), 3);
        let actor = people::act_as(&platform.library, "manager").await.unwrap();
        let undone = import::undo(&platform.library, &actor, &report.run.unwrap()).await.unwrap();
        assert_eq!((undone.taken_back, undone.proposed), (3, 0), "what was only proposed is laid aside: {undone:?}");
        assert_eq!(waiting(&reviewer).await, Vec::<Value>::new());
    }

    async fn undoing_an_import_takes_nothing_from_a_reviewed_course_by_itself(platform) {
        let manager = platform.manager().await;
        let folder = tempfile::tempdir().unwrap();
        write_library(folder.path());
        let sheet = std::fs::read_to_string(folder.path().join("items.csv")).unwrap();
        std::fs::write(folder.path().join("items.csv"), sheet.replace(",是\n", ",\n")).unwrap();
        let run = load_as(&platform.library, "manager", folder.path(), "items.csv", false).await.run.unwrap();
        platform.finish_work().await;
        let reviewer = platform.with_role("reviewer", "reviewer", &platform.prefecture).await;
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        let actor = people::act_as(&platform.library, "manager").await.unwrap();
        let kept = content::courses::list_all_courses(&platform.library, &actor).await.unwrap();
        let course = kept[0].course.id.to_string();
        manager.post(&format!("/api/v1/courses/{course}/submit"), &json!({})).await.expect(200);
        reviewer.post(&format!("/api/v1/courses/{course}/approve"), &json!({})).await.expect(200);
        let lessons = async || {
            let course = learner.get(&format!("/api/v1/courses/{course}")).await.expect(200);
            course["modules"].as_array().unwrap().iter().map(|each| each["lessons"].as_array().unwrap().len()).sum::<usize>()
        };
        let undone = import::undo(&platform.library, &actor, &run).await.unwrap();
        assert!(undone.proposed >= 3, "{undone:?}");
        assert_eq!(lessons().await, 2, "learners see both lessons still");
        assert!(learner.page(&format!("/courses/{course}")).await.1.contains("随身卡片"), "and the handout");
        let all = manager.get(&format!("/api/v1/courses/{course}/revisions")).await.expect(200);
        assert_eq!((&all["items"][0]["state"], all["items"].as_array().unwrap().len()), (&json!("open"), 2), "its history stays: {all}");
    }

    async fn undoing_an_import_asks_again_who_may(platform) {
        platform.manager().await;
        let folder = tempfile::tempdir().unwrap();
        write_library(folder.path());
        let run = load_as(&platform.library, "manager", folder.path(), "items.csv", false).await.run.unwrap();
        platform.finish_work().await;
        let before = only_course(platform).await;
        let actor = people::act_as(&platform.library, "manager").await.unwrap();
        let moved = people::Grant { role: people::Role::ContentManager, unit: Some(platform.far_county.as_str().into()) };
        let moved = people::Actor { grants: vec![moved], ..actor };
        let undone = import::undo(&platform.library, &moved, &run).await.unwrap();
        assert_eq!((undone.taken_back, undone.proposed), (0, 0), "{undone:?}");
        assert_eq!(only_course(platform).await["modules"], before["modules"]);
    }
}

impl Person {
    /// Shows the video of `taught` in a course of her own that nobody reviews yet.
    async fn publishes_unreviewed(&self, platform: &Platform, taught: &Taught) {
        let course = id_of(
            &self
                .post("/api/v1/courses", &json!({"column": taught.column, "title": "县里的课", "language": "zh"}))
                .await
                .expect(201),
        );
        self.adds_lesson(&course, "第一课", &taught.resource).await;
        self.post(&format!("/api/v1/courses/{course}/submit"), &json!({})).await.expect(200);
        let reviewer = platform.sign_in("reviewer").await;
        reviewer.post(&format!("/api/v1/courses/{course}/approve"), &json!({})).await.expect(200);
    }
}
