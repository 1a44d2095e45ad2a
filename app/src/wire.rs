//! What crosses to the browser: small serde types, nothing of the domain.

use serde::{Deserialize, Serialize};

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    Zh,
    Bo,
    En,
}

impl Lang {
    pub const ALL: [Self; 3] = [Self::Zh, Self::Bo, Self::En];

    /// The tag for `lang=…` (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-Hans-CN",
            Self::Bo => "bo-CN",
            Self::En => "en",
        }
    }

    /// The short word in addresses, cookies and the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::Bo => "bo",
            Self::En => "en",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.word() == word)
    }

    /// How the language calls itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::Zh => "中文",
            Self::Bo => "བོད་ཡིག",
            Self::En => "English",
        }
    }
}

/// How far an upload has come, for the live stages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageNow {
    /// `received`, `checked`, `transcoding`, `ready` or `failed`.
    pub stage: String,
    pub percent: f64,
    /// Why it failed, in the reader's language.
    pub cause: Option<String>,
}

/// What a browser may know about a failure. Never internal text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A stable word for programs: not_found, not_signed_in, forbidden, invalid, conflict, too_many, busy, internal.
    pub kind: String,
    /// In the reader's language.
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What to quote when asking for help.
    pub reference: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

impl server_fn::error::FromServerFnError for Problem {
    type Encoder = server_fn::codec::JsonEncoding;

    fn from_server_fn_error(error: server_fn::error::ServerFnErrorErr) -> Self {
        // The link is lost, or the two sides do not understand each other: the island shows its own words for it.
        Self { kind: "link".into(), message: String::new(), field: None, reference: error.to_string() }
    }
}
