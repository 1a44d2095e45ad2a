//! Everybody may know of the courses that are for all, and of nothing else: feeds, OAI-PMH, JSON-LD.

use content::courses::authoring::{self, NewCourse, NewLesson};
use content::ids::{CourseId, Language, ResourceId};
use content::people::Actor;
use content::shelves::{self, About, Facet};
use content::texts::Texts;
use reqwest::header::HeaderMap;
use roxmltree::{Document, Node};
use serde_json::{Value, json};

use crate::loading::{load_as, only_course, write_library};
use crate::support::both::both;
use crate::support::person::{client, id_of};
use crate::support::{PUBLIC, Person, Platform, Taught};

/// What breaks documents: ends of everything, signs that XML cannot carry, the signs of scripts.
const HOSTILE: &str = "]]></title></script><!--<script>&amp;\u{FFFE}\u{FFFF}\u{2028}\"'\\ 血压";

/// Status, headers and text that somebody without a sign-in gets.
async fn get(address: &str, path: &str, headers: &[(&str, &str)]) -> (u16, HeaderMap, String) {
    let mut request = client().get(format!("{address}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    (status, headers, answer.text().await.unwrap())
}

/// The document that somebody without a sign-in gets.
async fn read(address: &str, path: &str) -> String {
    let (status, _, text) = get(address, path, &[]).await;
    assert_eq!(status, 200, "{path}: {text}");
    text
}

async fn oai(address: &str, query: &str) -> String {
    read(address, &format!("/oai?{query}")).await
}

/// The texts of all elements of this name.
fn texts(xml: &str, name: &str) -> Vec<String> {
    let document = Document::parse(xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
    let named = document.descendants().filter(|node| node.has_tag_name(name) || node.tag_name().name() == name);
    named.map(|node| node.text().unwrap_or_default().to_owned()).collect()
}

/// Whether each record of a list is gone, by the course's id.
fn headers(xml: &str) -> Vec<(String, bool)> {
    let document = Document::parse(xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
    let headers = document.descendants().filter(|node| node.tag_name().name() == "header");
    let id = |node: &Node<'_, '_>| {
        let identifier = node.children().find(|node| node.tag_name().name() == "identifier").unwrap();
        identifier.text().unwrap().strip_prefix("oai:menpa.example:").unwrap().to_owned()
    };
    headers.map(|node| (id(&node), node.attribute("status") == Some("deleted"))).collect()
}

/// The code of the error that a harvester is told.
fn code(xml: &str) -> Option<String> {
    let document = Document::parse(xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
    let error = document.descendants().find(|node| node.tag_name().name() == "error")?;
    error.attribute("code").map(str::to_owned)
}

/// The JSON-LD of a page.
fn linked(html: &str) -> Option<Value> {
    let (_, rest) = html.split_once("<script type=\"application/ld+json\">")?;
    Some(serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap())
}

async fn acting(platform: &Platform, person: &Person) -> Actor {
    content::people::find_actor(&platform.library, &person.token).await.unwrap().unwrap()
}

/// A published course of this title that shows a video which is there.
async fn adds_published(platform: &Platform, actor: &Actor, taught: &Taught, title: Texts) -> CourseId {
    let (library, summary) = (&platform.library, title.clone());
    let new = NewCourse {
        column: taught.column.clone(),
        title: title.clone(),
        summary,
        language: Language::Zh,
        audience_unit: None,
    };
    let course = authoring::add_course(library, actor, new).await.unwrap();
    let resource = taught.resource.as_str().into();
    let lesson =
        NewLesson { module: None, title, summary: Texts::default(), language: None, resource, threshold_percent: None };
    authoring::add_lesson(library, actor, &course, lesson).await.unwrap();
    authoring::publish(library, actor, &course).await.unwrap();
    course
}

async fn describes(platform: &Platform, actor: &Actor, resource: &str, line: &str) {
    let library = &platform.library;
    let title = Texts { zh: Some("心血管".into()), en: Some(line.to_owned()), ..Texts::default() };
    shelves::add_term(library, actor, Facet::Aspect, "heart", title.clone()).await.unwrap();
    shelves::add_term(library, actor, Facet::Audience, "village", title).await.unwrap();
    let [author, institution, license] = ["author", "house", "license"].map(|what| format!("{what} {line}"));
    let about = About { author, institution, license, ..About::default() };
    let terms = [(Facet::Aspect, "heart".to_owned()), (Facet::Audience, "village".to_owned())];
    shelves::describe(library, actor, &ResourceId::from(resource), about, &terms).await.unwrap();
}

both! {
    async fn nothing_is_told_where_the_operator_has_not_asked_for_it(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let feed = format!("/columns/{}/feed.atom", taught.column);
        for path in [feed.as_str(), "/catalog.jsonld", "/oai?verb=Identify"] {
            assert_eq!(get(&platform.address, path, &[]).await.0, 404, "{path}");
        }
        let posted = client().post(format!("{}/oai", platform.address)).form(&[("verb", "Identify")]).send().await.unwrap();
        assert_eq!(posted.status(), 404);
        assert!(!manager.page(&format!("/columns/{}", taught.column)).await.1.contains("feed.atom"));
        assert_eq!(linked(&manager.page(&format!("/courses/{}", taught.course)).await.1), None);
    }

    async fn only_what_is_for_all_is_ever_told(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let body = json!({"column": taught.column, "title": {"zh": "本县课程"}, "language": "zh", "org_unit": platform.near_county});
        let county = id_of(&manager.post("/api/v1/courses", &body).await.expect(201));
        manager.adds_lesson(&county, "只给本县", &taught.resource).await;
        manager.post(&format!("/api/v1/courses/{county}/publish"), &Value::Null).await.expect(200);
        let draft = manager.adds_course(&taught.column, "还没写完").await;
        manager.adds_lesson(&draft, "草稿", &taught.resource).await;
        let public = platform.serve_publicly().await;
        let list = "verb=ListRecords&metadataPrefix=oai_dc";
        let told = [
            read(&public, &format!("/columns/{}/feed.atom?lang=zh", taught.column)).await,
            read(&public, "/catalog.jsonld").await,
            oai(&public, list).await,
            oai(&public, "verb=ListRecords&metadataPrefix=lom").await,
        ];
        for text in &told {
            assert!(text.contains("测量血压") && text.contains(&format!("{PUBLIC}/courses/{}", taught.course)), "{text}");
            for hidden in [&county, &draft, "本县", "草稿", "还没写完", "/media/"] {
                assert!(!text.contains(hidden), "{hidden} in {text}");
            }
        }
        for hidden in [&county, &draft] {
            let asked = format!("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:menpa.example:{hidden}");
            assert_eq!(code(&oai(&public, &asked).await).as_deref(), Some("idDoesNotExist"));
            let manager = manager.at(&public);
            assert_eq!(linked(&manager.page(&format!("/courses/{hidden}")).await.1), None);
        }
        manager.post(&format!("/api/v1/courses/{county}/retire"), &Value::Null).await.expect(200);
        assert_eq!(headers(&oai(&public, list).await), [(taught.course.clone(), false)], "it never was for all");
    }

    async fn what_was_for_all_once_is_told_to_be_gone(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let public = platform.serve_publicly().await;
        let (list, get_it) = ("verb=ListRecords&metadataPrefix=oai_dc", "verb=GetRecord&metadataPrefix=oai_dc");
        assert_eq!(headers(&oai(&public, list).await), [(taught.course.clone(), false)]);
        let before = texts(&oai(&public, list).await, "datestamp");
        platform.later(3600);
        let since = texts(&oai(&public, "verb=Identify").await, "responseDate").remove(0);
        manager.post(&format!("/api/v1/courses/{}/retire", taught.course), &Value::Null).await.expect(200);
        let gone = oai(&public, &format!("{list}&from={since}")).await;
        assert_eq!(headers(&gone), [(taught.course.clone(), true)]);
        assert!(texts(&gone, "datestamp") > before && texts(&gone, "metadata").is_empty() && !gone.contains("测量血压"));
        let one = oai(&public, &format!("{get_it}&identifier=oai:menpa.example:{}", taught.course)).await;
        assert_eq!(headers(&one), [(taught.course.clone(), true)]);
        assert!(!read(&public, "/catalog.jsonld").await.contains(&taught.course));
        assert!(texts(&read(&public, &format!("/columns/{}/feed.atom", taught.column)).await, "entry").is_empty());
        manager.post(&format!("/api/v1/courses/{}/publish", taught.course), &Value::Null).await.expect(200);
        assert_eq!(headers(&oai(&public, list).await), [(taught.course.clone(), false)], "it is back");
        platform.sign_in("root").await.adds_unit("Another province", "province", None).await;
        assert_eq!(headers(&oai(&public, list).await), [(taught.course, true)], "one of two tops is not everybody");
    }

    async fn a_course_that_is_no_more_is_still_told_to_be_gone(platform) {
        platform.manager().await;
        let folder = tempfile::tempdir().unwrap();
        write_library(folder.path());
        let run = load_as(&platform.library, "manager", folder.path(), "items.csv", false).await.run.unwrap();
        platform.finish_work().await;
        let course = only_course(platform).await["id"].as_str().unwrap().to_owned();
        let public = platform.serve_publicly().await;
        let list = "verb=ListRecords&metadataPrefix=lom&set=common";
        assert_eq!(headers(&oai(&public, list).await), [(course.clone(), false)]);
        let actor = content::people::act_as(&platform.library, "manager").await.unwrap();
        content::import::undo(&platform.library, &actor, &run).await.unwrap();
        let manager = platform.sign_in("manager").await;
        manager.get(&format!("/api/v1/courses/{course}")).await.expect(404);
        assert_eq!(headers(&oai(&public, list).await), [(course, true)]);
    }

    async fn a_list_in_parts_has_each_course_once_while_courses_are_added(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let actor = acting(platform, &manager).await;
        let mut expected = vec![taught.course.clone()];
        for number in 0..119 {
            let course = adds_published(platform, &actor, &taught, Texts::of(Language::Zh, format!("课程 {number}"))).await;
            expected.push(course.to_string());
        }
        let public = platform.serve_publicly().await;
        let (mut told, mut cursors, mut asked) = (Vec::new(), Vec::new(), "metadataPrefix=oai_dc".to_owned());
        loop {
            let xml = oai(&public, &format!("verb=ListRecords&{asked}")).await;
            told.extend(headers(&xml).into_iter().map(|(id, _)| id));
            cursors.extend(texts(&xml, "resumptionToken"));
            adds_published(platform, &actor, &taught, Texts::of(Language::Zh, "后来的课")).await;
            match cursors.last().filter(|token| !token.is_empty()) {
                Some(token) => asked = format!("resumptionToken={token}"),
                None => break,
            }
        }
        expected.sort();
        told.sort();
        assert_eq!(told, expected);
        assert_eq!(cursors.len(), 3, "three parts, the last of which says that it is the last");
        let (mut dumped, mut path) = (0, "/catalog.jsonld".to_owned());
        loop {
            let page: Value = serde_json::from_str(&read(&public, &path).await).unwrap();
            dumped += page["dataFeedElement"].as_array().unwrap().len();
            match page["next"].as_str() {
                Some(next) => path = next.strip_prefix(PUBLIC).unwrap().to_owned(),
                None => break,
            }
        }
        assert_eq!(dumped, 123);
        assert_eq!(texts(&read(&public, &format!("/columns/{}/feed.atom", taught.column)).await, "entry").len(), 50);
        let token = cursors.remove(0);
        assert_eq!(code(&oai(&public, &format!("verb=ListIdentifiers&resumptionToken={token}")).await).as_deref(), Some("badResumptionToken"));
    }

    async fn a_harvester_is_told_what_is_wrong(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let public = platform.serve_publicly().await;
        let id = format!("oai:menpa.example:{}", taught.course);
        let cases = [
            ("verb=Sing".to_owned(), Some("badVerb")),
            ("verb=%00%FF<>&&&=".to_owned(), Some("badVerb")),
            ("verb=ListRecords".to_owned(), Some("badArgument")),
            ("verb=Identify&<a>=1".to_owned(), Some("badArgument")),
            ("verb=ListRecords&metadataPrefix=mods".to_owned(), Some("cannotDisseminateFormat")),
            ("verb=ListRecords&resumptionToken=bWVucGE".to_owned(), Some("badResumptionToken")),
            ("verb=ListRecords&metadataPrefix=oai_dc&from=2999-01-01".to_owned(), Some("noRecordsMatch")),
            ("verb=ListRecords&metadataPrefix=oai_dc&until=1999-01-01".to_owned(), Some("noRecordsMatch")),
            ("verb=ListRecords&metadataPrefix=oai_dc&set=none".to_owned(), Some("noRecordsMatch")),
            ("verb=ListRecords&metadataPrefix=oai_dc&set=%00'".to_owned(), Some("noRecordsMatch")),
            ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:menpa.example:%00'<".to_owned(), Some("idDoesNotExist")),
            (format!("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:other.example:{}", taught.course), Some("idDoesNotExist")),
            (format!("verb=GetRecord&metadataPrefix=lom&identifier={id}"), None),
            (format!("verb=ListMetadataFormats&identifier={id}"), None),
            (format!("verb=ListIdentifiers&metadataPrefix=oai_dc&set={}", taught.column), None),
            ("verb=ListSets".to_owned(), None),
        ];
        for (query, expected) in &cases {
            let xml = oai(&public, query).await;
            assert_eq!(code(&xml).as_deref(), *expected, "{query}: {xml}");
            let posted = client().post(format!("{public}/oai")).header("content-type", "application/x-www-form-urlencoded");
            let posted = posted.body(query.clone()).send().await.unwrap();
            assert_eq!(posted.headers()["content-type"], "text/xml; charset=utf-8");
            assert_eq!(code(&posted.text().await.unwrap()).as_deref(), *expected, "{query}");
        }
        let identified = oai(&public, "verb=Identify").await;
        assert_eq!(texts(&identified, "baseURL"), [format!("{PUBLIC}/oai")]);
        assert_eq!(texts(&identified, "adminEmail"), ["postmaster@menpa.example"]);
        assert_eq!(get(&public, "/columns/none/feed.atom", &[]).await.0, 404);
        assert_eq!(get(&public, "/columns/a%00'/feed.atom?lang=%00", &[]).await.0 / 100, 4);
        for after in ["-", "1-%27", "x", "%00", "1-a-b"] {
            assert_eq!(get(&public, &format!("/catalog.jsonld?after={after}"), &[]).await.0, 422, "{after}");
        }
    }

    async fn no_title_breaks_what_is_told(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let actor = acting(platform, &manager).await;
        describes(platform, &actor, &taught.resource, HOSTILE).await;
        let title = Texts { zh: Some(HOSTILE.into()), bo: Some("<".repeat(200)), en: Some("&".repeat(200)) };
        let course = adds_published(platform, &actor, &taught, title).await;
        let public = platform.serve_publicly().await;
        // What XML cannot carry is left out, and nothing else.
        let kept = HOSTILE.replace(['\u{FFFE}', '\u{FFFF}'], "");
        for lang in ["zh", "bo", "en"] {
            let feed = read(&public, &format!("/columns/{}/feed.atom?lang={lang}", taught.column)).await;
            let titles = texts(&feed, "title");
            let title = match lang { "zh" => kept.clone(), "bo" => "<".repeat(200), _ => "&".repeat(200) };
            assert!(titles.contains(&title), "{lang}: {titles:?}");
            assert!(texts(&feed, "name").contains(&format!("author {kept}")));
        }
        let asked = format!("verb=GetRecord&identifier=oai:menpa.example:{course}&metadataPrefix=");
        let dublin_core = oai(&public, &format!("{asked}oai_dc")).await;
        assert!(texts(&dublin_core, "title").contains(&kept) && texts(&dublin_core, "rights").contains(&format!("license {kept}")));
        assert!(texts(&oai(&public, &format!("{asked}lom")).await, "string").contains(&kept));
        let page: Value = serde_json::from_str(&read(&public, "/catalog.jsonld").await).unwrap();
        assert!(page.to_string().contains(&json!(HOSTILE).to_string()));
        let manager = manager.at(&public);
        let (_, html) = manager.page(&format!("/courses/{course}")).await;
        assert_eq!(linked(&html).unwrap()["name"][0]["@value"], HOSTILE);
        assert!(!html.contains("<script>"), "no title opens an element");
    }

    async fn a_page_says_to_programs_what_it_shows_to_people(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let actor = acting(platform, &manager).await;
        describes(platform, &actor, &taught.resource, "of Yulha").await;
        let public = platform.serve_publicly().await;
        let manager = manager.at(&public);
        let course = linked(&manager.page(&format!("/courses/{}", taught.course)).await.1).unwrap();
        let lesson_address = format!("{PUBLIC}/courses/{}/lessons/{}", taught.course, taught.lesson);
        assert_eq!((&course["@context"], &course["@type"]), (&json!("https://schema.org"), &json!("Course")));
        assert_eq!(course["@id"], format!("{PUBLIC}/courses/{}", taught.course));
        assert_eq!(course["name"], json!({"@language": "zh-Hans-CN", "@value": "测量血压"}));
        assert_eq!((&course["inLanguage"], &course["timeRequired"]), (&json!("zh-Hans-CN"), &json!("PT6S")));
        assert_eq!((&course["author"]["name"], &course["license"]["name"]), (&json!("author of Yulha"), &json!("license of Yulha")));
        assert_eq!(course["about"]["name"][1], json!({"@language": "en", "@value": "of Yulha"}));
        assert_eq!(course["audience"]["educationalRole"], "village");
        assert_eq!((&course["hasPart"]["@id"], &course["hasPart"]["name"]["@value"]), (&json!(lesson_address), &json!("怎样量血压")));
        assert!(course["dateModified"].as_str() >= course["datePublished"].as_str(), "{course}");
        let lesson = linked(&manager.page(&format!("/courses/{}/lessons/{}", taught.course, taught.lesson)).await.1).unwrap();
        assert_eq!((&lesson["@type"], &lesson["@id"]), (&json!("LearningResource"), &json!(lesson_address)));
        assert_eq!((&lesson["isPartOf"]["@id"], &lesson["timeRequired"]), (&course["@id"], &json!("PT6S")));
        let (_, column) = manager.page(&format!("/columns/{}", taught.column)).await;
        let feed = format!("/columns/{}/feed.atom?lang=en", taught.column);
        assert!(column.contains("rel=\"alternate\" type=\"application/atom+xml\"") && column.matches(&feed).count() == 2);
    }

    async fn who_has_a_copy_is_told_whether_it_still_holds(platform) {
        let manager = platform.manager().await;
        let taught = platform.published_lesson(&manager, 6).await;
        let public = platform.serve_publicly().await;
        for path in [format!("/columns/{}/feed.atom?lang=bo", taught.column), "/catalog.jsonld".to_owned()] {
            let (_, headers, _) = get(&public, &path, &[]).await;
            let [tag, date] = ["etag", "last-modified"].map(|name| headers[name].to_str().unwrap().to_owned());
            for condition in [("if-none-match", tag.as_str()), ("if-modified-since", date.as_str())] {
                let (status, _, body) = get(&public, &path, &[condition]).await;
                assert_eq!((status, body.as_str()), (304, ""), "{path} {condition:?}");
            }
            platform.later(60);
            manager.post(&format!("/api/v1/courses/{}/retire", taught.course), &Value::Null).await.expect(200);
            for condition in [("if-none-match", tag.as_str()), ("if-modified-since", date.as_str())] {
                assert_eq!(get(&public, &path, &[condition]).await.0, 200, "{path} {condition:?}");
            }
            manager.post(&format!("/api/v1/courses/{}/publish", taught.course), &Value::Null).await.expect(200);
        }
    }
}
