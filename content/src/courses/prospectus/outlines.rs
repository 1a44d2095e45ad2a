//! What do courses consist of? Several are read together, and kept while they are opened.

use std::sync::Arc;

use super::Open;
use crate::Library;
use crate::courses::{Course, Lesson, Module, Outline, outline, sql};
use crate::db::list;
use crate::error::Result;
use crate::ids::{CourseId, Language, LessonId, ResourceId};
use crate::media::Resource;

/// How many courses are read at once.
const TOGETHER: usize = 4;

/// These courses with their modules, lessons and handouts, in this order; those that are not open to her are left out.
///
/// # Errors
/// `Internal` when the database cannot answer.
pub async fn list_shown(library: &Library, open: &Open, ids: &[&CourseId]) -> Result<Vec<Arc<Outline>>> {
    let (mut shown, mut unknown) = (Vec::with_capacity(ids.len()), Vec::new());
    let seq = {
        let mut kept = library.prospectus.kept();
        for card in ids.iter().filter_map(|id| open.find(id)) {
            match kept.outlines.get(&card.course.id) {
                Some(outline) => shown.push(outline.clone()),
                None => unknown.push(&card.course),
            }
        }
        kept.listing.seq
    };
    for some in unknown.chunks(TOGETHER) {
        let read = read(library, some).await?;
        let mut kept = library.prospectus.kept();
        for outline in read.into_iter().map(Arc::new) {
            // Where something changed meanwhile, it may be the state before: it is shown once and not kept.
            if kept.listing.seq == seq {
                kept.outlines.put(outline.course.id.clone(), outline.clone());
            }
            shown.push(outline);
        }
    }
    shown.sort_by_key(|outline| ids.iter().position(|id| **id == outline.course.id));
    Ok(shown)
}

#[derive(sqlx::FromRow)]
struct Face {
    course: CourseId,
    lesson: LessonId,
    #[sqlx(try_from = "String")]
    language: Language,
    resource: ResourceId,
}

#[derive(sqlx::FromRow)]
struct Handout {
    course: CourseId,
    #[sqlx(flatten)]
    resource: Resource,
}

/// What these courses consist of, [`TOGETHER`] at most.
pub(in crate::courses) async fn read(library: &Library, courses: &[&Course]) -> Result<Vec<Outline>> {
    let nth = |at: usize| courses.get(at).map(|course| course.id.as_str());
    let db = &library.db;
    let mut modules = list!(db, Module, sql::LIST_MODULES_OF_SEVERAL, nth(0), nth(1), nth(2), nth(3))?;
    let mut lessons = list!(db, Lesson, sql::LIST_LESSONS_OF_SEVERAL, nth(0), nth(1), nth(2), nth(3))?;
    let mut faces = list!(db, Face, sql::LIST_FACES_OF_SEVERAL, nth(0), nth(1), nth(2), nth(3))?;
    let mut handouts = list!(db, Handout, sql::LIST_HANDOUTS_OF_SEVERAL, nth(0), nth(1), nth(2), nth(3))?;
    let outline_of = |course: &&Course| {
        let modules = modules.extract_if(.., |module| module.course == course.id).collect();
        let lessons = lessons.extract_if(.., |lesson| lesson.course == course.id).collect();
        let handouts = handouts.extract_if(.., |handout| handout.course == course.id);
        let handouts = handouts.map(|handout| handout.resource).collect();
        let faces = faces.extract_if(.., |face| face.course == course.id);
        let faces = faces.map(|face| (face.lesson, face.language, face.resource)).collect();
        Outline { faces, ..outline::arrange((*course).clone(), modules, lessons, handouts) }
    };
    Ok(courses.iter().map(outline_of).collect())
}
