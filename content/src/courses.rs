//! What is taught? Columns, courses, modules and lessons, and who may see them.

pub mod authoring;
pub mod columns;
mod desk;
pub mod differences;
pub(crate) mod due;
pub mod editing;
mod edits;
pub mod finding;
pub(crate) mod goes;
mod laying;
mod outline;
pub mod plan;
pub mod policy;
pub mod prospectus;
pub mod review;
pub mod revisions;
pub(crate) mod sql;
pub mod topics;
pub mod upkeep;

use crate::Library;
use crate::db::{find, list};
use crate::error::{Error, Result};
use crate::ids::{ColumnId, CourseId, Language, LessonId, ModuleId, PersonId, ResourceId, TopicId, UnitId, words};
use crate::media::{self, Resource};
use crate::people::{self, Actor, access};
use crate::places;
use crate::proposals;
use crate::texts::Texts;

pub use outline::{Outline, Section};

words!(
    /// Where a course stands.
    CourseState { Draft = "draft", Review = "review", Published = "published", Retired = "retired" }
);

/// One of the fixed roots of the library.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Column {
    pub id: ColumnId,
    pub slug: String,
    #[sqlx(try_from = "String")]
    pub title: Texts,
    #[sqlx(try_from = "String")]
    pub summary: Texts,
    /// In which languages it teaches (words apart by spaces; empty: not said).
    pub languages: String,
    /// The video whose poster is its cover.
    pub cover: Option<ResourceId>,
}

impl Column {
    /// In which languages it teaches; none where that is not said.
    pub fn languages(&self) -> Vec<Language> {
        self.languages.split_whitespace().filter_map(Language::parse).collect()
    }
}

/// What is assigned and credited.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Course {
    pub id: CourseId,
    #[sqlx(rename = "library_column")]
    pub column: ColumnId,
    /// The group within its column.
    pub topic: Option<TopicId>,
    #[sqlx(try_from = "String")]
    pub title: Texts,
    #[sqlx(try_from = "String")]
    pub summary: Texts,
    #[sqlx(try_from = "String")]
    pub language: Language,
    /// Whose managers may edit it; `None`: managers of the whole tree.
    pub owner_unit: Option<UnitId>,
    /// Whose learners may see it; `None`: everybody.
    pub audience_unit: Option<UnitId>,
    #[sqlx(try_from = "String")]
    pub state: CourseState,
    pub created_by: PersonId,
    pub published_at: Option<i64>,
}

/// A grouping within a course.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Module {
    pub id: ModuleId,
    pub course: CourseId,
    #[sqlx(try_from = "String")]
    pub title: Texts,
}

/// The smallest thing completed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Lesson {
    pub id: LessonId,
    pub course: CourseId,
    pub module: Option<ModuleId>,
    #[sqlx(try_from = "String")]
    pub title: Texts,
    #[sqlx(try_from = "String")]
    pub summary: Texts,
    #[sqlx(try_from = "String")]
    pub language: Language,
    pub resource: ResourceId,
    /// Percent of the lesson's length that has to be watched.
    pub threshold_percent: i64,
    /// The length of its video, or how long its pages take to read; `None` until it has been looked at.
    pub duration_ms: Option<i64>,
    /// What the progressive file weighs, or all pages; `None` until it is ready.
    pub size_bytes: Option<i64>,
    /// How many pages it has, where it is read.
    pub pages: Option<i64>,
}

/// A course as a list shows it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CourseCard {
    #[sqlx(flatten)]
    pub course: Course,
    pub lessons: i64,
    pub duration_ms: i64,
    pub size_bytes: i64,
}

/// Columns in their fixed order.
pub async fn list_columns(library: &Library) -> Result<Vec<Column>> {
    list!(&library.db, Column, sql::LIST_COLUMNS)
}

/// # Errors
/// `NotFound`.
pub async fn load_column(library: &Library, slug: &str) -> Result<Column> {
    find!(&library.db, Column, sql::FIND_COLUMN_BY_SLUG, slug)?.ok_or(Error::NotFound("column"))
}

/// What a column is called in addresses.
pub(crate) async fn find_column_slug(library: &Library, id: &ColumnId) -> Result<Option<String>> {
    let row = find!(&library.db, (String,), sql::FIND_COLUMN_SLUG, id)?;
    Ok(row.map(|row| row.0))
}

/// Every course this content manager may edit, newest first.
///
/// # Errors
/// `Forbidden` for others.
pub async fn list_all_courses(library: &Library, actor: &Actor) -> Result<Vec<CourseCard>> {
    access::may_keep_content(actor)?;
    list!(&library.db, CourseCard, sql::LIST_KEPT_COURSES, &actor.person)
}

/// # Errors
/// `NotFound` when there is none, or when it is not published, or not for this person.
pub async fn load_course(library: &Library, actor: &Actor, id: &CourseId) -> Result<Course> {
    let course = find!(&library.db, Course, sql::FIND_COURSE, id)?.ok_or(Error::NotFound("course"))?;
    if may_see(library, actor, &course).await? { Ok(course) } else { Err(Error::NotFound("course")) }
}

/// Published and for her unit, or hers to edit or to review.
async fn may_see(library: &Library, actor: &Actor, course: &Course) -> Result<bool> {
    if access::keeps_content(actor) && people::keeps(library, actor, course.owner_unit.as_ref()).await? {
        return Ok(true);
    }
    if people::reviews(library, actor, course.owner_unit.as_ref()).await? {
        return Ok(true);
    }
    match (&course.audience_unit, &actor.unit) {
        _ if course.state != CourseState::Published => Ok(false),
        (None, _) => Ok(true),
        (Some(_), None) => Ok(false),
        (Some(audience), Some(unit)) => places::covers(library, Some(audience), unit).await,
    }
}

/// The course with its modules, lessons and handouts in order.
///
/// # Errors
/// As [`load_course`].
pub async fn load_outline(library: &Library, actor: &Actor, id: &CourseId) -> Result<Outline> {
    let course = load_course(library, actor, id).await?;
    prospectus::read(library, &[&course]).await?.pop().ok_or(Error::NotFound("course"))
}

pub(crate) async fn list_handouts(library: &Library, id: &CourseId) -> Result<Vec<Resource>> {
    list!(&library.db, Resource, sql::LIST_HANDOUTS, id)
}

/// A lesson and its course, when this person may see the course.
///
/// # Errors
/// `NotFound`.
pub async fn load_lesson(library: &Library, actor: &Actor, id: &LessonId) -> Result<(Course, Lesson)> {
    let lesson = find!(&library.db, Lesson, sql::FIND_LESSON, id)?.ok_or(Error::NotFound("lesson"))?;
    let course = load_course(library, actor, &lesson.course).await.map_err(|error| match error {
        Error::NotFound(_) => Error::NotFound("lesson"),
        other => other,
    })?;
    Ok((course, lesson))
}

/// The same lesson for what was learned in it, be it that nobody sees it any more.
///
/// # Errors
/// `NotFound`.
pub(crate) async fn load_lesson_ever(library: &Library, actor: &Actor, id: &LessonId) -> Result<(Course, Lesson)> {
    let lesson = find!(&library.db, Lesson, sql::FIND_LESSON_EVER, id)?.ok_or(Error::NotFound("lesson"))?;
    Ok((load_course(library, actor, &lesson.course).await?, lesson))
}

/// What readers of other languages are shown of a lesson, in the order of the languages.
pub async fn list_faces(library: &Library, lesson: &LessonId) -> Result<Vec<(Language, ResourceId)>> {
    let rows = list!(&library.db, (String, ResourceId), sql::LIST_FACES_OF, lesson)?;
    let faces = rows.into_iter().filter_map(|(language, resource)| Some((Language::parse(&language)?, resource)));
    let mut faces: Vec<_> = faces.collect();
    faces.sort();
    Ok(faces)
}

/// What a reader of `language` is shown of a lesson: its face in that language, else its own resource.
pub(crate) async fn find_face(library: &Library, lesson: &Lesson, language: Language) -> Result<Option<ResourceId>> {
    let row = find!(&library.db, (ResourceId,), sql::FIND_FACE, &lesson.id, language.as_str())?;
    Ok(row.map(|row| row.0))
}

/// Whether this person may open the files of a resource: somebody who may edit or review it, or a learner for whom a published
/// course uses it.
pub async fn may_open_resource(library: &Library, actor: &Actor, id: &ResourceId) -> Result<bool> {
    if access::keeps_content(actor) || access::reviews_content(actor) {
        let Some(resource) = media::find_resource(library, id).await? else { return Ok(false) };
        let owner = resource.owner_unit.as_ref();
        if people::keeps(library, actor, owner).await? || people::reviews(library, actor, owner).await? {
            return Ok(true);
        }
    }
    // Whoever reviews a course looks at its files, whose they are.
    if access::reviews_content(actor) && proposals::reviews(library, actor, id).await? {
        return Ok(true);
    }
    let row = find!(&library.db, (i64,), sql::COUNT_OPEN_USES, id, actor.unit.as_ref())?;
    Ok(row.is_some_and(|row| row.0 > 0))
}

/// The courses that use a resource, whatever their state.
pub(crate) async fn list_users_of(library: &Library, resource: &ResourceId) -> Result<Vec<CourseId>> {
    let rows = list!(&library.db, (CourseId,), sql::LIST_USERS_OF, resource)?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// The courses that use what is to be looked at again between two moments (ms since 1970 UTC, both included): resource,
/// course, its title; five hundred at most. Whoever asks knows the resources (`shelves::due::list_due`).
pub async fn list_uses_of_due(
    library: &Library,
    (since, until): (i64, i64),
) -> Result<Vec<(ResourceId, CourseId, Texts)>> {
    #[derive(sqlx::FromRow)]
    struct Use {
        resource: ResourceId,
        id: CourseId,
        #[sqlx(try_from = "String")]
        title: Texts,
    }
    let rows = list!(&library.db, Use, sql::LIST_USES, until, since)?;
    Ok(rows.into_iter().map(|row| (row.resource, row.id, row.title)).collect())
}

/// The whole of a published course for the search index, with whoever may see it; `None` when it is not published.
pub(crate) async fn find_published(library: &Library, id: &CourseId) -> Result<Option<Outline>> {
    let course = find!(&library.db, Course, sql::FIND_COURSE, id)?;
    let Some(course) = course.filter(|course| course.state == CourseState::Published) else { return Ok(None) };
    let modules = list!(&library.db, Module, sql::LIST_MODULES, id)?;
    let lessons = list!(&library.db, Lesson, sql::LIST_LESSONS, id)?;
    let handouts = list_handouts(library, id).await?;
    Ok(Some(outline::arrange(course, modules, lessons, handouts)))
}

/// The ids of all published courses.
pub(crate) async fn list_published_ids(library: &Library) -> Result<Vec<CourseId>> {
    let rows = list!(&library.db, (CourseId,), sql::LIST_PUBLISHED_IDS)?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
