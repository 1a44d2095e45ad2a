//! Which one? Typed ids (UUIDv7 as text, made here) and the small closed words that rows share.

use std::fmt;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type, serde::Serialize, serde::Deserialize)]
            #[sqlx(transparent)]
            #[serde(transparent)]
            pub struct $name(String);

            impl $name {
                /// A new id; ids made later sort later.
                pub fn new() -> Self {
                    Self(uuid::Uuid::now_v7().simple().to_string())
                }

                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }

            impl Default for $name {
                fn default() -> Self {
                    Self::new()
                }
            }

            impl From<String> for $name {
                fn from(text: String) -> Self {
                    Self(text)
                }
            }

            impl From<&str> for $name {
                fn from(text: &str) -> Self {
                    Self(text.to_owned())
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                    out.write_str(&self.0)
                }
            }
        )+
    };
}

ids!(
    PersonId, UnitId, GrantId, ResourceId, JobId, ColumnId, CourseId, ModuleId, LessonId, AssignmentId, TermId, TopicId, ImportId,
    ViewId, RevisionId, ProposalId,
    /// Made by the device: one sitting.
    SessionId,
    /// Made by the device: one report of played intervals.
    EventId,
);

/// Whether a word could be taken for an id, in any of the ways they are written.
pub(crate) fn is_like_an_id(word: &str) -> bool {
    uuid::Uuid::try_parse(word).is_ok()
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(#[serde(rename = $text)] $variant),+
        }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, out: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                out.write_str(self.as_str())
            }
        }

        impl TryFrom<String> for $name {
            type Error = crate::ids::UnknownWord;

            fn try_from(text: String) -> std::result::Result<Self, Self::Error> {
                Self::parse(&text).ok_or(crate::ids::UnknownWord(text))
            }
        }
    };
}
pub(crate) use words;

/// A row holds a word this binary does not know.
#[derive(Debug, thiserror::Error)]
#[error("unknown word {0:?}")]
pub struct UnknownWord(pub String);

words!(
    /// A language of the interface and of content (BCP 47: zh-Hans-CN, bo-CN, en).
    Language { Zh = "zh", Bo = "bo", En = "en" }
);
