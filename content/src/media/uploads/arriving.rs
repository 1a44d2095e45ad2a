//! How do the bytes of one request get onto the disk? What was acknowledged is there; what was not may be torn.

use std::io::SeekFrom;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

use super::{KEEP_MS, Upload, part_path, room};
use crate::Library;
use crate::db::write;
use crate::error::{Error, Result, Why};
use crate::media::sql;
use crate::media::turns::Turn;

/// After so many bytes without an end, or so many milliseconds, what has arrived is synced and written down: on a slow
/// link a server that dies must not cost the minutes that a megabyte takes.
const STRIDE_BYTES: i64 = 4 << 20;
const STRIDE_MS: i64 = 3_000;

/// What the body of one request must hash to.
#[derive(Debug, Clone)]
pub enum Checksum {
    Sha1(Vec<u8>),
    Sha256(Vec<u8>),
}

enum Checking {
    Sha1(Sha1, Vec<u8>),
    Sha256(Sha256, Vec<u8>),
}

impl Checking {
    fn new(checksum: Checksum) -> Self {
        match checksum {
            Checksum::Sha1(expected) => Self::Sha1(Sha1::new(), expected),
            Checksum::Sha256(expected) => Self::Sha256(Sha256::new(), expected),
        }
    }

    fn update(&mut self, part: &[u8]) {
        match self {
            Self::Sha1(hash, _) => hash.update(part),
            Self::Sha256(hash, _) => hash.update(part),
        }
    }

    fn agrees(self) -> bool {
        match self {
            Self::Sha1(hash, expected) => hash.finalize()[..] == expected[..],
            Self::Sha256(hash, expected) => hash.finalize()[..] == expected[..],
        }
    }
}

pub(super) struct Arriving<'a> {
    library: &'a Library,
    upload: &'a Upload,
    file: File,
    at: i64,
    noted: i64,
    noted_at: i64,
}

impl<'a> Arriving<'a> {
    pub(super) async fn open(library: &'a Library, upload: &'a Upload) -> Result<Self> {
        let mut file = File::options().write(true).open(part_path(library, &upload.id)).await?;
        // Bytes beyond what was written down were never acknowledged and may be torn.
        let at = upload.received_bytes;
        file.set_len(u64::try_from(at).unwrap_or_default()).await?;
        file.seek(SeekFrom::End(0)).await?;
        Ok(Self { library, upload, file, at, noted: at, noted_at: library.clock.now_ms() })
    }

    pub(super) async fn receive(
        &mut self,
        mut body: impl Stream<Item = std::io::Result<Bytes>> + Unpin,
        turn: &Turn,
        checksum: Option<Checksum>,
    ) -> Result<()> {
        let mut checking = checksum.map(Checking::new);
        let mut ended = false;
        loop {
            let Some(part) = turn.unless_asked(body.next()).await else { break };
            let Some(Ok(part)) = part else {
                ended = part.is_none();
                break;
            };
            if self.at + i64::try_from(part.len()).unwrap_or(i64::MAX) > self.upload.size_bytes {
                return Err(Error::invalid("size", Why::TooLarge));
            }
            if let Err(full) = room::check_scratch(self.library, part.len()) {
                if checking.is_none() {
                    self.note().await?;
                }
                return Err(full);
            }
            self.file.write_all(&part).await?;
            self.at += i64::try_from(part.len()).unwrap_or_default();
            match &mut checking {
                Some(checking) => checking.update(&part),
                None if self.is_worth_noting() => self.note().await?,
                None => {}
            }
        }
        if checking.is_some_and(|checking| !ended || !checking.agrees()) {
            return Err(Error::Conflict(Why::WrongChecksum));
        }
        self.note().await
    }

    fn is_worth_noting(&self) -> bool {
        self.at - self.noted >= STRIDE_BYTES || self.library.clock.now_ms() - self.noted_at >= STRIDE_MS
    }

    /// Syncs, then writes the number down: an acknowledged byte is on disk.
    async fn note(&mut self) -> Result<()> {
        self.file.flush().await?;
        self.file.sync_data().await?;
        let now = self.library.clock.now_ms();
        let mut tx = self.library.db.begin().await?;
        write!(&mut tx, sql::SET_RECEIVED, &self.upload.id, self.at, now + KEEP_MS)?;
        tx.commit().await?;
        (self.noted, self.noted_at) = (self.at, now);
        Ok(())
    }
}
