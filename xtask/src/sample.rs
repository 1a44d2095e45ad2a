//! How are the sample library's videos, captions and PDF made from its texts?

mod captions;
mod film;
mod speech;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use indicatif::ProgressBar;
use serde_json::Value;

use speech::{Sentence, Voice};

const TOOLS: [&str; 3] = ["chromium", "espeak-ng", "ffmpeg"];
const LANGUAGES: [&str; 3] = ["zh", "bo", "en"];

/// Makes every file of `content/sample/media` anew from `library.json`, `slides`, `speech` and `cards.html`.
pub(crate) fn run(root: &Path) -> Result<()> {
    for tool in TOOLS {
        if crate::program::find(tool).is_none() {
            bail!("{tool} is needed to make the sample media; on Debian: apt-get install {}", TOOLS.join(" "));
        }
    }
    let sample = root.join("content/sample");
    let library: Value = serde_json::from_str(&read(&sample.join("library.json"))?)?;
    let scratch = Scratch::new()?;
    fs::create_dir_all(sample.join("media"))?;

    let lessons = lessons_of(&library)?;
    let progress = ProgressBar::new(lessons.len() as u64 + 1);
    for lesson in &lessons {
        progress.println(format!("making {}", lesson.key));
        make_lesson(&sample, lesson, &scratch.0).with_context(|| format!("lesson {}", lesson.key))?;
        progress.inc(1);
    }
    film::print(&sample.join("cards.html"), &sample.join("media/cards.pdf"), &scratch.0)?;
    progress.finish();
    Ok(())
}

struct Lesson {
    key: String,
    language: String,
}

fn lessons_of(library: &Value) -> Result<Vec<Lesson>> {
    let courses = library["courses"].as_array().context("library.json names no courses")?;
    let modules = courses.iter().filter_map(|course| course["modules"].as_array()).flatten();
    let lessons = modules.filter_map(|module| module["lessons"].as_array()).flatten();
    lessons.map(|lesson| Ok(Lesson { key: word(lesson, "key")?, language: word(lesson, "language")? })).collect()
}

fn make_lesson(sample: &Path, lesson: &Lesson, scratch: &Path) -> Result<()> {
    let slides = sample.join(format!("slides/{}.html", lesson.key));
    let voice = Voice::for_slides_in(&lesson.language);
    let script = script_of(&read(&sample.join(format!("speech/{}.json", lesson.key)))?, voice)?;
    let shown = read(&slides)?.matches("<section").count();
    ensure!(shown == script.len(), "{shown} slides, but speech for {}", script.len());

    let take = speech::record(&script, voice, scratch)?;
    film::shoot(&slides, &take, scratch, &sample.join(format!("media/{}.mp4", lesson.key)))?;
    for language in LANGUAGES {
        let file = sample.join(format!("media/{}.{language}.vtt", lesson.key));
        fs::write(file, captions::vtt(&take.cues, |cue| script[cue.slide][cue.sentence].text(language))?)?;
    }
    Ok(())
}

/// The sentences of each slide.
fn script_of(json: &str, voice: Voice) -> Result<Vec<Vec<Sentence>>> {
    let slides: Vec<Vec<Value>> =
        serde_json::from_str(json).context("speech is a list of slides, each a list of sentences")?;
    slides.iter().map(|slide| slide.iter().map(|sentence| sentence_of(sentence, voice)).collect()).collect()
}

fn sentence_of(sentence: &Value, voice: Voice) -> Result<Sentence> {
    let texts = LANGUAGES
        .iter()
        .map(|language| Ok(((*language).to_owned(), word(sentence, language)?)))
        .collect::<Result<_>>()?;
    let spoken = match sentence["say"].as_str() {
        Some(say) => say.to_owned(),
        None => word(sentence, voice.language())?,
    };
    Ok(Sentence { texts, spoken })
}

fn word(of: &Value, key: &str) -> Result<String> {
    Ok(of[key].as_str().with_context(|| format!("no {key:?} in {of}"))?.to_owned())
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// A folder for half-made things, gone when dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("menpa-sample-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
