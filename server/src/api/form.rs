//! How are bodies read? JSON of a known shape, refused with a reason; texts as an object or as one string.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use content::ids::Language;
use content::texts::Texts;
use content::{Error, Why};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::failure::Failure;

/// A JSON body. Anything that is not of its shape is `invalid` with the reason `unreadable`.
pub(crate) struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let unreadable = |field| Failure(Error::Invalid { field, why: Why::Unreadable });
        let bytes = Bytes::from_request(request, state).await.map_err(|_| unreadable("body"))?;
        serde_json::from_slice(&bytes).map(Self).map_err(|_| unreadable("body"))
    }
}

/// A text in up to three languages: `{"zh": …, "bo": …, "en": …}`. A plain string is taken in the language of the thing.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum TextForm {
    Plain(String),
    Languages(Words),
}

/// The same text in each language it exists in.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub(crate) struct Words {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bo: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl TextForm {
    pub(crate) fn texts(self, language: Language) -> Texts {
        match self {
            Self::Plain(text) => Texts::of(language, text),
            Self::Languages(Words { zh, bo, en }) => Texts { zh, bo, en },
        }
    }
}

/// The texts of a field that may be absent.
pub(crate) fn texts_or_none(text: Option<TextForm>, language: Language) -> Texts {
    text.map(|text| text.texts(language)).unwrap_or_default()
}

impl From<Texts> for Words {
    fn from(texts: Texts) -> Self {
        Self { zh: texts.zh, bo: texts.bo, en: texts.en }
    }
}

/// The id of what was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct Made {
    pub id: String,
}

/// `201 Created` with the id.
pub(crate) fn made(id: &impl ToString) -> (axum::http::StatusCode, axum::Json<Made>) {
    (axum::http::StatusCode::CREATED, axum::Json(Made { id: id.to_string() }))
}

pub(crate) fn language(given: Option<&str>, otherwise: Language) -> Result<Language, Failure> {
    Ok(word("language", given, Language::parse)?.unwrap_or(otherwise))
}

/// One of the words that `parse` knows; absent and empty are none.
pub(crate) fn word<T>(
    field: &'static str,
    word: Option<&str>,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Failure> {
    let word = word.filter(|word| !word.is_empty());
    word.map(|word| parse(word).ok_or(Failure(Error::Invalid { field, why: Why::UnknownValue }))).transpose()
}
