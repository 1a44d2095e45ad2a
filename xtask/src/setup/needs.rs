//! Which programs and libraries does Menpa need from the system, and why?

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program;

/// One thing of the system that we cannot do without.
pub(super) struct Need {
    pub(super) what: &'static str,
    pub(super) why: &'static str,
    /// The Debian packages that bring it.
    pub(super) packages: &'static [&'static str],
    pub(super) found: fn() -> bool,
}

/// What building and serving need.
pub(super) const BUILDING: &[Need] = &[
    Need {
        what: "FFmpeg's libraries and pkg-config",
        why: "menpa-transcode links them",
        packages: &[
            "libavcodec-dev",
            "libavfilter-dev",
            "libavformat-dev",
            "libavutil-dev",
            "libswresample-dev",
            "libswscale-dev",
            "pkg-config",
        ],
        found: finds_ffmpeg_libraries,
    },
    Need {
        what: "clang and libclang",
        why: "FFmpeg's headers are read with them",
        packages: &["clang", "libclang-dev"],
        found: finds_clang,
    },
    Need {
        what: "Node.js 18 or later",
        why: "the player is bundled and the islands are shrunk with it",
        packages: &["nodejs"],
        found: finds_node,
    },
    Need {
        what: "npm",
        why: "it fetches the tools of the browser side",
        packages: &["npm"],
        found: || program::find("npm").is_some(),
    },
];

/// What serving needs besides.
pub(super) const SERVING: &[Need] = &[
    Need {
        what: "poppler's programs",
        why: "PDFs are drawn and read with them",
        packages: &["poppler-utils"],
        found: || ["pdfinfo", "pdffonts", "pdftotext", "pdftoppm"].iter().all(|name| program::find(name).is_some()),
    },
    Need {
        what: "LibreOffice without its windows",
        why: "office files become pages with it",
        packages: &["libreoffice-impress-nogui", "libreoffice-writer-nogui", "libreoffice-calc-nogui"],
        found: || program::find("soffice").is_some(),
    },
    Need {
        what: "Noto's Chinese and Tibetan fonts",
        why: "courseware is drawn with them, and the browser stories look at pages in both scripts",
        packages: &["fonts-noto-cjk", "fonts-noto-core"],
        found: finds_fonts,
    },
];

/// What only the tests need.
pub(super) const TESTING: &[Need] = &[
    Need {
        what: "PostgreSQL's server programs",
        why: "every story runs on PostgreSQL too",
        packages: &["postgresql"],
        found: || std::env::var_os("MENPA_TEST_POSTGRES_URL").is_some() || postgres().is_some(),
    },
    Need {
        what: "Chromium",
        why: "the browser stories click through the pages",
        packages: &["chromium"],
        found: || chromium().is_some(),
    },
    Need {
        what: "clamav's scanner",
        why: "uploads are scanned in the stories, with signatures of their own",
        packages: &["clamav"],
        found: || program::find("clamscan").is_some(),
    },
    Need {
        what: "the ffmpeg command",
        why: "the tests make their clips with it",
        packages: &["ffmpeg"],
        found: || program::find("ffmpeg").is_some(),
    },
    Need {
        what: "Python's virtual environments",
        why: "what generates calls of the API comes as a Python package",
        packages: &["python3-venv"],
        found: finds_environments,
    },
];

/// What only measuring needs.
pub(super) const BENCHING: &[Need] = &[Need {
    what: "Python's virtual environments",
    why: "an FFmpeg that measures quality comes as a Python package",
    packages: &["python3-venv"],
    found: finds_environments,
}];

/// The folder of the newest installed PostgreSQL's programs.
pub(crate) fn postgres() -> Option<PathBuf> {
    let editions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders = editions
        .filter_map(|edition| Some(edition.ok()?.path().join("bin")))
        .filter(|folder| folder.join("initdb").is_file())
        .collect::<Vec<_>>();
    folders.sort_by_key(|folder| edition_of(folder));
    folders.pop()
}

/// The browser for the tests: the one named by `MENPA_CHROMIUM`, or the system's.
pub(crate) fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("MENPA_CHROMIUM") {
        return Some(named.into());
    }
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(program::find)
}

fn edition_of(bin: &Path) -> u32 {
    let name = bin.parent().and_then(Path::file_name);
    name.and_then(|name| name.to_str()?.parse().ok()).unwrap_or(0)
}

fn finds_ffmpeg_libraries() -> bool {
    let libraries = ["libavcodec", "libavfilter", "libavformat", "libavutil", "libswresample", "libswscale"];
    program::succeeds(Command::new("pkg-config").arg("--exists").args(libraries))
}

fn finds_clang() -> bool {
    let library = std::env::var_os("LIBCLANG_PATH").is_some() || llvm_has_libclang();
    library && program::find("clang").is_some()
}

fn llvm_has_libclang() -> bool {
    let Ok(folders) = std::fs::read_dir("/usr/lib") else {
        return false;
    };
    folders
        .flatten()
        .filter(|folder| folder.file_name().to_string_lossy().starts_with("llvm-"))
        .any(|folder| folder.path().join("lib/libclang.so").exists())
}

fn finds_node() -> bool {
    program::read(Command::new("node").arg("--version")).is_ok_and(|version| major_of(&version) >= 18)
}

fn major_of(version: &str) -> u32 {
    let number = version.trim().trim_start_matches('v').split('.').next();
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn finds_fonts() -> bool {
    let noto = Path::new("/usr/share/fonts");
    noto.join("opentype/noto/NotoSansCJK-Regular.ttc").is_file()
        && noto.join("truetype/noto/NotoSerifTibetan-Regular.ttf").is_file()
}

fn finds_environments() -> bool {
    program::succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_node_are_read() {
        for (printed, major) in [("v18.20.4\n", 18), ("v9.0.0", 9), ("22.1.0", 22), ("?", 0)] {
            assert_eq!(major_of(printed), major, "{printed}");
        }
    }

    #[test]
    fn the_newest_postgresql_wins_by_number() {
        assert!(edition_of(Path::new("/p/15/bin")) > edition_of(Path::new("/p/9/bin")));
    }
}
