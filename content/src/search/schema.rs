//! What does the index keep of a passage?

use tantivy::schema::{INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};

use super::Fields;
use super::words::TOKENIZER;

/// The folder of this layout: another layout or another way of cutting words is another folder, built from nothing.
pub(super) const VERSION: &str = "v3";

pub(super) fn build() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(TOKENIZER)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = TextOptions::default().set_indexing_options(indexing);
    let fields = Fields {
        kind: schema.add_text_field("kind", STRING | STORED),
        id: schema.add_text_field("id", STRING | STORED),
        course: schema.add_text_field("course", STRING | STORED),
        lesson: schema.add_text_field("lesson", STRING | STORED),
        column: schema.add_text_field("column", STRING | STORED),
        language: schema.add_text_field("language", STRING | STORED),
        audience: schema.add_text_field("audience", STRING),
        title: schema.add_text_field("title", STORED),
        title_words: schema.add_text_field("title_words", text.clone()),
        body: schema.add_text_field("body", text.set_stored()),
        at_ms: schema.add_i64_field("at_ms", INDEXED | STORED),
        page: schema.add_i64_field("page", STORED),
    };
    (schema.build(), fields)
}
