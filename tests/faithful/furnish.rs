//! A library in which every form there is stands somewhere, and everybody who may reach them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Person, Platform, clips, html, papers};

/// What was made for this walk.
pub(super) struct Things {
    pub(super) courses: Vec<String>,
    pub(super) resources: Vec<String>,
    /// Pages that only the answer to a form leads to.
    pub(super) places: Vec<String>,
}

/// A library in which every form there is stands somewhere.
pub(super) async fn furnish(platform: &Platform, manager: &Person, reviewer_of_far: &Person) -> Things {
    platform.expects(&["not_media", "captions_failed", "cancelled"]);
    let admin = platform.sign_in("admin").await;
    let taught = platform.published_lesson(manager, 6).await;
    let captions = "WEBVTT\n\n00:01.000 --> 00:02.500\nSpO2 < 90% 时吸氧，收缩压 > 140\n\n00:03.000 --> 00:04.000 line:0\n&lt;b&gt; ཁྲག་ཤེད\n";
    let put = manager.request(Method::PUT, &format!("/api/v1/resources/{}/captions/zh", taught.resource));
    assert_eq!(put.body(captions).send().await.unwrap().status(), 204);
    put_up_shelves(manager, &taught.column).await;
    let paper = manager.uploads(&papers::deck(&["One", "Two"], "Helvetica"), "cards.pdf", "application/pdf").await;
    let broken = manager.uploads(b"no film", "broken.mp4", "video/mp4").await;
    platform.finish_work().await;
    let course = &taught.course;
    for title in ["第一节", "第二节"] {
        manager.post(&format!("/api/v1/courses/{course}/modules"), &json!({"title": {"zh": title}})).await.expect(201);
    }
    manager.adds_lesson(course, "收缩压 > 140", &taught.resource).await;
    manager.post(&format!("/api/v1/courses/{course}/handouts"), &json!({"resource": paper})).await.expect(201);
    let draft = manager.adds_course(&taught.column, "草稿 <b>").await;
    manager.adds_lesson(&draft, "第一课", &taught.resource).await;
    manager.post(&format!("/api/v1/courses/{draft}/modules"), &json!({"title": {"zh": "节"}})).await.expect(201);
    let concept = json!({"key": "", "names": ["飘飘病", "SpO2 < 90%"]});
    manager.put("/api/v1/concepts", &concept).await.expect(204);
    let about = json!({"summary": {"zh": "收缩压 > 140"}, "author": "卓玛", "review_by": platform.library.clock.now_ms() + 86_400_000});
    manager.put(&format!("/api/v1/resources/{}/about", taught.resource), &about).await.expect(204);
    assert_eq!(
        manager.form("/studio/resources/views", &[("name", "我的"), ("query", "kind=video")]).await.status(),
        303
    );
    let picks = [("go", "stay"), ("shown", paper.as_str()), ("pick", paper.as_str())];
    assert_eq!(manager.form("/studio/resources/selection", &picks).await.status(), 303);
    let due = content::clock::day::ending(platform.library.clock.now_ms() + 30 * 86_400_000);
    let asked = [("course", course.as_str()), ("unit", platform.near_county.as_str()), ("due", due.as_str())];
    assert_eq!(admin.form("/admin/assignments", &asked).await.status(), 303);
    let checked = send_sheets(platform, manager).await;
    let reviewed = review(platform, &taught.column, reviewer_of_far).await;
    let dolma = platform.sign_in("dolma").await;
    dolma.get("/api/v1/search?q=xyzzy").await.expect(200);
    platform.finish_work().await;
    let waiting = manager.uploads(&papers::deck(&["Waits"], "Helvetica"), "waits.pdf", "application/pdf").await;
    let stopped = manager.uploads(&papers::deck(&["Stopped"], "Helvetica"), "stopped.pdf", "application/pdf").await;
    let jobs = manager.get("/api/v1/jobs").await.expect(200);
    let job = jobs["items"].as_array().unwrap().iter().find(|job| job["resource"] == json!(stopped)).unwrap();
    manager.post(&format!("/api/v1/jobs/{}/cancel", job["id"].as_str().unwrap()), &Value::Null).await.expect(200);
    let (_, reviews) = reviewer_of_far.page("/studio/reviews").await;
    let proposal =
        html::read(&reviews).forms.into_iter().find(|form| form.action.starts_with("/studio/proposals/")).unwrap();
    let places = vec![checked, proposal.path().trim_end_matches("/approve").trim_end_matches("/send-back").to_owned()];
    let (courses, resources) = (vec![course.clone(), draft, reviewed], vec![taught.resource, paper, broken, waiting]);
    Things { courses, resources, places }
}

/// A second column, terms of each kind, and topics in the first column.
async fn put_up_shelves(manager: &Person, column: &str) {
    let other = json!({"slug": "second", "title": {"zh": "第二栏"}});
    manager.post("/api/v1/columns", &other).await.expect(201);
    for facet in ["aspect", "audience"] {
        for slug in ["one", "two"] {
            let term = json!({"facet": facet, "slug": format!("{facet}-{slug}"), "title": {"zh": "方面"}});
            manager.post("/api/v1/terms", &term).await.expect(201);
        }
    }
    for title in ["一", "二"] {
        manager.post(&format!("/api/v1/columns/{}/topics", column), &json!({"title": {"zh": title}})).await.expect(201);
    }
}

/// One sheet that was loaded, and one that was only checked; gives the page of that.
async fn send_sheets(platform: &Platform, manager: &Person) -> String {
    let mut last = String::new();
    for (name, title, is_loaded) in [("one.csv", "甲", true), ("two.csv", "乙", false)] {
        let text = format!("file,title_zh,column,course_zh\nclip.mp4,收缩压 > 140,second,{title}\n");
        let sheet = reqwest::multipart::Part::bytes(text.into_bytes()).file_name(name);
        let form = reqwest::multipart::Form::new().part("file", sheet);
        let sent = manager.request(Method::POST, "/studio/import").multipart(form).send().await.unwrap();
        assert_eq!(sent.status(), 303, "{name}");
        last = sent.headers()["location"].to_str().unwrap().to_owned();
        platform.finish_work().await;
        if is_loaded {
            assert_eq!(manager.form(&format!("{last}/load"), &[]).await.status(), 303);
            platform.finish_work().await;
        }
    }
    last
}

/// A course of the far county, where somebody reviews, which waits for that.
async fn review(platform: &Platform, column: &str, reviewer: &Person) -> String {
    let far = platform.sign_in("far-keeper").await;
    let film = far.uploads(&clips::clip(6), "far.mp4", "video/mp4").await;
    platform.finish_work().await;
    let course = far.adds_course(column, "远县").await;
    far.adds_lesson(&course, "一", &film).await;
    far.post(&format!("/api/v1/courses/{course}/submit"), &json!({"note": "请看"})).await.expect(200);
    reviewer.post(&format!("/api/v1/courses/{course}/approve"), &json!({})).await.expect(200);
    // What its video says waits for her too, and so does another course.
    let put = far.request(Method::PUT, &format!("/api/v1/resources/{film}/captions/zh"));
    let captions = "WEBVTT\n\n00:01.000 --> 00:02.000\n收缩压 > 140\n";
    assert!(put.body(captions).send().await.unwrap().status().is_success());
    let waits = far.adds_course(column, "再一课").await;
    far.adds_lesson(&waits, "一", &film).await;
    far.post(&format!("/api/v1/courses/{waits}/submit"), &json!({"note": "请看"})).await.expect(200);
    let draft = far.adds_course(column, "草稿").await;
    far.adds_lesson(&draft, "一", &film).await;
    course
}

/// Everybody there is: nobody, and one for each role.
pub(super) async fn everybody(platform: &Platform, address: &str) -> Vec<Person> {
    let manager = platform.manager().await;
    let learner = platform.learner("dolma", &platform.near_clinic).await;
    let reviewer = platform.with_role("reviewer", "reviewer", &platform.far_county).await;
    let supervisor = platform.with_role("supervisor", "supervisor", &platform.near_county).await;
    let auditor = platform.with_role("auditor", "auditor", &platform.prefecture).await;
    let admin = platform.with_role("admin", "administrator", &platform.near_county).await;
    let far = platform.with_role("far-keeper", "content-manager", &platform.far_county).await;
    let root = platform.sign_in("root").await;
    let nobody = Person::unknown(&platform.address);
    [manager, learner, reviewer, supervisor, auditor, admin, far, root, nobody]
        .map(|person| person.at(address))
        .to_vec()
}
