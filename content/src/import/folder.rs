//! Which bytes does a row mean? A file below a folder of this machine, or one that was uploaded before.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use futures::StreamExt;

use super::finding::Found;
use super::known::Known;
use super::loading::OnRow;
use crate::Library;
use crate::error::Result;
use crate::ids::ResourceId;
use crate::media::{ResourceKind, captions, transcoding, uploads};

/// Only the name says what a file in a folder is; an unknown ending is not taken for a video.
const BY_NAME: &str = "unknown/unknown";

/// Where the files of a sheet are.
#[derive(Debug, Clone)]
pub enum Shelf {
    Folder(PathBuf),
    /// In the library, uploaded beforehand; rows give their names.
    Library,
}

/// Bytes that a row means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bytes {
    pub sha256: String,
    pub kind: ResourceKind,
    pub from: From,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum From {
    File(PathBuf),
    Resource(ResourceId),
}

/// What has been looked at, so that loading after a check does not read every file twice.
#[derive(Default)]
pub(super) struct Looked {
    files: HashMap<PathBuf, std::result::Result<Bytes, (Found, String)>>,
}

/// How many files are looked at at once: each takes a child, which mostly starts and ends.
fn at_once() -> usize {
    std::thread::available_parallelism().map_or(2, |count| count.get() * 2)
}

type Answer<T> = Result<std::result::Result<T, (Found, String)>>;

impl Looked {
    /// Looks at all files of a folder that rows name, several at once.
    pub(super) async fn look_at_all(
        &mut self,
        library: &Library,
        shelf: &Shelf,
        known: &Known,
        files: Vec<&str>,
        on_file: OnRow<'_>,
    ) -> Result<()> {
        let Shelf::Folder(folder) = shelf else { return Ok(()) };
        let mut paths: HashMap<PathBuf, String> = HashMap::new();
        for file in files {
            if let Ok(path) = inside(folder, file) {
                paths.insert(path, file.to_owned());
            }
        }
        paths.retain(|path, _| !self.files.contains_key(path));
        let total = paths.len();
        let looks = paths.into_iter().map(|(path, file)| async move {
            let looked = look(library, known, path.clone(), &file).await;
            (path, file, looked)
        });
        let mut looks = futures::stream::iter(looks).buffer_unordered(at_once());
        while let Some((path, file, looked)) = looks.next().await {
            self.files.insert(path, looked?);
            on_file(self.files.len().min(total), total, &file);
        }
        Ok(())
    }

    /// The bytes behind a name; or what is wrong with them.
    pub(super) async fn bytes(&mut self, library: &Library, shelf: &Shelf, known: &Known, file: &str) -> Answer<Bytes> {
        let folder = match shelf {
            Shelf::Library => return Ok(uploaded(known, file)),
            Shelf::Folder(folder) => folder,
        };
        let path = match inside(folder, file) {
            Ok(path) => path,
            Err(found) => return Ok(Err(found)),
        };
        if let Some(looked) = self.files.get(&path) {
            return Ok(looked.clone());
        }
        let looked = look(library, known, path.clone(), file).await?;
        self.files.insert(path, looked.clone());
        Ok(looked)
    }
}

fn uploaded(known: &Known, file: &str) -> std::result::Result<Bytes, (Found, String)> {
    let name = file.rsplit('/').next().unwrap_or(file);
    // Of several with that name the newest is meant.
    let (id, sha256) =
        known.by_name.get(name).and_then(|all| all.last()).ok_or((Found::MissingFile, file.to_owned()))?;
    let kind = uploads::by_name(name, BY_NAME).map_err(|_| (Found::UnsupportedFile, file.to_owned()))?;
    Ok(Bytes { sha256: sha256.clone(), kind, from: From::Resource(id.clone()) })
}

/// Whether a name leads down from a folder only, as far as its words tell.
pub(super) fn stays_within(file: &str) -> bool {
    Path::new(file).components().all(|part| matches!(part, Component::Normal(_)))
}

/// A file of the folder, by a name that stays within it, links followed.
fn inside(folder: &Path, file: &str) -> std::result::Result<PathBuf, (Found, String)> {
    let outside = || (Found::OutsideFolder, file.to_owned());
    let missing = || (Found::MissingFile, file.to_owned());
    if !stays_within(file) || file.contains('\0') {
        return Err(outside());
    }
    let folder = folder.canonicalize().map_err(|_| missing())?;
    let path = folder.join(file).canonicalize().map_err(|_| missing())?;
    match path {
        path if !path.starts_with(&folder) => Err(outside()),
        path if !path.is_file() => Err(missing()),
        path => Ok(path),
    }
}

async fn look(library: &Library, known: &Known, path: PathBuf, file: &str) -> Answer<Bytes> {
    let size = tokio::fs::metadata(&path).await?.len();
    if size == 0 {
        return Ok(Err((Found::EmptyFile, file.to_owned())));
    }
    let Ok(kind) = uploads::by_name(file, BY_NAME) else { return Ok(Err((Found::UnsupportedFile, file.to_owned()))) };
    let reading = path.clone();
    let (sha256, _) = tokio::task::spawn_blocking(move || uploads::examine(&reading)).await??;
    // What the library has already has been looked at from its first to its last byte.
    let is_new_video = kind == ResourceKind::Video && !known.by_sha.contains_key(&sha256);
    if is_new_video && let Some(cause) = transcoding::glance(library, &path).await? {
        return Ok(Err((Found::Undecodable, format!("{file}: {cause}"))));
    }
    Ok(Ok(Bytes { sha256, kind, from: From::File(path) }))
}

/// Captions beside the media, as WebVTT.
pub(super) async fn captions(shelf: &Shelf, file: &str) -> Answer<String> {
    let Shelf::Folder(folder) = shelf else { return Ok(Err((Found::MissingFile, file.to_owned()))) };
    let path = match inside(folder, file) {
        Ok(path) => path,
        Err(found) => return Ok(Err(found)),
    };
    let bytes = tokio::fs::read(&path).await?;
    match captions::read::read(&bytes) {
        Ok(vtt) => Ok(Ok(vtt)),
        Err(error) if error.cause().is_some() => Err(error),
        Err(_) => Ok(Err((Found::BadCaptions, file.to_owned()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leaves_the_folder_is_refused() {
        let around = tempfile::tempdir().unwrap();
        let folder = around.path().join("library");
        std::fs::create_dir_all(folder.join("videos")).unwrap();
        std::fs::write(folder.join("videos/一.mp4"), "video").unwrap();
        std::fs::write(around.path().join("secret"), "secret").unwrap();
        std::os::unix::fs::symlink(around.path().join("secret"), folder.join("link.mp4")).unwrap();
        let check = |file: &str, expected: Option<Found>| {
            assert_eq!(inside(&folder, file).err().map(|(found, _)| found), expected, "{file}");
        };
        check("videos/一.mp4", None);
        check("videos/二.mp4", Some(Found::MissingFile));
        check("videos", Some(Found::MissingFile));
        check("../secret", Some(Found::OutsideFolder));
        check("videos/../../secret", Some(Found::OutsideFolder));
        check("/etc/passwd", Some(Found::OutsideFolder));
        check("link.mp4", Some(Found::OutsideFolder));
        check("", Some(Found::MissingFile));
    }
}
