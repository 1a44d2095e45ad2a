//! Forms are faithful: what a form shows is what is stored, a Save that touched nothing changes nothing, and a refused form
//! keeps every letter. Every page is walked as everybody, and every form that is found is filled and sent.

mod fill;
mod furnish;
mod routes;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Instant;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::both::both;
use crate::support::chance::{Chance, variable};
use crate::support::figures::{self, Served, Slowest};
use crate::support::html::{self, Form, Kind};
use crate::support::person::escaped;
use crate::support::{Person, papers};
use fill::fill;
use furnish::{Things, everybody, furnish};
use routes::{Route, route_of, routes};

/// How many forms are filled and sent on each engine at least, unless the environment says otherwise (`MENPA_FORMS`).
const FORMS: usize = 300;
/// No page that answers a refused form is longer (bytes), with all that was typed in it once.
const MOST_ANSWERED: usize = 60_000;
/// So many pages of one route with the same fields in their query are looked at.
const ALIKE: usize = 3;

/// What is done once, behind everything else: it takes away what other forms stand on.
const LAST: [&str; 25] = [
    "remove",
    "retire",
    "revoke",
    "undo",
    "withdraw",
    "cancel",
    "leave-out",
    "load",
    "encode-all",
    "encode",
    "pages",
    "retry",
    "pause",
    "resume",
    "restore",
    "approve",
    "send-back",
    "publish",
    "submit",
    "schedule",
    "replace",
    "do",
    "automatic",
    "captions",
    "sign-out",
];

/// A form, who found it, and where.
#[derive(Clone)]
struct Found {
    who: usize,
    page: String,
    form: Form,
    template: String,
}

impl Found {
    fn is_last(&self) -> bool {
        let verb = self.template.rsplit('/').next().unwrap_or_default();
        LAST.contains(&verb) && self.form.is_post
    }
}

/// Everything that one person can reach from the addresses that need no id.
async fn walk(
    who: usize,
    person: &Person,
    routes: &[Route],
    from: &[String],
    seen: &mut BTreeSet<String>,
) -> Vec<Found> {
    let fixed = routes.iter().filter(|route| route.shows && !route.template.contains('{'));
    let mut waiting: VecDeque<String> = fixed.map(|route| route.template.clone()).chain(from.iter().cloned()).collect();
    let mut known: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = Vec::new();
    while let Some(path) = waiting.pop_front() {
        let Some(route) = route_of(routes, &path) else { continue };
        let names: Vec<&str> =
            path.split('?').nth(1).unwrap_or_default().split('&').filter_map(|pair| pair.split('=').next()).collect();
        let count = alike.entry(format!("{} {names:?}", route.template)).or_default();
        *count += 1;
        if *count > if path.contains('?') { ALIKE } else { 4 * ALIKE } {
            continue;
        }
        let (status, text) = person.page(&path).await;
        assert!(status < 500, "{path}: {status}");
        if status != 200 {
            continue;
        }
        seen.insert(route.template.clone());
        let page = html::read(&text);
        for link in page.links.iter().map(|link| link.split('#').next().unwrap_or_default()) {
            if link.starts_with('/') && !link.starts_with("//") && known.insert(link.to_owned()) {
                waiting.push_back(link.to_owned());
            }
        }
        for asked in page.forms.iter().filter(|form| !form.is_post).map(asks) {
            if known.insert(asked.clone()) {
                waiting.push_back(asked);
            }
        }
        for form in page.forms {
            let target = if form.action.is_empty() { path.clone() } else { form.action.clone() };
            if let Some(route) = route_of(routes, &target) {
                found.push(Found { who, page: path.clone(), template: route.template.clone(), form });
            }
        }
    }
    found
}

/// The address that a form which only asks leads to, with a word where one is wanted.
fn asks(form: &Form) -> String {
    let mut form = form.clone();
    for field in form.fields.iter_mut().filter(|field| field.is_typed() && field.value.is_empty()) {
        field.value = "高血压".into();
    }
    let pairs = form.sent(0).into_iter().map(|(name, value)| format!("{name}={}", escaped(&value)));
    format!("{}?{}", form.path(), pairs.collect::<Vec<_>>().join("&"))
}

/// Sends a form; gives status, and the page that came.
async fn send(person: &Person, form: &Form, page: &str, chance: &mut Chance) -> (u16, String) {
    let path = if form.path().is_empty() { page.split('?').next().unwrap_or_default() } else { form.path() };
    let fields = form.sent(chance.below(form.buttons.len()));
    let request = match (form.is_post, form.is_multipart) {
        (false, _) => {
            let shortened = fields.iter().map(|(name, value)| (name.clone(), value.chars().take(1500).collect()));
            person.request(Method::GET, path).query(&shortened.collect::<Vec<(String, String)>>())
        }
        (true, false) => person.request(Method::POST, &form.action).form(&fields),
        (true, true) => {
            let files = form.fields.iter().filter(|field| field.kind == Kind::File).cloned();
            let mut parts = reqwest::multipart::Form::new();
            for (name, value) in fields {
                parts = parts.text(name, value);
            }
            for file in files {
                let paper = papers::deck(&["SpO2 < 90%"], "Helvetica");
                parts = parts.part(file.name, reqwest::multipart::Part::bytes(paper).file_name("a<b>&\".pdf"));
            }
            person.request(Method::POST, &form.action).multipart(parts)
        }
    };
    let response = request.header("accept-language", "en").send().await.unwrap();
    let status = response.status().as_u16();
    (status, String::from_utf8_lossy(&response.bytes().await.unwrap()).into_owned())
}

/// The same form on a page as it is now.
async fn again(person: &Person, found: &Found) -> Option<Form> {
    let (status, text) = person.page(&found.page).await;
    assert!(status < 500, "{}: {status}", found.page);
    let forms = html::read(&text).forms;
    let same = |form: &&Form| form.action == found.form.action && form.value("form") == found.form.value("form");
    let exactly = forms.iter().find(|form| form.key() == found.form.key());
    exactly.or_else(|| forms.iter().find(same)).cloned()
}

/// What is stored, as the API tells it.
async fn stored(person: &Person, things: &Things) -> BTreeMap<String, Value> {
    let mut paths: Vec<String> = ["columns", "terms?facet=aspect", "terms?facet=audience", "concepts"]
        .map(|path| format!("/api/v1/{path}"))
        .to_vec();
    paths.extend(things.courses.iter().map(|id| format!("/api/v1/courses/{id}")));
    paths.extend(things.resources.iter().map(|id| format!("/api/v1/resources/{id}")));
    let mut told = BTreeMap::new();
    for path in paths {
        let answer = person.get(&path).await;
        // What is not there is told with a reference of its own each time.
        told.insert(path, if answer.status == 200 { answer.body } else { Value::Null });
    }
    for id in &things.resources {
        let path = format!("/media/{id}/captions/zh.vtt");
        let (status, body) = person.page(&path).await;
        told.insert(path, if status == 200 { Value::String(body) } else { Value::Null });
    }
    told
}

/// One run over all forms.
struct Run<'a> {
    people: &'a [Person],
    things: Things,
    chance: Chance,
    day: String,
    slowest: Slowest,
    /// How many were filled and sent.
    filled: usize,
}

impl Run<'_> {
    /// Sends a form, and notes how long that takes.
    async fn send(&mut self, found: &Found, form: &Form) -> (u16, String) {
        let begun = Instant::now();
        let answer = send(&self.people[found.who], form, &found.page, &mut self.chance).await;
        self.slowest.note(begun.elapsed(), || format!("{} on {}", found.template, found.page));
        answer
    }

    /// Fills one form and sends it, then sends it untouched.
    async fn try_form(&mut self, found: &Found, means_well: bool) {
        let person = &self.people[found.who];
        let Some(form) = again(person, found).await else { return };
        let filled = fill(&form, &mut self.chance, means_well, &self.day);
        let what = format!("{} on {}", found.form.action, found.page);
        self.filled += 1;
        let (status, answer) = self.send(found, &filled).await;
        assert!(status < 500, "{what}: {status}\n{:?}\n{answer}", filled.sent(0));
        if status >= 400 {
            // A file of captions that was pasted comes back whole.
            let pasted = if form.path().ends_with("/captions") {
                filled.fields.iter().map(|field| field.value.len()).sum()
            } else {
                0
            };
            assert!(answer.len() < MOST_ANSWERED + pasted, "{what}: {status}, {} bytes", answer.len());
            if matches!(status, 409 | 422) && form.is_post && means_well {
                keeps_every_letter(&what, &filled, &answer);
            }
            return;
        }
        if !form.is_post || found.is_last() {
            return;
        }
        let Some(shown) = again(person, found).await else { return };
        if status == 303 && means_well {
            shows_what_was_typed(&what, &form, &filled, &shown);
        }
        self.untouched(found, &what, shown).await;
    }

    /// A Save that touched nothing changes nothing. Where it is asked how much a change matters, something is said.
    async fn untouched(&mut self, found: &Found, what: &str, mut shown: Form) {
        let edits = shown.fields.iter().any(|field| field.is_typed() && !field.value.is_empty());
        if !edits || found.template.ends_with("/views") {
            return;
        }
        for field in shown.fields.iter_mut().filter(|field| field.name == "significance" && field.value.is_empty()) {
            field.value = "typo".into();
        }
        let person = &self.people[found.who];
        let before = stored(&self.people[0], &self.things).await;
        let (status, answer) = self.send(found, &shown).await;
        assert!(status < 500, "{what}, untouched: {status} {answer}");
        let after = stored(&self.people[0], &self.things).await;
        assert_eq!(before, after, "{what}: untouched, and something changed");
        let now = again(person, found).await;
        let values = |form: &Form| -> Vec<(String, String)> {
            form.fields
                .iter()
                .filter(|field| field.is_typed())
                .map(|field| (field.name.clone(), field.value.clone()))
                .collect()
        };
        assert_eq!(now.as_ref().map(values), Some(values(&shown)), "{what}: untouched, and it shows something else");
    }
}

/// What a refused form held is in the form that comes back.
fn keeps_every_letter(what: &str, filled: &Form, answer: &str) {
    if !filled.fields.iter().any(|field| field.is_typed() && !field.value.is_empty()) {
        return;
    }
    let forms = html::read(answer).forms;
    let same = |form: &&Form| form.path() == filled.path() && form.value("form") == filled.value("form");
    let came = forms.iter().find(|form| form.key() == filled.key()).or_else(|| forms.iter().find(same));
    let came = came.unwrap_or_else(|| panic!("{what}: refused, and the form is gone\n{answer}"));
    for field in filled.fields.iter().filter(|field| field.is_typed() && !field.value.is_empty()) {
        assert_eq!(came.value(&field.name), Some(field.value.as_str()), "{what}: refused, and {} is lost", field.name);
    }
}

/// What was typed over something stored is what is shown now.
fn shows_what_was_typed(what: &str, before: &Form, filled: &Form, shown: &Form) {
    for field in filled.fields.iter().filter(|field| field.is_typed() && !field.value.is_empty()) {
        if before.value(&field.name).is_some_and(|value| !value.is_empty()) && field.name != "names" {
            assert_eq!(shown.value(&field.name), Some(field.value.as_str()), "{what}: {}", field.name);
        }
    }
}

both! {
    async fn every_form_shows_what_is_stored_and_stores_what_it_shows(platform) {
        let routes = routes();
        let program = platform.script("captions", "#!/bin/sh\nexit 1\n");
        let mut served = Served::start(platform, |settings| content::Settings { caption_command: Some(program), ..settings }).await;
        let people = everybody(platform, &served.address).await;
        let things = furnish(platform, &people[0], &people[2]).await;
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        for (who, person) in people.iter().enumerate() {
            found.extend(walk(who, person, &routes, &things.places, &mut seen).await);
        }
        // A queue that stands still has another button.
        assert_eq!(people[0].form("/studio/queue/pause", &[]).await.status(), 303);
        let jobs: Vec<Route> = routes::routes().into_iter().filter(|route| route.template.starts_with("/studio/jobs") || route.template.starts_with("/studio/queue")).collect();
        found.extend(walk(0, &people[0], &jobs, &[], &mut seen).await);
        let taken: BTreeSet<&str> = found.iter().filter(|each| each.form.is_post).map(|each| each.template.as_str()).collect();
        let unseen: Vec<&str> = routes.iter().filter(|route| route.shows && !seen.contains(&route.template)).map(|route| route.template.as_str()).collect();
        let untried: Vec<&str> = routes.iter().filter(|route| route.takes && !taken.contains(route.template.as_str())).map(|route| route.template.as_str()).collect();
        assert!(unseen.is_empty() && untried.is_empty(), "pages that nobody reached: {unseen:#?}\nforms that nobody found: {untried:#?}");

        // One of each kind for each person.
        let mut kinds: BTreeMap<(usize, String, String), Found> = BTreeMap::new();
        for each in found {
            let names: Vec<&str> = each.form.fields.iter().map(|field| field.name.trim_end_matches(|char: char| char.is_ascii_digit())).collect();
            let names: BTreeSet<&str> = names.into_iter().collect();
            kinds.entry((each.who, each.template.clone(), format!("{names:?} {}", each.form.value("form").unwrap_or_default()))).or_insert(each);
        }
        let (last, first): (Vec<Found>, Vec<Found>) = kinds.into_values().partition(Found::is_last);
        let day = content::clock::day::ending(platform.library.clock.now_ms() + 20 * 86_400_000);
        served.watch_memory();
        let mut run = Run { people: &people, things, chance: Chance::seeded(), day, slowest: Slowest::default(), filled: 0 };
        let most = variable("MENPA_FORMS", FORMS);
        let posts: Vec<&Found> = first.iter().filter(|each| each.form.is_post).collect();
        for each in &posts {
            run.try_form(each, true).await;
        }
        // Not each is still where it was.
        for _ in 0..20 * most {
            if run.filled >= most {
                break;
            }
            let (each, means_well) = (run.chance.below(posts.len()), run.chance.below(3) > 0);
            run.try_form(posts[each], means_well).await;
        }
        assert!(run.filled >= most, "{} of {most} forms were sent", run.filled);
        for each in first.iter().filter(|each| !each.form.is_post) {
            run.try_form(each, false).await;
        }
        for means_well in [false, true] {
            for each in last.iter().filter(|each| means_well || !each.template.ends_with("sign-out")) {
                run.try_form(each, means_well).await;
            }
        }
        let slowest = run.slowest;
        figures::tell("forms", platform.engine(), &json!({"forms": run.filled, "answers": slowest.count, "slowest_s": slowest.time.as_secs_f64(),
            "slowest": slowest.of, "more_mb": served.more_mb()}));
    }
}
