//! What is asked of a program of the operator's, and what is answered?

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Limits;

/// Runs `program` with `arguments` on `source`, which it may read and which is hostile until proved otherwise.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) source: PathBuf,
    /// Its home: empty before, and gone afterwards.
    pub(crate) folder: PathBuf,
    /// Files and folders that it may read besides: models, signatures.
    pub(crate) reads: Vec<PathBuf>,
    /// The file that a server it may ask listens on.
    pub(crate) socket: Option<PathBuf>,
    pub(crate) limits: Limits,
    pub(crate) most_ms: u64,
    /// Of its output.
    pub(crate) most_bytes: u64,
}

/// How it ended.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ran {
    /// None when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    /// What it wrote to its standard error.
    pub(crate) complaint: String,
}
