//! Lists come page by page: nothing is left out, nothing comes twice, and no page grows with the library or the staff.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::person::id_of;
use crate::support::{Person, Platform, Taught};

/// What any page may weigh.
const HTML: usize = 60_000;

/// All items of a list, page by page of one.
async fn one_by_one(person: &Person, path: &str, under: &str) -> Vec<Value> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let sign = if path.contains('?') { '&' } else { '?' };
        let page = person.get(&format!("{path}{sign}limit=1&after={after}")).await.expect(200);
        let items = page[under].as_array().unwrap();
        assert!(items.len() <= 1, "{path}: {page}");
        all.extend(items.iter().cloned());
        let Some(next) = page["next"].as_str() else { return all };
        after = next.to_owned();
        assert!(all.len() < 1_000, "{path} does not end");
    }
}

/// What tells an item from the others.
fn name(item: &Value) -> String {
    let part = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
    ["id", "key", "unit", "course", "person", "question"].map(part).join("/")
}

/// More courses of one column, which all show the same video.
async fn teaches_more(manager: &Person, taught: &Taught, count: usize) {
    for index in 0..count {
        let course = manager.adds_course(&taught.column, &format!("Course {index:03}")).await;
        manager.adds_lesson(&course, "One", &taught.resource).await;
        manager.post(&format!("/api/v1/courses/{course}/publish"), &Value::Null).await.expect(200);
    }
}

/// Every page of a list in HTML, from `path` on along the links to the next.
async fn pages(person: &Person, path: &str, marks: &str) -> Vec<String> {
    let (mut all, mut here) = (Vec::new(), path.to_owned());
    loop {
        // In Tibetan a page weighs the most.
        let (status, html) = person.page_in(&here, "bo").await;
        assert_eq!(status, 200, "{here}");
        assert!(html.len() <= HTML, "{here} weighs {} bytes", html.len());
        let links = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let next = links.filter(|link| link.contains(marks)).map(|link| link.replace("&amp;", "&")).last();
        all.push(html);
        match next {
            Some(next) if next != here => here = next,
            _ => return all,
        }
        assert!(all.len() < 100, "{path} does not end");
    }
}

/// The names of the files of the search index that hold what can be found.
fn segments(platform: &Platform) -> BTreeSet<String> {
    let layouts = std::fs::read_dir(platform.folder.path().join("data/index")).unwrap();
    let files = layouts.flat_map(|layout| std::fs::read_dir(layout.unwrap().path()).unwrap());
    let names = files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".store") || name.ends_with(".del")).collect()
}

both! {
    async fn every_list_comes_whole_page_by_page(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        teaches_more(&manager, &taught, 2).await;
        platform.learner("one", &platform.near_clinic).await;
        platform.learner("two", &platform.far_clinic).await;
        manager.post("/api/v1/columns", &json!({"slug": "other", "title": "Other"})).await.expect(201);
        let topics = format!("/api/v1/columns/{}/topics", taught.column);
        for title in ["Heart", "Lungs", "Liver"] {
            manager.post(&topics, &json!({"title": title})).await.expect(201);
        }
        for (facet, slug) in [("aspect", "a"), ("audience", "b"), ("aspect", "c"), ("audience", "d")] {
            manager.post("/api/v1/terms", &json!({"facet": facet, "slug": slug, "title": slug})).await.expect(201);
        }
        for name in ["one", "two", "three"] {
            let names = json!({"names": [format!("{name} name"), format!("{name} other")]});
            manager.put("/api/v1/concepts", &names).await.expect(204);
        }
        let course = format!("/api/v1/courses/{}", taught.course);
        for title in ["A", "B", "C"] {
            manager.patch(&course, &json!({"title": title, "significance": "same"})).await.expect(200);
        }
        let revisions = format!("{course}/revisions");
        let root = platform.sign_in("root").await;
        let lists = [
            (&manager, "/api/v1/columns", "items", 2),
            (&manager, topics.as_str(), "items", 3),
            (&manager, "/api/v1/courses", "items", 3),
            (&manager, &format!("/api/v1/courses?column={}", taught.column), "items", 3),
            (&manager, "/api/v1/terms", "items", 4),
            (&manager, "/api/v1/terms?facet=audience", "items", 2),
            (&manager, "/api/v1/concepts", "items", 3),
            (&manager, "/api/v1/jobs", "items", 2),
            (&manager, revisions.as_str(), "items", 3),
            (&root, "/api/v1/org-units", "items", 5),
            (&root, "/api/v1/reports/completion", "rows", 3),
            (&root, &format!("/api/v1/reports/completion?unit={}", platform.prefecture), "rows", 9),
            (&root, "/api/v1/reports/completion?by=learner", "rows", 9),
        ];
        for (person, path, under, least) in lists {
            let whole = person.get(path).await.expect(200);
            assert_eq!(whole["next"], Value::Null, "{path}");
            let expected: Vec<String> = whole[under].as_array().unwrap().iter().map(name).collect();
            assert!(expected.len() >= least, "{path}: {whole}");
            let told: BTreeSet<&String> = expected.iter().collect();
            assert_eq!(told.len(), expected.len(), "{path} tells its items apart");
            let got: Vec<String> = one_by_one(person, path, under).await.iter().map(name).collect();
            assert_eq!(got, expected, "{path}");
            let sign = if path.contains('?') { '&' } else { '?' };
            for limit in ["0", "-1", "201", "9223372036854775807"] {
                let refused = person.get(&format!("{path}{sign}limit={limit}")).await.expect(422);
                assert_eq!(refused["field"], "limit", "{path}: {refused}");
            }
            for after in ["nothing", "1.2.3.4", "%00", "'or'1"] {
                let refused = person.get(&format!("{path}{sign}after={after}")).await.expect(422);
                assert_eq!(refused["field"], "after", "{path} after {after}: {refused}");
            }
        }
    }

    async fn every_list_tells_programs_how_to_page_it(platform) {
        let root = platform.sign_in("root").await;
        let document = root.client.get(format!("{}/api/v1/openapi.json", platform.address)).send().await.unwrap();
        let document: Value = document.json().await.unwrap();
        let schemas = &document["components"]["schemas"];
        let mut lists = 0;
        for (path, verbs) in document["paths"].as_object().unwrap() {
            let answer = &verbs["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"];
            let Some(schema) = answer.as_str().and_then(|at| at.rsplit('/').next()) else { continue };
            if schemas[schema]["properties"]["next"].is_null() {
                continue;
            }
            let parameters: BTreeSet<&str> =
                verbs["get"]["parameters"].as_array().unwrap().iter().map(|each| each["name"].as_str().unwrap()).collect();
            assert!(parameters.contains("limit") && parameters.contains("after"), "{path}: {parameters:?}");
            lists += 1;
        }
        assert!(lists >= 12, "{lists} lists");
    }

    async fn no_page_grows_with_the_courses(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        teaches_more(&manager, &taught, 70).await;
        let admin = platform.with_role("admin", "administrator", &platform.prefecture).await;
        let learner = platform.learner("one", &platform.near_clinic).await;
        let kept = format!("/studio/columns/{}/topics", taught.column);
        let hers = format!("/admin/learners/{}", learner.id);
        let lists = [
            (&manager, "/studio", "/studio?after="),
            (&manager, kept.as_str(), "courses_after="),
            (&manager, "/studio/jobs", "/studio/jobs?after="),
            (&admin, "/admin", "&amp;after="),
            (&admin, hers.as_str(), "?after="),
        ];
        for (person, path, marks) in lists {
            let pages = pages(person, path, marks).await;
            if path == "/studio/jobs" {
                continue;
            }
            assert!(pages.len() > 1, "{path} has more than one page");
            for index in 0..70 {
                let title = format!("Course {index:03}");
                let holding = pages.iter().filter(|page| page.contains(&title)).count();
                assert!(holding == 1 || (path == "/admin" && holding == 2), "{path}: {title} stands on {holding} pages");
            }
        }
        let (_, assignments) = admin.page(&format!("/admin/assignments?unit={}", platform.near_county)).await;
        assert!(assignments.len() <= HTML && !assignments.contains("Course 069"), "{} bytes", assignments.len());
        assert!(assignments.contains("name=\"course_words\""), "what is not listed can be named");
    }

    async fn a_course_is_found_by_its_name_where_no_list_holds_all(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        teaches_more(&manager, &taught, 30).await;
        let admin = platform.with_role("admin", "administrator", &platform.near_county).await;
        platform.learner("one", &platform.near_clinic).await;
        let (_, html) = admin.page("/admin?words=course+029").await;
        assert!(html.contains("Course 029") && !html.contains("Course 028"), "the only one is meant");
        let (_, html) = admin.page("/admin?words=Course+02").await;
        assert!(html.contains("Which course is it?") && html.contains("class=\"chip\""), "{html}");
        let (_, html) = admin.page("/admin?words=100%25").await;
        assert!(html.contains("No course is called so."), "a sign of the question is no wildcard: {html}");
        let day = "2199-12-31";
        let send = async |words: &str| {
            let fields = [("unit", platform.near_county.as_str()), ("due", day), ("course", ""), ("course_words", words)];
            let answer = admin.form("/admin/assignments", &fields).await;
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        let (status, html) = send("Course 02").await;
        assert!(status == 422 && html.contains("Course 020") && html.contains(day), "{status}: {html}");
        assert_eq!(send("no such").await.0, 422);
        let (status, html) = send("Course 021").await;
        assert_eq!(status, 303, "{html}");
        assert!(admin.page(&format!("/admin/assignments?unit={}", platform.near_county)).await.1.contains("Course 021"));
    }

    async fn a_unit_is_found_by_its_name_where_no_list_holds_all(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let edit = format!("/studio/courses/{}/edit", taught.course);
        let send = async |words: &str| {
            let fields = [("title_zh", "测量血压"), ("form", "course"), ("org_unit", ""), ("org_unit_words", words), ("significance", "same")];
            manager.form(&edit, &fields).await.status().as_u16()
        };
        assert_eq!(send("clinic").await, 422, "two are called so");
        assert_eq!(send("nowhere").await, 422);
        assert_eq!(send("Far clinic").await, 303);
        let near = platform.learner("one", &platform.near_clinic).await;
        let far = platform.learner("two", &platform.far_clinic).await;
        near.get(&format!("/api/v1/courses/{}", taught.course)).await.expect(404);
        far.get(&format!("/api/v1/courses/{}", taught.course)).await.expect(200);
    }

    async fn a_new_name_rewrites_nothing_of_the_index(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let topic = id_of(&manager.post(&format!("/api/v1/columns/{}/topics", taught.column), &json!({"title": "Heart"})).await.expect(201));
        let term = json!({"facet": "aspect", "slug": "ethics", "title": "Ethics"});
        let term = id_of(&manager.post("/api/v1/terms", &term).await.expect(201));
        let about = json!({"aspects": ["ethics"]});
        manager.put(&format!("/api/v1/resources/{}/about", taught.resource), &about).await.expect(204);
        platform.finish_work().await;
        let before = segments(platform);
        assert!(!before.is_empty(), "there is an index");
        for path in [format!("columns/{}", taught.column), format!("topics/{topic}"), format!("terms/{term}")] {
            manager.patch(&format!("/api/v1/{path}"), &json!({"title": "Another name"})).await.expect(204);
            platform.finish_work().await;
            assert_eq!(segments(platform), before, "{path}");
        }
        let found = async |more: &str| manager.get(&format!("/api/v1/search?q=血压{more}")).await.expect(200)["total"].as_i64();
        assert!(found("&aspect=ethics").await >= Some(1), "and it is found as before");
        assert_eq!(found(&format!("&column={}", taught.column)).await, found("").await);
        manager.patch(&format!("/api/v1/courses/{}", taught.course), &json!({"title": "量体温", "significance": "same"})).await.expect(200);
        platform.finish_work().await;
        assert_ne!(segments(platform), before, "a course is read again");
    }
}
