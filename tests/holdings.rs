//! Many resources: found page by page, picked, changed together, and never a neighbor's.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::{Person, Platform, clips, papers};

const PDF: &[u8] = b"%PDF-1.7\n%%EOF\n";
const TABLE: &str = "/studio/resources";

/// Uploads a small document of this name; gives its id.
async fn document(person: &Person, name: &str) -> String {
    person.uploads(&papers::deck(&[name], "Helvetica"), name, "application/pdf").await
}

/// The ids in the rows of a page of the table.
fn ids_on(html: &str) -> Vec<String> {
    let picks = html.split("name=\"pick\"").skip(1).map(|rest| rest.split("value=\"").nth(1).unwrap_or_default());
    picks.map(|rest| rest.split('"').next().unwrap_or_default().to_owned()).collect()
}

/// The address of the page behind this one.
fn next_of(html: &str) -> Option<String> {
    let field = html.split("<input").find(|field| field.contains("name=\"next\""))?;
    Some(field.split("value=\"").nth(1)?.split('"').next()?.replace("&amp;", "&"))
}

async fn shown(person: &Person, path: &str) -> String {
    let (status, html) = person.page(path).await;
    assert_eq!(status, 200, "{path}: {html}");
    html
}

async fn ids_at(person: &Person, path: &str) -> Vec<String> {
    ids_on(&shown(person, path).await)
}

/// Sends a form and gives the page that follows.
async fn sends(person: &Person, path: &str, fields: &[(&str, &str)]) -> String {
    let response = person.form(path, fields).await;
    let status = response.status().as_u16();
    if let Some(next) = response.headers().get("location") {
        return shown(person, next.to_str().unwrap()).await;
    }
    assert_eq!(status, 200, "{path}");
    response.text().await.unwrap()
}

async fn picks(person: &Person, ids: &[&str]) {
    let mut fields = vec![("go", "stay")];
    fields.extend(ids.iter().flat_map(|id| [("shown", *id), ("pick", *id)]));
    sends(person, &format!("{TABLE}/selection"), &fields).await;
}

async fn adds_term(person: &Person, platform: &Platform, facet: content::shelves::Facet, slug: &str) {
    let actor = content::people::find_actor(&platform.library, &person.token).await.unwrap().unwrap();
    let title = content::texts::Texts { zh: Some(format!("方面{slug}")), ..Default::default() };
    content::shelves::add_term(&platform.library, &actor, facet, slug, title).await.unwrap();
}

both! {
    async fn every_page_has_each_row_once_while_rows_are_added(platform) {
        let manager = platform.manager().await;
        let mut before = HashSet::new();
        for number in 0..120 {
            before.insert(document(&manager, &format!("{:03}-血压.pdf", (number * 7) % 120)).await);
        }
        for sort in ["newest", "oldest", "title", "largest"] {
            let mut seen: Vec<String> = Vec::new();
            let mut at = Some(format!("{TABLE}?sort={sort}&kind=courseware"));
            while let Some(path) = at {
                let html = shown(&manager, &path).await;
                seen.extend(ids_on(&html));
                at = next_of(&html);
                document(&manager, &format!("added while {sort}.pdf")).await;
            }
            let old: Vec<&String> = seen.iter().filter(|id| before.contains(*id)).collect();
            assert_eq!((old.len(), old.iter().collect::<HashSet<_>>().len()), (120, 120), "{sort}");
            assert_eq!(seen.len(), seen.iter().collect::<HashSet<_>>().len(), "{sort}: a row twice");
        }
        for path in ["?after=nonsense", "?after=0193aaaa000070008000000000000001.x", "?sort=title&after=%00", "?q=%25_'"] {
            assert_eq!(ids_at(&manager, &format!("{TABLE}{path}")).await.len(), 50, "{path}");
        }
    }

    async fn a_neighbors_resources_are_neither_shown_nor_picked_nor_changed(platform) {
        let near = platform.with_role("near", "content-manager", &platform.near_county).await;
        let far = platform.with_role("far", "content-manager", &platform.far_county).await;
        let (hers, theirs) = (document(&near, "ours.pdf").await, document(&far, "theirs.pdf").await);
        for query in ["", "?q=theirs", "?sort=title", "?use=unused", "?kind=courseware", "?sort=largest&language=zh"] {
            assert!(!ids_at(&near, &format!("{TABLE}{query}")).await.contains(&theirs), "{query}");
        }
        assert_eq!(ids_at(&near, TABLE).await, [hers.as_str()]);
        picks(&near, &[&hers, &theirs]).await;
        let html = shown(&near, &format!("{TABLE}/selection")).await;
        assert!(html.contains("1 picked") && !html.contains(&theirs), "{html}");
        let remove = sends(&near, &format!("{TABLE}/selection/do"), &[("act", "remove"), ("pick", &theirs)]).await;
        assert!(remove.contains("1 changed"), "{remove}");
        assert_eq!(ids_at(&far, TABLE).await, [theirs.as_str()], "it is still there");
        let fields = [("step", "save"), ("id_0", theirs.as_str()), ("c_0_title_zh", "mine now")];
        let sent = near.form(&format!("{TABLE}/sheet"), &fields).await;
        assert_eq!(sent.status(), 404);
        assert!(!shown(&far, TABLE).await.contains("mine now"));
        let learner = platform.learner("dolma", &platform.near_clinic).await;
        for path in ["", "/selection", "/sheet", "/selection/preview?act=remove"] {
            assert_eq!(learner.page(&format!("{TABLE}{path}")).await.0, 403, "{path}");
        }
    }

    async fn filters_find_by_words_and_use_and_a_view_keeps_them(platform) {
        platform.expects(&["not_readable"]);
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let pressure = document(&manager, "高血压用药 HbA1c.pdf").await;
        let broken = manager.uploads(b"no document", "破损.pdf", "application/pdf").await;
        platform.finish_work().await;
        let cases = [
            ("?q=血压", vec![&pressure]),
            ("?q=压用 hba", vec![&pressure]),
            ("?q=a1c", vec![]),
            ("?broken=1", vec![&broken]),
            ("?use=used", vec![&taught.resource]),
            ("?kind=video", vec![&taught.resource]),
            ("?use=unused&kind=courseware", vec![&broken, &pressure]),
            ("?language=bo", vec![]),
            ("?aspect=nothing", vec![]),
        ];
        for (query, expected) in cases {
            assert_eq!(ids_at(&manager, &format!("{TABLE}{query}")).await.iter().collect::<Vec<_>>(), expected, "{query}");
        }
        assert_eq!(ids_at(&manager, &format!("{TABLE}?column={}", taught.column)).await, [taught.resource.as_str()]);
        let query = "q=%E8%A1%80%E5%8E%8B&use=unused";
        let html = sends(&manager, &format!("{TABLE}/views"), &[("name", "未用 <b>"), ("query", query)]).await;
        assert!(html.contains("未用 &lt;b&gt;") && html.contains(&pressure), "{html}");
        let other = platform.with_role("near", "content-manager", &platform.near_county).await;
        assert!(!shown(&other, TABLE).await.contains("未用"), "a view is a person's own");
        let crooked = [("name", "crooked"), ("query", "javascript:alert(1)\r\nSet-Cookie: a=b&q=x")];
        let next = manager.form(&format!("{TABLE}/views"), &crooked).await.headers()["location"].to_str().unwrap().to_owned();
        assert_eq!(next, "/studio/resources?q=x&done=view");
        let refused = manager.form(&format!("{TABLE}/views"), &[("name", " "), ("query", query)]).await;
        assert_eq!(refused.status(), 422);
        let id = html.split("/views/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        let path = format!("{TABLE}/views/{id}/remove");
        assert_eq!(other.form(&path, &[]).await.status(), 404, "nobody else's");
        assert!(!sends(&manager, &path, &[]).await.contains("未用"));
    }

    async fn what_is_picked_is_changed_together_after_a_look(platform) {
        let manager = platform.manager().await;
        adds_term(&manager, platform, content::shelves::Facet::Aspect, "skin").await;
        let one = document(&manager, "one.pdf").await;
        let two = document(&manager, "two.pdf").await;
        let three = document(&manager, "three.pdf").await;
        picks(&manager, &[&one]).await;
        picks(&manager, &[&two]).await;
        let preview = format!("{TABLE}/selection/preview?act=add&term=aspect:skin");
        assert!(shown(&manager, &preview).await.contains("2 would change"));
        assert_eq!(ids_at(&manager, &format!("{TABLE}?aspect=skin")).await, Vec::<String>::new(), "a look changes nothing");
        let deed = [("act", "add"), ("term", "aspect:skin")];
        assert!(sends(&manager, &format!("{TABLE}/selection/do"), &deed).await.contains("2 changed"));
        assert!(sends(&manager, &format!("{TABLE}/selection/do"), &deed).await.contains("2 are so already"));
        assert_eq!(ids_at(&manager, &format!("{TABLE}?aspect=skin&sort=oldest")).await, [one.as_str(), &two]);
        let all = [("go", "all"), ("query", "kind=courseware")];
        assert!(sends(&manager, &format!("{TABLE}/selection"), &all).await.contains("3 picked"));
        let line = [("act", "line"), ("line", "author"), ("value", " Dr. Pema ")];
        assert!(sends(&manager, &format!("{TABLE}/selection/do"), &line).await.contains("3 changed"));
        let about = content::shelves::find_about(&platform.library, &three.as_str().into()).await.unwrap();
        assert_eq!(about.author, "Dr. Pema");
        let soon = [("act", "review"), ("day", "2020-01-31")];
        sends(&manager, &format!("{TABLE}/selection/do"), &soon).await;
        assert_eq!(ids_at(&manager, &format!("{TABLE}?review=overdue")).await.len(), 3);
        for wrong in ["act=add&term=aspect:nothing", "act=review&day=tomorrow", "act=x", "act=line&line=author&value=%00"] {
            let (status, _) = manager.page(&format!("{TABLE}/selection/preview?{wrong}")).await;
            assert!([422, 200].contains(&status), "{wrong}: {status}");
        }
    }

    async fn only_what_nothing_uses_is_removed_with_its_files(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let unused = manager.uploads(&clips::clip(6), "unused.mp4", "video/mp4").await;
        platform.finish_work().await;
        let address = manager.resource(&unused).await["progressive"].as_str().unwrap().to_owned();
        picks(&manager, &[&taught.resource, &unused]).await;
        let html = shown(&manager, &format!("{TABLE}/selection/preview?act=remove")).await;
        assert!(html.contains("1 would change") && html.contains("1 cannot be changed"), "{html}");
        let html = sends(&manager, &format!("{TABLE}/selection/do"), &[("act", "remove")]).await;
        assert!(html.contains("1 changed") && html.contains("still uses it"), "{html}");
        assert_eq!(ids_at(&manager, TABLE).await, [taught.resource.as_str()]);
        manager.get(&format!("/api/v1/resources/{unused}")).await.expect(404);
        let file = platform.folder.path().join("data/files/originals").join(&unused);
        assert!(file.exists(), "pages that are open may still play from it");
        platform.later(25 * 3600);
        platform.finish_work().await;
        assert!(!file.exists(), "a day later its bytes are gone");
        let manager = platform.sign_in("manager").await;
        let gone = manager.request(reqwest::Method::GET, &address).send().await.unwrap();
        assert_eq!(gone.status(), 404);
        let retired = sends(&manager, &format!("{TABLE}/selection/do"), &[("act", "retire")]).await;
        assert!(retired.contains("1 changed"), "{retired}");
        let course = manager.get(&format!("/api/v1/courses/{}", taught.course)).await.expect(200);
        assert_eq!(course["state"], "retired", "{course}");
        let again = sends(&manager, &format!("{TABLE}/selection/do"), &[("act", "publish")]).await;
        assert!(again.contains("1 changed"), "{again}");
    }

    async fn a_sheet_saves_what_is_right_and_keeps_what_is_wrong(platform) {
        let manager = platform.manager().await;
        adds_term(&manager, platform, content::shelves::Facet::Aspect, "skin").await;
        let one = document(&manager, "one.pdf").await;
        let two = document(&manager, "two.pdf").await;
        picks(&manager, &[&one, &two]).await;
        let html = shown(&manager, &format!("{TABLE}/sheet")).await;
        assert!(html.contains(&one) && html.contains(&two) && html.contains("c_1_review_by"), "{html}");
        let before = [("id_0", one.as_str()), ("file_0", "one.pdf"), ("id_1", two.as_str()), ("file_1", "two.pdf")];
        let titles = [("c_0_title_zh", "one.pdf"), ("c_1_title_zh", "two.pdf")];
        let pasted = "Pema\tHospital\t\t\t方面skin\t\t2027/1/31\r\n\"Two\nlines\"\t\t\t\tnothing\t\tsoon\r\n";
        let paste = [("pasted", pasted), ("from_row", "1"), ("from_cell", "author"), ("step", "check")];
        let fields: Vec<_> = before.iter().chain(&titles).chain(&paste).copied().collect();
        let html = sends(&manager, &format!("{TABLE}/sheet"), &fields).await;
        assert!(html.contains("Save 5 changes") && html.contains("2 cells are wrong"), "{html}");
        let about = |id: String| async move { content::shelves::find_about(&platform.library, &id.as_str().into()).await.unwrap() };
        assert_eq!(about(one.clone()).await.author, "", "a look saves nothing");
        let cells = [
            ("c_0_author", "Pema"), ("c_0_institution", "Hospital"), ("c_0_aspects", "方面skin"), ("c_0_review_by", "2027/1/31"),
            ("c_1_author", "Two lines"), ("c_1_aspects", "nothing"), ("c_1_review_by", "soon"), ("step", "save"),
        ];
        let fields: Vec<_> = before.iter().chain(&titles).chain(&cells).copied().collect();
        let html = sends(&manager, &format!("{TABLE}/sheet"), &fields).await;
        assert!(html.contains("5 changes are saved"), "{html}");
        assert!(html.contains(">nothing</textarea>") && html.contains(">soon</textarea>"), "nothing typed is lost: {html}");
        assert_eq!((about(one).await.institution, about(two.clone()).await.author), ("Hospital".into(), "Two lines".into()));
        let empty = [("id_0", two.as_str()), ("c_0_title_zh", ""), ("step", "save")];
        let html = sends(&manager, &format!("{TABLE}/sheet"), &empty).await;
        assert!(html.contains("1 cells are wrong"), "a title is needed: {html}");
        assert!(shown(&manager, &format!("{TABLE}?q=two")).await.contains("two.pdf"));
    }

    async fn the_figures_follow_what_is_kept(platform) {
        platform.expects(&["not_readable"]);
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let html = shown(&manager, TABLE).await;
        assert!(html.contains("0 not used") && html.contains("0 broken"), "{html}");
        assert!(html.contains(&format!("column={}", taught.column)), "the chart leads to the column");
        manager.uploads(b"no document", "broken.pdf", "application/pdf").await;
        platform.finish_work().await;
        platform.later(90);
        let _ = shown(&manager, TABLE).await;
        let mut html = String::new();
        for _ in 0..200 {
            html = shown(&manager, TABLE).await;
            if html.contains("1 not used") {
                break;
            }
        }
        assert!(html.contains("1 not used") && html.contains("1 broken"), "{html}");
        let course = manager.post(&format!("/api/v1/courses/{}/publish", taught.course), &Value::Null).await.expect(200);
        assert_eq!(course["state"], json!("published"));
    }

    async fn many_files_come_by_a_plain_form(platform) {
        let manager = platform.manager().await;
        let part = |name: &str| {
            let part = reqwest::multipart::Part::bytes(PDF).file_name(name.to_owned());
            part.mime_str("application/pdf").unwrap()
        };
        let form = reqwest::multipart::Form::new().text("language", "bo").text("title", "for one alone");
        let form = form.part("file", part("first.pdf")).part("file", part("second.pdf"));
        let sent = manager.request(reqwest::Method::POST, "/studio/upload").multipart(form).send().await.unwrap();
        assert_eq!((sent.status().as_u16(), sent.headers()["location"].to_str().unwrap()), (303, "/studio/resources?mine=1"));
        let html = shown(&manager, "/studio/resources?mine=1&language=bo").await;
        assert!(html.contains("first.pdf") && html.contains("second.pdf") && !html.contains("for one alone"), "{html}");
    }
}
