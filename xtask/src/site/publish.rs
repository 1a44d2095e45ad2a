//! Under which names, and how compressed, does the server find the files?

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::Folders;
use crate::stamp::{read, short_hash};
use crate::{program, step};

/// Endings of what is compressed already: a twin would only cost disk.
const COMPRESSED: [&str; 8] = ["png", "jpg", "jpeg", "webp", "avif", "gif", "woff", "woff2"];

/// The folder being filled, and what belongs in it.
struct Site<'a> {
    folder: &'a Path,
    kept: BTreeSet<PathBuf>,
}

/// Fills `target/site`; a file whose content is the same is not touched, so that the server
/// is not compiled again for it.
pub(super) fn publish(folders: &Folders) -> Result<()> {
    std::fs::create_dir_all(&folders.site)?;
    let mut site = Site { folder: &folders.site, kept: BTreeSet::new() };
    step::quietly("compressing what browsers load", || {
        let names = publish_hashed(folders, &mut site)?;
        publish_public(&folders.app.join("public"), &mut site)?;
        let list = serde_json::to_string_pretty(&names)?;
        site.put(Path::new("assets.json"), list.as_bytes())?;
        site.sweep()
    })
}

/// The service worker: its address says what it rules over, so it is published as it is called.
const WORKER: &str = "sw.js";

/// Puts what our pages link to, under names that change with the content.
fn publish_hashed(folders: &Folders, site: &mut Site<'_>) -> Result<BTreeMap<String, String>> {
    let mut files = program::files_below(&folders.parts.join("style"))?;
    files.extend(program::files_below(&folders.parts.join("glue"))?);
    files.extend(program::files_below(&folders.parts.join("player"))?);
    // A style sheet comes after the fonts whose new names stand in it.
    files.sort_by_key(|path| path.extension().is_some_and(|ending| ending == "css"));
    let mut names = BTreeMap::new();
    for path in files {
        let name = path.file_name().context("a file without a name")?.to_string_lossy();
        let mut bytes = read(&path)?;
        if name.ends_with(".css") {
            bytes = with_hashed_names(bytes, &names)?;
        }
        let hashed = if name == WORKER { name.clone().into_owned() } else { hashed_name(&name, &bytes) };
        site.put_with_twins(Path::new(&hashed), &bytes)?;
        names.insert(name.into_owned(), hashed);
    }
    names.remove(WORKER);
    Ok(names)
}

/// A style sheet whose neighbors are called by their new names.
fn with_hashed_names(css: Vec<u8>, names: &BTreeMap<String, String>) -> Result<Vec<u8>> {
    let mut css = String::from_utf8(css)?;
    for (name, hashed) in names {
        for quote in ['"', '('] {
            css = css.replace(&format!("{quote}{name}"), &format!("{quote}{hashed}"));
        }
    }
    Ok(css.into_bytes())
}

/// Puts what is asked for by a fixed address: icons, the manifest.
fn publish_public(public: &Path, site: &mut Site<'_>) -> Result<()> {
    if !public.is_dir() {
        return Ok(());
    }
    for path in program::files_below(public)? {
        site.put_with_twins(path.strip_prefix(public)?, &read(&path)?)?;
    }
    Ok(())
}

impl Site<'_> {
    fn put_with_twins(&mut self, name: &Path, bytes: &[u8]) -> Result<()> {
        let changed = self.put(name, bytes)?;
        if name.extension().is_some_and(|ending| COMPRESSED.iter().any(|known| ending == *known)) {
            return Ok(());
        }
        self.put_twin(name, "br", changed, || brotli(bytes))?;
        self.put_twin(name, "gz", changed, || gzip(bytes))
    }

    fn put_twin(
        &mut self,
        name: &Path,
        ending: &str,
        changed: bool,
        compress: impl FnOnce() -> Result<Vec<u8>>,
    ) -> Result<()> {
        let mut twin = name.as_os_str().to_owned();
        twin.push(".");
        twin.push(ending);
        let twin = PathBuf::from(twin);
        if changed || !self.folder.join(&twin).is_file() {
            self.put(&twin, &compress()?)?;
        }
        self.kept.insert(twin);
        Ok(())
    }

    /// Writes a file unless it holds these bytes already; says whether it had to.
    fn put(&mut self, name: &Path, bytes: &[u8]) -> Result<bool> {
        let path = self.folder.join(name);
        self.kept.insert(name.to_path_buf());
        if std::fs::read(&path).is_ok_and(|before| before == bytes) {
            return Ok(false);
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(true)
    }

    /// Removes what an earlier build left and this one does not know.
    fn sweep(&self) -> Result<()> {
        for path in program::files_below(self.folder)? {
            if !self.kept.contains(path.strip_prefix(self.folder)?) {
                std::fs::remove_file(&path)?;
            }
        }
        Ok(())
    }
}

/// `main.css` with its content's hash before the ending: `main.ab12cd34ef.css`.
fn hashed_name(name: &str, bytes: &[u8]) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "bin"));
    format!("{stem}.{}.{ending}", short_hash(bytes))
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let settings =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &settings)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes)?;
    Ok(packed.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(folder: &Path) -> Vec<String> {
        let files = program::files_below(folder).unwrap();
        files.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_name_changes_with_the_content() {
        let one = hashed_name("main.css", b"a{}");
        assert_ne!(one, hashed_name("main.css", b"b{}"));
        assert_eq!(one.len(), "main.0123456789.css".len());
        assert!(one.starts_with("main.") && one.ends_with(".css"), "{one}");
    }

    #[test]
    fn a_style_sheet_calls_its_fonts_by_their_new_names() {
        let names = BTreeMap::from([("a.woff2".to_owned(), "a.12.woff2".to_owned())]);
        let css = with_hashed_names(b"src:url(a.woff2),url(\"a.woff2\"),url(aa.woff2)".to_vec(), &names).unwrap();
        assert_eq!(String::from_utf8(css).unwrap(), "src:url(a.12.woff2),url(\"a.12.woff2\"),url(aa.woff2)");
    }

    #[test]
    fn twins_unpack_to_the_file() {
        let text = b"sphygmomanometer ".repeat(50);
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &brotli(&text).unwrap()[..], &mut unpacked).unwrap();
        assert_eq!(unpacked, text);
        let mut gunzipped = Vec::new();
        let packed = gzip(&text).unwrap();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&packed[..]), &mut gunzipped).unwrap();
        assert_eq!(gunzipped, text);
    }

    #[test]
    fn what_an_earlier_build_left_is_swept() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("old.css"), "old").unwrap();
        let mut site = Site { folder: folder.path(), kept: BTreeSet::new() };
        site.put_with_twins(Path::new("new.css"), b"new").unwrap();
        site.put_with_twins(Path::new("photo.png"), b"png").unwrap();
        site.sweep().unwrap();
        assert_eq!(listed(folder.path()), ["new.css", "new.css.br", "new.css.gz", "photo.png"]);
    }

    #[test]
    fn twins_follow_a_changed_file_of_the_same_name() {
        let folder = tempfile::tempdir().unwrap();
        let mut site = Site { folder: folder.path(), kept: BTreeSet::new() };
        for text in [&b"first"[..], &b"second"[..]] {
            site.put_with_twins(Path::new("icon.svg"), text).unwrap();
        }
        let packed = std::fs::read(folder.path().join("icon.svg.br")).unwrap();
        assert_eq!(packed, brotli(b"second").unwrap());
    }
}
