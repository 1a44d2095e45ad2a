//! What others would have: one field of all that is said, any of the words of the question, ranked as the engine ranks.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::{Index, IndexReader, TantivyDocument, Term, doc};

use super::{Asked, Outcome, Text, sql};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    Default,
    Jieba,
}

struct Tantivy {
    index: Index,
    reader: IndexReader,
    id: Field,
    text: Field,
    tokenizer: &'static str,
}

pub(super) fn tantivy(folder: &Path, texts: &[Text], cut: Cut) -> Outcome<Box<dyn Asked>> {
    let tokenizer = if cut == Cut::Jieba { "jieba" } else { "default" };
    let mut schema = Schema::builder();
    let id = schema.add_text_field("id", STRING | STORED);
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(tokenizer)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let index = Index::create_in_dir(folder, schema.build())?;
    if cut == Cut::Jieba {
        index.tokenizers().register(tokenizer, tantivy_jieba::JiebaTokenizer::new());
    }
    let mut writer = index.writer_with_num_threads(1, 50_000_000)?;
    for each in texts {
        writer.add_document(doc!(id => each.id.as_str(), text => format!("{}\n{}", each.title, each.body)))?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    let reader = index.reader()?;
    Ok(Box::new(Tantivy { index, reader, id, text, tokenizer }))
}

impl Asked for Tantivy {
    fn ask(&self, question: &str) -> Outcome<Vec<String>> {
        let mut analyzer = self.index.tokenizers().get(self.tokenizer).ok_or("no such tokenizer")?;
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        analyzer.token_stream(question).process(&mut |token| {
            let term = TermQuery::new(Term::from_field_text(self.text, &token.text), IndexRecordOption::WithFreqs);
            clauses.push((Occur::Should, Box::new(term)));
        });
        let searcher = self.reader.searcher();
        let found = searcher.search(&BooleanQuery::new(clauses), &TopDocs::with_limit(100).order_by_score())?;
        let id = |(_, address)| -> Outcome<String> {
            let document: TantivyDocument = searcher.doc(address)?;
            Ok(document.get_first(self.id).and_then(|value| value.as_str()).unwrap_or_default().to_owned())
        };
        found.into_iter().map(id).collect()
    }
}

struct Trigrams {
    runtime: tokio::runtime::Runtime,
    pool: SqlitePool,
}

pub(super) fn trigrams(folder: &Path, texts: &[Text]) -> Outcome<Box<dyn Asked>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let options = SqliteConnectOptions::new().filename(folder.join("said.sqlite")).create_if_missing(true);
    let pool = runtime.block_on(async {
        let pool = SqlitePool::connect_with(options).await?;
        sqlx::query(sql::MAKE).execute(&pool).await?;
        let mut tx = pool.begin().await?;
        for each in texts {
            let text = format!("{}\n{}", each.title, each.body);
            sqlx::query(sql::ADD).bind(&each.id).bind(text).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok::<_, sqlx::Error>(pool)
    })?;
    Ok(Box::new(Trigrams { runtime, pool }))
}

impl Asked for Trigrams {
    fn ask(&self, question: &str) -> Outcome<Vec<String>> {
        let mut wanted: Vec<String> = Vec::new();
        for part in question.split_whitespace() {
            let characters: Vec<char> = part.chars().filter(|each| *each != '"').collect();
            wanted.extend(characters.windows(3).map(|three| format!("\"{}\"", three.iter().collect::<String>())));
        }
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let found = sqlx::query_as::<_, (String,)>(sql::FIND).bind(wanted.join(" OR ")).fetch_all(&self.pool);
        Ok(self.runtime.block_on(found)?.into_iter().map(|row| row.0).collect())
    }
}
