//! Puts the browser's files into the binary: everything `cargo xtask build` left in `target/site`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let site = root.join("../target/site");
    println!("cargo:rerun-if-changed={}", site.display());
    let mut files = Vec::new();
    collect(&site, &site, &mut files);
    files.sort();
    let mut code =
        String::from("/// Name and content of every browser file.\npub(super) static SITE: &[(&str, &[u8])] = &[\n");
    for (name, path) in files {
        println!("cargo:rerun-if-changed={}", path.display());
        let _ = writeln!(code, "    ({name:?}, include_bytes!({:?})),", path.display().to_string());
    }
    code.push_str("];\n");
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets it"));
    std::fs::write(out.join("site.rs"), code).expect("OUT_DIR can be written");
}

/// A checkout that was never built has no site yet: the server compiles, and its pages have no style.
fn collect(site: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            collect(site, &path, files);
        } else if let Ok(name) = path.strip_prefix(site) {
            files.push((name.to_string_lossy().into_owned(), path.canonicalize().expect("it was just listed")));
        }
    }
}
