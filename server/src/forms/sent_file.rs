//! What came by a plain upload form? A file on this machine's scratch until it is an upload, and the fields beside it.

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

/// No field but the file is longer than this (bytes).
const LONGEST_FIELD: usize = 64 << 10;

#[derive(Default)]
pub(super) struct SentFile {
    pub(super) values: Values,
    pub(super) path: Option<PathBuf>,
    pub(super) filename: String,
    pub(super) content_type: String,
    pub(super) size_bytes: i64,
}

impl SentFile {
    /// Reads the whole form, its file into `folder`.
    ///
    /// # Errors
    /// `Invalid` for a form that breaks off, or for more than an upload may have.
    pub(super) async fn receive(&mut self, mut parts: Multipart, folder: &Path) -> content::Result<()> {
        while let Some(part) = parts.next_field().await.map_err(unreadable)? {
            let name = part.name().unwrap_or_default().to_owned();
            if name != "file" {
                let text = text_of(part).await?;
                self.values.insert(name, text);
            } else if let Some(filename) = part.file_name().filter(|name| !name.is_empty()) {
                self.filename = filename.to_owned();
                self.content_type = part.content_type().unwrap_or_default().to_owned();
                self.receive_file(part, folder).await?;
            }
        }
        Ok(())
    }

    async fn receive_file(&mut self, mut part: Field<'_>, folder: &Path) -> content::Result<()> {
        tokio::fs::create_dir_all(folder).await?;
        let path = self.path.get_or_insert_with(|| folder.join(ResourceId::new().as_str()));
        let mut file = File::create(path).await?;
        self.size_bytes = 0;
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
        if let Some(path) = &self.path {
            let _ = std::fs::remove_file(path);
        }
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
