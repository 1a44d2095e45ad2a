//! What becomes of one row? The same steps are only counted in a check, and done when the sheet is loaded.

mod course_of;
mod lesson_of;
mod media_of;

use std::collections::HashMap;

use super::finding::{Finding, Found};
use super::folder::{self, Bytes, Looked, Shelf};
use super::item::{Item, Place};
use super::known::Known;
use super::report::{Fate, Line, Report};
use super::steps::Steps;
use crate::Library;
use crate::error::{Error, Full, Result};
use crate::ids::{ColumnId, CourseId, Language};
use crate::media::ResourceKind;
use crate::people::Actor;
use crate::shelves::Facet;

/// Goes through the rows of the items.
pub(super) struct Walk<'a> {
    pub library: &'a Library,
    pub actor: &'a Actor,
    pub shelf: &'a Shelf,
    pub known: Known,
    pub steps: Steps<'a>,
    pub report: Report,
    pub sheet: String,
    /// Rows of this sheet by key and by bytes.
    pub keys: HashMap<String, u32>,
    pub rows_of_bytes: HashMap<String, u32>,
    /// Courses to be shown when all rows are in.
    pub to_publish: Vec<CourseId>,
}

/// A row of which nothing is wrong.
struct Checked {
    bytes: Bytes,
    column: Option<ColumnId>,
    terms: Vec<(Facet, Vec<String>)>,
    captions: Vec<(Language, String)>,
    faces: Vec<(Language, Bytes)>,
    place: Place,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        library: &'a Library,
        actor: &'a Actor,
        shelf: &'a Shelf,
        known: Known,
        steps: Steps<'a>,
    ) -> Self {
        Self {
            library,
            actor,
            shelf,
            known,
            steps,
            report: Report::default(),
            sheet: String::new(),
            keys: HashMap::new(),
            rows_of_bytes: HashMap::new(),
            to_publish: Vec::new(),
        }
    }

    fn find(&mut self, row: u32, found: Found, heading: &str, detail: impl Into<String>) {
        self.report.findings.push(Finding {
            found,
            sheet: self.sheet.clone(),
            row: Some(row),
            heading: (!heading.is_empty()).then(|| heading.to_owned()),
            detail: detail.into(),
        });
    }

    /// Loads a row, or finds what is wrong with it; `is_right` says whether its cells were.
    pub(super) async fn row(&mut self, item: &Item, is_right: bool, looked: &mut Looked) -> Result<()> {
        let known_findings = self.report.findings.len();
        let checked = self.check(item, looked).await?;
        let is_right = is_right && self.report.findings[known_findings..].iter().all(|each| each.found.is_harmless());
        let before = self.touched();
        let fate = match checked.filter(|_| is_right) {
            None => Fate::Skipped,
            Some(checked) => match self.act(item, checked).await {
                Ok(is_new) if is_new => Fate::Made,
                Ok(_) if self.touched() > before => Fate::Changed,
                Ok(_) => Fate::Same,
                Err(error) if error.cause().is_some() => return Err(error),
                // Where there is no room the next row has none either: loading goes on when there is.
                Err(error @ Error::Full { of: Full::Disk, .. }) => return Err(error),
                Err(error) => {
                    self.find(item.row, Found::Refused, "", error.to_string());
                    Fate::Skipped
                }
            },
        };
        let title = item.title.best(item.language.unwrap_or(Language::Zh)).1.to_owned();
        self.report.lines.push(Line { row: item.row, title, fate });
        Ok(())
    }

    fn touched(&self) -> usize {
        self.report.made.values().sum()
    }

    async fn check(&mut self, item: &Item, looked: &mut Looked) -> Result<Option<Checked>> {
        if let Some(other) = self.keys.insert(item.key.clone(), item.row) {
            self.find(item.row, Found::SameKey, "key", other.to_string());
        }
        let column = self.check_column(item);
        let mut terms = Vec::new();
        for (facet, said, found) in [
            (Facet::Aspect, &item.aspects, Found::UnknownAspect),
            (Facet::Audience, &item.audiences, Found::UnknownAudience),
        ] {
            if let Some(said) = said {
                terms.push((facet, self.check_terms(item.row, facet, said, found)));
            }
        }
        let captions = self.check_captions(item).await?;
        if item.file.is_empty() {
            return Ok(None);
        }
        let bytes = match looked.bytes(self.library, self.shelf, &self.known, &item.file).await? {
            Ok(bytes) => bytes,
            Err((found, detail)) => {
                self.find(item.row, found, "file", detail);
                return Ok(None);
            }
        };
        let by_kind = if bytes.kind == ResourceKind::Video { Place::Lesson } else { Place::Handout };
        let place = item.place.unwrap_or(by_kind);
        if bytes.kind == ResourceKind::Video && place == Place::Handout {
            self.find(item.row, Found::NotForThisKind, "place", place.as_str());
        }
        if bytes.kind != ResourceKind::Video && !captions.is_empty() {
            self.find(item.row, Found::NotForThisKind, "captions", item.file.clone());
        }
        let faces = self.check_faces(item, bytes.kind, looked).await?;
        if let Some(other) = self.rows_of_bytes.get(&bytes.sha256).copied() {
            self.find(item.row, Found::SameBytes, "file", other.to_string());
        }
        Ok(Some(Checked { bytes, column, terms, captions, faces, place }))
    }

    fn check_column(&mut self, item: &Item) -> Option<ColumnId> {
        let named = item.column.as_deref()?;
        let found = self.known.column(named).map(|column| column.id.clone());
        if found.is_none() {
            let known: Vec<&str> = self.known.columns.iter().map(|column| column.slug.as_str()).collect();
            let detail = format!("{named} ≠ {}", known.join(", "));
            self.find(item.row, Found::UnknownColumn, "column", detail);
        }
        found
    }

    fn check_terms(&mut self, row: u32, facet: Facet, said: &[String], unknown: Found) -> Vec<String> {
        let mut slugs = Vec::new();
        for named in said {
            match self.known.term(facet, named) {
                Some(term) => slugs.push(term.slug.clone()),
                None => self.find(row, unknown, facet.as_str(), named.clone()),
            }
        }
        slugs
    }

    async fn check_captions(&mut self, item: &Item) -> Result<Vec<(Language, String)>> {
        let mut read = Vec::new();
        for (language, file) in &item.captions {
            match folder::captions(self.shelf, file).await? {
                Ok(vtt) => read.push((*language, vtt)),
                Err((found, detail)) => self.find(item.row, found, &format!("captions_{language}"), detail),
            }
        }
        Ok(read)
    }

    /// The files of its faces, which are of the kind of the lesson's own.
    async fn check_faces(
        &mut self,
        item: &Item,
        kind: ResourceKind,
        looked: &mut Looked,
    ) -> Result<Vec<(Language, Bytes)>> {
        let mut faces = Vec::new();
        for (language, file) in &item.faces {
            let heading = format!("face_{language}");
            match looked.bytes(self.library, self.shelf, &self.known, file).await? {
                Ok(bytes) if bytes.kind == kind => faces.push((*language, bytes)),
                Ok(_) => self.find(item.row, Found::NotForThisKind, &heading, file.clone()),
                Err((found, detail)) => self.find(item.row, found, &heading, detail),
            }
        }
        Ok(faces)
    }

    /// True when its resource or its lesson is new.
    async fn act(&mut self, item: &Item, checked: Checked) -> Result<bool> {
        let earlier = self.known.item_keys.get(&item.key).cloned();
        let (resource, is_new) = self.resource(item, &checked.bytes).await?;
        let earlier = earlier.filter(|earlier| *earlier != resource);
        let is_first = !self.rows_of_bytes.contains_key(&checked.bytes.sha256);
        self.rows_of_bytes.entry(checked.bytes.sha256.clone()).or_insert(item.row);
        if is_first {
            // Of rows with the same bytes the first says what they are called; else each run would change it again.
            self.say(item, &resource, is_new, &checked.terms, &checked.captions).await?;
        }
        let (Some(course), Some(column)) = (&item.course, &checked.column) else { return Ok(is_new) };
        let at = self.course(item, course, column).await?;
        let is_placed = match checked.place {
            Place::Handout => self.handout(at, &resource).await?,
            Place::Lesson => self.lesson(item, at, &resource, earlier.as_ref()).await?,
        };
        self.faces(item, at, &resource, &checked.faces).await?;
        let id = self.known.courses[at].id.clone();
        if item.publish && !self.known.courses[at].is_published && !self.to_publish.contains(&id) {
            self.to_publish.push(id);
        }
        Ok(is_new || is_placed)
    }
}
