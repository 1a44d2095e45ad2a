//! How does a catalog get in without its files? Courses line by line, each with its lessons and what is said of them, into
//! an empty library: what benches and trials of a whole nation's library run on.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::Library;
use crate::courses::authoring::{self, NewCourse};
use crate::courses::plan::{PlannedLesson, PlannedSection};
use crate::courses::upkeep;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{Language, LessonId, ModuleId, ResourceId};
use crate::media::ResourceKind;
use crate::media::bare::{self, BareFile};
use crate::people::Actor;
use crate::shelves::{self, About, Facet};
use crate::texts::Texts;

/// One line.
#[derive(Deserialize)]
struct BareCourse {
    /// The slug of its column.
    column: String,
    language: Language,
    title: Texts,
    summary: Texts,
    modules: Vec<BareModule>,
    handouts: Vec<BareItem>,
}

#[derive(Deserialize)]
struct BareModule {
    title: Texts,
    lessons: Vec<BareItem>,
}

#[derive(Deserialize)]
struct BareItem {
    title: Texts,
    summary: Texts,
    language: Language,
    filename: String,
    size_bytes: i64,
    duration_ms: i64,
    author: String,
    institution: String,
    review_by: i64,
    /// Slugs.
    aspects: Vec<String>,
    audience: String,
}

/// Loads every line of `path`; `on_course` hears how many are in.
///
/// # Errors
/// Of a line that is no course, `Internal`; as [`authoring::add_course`].
pub(super) async fn add_courses(
    library: &Library,
    actor: &Actor,
    path: &Path,
    on_course: &mut dyn FnMut(usize, &str),
) -> Result<()> {
    let mut lines = BufReader::new(tokio::fs::File::open(path).await?).lines();
    let mut done = 0;
    while let Some(line) = lines.next_line().await? {
        let course: BareCourse = serde_json::from_str(&line)?;
        add_course(library, actor, &course).await?;
        done += 1;
        on_course(done, course.title.best(course.language).1);
    }
    Ok(())
}

async fn add_course(library: &Library, actor: &Actor, course: &BareCourse) -> Result<()> {
    let new = NewCourse {
        column: course.column.clone(),
        title: course.title.clone(),
        summary: course.summary.clone(),
        language: course.language,
        audience_unit: None,
    };
    let id = authoring::add_course(library, actor, new).await?;
    let mut tx = library.db.begin().await?;
    let mut sections = vec![PlannedSection::default()];
    for module in &course.modules {
        let mut lessons = Vec::new();
        for item in &module.lessons {
            let resource = add_file(library, &mut tx, actor, item, ResourceKind::Video).await?;
            lessons.push(lesson(item, resource));
        }
        sections.push(PlannedSection { module: Some(ModuleId::new()), title: module.title.clone(), lessons });
    }
    let mut handouts = Vec::new();
    for item in &course.handouts {
        handouts.push(add_file(library, &mut tx, actor, item, ResourceKind::Courseware).await?);
    }
    tx.commit().await?;
    upkeep::lay_out(library, actor, &id, sections, handouts).await?;
    authoring::publish_on_trust(library, actor, &id).await
}

fn lesson(item: &BareItem, resource: ResourceId) -> PlannedLesson {
    PlannedLesson {
        id: LessonId::new(),
        title: item.title.clone(),
        summary: item.summary.clone(),
        language: item.language,
        resource,
        threshold_percent: 90,
        faces: BTreeMap::new(),
    }
}

async fn add_file(
    library: &Library,
    tx: &mut Tx,
    actor: &Actor,
    item: &BareItem,
    kind: ResourceKind,
) -> Result<ResourceId> {
    let file = BareFile {
        kind,
        title: &item.title,
        language: item.language,
        filename: &item.filename,
        size_bytes: item.size_bytes,
        duration_ms: item.duration_ms,
    };
    let id = bare::add(library, tx, actor, &file).await?;
    let about = About {
        summary: item.summary.clone(),
        author: item.author.clone(),
        institution: item.institution.clone(),
        review_by: Some(item.review_by),
        ..About::default()
    };
    let mut terms: Vec<_> = item.aspects.iter().map(|slug| (Facet::Aspect, slug.clone())).collect();
    terms.push((Facet::Audience, item.audience.clone()));
    shelves::describe_in(library, tx, &id, &about, &terms).await?;
    Ok(id)
}
