//! How well does it find? The index and the way of asking of this room over texts of no library, to be measured.

use std::path::Path;

use tantivy::schema::Value;
use tantivy::{TantivyDocument, doc};

use super::query::Reader;
use super::{Index, passages, query};
use crate::error::Result;
use crate::ids::Language;
use crate::texts::Texts;

/// A text of a set.
#[derive(Debug, Clone)]
pub struct Text {
    pub id: String,
    pub title: String,
    pub body: String,
}

/// An index of such texts.
pub struct Trial {
    index: Index,
}

impl Trial {
    /// Makes an index of `texts` in `folder`.
    ///
    /// # Errors
    /// `Internal` when the folder cannot be written.
    pub fn build(folder: &Path, texts: &[Text]) -> Result<Self> {
        let index = Index::open(folder)?;
        index.commit(1, |writer, fields| {
            for (number, text) in (1_u64..).zip(texts) {
                let mut document = doc!(
                    fields.id => text.id.as_str(), fields.audience => "*", fields.thing => number, fields.group => number,
                    fields.title => Texts::of(Language::Zh, &text.title).to_json(),
                );
                passages::add_texts(&mut document, fields, &text.title, &text.body);
                writer.add_document(document)?;
            }
            Ok(())
        })?;
        index.settle()?;
        Ok(Self { index })
    }

    /// The ids of what answers `question`, best first, and at most as many as are looked at.
    ///
    /// # Errors
    /// `Internal` when the index cannot be read.
    pub fn ask(&self, question: &str, with_synonyms: bool) -> Result<Vec<String>> {
        let known = self.index.known();
        let plan = query::plan(&self.index.names(), &known, question, with_synonyms);
        let all = vec![("audience", vec!["*"])];
        let (things, _) = query::things(&known, &plan, &all, &Reader::default())?;
        let id = |thing: &query::Thing| -> Result<String> {
            let document: TantivyDocument = known.searcher.doc(thing.best.address)?;
            Ok(document.get_first(known.fields.id).and_then(|value| value.as_str()).unwrap_or_default().to_owned())
        };
        things.iter().map(id).collect()
    }
}
