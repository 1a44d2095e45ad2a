//! How is one thing asked for? A label, a field, a hint, and the problem tied to it.

use leptos::prelude::*;

use super::area::Area;
use crate::view::Form;
use crate::wire::Lang;

/// A field of a form. It shows again what was typed when the form comes back refused.
pub struct Field {
    name: String,
    place: Option<String>,
    label: String,
    value: String,
    /// Whether the form came back with it.
    is_back: bool,
    problem: Option<String>,
    hint: Option<String>,
    kind: &'static str,
    autocomplete: Option<&'static str>,
    required: bool,
    max_chars: Option<u32>,
    lang: Option<&'static str>,
}

impl Field {
    pub fn new(form: &Form, name: &str, label: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            place: None,
            label: label.into(),
            value: form.value(name),
            is_back: form.values.contains_key(name),
            problem: form.problem_of(name),
            hint: None,
            kind: "text",
            autocomplete: None,
            required: false,
            max_chars: None,
            lang: None,
        }
    }

    /// Which of several forms on the page it stands in: keeps their ids apart.
    pub fn within(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// What it holds when the form does not say. A field that came back emptied stays so.
    pub fn or_value(mut self, value: impl Into<String>) -> Self {
        if !self.is_back {
            self.value = value.into();
        }
        self
    }

    /// The `type` of the input: `text` unless told. A password is never shown again.
    pub fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        if kind == "password" {
            self.value.clear();
        }
        self
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub fn autocomplete(mut self, what: &'static str) -> Self {
        self.autocomplete = Some(what);
        self
    }

    pub fn max_chars(mut self, chars: u32) -> Self {
        self.max_chars = Some(chars);
        self
    }

    /// The language of what is typed here.
    pub fn written_in(mut self, lang: Lang) -> Self {
        self.lang = Some(lang.tag());
        self
    }

    pub fn input(self) -> AnyView {
        let (id, describedby, invalid) = (self.id(), self.describedby(), self.problem.is_some().then_some("true"));
        let input = view! {
            <input id=id class="input" type=self.kind name=self.name.clone() value=self.value.clone() lang=self.lang
                required=self.required maxlength=self.max_chars autocomplete=self.autocomplete
                aria-invalid=invalid aria-describedby=describedby />
        };
        self.around(input.into_any())
    }

    pub fn area(self, rows: u32) -> AnyView {
        let area = Area {
            id: Some(self.id()),
            name: self.name.clone(),
            text: self.value.clone(),
            rows,
            class: Some("input"),
            lang: self.lang,
            required: self.required,
            max_chars: self.max_chars,
            label: None,
            described_by: self.describedby(),
            is_wrong: self.problem.is_some(),
        };
        self.around(area.show())
    }

    /// One of `options`: what is sent, and how it is called. What it holds is offered though it is none of them: else
    /// the browser would send the first.
    pub fn choice(self, mut options: Vec<(String, String)>) -> AnyView {
        if !self.value.is_empty() && options.iter().all(|(value, _)| *value != self.value) {
            options.push((self.value.clone(), self.value.clone()));
        }
        let (id, describedby, invalid) = (self.id(), self.describedby(), self.problem.is_some().then_some("true"));
        let options = options.into_iter().map(|(value, label)| {
            let chosen = value == self.value;
            view! { <option value=value selected=chosen>{label}</option> }
        });
        let options = options.collect_view();
        let select = view! {
            <select id=id class="input" name=self.name.clone() required=self.required
                aria-invalid=invalid aria-describedby=describedby>{options}</select>
        };
        self.around(select.into_any())
    }

    fn id(&self) -> String {
        format!("{}-{}", self.place.as_deref().unwrap_or("field"), self.name)
    }

    fn describedby(&self) -> Option<String> {
        let hint = self.hint.is_some().then(|| format!("{}-hint", self.id()));
        let problem = self.problem.is_some().then(|| format!("{}-problem", self.id()));
        let ids: Vec<_> = hint.into_iter().chain(problem).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn around(self, control: AnyView) -> AnyView {
        let id = self.id();
        let hint = self.hint.map(|hint| view! { <p class="field-hint" id=format!("{id}-hint")>{hint}</p> });
        let problem = self.problem.map(|problem| {
            view! { <p class="field-problem" id=format!("{id}-problem")>{problem}</p> }
        });
        view! { <div class="field"><label for=id.clone()>{self.label}</label>{hint}{control}{problem}</div> }.into_any()
    }
}

/// What is wrong with the form as a whole, when it is not about a field that is shown.
pub fn problem_of_form(form: &Form) -> AnyView {
    let problem = form.problem.as_ref().filter(|problem| problem.field.is_none());
    problem.map(|problem| alert(problem.message.clone())).into_any()
}

/// A message that is read aloud at once.
pub fn alert(text: impl Into<String>) -> AnyView {
    view! { <p class="notice bad" role="alert">{text.into()}</p> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Problem;

    fn refused() -> Form {
        let problem = Problem {
            kind: "invalid".into(),
            message: "Too short".into(),
            field: Some("login".into()),
            reference: "r".into(),
        };
        Form { values: [("login".to_owned(), "<pema>".to_owned())].into(), problem: Some(problem), field: None }
    }

    #[test]
    fn a_refused_field_keeps_its_text_and_is_tied_to_its_problem() {
        let html = Field::new(&refused(), "login", "Account").hint("As given").required().input().to_html();
        assert!(html.contains(r#"value="&lt;pema&gt;""#), "{html}");
        assert!(html.contains(r#"aria-describedby="field-login-hint field-login-problem""#), "{html}");
        assert!(html.contains(r#"id="field-login-problem""#) && html.contains("Too short"), "{html}");
        assert!(html.contains(r#"aria-invalid="true""#) && html.contains(" required"), "{html}");
    }

    #[test]
    fn a_password_is_never_shown_again() {
        let form = Form { values: [("password".to_owned(), "secret".to_owned())].into(), ..Form::default() };
        let html = Field::new(&form, "password", "Password").kind("password").input().to_html();
        assert!(!html.contains("secret"), "{html}");
    }
}
