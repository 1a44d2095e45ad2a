//! How good does an encoding look? VMAF 0.6.1 against its source, by an FFmpeg with libvmaf.
//!
//! Debian's FFmpeg has no libvmaf; the one of the PyPI package `imageio-ffmpeg` is used for measuring and nothing else.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::program;
use crate::step;

/// An FFmpeg that measures.
pub(super) struct Meter {
    ffmpeg: PathBuf,
}

impl Meter {
    /// Fetches it into `target/measuring` the first time.
    pub(super) fn open(root: &Path) -> Result<Self> {
        let home = root.join("target/measuring");
        let python = home.join("bin/python");
        if !python.is_file() {
            step::quietly("fetching an FFmpeg that measures VMAF (PyPI, imageio-ffmpeg)", || {
                program::run(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
                program::run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "imageio-ffmpeg"]))
            })?;
        }
        let ask = "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())";
        let said = program::read(Command::new(&python).args(["-c", ask]))?;
        Ok(Self { ffmpeg: said.trim().into() })
    }

    /// The mean over every seventh picture at 25 a second, enlarged to the source's size: an encoding of few pictures
    /// a second pays for those it holds.
    pub(super) fn vmaf(&self, made: &Path, source: &Path) -> Result<f64> {
        let log = tempfile::NamedTempFile::new()?;
        // Ours say how their colors are meant and some sources do not: brightness must not be converted for that.
        let alike = "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709";
        let steady = format!("fps=25,settb=1/25,setpts=N,select='not(mod(n\\,7))',{alike}");
        let filter = format!(
            "[1:v]{steady},format=yuv420p,setpts=N[r0];[0:v]{steady}[d0];[d0][r0]scale2ref=flags=bicubic[d1][r];\
             [d1]format=yuv420p,setpts=N[d];[d][r]libvmaf=n_threads=2:log_fmt=json:log_path={}",
            log.path().display()
        );
        let mut command = Command::new(&self.ffmpeg);
        command
            .args(["-v", "error", "-i"])
            .arg(made)
            .arg("-i")
            .arg(source)
            .args(["-lavfi", &filter, "-f", "null", "-"]);
        program::run(&mut command)?;
        let said: serde_json::Value = serde_json::from_slice(&std::fs::read(log.path())?)?;
        said["pooled_metrics"]["vmaf"]["mean"].as_f64().context("libvmaf says no mean")
    }
}
