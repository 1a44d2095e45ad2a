//! How does a library get in, and out again? A folder with `library.json` and its media files becomes org units, people,
//! columns, courses and uploads, in an empty library; a sheet and a folder are loaded into any.

mod bare;
mod crowd;
mod export;
mod finding;
mod folder;
mod form;
mod heading;
mod item;
mod known;
mod loading;
mod report;
pub mod sent;
mod sheet;
mod sql;
mod steps;
mod taxonomy;
mod turns;
mod undo;
mod walk;
mod workbook;

use std::collections::HashMap;
use std::path::Path;

use crate::Library;
use crate::courses::authoring::{self, NewCourse, NewLesson};
use crate::db::find;
use crate::error::{Error, Result, Why};
use crate::ids::{Language, ResourceId, UnitId};
use crate::media::captions;
use crate::media::uploads::{self, NewUpload};
use crate::people::{self, Actor, Grant, NewPerson, Role};
use crate::places;
use crate::shelves::{self, Facet};

pub use crowd::add_crowd;
pub use export::{Exported, export, template};
pub use finding::{Finding, Found};
pub use folder::Shelf;
pub use heading::Heading;
pub use item::Place;
pub use loading::{Load, OnRow, check, load};
pub use report::{Fate, Line, Report, Thing};
pub use steps::Run;
pub(crate) use turns::Turns;
pub use undo::{Undone, list_runs, undo};

use form::{CourseForm, LessonForm, LibraryForm};

/// An account that was made, with the password nobody else knows.
#[derive(Debug)]
pub struct NewAccount {
    pub login: String,
    pub role: Role,
    pub password: String,
}

/// What to tell the person who waits: how many of how many things are in.
pub type OnStep<'a> = &'a mut dyn FnMut(usize, usize, &str);

/// Loads `folder` into an empty library; gives the accounts with their generated passwords.
///
/// # Errors
/// `Conflict(AlreadyFinished)` when there are people or columns already; `Invalid(library.json)` when it cannot be read.
pub async fn import(library: &Library, folder: &Path, on_step: OnStep<'_>) -> Result<Vec<NewAccount>> {
    let used = find!(&library.db, (i64,), sql::COUNT_COLUMNS)?.map_or(0, |row| row.0);
    if used > 0 {
        return Err(Error::Conflict(Why::AlreadyFinished));
    }
    let json = tokio::fs::read_to_string(folder.join("library.json")).await?;
    let form: LibraryForm = serde_json::from_str(&json)?;
    let steps = form.people.len() + form.courses.iter().map(CourseForm::count_lessons).sum::<usize>();
    let units = add_units(library, &form).await?;
    let (accounts, manager) = add_people(library, &form, &units, &mut |done, what| on_step(done, steps, what)).await?;
    // Columns are everybody's. Whoever may run this command reaches the whole tree.
    let grants = vec![Grant { role: Role::ContentManager, unit: None }];
    let everywhere = Actor { grants, ..manager.clone() };
    for column in form.columns {
        authoring::add_column(library, &everywhere, &column.slug, column.title, column.summary).await?;
    }
    for (facet, terms) in [(Facet::Aspect, form.aspects), (Facet::Audience, form.audiences)] {
        for term in terms {
            shelves::add_term(library, &everywhere, facet, &term.slug, term.title).await?;
        }
    }
    let mut done = form.people.len();
    for course in form.courses {
        add_course(library, &manager, folder, course, &mut |what| {
            done += 1;
            on_step(done, steps, what);
        })
        .await?;
    }
    add_catalog(library, &manager, folder, &mut |count, what| on_step(steps + count, steps + count, what)).await?;
    Ok(accounts)
}

/// The aspects and audiences of `library.json` are in by now; beside it may be courses whose files are elsewhere. They are
/// the manager's, as the others are.
async fn add_catalog(
    library: &Library,
    manager: &Actor,
    folder: &Path,
    on_course: &mut dyn FnMut(usize, &str),
) -> Result<()> {
    let path = folder.join("catalog.jsonl");
    if !tokio::fs::try_exists(&path).await? {
        return Ok(());
    }
    bare::add_courses(library, manager, &path, on_course).await
}

/// So many people are written down in one transaction.
const TOGETHER: usize = 200;

async fn add_units(library: &Library, form: &LibraryForm) -> Result<HashMap<String, UnitId>> {
    let mut units: HashMap<String, UnitId> = HashMap::new();
    let mut tx = library.db.begin().await?;
    for unit in &form.org_units {
        let parent = match &unit.parent {
            None => None,
            Some(key) => Some(units.get(key).ok_or(Error::invalid("org_units", Why::UnknownValue))?.clone()),
        };
        let id = places::insert_unit(library, &mut tx, &unit.name, &unit.kind, parent.as_ref()).await?;
        units.insert(unit.key.clone(), id);
    }
    tx.commit().await?;
    Ok(units)
}

/// Adds everybody with a generated password; gives the accounts, and the first content manager, in whose name the rest is
/// done.
async fn add_people(
    library: &Library,
    form: &LibraryForm,
    units: &HashMap<String, UnitId>,
    on_step: &mut dyn FnMut(usize, &str),
) -> Result<(Vec<NewAccount>, Actor)> {
    let mut accounts = Vec::new();
    let mut manager = None;
    let mut done = 0;
    for people in form.people.chunks(TOGETHER) {
        let mut hashed = Vec::new();
        for person in people {
            let password = if person.signs_in { Some(people::readable_password()?) } else { None };
            hashed.push((person, people::hash_checked(library, password.as_deref()).await?, password));
        }
        let mut tx = library.db.begin().await?;
        for (person, hash, password) in hashed {
            let unit = units.get(&person.unit).ok_or(Error::invalid("people", Why::UnknownValue))?;
            let new =
                NewPerson { login: &person.login, name: &person.name, password: password.as_deref(), unit: Some(unit) };
            let id = people::insert_person(library, &mut tx, &new, hash.as_deref()).await?;
            let mut grants = Vec::new();
            for grant in &person.roles {
                let reach = units.get(&grant.unit).ok_or(Error::invalid("people", Why::UnknownValue))?;
                people::insert_grant(library, &mut tx, &id, grant.role, Some(reach)).await?;
                grants.push(Grant { role: grant.role, unit: Some(reach.clone()) });
            }
            let role = grants.first().map_or(Role::Learner, |grant| grant.role);
            if role == Role::ContentManager && manager.is_none() {
                manager = Some(acting(id, person, unit, grants));
            }
            accounts.extend(password.map(|password| NewAccount { login: person.login.clone(), role, password }));
            done += 1;
            on_step(done, &person.name);
        }
        tx.commit().await?;
    }
    Ok((accounts, manager.ok_or(Error::invalid("people", Why::Empty))?))
}

fn acting(id: crate::ids::PersonId, person: &form::PersonForm, unit: &UnitId, grants: Vec<Grant>) -> Actor {
    Actor {
        person: id,
        login: person.login.clone(),
        name: person.name.clone(),
        language: None,
        data_use: people::DataUse::Auto,
        unit: Some(unit.clone()),
        grants,
        first_signed_in_at: 0,
        changes_seen: 0,
    }
}

async fn add_course(
    library: &Library,
    manager: &Actor,
    folder: &Path,
    course: CourseForm,
    on_step: &mut dyn FnMut(&str),
) -> Result<()> {
    let new = NewCourse {
        column: course.column,
        title: course.title,
        summary: course.summary,
        language: course.language,
        audience_unit: None,
    };
    let id = authoring::add_course(library, manager, new).await?;
    for handout in &course.handouts {
        let title = handout.title().best(course.language).1.to_owned();
        let resource = upload(library, manager, folder, handout.file(), &title, course.language).await?;
        if !handout.title().is_empty() {
            crate::media::rename(library, manager, &resource, handout.title()).await?;
        }
        authoring::add_handout(library, manager, &id, &resource).await?;
    }
    for module in course.modules {
        let module_id = authoring::add_module(library, manager, &id, module.title).await?;
        for lesson in module.lessons {
            on_step(lesson.title.best(course.language).1);
            let new = lesson_with_media(library, manager, folder, lesson, &course.language).await?;
            authoring::add_lesson(library, manager, &id, NewLesson { module: Some(module_id.clone()), ..new }).await?;
        }
    }
    authoring::publish_on_trust(library, manager, &id).await
}

async fn lesson_with_media(
    library: &Library,
    manager: &Actor,
    folder: &Path,
    lesson: LessonForm,
    language: &Language,
) -> Result<NewLesson> {
    let language = lesson.language.unwrap_or(*language);
    let resource = upload(library, manager, folder, &lesson.video, lesson.title.best(language).1, language).await?;
    crate::media::rename(library, manager, &resource, lesson.title.clone()).await?;
    for (language, file) in lesson.captions {
        let vtt = tokio::fs::read(inside(folder, &file)?).await?;
        captions::set_captions(library, manager, &resource, language, &vtt).await?;
    }
    Ok(NewLesson {
        module: None,
        title: lesson.title,
        summary: lesson.summary,
        language: Some(language),
        resource,
        threshold_percent: None,
    })
}

async fn upload(
    library: &Library,
    manager: &Actor,
    folder: &Path,
    file: &str,
    title: &str,
    language: Language,
) -> Result<ResourceId> {
    let path = inside(folder, file)?;
    let size_bytes = i64::try_from(tokio::fs::metadata(&path).await?.len()).unwrap_or(i64::MAX);
    let filename = path.file_name().and_then(|name| name.to_str()).unwrap_or(file);
    let new = NewUpload { filename, content_type: "", title, language, size_bytes };
    uploads::take_in(library, manager, &path, &new).await
}

/// A file of the folder, by a name that stays within it.
fn inside(folder: &Path, file: &str) -> Result<std::path::PathBuf> {
    if folder::stays_within(file) { Ok(folder.join(file)) } else { Err(Error::invalid("file", Why::UnknownValue)) }
}
