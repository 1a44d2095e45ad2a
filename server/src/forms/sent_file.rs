//! What came by a form with files? Files on this machine's scratch until they are uploads, and the fields beside them.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, MatchedPath, Multipart, Request};
use bytes::Bytes;
use content::ids::ResourceId;
use content::media::uploads::{self, MOST_BYTES};
use content::{Error, Library, Why};
use futures::Stream;
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::Values;
use super::amount::{Amount, too_large};
use crate::failure::Failure;

/// The fields beside the files take no more together (bytes), and no name of one is longer.
const MOST_TYPED: usize = 64 << 10;
const LONGEST_NAME: usize = 200;
/// The reader of parts takes no more at once, and no more between two parts (bytes): it keeps all that it has taken until
/// it finds the end of a head.
const AT_ONCE: usize = 256 << 10;
const MOST_BETWEEN: usize = 1 << 20;
/// How often a file that arrives asks for room (bytes).
const ASKS_EVERY: u64 = 8 << 20;

/// The parts of a form, as they arrive.
pub(crate) struct Parts {
    parts: Multipart,
    amount: Amount,
    /// How many bytes the whole form still has, where it said so.
    announced: Option<u64>,
    taken: Arc<AtomicUsize>,
    count: usize,
}

impl<S: Send + Sync> FromRequest<S> for Parts {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let amount = Amount::of(request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str));
        let length = request.headers().get(axum::http::header::CONTENT_LENGTH);
        let announced = length.and_then(|length| length.to_str().ok()?.parse().ok());
        let taken = Arc::new(AtomicUsize::new(0));
        let paced = |body: Body| Paced { body: body.into_data_stream(), taken: Arc::clone(&taken), in_a_row: 0 };
        let request = request.map(|body| Body::from_stream(paced(body)));
        let parts = Multipart::from_request(request, state).await;
        let parts = parts.map_err(|_| Failure(Error::Invalid { field: "request", why: Why::Unreadable }))?;
        Ok(Self { parts, amount, announced, taken, count: 0 })
    }
}

impl Parts {
    /// The next part; every one counts, whatever it is called.
    async fn next(&mut self) -> content::Result<Option<Field<'_>>> {
        self.taken.store(0, Ordering::Relaxed);
        self.count += 1;
        if self.count > self.amount.fields {
            return Err(too_large());
        }
        self.parts.next_field().await.map_err(|error| unreadable(&error))
    }
}

/// The body in portions, so that a reader which takes all there is takes little, and gives up on what has no end.
struct Paced {
    body: BodyDataStream,
    taken: Arc<AtomicUsize>,
    in_a_row: usize,
}

impl Stream for Paced {
    type Item = Result<Bytes, axum::BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.in_a_row >= AT_ONCE {
            self.in_a_row = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.taken.load(Ordering::Relaxed) > MOST_BETWEEN {
            return Poll::Ready(Some(Err("a part of a form without an end".into())));
        }
        let polled = Pin::new(&mut self.body).poll_next(context);
        match &polled {
            Poll::Ready(Some(Ok(bytes))) => {
                self.in_a_row += bytes.len();
                self.taken.fetch_add(bytes.len(), Ordering::Relaxed);
            }
            _ => self.in_a_row = 0,
        }
        polled.map_err(Into::into)
    }
}

/// The whole form.
#[derive(Default)]
pub(super) struct SentFiles {
    pub(super) values: Values,
    pub(super) files: Vec<SentFile>,
    typed_bytes: usize,
}

pub(super) struct SentFile {
    pub(super) path: PathBuf,
    pub(super) filename: String,
    pub(super) content_type: String,
    pub(super) size_bytes: i64,
    /// SHA-256 of its bytes.
    pub(super) hash: String,
}

impl SentFiles {
    /// Reads the whole form, its files into `folder` of this library's scratch, as long as there is room.
    ///
    /// # Errors
    /// `Invalid` for a form that breaks off, holds more than its address takes, or more than an upload may have;
    /// `Conflict(DiskFull)`.
    pub(super) async fn receive(&mut self, library: &Library, mut parts: Parts, folder: &Path) -> content::Result<()> {
        let (announced, taken) = (parts.announced, Arc::clone(&parts.taken));
        let mut received = 0_u64;
        while let Some(part) = parts.next().await? {
            let name = checked_name(&part)?;
            if name != "file" {
                let text = text_of(part, &taken, MOST_TYPED.saturating_sub(self.typed_bytes)).await?;
                self.typed_bytes += text.len() + name.len();
                self.values.insert(name, text);
            } else if part.file_name().is_some_and(|name| !name.is_empty()) {
                // What is announced has to fit; what is not is looked at while it arrives.
                uploads::must_have_room(library, announced.map_or(1, |bytes| bytes.saturating_sub(received)))?;
                tokio::fs::create_dir_all(folder).await?;
                self.files.push(SentFile::new(&part, folder));
                if let Some(file) = self.files.last_mut() {
                    file.receive(library, part, &taken).await?;
                    received += u64::try_from(file.size_bytes).unwrap_or_default();
                }
            }
        }
        Ok(())
    }
}

impl SentFiles {
    /// The fields with a field for each file, which tells it by its bytes: what makes the form the same.
    pub(super) fn keyed(&self) -> Values {
        let files = self.files.iter().enumerate();
        let files = files.map(|(at, file)| (format!("file {at}"), format!("{} {}", file.hash, file.filename)));
        self.values.clone().into_iter().chain(files).collect()
    }
}

fn checked_name(part: &Field<'_>) -> content::Result<String> {
    let name = part.name().unwrap_or_default();
    let longest =
        name.len().max(part.file_name().unwrap_or_default().len()).max(part.content_type().unwrap_or_default().len());
    if longest > 4 * LONGEST_NAME || name.len() > LONGEST_NAME { Err(too_large()) } else { Ok(name.to_owned()) }
}

impl SentFile {
    fn new(part: &Field<'_>, folder: &Path) -> Self {
        Self {
            path: folder.join(ResourceId::new().as_str()),
            filename: part.file_name().unwrap_or_default().to_owned(),
            content_type: part.content_type().unwrap_or_default().to_owned(),
            size_bytes: 0,
            hash: String::new(),
        }
    }

    async fn receive(&mut self, library: &Library, mut part: Field<'_>, taken: &AtomicUsize) -> content::Result<()> {
        let mut file = File::create(&self.path).await?;
        let (mut hash, mut asked) = (Sha256::new(), 0_u64);
        while let Some(bytes) = part.chunk().await.map_err(|error| unreadable(&error))? {
            taken.store(0, Ordering::Relaxed);
            self.size_bytes += i64::try_from(bytes.len()).unwrap_or(i64::MAX);
            if self.size_bytes > MOST_BYTES {
                return Err(Error::Invalid { field: "file", why: Why::TooLarge });
            }
            asked += bytes.len() as u64;
            if asked > ASKS_EVERY {
                uploads::must_have_room(library, ASKS_EVERY)?;
                asked = 0;
            }
            hash.update(&bytes);
            file.write_all(&bytes).await?;
        }
        file.sync_all().await?;
        self.hash = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(())
    }
}

/// A request may be dropped in the middle; its file goes with it.
impl Drop for SentFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// A form whose only file is small: what was typed, and the bytes of the file.
///
/// # Errors
/// `Invalid` for a form that breaks off, or that holds more than its address takes.
pub(super) async fn read_small(mut parts: Parts) -> content::Result<(Values, Option<Vec<u8>>)> {
    let (mut values, mut file) = (Values::new(), None);
    let (most, taken) = (usize::try_from(parts.amount.bytes).unwrap_or(usize::MAX), Arc::clone(&parts.taken));
    while let Some(part) = parts.next().await? {
        let name = checked_name(&part)?;
        if name == "file" {
            file = Some(bytes_of(part, &taken, most).await?);
        } else {
            let text = String::from_utf8(bytes_of(part, &taken, most).await?);
            values.insert(name, text.map_err(|_| Error::Invalid { field: "text", why: Why::Unreadable })?);
        }
    }
    Ok((values, file))
}

async fn text_of(part: Field<'_>, taken: &AtomicUsize, most: usize) -> content::Result<String> {
    Ok(String::from_utf8_lossy(&bytes_of(part, taken, most).await?).into_owned())
}

async fn bytes_of(mut part: Field<'_>, taken: &AtomicUsize, most: usize) -> content::Result<Vec<u8>> {
    let mut whole = Vec::new();
    while let Some(bytes) = part.chunk().await.map_err(|error| unreadable(&error))? {
        taken.store(0, Ordering::Relaxed);
        whole.extend_from_slice(&bytes);
        if whole.len() > most {
            return Err(too_large());
        }
    }
    Ok(whole)
}

fn unreadable(error: &MultipartError) -> Error {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        return too_large();
    }
    Error::Invalid { field: "file", why: Why::Unreadable }
}
