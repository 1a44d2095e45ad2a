//! What does a browser make of a page? Its links and its forms, and what it sends of a form. Texts and entities are read by
//! the rules of WHATWG HTML (13.2.5, `html5gum`), what is sent is put together by those of 4.10.21.

use std::collections::BTreeMap;

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Line,
    Area,
    Password,
    Number,
    Day,
    Moment,
    Hidden,
    Tick,
    Choice,
    File,
}

/// A control of a form.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// As a browser shows it, with `\n` for line ends.
    pub(crate) value: String,
    /// Whether it is sent: boxes that are not ticked are not.
    pub(crate) is_on: bool,
    pub(crate) choices: Vec<String>,
    pub(crate) max_chars: Option<usize>,
}

impl Field {
    /// Whether a person types it.
    pub(crate) fn is_typed(&self) -> bool {
        matches!(self.kind, Kind::Line | Kind::Area)
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    pub(crate) id: String,
    pub(crate) action: String,
    pub(crate) is_post: bool,
    pub(crate) is_multipart: bool,
    pub(crate) fields: Vec<Field>,
    /// Name and value of each button that sends it.
    pub(crate) buttons: Vec<(String, String)>,
    /// Where other buttons of it send it instead.
    elsewhere: Vec<String>,
}

impl Form {
    /// The path it is sent to.
    pub(crate) fn path(&self) -> &str {
        self.action.split(['?', '#']).next().unwrap_or_default()
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.value.as_str())
    }

    /// What tells it from the others of its page.
    pub(crate) fn key(&self) -> String {
        let known = ["form", "key", "act", "known", "name"].map(|name| self.value(name).unwrap_or_default());
        format!("{} {}", self.action, known.join(" "))
    }

    /// What a browser sends, with the button of this number where it has one.
    pub(crate) fn sent(&self, button: usize) -> Vec<(String, String)> {
        let ends = |text: &str| text.replace("\r\n", "\n").replace('\n', "\r\n");
        let fields =
            self.fields.iter().filter(|field| field.is_on && field.kind != Kind::File && !field.name.is_empty());
        let mut sent: Vec<_> = fields.map(|field| (field.name.clone(), ends(&field.value))).collect();
        sent.extend(self.buttons.get(button).filter(|(name, _)| !name.is_empty()).cloned());
        sent
    }
}

/// What stands on a page.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) links: Vec<String>,
    pub(crate) forms: Vec<Form>,
}

/// Reads a page.
///
/// # Panics
/// Where a form stands within another: browsers pass over the inner one.
pub(crate) fn read(html: &str) -> Page {
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut reading = Reading::default();
    for token in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Ok(Token::StartTag(tag)) => reading.open(&tag),
            Ok(Token::EndTag(tag)) => reading.close(&String::from_utf8_lossy(&tag.name)),
            Ok(Token::String(text)) => reading.text(&String::from_utf8_lossy(&text.value)),
            Ok(_) => {}
            Err(never) => match never {},
        }
    }
    reading.done()
}

#[derive(Default)]
struct Reading {
    page: Page,
    form: Option<usize>,
    /// Controls that name their form; the form may follow.
    elsewhere: Vec<(String, Field)>,
    area: Option<Field>,
    choice: Option<Field>,
    has_chosen: bool,
    /// An option without a value of its own: its text is.
    option: Option<String>,
}

type Attributes = BTreeMap<String, String>;

impl Reading {
    fn open(&mut self, tag: &StartTag<()>) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let about: Attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(&value.value))).collect();
        let of = |name: &str| about.get(name).cloned().unwrap_or_default();
        match tag.name.as_slice() {
            b"a" => self.page.links.extend(about.get("href").cloned()),
            b"form" => {
                assert!(self.form.is_none(), "a form within a form: {about:?}");
                self.form = Some(self.page.forms.len());
                self.page.forms.push(Form {
                    id: of("id"),
                    action: of("action"),
                    is_post: of("method") == "post",
                    is_multipart: of("enctype") == "multipart/form-data",
                    ..Form::default()
                });
            }
            _ if about.contains_key("disabled") => {}
            b"button" if of("type") != "button" && !about.contains_key("form") => {
                if let Some(form) = self.form {
                    match about.get("formaction") {
                        Some(action) => self.page.forms[form].elsewhere.push(action.clone()),
                        None => self.page.forms[form].buttons.push((of("name"), of("value"))),
                    }
                }
            }
            b"input" => self.input(&about),
            b"textarea" => self.area = Some(field(&about, Kind::Area, String::new())),
            b"select" => {
                self.choice = Some(field(&about, Kind::Choice, String::new()));
                self.has_chosen = false;
            }
            b"option" => self.option(&about),
            _ => {}
        }
    }

    fn input(&mut self, about: &Attributes) {
        let value = about.get("value").cloned().unwrap_or_default();
        let line = value.replace(['\n', '\r'], "");
        let (kind, value) = match about.get("type").map_or("text", String::as_str) {
            "hidden" => (Kind::Hidden, value),
            "checkbox" | "radio" => (Kind::Tick, if about.contains_key("value") { value } else { "on".into() }),
            "file" => (Kind::File, String::new()),
            "password" => (Kind::Password, line),
            "number" => (Kind::Number, if line.parse::<f64>().is_ok() { line } else { String::new() }),
            "date" => (Kind::Day, if is_like(&line, "0000-00-00") { line } else { String::new() }),
            "datetime-local" => (Kind::Moment, if is_like(&line, "0000-00-00T00:00") { line } else { String::new() }),
            _ => (Kind::Line, line),
        };
        let is_on = kind != Kind::Tick || about.contains_key("checked");
        self.add(about.get("form"), Field { is_on, ..field(about, kind, value) });
    }

    fn option(&mut self, about: &Attributes) {
        let Some(choice) = &mut self.choice else { return };
        let value = about.get("value").cloned();
        if about.contains_key("selected") || choice.choices.is_empty() && !self.has_chosen {
            choice.value = value.clone().unwrap_or_default();
            self.has_chosen = about.contains_key("selected");
        }
        match value {
            Some(value) => choice.choices.push(value),
            None => self.option = Some(String::new()),
        }
    }

    fn add(&mut self, form: Option<&String>, field: Field) {
        match (form, self.form) {
            (Some(form), _) => self.elsewhere.push((form.clone(), field)),
            (None, Some(form)) => self.page.forms[form].fields.push(field),
            (None, None) => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(area) = &mut self.area {
            area.value.push_str(text);
        } else if let Some(option) = &mut self.option {
            option.push_str(text);
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "form" => self.form = None,
            "textarea" => {
                if let Some(mut area) = self.area.take() {
                    area.value = area.value.strip_prefix('\n').map(str::to_owned).unwrap_or(area.value);
                    self.add(None, area);
                }
            }
            "option" => {
                if let (Some(text), Some(choice)) = (self.option.take(), &mut self.choice) {
                    choice.choices.push(text.trim().to_owned());
                }
            }
            "select" => {
                if let Some(choice) = self.choice.take() {
                    self.add(None, choice);
                }
            }
            _ => {}
        }
    }

    fn done(mut self) -> Page {
        for (id, field) in self.elsewhere {
            if let Some(form) = self.page.forms.iter_mut().find(|form| form.id == id) {
                form.fields.push(field);
            }
        }
        // A form that some buttons send elsewhere is as many forms.
        let others = |form: &Form| -> Vec<Form> {
            let to = form.elsewhere.iter();
            to.map(|action| Form { action: action.clone(), buttons: Vec::new(), elsewhere: Vec::new(), ..form.clone() })
                .collect()
        };
        let others: Vec<Form> = self.page.forms.iter().flat_map(others).collect();
        self.page.forms.extend(others);
        self.page
    }
}

fn field(about: &Attributes, kind: Kind, value: String) -> Field {
    let name = about.get("name").cloned().unwrap_or_default();
    let max_chars = about.get("maxlength").and_then(|most| most.parse().ok());
    Field { name, kind, value, is_on: true, choices: Vec::new(), max_chars }
}

/// Whether a text has digits where the pattern has, and is the same elsewhere.
fn is_like(text: &str, pattern: &str) -> bool {
    let same = |(one, other): (char, char)| if other == '0' { one.is_ascii_digit() } else { one == other };
    text.len() == pattern.len() && text.chars().zip(pattern.chars()).all(same)
}

#[test]
fn a_page_is_read_as_browsers_read_it() {
    let html = "<a href=\"/a?b=1&amp;c=2\">x</a><form id=f method=post action=/t#n><input name=l value=\"a&#10;b&lt;\">\
                <textarea name=t>\n\n &lt;/b&gt; < 90% </p></textarea><select name=s><option value=1>x<option value=2 selected>y\
                </select><input type=checkbox name=c checked><input type=checkbox name=d><input type=date name=e value=x>\
                <button name=go value=on></form><input type=hidden name=once value=w form=f>";
    let page = read(html);
    assert_eq!(page.links, ["/a?b=1&c=2"]);
    let sent = page.forms[0].sent(0);
    let pairs: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let expected =
        [("l", "ab<"), ("t", "\r\n </b> < 90% </p>"), ("s", "2"), ("c", "on"), ("e", ""), ("once", "w"), ("go", "on")];
    assert_eq!(pairs, expected);
}
