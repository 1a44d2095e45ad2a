//! What does one decode for all renditions cost, against FFmpeg's own command doing the same?

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::step;

/// One H.264 rung of `menpa-transcode`: lines (0: as the source), pictures a second (empty: as the source), rate factor, most
/// bits a second, seconds of them that may come at once.
type Rung = (u32, &'static str, u32, u32, u32);

const SLIDES: &[Rung] = &[(0, "5", 35, 200_000, 20), (0, "10", 27, 400_000, 20)];
const MIXED: &[Rung] = &[(0, "25/2", 34, 200_000, 20), (0, "25/2", 27, 600_000, 20)];
const NATURAL: &[Rung] = &[(240, "", 29, 110_000, 2), (360, "", 29, 250_000, 2), (480, "", 29, 500_000, 2)];

/// Runs of each, taken in turns so that a noisy neighbor troubles both.
const RUNS: usize = 3;

/// Prints the processor seconds of both (the least of some runs) and their ratio.
pub(super) fn compare(transcoder: &Path, clip: &Path) -> Result<()> {
    let clip = clip.canonicalize().with_context(|| format!("{} is not there", clip.display()))?;
    let (mut looked, mut ours, mut theirs) = (f64::MAX, f64::MAX, f64::MAX);
    let mut class = String::new();
    for _ in 0..RUNS {
        let folder = tempfile::tempdir()?;
        let ran = Command::new(transcoder).args(["--part", "h264"]).arg(&clip).arg(folder.path()).output()?;
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        class = said.split(':').next().unwrap_or_default().to_owned();
        looked = looked.min(figure(&said, "looked ")?);
        ours = ours.min(figure(&said, "made ")?);
        let folder = tempfile::tempdir()?;
        let rungs = match class.as_str() {
            "slides" => SLIDES,
            "slides with a moving part" => MIXED,
            _ => NATURAL,
        };
        theirs = theirs.min(processor_seconds(&one_command(&clip, folder.path(), rungs))?);
    }
    let name = clip.file_name().unwrap_or_default().to_string_lossy().into_owned();
    step::answer(format_args!(
        "  {name} ({class}): {ours:.1} s against {theirs:.1} s, ratio {:.2}; and {looked:.1} s to look at it first",
        ours / theirs
    ));
    Ok(())
}

/// The number after `word` in what the transcoder says at the end.
fn figure(said: &str, word: &str) -> Result<f64> {
    let after = said.rsplit(word).next().and_then(|rest| rest.split_whitespace().next());
    after.and_then(|text| text.parse().ok()).with_context(|| format!("menpa-transcode said {said:?}"))
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

/// The same renditions by one `ffmpeg`: one decode, a split, the encoders, and the sound four times.
fn one_command(clip: &Path, folder: &Path, rungs: &[Rung]) -> Command {
    let filters = rungs.iter().enumerate().map(|(at, (lines, rate, ..))| {
        let rate = if rate.is_empty() { String::new() } else { format!("fps={rate},") };
        let lines = if *lines > 0 { format!("{lines}") } else { "ih".to_owned() };
        format!("[s{at}]{rate}scale=-2:{lines}[v{at}]")
    });
    let outs = (0..rungs.len()).map(|at| format!("[s{at}]")).collect::<String>();
    let sound = "[0:a]highpass=f=80,aformat=channel_layouts=mono,aresample=48000,asplit=4[a0][a1][a2][a3]";
    let graph = format!("[0:v]split={}{outs};{};{sound}", rungs.len(), filters.collect::<Vec<_>>().join(";"));
    let mut command = Command::new("ffmpeg");
    command.args(["-y", "-loglevel", "error", "-i"]).arg(clip).args(["-filter_complex", &graph]);
    for (at, (_, _, factor, most, seconds)) in rungs.iter().enumerate() {
        command.args(["-map", &format!("[v{at}]"), "-c:v", "libx264", "-preset", "slow", "-profile:v", "high"]);
        command.args(["-crf", &factor.to_string(), "-maxrate", &most.to_string()]);
        command.args(["-bufsize", &(most * seconds).to_string(), "-g", "400"]);
        command
            .args(["-movflags", "+frag_keyframe+empty_moov+default_base_moof"])
            .arg(folder.join(format!("{at}.mp4")));
    }
    for (at, bits) in ["12k", "16k", "24k"].into_iter().enumerate() {
        command.args(["-map", &format!("[a{at}]"), "-c:a", "libopus", "-b:a", bits, "-application", "voip"]);
        command.args(["-frame_duration", "60"]).arg(folder.join(format!("{bits}.mp4")));
    }
    command.args(["-map", "[a3]", "-c:a", "aac", "-b:a", "32k"]).arg(folder.join("aac.mp4"));
    command
}
