//! How long does a whole library take to come in? A prefecture's first day by one command; the same again, which changes
//! nothing; and once more into another library, killed half-way and begun again, which doubles nothing.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::seed::{self, MANAGER, Scale};
use crate::{program, step};

pub(super) fn measure(root: &Path, menpa: &Path) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let library = folder.path().join("library");
    step::loudly("writing 1,739 files of their own bytes", || seed::write(&library, Scale::DayOne, true))?;
    let made = |name: &str| -> Result<Loading<'_>> {
        let data = folder.path().join(name);
        let sign_ins = folder.path().join(format!("{name}.txt"));
        let mut import = Command::new(menpa);
        import.current_dir(root).arg("import").arg(&library).arg("--data").arg(&data).arg("--sign-ins").arg(sign_ins);
        program::read(&mut import).context("people and institutions")?;
        Ok(Loading { menpa, library: &library, data })
    };
    let whole = made("whole")?;
    let first = step::loudly("loading all of it", || whole.load())?;
    let again = step::loudly("loading it again", || whole.load())?;
    let indexed = step::loudly("building the search index", || whole.reindex())?;
    let torn = made("torn")?;
    step::loudly("killing it half-way", || torn.load_and_kill(first.took / 2))?;
    let after = step::loudly("going on", || torn.load())?;
    let last = step::loudly("and once more", || torn.load())?;
    step::answer("\nLoading a prefecture's first library (412 + 1,000 + 327 items, each a file of its own)");
    for (name, loaded) in [("one command", &first), ("again", &again), ("after a kill", &after), ("once more", &last)] {
        step::answer(format_args!("  {name:<14} {}", loaded.said));
    }
    step::answer(format_args!("  {:<14} {:.1} s", "search index", indexed.as_secs_f64()));
    for (name, loaded) in [("again", &again), ("once more", &last)] {
        ensure!(loaded.is_same(), "{name}: something was made or changed: {}", loaded.said);
    }
    Ok(())
}

struct Loading<'a> {
    menpa: &'a Path,
    library: &'a Path,
    data: std::path::PathBuf,
}

/// What the program said at its end: how many rows had which fate, seconds and megabytes.
struct Loaded {
    took: Duration,
    said: String,
}

impl Loaded {
    fn is_same(&self) -> bool {
        self.said.contains("new: 0") && self.said.contains("changed: 0") && self.said.contains("left out: 0")
    }
}

impl Loading<'_> {
    fn command(&self) -> Command {
        let mut command = Command::new(self.menpa);
        command.arg("import").arg(self.library).arg("--data").arg(&self.data);
        command.arg("--sheet").arg(self.library.join("items.csv")).args(["--as", MANAGER]);
        command
    }

    fn load(&self) -> Result<Loaded> {
        let begun = Instant::now();
        let said = program::read(&mut self.command())?;
        let took = begun.elapsed();
        let lines: Vec<&str> = said.lines().filter(|line| line.contains(" MB") || line.contains("new:")).collect();
        ensure!(lines.len() == 2, "menpa import said {said}");
        Ok(Loaded { took, said: lines.join(" · ") })
    }

    /// How long the search index takes from nothing.
    fn reindex(&self) -> Result<Duration> {
        let begun = Instant::now();
        program::read(Command::new(self.menpa).arg("reindex").arg("--data").arg(&self.data))?;
        Ok(begun.elapsed())
    }

    /// As a power cut ends it.
    fn load_and_kill(&self, after: Duration) -> Result<()> {
        let mut child = self.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("menpa import")?;
        std::thread::sleep(after);
        ensure!(child.try_wait()?.is_none(), "it had ended before it was killed");
        child.kill()?;
        child.wait()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_is_told_from_what_stayed() {
        let loaded = |said: &str| Loaded { took: Duration::ZERO, said: said.to_owned() };
        assert!(loaded("new: 0 · changed: 0 · as it is: 1739 · left out: 0 · 1.3 s, 40 MB").is_same());
        assert!(!loaded("new: 1 · changed: 0 · as it is: 1738 · left out: 0 · 1.3 s, 40 MB").is_same());
    }
}
