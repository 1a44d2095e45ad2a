//! What does the index keep of a passage?

use std::collections::HashSet;

use tantivy::schema::{FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, Token, TokenStream, Tokenizer};

use super::words::{self, Script, Unit, View, Word};

/// The folder of this layout: another layout or another way of cutting words is another folder, built from nothing.
pub(super) const VERSION: &str = "v5";

/// A field that words are looked up in: a view of all that is said, or of the title alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Slot {
    Units,
    Pairs,
    Words,
    Sounds,
    TitleUnits,
    TitlePairs,
    TitleWords,
    TitleSounds,
    TitleInitials,
}

impl Slot {
    pub(super) const ALL: [Self; 9] = [
        Self::Units,
        Self::Pairs,
        Self::Words,
        Self::Sounds,
        Self::TitleUnits,
        Self::TitlePairs,
        Self::TitleWords,
        Self::TitleSounds,
        Self::TitleInitials,
    ];

    pub(super) fn view(self) -> View {
        match self {
            Self::Units | Self::TitleUnits => View::Units,
            Self::Pairs | Self::TitlePairs => View::Pairs,
            Self::Words | Self::TitleWords => View::Words,
            Self::Sounds | Self::TitleSounds => View::Sounds,
            Self::TitleInitials => View::Initials,
        }
    }

    pub(super) fn is_title(self) -> bool {
        self >= Self::TitleUnits
    }

    fn name(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Pairs => "pairs",
            Self::Words => "words",
            Self::Sounds => "sounds",
            Self::TitleUnits => "title_units",
            Self::TitlePairs => "title_pairs",
            Self::TitleWords => "title_words",
            Self::TitleSounds => "title_sounds",
            Self::TitleInitials => "title_initials",
        }
    }
}

/// The fields of a passage.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    pub kind: Field,
    pub id: Field,
    /// What is deleted together when a course changes.
    pub course: Field,
    pub lesson: Field,
    pub column: Field,
    pub aspects: Field,
    pub language: Field,
    /// For whom it is made.
    pub readers: Field,
    pub length: Field,
    /// Since when it is published (ms).
    pub since: Field,
    /// The unit whose learners may see it, or `*`.
    pub audience: Field,
    /// Numbers of the thing and of its course, to group by.
    pub thing: Field,
    pub group: Field,
    /// The title in all languages as JSON, for showing.
    pub title: Field,
    pub course_title: Field,
    pub body: Field,
    /// When each line of the body is said (ms, with commas between).
    pub starts: Field,
    pub page: Field,
    slots: [Field; 9],
}

impl Fields {
    pub(super) fn slot(&self, slot: Slot) -> Field {
        self.slots[slot as usize]
    }
}

pub(super) fn build() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let slots = Slot::ALL.map(|slot| {
        let indexing =
            TextFieldIndexing::default().set_tokenizer(slot.name()).set_index_option(IndexRecordOption::WithFreqs);
        schema.add_text_field(slot.name(), TextOptions::default().set_indexing_options(indexing))
    });
    let filter = STRING | FAST;
    let fields = Fields {
        kind: schema.add_text_field("kind", filter.clone() | STORED),
        id: schema.add_text_field("id", STRING | STORED),
        course: schema.add_text_field("course", STRING | STORED),
        lesson: schema.add_text_field("lesson", STORED),
        column: schema.add_text_field("column", filter.clone()),
        aspects: schema.add_text_field("aspects", filter.clone()),
        language: schema.add_text_field("language", filter.clone() | STORED),
        readers: schema.add_text_field("readers", filter.clone()),
        length: schema.add_text_field("length", filter.clone()),
        since: schema.add_i64_field("since", FAST),
        audience: schema.add_text_field("audience", filter),
        thing: schema.add_u64_field("thing", FAST),
        group: schema.add_u64_field("group", FAST),
        title: schema.add_text_field("title", STORED),
        course_title: schema.add_text_field("course_title", STORED),
        body: schema.add_text_field("body", STORED),
        starts: schema.add_text_field("starts", STORED),
        page: schema.add_i64_field("page", STORED),
        slots,
    };
    (schema.build(), fields)
}

pub(super) fn register(index: &tantivy::Index) {
    for slot in Slot::ALL {
        index.tokenizers().register(slot.name(), TextAnalyzer::from(Cut(slot)));
    }
}

/// Cuts text as a field keeps it.
#[derive(Debug, Clone, Copy)]
struct Cut(Slot);

struct Stream {
    units: Vec<Unit>,
    words: std::vec::IntoIter<Word>,
    token: Token,
}

impl Tokenizer for Cut {
    type TokenStream<'a> = Stream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream {
        let units = words::units(text);
        let mut words = words::view(&units, self.0.view());
        if self.0.is_title() {
            // That a title says a character twice does not make it fit twice as well.
            let mut seen = HashSet::new();
            words.retain(|word| units[word.first].script == Script::Latin || seen.insert(word.text.clone()));
        }
        Stream { units, words: words.into_iter(), token: Token::default() }
    }
}

impl TokenStream for Stream {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else { return false };
        self.token = Token {
            offset_from: self.units[word.first].from,
            offset_to: self.units[word.last].to,
            position: word.first,
            text: word.text,
            position_length: 1,
        };
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
