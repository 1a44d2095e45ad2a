//! How is a text in three languages asked for? One is enough, so the reader's own stands first and the others are folded away.

use leptos::prelude::*;

use crate::messages as m;
use crate::parts::area::Area;
use crate::view::Form;
use crate::wire::Lang;

/// The form as it came back, if it was this one of the several on its page; else an empty one.
pub(super) fn of(form: &Form, name: &str) -> Form {
    if form.value("form") == name { form.clone() } else { Form::default() }
}

/// Says which of a page's forms this is.
pub(super) fn name(name: &'static str) -> AnyView {
    view! { <input type="hidden" name="form" value=name /> }.into_any()
}

/// What is asked for in three languages.
pub(super) struct Texts<'a> {
    pub(super) form: &'a Form,
    /// Keeps the ids of two forms on one page apart.
    pub(super) place: &'a str,
    /// `title` is sent as `title_zh`, `title_bo`, `title_en`.
    pub(super) name: &'static str,
    pub(super) legend: &'static str,
    pub(super) hint: Option<&'static str>,
    pub(super) max_chars: u32,
    /// Lines of a text area; one line is an input.
    pub(super) rows: u32,
}

impl Texts<'_> {
    pub(super) fn title<'a>(form: &'a Form, place: &'a str, lang: Lang) -> Texts<'a> {
        let hint = Some(m::studio_title_hint(lang));
        Texts { form, place, name: "title", legend: m::studio_field_title(lang), hint, max_chars: 200, rows: 1 }
    }

    pub(super) fn summary<'a>(form: &'a Form, place: &'a str, lang: Lang) -> Texts<'a> {
        let legend = m::studio_field_summary(lang);
        Texts { form, place, name: "summary", legend, hint: None, max_chars: 2000, rows: 3 }
    }

    pub(super) fn show(&self, reader: Lang) -> AnyView {
        let others = Lang::ALL.into_iter().filter(|each| *each != reader);
        let is_open = others.clone().any(|each| !self.value(each).is_empty());
        let problem = self.problem();
        let problem_id = problem.is_some().then(|| format!("{}-{}-problem", self.place, self.name));
        let described_by = problem_id.clone();
        view! {
            <fieldset class="texts" aria-describedby=described_by>
                <legend>{self.legend}</legend>
                {self.hint.map(|hint| view! { <p class="field-hint">{hint}</p> })}
                {problem.map(|problem| view! { <p class="field-problem" id=problem_id role="alert">{problem}</p> })}
                {self.field(reader)}
                <details class="fold" open=is_open>
                    <summary>{m::studio_other_languages(reader)}</summary>
                    {others.map(|each| self.field(each)).collect_view()}
                </details>
            </fieldset>
        }
        .into_any()
    }

    fn value(&self, lang: Lang) -> String {
        self.form.value(&self.key(lang))
    }

    /// It may be about the text as a whole, or have been pinned to its first language.
    fn problem(&self) -> Option<String> {
        self.form.problem_of(self.name).or_else(|| self.form.problem_of(&self.key(Lang::Zh)))
    }

    fn key(&self, lang: Lang) -> String {
        format!("{}_{}", self.name, lang.word())
    }

    fn field(&self, lang: Lang) -> AnyView {
        let (id, key) = (format!("{}-{}", self.place, self.key(lang)), self.key(lang));
        let invalid = self.problem().is_some().then_some("true");
        let control = if self.rows == 1 {
            view! {
                <input id=id.clone() class="input" name=key value=self.value(lang) lang=lang.tag()
                    maxlength=self.max_chars autocomplete="off" aria-invalid=invalid />
            }
            .into_any()
        } else {
            let (id, text, rows, is_wrong) = (Some(id.clone()), self.value(lang), self.rows, self.problem().is_some());
            let (lang, max_chars) = (Some(lang.tag()), Some(self.max_chars));
            Area { id, name: key, text, rows, class: Some("input"), lang, max_chars, is_wrong, ..Area::default() }
                .show()
        };
        view! { <div class="field"><label for=id lang=lang.tag()>{lang.own_name()}</label>{control}</div> }.into_any()
    }
}

/// The languages of the platform as options: what is sent, and how each calls itself.
pub(super) fn languages() -> Vec<(String, String)> {
    Lang::ALL.map(|each| (each.word().to_owned(), each.own_name().to_owned())).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Problem;

    fn refused() -> Form {
        let problem = Problem {
            kind: "invalid".into(),
            message: "Too long".into(),
            field: Some("title".into()),
            reference: "r".into(),
        };
        let values = [("form", "lesson"), ("title_bo", "ཁྲག་ཤེད"), ("title_en", "\"Pressure\"")];
        let values = values.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Form { values, problem: Some(problem), field: Some("title".into()) }
    }

    #[test]
    fn a_refused_title_keeps_every_language_and_opens_the_fold() {
        let html = Texts::title(&refused(), "lesson", Lang::En).show(Lang::En).to_html();
        for part in
            ["&quot;Pressure&quot;", "ཁྲག་ཤེད", "Too long", "lesson-title-problem", "<details open class=\"fold\""]
        {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        assert!(html.find("title_en") < html.find("title_zh"), "the reader's language comes first: {html}");
    }

    #[test]
    fn a_problem_stays_with_the_form_it_came_from() {
        assert!(of(&refused(), "module").problem.is_none());
        assert!(of(&refused(), "lesson").problem.is_some());
    }
}
