//! What came by a plain upload form? Files on this machine's scratch until they are uploads, and the fields beside them.

use std::path::{Path, PathBuf};

use axum::extract::Multipart;
use axum::extract::multipart::Field;
use content::ids::ResourceId;
use content::media::uploads::MOST_BYTES;
use content::{Error, Why};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::Values;
use super::resources::unreadable;

/// No field but a file is longer than this (bytes).
const LONGEST_FIELD: usize = 64 << 10;

/// The whole form.
#[derive(Default)]
pub(super) struct SentFiles {
    pub(super) values: Values,
    pub(super) files: Vec<SentFile>,
}

pub(super) struct SentFile {
    pub(super) path: PathBuf,
    pub(super) filename: String,
    pub(super) content_type: String,
    pub(super) size_bytes: i64,
}

impl SentFiles {
    /// Reads the whole form, its files into `folder`.
    ///
    /// # Errors
    /// `Invalid` for a form that breaks off, or for more than an upload may have.
    pub(super) async fn receive(&mut self, mut parts: Multipart, folder: &Path) -> content::Result<()> {
        while let Some(part) = parts.next_field().await.map_err(unreadable)? {
            let name = part.name().unwrap_or_default().to_owned();
            if name != "file" {
                let text = text_of(part).await?;
                self.values.insert(name, text);
            } else if part.file_name().is_some_and(|name| !name.is_empty()) {
                tokio::fs::create_dir_all(folder).await?;
                let mut file = SentFile {
                    path: folder.join(ResourceId::new().as_str()),
                    filename: part.file_name().unwrap_or_default().to_owned(),
                    content_type: part.content_type().unwrap_or_default().to_owned(),
                    size_bytes: 0,
                };
                file.receive(part).await?;
                self.files.push(file);
            }
        }
        Ok(())
    }
}

impl SentFile {
    async fn receive(&mut self, mut part: Field<'_>) -> content::Result<()> {
        let mut file = File::create(&self.path).await?;
        while let Some(bytes) = part.chunk().await.map_err(unreadable)? {
            self.size_bytes += i64::try_from(bytes.len()).unwrap_or(i64::MAX);
            if self.size_bytes > MOST_BYTES {
                return Err(Error::Invalid { field: "file", why: Why::TooLarge });
            }
            file.write_all(&bytes).await?;
        }
        file.sync_all().await?;
        Ok(())
    }
}

/// A request may be dropped in the middle; its file goes with it.
impl Drop for SentFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn text_of(mut part: Field<'_>) -> content::Result<String> {
    let mut text = Vec::new();
    while let Some(bytes) = part.chunk().await.map_err(unreadable)? {
        text.extend_from_slice(&bytes);
        if text.len() > LONGEST_FIELD {
            return Err(Error::Invalid { field: "title", why: Why::TooLong });
        }
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}
