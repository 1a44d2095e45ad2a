//! A person at a browser or a program: signed in, with one method for each thing she does.

use reqwest::{Client, Method, Response, redirect};
use serde_json::{Value, json};

use super::document;

#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) client: Client,
    pub(crate) address: String,
    pub(crate) token: String,
    pub(crate) id: String,
}

pub(crate) type Link = futures::channel::mpsc::UnboundedSender<std::io::Result<Vec<u8>>>;
pub(crate) type Sending = tokio::task::JoinHandle<reqwest::Result<Response>>;

/// A status with what came with it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    /// The body, if the status is the expected one.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }
}

pub(crate) fn client() -> Client {
    Client::builder().redirect(redirect::Policy::none()).build().expect("a client")
}

impl Person {
    pub(crate) async fn sign_in(address: &str, login: &str, password: &str) -> Self {
        let nobody = Self { client: client(), address: address.into(), token: String::new(), id: String::new() };
        if !document::is_known() {
            let answer = nobody.client.get(format!("{address}/api/v1/openapi.json")).send().await.expect("it answers");
            document::remember(answer.json().await.expect("the document is JSON"));
        }
        let signed_in =
            nobody.post("/api/v1/sign-in", &json!({"login": login, "password": password})).await.expect(200);
        let token = signed_in["token"].as_str().expect("a token").to_owned();
        let mut person = Self { token, ..nobody };
        let me = person.get("/api/v1/me").await.expect(200);
        person.id = me["id"].as_str().expect("an id").to_owned();
        person
    }

    /// A browser in which nobody is signed in yet: cookies are all it keeps, and it tells where it is sent.
    pub(crate) fn unknown(address: &str) -> Self {
        let redirects = reqwest::redirect::Policy::none();
        let client = Client::builder().cookie_store(true).redirect(redirects).build().unwrap();
        Self { client, address: address.to_owned(), token: String::new(), id: String::new() }
    }

    /// The same person, signed in as before, at another server of the same library.
    pub(crate) fn at(&self, address: &str) -> Self {
        Self { address: address.into(), client: client(), ..self.clone() }
    }

    /// A request of hers that has not been sent yet.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.address));
        // Whoever has no token is at a browser, which says so of itself.
        match self.token.as_str() {
            "" => request.header("sec-fetch-site", "same-origin"),
            token => request.bearer_auth(token),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(body)).await
    }

    /// A resource as the API tells it to her.
    pub(crate) async fn resource(&self, id: &str) -> Value {
        self.get(&format!("/api/v1/resources/{id}")).await.expect(200)
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send("PATCH", path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None).await
    }

    /// Sends JSON and holds the answer to the OpenAPI document.
    async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let verb = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.request(verb, path);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.expect("the server answers");
        let status = response.status().as_u16();
        let text = response.text().await.expect("the answer is text");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        if status != 204 {
            document::check(method, path, status, &body);
        }
        Answer { status, body }
    }

    /// A page as she sees it: status and HTML.
    pub(crate) async fn page(&self, path: &str) -> (u16, String) {
        self.page_in(path, "en").await
    }

    pub(crate) async fn page_in(&self, path: &str, language: &str) -> (u16, String) {
        let request = self.request(Method::GET, path).header("accept-language", language);
        let response = request.send().await.expect("the server answers");
        (response.status().as_u16(), response.text().await.expect("the page is text"))
    }

    /// Sends a form as a browser without scripts does.
    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        // A browser says so of itself.
        let request =
            self.request(Method::POST, path).header("accept-language", "en").header("sec-fetch-site", "same-origin");
        request.form(fields).send().await.expect("the server answers")
    }

    pub(crate) async fn adds_unit(&self, name: &str, kind: &str, parent: Option<&str>) -> String {
        let body = json!({"name": {"en": name}, "kind": kind, "parent": parent});
        id_of(&self.post("/api/v1/org-units", &body).await.expect(201))
    }

    pub(crate) async fn adds_course(&self, column: &str, title: &str) -> String {
        let title = json!({"zh": title});
        let body = json!({"column": column, "title": title, "summary": title, "language": "zh"});
        id_of(&self.post("/api/v1/courses", &body).await.expect(201))
    }

    pub(crate) async fn adds_lesson(&self, course: &str, title: &str, resource: &str) -> String {
        let body = json!({"title": {"zh": title}, "resource": resource});
        id_of(&self.post(&format!("/api/v1/courses/{course}/lessons"), &body).await.expect(201))
    }

    /// A published course with one lesson; gives the course.
    pub(crate) async fn publishes(&self, column: &str, title: &str, lesson: &str, resource: &str) -> String {
        let course = self.adds_course(column, title).await;
        self.adds_lesson(&course, lesson, resource).await;
        self.post(&format!("/api/v1/courses/{course}/publish"), &Value::Null).await.expect(200);
        course
    }

    /// Uploads a whole file by tus; gives the resource's id.
    pub(crate) async fn uploads(&self, bytes: &[u8], filename: &str, filetype: &str) -> String {
        let location = self.opens_upload(bytes.len(), filename, filetype).await;
        let sent = self.sends(&location, 0, bytes).await;
        assert_eq!(sent.status(), 204, "the bytes are taken");
        location.rsplit('/').next().expect("an id").to_owned()
    }

    /// Opens an upload; gives its address.
    pub(crate) async fn opens_upload(&self, size: usize, filename: &str, filetype: &str) -> String {
        use base64::Engine;
        let encoded = |text: &str| base64::prelude::BASE64_STANDARD.encode(text);
        let (name, kind) = (encoded(filename), encoded(filetype));
        let metadata = format!("filename {name},filetype {kind},title {name},language {}", encoded("zh"));
        let request = self.request(Method::POST, "/api/v1/uploads").header("tus-resumable", "1.0.0");
        let request = request.header("upload-length", size).header("upload-metadata", metadata);
        let response = request.send().await.expect("the server answers");
        assert_eq!(response.status(), 201, "{:?}", response.text().await);
        response.headers()["location"].to_str().expect("an address").to_owned()
    }

    /// Sends bytes of an upload at an offset.
    pub(crate) async fn sends(&self, location: &str, offset: usize, bytes: &[u8]) -> Response {
        let request = self.request(Method::PATCH, location).header("tus-resumable", "1.0.0");
        let request = request.header("content-type", "application/offset+octet-stream").header("upload-offset", offset);
        request.body(bytes.to_vec()).send().await.expect("the server answers")
    }

    /// Sends what is pushed into the link, as it is pushed.
    pub(crate) fn sends_slowly(&self, location: &str, offset: usize) -> (Link, Sending) {
        let (link, body) = futures::channel::mpsc::unbounded();
        let request = self.request(Method::PATCH, location).header("tus-resumable", "1.0.0");
        let request = request.header("content-type", "application/offset+octet-stream").header("upload-offset", offset);
        (link, tokio::spawn(request.body(reqwest::Body::wrap_stream(body)).send()))
    }

    /// Where the server stands with an upload.
    pub(crate) async fn offset_of(&self, location: &str) -> Option<usize> {
        let request = self.request(Method::HEAD, location).header("tus-resumable", "1.0.0");
        let response = request.send().await.expect("the server answers");
        response.headers().get("upload-offset")?.to_str().ok()?.parse().ok()
    }

    /// Reports played seconds of one lesson in one event; gives the receipt.
    pub(crate) async fn watches(&self, lesson: &str, seconds: &[(i64, i64)], now_ms: i64) -> Value {
        let event = event(&uuid::Uuid::new_v4().to_string(), lesson, seconds, now_ms);
        let body = json!({"session": format!("sitting of {}", self.id), "events": [event]});
        self.post("/api/v1/watch", &body).await.expect(200)["receipts"][0].clone()
    }
}

/// One event as a player makes it.
pub(crate) fn event(id: &str, lesson: &str, seconds: &[(i64, i64)], now_ms: i64) -> Value {
    let intervals: Vec<_> = seconds.iter().map(|(from, to)| [from * 1000, to * 1000]).collect();
    let position = seconds.last().map_or(0, |(_, to)| to * 1000);
    json!({"id": id, "lesson": lesson, "intervals_ms": intervals, "position_ms": position, "device_time": now_ms, "rate": 1.0})
}

/// A text as it stands in the query of an address.
pub(crate) fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

pub(crate) fn id_of(made: &Value) -> String {
    made["id"].as_str().expect("an id").to_owned()
}
