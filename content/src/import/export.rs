//! How does a library get out? The sheet that loads it again, and its files in a folder.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use super::heading::Heading;
use super::item::Place;
use super::loading::OnRow;
use super::workbook::{ITEMS, Out, ROOTS, texts, write};
use crate::Library;
use crate::clock::day;
use crate::courses::topics::{self, Topic};
use crate::courses::{self, CourseCard, CourseState, Lesson, Outline};
use crate::error::{Error, Result, Why};
use crate::ids::{Language, ResourceId};
use crate::media::{self, Resource, captions};
use crate::people::{Actor, access};
use crate::shelves::{self, Facet};
use crate::texts::Texts;

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    pub rows: usize,
    pub files: usize,
    /// Resources whose originals are gone by the policy of their column.
    pub without_original: Vec<String>,
}

type Cells = Vec<(Heading, String)>;

/// A sheet to fill in: headings, what each means, and the columns, aspects and audiences there are.
///
/// # Errors
/// `Forbidden` for whoever keeps no content.
pub async fn template(library: &Library, actor: &Actor, explain: impl Fn(Heading) -> String) -> Result<Vec<u8>> {
    access::may_keep_content(actor)?;
    let columns = courses::list_columns(library).await?;
    let mut items = Out::new("items", ITEMS)?;
    items.explain(&explain)?;
    items.offer_words(&columns.iter().map(|column| column.slug.clone()).collect::<Vec<_>>())?;
    let mut sheets = vec![items];
    sheets.extend(roots(library).await?);
    write(sheets)
}

async fn roots(library: &Library) -> Result<Vec<Out>> {
    let mut columns = Out::new("columns", ROOTS)?;
    for column in courses::list_columns(library).await? {
        columns.row(&root(&column.slug, &column.title, &column.summary))?;
    }
    let mut sheets = vec![columns];
    for (name, facet) in [("aspects", Facet::Aspect), ("audiences", Facet::Audience)] {
        let mut out = Out::new(name, ROOTS)?;
        for term in shelves::list_terms(library, facet).await? {
            out.row(&root(&term.slug, &term.title, &Texts::default()))?;
        }
        sheets.push(out);
    }
    Ok(sheets)
}

fn root(slug: &str, title: &Texts, summary: &Texts) -> Cells {
    let slug = [(Heading::Slug, slug.to_owned())];
    let titles = texts([Heading::TitleZh, Heading::TitleBo, Heading::TitleEn], title);
    slug.into_iter().chain(titles).chain(summaries(summary)).collect()
}

fn summaries(summary: &Texts) -> impl Iterator<Item = (Heading, String)> {
    texts([Heading::SummaryZh, Heading::SummaryBo, Heading::SummaryEn], summary)
}

/// Writes `library.xlsx` and the files it names into an empty or new folder: everything this content manager keeps.
///
/// # Errors
/// `Forbidden`; `Conflict(Taken)` when there is a sheet in the folder already.
pub async fn export(library: &Library, actor: &Actor, folder: &Path, on_row: OnRow<'_>) -> Result<Exported> {
    access::may_keep_content(actor)?;
    let sheet = folder.join("library.xlsx");
    if tokio::fs::try_exists(&sheet).await? {
        return Err(Error::Conflict(Why::Taken));
    }
    tokio::fs::create_dir_all(folder.join("files")).await?;
    tokio::fs::create_dir_all(folder.join("captions")).await?;
    let mut leaving = Leaving {
        library,
        folder: folder.to_owned(),
        items: Out::new("items", ITEMS)?,
        names: BTreeMap::new(),
        topics: topics::list_topics(library).await?,
        exported: Exported::default(),
    };
    let mut cards = courses::list_all_courses(library, actor).await?;
    cards.reverse();
    let columns = courses::list_columns(library).await?;
    let total = cards.len() + 1;
    for (done, card) in cards.iter().enumerate().filter(|(_, card)| card.course.state != CourseState::Retired) {
        on_row(done, total, card.course.title.best(card.course.language).1);
        let slug = columns.iter().find(|column| column.id == card.course.column).map(|column| column.slug.as_str());
        let outline = courses::load_outline(library, actor, &card.course.id).await?;
        leaving.course(card, slug.unwrap_or_default(), &outline).await?;
    }
    leaving.unused(actor, &mut *on_row).await?;
    let Leaving { items, exported, .. } = leaving;
    let mut sheets = vec![items];
    sheets.extend(roots(library).await?);
    // Last, so that a folder with a sheet is a whole one.
    let beside = folder.join("library.xlsx.part");
    tokio::fs::write(&beside, write(sheets)?).await?;
    tokio::fs::rename(&beside, &sheet).await?;
    Ok(exported)
}

struct Leaving<'a> {
    library: &'a Library,
    folder: PathBuf,
    items: Out,
    /// The names that files were given in the folder.
    names: BTreeMap<ResourceId, String>,
    topics: Vec<Topic>,
    exported: Exported,
}

impl Leaving<'_> {
    async fn course(&mut self, card: &CourseCard, column: &str, outline: &Outline) -> Result<()> {
        let course = &card.course;
        let mut base: Cells = vec![
            (Heading::Column, column.to_owned()),
            (Heading::Course, course.id.to_string()),
            (Heading::Publish, if course.state == CourseState::Published { "yes" } else { "no" }.to_owned()),
        ];
        base.extend(texts([Heading::CourseZh, Heading::CourseBo, Heading::CourseEn], &course.title));
        if let Some(topic) = self.topics.iter().find(|topic| Some(&topic.id) == course.topic.as_ref()) {
            base.extend(texts([Heading::TopicZh, Heading::TopicBo, Heading::TopicEn], &topic.title));
        }
        let summary = [Heading::CourseSummaryZh, Heading::CourseSummaryBo, Heading::CourseSummaryEn];
        base.extend(texts(summary, &course.summary));
        for section in &outline.sections {
            for lesson in &section.lessons {
                let mut cells = base.clone();
                cells.push((Heading::Key, lesson.id.to_string()));
                cells.push((Heading::Place, Place::Lesson.to_string()));
                cells.push((Heading::Threshold, lesson.threshold_percent.to_string()));
                if let Some(module) = &section.module {
                    cells.extend(texts([Heading::ModuleZh, Heading::ModuleBo, Heading::ModuleEn], &module.title));
                }
                cells.extend(self.faces(lesson).await?);
                self.item(cells, &lesson.resource, Some((&lesson.title, &lesson.summary, lesson.language))).await?;
            }
        }
        for handout in &outline.handouts {
            let mut cells = base.clone();
            cells.push((Heading::Key, format!("{}/{}", course.id, handout.id)));
            cells.push((Heading::Place, Place::Handout.to_string()));
            self.item(cells, &handout.id, None).await?;
        }
        Ok(())
    }

    /// The files that readers of other languages are shown.
    async fn faces(&mut self, lesson: &Lesson) -> Result<Cells> {
        let mut cells = Cells::new();
        for (language, face) in courses::list_faces(self.library, &lesson.id).await? {
            let heading = match language {
                Language::Zh => Heading::FaceZh,
                Language::Bo => Heading::FaceBo,
                Language::En => Heading::FaceEn,
            };
            let resource = media::load_resource(self.library, &face).await?;
            cells.push((heading, format!("files/{}", self.file(&resource).await?)));
        }
        Ok(cells)
    }

    /// What no course uses.
    async fn unused(&mut self, actor: &Actor, on_row: OnRow<'_>) -> Result<()> {
        let used: HashSet<ResourceId> = self.names.keys().cloned().collect();
        let files = super::known::list_files(self.library, actor).await?;
        let unused: Vec<_> = files.into_iter().filter(|(id, ..)| !used.contains(id)).collect();
        for (done, (id, _, name)) in unused.iter().enumerate() {
            on_row(done, unused.len(), name);
            self.item(vec![(Heading::Key, id.to_string())], id, None).await?;
        }
        Ok(())
    }

    async fn item(
        &mut self,
        mut cells: Cells,
        id: &ResourceId,
        said: Option<(&Texts, &Texts, Language)>,
    ) -> Result<()> {
        let resource = media::load_resource(self.library, id).await?;
        let about = shelves::find_about(self.library, id).await?;
        let (title, summary, language) = said.unwrap_or((&resource.title, &about.summary, resource.language));
        cells.push((Heading::File, format!("files/{}", self.file(&resource).await?)));
        cells.push((Heading::Language, language.to_string()));
        cells.extend(texts([Heading::TitleZh, Heading::TitleBo, Heading::TitleEn], title));
        cells.extend(summaries(summary));
        let terms = shelves::list_terms_of(self.library, id).await?;
        for (heading, facet) in [(Heading::Aspects, Facet::Aspect), (Heading::Audience, Facet::Audience)] {
            let slugs = terms.iter().filter(|term| term.facet == facet).map(|term| term.slug.as_str());
            cells.push((heading, slugs.collect::<Vec<_>>().join("; ")));
        }
        cells.extend([
            (Heading::Author, about.author),
            (Heading::Institution, about.institution),
            (Heading::Disclosure, about.disclosure),
            (Heading::License, about.license),
            (Heading::Source, about.source),
            (Heading::ReviewBy, about.review_by.map(day::ending).unwrap_or_default()),
        ]);
        for each in captions::list_captions(self.library, id).await? {
            let heading = match each.language {
                Language::Zh => Heading::CaptionsZh,
                Language::Bo => Heading::CaptionsBo,
                Language::En => Heading::CaptionsEn,
            };
            let name = format!("captions/{id}.{}.vtt", each.language);
            tokio::fs::write(self.folder.join(&name), &each.body).await?;
            cells.push((heading, name));
        }
        self.exported.rows += 1;
        self.items.row(&cells)
    }

    /// Puts the original into the folder, once; gives its name there.
    async fn file(&mut self, resource: &Resource) -> Result<String> {
        if let Some(name) = self.names.get(&resource.id) {
            return Ok(name.clone());
        }
        let plain = resource.filename.replace(['/', '\\', '\0'], "_");
        let is_taken = self.names.values().any(|name| name.eq_ignore_ascii_case(&plain)) || plain.starts_with('.');
        let name = if is_taken { format!("{}-{plain}", resource.id) } else { plain };
        self.names.insert(resource.id.clone(), name.clone());
        if resource.original_dropped_at.is_some() {
            self.exported.without_original.push(name.clone());
            return Ok(name);
        }
        let (from, to) = (self.library.files.local_path(&resource.original)?, self.folder.join("files").join(&name));
        // Not a second name for the same bytes: whoever edits the copy must not edit the original.
        tokio::fs::copy(&from, &to).await?;
        self.exported.files += 1;
        Ok(name)
    }
}
