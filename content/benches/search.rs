//! How well does search find, and how fast? The product's own index and way of asking, beside what it is to be compared with,
//! over sets of texts, questions and judgments (`docs.jsonl`, `queries.tsv`, `qrels.tsv`) in one run.

#[path = "search/rivals.rs"]
mod rivals;
#[path = "search/scale.rs"]
mod scale;
#[path = "search/sql.rs"]
mod sql;

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use content::search::trial::{Text, Trial};

type Failure = Box<dyn std::error::Error>;
type Outcome<T> = Result<T, Failure>;

/// Something that can be asked; gives ids, best first.
trait Asked {
    fn ask(&self, question: &str) -> Outcome<Vec<String>>;
}

struct Ours {
    trial: Trial,
    with_synonyms: bool,
}

impl Asked for Ours {
    fn ask(&self, question: &str) -> Outcome<Vec<String>> {
        Ok(self.trial.ask(question, self.with_synonyms)?)
    }
}

struct Set {
    name: String,
    texts: Vec<Text>,
    questions: Vec<(String, String)>,
    /// Question → text → grade, 0 to 3.
    judged: HashMap<String, HashMap<String, f64>>,
}

fn rows(path: &Path) -> Outcome<Vec<Vec<String>>> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

impl Set {
    fn read(folder: &Path) -> Outcome<Self> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut texts = Vec::new();
        for line in std::fs::read_to_string(folder.join("docs.jsonl"))?.lines() {
            let text: serde_json::Value = serde_json::from_str(line)?;
            let get = |key: &str| text[key].as_str().unwrap_or_default().to_owned();
            texts.push(Text { id: get("id"), title: get("title"), body: get("body") });
        }
        let questions = rows(&folder.join("queries.tsv"))?;
        let questions =
            questions.into_iter().filter(|row| row.len() > 2).map(|row| (row[0].clone(), row[2].clone())).collect();
        let mut judged: HashMap<String, HashMap<String, f64>> = HashMap::new();
        for row in rows(&folder.join("qrels.tsv"))? {
            if let [question, text, grade] = row.as_slice() {
                judged.entry(question.clone()).or_default().insert(text.clone(), grade.parse()?);
            }
        }
        Ok(Self { name, texts, questions, judged })
    }
}

/// What one of those asked is worth on a set.
#[derive(Default)]
struct Worth {
    questions: f64,
    ndcg: f64,
    mrr: f64,
    recall: f64,
    top3: f64,
    empty: f64,
    times_ms: Vec<f64>,
}

/// The gain of a grade is the grade itself, as in `trec_eval`.
fn dcg(grades: impl Iterator<Item = f64>) -> f64 {
    grades.take(10).zip(2_u32..).map(|(grade, place)| grade / f64::from(place).log2()).sum()
}

fn measure(set: &Set, asked: &dyn Asked) -> Outcome<Worth> {
    let mut worth = Worth::default();
    for (id, question) in &set.questions {
        let Some(judged) = set.judged.get(id) else { continue };
        let begun = Instant::now();
        let found = asked.ask(question)?;
        worth.times_ms.push(begun.elapsed().as_secs_f64() * 1000.0);
        let grade = |id: &String| judged.get(id).copied().unwrap_or_default();
        let mut ideal: Vec<f64> = judged.values().copied().collect();
        ideal.sort_by(|one, other| other.total_cmp(one));
        worth.questions += 1.0;
        worth.ndcg += dcg(found.iter().map(grade)) / dcg(ideal.into_iter()).max(f64::MIN_POSITIVE);
        if let Some((_, place)) = found.iter().zip(1_u32..).find(|(id, _)| grade(id) >= 2.0) {
            worth.mrr += if place <= 10 { 1.0 / f64::from(place) } else { 0.0 };
            worth.top3 += if place <= 3 { 1.0 } else { 0.0 };
        }
        let right = judged.values().filter(|grade| **grade >= 2.0).map(|_| 1.0).sum::<f64>().max(1.0);
        worth.recall += found.iter().take(100).filter(|id| grade(id) >= 2.0).map(|_| 1.0).sum::<f64>() / right;
        worth.empty += if found.is_empty() { 1.0 } else { 0.0 };
    }
    worth.times_ms.sort_by(f64::total_cmp);
    Ok(worth)
}

fn size_bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(met) if met.is_dir() => size_bytes(&entry.path()),
            Ok(met) => met.len(),
            Err(_) => 0,
        })
        .sum()
}

/// Builds one, asks it, and prints a line.
fn run(set: &Set, name: &str, build: impl FnOnce(&Path) -> Outcome<Box<dyn Asked>>) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let begun = Instant::now();
    let asked = build(folder.path())?;
    let seconds = begun.elapsed().as_secs_f64();
    let worth = measure(set, &*asked)?;
    let at = |part: usize| {
        worth.times_ms.get(worth.times_ms.len().saturating_sub(1) * part / 100).copied().unwrap_or_default()
    };
    let of = |sum: f64| sum / worth.questions.max(1.0);
    writeln!(
        std::io::stdout(),
        "  {:10} {name:26} {:7.4} {:7.4} {:7.3} {:6.1} {:6.1} {:8.2} {:8.2} {:7.1} {seconds:7.1}",
        set.name,
        of(worth.ndcg),
        of(worth.mrr),
        of(worth.recall),
        100.0 * of(worth.top3),
        100.0 * of(worth.empty),
        at(50),
        at(99),
        f64::from(u32::try_from(size_bytes(folder.path()) / 1024).unwrap_or(u32::MAX)) / 1024.0,
    )?;
    Ok(())
}

fn main() -> Outcome<()> {
    // `cargo bench` adds a flag of its own.
    let folders: Vec<PathBuf> =
        std::env::args().skip(1).filter(|word| !word.starts_with("--")).map(PathBuf::from).collect();
    writeln!(
        std::io::stdout(),
        "  {:10} {:26} {:>7} {:>7} {:>7} {:>6} {:>6} {:>8} {:>8} {:>7} {:>7}",
        "set",
        "asked",
        "nDCG@10",
        "MRR@10",
        "rec@100",
        "top3 %",
        "none %",
        "p50 ms",
        "p99 ms",
        "MiB",
        "built s"
    )?;
    let sets = folders.iter().map(|folder| Set::read(folder)).collect::<Outcome<Vec<Set>>>()?;
    for set in &sets {
        let ours = |with_synonyms: bool| {
            let texts = &set.texts;
            move |folder: &Path| -> Outcome<Box<dyn Asked>> {
                Ok(Box::new(Ours { trial: Trial::build(folder, texts)?, with_synonyms }))
            }
        };
        run(set, "Menpa", ours(true))?;
        run(set, "Menpa, no other names", ours(false))?;
        run(set, "tantivy default", |folder| rivals::tantivy(folder, &set.texts, rivals::Cut::Default))?;
        run(set, "tantivy + jieba", |folder| rivals::tantivy(folder, &set.texts, rivals::Cut::Jieba))?;
        run(set, "SQLite FTS5 trigram", |folder| rivals::trigrams(folder, &set.texts))?;
    }
    if sets.is_empty() { Ok(()) } else { scale::measure(&sets) }
}
