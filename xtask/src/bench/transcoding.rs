//! What does one decode for all renditions cost, against FFmpeg's own command doing the same?

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::step;

/// The ladder of `menpa-transcode` for a 720p source: height, rate factor, most bits a second.
const RUNGS: [(u32, u32, u32); 3] = [(240, 28, 150_000), (480, 29, 500_000), (720, 30, 1_200_000)];
/// Runs of each, taken in turns so that a noisy neighbor troubles both.
const RUNS: usize = 3;

/// Prints the processor seconds of both (the least of some runs) and their ratio.
pub(super) fn compare(transcoder: &Path, clip: &Path) -> Result<()> {
    let clip = clip.canonicalize().with_context(|| format!("{} is not there", clip.display()))?;
    let (mut ours, mut theirs) = (f64::MAX, f64::MAX);
    for _ in 0..RUNS {
        let folder = tempfile::tempdir()?;
        let mut command = Command::new(transcoder);
        command.arg(&clip).arg(folder.path());
        ours = ours.min(processor_seconds(&command)?);
        let folder = tempfile::tempdir()?;
        theirs = theirs.min(processor_seconds(&one_command(&clip, folder.path()))?);
    }
    let name = clip.file_name().unwrap_or_default().to_string_lossy().into_owned();
    step::answer(format_args!("  {name}: {ours:.1} s against {theirs:.1} s, ratio {:.2}", ours / theirs));
    Ok(())
}

/// User and system seconds of a command and its children, as bash counts them.
fn processor_seconds(command: &Command) -> Result<f64> {
    let mut bash = Command::new("bash");
    bash.args(["-c", "TIMEFORMAT='%U %S'; time \"$@\" >/dev/null 2>&1", "bash"]);
    bash.arg(command.get_program()).args(command.get_args());
    let ran = bash.stdin(Stdio::null()).output().context("cannot start bash")?;
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    if !ran.status.success() {
        bail!("{} failed: {said}", crate::program::line_of(command));
    }
    let seconds = said.split_whitespace().map(str::parse::<f64>).collect::<Result<Vec<_>, _>>();
    Ok(seconds.with_context(|| format!("bash said {said:?}"))?.iter().sum())
}

/// The same renditions by one `ffmpeg`: one decode, a split, three encoders and the sound.
fn one_command(clip: &Path, folder: &Path) -> Command {
    let scales = RUNGS.iter().map(|(height, ..)| format!("[s{height}]scale=-2:{height}[v{height}]"));
    let outs = RUNGS.iter().map(|(height, ..)| format!("[s{height}]")).collect::<String>();
    let graph = format!("[0:v]split={}{outs};{}", RUNGS.len(), scales.collect::<Vec<_>>().join(";"));
    let mut command = Command::new("ffmpeg");
    command.args(["-y", "-loglevel", "error", "-i"]).arg(clip).args(["-filter_complex", &graph]);
    for (height, factor, most) in RUNGS {
        command.args(["-map", &format!("[v{height}]"), "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high"]);
        command.args(["-crf", &factor.to_string(), "-maxrate", &most.to_string(), "-bufsize", &(most * 2).to_string()]);
        command.args(["-bf", "0", "-force_key_frames", "expr:gte(t,n_forced*4)", "-forced-idr", "1"]);
        command.args(["-movflags", "+frag_keyframe+empty_moov+default_base_moof"]);
        command.arg(folder.join(format!("{height}p.mp4")));
    }
    command.args(["-map", "0:a?", "-c:a", "aac", "-b:a", "32k", "-ac", "1", "-ar", "48000"]);
    command.args(["-movflags", "+frag_keyframe+empty_moov", "-frag_duration", "4000000"]);
    command.arg(folder.join("audio.mp4"));
    command
}
