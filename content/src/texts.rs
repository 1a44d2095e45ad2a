//! How is it called in each language? A title or summary in up to three languages.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, Why};
use crate::ids::Language;

/// At least one language is present in anything that passed [`Texts::checked`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bo: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Texts {
    pub fn of(language: Language, text: impl Into<String>) -> Self {
        let mut texts = Self::default();
        *texts.slot(language) = Some(text.into());
        texts
    }

    fn slot(&mut self, language: Language) -> &mut Option<String> {
        match language {
            Language::Zh => &mut self.zh,
            Language::Bo => &mut self.bo,
            Language::En => &mut self.en,
        }
    }

    /// The same with another text in one language; an empty one takes it away.
    #[must_use]
    pub fn with(mut self, language: Language, text: &str) -> Self {
        *self.slot(language) = Some(text.to_owned()).filter(|text| !text.trim().is_empty());
        self
    }

    pub fn get(&self, language: Language) -> Option<&str> {
        match language {
            Language::Zh => self.zh.as_deref(),
            Language::Bo => self.bo.as_deref(),
            Language::En => self.en.as_deref(),
        }
    }

    /// The text for a reader of `language`, else in the nearest language there is, with the language it is in.
    pub fn best(&self, language: Language) -> (Language, &str) {
        [language, Language::Zh, Language::En, Language::Bo]
            .into_iter()
            .find_map(|each| self.get(each).map(|text| (each, text)))
            .unwrap_or((language, ""))
    }

    pub fn iter(&self) -> impl Iterator<Item = (Language, &str)> {
        Language::ALL.iter().filter_map(|language| self.get(*language).map(|text| (*language, text)))
    }

    /// Whether it is called so in any language.
    pub fn is_called(&self, name: &str) -> bool {
        self.iter().any(|(_, text)| text == name)
    }

    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Trimmed, blank languages dropped, control characters gone; what has to be said is said in one line.
    ///
    /// # Errors
    /// `Invalid` when nothing is left and `required`, or when a text has more than `max_chars` characters.
    pub fn checked(self, field: &'static str, required: bool, max_chars: usize) -> Result<Self> {
        let clean = if required { clean_line } else { clean };
        let clean = |text: Option<String>| text.map(|text| clean(&text)).filter(|text| !text.is_empty());
        let texts = Self { zh: clean(self.zh), bo: clean(self.bo), en: clean(self.en) };
        if required && texts.is_empty() {
            return Err(Error::invalid(field, Why::Empty));
        }
        if texts.iter().any(|(_, text)| text.chars().count() > max_chars) {
            return Err(Error::invalid(field, Why::TooLong));
        }
        Ok(texts)
    }

    pub(crate) fn to_json(&self) -> String {
        serde_json::json!(self).to_string()
    }
}

/// Text as it is kept: lines end as `\n`, other control characters are gone (no page can show them, and PostgreSQL keeps
/// no NUL), nothing blank around it. Cleaned again, it stays as it is: what a form shows and sends back is no change.
pub(crate) fn clean(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace(['\r', '\u{b}', '\u{c}', '\u{85}'], "\n");
    let kept: String = lines.chars().filter(|each| !each.is_control() || matches!(each, '\n' | '\t')).collect();
    kept.trim().to_owned()
}

/// The same in a single line, as inputs of one line hold it.
pub(crate) fn clean_line(text: &str) -> String {
    clean(text).replace(['\n', '\t'], " ")
}

/// A required single line of at most `max_chars` characters.
pub(crate) fn checked_line(field: &'static str, text: &str, max_chars: usize) -> Result<String> {
    let text = clean_line(text);
    match text.chars().count() {
        0 => Err(Error::invalid(field, Why::Empty)),
        count if count > max_chars => Err(Error::invalid(field, Why::TooLong)),
        _ => Ok(text),
    }
}

impl TryFrom<String> for Texts {
    type Error = serde_json::Error;

    fn try_from(json: String) -> std::result::Result<Self, Self::Error> {
        serde_json::from_str(&json)
    }
}

/// A pattern of `like … escape '!'` for texts with these words anywhere.
pub(crate) fn containing(words: &str) -> String {
    let mut pattern = String::from("%");
    for char in words.chars() {
        if matches!(char, '!' | '%' | '_') {
            pattern.push('!');
        }
        pattern.push(char);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_gets_her_language_or_the_nearest_one() {
        let texts = Texts { zh: Some("高血压".into()), bo: None, en: Some("Hypertension".into()) };
        assert_eq!(texts.best(Language::En), (Language::En, "Hypertension"));
        assert_eq!(texts.best(Language::Bo), (Language::Zh, "高血压"));
    }

    #[test]
    fn blank_texts_are_refused_only_where_one_is_needed() {
        let blank = Texts::of(Language::Bo, " \u{0}\t ");
        assert!(matches!(
            blank.clone().checked("title", true, 9),
            Err(Error::Invalid { field: "title", why: Why::Empty })
        ));
        assert_eq!(blank.checked("title", false, 9).unwrap(), Texts::default());
    }

    #[test]
    fn no_character_that_is_looked_for_is_a_wildcard() {
        assert_eq!(containing("100%_!"), "%100!%!_!!%");
        assert_eq!(containing(""), "%%");
    }

    #[test]
    fn what_was_cleaned_stays_as_it_is() {
        let cases = [
            (
                "SpO2 < 90% 时吸氧，\r\n收缩压 > 140",
                "SpO2 < 90% 时吸氧，\n收缩压 > 140",
                "SpO2 < 90% 时吸氧， 收缩压 > 140",
            ),
            ("\u{0} a\u{7} ", "a", "a"),
            ("one\rtwo\u{b}three", "one\ntwo\nthree", "one two three"),
            ("a\tb", "a\tb", "a b"),
            ("\u{3000}ཁྲག་ཤེད\u{200f} 🩺", "ཁྲག་ཤེད\u{200f} 🩺", "ཁྲག་ཤེད\u{200f} 🩺"),
        ];
        for (text, area, line) in cases {
            assert_eq!((clean(text).as_str(), clean_line(text).as_str()), (area, line), "{text:?}");
            assert_eq!((clean(area).as_str(), clean_line(line).as_str()), (area, line), "again: {text:?}");
        }
    }
}
