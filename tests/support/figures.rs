//! What a story measured, for whoever asks: `cargo xtask bench faults` names a file in `MENPA_FIGURES`.

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use content::Settings;
use serde_json::{Value, json};

use super::program::Running;
use super::{Engine, Platform};

/// The file that figures go to; where there is none, nobody asks.
fn file() -> Option<PathBuf> {
    std::env::var_os("MENPA_FIGURES").map(PathBuf::from)
}

/// Whether somebody wants to know what things cost: then the program is measured, and not this process.
pub(crate) fn are_asked() -> bool {
    file().is_some()
}

/// Writes a line of figures down, with the story and the engine it is of.
pub(crate) fn tell(story: &str, engine: Engine, figures: &Value) {
    let Some(path) = file() else { return };
    let mut file = std::fs::File::options().create(true).append(true).open(path).expect("the file of figures");
    let line = json!({"story": story, "engine": engine.name(), "figures": figures});
    writeln!(file, "{line}").expect("the figures are written");
}

/// The slowest answer, and to what.
#[derive(Default)]
pub(crate) struct Slowest {
    pub(crate) time: Duration,
    pub(crate) of: String,
    pub(crate) count: usize,
}

impl Slowest {
    pub(crate) fn note(&mut self, time: Duration, of: impl FnOnce() -> String) {
        self.count += 1;
        if time > self.time {
            (self.time, self.of) = (time, of());
        }
    }
}

/// Who serves a library: this process, or for figures the program, whose memory can be told from this one's.
pub(crate) struct Served {
    pub(crate) address: String,
    program: Option<Running>,
    rest_kb: u64,
}

impl Served {
    pub(crate) async fn start(platform: &Platform, change: impl FnOnce(Settings) -> Settings) -> Self {
        if !are_asked() {
            let library = platform.under(change).await;
            return Self { address: platform.serve(&library).await, program: None, rest_kb: 0 };
        }
        // This process does the work of the queue.
        let running = platform.run_another_node(change).await;
        Self { address: running.address.clone(), program: Some(running), rest_kb: 0 }
    }

    /// From now on its memory counts.
    pub(crate) fn watch_memory(&mut self) {
        if let Some(program) = &self.program {
            self.rest_kb = program.memory_kb();
            program.forget_most_memory();
        }
    }

    /// How much more it has had at a time since (MB); nothing where it is this process.
    pub(crate) fn more_mb(&self) -> Option<u64> {
        let program = self.program.as_ref()?;
        Some(program.most_memory_kb().saturating_sub(self.rest_kb) / 1024)
    }
}
